"""How long tickets take, as a distribution: exact counts in bins, made in the database.

Two times: to the first response (of incidents and service requests, by the day they were opened) and to the solution
(of incidents, by the day they were solved), both as the metrics of the same name count them. Minutes run on the SLA's
clock, which is another one for P1–P2 (the wall's) than for P3–P4 (business hours): so every row carries its priority.
"""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Label, Select, cast, func, select

from data import time_rows
from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, period
from data.metrics.metric import Current
from data.metrics.statements import between
from data.periods import months_before
from data.schema import fact_ticket as ticket
from data.schema import sla_target
from data.selection import Selection
from data.timed import COUNTS, EDGES, LIMITS, TIMES, bin_of, measures

__all__ = ["BY_PRIORITY", "EDGES", "LONGEST_DAYS", "TIMES", "clocks", "read_period", "time_bins"]

LONGEST_DAYS = 366
"""Of a longer period the last twelve months are read."""
YEAR = 12
BY_PRIORITY = ("P1", "P2", "P3", "P4")


def time_bins(connection: Connection, selection: Selection, of: str) -> pd.DataFrame:
    """Tickets by priority and length of time. of: "response" or "resolution".

    Columns: priority; bin (place in EDGES, len(EDGES) for longer ones); n; beyond (longer than agreed); agreed (rows
    that have an agreed time); least_agreed, most_agreed (minutes; missing without any). Bins without a ticket have no
    row. A year at most is read, see read_period(). Whole months are read from what was counted at publication.
    """
    first, last = read_period(connection, selection, of)
    if first and last and first > last:  # a period after the data
        frame = pd.DataFrame(columns=["priority", "bin", *COUNTS, *LIMITS])
    else:
        frame = pd.read_sql(_statement(connection, selection.with_period(first, last), of), connection)
    return frame.astype(dict.fromkeys(("bin", *COUNTS), "int64") | dict.fromkeys(LIMITS, "Int64"))


def read_period(connection: Connection, selection: Selection, of: str) -> tuple[date | None, date | None]:
    """First and last day that time_bins() reads: the selection's period; of a longer one than a year the last twelve
    months, the newest perhaps cut short."""
    first, last = period(connection, TIMES[of].metric, selection)
    if last is None or (first and (last - first).days < LONGEST_DAYS):
        return first, last
    return months_before(last, YEAR - 1), last


def clocks(connection: Connection, ticket_types: tuple[str, ...] = ("incident", "service_request")) -> dict[str, str]:
    """Of each priority the clock that its minutes run on: "clock", "business", or "mixed" where targets differ."""
    query = (
        select(sla_target.c.priority, sla_target.c.clock)
        .where(sla_target.c.ticket_type.in_(["*", *ticket_types]), sla_target.c.valid_to.is_(None))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for priority, clock in connection.execute(query):
        found.setdefault(priority, set()).add(clock)
    return {priority: next(iter(known)) if len(known) == 1 else "mixed" for priority, known in sorted(found.items())}


def _statement(connection: Connection, asked: Selection, of: str) -> Select[Any]:
    """From what was counted at publication, where that holds it, else from the tickets."""
    rows: FromClause | None = time_rows.made(connection, asked, of)
    if rows is None:
        return _of_tickets(asked, of)
    sums = [cast(func.sum(rows.c[name]), BigInteger).label(name) for name in COUNTS]
    least, most = LIMITS
    limits = [func.min(rows.c[least]).label(least), func.max(rows.c[most]).label(most)]
    keys: list[ColumnElement[Any]] = [_named(rows.c.priority), rows.c.bin]
    return select(*keys, *sums, *limits).group_by(*keys).order_by(*keys)


def _of_tickets(asked: Selection, of: str) -> Select[Any]:
    timed, current = TIMES[of], Current(asked.as_of)
    keys: list[ColumnElement[Any]] = [_named(ticket.c.priority), bin_of(timed.minutes).label("bin")]
    where = [
        *conditions(timed.metric, asked, dimensions(current), current),
        *between(timed.day, asked.first, asked.last),
    ]
    return select(*keys, *measures(timed.minutes, timed.agreed)).where(*where).group_by(*keys).order_by(*keys)


def _named(priority: ColumnElement[str]) -> Label[str]:
    return func.coalesce(priority, "unknown").label("priority")
