"""ticket_time: tickets by length of time and month, counted when a run publishes, for time_bins() to read."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
)

from data.made import ALL_ANEW, answers, definition, remember, stale_since
from data.metrics.cell_making import Together
from data.metrics.cell_state import Definition
from data.metrics.cuts import cut, dimensions, with_dimensions
from data.metrics.measure import conditions, period
from data.metrics.metric import Current
from data.metrics.statements import between
from data.metrics.touched import Touched
from data.periods import months_before
from data.schema import EVERY, ticket_time
from data.schema import fact_ticket as ticket
from data.selection import Selection
from data.timed import TIMES, bin_of, measures

ROLLUP = ticket_time.name
HOLDER, PLACE = "holder", "place"
ALL = Selection()
KEYS = ("month", "priority", "ticket_type", "bin")
HOLDERS = ("service_id", "actor_id")


def refresh(connection: Connection) -> bool:
    """Count the months anew that newer rows touch, or all of them. True when any were."""
    since = stale_since(connection, ROLLUP, _own())
    if since is None:
        return False
    touched = None if since == ALL_ANEW else Touched(connection, since)
    for of, timed in TIMES.items():
        _make(connection, of, touched.months(Together((timed.metric,), False)) if touched else None)
    remember(connection, ROLLUP, _own())
    return True


def made(connection: Connection, selection: Selection, of: str) -> FromClause | None:
    """Rows with priority, bin and measures() of the selection, its period taken as it stands; None where not held."""
    if selection.counties and (selection.services or selection.actors):
        return None
    if not answers(connection, ROLLUP, _own(), selection):
        return None
    row = ticket_time.c
    found = select(ticket_time).where(row.measure == of, row.grain == (PLACE if selection.counties else HOLDER))
    if selection.first:
        found = found.where(row.month >= selection.first)
    if selection.last:
        found = found.where(row.month <= selection.last)
    for column, chosen in (
        (row.service_id, selection.services), (row.actor_id, selection.actors), (row.county, selection.counties),
        (row.priority, selection.priorities), (row.ticket_type, selection.ticket_types),
    ):  # fmt: skip
        if chosen:
            found = found.where(column.in_(chosen))
    return found.subquery("times")


def _make(connection: Connection, of: str, months: Sequence[date] | None) -> None:
    gone = delete(ticket_time).where(ticket_time.c.measure == of)
    connection.execute(gone if months is None else gone.where(ticket_time.c.month.in_(months)))
    if months == []:
        return
    last = period(connection, TIMES[of].metric, ALL)[1]
    counted = _statement(of, last, months)
    connection.execute(insert(ticket_time).from_select([column.name for column in counted.selected_columns], counted))


def _statement(of: str, last: date | None, months: Sequence[date] | None) -> Select[Any]:
    """By month, priority, type and bin: by who holds them, and by county."""
    row = _binned(of, last, months).subquery("binned").c
    keys, holders = [row[name] for name in KEYS], [row[name] for name in HOLDERS]
    is_place = func.grouping(row.county) == 0
    sets = func.grouping_sets(tuple_(*keys, *holders), tuple_(*keys, row.county))
    every = literal(EVERY, Text)
    return select(
        literal(of, Text).label("measure"),
        case((is_place, literal(PLACE, Text)), else_=literal(HOLDER, Text)).label("grain"),
        *keys,
        *(case((is_place, every), else_=holder).label(holder.name) for holder in holders),
        case((is_place, row.county), else_=every).label("county"),
        *measures(row.minutes, row.agreed_minutes),
    ).group_by(sets)


def _binned(of: str, last: date | None, months: Sequence[date] | None) -> Select[Any]:
    """A row for each ticket, so that what is grouped by is a column."""
    timed, current = TIMES[of], Current(None)
    dims = dimensions(current)
    day = timed.day
    where: list[ColumnElement[bool]] = [*conditions(timed.metric, ALL, dims, current), *between(day, None, last)]
    if months is not None:
        where += [day >= min(months), day < months_before(max(months), -1), cut("month", ticket, day, dims).in_(months)]
    columns = [
        cut("month", ticket, day, dims).label("month"),
        *(ticket.c[name] for name in ("priority", "ticket_type", *HOLDERS)),
        cut("county", ticket, day, dims).label("county"),
        timed.minutes.label("minutes"),
        timed.agreed.label("agreed_minutes"),
        bin_of(timed.minutes).label("bin"),
    ]
    return select(*columns).select_from(with_dimensions(ticket, ticket, {"county"}, dims)).where(*where)


@cache
def _own() -> Definition:
    return definition(*(_statement(of, None, None) for of in TIMES))
