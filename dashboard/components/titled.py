"""A table that stands on the page by itself: title, period, figures in one scale per column, where they come from."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.freshness import footnote
from dashboard.components.tables import linked
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import HEAD_LINKS, LINKS

TEXT_COLUMNS = 1
LONG_TEXT = 36


def titled_table(
    id: str,
    asks: str | Ask | Sequence[Ask],
    *,
    title: str,
    table: Callable[[Answered, Look], pd.DataFrame],
    subtitle: Callable[[Answered, Look], str] | None = None,
    text_columns: int = TEXT_COLUMNS,
    height: int = 260,
) -> Block:
    """Declare a table made from answers. title: message id; table: gives ready text, headings as its columns.

    text_columns: how many columns from the left are words; the others are figures and stand on the right.
    """

    def show(answered: Answered, look: Look) -> Component:
        frame = table(answered, look)
        under = subtitle(answered, look) if subtitle else period_of(answered, look)
        inside = (
            figure_table(frame, _(title, look.language), text_columns) if len(frame) else states.empty(look.language)
        )
        return titled(_(title, look.language), under, inside, footnote(answered, look.language))

    return block(id, asks, show=show, height=height, class_name="chart-card")


def titled(title: str, subtitle: str, inside: Any, foot: str = "") -> Component:
    """The frame of a card around something that is no chart. Ready texts."""
    return html.Div(
        [
            html.H3(title, className="card-title"),
            *([html.P(subtitle, className="card-subtitle")] if subtitle else []),
            html.Div(inside, className="titled-body"),
            *([html.P(foot, className="card-foot")] if foot else []),
        ]
    )


def figure_table(frame: pd.DataFrame, caption: str, text_columns: int = TEXT_COLUMNS) -> Component:
    """A table of ready text, its figures aligned on the right. It scrolls inside itself; the keyboard can reach it."""
    names = [str(name) for name in frame.columns]
    sides = ["num" if place >= text_columns else _wide(frame.iloc[:, place]) for place in range(len(names))]
    pages = frame.attrs.get(HEAD_LINKS) or {}
    heads = [linked(name, pages.get(name, "")) for name in names]
    head = html.Tr([html.Th(said, scope="col", className=side) for said, side in zip(heads, sides, strict=True)])
    links = frame.attrs.get(LINKS) or [""] * len(frame)
    rows = [
        html.Tr(
            [html.Th(linked(cells[0], link), scope="row")]
            + [html.Td(cell, className=side) for cell, side in zip(cells[1:], sides[1:], strict=True)]
        )
        for cells, link in zip(frame.itertuples(index=False, name=None), links, strict=True)
    ]
    table = html.Table(
        [html.Caption(caption, className="visually-hidden"), html.Thead(head), html.Tbody(rows)],
        className="plain-table",
    )
    named: dict[str, Any] = {"aria-label": caption}
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **named)


def _wide(column: "pd.Series[str]") -> str:
    """The class of a column of words: one that holds long texts may not be squeezed."""
    return "long" if max((len(str(cell)) for cell in column), default=0) > LONG_TEXT else ""


def period_of(answered: Answered, look: Look) -> str:
    """The period of the first answer."""
    selection = answered[0].selection
    return formats.period(selection.first, selection.last, look.language) or _("whole period", look.language)
