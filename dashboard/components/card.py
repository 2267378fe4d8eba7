"""Chart card: title, unit and period, chart or its table twin, where it comes from, one menu.

Made once per page module by chart_card(); the shell's callbacks (dashboard/callbacks/cards.py) measure and fill it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.answers import Answer, Ask
from dashboard.components import states
from dashboard.components.icons import attributes
from dashboard.components.menu import card_menu
from dashboard.components.parts import part
from dashboard.figures.graph import graph
from dashboard.locale import language
from dashboard.locale import translate as _
from dashboard.look import Look
from data.selection import Selection

Answered = tuple[Answer, ...]
Text = str | Callable[[Answered, Look], str] | None
Draw = Callable[[Answered, Look], go.Figure]
Tabulate = Callable[[Answered, Look], pd.DataFrame]
Choose = Callable[[Mapping[str, str]], tuple[Ask, ...]]
Meaning = Callable[[str], Component]
Origins = Callable[[Selection, str, str], list[Component]]

HEIGHT = 320


@dataclass(frozen=True)
class Card:
    """A chart and all that belongs to it. asks[0] is the figure that definition and origin are shown of."""

    id: str
    asks: tuple[Ask, ...]
    draw: Draw
    title: Text = None
    subtitle: Text = None
    summary: Text = None
    note: Text = None
    table: Tabulate | None = None
    height: int = HEIGHT
    choose: Choose | None = None
    meaning: Meaning | None = None
    origin: Origins | None = None
    sources: tuple[str, ...] = ()

    def questions(self, query: Mapping[str, str]) -> tuple[Ask, ...]:
        """What the card asks at an address: its own questions, or those that other keys than the selection's choose."""
        return self.choose(query) if self.choose else self.asks

    def view(self, width: int = 12) -> html.Section:
        """The card on the page, still empty. width: columns of 12 on a wide screen."""
        return html.Section(
            [
                html.Header(
                    [
                        html.Div(
                            [
                                html.H3(id=part("title", self.id), className="card-title"),
                                html.P(id=part("subtitle", self.id), className="card-subtitle"),
                            ],
                            className="card-words",
                        ),
                        card_menu(self.id, language()),
                    ],
                    className="card-head",
                ),
                self._body(),
                html.P(id=part("footnote", self.id), className="card-foot"),
                dcc.Store(id=part("mode", self.id), data="chart"),
            ],
            className=f"chart-card width-{width}",
            id=part("card", self.id),
        )

    def _body(self) -> Component:
        shown = graph(part("graph", self.id), height=self.height, caption_id=part("summary", self.id))
        return html.Div(
            [
                html.Div(shown, id=part("chart", self.id), hidden=True),
                html.Div(id=part("table", self.id), hidden=True, className="card-table", tabIndex=0),
                html.Div(states.loading(language()), id=part("message", self.id)),
            ],
            className="card-body",
            style={"minHeight": f"{self.height}px"},
            **attributes({"data-hint": _("Click to see what stands behind it")}),
        )


CARDS: dict[str, Card] = {}
"""Every card by id, filled when pages are imported."""


def chart_card(
    id: str,
    asks: str | Ask | Sequence[Ask],
    by: Sequence[str] = (),
    *,
    draw: Draw,
    title: Text = None,
    subtitle: Text = None,
    summary: Text = None,
    note: Text = None,
    table: Tabulate | None = None,
    change: Callable[[Selection], Selection] | None = None,
    height: int = HEIGHT,
    choose: Choose | None = None,
    meaning: Meaning | None = None,
    origin: Origins | None = None,
    sources: Sequence[str] = (),
) -> Card:
    """Declare a card. asks: a metric's id (cut `by`, the selection changed by `change`), or questions made by Ask.

    title (default the metric's name), subtitle (default unit, period and n), summary (the sentence for screen readers
    and exports) and note (before the freshness in the footnote) are message ids or functions of (answers, look).
    choose: the questions at an address, where they depend on more of its query than the selection. meaning: the
    definition in a language, where the chart shows what is no metric of the catalogue. origin: where such a thing comes
    from, of (the reader's selection, the address of the view, language). sources: the jobs that it is made of, for the
    footnote, where these are more than the figure's own.
    """
    asked = questions(asks, by, change)
    card = Card(id, asked, draw, title, subtitle, summary, note, table, height, choose, meaning, origin, tuple(sources))
    known = CARDS.get(id)
    assert known is None or known.draw.__module__ == draw.__module__, f"two cards are called {id}"
    CARDS[id] = card
    return card


def questions(
    asks: str | Ask | Sequence[Ask], by: Sequence[str] = (), change: Callable[[Selection], Selection] | None = None
) -> tuple[Ask, ...]:
    """Questions in one form, whichever way they were given."""
    if isinstance(asks, str):
        return (Ask(asks, tuple(by), change),)
    return (asks,) if isinstance(asks, Ask) else tuple(asks)
