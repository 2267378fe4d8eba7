"""Sums of what is allocated, as runs knew it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Table, cast, func, select

from data.metrics.metric import Current


def allocated_sums(
    connection: Connection,
    table: Table,
    cuts: Sequence[str],
    first: date,
    last: date,
    as_of: int | None = None,
    *where: ColumnElement[bool],
) -> pd.DataFrame:
    """Forints of cost_line or cost_share in the months from first to last, by cuts: these and amount_huf (int64),
    sorted by the cuts; a month is its first day."""
    columns = [table.c[name] for name in cuts]
    amount = cast(func.sum(table.c.amount_huf), BigInteger).label("amount_huf")
    query = select(*columns, amount).where(Current(as_of)(table), table.c.month.between(first, last), *where)
    found = pd.read_sql(query.group_by(*columns).order_by(*columns), connection)
    kinds: dict[str, Any] = {"amount_huf": "int64"}
    if "is_placed" in cuts:
        kinds["is_placed"] = bool
    if "month" in cuts:
        found["month"] = pd.to_datetime(found["month"]).dt.date
    return found.astype(kinds)
