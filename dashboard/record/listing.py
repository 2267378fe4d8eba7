"""The log as a list: filters kept in the address, one sentence of counts, a table that is cards on narrow screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.icons import attributes
from dashboard.locale import N_, plural
from dashboard.locale import translate as _
from dashboard.record import words
from dashboard.record.items import Item
from dashboard.record.link import log_href
from dashboard.record.state import KINDS, STATES
from dashboard.record.view import state_badge

KEYS = ("item_state", "item_actor", "item_kind")
"""Keys of the address; they begin alike so that they can't be taken for those of a selection."""
EVERY = "item_all"
MOST_ROWS = 100
EXCERPT = 220
HEADINGS = (N_("Item"), N_("Text"), N_("Figure as it was seen"), N_("Asked to answer"), N_("Due"), N_("State"))


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None: any. state: a state, or "overdue"."""

    state: str | None = None
    actor: str | None = None
    kind: str | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address; what it does not know is left aside."""
        state, kind = query.get("item_state"), query.get("item_kind")
        return cls(
            state if state in (*STATES, "overdue") else None,
            query.get("item_actor") or None,
            kind if kind in KINDS else None,
        )

    def takes(self, item: Item) -> bool:
        """Whether an item is looked for."""
        if self.state == "overdue" and not item.is_overdue():
            return False
        if self.state in STATES and item.state != self.state:
            return False
        return self.actor in (None, item.responsible_id) and self.kind in (None, item.kind)


def state_options(language: str) -> dict[str, str]:
    """What the filter of states offers."""
    offered: dict[str, str] = {name: _(words.STATES[name][1], language) for name in STATES}
    return {"overdue": _(words.OVERDUE, language)} | offered


def counted(items: Sequence[Item], language: str) -> str:
    """`12 tétel: 5 nyitott (ebből 2 lejárt), 3 megválaszolt, 4 lezárt.`"""
    counts = {state: sum(item.state == state for item in items) for state in STATES}
    late = sum(item.is_overdue() for item in items)
    numbers = {name: formats.number(count, language) for name, count in counts.items()}
    return plural(
        "{count} item: {open} open ({late} overdue), {answered} answered, {closed} closed.",
        "{count} items: {open} open ({late} overdue), {answered} answered, {closed} closed.",
        len(items),
        language,
        count=formats.number(len(items), language),
        late=formats.number(late, language),
        **numbers,
    )


def listed(items: Sequence[Item], language: str, most: int | None = MOST_ROWS) -> Component:
    """The table of items, in the order given. most: how many rows; None for all."""
    if not items:
        return states.empty(
            language,
            _("No item is recorded here.", language),
            _("Record one from the menu of any chart, or remove a filter.", language),
        )
    head = html.Tr([html.Th(_(text, language), scope="col") for text in HEADINGS])
    return html.Table(
        [
            html.Caption(_("Questions and decisions", language), className="visually-hidden"),
            html.Thead(head),
            html.Tbody([_row(item, language) for item in items[:most]]),
        ],
        className="plain-table items",
    )


def _row(item: Item, language: str) -> html.Tr:
    link = dcc.Link(words.title_of(item, language), href=log_href(item.number))
    recorded = html.Span(formats.moment(item.created_at, language), className="item-when")
    seen = [
        words.figure_name(item.figure.metric_id, language),
        html.Span(words.value_said(item.figure, language), className="item-value"),
    ]
    cells: list[Any] = [
        html.Span(_excerpt(item.text), className="item-text"),
        seen,
        words.actor_said(item.responsible_id, language),
        html.Span(formats.day(item.due_on, language), className="item-due"),
        state_badge(item, language),
    ]
    said = [
        html.Td(cell, **attributes({"data-label": _(heading, language)}))
        for heading, cell in zip(HEADINGS[1:], cells, strict=True)
    ]
    return html.Tr([html.Th([link, recorded], scope="row"), *said])


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"
