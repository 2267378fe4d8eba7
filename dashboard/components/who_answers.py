"""Who answers for the figures of a page: each with its value, its target, and its accountable actor on that day."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Answer, Ask, answers
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.tile import target_words, value_of
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.drill import with_query
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import periods_of
from dashboard.tabulate import LINKS
from dashboard.verdicts import standing
from data.metrics.measure import accountable

STANDINGS = {
    "met": N_("yes, met"),
    "missed": N_("no, missed"),
    "no_target": N_("no target"),
    "no_value": N_("no figure"),
}
WORD_COLUMNS = 1


def who_answers(id: str, metrics: Sequence[str], title: str = N_("Who answers for these figures")) -> Block:
    """Declare the table. Each row leads to the figure's own page."""

    def show(answered: Answered, look: Look) -> Component:
        table = _table(answered, look)
        heading = _(title, look.language)
        return titled(heading, period_of(_longest(answered), look), figure_table(table, heading, len(table.columns)))

    asks = [Ask(name, change=periods_of(name)[0]) for name in metrics]
    return block(id, asks, show=show, height=60 + 36 * len(asks), class_name="chart-card")


def accountable_name(answer: Answer, language: str) -> str:
    """The accountable actor of a figure on the last day that is shown; of one application its own."""
    services = answer.selection.services
    service = services[0] if len(services) == 1 else None
    on = _last_shown(answer)
    found = answers().read(
        ("accountable", answer.metric.id, service, on),
        lambda connection: accountable(connection, answer.metric, service, on),
    )
    return found[f"short_{language}"]


def _table(answered: Answered, look: Look) -> pd.DataFrame:
    language = look.language
    rows = []
    for answer in answered:
        value = value_of(answer)
        said = formats.NOT_AVAILABLE[language] if value is None else value_words(value, answer.metric, language)
        rows.append(
            {
                _("Figure", language): words.metric_name(answer.metric, language),
                _("Value", language): said,
                _("Target", language): target_words(answer.metric, language) or "–",
                _("Is the target met?", language): _(STANDINGS[standing(answer.metric, value)], language),
                _("Accountable", language): accountable_name(answer, language),
            }
        )
    table = pd.DataFrame(rows)
    table.attrs[LINKS] = [with_query(f"/kpi/{one.metric.id}", one.selection.to_query()) for one in answered]
    return table


def _longest(answered: Answered) -> Answered:
    """The answers, first the one of a whole period that ends last: what holds on a day alone has no beginning."""

    def rank(answer: Answer) -> tuple[bool, int]:
        first, last = answer.selection.first, answer.selection.last
        return first is None, -last.toordinal() if last else 0

    return tuple(sorted(answered, key=rank))


def _last_shown(answer: Answer) -> date | None:
    days = [answer.selection.last, answers().last_day()]
    return min((day for day in days if day), default=None)
