"""The service a municipality received, beside its peers: figures, their place among the peers', two years by month."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components import states
from dashboard.components.chips import with_query
from dashboard.components.icons import aria
from dashboard.components.profile_frame import scrolling
from dashboard.components.profile_words import day_text, figure_name, figure_text
from dashboard.components.titled import figure_table, titled
from dashboard.drill import ticket_href
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from dashboard.withheld import reason
from data.adoption.profile_service import PER_1000
from data.metrics.catalogue import METRICS
from data.selection import Selection


def beside_table(rows: pd.DataFrame, peers: str, under: str, query: Mapping[str, str], language: str) -> Component:
    """rows: of data.adoption.profile_service.beside_peers(); peers: who they are, in words."""
    title = _("Service received, beside peers", language)
    heads = [
        _("Figure", language), _("Here", language), _("n", language), _("Half of the peers lie between", language),
        _("Median of the peers", language), _("Peers", language), _("Place among the peers", language),
    ]  # fmt: skip
    body = [_figure_row(row, query, language) for row in rows.to_dict("records")]
    table = html.Table(
        [
            html.Caption(title, className="visually-hidden"),
            html.Thead(
                html.Tr(
                    [html.Th(name, scope="col", className="num" if 0 < at < 6 else "") for at, name in enumerate(heads)]
                )
            ),
            html.Tbody(body),
        ],
        className="plain-table beside-table",
    )
    note = _(
        "Peers: {peers}. Box: the middle half of the peers, line: their median, dot: this municipality. n: tickets "
        "behind the figure; of few tickets it says little, and it is no ranking.",
        language, peers=peers,
    )  # fmt: skip
    notes = [note, *([f"{reason(language)}."] if rows["withheld"].any() else [])]
    return titled(title, under, [scrolling(table, title), *(html.P(one, className="card-foot") for one in notes)])


def _figure_row(row: Mapping[Any, Any], query: Mapping[str, str], language: str) -> html.Tr:
    figure = row["figure"]
    metric = "ticket_count" if figure == PER_1000 else figure
    name = dcc.Link(figure_name(figure, language), href=with_query(f"/kpi/{metric}", dict(query)))
    own = _("withheld", language) if row["withheld"] else figure_text(figure, row["value"], language)
    band = f"{figure_text(figure, row['lower'], language)} – {figure_text(figure, row['upper'], language)}"
    has_peers = not formats.missing(row["median"])
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(own, className="num own"),
            html.Td(formats.number(row["n"], language) if not row["withheld"] else "–", className="num"),
            html.Td(band if has_peers else "–", className="num"),
            html.Td(figure_text(figure, row["median"], language), className="num"),
            html.Td(formats.number(row["peers"], language), className="num"),
            html.Td(_place(row, language)),
        ]
    )


def _place(row: Mapping[Any, Any], language: str) -> Any:
    """The peers' middle half as a box, their median as a line, the municipality as a dot; and the same in a word."""
    if formats.missing(row["median"]) or formats.missing(row["value"]):
        return "–"
    low, high, own = float(row["lower"]), float(row["upper"]), float(row["value"])
    words_of = _("below", language) if own < low else _("above", language) if own > high else _("within", language)
    edge = max(high - low, abs(high) * 0.1, 1e-9)
    left, right = min(low - edge, own), max(high + edge, own)
    share = [f"{100 * (value - left) / (right - left):.1f}%" for value in (low, high, float(row["median"]), own)]
    width = f"{100 * (high - low) / (right - left):.1f}%"
    drawn = html.Div(
        [
            html.Span(className="range-box", style={"left": share[0], "width": width}),
            html.Span(className="range-median", style={"left": share[2]}),
            html.Span(className="range-own", style={"left": share[3]}),
        ],
        className="range",
        **aria(hidden="true"),
    )
    return html.Div([drawn, html.Span(words_of)], className="range-cell")


def month_bars(months: pd.DataFrame, language: str) -> Component:
    """24 months: tickets as bars, and a table of them. months: of data.adoption.profile_service.by_month()."""
    title = _month_title(months, language)
    period = " – ".join(formats.month(months["month"].iloc[at], language) for at in (0, -1))
    if not months["ticket_count"].sum():
        why = _("No ticket of the municipality was opened in these months.", language)
        return titled(title, period, states.empty(language, why, " "))
    most = int(months["ticket_count"].max())
    bars = [
        html.Span(
            style={"height": f"{100 * count / most:.0f}%"},
            className="bar" if count else "bar none",
            title=f"{formats.month(month, language)}: {count}",
        )
        for month, count in zip(months["month"], months["ticket_count"], strict=True)
    ]
    ends = [formats.month(months["month"].iloc[at], language) for at in (0, -1)]
    drawing = html.Div(
        [
            html.Span(formats.number(most, language), className="bars-most"),
            html.Div(bars, className="bars"),
            html.Div([html.Span(one) for one in ends], className="bars-ends"),
        ],
        className="bars-frame",
        **aria(hidden="true"),
    )
    return titled(title, f"{_('tickets opened', language)} · {period}", [drawing, _twin(months, title, language)])


def _month_title(months: pd.DataFrame, language: str) -> str:
    counts = months["ticket_count"].tolist()
    half = len(counts) // 2
    before, after = (formats.number(sum(part), language) for part in (counts[:half], counts[half:]))
    return _(
        "Tickets by month: {after} in the last twelve, {before} in the twelve before",
        language,
        after=after,
        before=before,
    )


def _twin(months: pd.DataFrame, title: str, language: str) -> Component:
    shown = {_("Month", language): [formats.month(one, language) for one in months["month"]]}
    for name in ("ticket_count", "sla_resolution_rate", "resolution_minutes_median"):
        metric = METRICS[name]
        shown[words.metric_name(metric, language)] = [
            "–" if formats.missing(one) else formats.value(float(one), metric.unit, language) for one in months[name]
        ]
    return html.Details([html.Summary(_("Figures by month", language)), figure_table(pd.DataFrame(shown), title)])


def open_table(rows: pd.DataFrame, selection: Selection, under: str, language: str) -> Component:
    """rows: of data.adoption.profile_service.open_tickets()."""
    title = _("Open tickets", language)
    if rows.empty:
        return titled(title, under, html.P(_("No ticket of the municipality is open.", language)))
    shown = pd.DataFrame(
        {
            _("Ticket", language): rows["ticket_id"],
            _("Application or component", language): [
                words.label("service", one, language) for one in rows["service_id"]
            ],
            _("Type of ticket", language): [words.label("ticket_type", one, language) for one in rows["ticket_type"]],
            _("Priority", language): rows["priority"].fillna("–"),
            _("Held by", language): [words.label("actor", one, language) for one in rows["actor_id"]],
            _("Opened", language): [day_text(one, language) for one in rows["opened_on"]],
            _("Deadline", language): [_due(one, selection, language) for one in rows["resolution_due_on"]],
        }
    )
    shown.attrs[LINKS] = [
        ticket_href(str(source), str(key), selection)
        for source, key in zip(rows["source"], rows["ticket_id"], strict=True)
    ]
    count = _("in all: {count}", language, count=formats.number(int(rows["open"].iloc[0]), language))
    return titled(title, f"{under} · {count}", figure_table(shown, title, 7))


def _due(due: object, selection: Selection, language: str) -> str:
    if formats.missing(due):
        return "–"
    said = day_text(due, language)
    late = selection.last is not None and pd.Timestamp(str(due)) < pd.Timestamp(selection.last)
    return _("{day} – past", language, day=said) if late else said
