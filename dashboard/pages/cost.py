"""Cost: how much does the service cost, and whom? The headline; each further question has its own page."""

import plotly.graph_objects as go
from dash import html, register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.block import block
from dashboard.components.card import Answered, Card
from dashboard.components.cost_execution_read import forecast_read, rolling_year
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.tile import kpi_tile, value_of
from dashboard.cost_execution_words import year_sentence
from dashboard.figures.execution import nested
from dashboard.figures.pace import pace
from dashboard.findings import line_summary, members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import fiscal_year, latest

register_page(__name__, path="/cost", name=N_("Cost"), icon="coins", order=40)

STAGES = ("appropriated_huf", "committed_huf", "spent_huf")
EXECUTION, CONTRACTS = "/cost/execution", "/cost/contracts"


def draw_pace(answered: Answered, look: Look) -> go.Figure:
    spent, plan = answered
    return pace(spent.frame, value_of(plan), look)


def draw_nested(answered: Answered, look: Look) -> go.Figure:
    frames = [answer.frame for answer in answered]
    return nested(frames, [answer.metric for answer in answered], look, cut=answered[0].by[0])


def stage_card(id: str, cut: str, title: str, height: int) -> Card:
    """Appropriation, commitment and performance of the members of a cut, in the year that the period ends in."""
    return chart_card(
        id, [Ask(name, (cut,), fiscal_year) for name in STAGES], draw=draw_nested, table=joined,
        summary=members_summary, title=title, height=height,
    )  # fmt: skip


def show_year(answered: Answered, look: Look) -> Component:
    return html.P(year_sentence(forecast_read(answered[0].selection), look.language), className="answer-sentence")


ANSWER = answer_line(
    "cost-answer",
    ["execution_rate", "commitment_rate", "self_financing_rate", "expiring_contract_count", "penalty_applied_rate"],
)
YEAR = block("cost-year", Ask("spent_huf", change=fiscal_year), show=show_year, height=48, class_name="answer")
TILES = (
    kpi_tile("cost-tile-spent", "spent_huf", href=EXECUTION, change=fiscal_year),
    kpi_tile("cost-tile-committed", "commitment_rate", href=EXECUTION, change=fiscal_year),
    kpi_tile("cost-tile-self", "self_financing_rate", href=EXECUTION, change=rolling_year),
    kpi_tile("cost-tile-expiring", "expiring_contract_count", href=CONTRACTS, change=latest),
)
BY_ACTOR = stage_card("cost-by-actor", "actor", N_("By actor: appropriated, committed, spent"), 420)
BY_SERVICE = stage_card(
    "cost-by-service", "service", N_("By application and component: appropriated, committed, spent"), 420
)
PACE = chart_card(
    "cost-pace", [Ask("spent_huf", ("month",), fiscal_year), Ask("appropriated_huf", (), fiscal_year)],
    draw=draw_pace, summary=line_summary, title=N_("Spending of the year beside an even pace"), height=340,
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("How much does it cost, and whom?"),
        cost_tabs("/cost"),
        ANSWER.view(),
        YEAR.view(),
        section(N_("Who bears it?"), grid(BY_ACTOR.view(6), BY_SERVICE.view(6))),
        section(N_("Is it spent in step with the plan?"), grid(*(one.view(3) for one in TILES), PACE.view(12))),
    )
