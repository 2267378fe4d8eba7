"""The answer to "How long does it take?": the usual and the slow tenth, and how many took longer than agreed."""

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.components.answer_line import period_words
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.tile import value_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import recent
from dashboard.sentences import moved_sentence
from dashboard.service_words import mixed_clocks, spread_of

RESTORED = N_("Half of the incidents are restored within {median}, nine in ten within {slow}.")
ANSWERED = N_("Half of the tickets are answered within {median}, nine in ten within {slow}.")
LATE = N_("{restored} of the restored incidents and {answered} of the answered tickets took longer than agreed.")


def times_answer(id: str, restore: tuple[str, str], respond: tuple[str, str]) -> Block:
    """Declare the answer. restore, respond: ids of the median and of the 90th percentile."""
    names = (*restore, *respond)
    asks = [Ask(name, change=recent) for name in names]

    def show(answered: Answered, look: Look) -> Component:
        now = answered[: len(names)]
        language = look.language
        said = []
        for text, pair in ((RESTORED, now[:2]), (ANSWERED, now[2:])):
            values = [value_of(answer) for answer in pair]
            if all(value is not None for value in values):
                median, slow = (formats.duration(value, language) for value in values)
                said.append(_(text, language, median=median, slow=slow))
        said.append(_late(answered, look))
        said.append(moved_sentence(answers().signals(now[0].selection, names), language))
        sentence = " ".join(one for one in said if one) or _("There is nothing to count in this selection.", language)
        under = " · ".join(one for one in (period_words(now[0].selection, language), mixed_clocks(now, look)) if one)
        return html.Div([html.P(sentence, className="answer-sentence"), html.P(under, className="answer-period")])

    return block(id, asks, show=show, height=72, class_name="answer")


def _late(answered: Answered, look: Look) -> str:
    shares = {}
    for of, place in (("resolution", 0), ("response", 2)):
        parts = spread_of(answered[place], of)
        agreed = sum(part.agreed for part in parts)
        shares[of] = formats.percent(sum(part.beyond for part in parts) / agreed, look.language) if agreed else None
    if None in shares.values():
        return ""
    return _(LATE, look.language, restored=shares["resolution"], answered=shares["response"])
