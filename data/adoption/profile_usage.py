"""Use of applications by one municipality, month by month, as the applications count it."""

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from data.comparison.disclosure import least_people, withhold
from data.metrics.metric import Current
from data.schema import fact_usage as usage
from data.selection import Selection

COUNTS = ("active_users", "transactions")


def monthly_use(connection: Connection, municipality_id: str, selection: Selection) -> pd.DataFrame:
    """One row per month of the selection and application: month (2025-01), service_id, active_users, transactions,
    withheld.

    Both counts are missing where fewer people than the threshold were active, but some: of one or two users the
    transactions are somebody's work. No usage delivered gives no row. Source: fact_usage.
    """
    assert selection.first is not None, "a closed period"
    assert selection.last is not None, "a closed period"
    query = (
        select(
            usage.c.period_on,
            usage.c.service_id,
            *(cast(func.coalesce(func.sum(usage.c[name]), 0), BigInteger).label(name) for name in COUNTS),
        )
        .where(
            Current(selection.as_of)(usage),
            usage.c.municipality_id == municipality_id,
            usage.c.period_on.between(selection.first, selection.last),
        )
        .group_by(usage.c.period_on, usage.c.service_id)
        .order_by(usage.c.period_on, usage.c.service_id)
    )
    rows = pd.read_sql(query, connection)
    rows.insert(0, "month", pd.to_datetime(rows.pop("period_on")).dt.strftime("%Y-%m"))
    least = least_people(connection)
    return withhold(rows, people="active_users", values=["transactions"], groups=(), least=least)
