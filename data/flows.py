"""The flow of tickets between actors and support levels, from their events.

A ticket is with a holder (actor and level). A row of the flow is one of three things, of one month in Budapest:
it comes in ("*" to a holder: its first event, where that is of the day it was opened, and each reopening), it is
handed over (holder to another holder while open), or it ends (holder to "*": resolved, closed or cancelled). So what
comes to a holder and what leaves it differ by what it still holds. Holding times are clock minutes from when the
giving side got the ticket; of a ticket whose log begins later than the ticket, the first one is not known.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast

from data.flow_moves import EDGE, SUMS, Asked, cells, changed_since, moved_within
from data.made import ALL_ANEW, answers, definition, is_whole_months, remember, stale_since
from data.metrics.cell_state import Definition
from data.metrics.cuts import dimensions
from data.metrics.measure import conditions
from data.metrics.metric import Current
from data.metrics.service_desk import TICKET_COUNT
from data.metrics.statements import members
from data.metrics.ticket_rows import CALL_TYPES
from data.periods import months_before
from data.schema import EVERY, ticket_flow
from data.schema import fact_ticket_event as event
from data.selection import Selection

ROLLUP = ticket_flow.name
SHORT = timedelta(days=45)
TOO_MANY = 200_000  # tickets: counting everything anew is quicker than what they change
BUDAPEST = ZoneInfo("Europe/Budapest")
COLUMNS = [column.name for column in ticket_flow.c]


def refresh(connection: Connection) -> bool:
    """Bring ticket_flow to the newest rows where they or its definition have changed since it was made. True when so.

    Movements of tickets that newer runs touched are taken off as they were and added as they are: a sum of movements
    is exact that way. All are counted anew where that cannot be told, or where many tickets were touched.
    """
    since = stale_since(connection, ROLLUP, _own())
    if since is None:
        return False
    touched = changed_since(since)
    if since == ALL_ANEW or _count(connection, touched) > TOO_MANY:
        connection.execute(delete(ticket_flow))
        _insert(connection, Asked(Current(None), by_county=True))
    else:
        _correct(connection, since, touched)
    remember(connection, ROLLUP, _own())
    return True


def flows(connection: Connection, selection: Selection, by_month: bool = False) -> pd.DataFrame:
    """Hand-offs of incidents and service requests in the period.

    Columns: month (`2025-01`, only by_month); from_actor_id, from_level, to_actor_id, to_level ("*" and 0: outside;
    level 0 also where none is known); handoffs, timed, held_clock_minutes (whole numbers). Selected actors: what they
    gave or got. Ordered by the first columns. Nothing counted gives no rows.
    """
    keys = [*(["month"] if by_month else []), *EDGE]
    parts = [_summed(connection, rows, selection, keys) for rows in _parts(connection, selection)]
    frame = parts[0] if len(parts) == 1 else pd.concat(parts).groupby(keys, as_index=False)[list(SUMS)].sum()
    if by_month:
        frame["month"] = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    return frame


def known_since(connection: Connection, as_of: int | None = None) -> date | None:
    """The first day of the first month (in Budapest) that there are events of; None without events."""
    if answers(connection, ROLLUP, _own(), Selection(as_of=as_of)):
        return connection.scalar(select(func.min(ticket_flow.c.month)))
    first = connection.scalar(select(func.min(event.c.event_at)).where(Current(as_of)(event)))
    return None if first is None else pd.Timestamp(first, tz="UTC").tz_convert(BUDAPEST).date().replace(day=1)


def _parts(connection: Connection, selection: Selection) -> Iterator[FromClause]:
    """Rows of ticket_flow for whole months, and of the events for the days before and after them."""
    inner = _whole_months(connection, selection)
    if inner is None or not answers(connection, ROLLUP, _own(), inner):
        yield _of_events(selection)
        return
    yield _made(inner)
    if inner.first and selection.first and selection.first < inner.first:
        yield _of_events(replace(selection, last=inner.first - timedelta(days=1)))
    if inner.last and selection.last and selection.last > inner.last:
        yield _of_events(replace(selection, first=inner.last + timedelta(days=1)))


def _whole_months(connection: Connection, selection: Selection) -> Selection | None:
    """The whole months of the period; None without any."""
    if is_whole_months(connection, selection):
        return selection
    first, last = selection.first, selection.last
    if first and first.day > 1:
        first = months_before(first, -1)
    if last and not is_whole_months(connection, Selection(last=last)):
        last = last.replace(day=1) - timedelta(days=1)
    return None if first and last and first > last else selection.with_period(first, last)


def _summed(connection: Connection, rows: FromClause, selection: Selection, keys: list[str]) -> pd.DataFrame:
    columns = [rows.c[name] for name in keys]
    sums = [sql_cast(func.sum(rows.c[name]), BigInteger).label(name) for name in SUMS]
    query = select(*columns, *sums).where(*_parties(rows, selection)).group_by(*columns).order_by(*columns)
    return pd.read_sql(query, connection).astype(dict.fromkeys(SUMS, "int64"))


def _made(selection: Selection) -> FromClause:
    cell = ticket_flow.c
    found = select(ticket_flow).where(cell.ticket_type.in_(_types(selection)))
    found = found.where(cell.county.in_(selection.counties or [EVERY]))
    if selection.first:
        found = found.where(cell.month >= selection.first)
    if selection.last:
        found = found.where(cell.month <= selection.last)
    for column, chosen in ((cell.service_id, selection.services), (cell.priority, selection.priorities)):
        if chosen:
            found = found.where(column.in_(chosen))
    return found.subquery("flow")


def _of_events(selection: Selection) -> FromClause:
    """The same from the events: of tickets that meet the selection; in a short period, of those that moved in it.

    In a long one looking for them takes longer than it spares.
    """
    current = Current(selection.as_of)
    dims = dimensions(current)
    wanted = conditions(TICKET_COUNT, replace(selection, actors=()), dims, current)
    # What an event says of its place and source is what its ticket says: they are its key.
    of_place = members(event, replace(selection, actors=(), services=(), priorities=()), dims)
    begin, end = _times(selection)
    touched = moved_within(current, begin, end, *of_place) if begin and end and end - begin <= SHORT else None
    return cells(Asked(current, wanted, of_place, begin, end, touched)).subquery("flow")


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


def _count(connection: Connection, rows: FromClause) -> int:
    return connection.scalar(select(func.count()).select_from(rows)) or 0


def _correct(connection: Connection, since: int, touched: FromClause) -> None:
    """Make the months that the touched tickets moved in anew: what there is, less what was, plus what is."""
    work = ticket_flow.to_metadata(MetaData(), name="flow_work")
    work._prefixes = ["TEMPORARY"]
    work.create(connection)
    _insert(connection, Asked(Current(since), touched=touched, by_county=True), work, sign=-1)
    _insert(connection, Asked(Current(None), touched=touched, by_county=True), work)
    months = list(connection.scalars(select(work.c.month).distinct()))
    there = select(ticket_flow).where(ticket_flow.c.month.in_(months))
    connection.execute(insert(work).from_select(COLUMNS, there))
    connection.execute(delete(ticket_flow).where(ticket_flow.c.month.in_(months)))
    keys = [work.c[name] for name in COLUMNS if name not in SUMS]
    sums = [sql_cast(func.sum(work.c[name]), BigInteger).label(name) for name in SUMS]
    left = select(*keys, *sums).group_by(*keys).having(func.sum(work.c.handoffs) != 0)
    connection.execute(insert(ticket_flow).from_select(COLUMNS, left))
    work.drop(connection)


def _insert(connection: Connection, asked: Asked, into: Table = ticket_flow, sign: int = 1) -> None:
    made = cells(asked).subquery("made")
    columns = [made.c[name] * sign if name in SUMS else made.c[name] for name in COLUMNS]
    connection.execute(insert(into).from_select(COLUMNS, select(*columns)))


@cache
def _own() -> Definition:
    return definition(cells(Asked(Current(None), by_county=True)))
