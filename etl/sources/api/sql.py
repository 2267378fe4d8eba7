"""Any database that SQLAlchemy knows: the operator's query, read in slices, changed rows only where it has a cursor.

The query is run as it is, as a subquery where rows are chosen by the cursor; the only values that are added to it are
bound parameters. Nothing is ever written: the transaction reads only where the database can, and is rolled back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Executable, Select, column, false, literal_column, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from etl.config import Source, did_you_mean
from etl.connections import Sql
from etl.records import RECORDS
from etl.sources.api import client
from etl.sources.api.database import Unreachable, address, failure, reading, shown, unreachable
from etl.sources.api.keys import key_columns, key_field, mapped_keys
from etl.sources.errors import SourceError
from etl.sources.pull import Cursor, Record, Slice, Span, moment, zulu

ROWS = 5_000
TRIES = 4
FIRST_WAIT = 1.0  # seconds; doubles from try to try
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
KINDS = ("time", "date", "epoch", "number")


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """The rows of the query in the order of its cursor, those without a cursor's value first and in every run.

    Raises SourceError for a driver, an address, a login, a query or a cursor that does not serve. A connection that
    breaks is made again a few times, and reading goes on after the last slice.
    """
    connect = source.connect
    assert isinstance(connect, Sql), "another kind of source"
    if connect.complete:
        _check_complete(source)
    reader = _Reader(source, connect, span)
    tries = 0
    while True:
        seen = reader.number
        try:
            yield from reader.slices()
            return
        except Unreachable as error:
            tries = tries + 1 if reader.number == seen else 1
            if not error.passing or tries >= TRIES:
                raise unreachable(source, reader.url, error) from error
        except SQLAlchemyError as error:
            tries = tries + 1 if reader.number == seen else 1
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            if not lost or tries >= TRIES:
                raise failure(source, reader.url, error) from error
        client.WAITS.sleep(FIRST_WAIT * 2 ** (tries - 1))


def _check_complete(source: Source) -> None:
    """Deletions are told by one key; a record that several fields name would lose them silently."""
    key_field(source)
    key = RECORDS[source.record].fact.info["key"][1:]
    if len(key) > 1:
        raise SourceError(
            f"source '{source.name}': a row of record '{source.record}' is named by {' and '.join(key)} together,"
            " so complete = true can't tell which of them was deleted. Leave it out, and give such rows an end day."
        )


@dataclass(frozen=True)
class _Where:
    """The column that changed rows are known by: as the query spells it, and what it holds."""

    name: str
    kind: str
    aware: bool = False


class _Reader:
    """One pull, perhaps over several connections. number: slices so far; cursor: where the last one left it."""

    def __init__(self, source: Source, connect: Sql, span: Span) -> None:
        self._source, self._connect, self._span = source, connect, span
        self.url = address(source, connect)
        self.number = 0
        self._cursor: Cursor | None = span.cursor if connect.cursor else None
        self._whole = self._start() is None
        self._kept: set[str] | None = set() if connect.complete and not span.backfill else None
        self._until = client.WAITS.clock() + connect.minutes * 60

    def slices(self) -> Iterator[Slice]:
        """What is left to read, over one connection."""
        with reading(self._source) as connection:
            where = self._where(connection, self._columns(connection))
            if where is None:
                yield from self._everything(connection)
            else:
                yield from self._changed(connection, where)

    def _columns(self, connection: Connection) -> list[str]:
        """Names of the query's columns. Raises SourceError for a bad query."""
        none = self._asked().where(false())
        before = str(none.compile(dialect=connection.dialect)).split("(", maxsplit=1)[0].count("\n")
        try:
            columns = list(connection.execute(none).keys())
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            raise failure(self._source, self.url, error, before) from error
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise self._fault(f"the query has several columns named {', '.join(twice)}. Give each its own name (AS).")
        return columns

    def _where(self, connection: Connection, columns: Sequence[str]) -> _Where | None:
        """The cursor; None without one, or when no row has a value there yet."""
        asked = self._connect.cursor
        if asked is None:
            if self._span.backfill:
                raise self._fault("has no cursor column, so no window of time can be read. Name one with cursor.")
            return None
        name = asked if asked in columns else next((one for one in columns if one.lower() == asked.lower()), None)
        if name is None:
            known = f"{did_you_mean(asked, columns)}; it has {', '.join(columns)}"
            raise self._fault(f"the query has no column '{asked}' for cursor{known}.")
        some = self._asked().where(column(name).is_not(None)).limit(1)
        row = connection.execute(some).mappings().first()
        if row is None:
            return _Where(name, self._connect.cursor_type or "time")
        return self._told(name, row[name])

    def _told(self, name: str, value: Any) -> _Where:
        """What the cursor holds, by one of its values and what is declared."""
        declared = self._connect.cursor_type
        if isinstance(value, datetime):
            kind = "time"
        elif isinstance(value, date):
            kind = "date"
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            kind = declared if declared in ("epoch", "number") else "number"
        else:
            kind = type(value).__name__
        if kind not in KINDS or declared not in (None, kind):
            wanted = f"cursor_type is {declared}" if declared else "a time, a day or a whole number is needed"
            raise self._fault(f"cursor '{name}' holds a {kind}, but {wanted}. Cast it in the query (CAST … AS …).")
        if kind == "number" and self._span.backfill:
            raise self._fault(
                f"cursor '{name}' is a number, so no window of time can be read. Set cursor_type = 'epoch' if it counts"
                " seconds since 1970, or name a column of times."
            )
        return _Where(name, kind, isinstance(value, datetime) and value.tzinfo is not None)

    def _everything(self, connection: Connection) -> Iterator[Slice]:
        """All rows, in the order of the query."""
        query = cast(Executable, text(self._query()))
        if self._kept is not None:
            self._kept = set()
        held: list[Record] | None = None
        for raw in self._read(connection, query):
            if held is not None:
                yield self._slice(held, "all rows", None)
            held = [_plain(row) for row in raw]
            self._keep(held)
        last = self._slice(held or [], "all rows", {"read": zulu(self._span.started_at)})
        yield replace(last, kept=None if self._kept is None else frozenset(self._kept))

    def _changed(self, connection: Connection, where: _Where) -> Iterator[Slice]:
        """Rows without a value at the cursor, then those from the cursor on; in the end all keys, if they are due."""
        at: ColumnElement[Any] = column(where.name)
        start = self._start()
        if not self._span.backfill:
            for rows in self._read(connection, self._asked().where(at.is_(None))):
                yield self._slice(rows, f"rows without {where.name}", None)
        query = self._asked().where(at.is_not(None)).order_by(at)
        for condition in self._window(at, where, start):
            query = query.where(condition)
        since = f"rows with {where.name} from {start}" if start is not None else "all rows"
        for rows in self._read(connection, query):
            self._cursor = self._reached(where, rows[-1][where.name])
            yield self._slice(rows, since, self._cursor)
        yield self._ended(connection)

    def _ended(self, connection: Connection) -> Slice:
        """The last slice: no rows, the cursor as it is, and all keys where they are wanted."""
        due = self._kept is not None and (self._whole or self._span.reconcile)
        kept = frozenset(self._keys(connection)) if due else None
        cursor = None if self._span.backfill else (self._cursor or {})
        return replace(self._slice([], "end", cursor), kept=kept)

    def _keys(self, connection: Connection) -> Iterator[str]:
        names = key_columns(self._source)
        asked = self._asked(*names)
        for rows in self._read(connection, asked):
            yield from mapped_keys(self._source, [_plain(row) for row in rows])

    def _keep(self, rows: list[Record]) -> None:
        if self._kept is not None:
            self._kept.update(mapped_keys(self._source, rows))

    def _read(self, connection: Connection, query: Executable) -> Iterator[list[Record]]:
        """Rows as records, some at a time as the server sends them; times stay as they are, to be compared."""
        size = self._connect.page_size or ROWS
        with connection.execution_options(yield_per=size).execute(query) as result:
            names = list(result.keys())
            for part in result.partitions(size):
                if client.WAITS.clock() > self._until:
                    raise self._fault(f"took longer than {self._connect.minutes:g} minutes; raise minutes.")
                yield [dict(zip(names, row, strict=True)) for row in part]

    def _slice(self, rows: list[Record], what: str, cursor: Cursor | None) -> Slice:
        self.number += 1
        return Slice(f"{shown(self.url)}: {what}, slice {self.number}", [_plain(row) for row in rows], cursor)

    def _query(self) -> str:
        """The operator's query, in which no colon is a parameter; a comment at its end ends there."""
        return _COLON.sub(r"\\:", self._connect.query.strip().rstrip(";").rstrip())

    def _asked(self, *names: str) -> Select[Any]:
        inner = text(self._query() + "\n").columns().subquery("asked")
        wanted: list[ColumnElement[Any]] = [column(name) for name in names] or [literal_column("*")]
        return select(*wanted).select_from(inner)

    def _start(self) -> datetime | int | None:
        """From where on: a time (aware), or a number; None for everything."""
        cursor = self._cursor or {}
        if self._span.backfill:
            return self._span.since
        if cursor.get("number") is not None:
            return int(cursor["number"]) - self._connect.overlap_rows
        if cursor.get("changed") is None:
            return None
        return moment(cursor["changed"]) - timedelta(hours=self._connect.overlap_hours)

    def _window(self, at: ColumnElement[Any], where: _Where, start: Any) -> Iterator[ColumnElement[bool]]:
        if start is not None:
            yield at >= self._comparable(where, start)
        if self._span.until is not None:
            yield at < self._comparable(where, self._span.until)

    def _comparable(self, where: _Where, start: datetime | int) -> Any:
        """A start as the column holds it: local where it names no zone."""
        if isinstance(start, int):
            return start
        if where.kind == "epoch":
            return int(start.timestamp())
        local = start.astimezone(ZoneInfo(self._source.time_zone))
        if where.kind == "date":
            return local.date()
        return start if where.aware else local.replace(tzinfo=None)

    def _reached(self, where: _Where, value: Any) -> Cursor | None:
        """The cursor after a row with this value, never ahead of our own clock where it is a time."""
        if self._span.backfill:
            return None
        if where.kind == "number":
            known = (self._cursor or {}).get("number")
            return {"number": max(int(value), int(known) if known is not None else int(value))}
        span = replace(self._span, cursor=self._cursor)
        return span.advanced(self._moment(where, value))

    def _moment(self, where: _Where, value: Any) -> datetime:
        if where.kind == "epoch":
            return datetime.fromtimestamp(int(value), UTC)
        if where.kind == "date":
            value = datetime.combine(value, clock_time())
        local = value if value.tzinfo else value.replace(tzinfo=ZoneInfo(self._source.time_zone))
        return cast(datetime, local.astimezone(UTC))

    def _fault(self, what: str) -> SourceError:
        return SourceError(f"source '{self._source.name}': {shown(self.url)}: {what}")


def _plain(row: Record) -> Record:
    """The values as a file of the source would hold them."""
    return {name: _value(value) for name, value in row.items()}


_AS_TEXT: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((bytes, bytearray), lambda value: value.hex()),
    (memoryview, lambda value: value.tobytes().hex()),
    (timedelta, lambda value: str(value)),
    (clock_time, lambda value: value.isoformat()),
    ((set, frozenset, tuple), lambda value: sorted(map(str, value))),
)
_KNOWN = (str, bool, int, float, Decimal, datetime, date, list, dict)


def _value(value: Any) -> Any:
    """Text, numbers, flags, days, times, lists and objects stay; bytes come as hexadecimal, anything else as text."""
    if value is None or isinstance(value, _KNOWN):
        return value
    for types, change in _AS_TEXT:
        if isinstance(value, types):
            return change(value)
    return str(value)
