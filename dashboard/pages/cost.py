"""Cost: how much does the service cost, and whom?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered, Card
from dashboard.components.contract_table import expiring_contracts
from dashboard.components.tile import value_of
from dashboard.figures.bars import bars
from dashboard.figures.dots import dots
from dashboard.figures.execution import nested
from dashboard.figures.pace import pace
from dashboard.figures.pooling import trailing
from dashboard.figures.trend import trend
from dashboard.findings import against_target, line_summary, members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import fiscal_year, latest, three_years
from dashboard.subtitles import on_the_day

register_page(__name__, path="/cost", name=N_("Cost"), icon="coins", order=40)

STAGES = ("appropriated_huf", "committed_huf", "spent_huf")


def draw_pace(answered: Answered, look: Look) -> go.Figure:
    spent, plan = answered
    return pace(spent.frame, value_of(plan), look)


def draw_nested(answered: Answered, look: Look) -> go.Figure:
    frames = [answer.frame for answer in answered]
    return nested(frames, [answer.metric for answer in answered], look, cut=answered[0].by[0])


def draw_year_by_year(answered: Answered, look: Look) -> go.Figure:
    return trend(trailing(answered[0].frame, "month", 12), answered[0].metric, look)


def draw_bars(answered: Answered, look: Look) -> go.Figure:
    return bars(answered[0].frame, answered[0].metric, look, cut=answered[0].by[0])


def draw_dots(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut=answered[0].by[0])


def stage_card(id: str, cut: str, title: str, height: int) -> Card:
    """Appropriation, commitment and performance of the members of a cut, in the year that the period ends in."""
    return chart_card(
        id, [Ask(name, (cut,), fiscal_year) for name in STAGES], draw=draw_nested, table=joined,
        summary=members_summary, title=title, height=height,
    )  # fmt: skip


ANSWER = answer_line(
    "cost-answer",
    ["execution_rate", "commitment_rate", "self_financing_rate", "expiring_contract_count", "penalty_applied_rate"],
)
PACE = chart_card(
    "cost-pace", [Ask("spent_huf", ("month",), fiscal_year), Ask("appropriated_huf", (), fiscal_year)],
    draw=draw_pace, summary=line_summary, title=N_("Spending of the year beside an even pace"), height=340,
)  # fmt: skip
SELF = chart_card(
    "cost-self-financing", "self_financing_rate", by=["month"], draw=draw_year_by_year, change=three_years,
    title=N_("Operating income over running costs, twelve months each"), height=340,
)  # fmt: skip
BY_ACTOR = stage_card("cost-by-actor", "actor", N_("By actor: appropriated, committed, spent"), 420)
BY_SERVICE = stage_card(
    "cost-by-service", "service", N_("By application and component: appropriated, committed, spent"), 420
)
BY_GROUP = stage_card("cost-by-group", "account_group", N_("By account group: appropriated, committed, spent"), 380)
SUPPLIERS = chart_card(
    "cost-suppliers", "contract_value_huf", by=["supplier"], draw=draw_bars, change=latest, subtitle=on_the_day,
    summary=members_summary, title=N_("Value of contracts in force, by supplier"), height=400,
)  # fmt: skip
GROWTH = chart_card(
    "cost-growth", "contract_growth_rate", by=["service"], draw=draw_dots, change=latest, subtitle=on_the_day,
    summary=members_summary, title=against_target(N_("Growth of contract values"), "service"), height=400,
)  # fmt: skip
PENALTIES = chart_card(
    "cost-penalties", "penalty_applied_rate", by=["service"], draw=draw_dots, change=latest, subtitle=on_the_day,
    summary=members_summary, title=against_target(N_("Penalties applied, of those due"), "service"), height=140,
)  # fmt: skip
EXPIRING = expiring_contracts("cost-expiring", N_("Contracts that end within 180 days, renewal not begun"))


def layout(**query: str) -> Component:
    return page(
        N_("How much does it cost, and whom?"),
        ANSWER.view(),
        section(N_("Is it spent in step with the plan?"), grid(PACE.view(6), SELF.view(6))),
        section(N_("Who bears it?"), grid(BY_ACTOR.view(6), BY_SERVICE.view(6), BY_GROUP.view(12))),
        section(
            N_("What is contracted?"),
            grid(EXPIRING.view(12), SUPPLIERS.view(6), GROWTH.view(6), PENALTIES.view(12)),
        ),
    )
