"""Data quality: can the figures be believed?"""

from collections.abc import Callable, Hashable
from typing import TypeVar

import pandas as pd
from dash import html, register_page
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard import formats
from dashboard.answers import answers
from dashboard.components import block, grid, page, section, states
from dashboard.components.block import Block
from dashboard.components.card import Answered
from dashboard.components.quality_tables import (
    freshness_table,
    inputs_grid,
    quarantine_grid,
    reasons_table,
    runs_table,
    sums_table,
    unmatched_grid,
    wide_columns,
    with_total,
)
from dashboard.components.tables import data_grid
from dashboard.components.titled import figure_table, titled
from dashboard.figures.conservation import conservation
from dashboard.figures.graph import graph
from dashboard.figures.template import apply_template
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.sentences import believable
from data import quality

register_page(__name__, path="/data-quality", name=N_("Data quality"), icon="shield", order=50, filters=False)

MOST_ROWS = 2000
WIDE = (N_("Reasons"), N_("Delivered"), N_("Could be"), N_("Message"))
Found = TypeVar("Found")
Query = Callable[[Connection], pd.DataFrame]


def say_answer(answered: Answered, look: Look) -> Component:
    """Do all rows add up, how many are set aside, how many names are unknown."""
    sources, aside = _read("conservation", quality.conservation), _read("aside", quality.quarantine_count)
    names = _read("unmatched", quality.unmatched_names)
    return html.P(believable(sources, aside, len(names), look.language), className="answer-sentence")


def show_sums(answered: Answered, look: Look) -> Component:
    """Conservation, once as bars and once as sums that can be followed."""
    sources, title = _read("conservation", quality.conservation), _("What became of every row", look.language)
    if sources.empty:
        return _nothing(title, look, N_("No source has been loaded yet."))
    figure = apply_template(conservation(sources, look), look.theme, look.language)
    drawn = graph("data-quality-conservation", figure, height=90 + 34 * len(sources), label=title)
    summed = with_total(sources, _("All sources", look.language))
    table = figure_table(sums_table(summed, look.language), title)
    under = _("rows of every published run, by source", look.language)
    return titled(title, under, [drawn, html.Div(table, className="adds-up")])


def table_block(
    id: str,
    title: str,
    query: Query,
    shown: Callable[[pd.DataFrame, str], pd.DataFrame],
    none: str,
    text_columns: int = 1,
) -> Block:
    """A small table of ready text. title, none: message ids."""

    def show(answered: Answered, look: Look) -> Component:
        found, heading = _read(id, query), _(title, look.language)
        if found.empty:
            return _nothing(heading, look, none)
        return titled(heading, "", figure_table(shown(found, look.language), heading, text_columns))

    return block(id, show=show, height=220, class_name="chart-card")


def grid_block(
    id: str, title: str, query: Query, shown: Callable[[pd.DataFrame, str], pd.DataFrame], none: str
) -> Block:
    """A big table that can be sorted and filtered. title, none: message ids."""

    def show(answered: Answered, look: Look) -> Component:
        found, heading = _read(id, query), _(title, look.language)
        if found.empty:
            return _nothing(heading, look, none)
        rows = _("{count} rows", look.language, count=formats.number(len(found), look.language))
        frame = shown(found, look.language)
        columns = wide_columns(frame, [_(name, look.language) for name in WIDE], look.language)
        return titled(heading, rows, data_grid(frame, heading, look.language, columns=columns))

    return block(id, show=show, height=500, class_name="chart-card")


def _rows_aside(connection: Connection) -> pd.DataFrame:
    return quality.quarantine_rows(connection, limit=MOST_ROWS)


def _read(key: Hashable, query: Callable[[Connection], Found]) -> Found:
    return answers().read(("quality", key), query)


def _nothing(title: str, look: Look, why: str) -> Component:
    return titled(title, "", states.empty(look.language, _(why, look.language), " "))


ANSWER = block("data-quality-answer", show=say_answer, height=48, class_name="answer")
SUMS = block("data-quality-sums", show=show_sums, height=420, class_name="chart-card")
FRESHNESS = table_block(
    "data-quality-freshness", N_("How new is each source?"), quality.freshness, freshness_table,
    N_("No source has been loaded yet."), text_columns=4,
)  # fmt: skip
REASONS = table_block(
    "data-quality-reasons", N_("Why rows were set aside"), quality.quarantine_reasons, reasons_table,
    N_("No row is set aside."), text_columns=3,
)  # fmt: skip
ASIDE = grid_block(
    "data-quality-rows", N_("Rows set aside, the newest first"), _rows_aside, quarantine_grid,
    N_("No row is set aside."),
)  # fmt: skip
UNMATCHED = grid_block(
    "data-quality-unmatched", N_("Names that were not matched"), quality.unmatched_names, unmatched_grid,
    N_("Every name was matched."),
)  # fmt: skip
RUNS = table_block(
    "data-quality-runs", N_("Last runs"), quality.runs, runs_table, N_("Nothing has run yet."), text_columns=4,
)  # fmt: skip
INPUTS = grid_block(
    "data-quality-inputs",
    N_("Inputs of the last runs"),
    quality.inputs,
    inputs_grid,
    N_("No source has been loaded yet."),
)


def layout(**query: str) -> Component:
    return page(
        N_("Can the figures be believed?"),
        ANSWER.view(),
        section(N_("Is every row accounted for?"), grid(SUMS.view(12))),
        section(N_("What is missing, and why?"), grid(REASONS.view(12), ASIDE.view(12), UNMATCHED.view(12))),
        section(N_("How fresh is it?"), grid(FRESHNESS.view(12))),
        section(N_("What ran?"), grid(RUNS.view(12), INPUTS.view(12))),
    )
