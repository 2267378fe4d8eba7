"""A figure's own page: is it good enough, is it changing, where, why, who answers, what is it made of, its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html, register_page
from dash.development.base_component import Component

from dashboard import words
from dashboard.components import grid, page, section
from dashboard.components.block import Block
from dashboard.components.card import Card
from dashboard.components.kpi_answer import kpi_answer
from dashboard.components.kpi_cards import breakdown_cards, control_card, cuts_of, height_of
from dashboard.components.kpi_history import kpi_history
from dashboard.components.kpi_meaning import kpi_definition, kpi_figures
from dashboard.components.kpi_rows import kpi_actions, kpi_rows
from dashboard.components.kpi_services import kpi_services
from dashboard.components.stack import stack
from dashboard.components.why import why_block
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric

NAME = N_("Figure")
UNEVEN = 120  # pixels by which two columns may differ more than without their last card


@dataclass(frozen=True)
class Parts:
    """What the page of a metric is made of."""

    answer: Block
    actions: Block
    control: Card | None
    services: Block | None
    breakdowns: tuple[Card, ...]
    history: tuple[Block, ...]
    definition: Block
    figures: Block
    rows: Block


def parts_of(metric: Metric) -> Parts:
    """Declare the cards and blocks of a metric."""
    return Parts(
        answer=kpi_answer(metric),
        actions=kpi_actions(metric),
        control=control_card(metric),
        services=kpi_services(metric),
        breakdowns=tuple(breakdown_cards(metric)),
        history=tuple(kpi_history(metric)),
        definition=kpi_definition(metric),
        figures=kpi_figures(metric),
        rows=kpi_rows(metric),
    )


PARTS = {metric.id: parts_of(metric) for metric in METRICS.values()}


def titled(metric_id: str = "", **query: str) -> str:
    """The title of the browser's tab: the figure's name."""
    metric = metric_of(metric_id)
    name = _(NAME) if metric is None else words.metric_name(metric, language())
    return f"{name} · {_('ASP supervision')}"


def exists(metric_id: str = "", **query: str) -> bool:
    """Whether there is such a figure."""
    return metric_of(metric_id) is not None


register_page(
    __name__, path_template="/kpi/<metric_id>", name=NAME, title=titled, exists=exists, nav=False, filters=True,
    order=25,
)  # fmt: skip


def layout(metric_id: str = "", **query: str) -> Component:
    metric = metric_of(metric_id)
    if metric is None:
        return unknown(metric_id)
    parts = PARTS[metric.id]
    shown: list[Any] = [parts.answer.view(), parts.actions.view()]
    if parts.control:
        shown.append(section(N_("Is it good enough, and is it changing?"), parts.control.view()))
    shown += where(metric, parts)
    shown.append(section(N_("Why did it change?"), why_block(metric.id)))
    owners, targets, rebases = parts.history
    shown.append(section(N_("Who answers?"), grid(owners.view(12), targets.view(6), rebases.view(6))))
    shown.append(section(N_("What is it made of?"), grid(parts.definition.view(6), parts.figures.view(6))))
    shown.append(section(N_("The rows"), parts.rows.view()))
    return page(words.metric_name(metric, language()), *shown)


def metric_of(metric_id: str) -> Metric | None:
    """The metric of that id, or of that code of the KPI catalogue; None where there is none."""
    wanted = metric_id.lower()
    return METRICS.get(wanted) or next((one for one in METRICS.values() if one.code.lower() == wanted), None)


def where(metric: Metric, parts: Parts) -> list[Component]:
    """Breakdowns in two columns of about the same height, in their order, after the signals of each service.

    Where the last one would leave the columns uneven it goes below them, as wide as the page.
    """
    cards: list[Any] = [parts.services.view()] if parts.services else []
    sized = [(card, height_of(metric, cut) + 120) for cut, card in zip(cuts_of(metric), parts.breakdowns, strict=True)]
    last = sized[-1:] if len(sized) == 1 or _uneven(sized) > _uneven(sized[:-1]) + UNEVEN else []
    columns, _heights = _columns(sized[:-1] if last else sized)
    cards += [stack(*column) for column in columns if column]
    cards += [card.view(12) for card, _height in last]
    return [section(N_("Where?"), grid(*cards))] if cards else []


def _columns(sized: Sequence[tuple[Card, int]]) -> tuple[tuple[list[Card], list[Card]], list[int]]:
    """Each card goes to the shorter column; also how high the columns get, in pixels."""
    columns: tuple[list[Card], list[Card]] = ([], [])
    heights = [0, 0]
    for card, height in sized:
        place = 0 if heights[0] <= heights[1] else 1
        columns[place].append(card)
        heights[place] += height
    return columns, heights


def _uneven(sized: Sequence[tuple[Card, int]]) -> int:
    first, second = _columns(sized)[1]
    return abs(first - second)


def unknown(metric_id: str) -> Component:
    """An address that names no figure."""
    return html.Div(
        [
            html.H1(_("There is no such figure")),
            html.P(_("No figure is called {name}. Choose one from the definitions.", name=metric_id)),
            dcc.Link(_("All definitions"), href="/definitions", className="btn btn-primary"),
        ],
        className="notice",
    )
