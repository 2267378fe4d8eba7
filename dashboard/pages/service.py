"""Service quality: is it good enough, is it changing, where, why, and who answers?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.row_table import fact_rows
from dashboard.components.stack import stack
from dashboard.components.titled import titled_table
from dashboard.figures.between import between
from dashboard.figures.dots import dots
from dashboard.figures.flow import flow
from dashboard.figures.multiples import multiples
from dashboard.figures.trend import trend
from dashboard.findings import against_target, line_summary, members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import periods_of, recent, running_month, two_years

register_page(__name__, path="/service", name=N_("Service quality"), icon="pulse", order=20)

LOW = 200  # pixels of two charts that stand one below the other beside a high one
RESOLVED, RESPONDED = "sla_resolution_rate", "first_response_sla_rate"
ACTOR_FIGURES = (
    RESOLVED, RESPONDED, "resolution_minutes_median", "resolution_minutes_p90", "reopen_rate", "backlog_count",
)  # fmt: skip
ROW_COLUMNS = (
    "ticket_id", "opened_on", "service_id", "actor_id", "priority", "municipality_id", "resolution_due_on",
    "resolution_minutes", "sla_minutes", "resolved_in_sla", "source_name", "input", "line", "loaded_run",
)  # fmt: skip


def draw_line(answered: Answered, look: Look) -> go.Figure:
    return trend(answered[0].frame, answered[0].metric, look)


def draw_low_line(answered: Answered, look: Look) -> go.Figure:
    return trend(answered[0].frame, answered[0].metric, look, pixels=LOW - 80)


def draw_flow(answered: Answered, look: Look) -> go.Figure:
    intake, backlog = answered
    partial = running_month(intake)
    return flow(intake.frame, backlog.frame, (intake.metric, backlog.metric), look, partial=partial)


def draw_services(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut="service")


def draw_priorities(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut="priority", by_value=False)


def draw_actors(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut="actor")


def draw_panels(answered: Answered, look: Look) -> go.Figure:
    return multiples(answered[0].frame, answered[0].metric, look, series="service")


def draw_restore(answered: Answered, look: Look) -> go.Figure:
    median, slow = answered
    names = (_("half are faster", look.language), _("nine in ten are faster", look.language))
    return between(median.frame, slow.frame, (median.metric, slow.metric), look, cut="service", names=names)


ANSWER = answer_line(
    "service-answer",
    [RESOLVED, RESPONDED, "first_contact_resolution_rate", "reopen_rate", "old_backlog_share", "satisfaction_rate"],
)
RESOLUTION = chart_card(
    "service-resolution", RESOLVED, by=["month"], draw=draw_line, change=two_years, summary=line_summary,
    title=N_("Incidents resolved within the agreed time, by month"),
)  # fmt: skip
RESPONSE = chart_card(
    "service-response", RESPONDED, by=["month"], draw=draw_line, change=two_years, summary=line_summary,
    title=N_("First response within the agreed time, by month"),
)  # fmt: skip
FLOW = chart_card(
    "service-flow", [Ask("ticket_count", ("month",), two_years), Ask("backlog_count", ("month",), two_years)],
    draw=draw_flow, summary=line_summary, table=joined, height=360,
    title=N_("What comes in, and what stays open"),
)  # fmt: skip
SATISFACTION = chart_card(
    "service-satisfaction", "satisfaction_rate", by=["month"], draw=draw_line, change=two_years,
    summary=line_summary, height=360, title=N_("Satisfied with the solution, by month"),
)  # fmt: skip
BY_SERVICE = chart_card(
    "service-by-service", RESOLVED, by=["service"], draw=draw_services, change=recent, summary=members_summary,
    title=against_target(N_("By application and component"), "service"), height=600,
)  # fmt: skip
BY_PRIORITY = chart_card(
    "service-by-priority", RESOLVED, by=["priority"], draw=draw_priorities, change=recent, summary=members_summary,
    title=against_target(N_("By priority"), "priority"), height=200,
)  # fmt: skip
BY_ACTOR = chart_card(
    "service-by-actor", RESOLVED, by=["actor"], draw=draw_actors, change=recent, summary=members_summary,
    title=against_target(N_("By actor"), "actor"), height=280,
)  # fmt: skip
PANELS = chart_card(
    "service-panels", RESOLVED, by=["month", "service"], draw=draw_panels, change=two_years,
    title=N_("Resolved within the agreed time, application by application"), height=420,
)  # fmt: skip
RESTORE = chart_card(
    "service-restore",
    [Ask("resolution_minutes_median", ("service",), recent), Ask("resolution_minutes_p90", ("service",), recent)],
    draw=draw_restore, table=joined, summary=members_summary, height=540,
    title=N_("Time to restore: the usual and the slow tenth"),
)  # fmt: skip
FIRST_CONTACT = chart_card(
    "service-first-contact", "first_contact_resolution_rate", by=["month"], draw=draw_low_line, change=two_years,
    summary=line_summary, title=N_("Solved by the service desk alone"), height=LOW,
)  # fmt: skip
REOPENED = chart_card(
    "service-reopened", "reopen_rate", by=["month"], draw=draw_low_line, change=two_years, summary=line_summary,
    title=N_("Opened again after it was solved"), height=LOW,
)  # fmt: skip
ACTORS = titled_table(
    "service-actors",
    [Ask(name, ("actor",), periods_of(name)[0]) for name in ACTOR_FIGURES],
    title=N_("Service quality by actor"),
    table=joined,
)
ROWS = fact_rows("service-rows", RESOLVED, ROW_COLUMNS, title=N_("Incidents behind these figures"))


def layout(**query: str) -> Component:
    return page(
        N_("Is the service good enough?"),
        ANSWER.view(),
        section(
            N_("Is it good enough, and is it changing?"),
            grid(RESOLUTION.view(6), RESPONSE.view(6), FLOW.view(6), SATISFACTION.view(6)),
        ),
        section(
            N_("Where?"),
            grid(BY_SERVICE.view(6), stack(BY_ACTOR, BY_PRIORITY), PANELS.view(12)),
        ),
        section(N_("Why?"), grid(RESTORE.view(6), stack(FIRST_CONTACT, REOPENED))),
        section(N_("Who answers?"), ACTORS.view()),
        section(N_("The rows"), ROWS.view()),
    )
