"""Blocks made from rows that data/ reads for the selection: a sentence, a table whose rows lead to their tickets."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard import formats
from dashboard.answers import Answer, Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.freshness import footnote
from dashboard.components.tables import data_grid
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.subtitles import day_of
from data.selection import Selection

Query = Callable[[Connection, Selection], pd.DataFrame]
Sentence = Callable[[pd.DataFrame, str], str]
Table = Callable[[pd.DataFrame, str], pd.DataFrame]
MOST_PLAIN_ROWS = 25
TEXT_COLUMNS = 99
"""Columns of words: figures among them carry their units and stand on the left like everything else."""


def rows_of(query: Query, answer: Answer) -> pd.DataFrame:
    """The rows of a query of data/ for the selection of an answer."""
    name = f"{query.__module__}.{query.__qualname__}"
    return answers().read((name, answer.selection), lambda connection: query(connection, answer.selection))


def sentence_of(id: str, ask: Ask, query: Query, sentence: Sentence) -> Block:
    """Declare a sentence made from rows, as a part of a page's answer."""

    def show(answered: Answered, look: Look) -> Component:
        return html.P(sentence(rows_of(query, answered[0]), look.language), className="answer-sentence")

    return block(id, ask, show=show, height=24, class_name="answer")


def rows_table(
    id: str,
    ask: Ask,
    query: Query,
    table: Table,
    *,
    title: str,
    none: str,
    on_a_day: bool = False,
    most_plain: int = MOST_PLAIN_ROWS,
    height: int = 260,
) -> Block:
    """Declare a table of rows. ask: names the figure and the period; title, none (said of no rows): message ids.

    on_a_day: the rows hold on a day, so the subtitle names that day instead of the period. most_plain: more rows than
    these scroll inside themselves.
    """

    def show(answered: Answered, look: Look) -> Any:
        rows, heading = rows_of(query, answered[0]), _(title, look.language)
        under = day_of(answered, look) if on_a_day else period_of(answered, look)
        if rows.empty:
            return titled(heading, under, states.empty(look.language, _(none, look.language), " "))
        shown = table(rows, look.language)
        inside: Component
        if len(shown) > most_plain:
            inside = data_grid(shown, heading, look.language, fit=False, height=480)
        else:
            inside = figure_table(shown, heading, TEXT_COLUMNS)
        count = _("rows: {count}", look.language, count=formats.number(len(rows), look.language))
        return titled(heading, f"{under} · {count}", inside, footnote(answered, look.language))

    return block(id, ask, show=show, height=height, class_name="chart-card")
