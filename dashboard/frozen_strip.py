"""Changes day by day beside the frozen periods: what the strip is drawn from, its table and its sentence."""

from datetime import date
from typing import Any

import pandas as pd

from dashboard import formats
from dashboard.answers import Answer, answers
from dashboard.components.card import Answered
from dashboard.drill import rows_href
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import LINKS
from data.frozen import COLUMNS, frozen_periods


def frozen_between(answer: Answer) -> pd.DataFrame:
    """The frozen periods of an answer's period; of one without ends, of the days that it has rows of."""
    days = [date.fromisoformat(str(day)) for day in answer.frame["day"]]
    first = answer.selection.first or min(days, default=None)
    last = answer.selection.last or max(days, default=None)
    if first is None or last is None:
        return pd.DataFrame(columns=list(COLUMNS))
    return answers().read(("frozen", first, last), lambda connection: frozen_periods(connection, first, last))


def tabulate_strip(answered: Answered, look: Look) -> pd.DataFrame:
    """Each frozen period with the changes that went into production in it."""
    changed, breached = answered
    language = look.language
    periods = frozen_between(changed)
    rows = [
        {
            _("Frozen period", language): row[f"name_{language}"],
            _("From", language): formats.day(row["first"], language),
            _("To", language): formats.day(row["last"], language),
            _("Changes in it", language): _within(changed.frame, "denominator", row),
            _("Emergency ones", language): _within(changed.frame, "numerator", row),
            _("Breaches", language): _within(breached.frame, "numerator", row),
        }
        for row in periods.to_dict("records")
    ]
    table = pd.DataFrame(rows)
    table.attrs[LINKS] = [
        rows_href(breached.metric, breached.selection.with_period(row["first"], row["last"]))
        for row in periods.to_dict("records")
    ]
    return table


def say_strip(answered: Answered, look: Look) -> str:
    """How many changes there were, how many frozen periods, how many breaches."""
    changed, breached = answered
    return _(
        "Changes in production: {changes}; frozen periods: {periods}; changes inside them that were no emergency: "
        "{breaches}.",
        look.language,
        changes=formats.number(int(changed.frame["denominator"].sum()), look.language),
        periods=formats.number(len(frozen_between(changed)), look.language),
        breaches=formats.number(int(breached.frame["numerator"].sum()), look.language),
    )


def _within(frame: pd.DataFrame, column: str, row: dict[Any, Any]) -> int:
    days = frame["day"].astype(str)
    return int(frame.loc[(days >= str(row["first"])) & (days <= str(row["last"])), column].sum())
