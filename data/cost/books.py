"""The budget of a fiscal year so far, beside that of the years before: what forecast, variance and transfers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from data.metrics.budget import SPENT_HUF
from data.metrics.budget_lines import AMOUNTS
from data.metrics.cuts import dimensions
from data.metrics.metric import Current
from data.metrics.period import last_day
from data.metrics.statements import between, conditions
from data.periods import last_of_month, months_before
from data.schema import fact_budget as line
from data.selection import Selection

MONTHS = 12
CELL = ["actor", "account_group"]
COLUMNS = ["year", "month", "actor", "account_group", "account", *AMOUNTS]


@dataclass(frozen=True)
class Books:
    """Expenditure (K1–K9) by month, actor and rovat, up to a month of a fiscal year.

    lines: COLUMNS; month is 1 to 12, amounts are increments of the month (int64, forints). year: the fiscal year
    asked about, None where nothing is booked. through: the months of it that are booked and over (0: none). past: the
    whole years before it, those with performance booked in each of the twelve months.
    """

    lines: pd.DataFrame
    year: int | None
    through: int
    past: tuple[int, ...]

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Actor and kiemelt előirányzat (K1 …) of every series there is, sorted; a row per cell of cube()."""
        return self.lines[CELL].drop_duplicates().sort_values(CELL, ignore_index=True)

    def cube(self, amount: str, years: Sequence[int]) -> np.ndarray:
        """Increments of an amount: cells × years × 12 months, int64; 0 where nothing is booked."""
        found = np.zeros((len(self.cells), len(years), MONTHS), dtype=np.int64)
        chosen = self.lines[self.lines["year"].isin(list(years))]
        places = pd.MultiIndex.from_frame(self.cells).get_indexer(pd.MultiIndex.from_frame(chosen[CELL]))
        at = pd.Index(list(years)).get_indexer(pd.Index(chosen["year"]))
        month = chosen["month"].to_numpy(dtype=np.int64) - 1
        np.add.at(found, (places, at, month), chosen[amount].to_numpy(dtype=np.int64))
        return found

    def so_far(self, amount: str) -> np.ndarray:
        """An amount of the year so far, by cell."""
        return self.cube(amount, [self.year or 0])[:, 0, :].sum(axis=1)


def books(connection: Connection, selection: Selection) -> Books:
    """The books of the selection's members in the fiscal year that its period ends in, and of the years before.

    A month that is not over at the last day of data is left out of the year: half a month's performance would be taken
    for a slow month. Source: fact_budget, each forint once (budget_lines.py), the versions asked for.
    """
    current = Current(selection.as_of)
    known = last_day(connection)
    end = min(filter(None, (selection.last, known)), default=None)
    month = func.date_trunc("month", line.c.period_on)
    account_group = func.substr(line.c.account_id, 1, 2)
    keys = [month, line.c.actor_id, account_group, line.c.account_id]
    found = (
        select(
            month.label("on"), line.c.actor_id.label("actor"), account_group.label("account_group"),
            line.c.account_id.label("account"),
            *(func.coalesce(func.sum(line.c[name]), 0).label(name) for name in AMOUNTS),
        )
        .where(*conditions(SPENT_HUF, selection, dimensions(current), current))
        .where(*between(line.c.period_on, None, _whole(end)))
        .group_by(*keys)
        .order_by(*keys)
    )  # fmt: skip
    return books_of(pd.read_sql(found, connection))


def books_of(rows: pd.DataFrame) -> Books:
    """Books from rows by month (on), actor, account_group and account: the newest year is the one asked about."""
    days = pd.to_datetime(rows["on"])
    lines = rows.assign(year=days.dt.year.astype("int64"), month=days.dt.month.astype("int64"))[COLUMNS]
    lines = lines.astype(dict.fromkeys(AMOUNTS, "int64")).reset_index(drop=True)
    if lines.empty:
        return Books(lines, None, 0, ())
    year = int(lines["year"].max())
    spent = lines[lines["spent_huf"] != 0]
    booked = spent.groupby("year")["month"].agg(["max", "nunique"])
    through = int(booked["max"].get(year, 0))
    past = tuple(int(one) for one in booked.index[(booked["nunique"] == MONTHS) & (booked.index < year)])
    return Books(lines, year, through, past)


def _whole(end: date | None) -> date | None:
    """The end of the last month that is over by a day."""
    if end is None or end == last_of_month(end):
        return end
    return last_of_month(months_before(end, 1))
