"""Tile: one figure with its target. Whether it changes is said by its control chart, on the figure's own page."""

from collections.abc import Callable

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, withheld, words
from dashboard.answers import Answer, Ask
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import Icon, icon
from dashboard.components.kpi_link import kpi_href
from dashboard.figures.targets import value_words
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric
from data.selection import Selection


def kpi_tile(
    id: str, metric: str, *, href: str | None = None, change: Callable[[Selection], Selection] | None = None
) -> Block:
    """Declare a tile. href: the page that says more, by default the figure's own; the reader's query is kept.

    change: as in Ask.
    """

    def show(answers: Answered, look: Look) -> Component:
        return _tile(answers[0], look, href)

    return block(id, Ask(metric, change=change), show=show, height=112, class_name="tile")


def value_of(answer: Answer) -> float | None:
    """The one value of an answer without cuts; None where undefined."""
    if answer.frame.empty or formats.missing(answer.frame["value"].iloc[0]):
        return None
    return float(answer.frame["value"].iloc[0])


def meets_target(metric: Metric, value: float | None) -> bool | None:
    """Whether a value meets the target, equality included; None without a target, a value or a better direction."""
    if value is None:
        return None
    if metric.better == "band":
        return None if metric.band is None else metric.band[0] <= value <= metric.band[1]
    if metric.target is None or metric.better == "neutral":
        return None
    return value >= metric.target if metric.better == "higher" else value <= metric.target


def target_words(metric: Metric, language: str) -> str | None:
    """`legalább 95,0 %`, `legfeljebb 4 óra`, `80,0 % – 90,0 %`; None without a target."""
    if metric.better == "band" and metric.band:
        return " – ".join(formats.value(limit, metric.unit, language) for limit in metric.band)
    if metric.target is None:
        return None
    said = formats.value(metric.target, metric.unit, language)
    if metric.better == "lower":
        return _("at most {value}", language, value=said)
    return _("at least {value}", language, value=said) if metric.better == "higher" else said


def _tile(now: Answer, look: Look, href: str | None) -> Component:
    language, metric = look.language, now.metric
    value = value_of(now)
    name = words.metric_name(metric, language)
    link = with_query(href, kept_query()) if href else kpi_href(metric.id)
    parts: list[Component | None] = [
        html.P(dcc.Link(name, href=link), className="tile-name"),
        html.P(_said(value, metric, language), className="tile-value"),
        html.P(withheld.reason(language), className="tile-target") if withheld.is_withheld(now.frame) else None,
        _target(metric, value, language),
    ]
    return html.Div([one for one in parts if one is not None], className="tile-body")


def _said(value: float | None, metric: Metric, language: str) -> str:
    return formats.NOT_AVAILABLE[language] if value is None else value_words(value, metric, language)


def _target(metric: Metric, value: float | None, language: str) -> Component | None:
    words, met = target_words(metric, language), meets_target(metric, value)
    if words is None or met is None:
        return None
    sign: Icon = "check" if met else "alert"
    said = (
        _("meets the target: {target}", language, target=words)
        if met
        else _("misses the target: {target}", language, target=words)
    )
    return html.P([icon(sign), " ", said], className=f"tile-target {'met' if met else 'missed'}")
