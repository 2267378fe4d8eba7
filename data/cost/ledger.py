"""The ledger's lines that are shared out: each forint once, in the month it is booked."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from data.metrics.budget_lines import AMOUNTS, summed
from data.metrics.metric import Current
from data.schema import fact_budget as line

BEGINNING, END = date(1990, 1, 1), date(2100, 12, 31)  # of any ledger
COLUMNS = (
    "month", "municipality_id", "actor_id", "service_id", "account_id", "function_id", "nature", "source", "line_id",
)  # fmt: skip


def expenditure(
    connection: Connection, first: date, last: date, as_of: int | None = None, sources: Collection[str] = ()
) -> pd.DataFrame:
    """Lines of expenditure (K1–K9) booked in the months from first to last: COLUMNS, then AMOUNTS (int64, forints).

    Subtotals, 'ebből' rows and control reports are left out (budget_lines.py). Sorted by month and key, so that equal
    remainders are always given to the same line.
    """
    rows = pd.read_sql(expenditure_query(first, last, as_of, sources), connection)
    rows["month"] = pd.to_datetime(rows["month"]).dt.date
    rows = rows.astype(dict.fromkeys(AMOUNTS, "int64"))
    return rows.astype({"nature": object}).where(rows.notna(), None)


def expenditure_query(first: date, last: date, as_of: int | None = None, sources: Collection[str] = ()) -> Select[Any]:
    """The statement behind expenditure()."""
    current = Current(as_of)
    month = func.date_trunc("month", line.c.period_on)
    amounts = [func.coalesce(line.c[name], 0).label(name) for name in AMOUNTS]
    found = (
        select(month.label("month"), *(line.c[name] for name in COLUMNS[1:]), *amounts)
        .where(current(line), summed(current), line.c.side == "expenditure", line.c.period_on.between(first, last))
        .order_by(month, line.c.source, line.c.line_id, line.c.municipality_id)
    )
    return found.where(line.c.source.in_(sorted(sources))) if sources else found
