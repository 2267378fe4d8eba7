"""The movements of tickets told by their events: one statement of window functions over tickets and their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    case,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy import cast as sql_cast

from data.metrics.cuts import cut, dimensions, with_dimensions
from data.metrics.metric import Current, local_day, local_time
from data.schema import EVERY
from data.schema import fact_ticket as ticket
from data.schema import fact_ticket_event as event

ENDED = ("resolved", "closed", "cancelled")
KEY = ("municipality_id", "source", "ticket_id")
TOLD = ("service_id", "priority", "ticket_type", "county")
"""What a cell says of the ticket."""
EDGE = ("from_actor_id", "from_level", "to_actor_id", "to_level")
SUMS = ("handoffs", "timed", "held_clock_minutes")


@dataclass(frozen=True)
class Asked:
    """Which movements are counted. current: the versions; tickets, events: what they meet; begin, end: UTC times from
    which and before which they are; touched: the keys of the only tickets looked at; by_county: also for each county.
    """

    current: Current
    tickets: Sequence[ColumnElement[bool]] = ()
    events: Sequence[ColumnElement[bool]] = ()
    begin: datetime | None = None
    end: datetime | None = None
    touched: FromClause | None = None
    by_county: bool = False


def cells(asked: Asked) -> Select[Any]:
    """ticket_flow's columns, one row per cell."""
    moves = _moves(asked)
    told = [moves.c[name] for name in ("month", *TOLD[:3], *EDGE)]
    county = moves.c.county if asked.by_county else literal(EVERY, Text)
    held = [func.count(), func.count(moves.c.held), func.coalesce(func.sum(moves.c.held), 0)]
    sums = [sql_cast(value, BigInteger).label(name) for value, name in zip(held, SUMS, strict=True)]
    if not asked.by_county:
        return select(*told[:4], county.label("county"), *told[4:], *sums).group_by(*told)
    every = case((func.grouping(county) == 1, literal(EVERY, Text)), else_=county).label("county")
    sets = func.grouping_sets(tuple_(*told), tuple_(*told, county))
    return select(*told[:4], every, *told[4:], *sums).group_by(sets)


def _moves(asked: Asked) -> FromClause:
    """One row per thing that happened: comes in, is handed over, ends."""
    at = _stretches(asked).cte("stretch")
    row = at.c
    shared = [row[name] for name in ("month", *TOLD)]
    within = [condition for condition in (
        row.event_at >= asked.begin if asked.begin else None, row.event_at < asked.end if asked.end else None,
    ) if condition is not None]  # fmt: skip
    outside = [literal(EVERY, Text), literal(0)]
    now, before = [row.actor_id, row.level], [row.before_actor, row.before_level]
    came = _move(shared, outside, now, null()).where(row.comes, *within)
    handed = _move(shared, before, now, _minutes(row.before_since, row.event_at)).where(row.handed, *within)
    ended = _move(shared, now, outside, _minutes(row.since, row.event_at)).where(row.ends, *within)
    return union_all(came, handed, ended).subquery("move")


def _move(shared: list[Any], giver: list[Any], taker: list[Any], held: Any) -> Select[Any]:
    parties = [value.label(name) for value, name in zip([*giver, *taker], EDGE, strict=True)]
    return select(*shared, *parties, sql_cast(held, BigInteger).label("held"))


def _minutes(since: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whole clock minutes; null where the beginning is not known."""
    return func.floor(extract("epoch", at - since) / 60)


def _stretches(asked: Asked) -> Select[Any]:
    """Each event with what it changed, since when its holder holds, and since when the one before had held."""
    step = _steps(asked).cte("step")
    row = step.c
    first = row.place == 1
    same = row.before_actor.is_not_distinct_from(row.actor_id) & (row.before_level == row.level)
    # A ticket that is ended by its first event came in all the same.
    comes = case((first, row.opened), else_=row.was_ended & ~row.is_ended)
    handed = ~first & ~row.was_ended & ~same
    marked = select(
        step,
        comes.label("comes"),
        handed.label("handed"),
        (row.is_ended & (first | ~row.was_ended)).label("ends"),
        case((comes | handed, row.event_at)).label("begun_at"),
    ).cte("marked")
    # Events are in the order of time: the newest beginning is that of the holder it is with.
    begun, in_order = func.max(marked.c.begun_at), _in_order(marked.c.ticket_no, marked.c.place)
    return select(
        marked,
        begun.over(**in_order, rows=(None, 0)).label("since"),
        begun.over(**in_order, rows=(None, -1)).label("before_since"),
    )


def _steps(asked: Asked) -> Select[Any]:
    """Each event in its order with the holder and state after it and before it."""
    row = _filled(asked).cte("filled").c
    in_order = _in_order(row.ticket_no, row.place)
    kept = [row[name] for name in ("ticket_no", "place", "event_at", "opened", "actor_id", "level", "is_ended", *TOLD)]
    return select(
        *kept,
        sql_cast(func.date_trunc("month", local_time(row.event_at)), Date).label("month"),
        func.lag(row.actor_id).over(**in_order).label("before_actor"),
        func.lag(row.level).over(**in_order).label("before_level"),
        func.coalesce(func.lag(row.is_ended).over(**in_order), literal(False)).label("was_ended"),
    )


def _filled(asked: Asked) -> Select[Any]:
    """Each event with state and level as told last where it does not tell them itself.

    What is told is carried by a running maximum of its place and its value in one number.
    """
    row = _placed(asked).cte("placed").c
    in_order = _in_order(row.ticket_no, row.place)
    over = case((row.status.in_(ENDED), 1), (row.status.is_not(None), 0))
    kept = [row[name] for name in ("ticket_no", "place", "event_at", "actor_id", *TOLD)]
    return select(
        *kept,
        (func.coalesce(func.max(row.place * 2 + over).over(**in_order), 0) % 2 == 1).label("is_ended"),
        sql_cast(func.coalesce(func.max(row.place * 10 + row.level).over(**in_order), 0) % 10, Integer).label("level"),
        (local_day(row.event_at) == row.opened_on).label("opened"),
    )


def _placed(asked: Asked) -> Select[Any]:
    """Events of known tickets, numbered along each."""
    known = _tickets(asked).cte("known").c
    in_order: dict[str, Any] = {
        "partition_by": known.ticket_no,
        "order_by": [
            event.c.event_at, event.c.source_version.nulls_first(), event.c.input_id, event.c.line.nulls_last(),
            func.length(event.c.event_id), event.c.event_id,
        ],
    }  # fmt: skip
    return select(
        known.ticket_no,
        *[event.c[name] for name in ("event_at", "actor_id", "status", "level")],
        *[known[name] for name in (*TOLD, "opened_on")],
        func.row_number().over(**in_order).label("place"),
    ).where(
        asked.current(event),
        event.c.event_at.is_not(None),
        # What comes later does not change what was before.
        *([event.c.event_at < asked.end] if asked.end else []),
        *asked.events,
        *[event.c[name] == known[name] for name in KEY],
    )


def _tickets(asked: Asked) -> Select[Any]:
    """Tickets and a number for each, by which events are sorted faster than by their keys."""
    dims = dimensions(asked.current)
    kept = [ticket.c[name] for name in (*KEY, *TOLD[:3], "opened_on")]
    county = cut("county", ticket, ticket.c.opened_on, dims) if asked.by_county else literal(EVERY, Text)
    rows = with_dimensions(ticket, ticket, {"county"} if asked.by_county else set(), dims)
    found = select(*kept, county.label("county"), func.row_number().over().label("ticket_no")).select_from(rows)
    found = found.where(asked.current(ticket), *asked.tickets)
    if asked.touched is None:
        return found
    return found.where(*[ticket.c[name] == asked.touched.c[name] for name in KEY])


def moved_within(current: Current, begin: datetime, end: datetime, *wanted: ColumnElement[bool]) -> FromClause:
    """The keys of tickets with an event from begin to before end: the only ones that can have moved then."""
    keys = select(*[event.c[name] for name in KEY]).where(current(event), *wanted).distinct()
    return keys.where(event.c.event_at >= begin, event.c.event_at < end).subquery("touched")


def changed_since(run: int) -> FromClause:
    """The keys of tickets of which, or of an event of which, a version has come or gone since a run."""
    found = [
        select(*[fact.c[name] for name in KEY]).where(or_(fact.c.loaded_run > run, fact.c.superseded_run > run))
        for fact in (ticket, event)
    ]
    return union(*found).subquery("touched")


def _in_order(ticket_no: ColumnElement[Any], place: ColumnElement[Any]) -> dict[str, Any]:
    """Along each ticket."""
    return {"partition_by": ticket_no, "order_by": place}
