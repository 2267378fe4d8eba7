"""Service quality: is it good enough, is it changing, where, and who answers?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.components import chart_card, grid, page, section
from dashboard.components.actor_signals import actor_signals
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.judged_card import judged_card
from dashboard.components.service_tabs import service_tabs
from dashboard.components.stack import stack
from dashboard.figures.heat import share_table
from dashboard.figures.multiples import multiples
from dashboard.figures.shares import shares
from dashboard.findings import members_summary
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import recent, two_years
from dashboard.service_words import CERTAIN, surely_missing

PATH = "/service"
register_page(__name__, path=PATH, name=N_("Service quality"), icon="pulse", order=20)

RESOLVED, RESPONDED, FULFILLED = "sla_resolution_rate", "first_response_sla_rate", "request_sla_resolution_rate"


def draw_services(answered: Answered, look: Look) -> go.Figure:
    return shares(answered[0].frame, answered[0].metric, look, cut="service")


def draw_actors(answered: Answered, look: Look) -> go.Figure:
    return shares(answered[0].frame, answered[0].metric, look, cut="actor")


def draw_priorities(answered: Answered, look: Look) -> go.Figure:
    return shares(answered[0].frame, answered[0].metric, look, cut="priority", by_value=False)


def draw_table(answered: Answered, look: Look) -> go.Figure:
    return share_table(answered[0].frame, answered[0].metric, look, rows="service", columns="priority")


def draw_panels(answered: Answered, look: Look) -> go.Figure:
    return multiples(answered[0].frame, answered[0].metric, look, series="service")


ANSWER = answer_line(
    "service-answer",
    [RESOLVED, RESPONDED, FULFILLED, "first_contact_resolution_rate", "reopen_rate", "old_backlog_share",
     "satisfaction_rate"],
)  # fmt: skip
RESOLUTION = judged_card("service-resolution", RESOLVED, N_("Incidents resolved within the agreed time"))
RESPONSE = judged_card("service-response", RESPONDED, N_("First response within the agreed time"))
REQUESTS = judged_card("service-requests", FULFILLED, N_("Service requests fulfilled within the agreed time"))
BY_SERVICE = chart_card(
    "service-by-service", RESOLVED, by=["service"], draw=draw_services, change=recent, summary=members_summary,
    title=surely_missing(N_("By application and component"), "service"), note=CERTAIN, height=620,
)  # fmt: skip
BY_PRIORITY = chart_card(
    "service-by-priority", RESOLVED, by=["priority"], draw=draw_priorities, change=recent, summary=members_summary,
    title=surely_missing(N_("By priority"), "priority"), note=CERTAIN, height=320,
)  # fmt: skip
BY_ACTOR = chart_card(
    "service-by-actor", RESOLVED, by=["actor"], draw=draw_actors, change=recent, summary=members_summary,
    title=surely_missing(N_("By the actor that resolved it"), "actor"), note=CERTAIN, height=320,
)  # fmt: skip
RESPONSE_BY_SERVICE = chart_card(
    "service-response-by-service", RESPONDED, by=["service"], draw=draw_services, change=recent,
    summary=members_summary, title=surely_missing(N_("First response, by application and component"), "service"),
    note=CERTAIN, height=620,
)  # fmt: skip
REQUESTS_BY_PRIORITY = chart_card(
    "service-requests-by-priority",
    FULFILLED,
    by=["priority"],
    draw=draw_priorities,
    change=recent,
    summary=members_summary,
    title=surely_missing(N_("Service requests, by priority"), "priority"),
    note=CERTAIN,
    height=320,
)
TABLE = chart_card(
    "service-table", RESOLVED, by=["service", "priority"], draw=draw_table, change=recent, height=760,
    title=N_("Incidents resolved within the agreed time, by application and priority"),
    note=N_("Orange: worse than the target, blue: better. * Fewer than ten incidents: chance alone could have made it"),
)  # fmt: skip
PANELS = chart_card(
    "service-panels", RESOLVED, by=["month", "service"], draw=draw_panels, change=two_years,
    title=N_("Resolved within the agreed time, application by application"), height=420,
)  # fmt: skip
ACTORS = actor_signals(
    "service-actors", by_service=[RESOLVED],
    whole=[RESPONDED, FULFILLED, "first_contact_resolution_rate", "reopen_rate", "satisfaction_rate"],
    title=N_("Who answers, and what the figures signal"),
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Is the service good enough?"),
        service_tabs(PATH),
        ANSWER.view(),
        section(
            N_("Is it good enough, and is it changing?"),
            grid(RESOLUTION.view(6), RESPONSE.view(6), REQUESTS.view(6), BY_PRIORITY.view(6)),
        ),
        section(
            N_("Where?"),
            grid(
                BY_SERVICE.view(6),
                RESPONSE_BY_SERVICE.view(6),
                TABLE.view(6),
                stack(BY_ACTOR, REQUESTS_BY_PRIORITY),
                PANELS.view(12),
            ),
        ),
        section(N_("Who answers?"), ACTORS.view()),
    )
