"""All figures with their signals, by field: the one click behind the scorecard."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.icons import aria
from dashboard.components.kpi_link import kpi_link
from dashboard.components.signal import assurance_mark, variation_mark
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.scorecard_words import actor_name
from dashboard.signal_words import aim_words
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric
from data.signals import Signal

HEADINGS = {
    N_("Figure"): "",
    N_("Newest month"): "num",
    N_("Target"): "num",
    N_("Is it changing?"): "",
    N_("Can the target be met?"): "",
    N_("Accountable"): "",
}


def all_figures(signals: Sequence[Signal], look: Look) -> html.Details:
    """A table per field, folded away; figures that are not judged month by month are listed with a link only."""
    judged = {one.metric.id: one for one in signals}
    fields: dict[str, list[Metric]] = {}
    for metric in METRICS.values():
        fields.setdefault(metric.field, []).append(metric)
    tables = [_field(name, metrics, judged, look) for name, metrics in fields.items()]
    heading = _("All figures ({count})", look.language, count=len(METRICS))
    return html.Details([html.Summary(heading), *tables], className="all-figures")


def _field(name: str, metrics: Sequence[Metric], judged: dict[str, Signal], look: Look) -> html.Div:
    language = look.language
    heading = _(words.FIELDS[name], language)
    head = html.Thead(
        html.Tr([html.Th(_(text, language), scope="col", className=kind) for text, kind in HEADINGS.items()])
    )
    rows = [_row(metric, judged.get(metric.id), language) for metric in metrics]
    table = html.Table([html.Caption(heading), head, html.Tbody(rows)], className="plain-table figures-table")
    return html.Div(table, className="table-scroll", tabIndex="0", role="region", **aria(label=heading))


def _row(metric: Metric, signal: Signal | None, language: str) -> html.Tr:
    name = html.Th(kpi_link(metric, language), scope="row")
    if signal is None:
        why = _("judged by year or by what is due, not month by month", language)
        return html.Tr([name, html.Td(why, colSpan=len(HEADINGS) - 1, className="muted")])
    chart, last = signal.chart, signal.chart.last
    value = "" if last is None else value_words(float(last["value"]), signal.metric, language)
    month = "" if last is None else formats.month(str(last["period"]), language)
    cells: list[Component] = [
        html.Td(
            [value, " ", html.Span(month, className="muted")] if value else formats.NOT_AVAILABLE[language],
            className="num",
        ),
        html.Td(aim_words(chart.aim, signal.metric, language), className="num"),
        html.Td(variation_mark(chart.variation, chart.side, signal.metric.better, language)),
        html.Td(
            ""
            if chart.assurance in ("no_target", "too_early")
            else assurance_mark(chart.assurance, signal.metric.better, language)
        ),
        html.Td(actor_name(signal.actor_id, language)),
    ]
    return html.Tr([name, *cells])
