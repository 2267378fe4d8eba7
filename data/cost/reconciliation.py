"""Does everything add up? The ledger of a period beside its allocation, and beside the treasury's report."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Table, cast, func, select

from data.cost.differences import Difference, differences
from data.cost.report_lines import sums
from data.cost.sums import allocated_sums
from data.metrics.budget_lines import AMOUNTS
from data.metrics.metric import Current
from data.periods import last_of_month
from data.schema import UNKNOWN_MUNICIPALITY, cost_line, cost_month, cost_share

ALLOCATED = ("actor_huf", "application_huf", "municipality_huf")
"""The allocation's totals, by whom it is added up."""
MONTHS = (
    "month", "ledger_huf", *ALLOCATED, "unplaced_huf", "to_nobody_huf", "difference_huf", "allocated_ledger_huf",
    "plan_version", "loaded_run",
)  # fmt: skip
NODES = ("node_id", "actor_id", "lines", "months", "amount_huf")


@dataclass(frozen=True)
class Compared:
    """A year's report beside the ledger up to the report's last month. accounts: account_group (K1 …), account_id, and
    ledger_ and report_ of each of AMOUNTS. after_huf: the ledger's performance of expenditure after that month."""

    year: int
    last: date
    accounts: pd.DataFrame
    found: tuple[Difference, ...]
    after_huf: int

    @property
    def groups(self) -> pd.DataFrame:
        """By kiemelt előirányzat: account_group, and the same amounts."""
        return self.accounts.drop(columns="account_id").groupby("account_group", as_index=False).sum()


@dataclass(frozen=True)
class Reconciliation:
    """months: MONTHS, one row per month that the ledger or an allocation has. nodes: NODES, what stayed unplaced.

    reports: a year each, the newest last; empty where no report was delivered.
    """

    months: pd.DataFrame
    nodes: pd.DataFrame
    reports: tuple[Compared, ...]

    @property
    def ledger_huf(self) -> int:
        return int(self.months["ledger_huf"].sum())

    @property
    def unplaced_huf(self) -> int:
        """What no municipality is charged; it is named by node."""
        return int(self.nodes["amount_huf"].sum())

    @property
    def residual_huf(self) -> int:
        """BU10: the ledger's total less all that is allocated, unplaced amounts included."""
        return int(self.months["difference_huf"].sum())

    @property
    def adds_up(self) -> bool:
        """Whether every month's four totals are the same."""
        return bool((self.months["difference_huf"] == 0).all()) and not self._uneven

    @property
    def _uneven(self) -> bool:
        return any((self.months[name] != self.months["ledger_huf"]).any() for name in ALLOCATED)

    def missing(self) -> pd.DataFrame:
        """Months that are not allocated though the ledger has performance: rows of months."""
        return self.months[self.months["loaded_run"].isna() & (self.months["ledger_huf"] != 0)]

    def outdated(self) -> pd.DataFrame:
        """Months that were allocated from another ledger: rows of months."""
        known = self.months["allocated_ledger_huf"].notna()
        return self.months[known & (self.months["allocated_ledger_huf"] != self.months["ledger_huf"])]


def reconcile(connection: Connection, first: date, last: date, as_of: int | None = None) -> Reconciliation:
    """The months from first to last; reports of the years they are of, as far as there are reports by then.

    A report counts from 1 January, so it is compared with the ledger from 1 January up to its own last month.
    """
    begin, end = date(first.year, 1, 1), last_of_month(last)
    books = sums(connection, begin, end, as_of)
    spent = books[~books["is_report"] & books["account_id"].str.startswith("K") & (books["month"] >= first)]
    months = _months(connection, spent.groupby("month")["spent_huf"].sum(), first, end, as_of)
    years = sorted({month.year for month in books.loc[books["is_report"], "month"]})
    reports = tuple(_compared(connection, books, year, as_of) for year in years)
    return Reconciliation(months, unplaced(connection, first, end, as_of), reports)


def unplaced(connection: Connection, first: date, last: date, as_of: int | None = None) -> pd.DataFrame:
    """What could not be shared out, by the service it stands on and its actor, the largest first: NODES."""
    line = cost_line
    amount = cast(func.sum(line.c.amount_huf), BigInteger).label("amount_huf")
    query = (
        select(line.c.application_id.label("node_id"), line.c.actor_id, func.count().label("lines"),
               func.count(line.c.month.distinct()).label("months"), amount)
        .where(Current(as_of)(line), ~line.c.is_placed, line.c.month.between(first, last))
        .group_by(line.c.application_id, line.c.actor_id)
        .order_by(amount.desc(), line.c.application_id, line.c.actor_id)
    )  # fmt: skip
    return pd.read_sql(query, connection).astype({"amount_huf": "int64"})


def _months(
    connection: Connection, ledger: "pd.Series[int]", first: date, last: date, as_of: int | None
) -> pd.DataFrame:
    lines, shares = cost_line, cost_share
    found = {
        "ledger_huf": ledger,
        "actor_huf": _sum(connection, lines, "actor_id", first, last, as_of),
        "application_huf": _sum(connection, lines, "application_id", first, last, as_of),
        "municipality_huf": _sum(connection, shares, "municipality_id", first, last, as_of),
        "unplaced_huf": _sum(connection, lines, "application_id", first, last, as_of, ~lines.c.is_placed),
        "to_nobody_huf": _sum(connection, shares, "municipality_id", first, last, as_of,
                              shares.c.municipality_id == UNKNOWN_MUNICIPALITY),
    }  # fmt: skip
    table = pd.DataFrame(found).fillna(0).astype("int64").rename_axis("month").reset_index()
    table["difference_huf"] = table["ledger_huf"] - table["municipality_huf"]
    head = pd.read_sql(
        select(cost_month.c.month, cost_month.c.ledger_huf.label("allocated_ledger_huf"), cost_month.c.plan_version,
               cost_month.c.loaded_run).where(Current(as_of)(cost_month), cost_month.c.month.between(first, last)),
        connection,
    )  # fmt: skip
    head["month"] = pd.to_datetime(head["month"]).dt.date
    whole = table.merge(head, on="month", how="left").sort_values("month", ignore_index=True)
    return whole[list(MONTHS)].astype({"allocated_ledger_huf": "Int64", "loaded_run": "Int64"})


def _sum(
    connection: Connection, table: Table, cut: str, first: date, last: date, as_of: int | None,
    *where: ColumnElement[bool],
) -> "pd.Series[int]":  # fmt: skip
    """Sums by month of the sums by cut, so that what a reader would add up is added up."""
    rows = allocated_sums(connection, table, ("month", cut), first, last, as_of, *where)
    return rows.groupby("month")["amount_huf"].sum()


def _compared(connection: Connection, books: pd.DataFrame, year: int, as_of: int | None) -> Compared:
    own = books[[month.year == year for month in books["month"]]]
    last = max(own.loc[own["is_report"], "month"])
    like = own[own["month"] <= last]
    table = _accounts(like)
    found = differences(connection, table, like, date(year, 1, 1), last_of_month(last), as_of)
    later = own[~own["is_report"] & (own["month"] > last) & own["account_id"].str.startswith("K")]
    return Compared(year, last, table, tuple(found), int(later["spent_huf"].sum()))


def _accounts(like: pd.DataFrame) -> pd.DataFrame:
    """Ledger and report by the rovat that both know: where one is more detailed than the other, the coarser one."""
    codes = sorted(set(like["account_id"]))
    shortest = {code: next(other for other in codes if code.startswith(other)) for code in codes}
    rows = like.assign(account_id=like["account_id"].map(shortest))
    sides = {
        name: rows[rows["is_report"] == is_report].groupby("account_id")[list(AMOUNTS)].sum().add_prefix(f"{name}_")
        for name, is_report in (("ledger", False), ("report", True))
    }
    whole = pd.concat(sides.values(), axis=1).fillna(0).astype("int64").sort_index().rename_axis("account_id")
    whole = whole.reset_index()
    return whole.assign(account_group=whole["account_id"].str[:2])[["account_group", *whole.columns]]
