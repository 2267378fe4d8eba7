"""How tickets flow: what comes in, what stays open, who hands over to whom, what comes back, who is satisfied."""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.judged_card import judged_card
from dashboard.components.service_tabs import service_tabs
from dashboard.components.titled import titled_table
from dashboard.figures.ages import ages
from dashboard.figures.flow import flow
from dashboard.figures.heat import hours
from dashboard.figures.sankey import sankey
from dashboard.findings import line_summary
from dashboard.joined import joined
from dashboard.kpi_periods import charted_of
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import latest, recent, running_month, two_years
from dashboard.service_periods import recent_year
from dashboard.service_readings import intake_hours, open_ages
from dashboard.service_words import (
    ages_subtitle,
    ages_table,
    ages_title,
    busiest_hour,
    flow_note,
    flow_subtitle,
    flow_summary,
    flow_table,
    flow_title,
    hours_table,
    pairs_table,
    scarce_ratings,
    ways_of,
)
from data.backlog import BANDS

PATH = "/service/flow"
register_page(__name__, path=PATH, name=N_("Flow and backlog"), order=22, nav=False, filters=True)

FIRST_CONTACT, ESCALATED, OLD = "first_contact_resolution_rate", "escalation_rate", "old_backlog_share"
REOPENED, PASSED_AROUND = "reopen_rate", "ping_pong_rate"
PLEASED, RATED = "satisfaction_rate", "satisfaction_response_rate"


def draw_flow(answered: Answered, look: Look) -> go.Figure:
    intake, backlog = answered
    partial = running_month(intake)
    return flow(intake.frame, backlog.frame, (intake.metric, backlog.metric), look, partial=partial)


def draw_hours(answered: Answered, look: Look) -> go.Figure:
    return hours(intake_hours(answered[0]), answered[0].metric, look)


def draw_ages(answered: Answered, look: Look) -> go.Figure:
    return ages(open_ages(answered[0]), BANDS, answered[0].metric, look)


def draw_ways(answered: Answered, look: Look) -> go.Figure:
    return sankey(ways_of(answered), look)


def too_few_rated(answered: Answered, look: Look) -> str:
    return scarce_ratings(answered[1], look)


ANSWER = answer_line("service-flow-answer", [OLD, FIRST_CONTACT, ESCALATED, REOPENED, PASSED_AROUND, PLEASED])
INTAKE = chart_card(
    "service-flow-intake",
    [Ask("ticket_count", ("month",), two_years), Ask("backlog_count", ("month",), two_years)],
    draw=draw_flow, summary=line_summary, table=joined, height=400,
    title=N_("What comes in, and what stays open"),
)  # fmt: skip
HOURS = chart_card(
    "service-flow-hours", "ticket_count", draw=draw_hours, change=recent_year,
    title=busiest_hour, summary=busiest_hour, table=hours_table, height=400,
    note=N_("Hours as the clocks of Budapest show them"),
)  # fmt: skip
AGES = chart_card(
    "service-flow-ages", "backlog_count", draw=draw_ages, change=latest, title=ages_title, subtitle=ages_subtitle,
    table=ages_table, summary=ages_title, height=380,
)  # fmt: skip
OLD_LINE = judged_card("service-flow-old", OLD, N_("Open for more than 30 days"), height=380)
FIRST_CONTACT_LINE = judged_card("service-flow-first-contact", FIRST_CONTACT, N_("Solved by the service desk alone"))
ESCALATED_LINE = judged_card("service-flow-escalated", ESCALATED, N_("Passed on to the second level"))
WAYS = chart_card(
    "service-flow-ways", ESCALATED, draw=draw_ways, change=recent, title=flow_title, subtitle=flow_subtitle,
    table=flow_table, summary=flow_summary, note=flow_note, height=460,
)  # fmt: skip
PAIRS = titled_table(
    "service-flow-pairs", Ask(PASSED_AROUND, change=recent), title=N_("Who passes to whom, and gets it back"),
    table=pairs_table, subtitle=flow_subtitle, height=120,
)  # fmt: skip
REOPENED_LINE = judged_card("service-flow-reopened", REOPENED, N_("Opened again after it was solved"))
PASSED_LINE = judged_card("service-flow-passed-around", PASSED_AROUND, N_("Passed on three times or more"))
PLEASED_LINE = judged_card(
    "service-flow-pleased",
    PLEASED,
    N_("Satisfied with the solution"),
    more=too_few_rated,
    beside=[Ask(RATED, (), charted_of(PLEASED))],
)
RATED_LINE = judged_card("service-flow-rated", RATED, N_("Rated by those who asked"))


def layout(**query: str) -> Component:
    return page(
        N_("Do tickets reach who can solve them, without waiting or coming back?"),
        service_tabs(PATH),
        ANSWER.view(),
        section(N_("What comes in, and when?"), grid(INTAKE.view(6), HOURS.view(6))),
        section(N_("What stays open, and for how long?"), grid(AGES.view(6), OLD_LINE.view(6))),
        section(N_("Is it solved where it arrives?"), grid(FIRST_CONTACT_LINE.view(6), ESCALATED_LINE.view(6))),
        section(N_("Who hands over to whom?"), grid(WAYS.view(12), PAIRS.view(12))),
        section(N_("Does it come back?"), grid(REOPENED_LINE.view(6), PASSED_LINE.view(6))),
        section(N_("Are those who asked satisfied?"), grid(PLEASED_LINE.view(6), RATED_LINE.view(6))),
    )
