"""A figure's signals service by service: value, variation, assurance, who answers."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import aria, attributes
from dashboard.components.signal import assurance_mark, variation_mark
from dashboard.components.tile import target_words
from dashboard.components.titled import titled
from dashboard.figures.targets import value_words
from dashboard.judged import can_be_judged, signals_of
from dashboard.kpi_periods import charted_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.signal_words import of_month, signal_sentence
from data.metrics.metric import Metric
from data.signals import Signal

TITLE = N_("Signals by application and component")
VALUE = N_("Newest value")
HEADINGS = (
    N_("Application or component"), VALUE, N_("Is it changing?"), N_("Is the target met?"), N_("Target"),
    N_("Accountable"),
)  # fmt: skip


def kpi_services(metric: Metric) -> Block | None:
    """Declare the table of a metric; None where it cannot be cut by service and month."""
    if "service" not in metric.cut_by or not can_be_judged(metric):
        return None

    def show(answered: Answered, look: Look) -> Component:
        selection, language = answered[0].selection, look.language
        services = selection.services or tuple(answers().choices().services["service_id"].astype(str))
        found = [one for one in signals_of(metric.id, selection, services) if one.chart.last is not None]
        title = _(TITLE, language)
        if not found:
            return titled(title, "", states.empty(language))
        return titled(title, "", _table(found, title, language))

    ask = Ask(metric.id, ("month",), charted_of(metric.id))
    return block(f"kpi-{metric.id}-services", ask, show=show, height=160, class_name="chart-card")


def _table(found: list[Signal], title: str, language: str) -> Component:
    head = html.Tr(
        [html.Th(_(text, language), scope="col", className="num" if text == VALUE else "") for text in HEADINGS]
    )
    table = html.Table(
        [
            html.Caption(title, className="visually-hidden"),
            html.Thead(head),
            html.Tbody([_row(one, language) for one in found]),
        ],
        className="plain-table",
    )
    return html.Div(table, className="table-scroll stacked", tabIndex=0, role="group", **aria(label=title))


def _row(one: Signal, language: str) -> Component:
    chart, metric = one.chart, one.metric
    last = chart.last
    assert last is not None, "services without a value are left out"
    name = words.label("service", one.service, language)
    href = with_query(f"/kpi/{metric.id}", kept_query() | {"service": str(one.service)})
    value = value_words(float(last["value"]), metric, language)
    month = of_month(str(last["period"]), language)
    cells: list[Any] = [
        html.Span(value, title=_("{month} value", language, month=month)),
        html.Span(
            variation_mark(chart.variation, chart.side, metric.better, language),
            title=signal_sentence(chart, language),
        ),
        assurance_mark(chart.assurance, metric.better, language),
        target_words(metric, language) or "–",
        answers().names("actor", language).get(one.actor_id, one.actor_id),
    ]
    labels = [attributes({"data-label": _(text, language)}) for text in HEADINGS[1:]]
    return html.Tr(
        [html.Th(dcc.Link(name, href=href), scope="row")]
        + [
            html.Td(cell, className="num" if text == VALUE else "", **label)
            for text, cell, label in zip(HEADINGS[1:], cells, labels, strict=True)
        ]
    )
