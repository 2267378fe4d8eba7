"""The answer under a page's question: one sentence made from its figures, and the period they are of."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import periods_of, recent
from dashboard.scorecard import is_judged
from dashboard.sentences import answer_sentence
from dashboard.verdicts import verdict
from data.metrics.catalogue import metric
from data.selection import Selection


def answer_line(id: str, metrics: Sequence[str]) -> Block:
    """Declare the answer of a page from the metrics that decide it."""
    # The last question only tells the period that the sentence is about.
    asks = [Ask(name, change=periods_of(name)[0]) for name in metrics]
    asks.append(Ask(metrics[0], change=recent))
    judged = [name for name in metrics if is_judged(metric(name))]

    def show(answered: Answered, look: Look) -> Component:
        selection = answered[-1].selection
        verdicts = [verdict(now) for now in answered[:-1]]
        signals = answers().signals(selection, judged) if judged else []
        return html.Div(
            [
                html.P(answer_sentence(verdicts, signals, look.language), className="answer-sentence"),
                html.P(period_words(selection, look.language), className="answer-period"),
            ]
        )

    return block(id, asks, show=show, height=72, class_name="answer")


def period_words(selection: Selection, language: str) -> str:
    """`2025. nov. – 2026. okt.`; empty without a period."""
    now = formats.period(selection.first, selection.last, language)
    return _("Period: {now}", language, now=now) if now else ""
