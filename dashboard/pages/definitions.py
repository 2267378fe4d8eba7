"""Definitions: what every figure means, who answers for it, what it aims at."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html, register_page
from dash.development.base_component import Component

from dashboard import words
from dashboard.answers import answers
from dashboard.components import page
from dashboard.components.icons import attributes
from dashboard.components.kpi_link import kpi_href
from dashboard.components.tile import target_words
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric

register_page(__name__, path="/definitions", name=N_("Definitions"), icon="book", order=60, filters=False)

SEARCH = "definitions-search"
FIGURE, MEANING = N_("Figure"), N_("Definition")
FACTS = (N_("Unit and direction"), N_("Target"), N_("Process"), N_("Accountable"))


def layout(**query: str) -> Component:
    spoken = language()
    fields = dict.fromkeys(metric.field for metric in METRICS.values())
    said = {
        "data-found": _("Figures found: {count}", spoken, count="{count}"),
        "data-none": _("No figure is called so. Try a shorter word.", spoken),
    }
    return page(
        N_("What does each figure mean?"),
        html.Div(
            [
                html.Label(_("Search in names and definitions", spoken), htmlFor=SEARCH),
                # assets/definitions.js hides what does not hold the text.
                dbc.Input(id=SEARCH, type="search", value=""),
            ],
            className="search-line",
        ),
        html.P(id="definitions-found", role="status", className="search-status", **attributes(said)),
        html.Div(
            [_field(name, [metric for metric in METRICS.values() if metric.field == name], spoken) for name in fields]
        ),
    )


def _field(name: str, metrics: list[Metric], spoken: str) -> Component:
    title = _(words.FIELDS[name], spoken)
    head = html.Tr([html.Th(_(text, spoken), scope="col") for text in (FIGURE, MEANING, *FACTS)])
    table = html.Table(
        [
            html.Caption(title, className="visually-hidden"),
            html.Thead(head),
            html.Tbody([_entry(metric, spoken) for metric in metrics]),
        ],
        className="plain-table",
    )
    return html.Section(
        [html.H2(title, className="section-title"), html.Div(table, className="chart-card definitions")]
    )


def _entry(metric: Metric, spoken: str) -> Component:
    """One row; `/definitions#sla_resolution_rate` leads to it."""
    code = html.Span(f"{metric.code} · {metric.id}", className="definition-code")
    cells = [
        html.Th(
            [dcc.Link(metric.name[spoken], href=kpi_href(metric.id)), code], scope="row", className="definition-name"
        ),
        html.Td(metric.definition[spoken], className="definition-text"),
    ]
    for heading, said in zip(FACTS, _facts(metric, spoken), strict=True):
        label: dict[str, Any] = {"data-label": _(heading, spoken)}
        cells.append(html.Td(said, **label))
    return html.Tr(cells, id=metric.id)


def _facts(metric: Metric, spoken: str) -> tuple[str, ...]:
    """Unit and direction, target, process, who is accountable."""
    unit = words.unit_name(metric.unit, spoken)
    return (
        f"{unit}; {words.label('better', metric.better, spoken)}",
        target_words(metric, spoken) or _("none is set", spoken),
        answers().names("process", spoken).get(metric.process, metric.process),
        answers().accountable(metric.id)[f"short_{spoken}"],
    )
