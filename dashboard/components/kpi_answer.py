"""The answer of a figure's page: the newest value, whether a change is real, the target, who answers."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import formats, withheld, words
from dashboard.answers import Answer, Ask, answers
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.signal import signal_marks
from dashboard.components.statement import accountable_of
from dashboard.components.tile import target_words, value_of
from dashboard.figures.targets import value_words
from dashboard.judged import can_be_judged, signal_of
from dashboard.kpi_periods import asked_of, charted_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.signal_words import assurance_sentence, of_month, signal_sentence
from dashboard.subtitles import day_of
from data.metrics.metric import Metric
from data.signals import Signal


def kpi_answer(metric: Metric) -> Block:
    """Declare the answer of a metric's page."""
    judged = can_be_judged(metric)
    ask = Ask(metric.id, ("month",), charted_of(metric.id)) if judged else Ask(metric.id, (), asked_of(metric.id))

    def show(answered: Answered, look: Look) -> Component:
        found = signal_of(metric.id, answered[0].selection) if judged else None
        said = _plain(answered[0], look) if found is None or found.chart.last is None else _judged(found, look)
        return html.Div(said, className="kpi-answer")

    return block(f"kpi-{metric.id}-answer", ask, show=show, height=136, class_name="answer")


def _judged(found: Signal, look: Look) -> list[Any]:
    chart, metric, language = found.chart, found.metric, look.language
    last = chart.last
    assert last is not None, "a chart without a value is said otherwise"
    month = of_month(str(last["period"]), language)
    value = value_words(float(last["value"]), metric, language)
    reasons = [signal_sentence(chart, language), assurance_sentence(chart, metric, language)]
    actor = answers().names("actor", language).get(found.actor_id, found.actor_id)
    return [
        html.P(value_sentence(month, value, target_words(metric, language), language), className="answer-sentence"),
        html.P(signal_marks(chart, metric.better, language), className="kpi-marks"),
        html.P(" ".join(one for one in reasons if one), className="kpi-reason"),
        html.P(_accountable(actor, language), className="answer-period"),
    ]


def _plain(answer: Answer, look: Look) -> list[Any]:
    """The value of the period, where nothing can be judged by month."""
    metric, language = answer.metric, look.language
    value = value_of(answer) if not answer.by else _newest(answer)
    said = formats.NOT_AVAILABLE[language] if value is None else value_words(value, metric, language)
    if withheld.is_withheld(answer.frame):
        said = withheld.reason(language)
    selection = answer.selection
    period = formats.period(selection.first, selection.last, language) or _("whole period", language)
    if metric.kind == "stock":
        period = day_of((answer,), look)
    return [
        html.P(
            _("{name}: {value}", language, name=words.metric_name(metric, language), value=said)
            + _target(target_words(metric, language), language),
            className="answer-sentence",
        ),
        html.P(
            _accountable(accountable_of(metric.id, answer.selection, language), language), className="answer-period"
        ),
        html.P(period, className="answer-period"),
    ]


def value_sentence(month: str, value: str, target: str | None, language: str) -> str:
    """`A 2026. októberi érték 92,4 % (cél: legalább 95,0 %).` Ready words of month and value."""
    said = _(N_("The value of {month}: {value}"), language, month=month, value=value)
    return said[:1].upper() + said[1:] + _target(target, language)


def _target(target: str | None, language: str) -> str:
    said = _("target: {value}", language, value=target) if target else _("no target is set", language)
    return f" ({said})."


def _accountable(actor: str, language: str) -> str:
    return _("Accountable: {actor}", language, actor=actor)


def _newest(answer: Answer) -> float | None:
    known = answer.frame.dropna(subset=["value"])
    return None if known.empty else float(known["value"].iloc[-1])
