"""The flow of tickets between actors and support levels, from their events.

A ticket is with a holder (actor and level). A row of the flow is one of three things, of one month in Budapest:
it comes in ("*" to a holder: its first event, where that is of the day it was opened, and each reopening), it is
handed over (holder to another holder while open), or it ends (holder to "*": resolved, closed or cancelled). So what
comes to a holder and what leaves it differ by what it still holds. Holding times are clock minutes from when the
giving side got the ticket; of a ticket whose log begins later than the ticket, the first one is not known.
"""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    case,
    delete,
    extract,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast

from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, last_day
from data.metrics.metric import Current, local_day, local_time
from data.metrics.service_desk import TICKET_COUNT
from data.metrics.ticket_rows import CALL_TYPES
from data.schema import EVERY, etl_run, rollup_state, ticket_flow
from data.schema import fact_ticket as ticket
from data.schema import fact_ticket_event as event
from data.selection import Selection

ROLLUP = "ticket_flow"
JOBS = ("tickets", "quarantine")
ENDED = ("resolved", "closed", "cancelled")
KEY = ("municipality_id", "source", "ticket_id")
TOLD = ("service_id", "priority", "ticket_type")
"""What a cell says of the ticket."""
EDGE = ("from_actor_id", "from_level", "to_actor_id", "to_level")
SUMS = ("handoffs", "timed", "held_clock_minutes")
SHORT = timedelta(days=45)
BUDAPEST = ZoneInfo("Europe/Budapest")


def refresh(connection: Connection) -> bool:
    """Make ticket_flow anew where rows or definition have changed since it was made. True when it was."""
    run, definition = newest_run(connection), _definition(connection)
    state = connection.execute(select(rollup_state).where(rollup_state.c.rollup_id == ROLLUP)).mappings().first()
    if run is None or (state and state["run_id"] == run and state["definition"] == definition):
        return False
    connection.execute(delete(ticket_flow))
    connection.execute(delete(rollup_state).where(rollup_state.c.rollup_id == ROLLUP))
    made = _cells(Current(None))
    connection.execute(insert(ticket_flow).from_select([column.name for column in made.selected_columns], made))
    connection.execute(insert(rollup_state).values(rollup_id=ROLLUP, definition=definition, run_id=run))
    return True


def flows(connection: Connection, selection: Selection, by_month: bool = False) -> pd.DataFrame:
    """Hand-offs of incidents and service requests in the period.

    Columns: month (`2025-01`, only by_month); from_actor_id, from_level, to_actor_id, to_level ("*" and 0: outside;
    level 0 also where none is known); handoffs, timed, held_clock_minutes (whole numbers). Selected actors: what they
    gave or got. Ordered by the first columns. Nothing counted gives no rows.
    """
    keys = [*(["month"] if by_month else []), *EDGE]
    rows = _made(selection) if _is_made(connection, selection) else _of_events(selection)
    columns = [rows.c[name] for name in keys]
    sums = [sql_cast(func.sum(rows.c[name]), BigInteger).label(name) for name in SUMS]
    query = select(*columns, *sums).where(*_parties(rows, selection)).group_by(*columns).order_by(*columns)
    frame = pd.read_sql(query, connection).astype(dict.fromkeys(SUMS, "int64"))
    if by_month:
        frame["month"] = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    return frame


def known_since(connection: Connection, as_of: int | None = None) -> date | None:
    """The first day of the first month (in Budapest) that there are events of; None without events."""
    if _is_made(connection, Selection(as_of=as_of)):
        return connection.scalar(select(func.min(ticket_flow.c.month)))
    first = connection.scalar(select(func.min(event.c.event_at)).where(Current(as_of)(event)))
    return None if first is None else pd.Timestamp(first, tz="UTC").tz_convert(BUDAPEST).date().replace(day=1)


def newest_run(connection: Connection) -> int | None:
    """The newest published run that may have changed tickets or their events."""
    found = select(func.max(etl_run.c.run_id)).where(etl_run.c.status == "published", etl_run.c.job.in_(JOBS))
    return connection.scalar(found)


def _is_made(connection: Connection, selection: Selection) -> bool:
    """Whether ticket_flow can answer: whole months, no place or source asked for, made of the newest rows."""
    asked = (selection.counties, selection.municipalities, selection.joining_types, selection.size_bands)
    if selection.as_of is not None or any(asked) or selection.sources or not _whole_months(connection, selection):
        return False
    state = connection.execute(select(rollup_state).where(rollup_state.c.rollup_id == ROLLUP)).mappings().first()
    return bool(state and state["definition"] == _definition(connection) and state["run_id"] == newest_run(connection))


def _whole_months(connection: Connection, selection: Selection) -> bool:
    """A period that ends with the data or later ends a month as well."""
    first, last = selection.first, selection.last
    if first and first.day != 1:
        return False
    if last is None or (last + timedelta(days=1)).day == 1:
        return True
    end = last_day(connection, "tickets")
    return end is not None and last >= end


def _made(selection: Selection) -> FromClause:
    cell = ticket_flow.c
    found = select(ticket_flow).where(cell.ticket_type.in_(_types(selection)))
    if selection.first:
        found = found.where(cell.month >= selection.first)
    if selection.last:
        found = found.where(cell.month <= selection.last)
    for column, members in ((cell.service_id, selection.services), (cell.priority, selection.priorities)):
        if members:
            found = found.where(column.in_(members))
    return found.subquery("flow")


def _of_events(selection: Selection) -> FromClause:
    """The same from the events: of tickets that meet the selection and have an event in the period."""
    current = Current(selection.as_of)
    wanted = conditions(TICKET_COUNT, replace(selection, actors=()), dimensions(current), current)
    return _cells(current, wanted, _times(selection)).subquery("flow")


def _types(selection: Selection) -> list[str]:
    return [name for name in CALL_TYPES if not selection.ticket_types or name in selection.ticket_types]


def _parties(rows: FromClause, selection: Selection) -> list[ColumnElement[bool]]:
    if not selection.actors:
        return []
    return [or_(rows.c.from_actor_id.in_(selection.actors), rows.c.to_actor_id.in_(selection.actors))]


def _times(selection: Selection) -> tuple[datetime | None, datetime | None]:
    """The period as UTC times: from, and before."""
    first, last = selection.first, selection.last
    return (_utc(first) if first else None, _utc(last + timedelta(days=1)) if last else None)


def _utc(day: date) -> datetime:
    local = datetime(day.year, day.month, day.day, tzinfo=BUDAPEST)
    return pd.Timestamp(local).tz_convert("UTC").tz_localize(None).to_pydatetime()


def _cells(
    current: Current,
    wanted: list[ColumnElement[bool]] | None = None,
    period: tuple[datetime | None, datetime | None] = (None, None),
) -> Select[Any]:
    """ticket_flow's columns, one row per cell."""
    moves = _moves(current, wanted or [], period)
    keys = [moves.c[name] for name in ("month", "service_id", "priority", "ticket_type", *EDGE)]
    held = [func.count(), func.count(moves.c.held), func.coalesce(func.sum(moves.c.held), 0)]
    sums = [sql_cast(value, BigInteger).label(name) for value, name in zip(held, SUMS, strict=True)]
    return select(*keys, *sums).group_by(*keys)


def _moves(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> FromClause:
    """One row per thing that happened: comes in, is handed over, ends."""
    at = _stretches(current, wanted, period).cte("stretch")
    row = at.c
    shared = [row[name] for name in ("month", "service_id", "priority", "ticket_type")]
    within = [condition for condition in (
        row.event_at >= period[0] if period[0] else None, row.event_at < period[1] if period[1] else None,
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


def _stretches(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> Select[Any]:
    """Each event with what it changed, since when its holder holds, and since when the one before had held."""
    step = _steps(current, wanted, period).cte("step")
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


def _steps(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> Select[Any]:
    """Each event in its order with the holder and state after it and before it."""
    row = _filled(current, wanted, period).cte("filled").c
    in_order = _in_order(row.ticket_no, row.place)
    kept = [row[name] for name in ("ticket_no", "place", "event_at", "opened", "actor_id", "level", "is_ended", *TOLD)]
    return select(
        *kept,
        sql_cast(func.date_trunc("month", local_time(row.event_at)), Date).label("month"),
        func.lag(row.actor_id).over(**in_order).label("before_actor"),
        func.lag(row.level).over(**in_order).label("before_level"),
        func.coalesce(func.lag(row.is_ended).over(**in_order), literal(False)).label("was_ended"),
    )


def _filled(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> Select[Any]:
    """Each event with state and level as told last where it does not tell them itself.

    What is told is carried by a running maximum of its place and its value in one number.
    """
    row = _placed(current, wanted, period).cte("placed").c
    in_order = _in_order(row.ticket_no, row.place)
    over = case((row.status.in_(ENDED), 1), (row.status.is_not(None), 0))
    kept = [row[name] for name in ("ticket_no", "place", "event_at", "actor_id", *TOLD)]
    return select(
        *kept,
        (func.coalesce(func.max(row.place * 2 + over).over(**in_order), 0) % 2 == 1).label("is_ended"),
        sql_cast(func.coalesce(func.max(row.place * 10 + row.level).over(**in_order), 0) % 10, Integer).label("level"),
        (local_day(row.event_at) == row.opened_on).label("opened"),
    )


def _placed(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> Select[Any]:
    """Events of known tickets, numbered along each."""
    known = _tickets(current, wanted, period).cte("known").c
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
    ).where(current(event), event.c.event_at.is_not(None), *[event.c[name] == known[name] for name in KEY])


def _tickets(current: Current, wanted: list[ColumnElement[bool]], period: tuple[Any, Any]) -> Select[Any]:
    """Tickets and a number for each, by which events are sorted faster than by their keys.

    In a short period only those with an event in it, but with all their events: what came before says who held them.
    In a long one looking for them takes longer than it spares.
    """
    kept = [ticket.c[name] for name in (*KEY, *TOLD, "opened_on")]
    found = select(*kept, func.row_number().over().label("ticket_no")).where(current(ticket), *wanted)
    if None in period or period[1] - period[0] > SHORT:
        return found
    inside = select(*[event.c[name] for name in KEY]).where(current(event)).distinct()
    touched = inside.where(event.c.event_at >= period[0], event.c.event_at < period[1]).subquery("touched")
    return found.where(*[ticket.c[name] == touched.c[name] for name in KEY])


def _in_order(ticket_no: ColumnElement[Any], place: ColumnElement[Any]) -> dict[str, Any]:
    """Along each ticket."""
    return {"partition_by": ticket_no, "order_by": place}


def _definition(connection: Connection) -> str:
    """Hash of the statement that ticket_flow is made by."""
    text = str(_cells(Current(None)).compile(dialect=connection.dialect))
    return hashlib.sha256(text.encode()).hexdigest()
