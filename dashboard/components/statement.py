"""Statements: what the scorecard says, each with its sign, its way there, who answers and where to go on."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import Icon, icon
from dashboard.components.kpi_link import kpi_href
from dashboard.components.signal import variation_mark
from dashboard.drill import OWN_KEYS
from dashboard.figures.spark import as_address, spark
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.record import record_link
from dashboard.scorecard import Finding, Kind
from dashboard.scorecard_words import KINDS, actor_name, subject, told
from data.control.chart import ControlChart
from data.selection import Selection
from data.signals import Signal

SIGNS: Mapping[Kind, Icon] = {"missing": "alert", "due": "clock", "quality": "alert"}


def accountable_of(metric: str, selection: Selection, language: str) -> str:
    """Who answers for a metric on the last day shown; for one application its own accountable actor."""
    service = selection.services[0] if len(selection.services) == 1 else None
    return answers().accountable(metric, service, selection.last)[f"short_{language}"]


def finding_statement(finding: Finding, look: Look) -> html.Li:
    """A statement made of a signal."""
    signal, language = finding.signal, look.language
    chart = signal.chart
    mark = (
        variation_mark(chart.variation, chart.side, signal.metric.better, language, word=False)
        if finding.kind != "missing"
        else _sign("missing")
    )
    return _statement(
        finding.kind,
        mark,
        dcc.Link(subject(signal, language), href=_page_of(signal)),
        told(finding, language),
        actor_name(signal.actor_id, language),
        [record_link(signal.metric.id, "/", _query_of(signal), language)],
        _spark(signal, look),
        language,
    )


def plain_statement(
    kind: Kind, title: str, href: str, sentence: str, actor: str, look: Look, metric: str | None = None
) -> html.Li:
    """A statement without a chart: what is due, or a warning. metric: the figure it can be recorded with, if any."""
    record = [record_link(metric, "/", kept_query(), look.language)] if metric else []
    link = dcc.Link(title, href=with_query(href, _kept()))
    return _statement(kind, _sign(kind), link, [sentence], actor, record, None, look.language)


def statement_list(statements: Sequence[Component], language: str) -> Component:
    """The statements in their order; where there is nothing to say, that."""
    if not statements:
        return html.P(
            [icon("check"), " ", _("Nothing to report: no signal, and nothing due.", language)], className="calm"
        )
    return html.Ol(list(statements), className="statements")


def _statement(
    kind: Kind,
    mark: Any,
    link: dcc.Link,
    sentences: Sequence[str],
    actor: str,
    links: Sequence[Component],
    drawn: Component | None,
    language: str,
) -> html.Li:
    owner = html.Span(_("Accountable: {actor}", language, actor=actor), className="statement-owner")
    return html.Li(
        [
            html.Div([mark, " ", html.Span(_(KINDS[kind], language))], className="statement-kind"),
            html.P([html.Strong(link), ": ", " ".join(sentences)], className="statement-text"),
            *([drawn] if drawn is not None else []),
            html.Div([owner, *links], className="statement-foot"),
        ],
        className=f"statement {kind.replace('_', '-')}",
    )


def _sign(kind: Kind) -> Component:
    return icon(SIGNS[kind])


def _spark(signal: Signal, look: Look) -> Component | None:
    drawn = spark(signal.chart, look)
    if drawn is None:
        return None
    return html.Img(
        src=as_address(drawn), alt=_way(signal.chart, look.language), className="statement-spark", width=168, height=44
    )


def _way(chart: ControlChart, language: str) -> str:
    first, last = (formats.month(str(chart.points["period"].iloc[place]), language, whole=True) for place in (0, -1))
    return _("Its way from {first} to {last}, with its limits", language, first=first, last=last)


def _page_of(signal: Signal) -> str:
    if signal.service is None:
        return kpi_href(signal.metric.id)
    return with_query(f"/kpi/{signal.metric.id}", {**_kept(), "service": signal.service})


def _query_of(signal: Signal) -> dict[str, str]:
    return kept_query() | ({"service": signal.service} if signal.service else {})


def _kept() -> dict[str, str]:
    return {key: value for key, value in kept_query().items() if key not in OWN_KEYS}


__all__ = ["accountable_of", "finding_statement", "kept_query", "plain_statement", "statement_list"]
