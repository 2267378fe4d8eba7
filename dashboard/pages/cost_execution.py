"""Execution: will the year close within the appropriation, why not evenly, and does the service pay for itself?"""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
from dash import html, register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section, states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered, Card
from dashboard.components.cost_execution_meaning import forecast_meaning
from dashboard.components.cost_execution_read import (
    books_read,
    forecast_read,
    path_read,
    transfers_read,
    waterfall_read,
)
from dashboard.components.cost_execution_tables import (
    cells_table,
    error_table,
    forecast_table,
    lines_table,
    member_table,
    months_table,
    path_table,
    rovat_table,
    waterfall_table,
)
from dashboard.components.cost_self_financing import RUNWAY, SELF_ASKS, runway_table, self_table
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.row_blocks import MOST_PLAIN_ROWS
from dashboard.components.tables import data_grid
from dashboard.components.titled import figure_table, period_of, titled, titled_table
from dashboard.components.who_answers import who_answers
from dashboard.cost_execution_words import (
    BASES,
    error_sentence,
    groups_sentence,
    transfers_sentence,
    waterfall_sentence,
    year_sentence,
)
from dashboard.figures.budget_steps import budget_steps
from dashboard.figures.pooling import trailing
from dashboard.figures.trend import trend
from dashboard.figures.year_end import past_errors, side_by_side, year_end
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import fiscal_year, three_years
from data.cost.transfers import Transfers
from data.cost.variance import Subject

PATH = "/cost/execution"
register_page(__name__, path=PATH, name=N_("Execution and forecast"), nav=False, filters=True, order=43)

YEAR = Ask("spent_huf", change=fiscal_year)
PLAN = Ask("appropriated_huf", change=fiscal_year)
FIGURES = ("execution_rate", "commitment_rate", "self_financing_rate", "unfunded_commitment_huf")
ENDS: dict[Subject, tuple[str, str]] = {
    "performance": (N_("Appropriation due"), N_("Performance")),
    "commitment": (N_("Modified appropriation"), N_("Commitment")),
    "appropriation": (N_("Original appropriation"), N_("Modified appropriation")),
}


def ends_of(subject: Subject, look: Look) -> tuple[str, str]:
    """Names of the two amounts of a waterfall."""
    first, last = ENDS[subject]
    return _(first, look.language), _(last, look.language)


def show_answer(answered: Answered, look: Look) -> Component:
    """Will the year close within the appropriation?"""
    made = forecast_read(answered[0].selection)
    said = [part(made, look.language) for part in (year_sentence, groups_sentence, error_sentence)]
    return html.Div([html.P(one, className="answer-sentence") for one in said if one])


def draw_year(answered: Answered, look: Look) -> go.Figure:
    selection = answered[0].selection
    return year_end(path_read(selection), forecast_read(selection), look)


def tabulate_year(answered: Answered, look: Look) -> pd.DataFrame:
    selection = answered[0].selection
    return path_table(path_read(selection), forecast_read(selection), look.language)


def say_year(answered: Answered, look: Look) -> str:
    return year_sentence(forecast_read(answered[0].selection), look.language)


def note_year(answered: Answered, look: Look) -> str:
    """What the mark at December is, where there is one."""
    if not forecast_read(answered[0].selection).is_made:
        return ""
    return _("Diamond: forecast for December, line: its interval (four of five)", look.language)


def draw_errors(answered: Answered, look: Look) -> go.Figure:
    return past_errors(forecast_read(answered[0].selection).tried, look)


def tabulate_errors(answered: Answered, look: Look) -> pd.DataFrame:
    return error_table(forecast_read(answered[0].selection).tried, look.language)


def tabulate_forecast(answered: Answered, look: Look) -> pd.DataFrame:
    return forecast_table(forecast_read(answered[0].selection), look.language)


def tabulate_rovats(answered: Answered, look: Look) -> pd.DataFrame:
    return rovat_table(books_read(answered[0].selection), look.language)


def draw_trailing(answered: Answered, look: Look) -> go.Figure:
    return trend(trailing(answered[0].frame, "month", 12), answered[0].metric, look)


def stages_card(id: str, level: str, title: str, height: int) -> Card:
    """The four amounts of the members of a level, side by side on one scale."""

    def draw(answered: Answered, look: Look) -> go.Figure:
        made = forecast_read(answered[0].selection).frame
        return side_by_side(made[made["level"] == level], look, cut=level)

    def tabulate(answered: Answered, look: Look) -> pd.DataFrame:
        return member_table(forecast_read(answered[0].selection), level, look.language)

    return chart_card(
        id, Ask("spent_huf", (level,), fiscal_year), draw=draw, table=tabulate, title=title, height=height
    )


def steps_card(id: str, subject: Subject, by: str, title: str, height: int) -> Card:
    """A waterfall, member by member."""

    def draw(answered: Answered, look: Look) -> go.Figure:
        return budget_steps(waterfall_read(answered[0].selection, subject, by), ends_of(subject, look), look)

    def tabulate(answered: Answered, look: Look) -> pd.DataFrame:
        found = waterfall_read(answered[0].selection, subject, by)
        return waterfall_table(found, ends_of(subject, look), look.language)

    def summary(answered: Answered, look: Look) -> str:
        found = waterfall_read(answered[0].selection, subject, by)
        return waterfall_sentence(found, ends_of(subject, look), look.language)

    def subtitle(answered: Answered, look: Look) -> str:
        parts = [_("forints", look.language), period_of(answered, look)]
        if subject != "appropriation":
            parts.append(_(BASES[waterfall_read(answered[0].selection, subject, by).basis], look.language))
        return " · ".join(parts)

    return chart_card(
        id, PLAN if subject == "appropriation" else YEAR, draw=draw, table=tabulate, summary=summary,
        subtitle=subtitle, title=title, height=height,
    )  # fmt: skip


def moves_block(id: str, title: str, table: Callable[[Transfers, str], pd.DataFrame], text_columns: int) -> Block:
    """A table of changes of the appropriation."""

    def show(answered: Answered, look: Look) -> Component:
        found, heading = transfers_read(answered[0].selection), _(title, look.language)
        shown = table(found, look.language)
        if shown.empty:
            none = _("The appropriation was not modified in the year.", look.language)
            return titled(heading, period_of(answered, look), states.empty(look.language, none, " "))
        if len(shown) > MOST_PLAIN_ROWS:
            return titled(heading, period_of(answered, look), data_grid(shown, heading, look.language, fit=False))
        return titled(heading, period_of(answered, look), figure_table(shown, heading, text_columns))

    return block(id, PLAN, show=show, height=200, class_name="chart-card")


def show_moves(answered: Answered, look: Look) -> Component:
    return html.P(transfers_sentence(transfers_read(answered[0].selection), look.language), className="answer-sentence")


def say_runway(answered: Answered, look: Look) -> str:
    """What runs out: only what is not committed; payments under commitments do not use it up."""
    return _("appropriation neither committed nor spent, over the mean month of the year", look.language)


ANSWER = block("execution-answer", YEAR, show=show_answer, height=72, class_name="answer")
BY_GROUP = stages_card("execution-groups", "account_group", N_("By main appropriation: planned, committed, spent"), 460)
BY_ACTOR = stages_card("execution-actors", "actor", N_("By actor: planned, committed, spent"), 460)
ROVATS = titled_table(
    "execution-rovats", YEAR, table=tabulate_rovats, title=N_("Execution by rovat, in whole forints"), height=420
)
YEAR_END = chart_card(
    "execution-year", YEAR, draw=draw_year, table=tabulate_year, summary=say_year, height=380,
    title=N_("Performance of the year and its forecast, added up"), meaning=forecast_meaning,
    note=note_year,
)  # fmt: skip
ERRORS = chart_card(
    "execution-errors", YEAR, draw=draw_errors, table=tabulate_errors, height=380, meaning=forecast_meaning,
    title=N_("Error of past forecasts, by the month they would have been made at"),
    subtitle=N_("per cent of the year's performance; only from years other than the one forecast"),
)  # fmt: skip
FORECAST = titled_table(
    "execution-forecast", YEAR, table=tabulate_forecast, height=420,
    title=N_("Forecast by main appropriation and actor, with its past error"),
)  # fmt: skip
VARIANCE_GROUP = steps_card(
    "execution-variance-group", "performance", "account_group",
    N_("From the appropriation due to performance, by main appropriation"), 380,
)  # fmt: skip
VARIANCE_ACTOR = steps_card(
    "execution-variance-actor", "performance", "actor", N_("From the appropriation due to performance, by actor"), 380
)
COMMITTED = steps_card(
    "execution-committed", "commitment", "account_group",
    N_("From the modified appropriation to commitments, by main appropriation"), 380,
)  # fmt: skip
MODIFIED = steps_card(
    "execution-modified", "appropriation", "account_group",
    N_("From the original to the modified appropriation, by main appropriation"), 380,
)  # fmt: skip
MOVED = block("execution-moved", PLAN, show=show_moves, height=32, class_name="answer")
MONTHS = moves_block("execution-months", N_("Changes of the appropriation, by month"), months_table, 1)
CELLS = moves_block("execution-cells", N_("Changes of the appropriation, by actor and rovat"), cells_table, 3)
LINES = moves_block("execution-lines", N_("Ledger lines behind the changes"), lines_table, 5)
SELF = chart_card(
    "execution-self", "self_financing_rate", by=["month"], draw=draw_trailing, change=three_years,
    title=N_("Operating income over running costs, twelve months each"), height=340,
)  # fmt: skip
SELF_TABLE = titled_table(
    "execution-self-table", SELF_ASKS, table=self_table, text_columns=99, height=340,
    title=N_("Self-financing, with its definitions"),
)  # fmt: skip
RUNWAYS = titled_table(
    "execution-runway", RUNWAY, table=runway_table, height=260,
    title=N_("Runway beside the months left of the year"), subtitle=say_runway,
)  # fmt: skip
WHO = who_answers("execution-who", FIGURES)


def layout(**query: str) -> Component:
    return page(
        N_("Will the year close within the appropriation?"),
        cost_tabs(PATH),
        ANSWER.view(),
        section(
            N_("What is the year's end expected to be?"), grid(YEAR_END.view(6), ERRORS.view(6), FORECAST.view(12))
        ),
        section(
            N_("How much of it is committed and spent?"), grid(BY_GROUP.view(6), BY_ACTOR.view(6), ROVATS.view(12))
        ),
        section(
            N_("Why is it above or below?"),
            grid(VARIANCE_GROUP.view(6), VARIANCE_ACTOR.view(6), COMMITTED.view(6), MODIFIED.view(6)),
        ),
        section(
            N_("What was moved between lines?"), MOVED.view(), grid(MONTHS.view(12), CELLS.view(12), LINES.view(12))
        ),
        section(N_("Does the service pay for itself?"), grid(SELF_TABLE.view(12), RUNWAYS.view(12), SELF.view(12))),
        section(N_("Who answers for it?"), WHO.view()),
    )
