"""Self-financing over twelve rolling months with what each figure means, and the runway beside the months left."""

import pandas as pd

from dashboard import formats, words
from dashboard.answers import Answer, Ask
from dashboard.components.card import Answered
from dashboard.components.cost_execution_read import MONTHS, forecast_read, rolling_year
from dashboard.components.tile import meets_target, target_words, value_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import fiscal_year

SELF_ASKS = (
    Ask("self_financing_rate", change=rolling_year),
    Ask("own_income_coverage_rate", change=rolling_year),
    Ask("unfunded_commitment_huf", change=fiscal_year),
)
RUNWAY = (Ask("runway_months", ("account_group",), fiscal_year), Ask("runway_months", (), fiscal_year))
NOT_JUDGED = N_("shown, not judged")


def self_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Figure, value, period, target, definition: a row each."""
    language = look.language
    return pd.DataFrame(
        {
            _("Figure", language): [
                f"{words.metric_name(one.metric, language)} ({one.metric.code})" for one in answered
            ],
            _("Value", language): [formats.value(value_of(one), one.metric.unit, language) for one in answered],
            _("Period", language): [
                formats.period(one.selection.first, one.selection.last, language) for one in answered
            ],
            _("Target", language): [_judged(one, language) for one in answered],
            _("Definition", language): [one.metric.definition[language] for one in answered],
        }
    )


def runway_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Of each kiemelt előirányzat and in all: how many months the free appropriation lasts, and how many are left."""
    language = look.language
    by_group, whole = answered
    rows = by_group.frame.to_dict("records")
    last = whole.selection.last
    left = None if last is None else MONTHS - last.month
    names = [words.label("account_group", row["account_group"], language) for row in rows]
    values = [None if formats.missing(row["value"]) else float(row["value"]) for row in rows]
    every = [*values, value_of(whole)]
    made = forecast_read(whole.selection).frame
    due = (made["committed_huf"] - made["spent_huf"]).clip(lower=0)
    of = dict(zip(made["account_group"].where(made["level"].eq("account_group")), due, strict=True))
    owed = [*(of.get(row["account_group"]) for row in rows), due.iloc[0] if len(due) else None]
    return pd.DataFrame(
        {
            _("Main appropriation", language): [*names, _("Total", language)],
            _("Committed, not yet spent", language): [formats.money(one, language) for one in owed],
            _("Free appropriation lasts (months)", language): [formats.number(one, language, 1) for one in every],
            _("Months left", language): [formats.number(left, language)] * len(every),
            _("Does it last?", language): [_lasts(one, left, language) for one in every],
        }
    )


def _lasts(value: float | None, left: int | None, language: str) -> str:
    if value is None or left is None:
        return _("nothing is spent", language)
    return _("yes", language) if value >= left else _("no", language)


def _judged(answer: Answer, language: str) -> str:
    value = value_of(answer)
    said, met = target_words(answer.metric, language), meets_target(answer.metric, value)
    if said is None or met is None:
        return _(NOT_JUDGED, language)
    kept = N_("meets the target: {target}") if met else N_("misses the target: {target}")
    return _(kept, language, target=said)
