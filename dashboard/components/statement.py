"""Statement: one figure of the scorecard, with all that a supervisor asks of it in the first look.

Value and unit, whether the target is met, whether it has changed since the period before, its way there, who answers.
"""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboard import formats, words
from dashboard.answers import Answer, Ask, answers
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.chips import with_query
from dashboard.components.icons import Icon, icon
from dashboard.components.tile import target_words
from dashboard.figures.spark import as_address, spark
from dashboard.figures.targets import limits_of, value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look, query_of
from dashboard.periods import Period, periods_of, two_years
from dashboard.verdicts import Movement, Standing, Verdict, verdict
from data.selection import Selection

STANDINGS: dict[Standing, tuple[Icon, str]] = {
    "met": ("check", N_("meets the target: {target}")),
    "missed": ("alert", N_("misses the target: {target}")),
    "no_target": ("info", N_("no target is set")),
    "no_value": ("info", N_("no figure in this period")),
}
MOVEMENTS: dict[Movement, tuple[Icon, str]] = {
    "better": ("up", N_("better ({change})")),
    "worse": ("down", N_("worse ({change})")),
    "moved": ("flat", N_("changed ({change})")),
    "steady": ("flat", N_("not really changed ({change})")),
    "unknown": ("flat", N_("nothing to compare with")),
}


def statement(
    id: str,
    metric: str,
    *,
    href: str,
    over: str | None = "month",
    periods: tuple[Period, Period | None] | None = None,
) -> Block:
    """Declare a statement. href: the page that says more; the reader's query goes with it.

    over: the cut of its small line; None where the metric cannot be cut by time. periods: the period asked for and
    the one compared with, None where none can be; by default as the kind of the metric wants.
    """
    period, before = periods or periods_of(metric)
    asks = [Ask(metric, change=period)]
    asks += [Ask(metric, change=before)] if before else []
    asks += [Ask(metric, (over,), two_years)] if over else []

    def show(found: Answered, look: Look) -> Component:
        earlier = found[1] if before else None
        line = found[-1] if over else None
        return _body(verdict(found[0], earlier), line, found[0], look, href)

    return block(id, asks, show=show, height=168, class_name="score")


def accountable_of(metric: str, selection: Selection, language: str) -> str:
    """Who answers for a metric; for one application its own accountable actor."""
    service = selection.services[0] if len(selection.services) == 1 else None
    return answers().accountable(metric, service)[f"short_{language}"]


def kept_query() -> dict[str, str]:
    """The query of the page that sent this callback."""
    if not has_request_context() or not request.referrer or "?" not in request.referrer:
        return {}
    return query_of(request.referrer.split("?", 1)[1].split("#", 1)[0])


def _body(one: Verdict, line: Answer | None, now: Answer, look: Look, href: str) -> Component:
    language = look.language
    said_by = _("Accountable: {actor}", language, actor=accountable_of(one.metric.id, now.selection, language))
    return html.Div(
        [
            html.H3(
                dcc.Link(words.metric_name(one.metric, language), href=with_query(href, kept_query())),
                className="score-name",
            ),
            html.Div(
                [
                    html.Span(_value(one, language), className="score-value"),
                    *_spark(line, look),
                ],
                className="score-figure",
            ),
            _standing(one, language),
            _movement(one, language),
            html.P(said_by, className="score-actor"),
        ],
        className="score-body",
    )


def _value(one: Verdict, language: str) -> str:
    return formats.NOT_AVAILABLE[language] if one.value is None else value_words(one.value, one.metric, language)


def _standing(one: Verdict, language: str) -> Component:
    sign, text = STANDINGS[one.standing]
    target = target_words(one.metric, language) or ""
    return html.P([icon(sign), " ", _(text, language, target=target)], className=f"score-standing {one.standing}")


def _movement(one: Verdict, language: str) -> Component:
    sign, text = MOVEMENTS[one.movement]
    # The arrow shows where the figure went; the word says whether that is good.
    if one.difference and one.movement in ("better", "worse", "moved"):
        sign = "up" if one.difference > 0 else "down"
    change = formats.change(one.difference, one.metric.unit, language)
    if one.movement == "steady" and not any(digit in change for digit in "123456789"):
        text = N_("not changed")
    return html.P([icon(sign), " ", _(text, language, change=change)], className=f"score-movement {one.movement}")


def _spark(line: Answer | None, look: Look) -> list[Any]:
    if line is None or line.frame.empty:
        return []
    limits = limits_of(line.metric)
    values = [None if formats.missing(value) else float(value) for value in line.frame["value"]]
    drawn = spark(values, look, limits[0] if limits else None)
    if drawn is None:
        return []
    over = line.by[0]
    first, last = (words.label(over, line.frame[over].iloc[place], look.language) for place in (0, -1))
    said = _("Its way from {first} to {last}", look.language, first=first, last=last)
    return [html.Img(src=as_address(drawn), alt=said, className="spark", width=120, height=32)]
