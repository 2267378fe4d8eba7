"""Changes of the appropriation in the year: what moves between lines (átcsoportosítás) and what is new or taken away.

A line's change in a month is its modified less its original appropriation booked in that month. Within a month the
increases and decreases of an actor net out as far as the smaller of the two goes: that is a transfer within the actor;
likewise within a kiemelt előirányzat, and within both at once. What nets out nowhere is new money or a cut
(előirányzat-módosítás). A decrease in April and an increase in May aren't taken for one transfer: the ledger does not
say that they belong together.
"""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from data.cost.books import books
from data.metrics.budget import APPROPRIATED_HUF
from data.metrics.cuts import dimensions
from data.metrics.metric import Current
from data.metrics.statements import conditions
from data.schema import etl_input
from data.schema import fact_budget as line
from data.selection import Selection

LINES = [
    "month", "actor", "service", "account_group", "account", "change_huf", "source", "line_id", "input", "line",
]  # fmt: skip
KEYS = {
    "within_both_huf": ["month", "actor", "account_group"],
    "within_actor_huf": ["month", "actor"],
    "within_group_huf": ["month", "account_group"],
    "transferred_huf": ["month"],
}
"""What an amount nets out within; every key is part of the keys before it, or beside them."""
MONTHS = ["month", "increase_huf", "decrease_huf", *KEYS, "net_huf", "lines"]


@dataclass(frozen=True)
class Transfers:
    """months: MONTHS, a row per month with a change: increases, decreases (not below 0), what nets out within an actor
    and kiemelt előirányzat, an actor, a kiemelt előirányzat, anywhere (transferred), and net = increases − decreases.
    cells: month, actor, account_group, account, increase_huf, decrease_huf, net_huf, lines. lines: LINES, the ledger
    lines behind them. Forints, int64."""

    year: int | None
    months: pd.DataFrame
    cells: pd.DataFrame
    lines: pd.DataFrame


def transfers(connection: Connection, selection: Selection) -> Transfers:
    """The changes in the fiscal year that the selection's period ends in, to its end."""
    known = books(connection, selection)
    current = Current(selection.as_of)
    last = int(known.lines.loc[known.lines["year"].eq(known.year), "month"].max()) if known.year else 0
    change = func.coalesce(line.c.appropriated_huf, 0) - func.coalesce(line.c.original_huf, 0)
    found = (
        select(
            func.extract("month", line.c.period_on).label("month"), line.c.actor_id.label("actor"),
            line.c.service_id.label("service"), func.substr(line.c.account_id, 1, 2).label("account_group"),
            line.c.account_id.label("account"), change.label("change_huf"), line.c.source, line.c.line_id,
            etl_input.c.input, line.c.line,
        )
        .join_from(line, etl_input, etl_input.c.input_id == line.c.input_id, isouter=True)
        .where(*conditions(APPROPRIATED_HUF, selection, dimensions(current), current))
        .where(func.extract("year", line.c.period_on) == (known.year or 0))
        .where(func.extract("month", line.c.period_on) <= last, change != 0)
        .order_by(line.c.period_on, line.c.actor_id, line.c.account_id, line.c.source, line.c.line_id)
    )  # fmt: skip
    rows = pd.read_sql(found, connection).astype({"month": "int64", "change_huf": "int64"})
    return transfers_of(rows[LINES], known.year)


def transfers_of(lines: pd.DataFrame, year: int | None) -> Transfers:
    """Transfers from ledger lines. Pure."""
    return Transfers(year, _months(lines), _sums(lines, ["month", "actor", "account_group", "account"]), lines)


def netted(lines: pd.DataFrame, keys: list[str]) -> "pd.Series[int]":
    """What nets out within the members of keys, by month: the smaller of increases and decreases of each."""
    sums = _sums(lines, keys)
    smaller = sums[["increase_huf", "decrease_huf"]].min(axis=1)
    return smaller.groupby(sums["month"]).sum()


def _months(lines: pd.DataFrame) -> pd.DataFrame:
    sums = _sums(lines, ["month"])
    for name, keys in KEYS.items():
        sums[name] = sums["month"].map(netted(lines, keys)).astype("int64")
    return sums[MONTHS]


def _sums(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    split = lines.assign(
        increase_huf=lines["change_huf"].clip(lower=0), decrease_huf=(-lines["change_huf"]).clip(lower=0), lines=1
    )
    sums = split.groupby(keys, as_index=False)[["increase_huf", "decrease_huf", "lines"]].sum()
    sums["net_huf"] = sums["increase_huf"] - sums["decrease_huf"]
    return sums
