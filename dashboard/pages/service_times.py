"""How long it takes: to respond, and to restore the service."""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.card import Answered, Card
from dashboard.components.judged_card import judged_card
from dashboard.components.service_tabs import service_tabs
from dashboard.components.times_answer import times_answer
from dashboard.figures.between import between
from dashboard.figures.distribution import distribution
from dashboard.findings import members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import recent
from dashboard.service_words import (
    beyond_title,
    mixed_clocks,
    spread_of,
    spread_subtitle,
    spread_summary,
    spread_table,
)

PATH = "/service/times"
register_page(__name__, path=PATH, name=N_("Response and restoration times"), order=21, nav=False, filters=True)

RESTORE = ("resolution_minutes_median", "resolution_minutes_p90")
RESPOND = ("first_response_minutes_median", "first_response_minutes_p90")
CRITICAL = "critical_resolution_minutes_p90"
ONLY_DONE = N_("Tickets that are not done yet are left out. Dashed: the agreed time")


def draw_between(answered: Answered, look: Look) -> go.Figure:
    median, slow = answered
    names = (_("half are faster", look.language), _("nine in ten are faster", look.language))
    return between(median.frame, slow.frame, (median.metric, slow.metric), look, cut=median.by[0], names=names)


def draw_restored(answered: Answered, look: Look) -> go.Figure:
    return distribution(spread_of(answered[0], "resolution"), answered[0].metric, look)


def draw_answered(answered: Answered, look: Look) -> go.Figure:
    return distribution(spread_of(answered[0], "response"), answered[0].metric, look)


def pair_card(id: str, metrics: tuple[str, str], cut: str, title: str, height: int) -> Card:
    """The median and the slow tenth of each member."""
    return chart_card(
        id, [Ask(name, (cut,), recent) for name in metrics], draw=draw_between, table=joined, summary=members_summary,
        title=title, height=height, note=mixed_clocks if cut != "priority" else None,
    )  # fmt: skip


ANSWER = times_answer("service-times-answer", RESTORE, RESPOND)
RESTORE_MEDIAN = judged_card(
    "service-times-restore-median", RESTORE[0], N_("Time to restore, the usual (median)"), note=mixed_clocks
)
RESTORE_SLOW = judged_card(
    "service-times-restore-slow", RESTORE[1], N_("Time to restore, the slow tenth (90th percentile)"), note=mixed_clocks
)
RESPOND_MEDIAN = judged_card(
    "service-times-respond-median", RESPOND[0], N_("Time to first response, the usual (median)"), note=mixed_clocks
)
RESPOND_SLOW = judged_card(
    "service-times-respond-slow",
    RESPOND[1],
    N_("Time to first response, the slow tenth (90th percentile)"),
    note=mixed_clocks,
)
CRITICAL_SLOW = judged_card(
    "service-times-critical", CRITICAL, N_("Time to restore P1, the slow tenth (90th percentile)"),
    note=N_("Clock time, waiting for the customer taken off"),
)  # fmt: skip
RESTORE_SPREAD = chart_card(
    "service-times-restore-spread", RESTORE[0], draw=draw_restored, change=recent, height=520,
    title=beyond_title(N_("How restoration times are spread"), "resolution"), subtitle=spread_subtitle("resolution"),
    table=spread_table("resolution"), summary=spread_summary("resolution"), note=ONLY_DONE,
)  # fmt: skip
RESPOND_SPREAD = chart_card(
    "service-times-respond-spread", RESPOND[0], draw=draw_answered, change=recent, height=520,
    title=beyond_title(N_("How response times are spread"), "response"), subtitle=spread_subtitle("response"),
    table=spread_table("response"), summary=spread_summary("response"), note=ONLY_DONE,
)  # fmt: skip
RESTORE_BY_PRIORITY = pair_card(
    "service-times-restore-priority", RESTORE, "priority", N_("Time to restore, by priority"), 260
)
RESPOND_BY_PRIORITY = pair_card(
    "service-times-respond-priority", RESPOND, "priority", N_("Time to first response, by priority"), 260
)
RESTORE_BY_SERVICE = pair_card(
    "service-times-restore-service", RESTORE, "service", N_("Time to restore: the usual and the slow tenth"), 600
)
RESPOND_BY_SERVICE = pair_card(
    "service-times-respond-service", RESPOND, "service", N_("Time to first response: the usual and the slow tenth"), 600
)


def layout(**query: str) -> Component:
    return page(
        N_("How long does it take?"),
        service_tabs(PATH),
        ANSWER.view(),
        section(
            N_("Is it changing?"),
            grid(
                RESTORE_MEDIAN.view(6), RESTORE_SLOW.view(6), RESPOND_MEDIAN.view(6), RESPOND_SLOW.view(6),
                CRITICAL_SLOW.view(12),
            ),
        ),
        section(N_("How many take longer than agreed?"), grid(RESTORE_SPREAD.view(6), RESPOND_SPREAD.view(6))),
        section(
            N_("Where?"),
            grid(
                RESTORE_BY_PRIORITY.view(6), RESPOND_BY_PRIORITY.view(6), RESTORE_BY_SERVICE.view(6),
                RESPOND_BY_SERVICE.view(6),
            ),
        ),
    )  # fmt: skip
