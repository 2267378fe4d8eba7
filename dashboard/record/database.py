"""The application database: opened for reading, or for one writer at a time.

SQLite is a file whose one writer the engine sees to (BEGIN IMMEDIATE); on PostgreSQL an advisory lock does. So a row
is always chained to the newest one. Whatever fails is told by its class alone: messages of engines repeat what was
written, and that is nobody's business but the log's.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, cast

from flask import current_app
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.record.errors import LogReadOnly, LogUnreachable, Unusable
from dashboard.record.migrate import VERSION_TABLE, is_current, migrate

EXTENSION = "asp_record"
WRITE_LOCK = 0x415351  # one writer of the log at a time; the reporting database's lock is 0x415350
CONNECT_SECONDS = 3
WAIT_SECONDS = 10
REST_SECONDS = 15
"""So long a server that did not answer is left alone: otherwise each page would wait for it anew."""
EXPECTED = "Expected sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."
READ_ONLY = ("ReadOnlySqlTransaction", "InsufficientPrivilege")

log = logging.getLogger(__name__)


class AppDatabase:
    """The one handle on the application database. Making it opens nothing. Raises Unusable."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(_parsed(url))
        self._ready = False
        self._rests_until = 0.0
        self._lock = Lock()

    def prepare(self) -> None:
        """Bring the schema up to date, the file's folder made where it is missing. Raises LogUnreachable, LogReadOnly.

        Called at the app's start; where that failed, by the first reading that finds the database again.
        """
        with self._lock:
            if not self._ready:
                self._make_file()
                with self._connected() as connection, connection.begin():
                    current = is_current(connection)
                if not current:
                    with self._connected() as connection, _writing(connection):
                        # Another process may have done it meanwhile.
                        if not is_current(connection):
                            migrate(connection)
                self._ready = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read by. Raises LogUnreachable; LogReadOnly where the schema is still missing."""
        self.prepare()
        with self._connected() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer runs beside. Raises LogUnreachable, LogReadOnly."""
        self.prepare()
        with self._connected() as connection, _writing(connection):
            yield connection

    def is_writable(self) -> bool:
        """Whether the log could be written now. Raises LogUnreachable."""
        try:
            with self.writing() as connection:
                if connection.dialect.name != "postgresql":
                    # A file that can't be written takes the lock and refuses only what would be written.
                    connection.exec_driver_sql(f"DELETE FROM {VERSION_TABLE} WHERE 1 = 0")
                    return True
                asked = select(
                    func.has_table_privilege("decision", "INSERT"), func.current_setting("transaction_read_only")
                )
                may, reads_only = connection.execute(asked).one()
                return bool(may) and reads_only == "off"
        except LogReadOnly:
            return False

    def close(self) -> None:
        """Let go of what is open: no connection survives a fork."""
        self._engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if time.monotonic() < self._rests_until:
            raise LogUnreachable("The application database did not answer a moment ago. Try again in a minute.")
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            if self._engine.dialect.name == "postgresql":
                self._rests_until = time.monotonic() + REST_SECONDS
            raise _told(error) from None
        with connection:
            try:
                yield connection
            except SQLAlchemyError as error:
                raise _told(error) from None

    def _make_file(self) -> None:
        """An empty file that only its owner may read: it will hold names."""
        url = self._engine.url
        if url.get_backend_name() != "sqlite" or "uri" in url.query:
            return
        path = Path(str(url.database))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.touch(mode=0o600)
        except OSError as error:
            log.warning("application database: its file cannot be made (%s)", type(error).__name__)
            raise LogUnreachable(
                "The file of the application database (ASP_APP_URL) can't be made. Check its folder."
            ) from None


def open_record(url: str) -> AppDatabase:
    """The application database of an app that starts, its schema brought up to date; nothing stays open.

    An app starts without its log, too: pages say so, and it is tried again. Raises Unusable.
    """
    database = AppDatabase(url)
    try:
        database.prepare()
    except (LogUnreachable, LogReadOnly) as error:
        log.warning("the decision log is not ready: %s", error)
    database.close()
    return database


def record() -> AppDatabase:
    """The application database of the app that serves this request."""
    return cast("AppDatabase", current_app.extensions[EXTENSION])


@contextmanager
def _writing(connection: Connection) -> Iterator[None]:
    connection.execution_options(asp_writes=True)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
        yield


def _told(error: SQLAlchemyError) -> LogUnreachable | LogReadOnly:
    """The error by its class alone."""
    cause = getattr(error, "orig", None)
    kind = type(cause or error).__name__
    log.warning("application database: %s", kind)
    if kind in READ_ONLY or "readonly database" in str(cause):
        return LogReadOnly("The application database (ASP_APP_URL) can't be written to. Check its rights.")
    return LogUnreachable("The application database (ASP_APP_URL) can't be used. Is it there, and running?")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL is not repeated: it may hold a password.
        raise Unusable(f"ASP_APP_URL is not a database URL. {EXPECTED}") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database and parsed.database != ":memory:":
        return parsed
    if parsed.drivername == "postgresql+psycopg":
        return parsed
    raise Unusable(f"ASP_APP_URL: {parsed.drivername} without a file or server is not supported. {EXPECTED}")


def _engine(url: URL) -> Engine:
    """hide_parameters: no message of the engine repeats what was written."""
    if url.get_backend_name() == "postgresql":
        options = f"{url.query.get('options', '')} -c lock_timeout={WAIT_SECONDS}s".strip()
        given = {"connect_timeout": CONNECT_SECONDS, "options": options}
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=4, connect_args=given)
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: Any) -> None:
    """Transactions are begun here, not by the driver, which would begin them too late for a lock."""
    connection.isolation_level = None
    connection.execute("PRAGMA recursive_triggers = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("asp_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
