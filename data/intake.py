"""When tickets come in: by day of the week and hour of the day, as the clocks of Budapest show them."""

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, extract, func, select

from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, period
from data.metrics.metric import Current, local_time
from data.metrics.service_desk import TICKET_COUNT
from data.schema import fact_ticket as ticket
from data.selection import Selection


def intake_hours(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Incidents and service requests opened in the period. Columns: weekday (1 Monday to 7), hour (0 to 23), n.

    As ticket_count by these cuts says it, but the clock is looked up once per hour and not once per ticket. Hours in
    which nothing came have no row.
    """
    current = Current(selection.as_of)
    first, last = period(connection, TICKET_COUNT, selection)
    found = select(func.date_trunc("hour", ticket.c.opened_at).label("at"), func.count().label("n"))
    found = found.where(*conditions(TICKET_COUNT, selection, dimensions(current), current))
    if first:
        found = found.where(ticket.c.opened_on >= first)
    if last:
        found = found.where(ticket.c.opened_on <= last)
    hours = found.group_by("at").subquery("hours")
    local = local_time(hours.c.at)
    cuts = [extract("isodow", local).label("weekday"), extract("hour", local).label("hour")]
    query = select(*cuts, cast(func.sum(hours.c.n), BigInteger).label("n")).group_by(*cuts).order_by(*cuts)
    return pd.read_sql(query, connection).astype({"weekday": "int64", "hour": "int64", "n": "int64"})
