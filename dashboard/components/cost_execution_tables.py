"""Tables of the page of execution: whole forints, ready text."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.components.cost_execution_read import month_key
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.books import Books
from data.cost.forecast import Forecast
from data.cost.transfers import Transfers
from data.cost.variance import Waterfall
from data.metrics.budget_lines import AMOUNTS

AMOUNT_HEADS = {
    "original_huf": N_("Original appropriation"),
    "appropriated_huf": N_("Modified appropriation"),
    "committed_huf": N_("Commitment"),
    "spent_huf": N_("Performance"),
}
MOVE_HEADS = {
    "increase_huf": N_("Increases"),
    "decrease_huf": N_("Decreases"),
    "transferred_huf": N_("Transfer between lines"),
    "within_group_huf": N_("Of it within the main appropriation"),
    "within_actor_huf": N_("Of it within the actor"),
    "within_both_huf": N_("Of it within both"),
    "net_huf": N_("New money or cut"),
}
TOTAL = N_("Total")
OTHER_YEARS, YEARS_BEFORE = N_("the other years"), N_("the years before")


def rovat_table(known: Books, language: str) -> pd.DataFrame:
    """A row per rovat of the year so far, and the total: the four amounts, and what is free or beyond."""
    of_year = known.lines[known.lines["year"].eq(known.year or 0)]
    rows = of_year.groupby("account", as_index=False)[list(AMOUNTS)].sum()
    total = rows[list(AMOUNTS)].sum().to_dict() | {"account": ""}
    return _stages([*rows.to_dict("records"), total], _("Rovat", language), _account, language)


def member_table(made: Forecast, level: str, language: str) -> pd.DataFrame:
    """The twin of the bars of a level: the four amounts by member."""
    rows = made.frame[made.frame["level"] == level].to_dict("records")
    return _stages(rows, heading(level, language), lambda row, spoken: _member(row, level, spoken), language)


def forecast_table(made: Forecast, language: str) -> pd.DataFrame:
    """A row per kiemelt előirányzat and actor, and the whole: appropriation, commitment, forecast, interval, what is
    left by it, past error."""
    rows = [row for level in ("account_group", "actor", "all") for row in _of(made, level)]
    left = [_left(row) for row in rows]
    return pd.DataFrame(
        {
            _("Main appropriation or actor", language): [_member(row, row["level"], language) for row in rows],
            _("Modified appropriation", language): _money(rows, "appropriated_huf", language),
            _("Commitment", language): _money(rows, "committed_huf", language),
            _("Forecast for the year", language): _money(rows, "forecast_huf", language),
            _("Past error (years tried)", language): [_error(row, language) for row in rows],
            _("Interval, lowest", language): _money(rows, "low_huf", language),
            _("Interval, highest", language): _money(rows, "high_huf", language),
            _("Left of the appropriation", language): [formats.money(one, language) for one in left],
        }
    )


def path_table(path: pd.DataFrame, made: Forecast, language: str) -> pd.DataFrame:
    """The twin of the chart of the year's end."""
    rows = path.to_dict("records")
    year = made.year or 0
    return pd.DataFrame(
        {
            _("Month", language): [
                formats.month(month_key(year, int(row["month"])), language, whole=True) for row in rows
            ],
            _("Performance, added up", language): _money(rows, "spent_huf", language),
            _("Forecast, added up", language): _money(rows, "forecast_huf", language),
        }
    )


def error_table(tried: pd.DataFrame, language: str) -> pd.DataFrame:
    """The backtest of the whole: forecast, actual, error, and whether the interval held."""
    rows = tried[tried["level"] == "all"].to_dict("records")
    return pd.DataFrame(
        {
            _("Month", language): [
                formats.month(month_key(row["year"], row["month"]), language, whole=True) for row in rows
            ],
            _("Forecast for the year", language): _money(rows, "forecast_huf", language),
            _("Interval, lowest", language): _money(rows, "low_huf", language),
            _("Interval, highest", language): _money(rows, "high_huf", language),
            _("Actual", language): _money(rows, "actual_huf", language),
            _("Error", language): [formats.percent(row["error_rate"], language) for row in rows],
            _("Made from", language): [
                _(OTHER_YEARS if row["is_left_out"] else YEARS_BEFORE, language) for row in rows
            ],
        }
    )


def waterfall_table(found: Waterfall, ends: tuple[str, str], language: str) -> pd.DataFrame:
    """Members with what they are held against, what there is, and the difference; the total, and no remainder."""
    rows: list[dict[Any, Any]] = found.steps.to_dict("records")
    total: dict[Any, Any] = {
        "before_huf": found.before,
        "after_huf": found.after,
        "difference_huf": found.after - found.before,
    }
    names = [words.label(found.by, row["member"], language) for row in rows]
    every = [*rows, total]
    return pd.DataFrame(
        {
            heading(found.by, language): [*names, _(TOTAL, language)],
            ends[0]: _money(every, "before_huf", language),
            ends[1]: _money(every, "after_huf", language),
            _("Difference", language): _money(every, "difference_huf", language),
        }
    )


def months_table(found: Transfers, language: str) -> pd.DataFrame:
    """Changes of the appropriation by month, and what of them nets out where."""
    rows = found.months.to_dict("records")
    columns = {_("Month", language): [_month(found, row, language) for row in rows]}
    for name, head in MOVE_HEADS.items():
        columns[_(head, language)] = _money(rows, name, language)
    return pd.DataFrame(columns)


def cells_table(found: Transfers, language: str) -> pd.DataFrame:
    """Changes by month, actor and rovat."""
    rows = found.cells.to_dict("records")
    return pd.DataFrame(
        {
            _("Month", language): [_month(found, row, language) for row in rows],
            _("Actor", language): [words.label("actor", row["actor"], language) for row in rows],
            _("Rovat", language): [_account(row, language) for row in rows],
            _("Increases", language): _money(rows, "increase_huf", language),
            _("Decreases", language): _money(rows, "decrease_huf", language),
            _("Change", language): _money(rows, "net_huf", language),
            _("Ledger lines", language): [formats.number(row["lines"], language) for row in rows],
        }
    )


def lines_table(found: Transfers, language: str) -> pd.DataFrame:
    """The ledger lines behind the changes, each with its file and line."""
    rows = found.lines.to_dict("records")
    return pd.DataFrame(
        {
            _("Month", language): [_month(found, row, language) for row in rows],
            _("Ledger line", language): [str(row["line_id"]) for row in rows],
            _("Change", language): _money(rows, "change_huf", language),
            _("Actor", language): [words.label("actor", row["actor"], language) for row in rows],
            _("Rovat", language): [_account(row, language) for row in rows],
            _("Application or component", language): [words.label("service", row["service"], language) for row in rows],
            _("File or address", language): [
                "" if formats.missing(row["input"]) else str(row["input"]) for row in rows
            ],
            _("Line", language): ["" if formats.missing(row["line"]) else str(row["line"]) for row in rows],
        }
    )


def heading(level: str, language: str) -> str:
    """What the members of a level are called."""
    return _("Actor", language) if level == "actor" else _("Main appropriation", language)


def _account(row: Mapping[Any, Any], language: str) -> str:
    return words.label("account", row["account"], language) if row["account"] else _(TOTAL, language)


def _stages(rows: list[dict[Any, Any]], head: str, named: Any, language: str) -> pd.DataFrame:
    columns = {head: [named(row, language) for row in rows]}
    for name, said in AMOUNT_HEADS.items():
        columns[_(said, language)] = _money(rows, name, language)
    free = [row["appropriated_huf"] - max(row["committed_huf"], row["spent_huf"]) for row in rows]
    columns[_("Free appropriation", language)] = [formats.money(one, language) for one in free]
    columns[_("Performance, share of the modified", language)] = [
        formats.percent(row["spent_huf"] / row["appropriated_huf"] if row["appropriated_huf"] > 0 else None, language)
        for row in rows
    ]
    return pd.DataFrame(columns)


def _member(row: Mapping[Any, Any], level: str, language: str) -> str:
    return _(TOTAL, language) if level == "all" else words.label(level, row[level], language)


def _of(made: Forecast, level: str) -> list[dict[Any, Any]]:
    return made.frame[made.frame["level"] == level].to_dict("records")


def _error(row: Mapping[Any, Any], language: str) -> str:
    """`0,1 % (2)`: the mean, and of how many years."""
    if not row["error_years"]:
        return formats.NOT_AVAILABLE[language]
    return f"{formats.percent(row['error_rate'], language)} ({formats.number(row['error_years'], language)})"


def _left(row: Mapping[Any, Any]) -> float | None:
    return None if formats.missing(row["forecast_huf"]) else float(row["appropriated_huf"] - row["forecast_huf"])


def _money(rows: list[dict[Any, Any]], name: str, language: str) -> list[str]:
    return [formats.money(None if formats.missing(row[name]) else row[name], language) for row in rows]


def _month(found: Transfers, row: Mapping[Any, Any], language: str) -> str:
    return formats.month(month_key(found.year or 0, int(row["month"])), language, whole=True)
