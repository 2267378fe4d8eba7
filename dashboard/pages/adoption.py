"""Adoption: how far has each municipality come with what it is entitled to?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered, Card, Text
from dashboard.components.stack import stack
from dashboard.components.stage_blocks import (
    funnel_card,
    heat_card,
    meaning_block,
    rows_block,
    rows_card,
    stages_answer,
)
from dashboard.components.stage_tables import cohorts_table, days_table, offices_table
from dashboard.components.stages_read import cohorts_of, days_of, offices_of
from dashboard.figures.cohort_lines import cohort_lines
from dashboard.figures.dots import dots
from dashboard.figures.marks import NATURAL
from dashboard.figures.stages import stages
from dashboard.figures.trends import trends
from dashboard.findings import against_others, against_target, laggards, members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import latest, two_years
from dashboard.subtitles import at_its_end, on_the_day

PATH = "/adoption"
register_page(__name__, path=PATH, name=N_("Adoption"), icon="people", order=30)

COVERAGE, LIVE, ROLES = "key_user_coverage_rate", "live_service_rate", "local_role_filled_rate"
OF_DAY = Ask(LIVE, change=latest)


def draw_stages(answered: Answered, look: Look) -> go.Figure:
    live, provisioned = answered
    return stages(provisioned.frame, live.frame, live.metric, look, cut="service")


def draw_live(answered: Answered, look: Look) -> go.Figure:
    return trends(answered[0].frame, answered[0].metric, look, series="service", crop=True)


def draw_dots(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    return dots(answer.frame, answer.metric, look, cut=answer.by[0], by_value=answer.by[0] not in NATURAL)


def draw_counties(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    marked = laggards(answer, "county") or ("",)
    return dots(answer.frame, answer.metric, look, cut="county", marked=marked)


def day_card(id: str, metric: str, cut: str, title: Text, height: int) -> Card:
    """A dot per member for what holds on the last day of the period."""
    return chart_card(
        id, metric, by=[cut], draw=draw_dots, change=latest, subtitle=on_the_day, summary=members_summary,
        title=title, height=height,
    )  # fmt: skip


STAGES_ANSWER = stages_answer("adoption-stages-answer", OF_DAY)
ANSWER = answer_line("adoption-answer", ["joined_rate", ROLES, COVERAGE])
FUNNEL = funnel_card(
    "adoption-funnel", OF_DAY, height=440,
    note=N_("Each bar: pairs that hold the stage and every one before it; step: of those that came to the one before"),
)  # fmt: skip
BY_SERVICE = heat_card("adoption-by-service", OF_DAY, "service_id", title=N_("Stages by application"), height=330)
BY_SIZE = heat_card("adoption-by-size", OF_DAY, "size_band", title=N_("Stages by population"), height=320)
BY_OFFICE = heat_card("adoption-by-office", OF_DAY, "office_type", title=N_("Stages by kind of office"), height=220)
DAYS = rows_block(
    "adoption-days", OF_DAY, days_of, days_table, title=N_("Days from the contract to each stage"),
    note=N_("To the day it was first reached; below zero: before the contract. Only contracts since the source tells "
            "of the stage; use is counted by months"),
)  # fmt: skip
COHORTS = rows_card(
    "adoption-cohorts", OF_DAY, cohorts_of, cohort_lines, cohorts_table, title=N_("How soon, by joining wave"),
    subtitle=N_("Share of pairs that came to the stage within so many months of the contract"),
    note=N_("Only pairs that could be observed so long, contracted since the source tells of the stage; hollow: fewer "
            "than ten. Pairs that have ended are not among them"),
)  # fmt: skip
OFFICES = rows_block(
    "adoption-offices", OF_DAY, offices_of, offices_table, title=N_("Offices and users, by application"),
    note=N_("A joint office counts once for its users: as many as its member with the most has, since the same people "
            "work for every member. For coverage each of its members counts"),
)  # fmt: skip
PROVISIONED = chart_card(
    "adoption-stages", [Ask(LIVE, ("service",), latest), Ask("provisioned_service_rate", ("service",), latest)],
    draw=draw_stages, table=joined, summary=members_summary, subtitle=on_the_day, height=380,
    title=N_("From contract to live use, by application"),
)  # fmt: skip
LIVE_LINES = chart_card(
    "adoption-live", "live_service_count", by=["month", "service"], draw=draw_live, change=two_years, height=380,
    subtitle=at_its_end,
    title=N_("Municipalities live, by application"),
)  # fmt: skip
COUNTIES = chart_card(
    "adoption-coverage-county", COVERAGE, by=["county"], draw=draw_counties, change=latest, subtitle=on_the_day,
    summary=members_summary, title=against_others(N_("Key users, by county"), "county"), height=620,
    note=N_("Bold: lags behind the others by more than chance (99.8 per cent limit, over-dispersion included)"),
)  # fmt: skip
COVERAGE_BY_SERVICE = day_card(
    "adoption-coverage-service", COVERAGE, "service", against_target(N_("Key users, by application"), "service"), 270
)
ROLES_BY_ROLE = day_card(
    "adoption-roles", ROLES, "role", against_target(N_("Local roles filled, by role"), "role"), 240
)
MEANING = meaning_block("adoption-meaning", OF_DAY, title=N_("What each stage means"))


def layout(**query: str) -> Component:
    return page(
        N_("Do municipalities use what they are entitled to?"),
        adoption_tabs(PATH),
        STAGES_ANSWER.view(),
        ANSWER.view(),
        section(N_("How far have they come?"), grid(FUNNEL.view(12), BY_SERVICE.view(6), BY_SIZE.view(6))),
        section(N_("Where the people are shared"), grid(BY_OFFICE.view(12), OFFICES.view(12))),
        section(N_("How long does it take?"), grid(DAYS.view(5), COHORTS.view(7))),
        section(N_("Who goes live, and when?"), grid(PROVISIONED.view(6), LIVE_LINES.view(6))),
        section(
            N_("Who is there to work with it?"),
            grid(COUNTIES.view(6), stack(COVERAGE_BY_SERVICE, ROLES_BY_ROLE)),
        ),
        section(N_("What do the words mean?"), grid(MEANING.view(12))),
    )
