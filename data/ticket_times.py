"""How long tickets take, as a distribution: exact counts in bins, made in the database.

Two times: to the first response (of incidents and service requests, by the day they were opened) and to the solution
(of incidents, by the day they were solved), both as the metrics of the same name count them. Minutes run on the SLA's
clock, which is another one for P1–P2 (the wall's) than for P3–P4 (business hours): so every row carries its priority.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, case, cast, func, select

from data.metrics.cuts import dimensions
from data.metrics.incident import RESOLUTION_MINUTES_MEDIAN
from data.metrics.measure import conditions, period
from data.metrics.metric import Current, Metric, count_if
from data.metrics.service_desk import FIRST_RESPONSE_MINUTES_MEDIAN
from data.schema import fact_ticket as ticket
from data.schema import sla_target
from data.selection import Selection

EDGES = (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1200, 1440, 1920, 2400, 3600, 4800, 7200, 9600,
    14400, 19200,
)  # fmt: skip
"""Upper ends of the bins in minutes, included; what is longer stands in one more bin. The usual limits are ends."""
LONGEST_DAYS = 366
"""Rows are read for a year at most: the newest one of a longer period."""
BY_PRIORITY = ("P1", "P2", "P3", "P4")


@dataclass(frozen=True)
class Timed:
    """What is timed: the metric whose rows they are, and the agreed minutes beside the measured ones."""

    metric: Metric
    agreed: ColumnElement[int]

    @property
    def minutes(self) -> ColumnElement[int]:
        """The measured minutes of a row."""
        assert self.metric.measured is not None, f"{self.metric.id} times nothing"
        return self.metric.measured


TIMES = {
    "response": Timed(FIRST_RESPONSE_MINUTES_MEDIAN, ticket.c.response_sla_minutes),
    "resolution": Timed(RESOLUTION_MINUTES_MEDIAN, ticket.c.sla_minutes),
}


def time_bins(connection: Connection, selection: Selection, of: str) -> pd.DataFrame:
    """Tickets by priority and length of time. of: "response" or "resolution".

    Columns: priority; bin (place in EDGES, len(EDGES) for longer ones); n; beyond (longer than agreed); agreed (rows
    that have an agreed time); least_agreed, most_agreed (minutes; missing without any). Bins without a ticket have no
    row. A year at most is read, see read_period().
    """
    timed, current = TIMES[of], Current(selection.as_of)
    bin_of = _bin(timed.minutes).label("bin")
    priority = func.coalesce(ticket.c.priority, "unknown").label("priority")
    counts = {
        "n": func.count(),
        "beyond": count_if(timed.minutes > timed.agreed),
        "agreed": func.count(timed.agreed),
    }
    query = (
        select(
            priority, bin_of, *(cast(count, BigInteger).label(name) for name, count in counts.items()),
            func.min(timed.agreed).label("least_agreed"), func.max(timed.agreed).label("most_agreed"),
        )
        .where(*conditions(timed.metric, selection, dimensions(current), current))
        .where(*_within(timed.metric, *read_period(connection, selection, of)))
        .group_by(priority, bin_of)
        .order_by(priority, bin_of)
    )  # fmt: skip
    frame = pd.read_sql(query, connection)
    return frame.astype(
        dict.fromkeys(("bin", *counts), "int64") | dict.fromkeys(("least_agreed", "most_agreed"), "Int64")
    )


def read_period(connection: Connection, selection: Selection, of: str) -> tuple[date | None, date | None]:
    """First and last day that time_bins() reads: the selection's period, cut to its last year."""
    first, last = period(connection, TIMES[of].metric, selection)
    if last is None:
        return first, last
    earliest = last - timedelta(days=LONGEST_DAYS - 1)
    return max(first or earliest, earliest), last


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


def _bin(minutes: ColumnElement[int]) -> ColumnElement[int]:
    return case(*[(minutes <= edge, place) for place, edge in enumerate(EDGES)], else_=len(EDGES))


def _within(metric: Metric, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    day = metric.counted_by
    assert day is not None, f"{metric.id}: no day to count it by"
    found: list[ColumnElement[bool]] = [day.is_not(None)]
    if first:
        found.append(day >= first)
    if last:
        found.append(day <= last)
    return found
