"""What stands behind a cell of the matrix: the figures with their signals, and the letters with the days they hold."""

from datetime import timedelta
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.chips import with_query
from dashboard.components.matrix_model import View, metrics_of
from dashboard.components.matrix_table import LETTERS
from dashboard.components.signal import assurance_mark, variation_mark
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.matrix import Row
from data.metrics.metric import Metric
from data.metrics.responsibility import EVERY_SERVICE
from data.signals import Signal

FIGURE_HEADS = (N_("Figure"), N_("Newest month"), N_("Is it changing?"), N_("Can the target be met?"))
LETTER_HEADS = (N_("Actor"), N_("Letter"), N_("From (first day)"), N_("Until (last day)"), N_("Taken from"))


def panel_title(view: View, process: str, service: str) -> str:
    """`Incidenskezelés · ADÓ`."""
    return f"{view.process_name(process)} · {view.service_name(service)}"


def panel(view: View, process: str, service: str) -> list[Component]:
    """The figures first, then who holds what since when."""
    spoken = view.look.language
    found = view.cell(process, service)
    accountable = ", ".join(view.actor_name(one) for one in found.accountable)
    return [
        html.P(
            _("Accountable on {day}: {actor}", spoken, day=formats.day(view.on, spoken),
              actor=accountable or _("nobody", spoken)),
            className="answer-sentence",
        ),
        html.H3(_("Figures behind it", spoken)),
        _figures(view, process, service),
        html.H3(_("Letters and the days they hold", spoken)),
        _letters(view, process, service),
    ]  # fmt: skip


def _figures(view: View, process: str, service: str) -> Component:
    """A row per figure, with its page; a sentence where the process has none for this service."""
    spoken = view.look.language
    metrics = metrics_of(process, service)
    if not metrics:
        return html.P(_("No figure of the catalogue measures this process for one service.", spoken))
    head = [_(text, spoken) for text in FIGURE_HEADS]
    table = html.Table(
        [
            html.Caption(_("Figures behind it", spoken), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
            html.Tbody([_figure(view, one, service) for one in metrics]),
        ],
        className="plain-table",
    )
    label: dict[str, Any] = {"aria-label": _("Figures behind it", spoken)}
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **label)


def _figure(view: View, metric: Metric, service: str) -> html.Tr:
    spoken = view.look.language
    found = (view.signals or {}).get((metric.id, service))
    cells: list[Any] = ["–", "–", "–"]
    if found is not None:
        cells = [
            _value(found, spoken),
            variation_mark(found.chart.variation, found.chart.side, metric.better, spoken),
            assurance_mark(found.chart.assurance, metric.better, spoken),
        ]
    return html.Tr(
        [
            html.Th(dcc.Link(words.metric_name(metric, spoken), href=_href(view, metric, service)), scope="row"),
            *(html.Td(one) for one in cells),
        ]
    )


def _value(found: Signal, spoken: str) -> str:
    last = found.chart.last
    if last is None:
        return formats.NOT_AVAILABLE[spoken]
    month = formats.month(str(last["period"]), spoken)
    return f"{value_words(float(last['value']), found.metric, spoken)} ({month})"


def _href(view: View, metric: Metric, service: str) -> str:
    """The figure's own page, for the service and up to the day."""
    query = view.selection.to_query()
    return with_query(f"/kpi/{metric.id}", query | ({} if service == EVERY_SERVICE else {"service": service}))


def _letters(view: View, process: str, service: str) -> Component:
    spoken = view.look.language
    head = [_(text, spoken) for text in LETTER_HEADS]
    rows = view.matrix.history(process, service)
    table = html.Table(
        [
            html.Caption(_("Letters and the days they hold", spoken), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
            html.Tbody([_letter_row(view, row) for row in rows]),
        ],
        className="plain-table",
    )
    label: dict[str, Any] = {"aria-label": _("Letters and the days they hold", spoken)}
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **label)


def _letter_row(view: View, row: Row) -> html.Tr:
    """Rows that do not hold on the day, or stand behind the service's own, are muted and say so."""
    spoken = view.look.language
    last = _("in force", spoken) if row.valid_to is None else formats.day(row.valid_to - timedelta(days=1), spoken)
    letter = f"{row.raci} ({_(LETTERS[row.raci], spoken)})" if row.raci in LETTERS else row.raci
    scope = "" if row.service_id != EVERY_SERVICE else f" · {view.service_name(EVERY_SERVICE).lower()}"
    now = row.holds(view.on)
    note = "" if now else f" · {_('not on this day', spoken)}"
    return html.Tr(
        [
            html.Th(view.actor_name(row.actor_id), scope="row"),
            html.Td(f"{letter}{scope}{note}"),
            html.Td(formats.day(row.valid_from, spoken)),
            html.Td(last),
            html.Td(row.basis),
        ],
        className="" if now else "matrix-past",
    )
