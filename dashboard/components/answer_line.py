"""The answer under a page's question: one sentence made from its figures, and the period they are of."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import periods_of, recent
from dashboard.sentences import answer_sentence
from dashboard.verdicts import verdict
from data.selection import Selection


def answer_line(id: str, metrics: Sequence[str]) -> Block:
    """Declare the answer of a page from the metrics that decide it."""
    # The last question only tells the period that the sentence is about.
    asks = [Ask(name, change=period) for name in metrics for period in periods_of(name)]

    asks.append(Ask(metrics[0], change=recent))

    def show(answered: Answered, look: Look) -> Component:
        verdicts = [verdict(now, before) for now, before in zip(answered[:-1:2], answered[1::2], strict=True)]
        return html.Div(
            [
                html.P(answer_sentence(verdicts, look.language), className="answer-sentence"),
                html.P(period_words(answered[-1].selection, look.language), className="answer-period"),
            ]
        )

    return block(id, asks, show=show, height=72, class_name="answer")


def period_words(selection: Selection, language: str) -> str:
    """`2025. nov. – 2026. okt., az előző 2024. nov. – 2025. okt. időszakhoz mérve`."""
    before = selection.previous()
    now = formats.period(selection.first, selection.last, language)
    if before == selection or not now:
        return now
    earlier = formats.period(before.first, before.last, language)
    return _("Period: {now} (compared with {earlier})", language, now=now, earlier=earlier)
