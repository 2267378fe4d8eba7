"""Changes of law one by one: which stage of following each has been reached, and how many days are left."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from data.metrics.cuts import dimensions
from data.metrics.demand import LAW_CHANGE_ON_TIME_RATE
from data.metrics.measure import conditions, period
from data.metrics.metric import Current
from data.metrics.ticket_rows import LAW_CHANGES
from data.schema import fact_ticket as ticket
from data.selection import Selection

STAGES = ("announced_on", "analysed_on", "decided_on", "built_on", "trained_on", "implemented_on")
"""In the order they are passed; the law takes effect after them."""
PAST_DAYS = 365
COLUMNS = ("source", "ticket_id", "service_id", "actor_id", "priority", "status", "decision", *STAGES, "effective_on")


def law_changes(connection: Connection, selection: Selection) -> pd.DataFrame:
    """One row per change of law that takes effect after the last day of the selection (of the data without one), or
    did in the year to it; those to come first, the nearest on top, then the past ones, newest first.

    COLUMNS, then is_ahead, days_left (to taking effect, negative after it), margin_days (from production to taking
    effect, negative where late; null while not in production), missing (tuple of the stages not reached on that day;
    empty once in production), unrecorded (stages that no change of law in the database records: not known, rather
    than missing), is_late. Cancelled ones are left out, as in the figures; so are those to come that
    were not yet promulgated on that day.
    """
    _first, on = period(connection, LAW_CHANGE_ON_TIME_RATE, selection)
    if on is None:
        return _judged(pd.DataFrame(columns=COLUMNS), date.today(), ())
    current = Current(selection.as_of)
    query = (
        select(*(ticket.c[name] for name in COLUMNS))
        .where(*conditions(LAW_CHANGE_ON_TIME_RATE, selection, dimensions(current), current))
        .where(ticket.c.effective_on > on - timedelta(days=PAST_DAYS))
        .where(or_(ticket.c.effective_on <= on, ticket.c.announced_on.is_(None), ticket.c.announced_on <= on))
    )
    return _judged(pd.read_sql(query, connection), on, _unrecorded(connection, current))


def last_day_of(connection: Connection, selection: Selection) -> date | None:
    """The day that law_changes() is read at."""
    return period(connection, LAW_CHANGE_ON_TIME_RATE, selection)[1]


def _unrecorded(connection: Connection, current: Current) -> tuple[str, ...]:
    counts = [func.count(ticket.c[name]).label(name) for name in STAGES]
    row = connection.execute(select(*counts).where(current(ticket), LAW_CHANGES)).mappings().one()
    return tuple(name for name in STAGES if not row[name])


def _judged(rows: pd.DataFrame, on: date, unrecorded: tuple[str, ...]) -> pd.DataFrame:
    found = rows.to_dict("records")
    for row in found:
        days = {name: _day(row[name]) for name in (*STAGES, "effective_on")}
        effective, done = days["effective_on"], days["implemented_on"]
        assert effective is not None, "a change of law without the day it takes effect is not asked for"
        in_production = done is not None and done <= on
        row |= days | {
            "is_ahead": effective > on,
            "days_left": (effective - on).days,
            "margin_days": (effective - done).days if in_production and done else None,
            "missing": () if in_production else _missing(days, on, unrecorded),
            "unrecorded": unrecorded,
            "is_late": (done > effective) if in_production and done else effective <= on,
        }
    made = ("is_ahead", "days_left", "margin_days", "missing", "unrecorded", "is_late")
    frame = pd.DataFrame(found, columns=[*COLUMNS, *made])
    order = sorted(range(len(frame)), key=lambda place: _rank(found[place]))
    return frame.iloc[order].reset_index(drop=True)


def _missing(days: dict[str, date | None], on: date, unrecorded: tuple[str, ...]) -> tuple[str, ...]:
    reached = {name: day is not None and day <= on for name, day in days.items()}
    return tuple(name for name in STAGES if name not in unrecorded and not reached[name])


def _rank(row: dict[Any, Any]) -> tuple[bool, int, str]:
    left = int(str(row["days_left"]))
    return not row["is_ahead"], left if row["is_ahead"] else -left, str(row["ticket_id"])


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(str(value)).date()
