"""Since when the sources tell of a stage: what went before is not known, so its days cannot be counted."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, func, select

from data.adoption.reading import read
from data.metrics.metric import Current
from data.schema import dim_service
from data.schema import fact_role_holder as holder
from data.schema import fact_training as training
from data.schema import fact_usage as usage

Since = Mapping[str, pd.Series]
"""By stage the first day that is known of, by application (Timestamps); a stage of contracts has no such day."""


def known_since(connection: Connection, as_of: int | None = None) -> Since:
    """Of appointments the first of all, of certificates and of use counted the first of each application."""
    current = Current(as_of)
    applications = connection.scalars(select(dim_service.c.service_id).where(dim_service.c.kind == "application"))
    names = pd.Index(list(applications))
    first = connection.scalar(select(func.min(holder.c.appointed_on)).where(current(holder)))
    return {
        "staffed": pd.Series(pd.Timestamp(first) if first else pd.NaT, names, "datetime64[s]"),
        "trained": _by_application(connection, current, training, training.c.certified_from).reindex(names),
        "in_use": _by_application(connection, current, usage, usage.c.period_on).reindex(names),
    }


def _by_application(connection: Connection, current: Current, fact: Table, day: ColumnElement[date]) -> pd.Series:
    query = select(fact.c.service_id, func.min(day).label("since")).where(current(fact)).group_by(fact.c.service_id)
    rows = read(connection, query)
    return pd.to_datetime(rows.set_index("service_id")["since"]).astype("datetime64[s]")
