"""The ledger and the treasury's reports, read side by side: monthly sums by rovat, each forint once."""

from datetime import date

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from data.metrics.budget_lines import AMOUNTS, CONTROL, counted_once
from data.metrics.metric import Current
from data.schema import fact_budget as line

SUMS = ("is_report", "month", "account_id")
LINE = ("source", "line_id", "month", "account_id", "actor_id", "service_id", "loaded_run")


def sums(connection: Connection, first: date, last: date, as_of: int | None = None) -> pd.DataFrame:
    """Both books by month and rovat: is_report, month, account_id, AMOUNTS (forints), lines, thousands, newest_run.

    thousands: whether every amount is of whole thousands, as reports in thousands of forints are. Subtotals and 'ebből'
    rows of either are left out. Nothing booked gives no row.
    """
    current = Current(as_of)
    month = func.date_trunc("month", line.c.period_on)
    is_report = line.c.purpose.is_not_distinct_from(CONTROL)
    added = [cast(func.coalesce(func.sum(line.c[name]), 0), BigInteger).label(name) for name in AMOUNTS]
    uneven = func.sum(sum((func.abs(func.coalesce(line.c[name], 0)) % 1000 for name in AMOUNTS[1:]),
                          func.abs(func.coalesce(line.c[AMOUNTS[0]], 0)) % 1000))  # fmt: skip
    query = (
        select(is_report.label("is_report"), month.label("month"), line.c.account_id, *added,
               func.count().label("lines"), (uneven == 0).label("thousands"),
               func.max(line.c.loaded_run).label("newest_run"))
        .where(current(line), counted_once(current), line.c.period_on.between(first, last))
        .group_by(is_report, month, line.c.account_id)
        .order_by(is_report, month, line.c.account_id)
    )  # fmt: skip
    return _with_months(pd.read_sql(query, connection)).astype(dict.fromkeys(AMOUNTS, "int64"))


def ledger_lines(
    connection: Connection, first: date, last: date, account: str, as_of: int | None = None
) -> pd.DataFrame:
    """Ledger lines of a rovat and of those below it: LINE, then AMOUNTS; sorted by key."""
    current = Current(as_of)
    month = func.date_trunc("month", line.c.period_on).label("month")
    query = (
        select(*(month if name == "month" else line.c[name] for name in LINE), *(line.c[name] for name in AMOUNTS))
        .where(
            current(line), counted_once(current), line.c.purpose.is_distinct_from(CONTROL),
            line.c.period_on.between(first, last), func.starts_with(line.c.account_id, account),
        )
        .order_by(line.c.source, line.c.line_id)
    )  # fmt: skip
    rows = _with_months(pd.read_sql(query, connection))
    return rows.fillna(dict.fromkeys(AMOUNTS, 0)).astype(dict.fromkeys(AMOUNTS, "int64"))


def _with_months(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(month=pd.to_datetime(rows["month"]).dt.date)
