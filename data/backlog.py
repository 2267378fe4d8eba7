"""How old the open tickets are: counted on the day that a stock is taken at."""

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, case, cast, func, literal, select
from sqlalchemy.types import Date

from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, period
from data.metrics.metric import Current, days_between
from data.metrics.service_desk import BACKLOG_COUNT
from data.schema import fact_ticket as ticket
from data.selection import Selection

BANDS = ((0, 7), (8, 30), (31, 90), (91, None))
"""Whole calendar days since the day of opening, both ends included; the last band has no end."""


def backlog_ages(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Open incidents and service requests at the end of the period's last day (of the data's at the latest).

    Columns: actor, level (0 where unknown), band (place in BANDS), n. Only combinations that there are, ordered by
    them; their sum is backlog_count of the same selection.
    """
    columns = ["actor", "level", "band", "n"]
    first, last = period(connection, BACKLOG_COUNT, selection)
    if last is None or (first and first > last):
        return pd.DataFrame(columns=columns).astype({"level": "int64", "band": "int64", "n": "int64"})
    current = Current(selection.as_of)
    at = literal(last, Date)
    keys = [
        ticket.c.actor_id.label("actor"),
        func.coalesce(ticket.c.level, 0).label("level"),
        _band(days_between(ticket.c.opened_on, at)).label("band"),
    ]
    query = (
        select(*keys, cast(func.count(), BigInteger).label("n"))
        .where(*conditions(BACKLOG_COUNT, selection, dimensions(current), current))
        .where(ticket.c.opened_on <= at, ticket.c.ended_on.is_(None) | (ticket.c.ended_on > at))
        .group_by(*keys)
        .order_by(*keys)
    )
    return pd.read_sql(query, connection).astype({"level": "int64", "band": "int64", "n": "int64"})


def _band(days: ColumnElement[int]) -> ColumnElement[int]:
    ends = [end for _, end in BANDS if end is not None]
    return case(*[(days <= end, place) for place, end in enumerate(ends)], else_=len(ends))
