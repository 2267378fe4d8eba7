"""A connection to somebody else's database: by a login that is never told, over TLS, and to read only."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import certifi
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from etl.config import Source
from etl.connections import Sql, is_loopback
from etl.sources.errors import SourceError

CONNECT_SECONDS = 10
SHOWN = 300  # characters of a driver's message that are repeated
DRIVERS = {
    "psycopg2": "psycopg2-binary, or write postgresql+psycopg:// (psycopg is installed)",
    "MySQLdb": "mysqlclient, or write mariadb+pymysql:// (pymysql is installed)",
    "mariadb": "mariadb, or write mariadb+pymysql:// (pymysql is installed)",
    "cx_Oracle": "oracledb, and write oracle+oracledb://",
}
"""module -> what to install, where it is not a package of the same name (pyodbc, oracledb …)"""
_REFUSED = re.compile(
    r"password authentication failed|access denied|login failed|ORA-01017|no pg_hba\.conf entry|"
    r"(role|database) .* does not exist|unknown database|permission denied|certificate|ssl|tls",
    re.IGNORECASE,
)


class Unreachable(Exception):
    """No connection could be made. error: the driver's; passing: whether another try may help."""

    def __init__(self, error: DBAPIError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
        self.passing = not _REFUSED.search(str(error.orig))


@contextmanager
def reading(source: Source) -> Iterator[Connection]:
    """A connection in a transaction that only reads and is rolled back. Raises Unreachable when there is none."""
    connect = source.connect
    assert isinstance(connect, Sql), "another kind of source"
    engine = _engine(source, address(source, connect), connect)
    try:
        with _connected(engine) as connection:
            try:
                yield _only_reading(connection, connect)
            finally:
                if not connection.invalidated:
                    connection.rollback()
    finally:
        engine.dispose()


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        raise Unreachable(error) from error


def address(source: Source, connect: Sql) -> URL:
    """The database's URL with its password. Raises SourceError, and MissingSecret for a variable that is not set."""
    written = source.secret(connect.url_env) if connect.url_env else str(connect.url)
    try:
        url = make_url(written)
    except ArgumentError as error:
        named = connect.url_env or "url"
        raise SourceError(
            f"source '{source.name}': {named} is no database URL; write it as postgresql+psycopg://reader@host/name."
        ) from error
    return url.set(password=source.secret(connect.password_env)) if connect.password_env else url


def shown(url: URL) -> str:
    """The URL without its password and options, for people."""
    plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
    return plain.render_as_string(hide_password=True)


def unreachable(source: Source, url: URL, error: Unreachable) -> SourceError:
    """What to tell when no connection could be made."""
    said = _said(error.error, url)
    told = f"source '{source.name}': {shown(url)}: can't be reached or refuses the login: {said}{_advice(said)}"
    return SourceError(source.scrub(told))


def failure(source: Source, url: URL, error: SQLAlchemyError, before: int | None = None) -> SourceError:
    """What to tell of an error of the database.

    before: lines of the statement before the operator's query, when that is at fault; the driver's words are repeated
    then. Of an error among the data they are not: they may quote a person.
    """
    place = f"source '{source.name}': {shown(url)}"
    if before is not None:
        said = _said(error, url)
        lines = re.sub(r"(?i)\bline (\d+)", lambda found: f"line {max(int(found[1]) - before, 1)}", said)
        return SourceError(source.scrub(f"{place}: the query can't be run: {lines} Correct query."))
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    told = "the connection broke" if lost else f"reading stopped with {type(error).__name__}{_state(error)}"
    return SourceError(
        f"{place}: {told}. What was read before counts; the next run goes on from there. If it comes again, look into"
        " the database's log, or try the query there."
    )


def _advice(said: str) -> str:
    if re.search(r"certificate|ssl|tls", said, re.IGNORECASE):
        return (
            " The connection must be encrypted and the server's certificate trusted: name its authority with ca_file,"
            " or set allow_http = true if the network may see it."
        )
    return " Check the address, the name and the password, and that this machine may connect."


def _said(error: SQLAlchemyError, url: URL) -> str:
    """The first lines of the driver's own words, without the password."""
    text_ = " ".join(str(getattr(error, "orig", None) or error).split())
    if url.password:
        text_ = text_.replace(str(url.password), "…")
    return f"{text_[:SHOWN].rstrip('.')}."


def _state(error: SQLAlchemyError) -> str:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    late = ": the database took longer than answer_seconds" if state == "57014" else ""
    return f" (SQLSTATE {state}{late})" if state else ""


def _engine(source: Source, url: URL, connect: Sql) -> Engine:
    """An engine for one pull. Raises SourceError for a kind of database, or a driver, that is not there."""
    try:
        return create_engine(url, poolclass=NullPool, connect_args=connect_args(url, connect))
    except NoSuchModuleError as error:
        raise SourceError(
            f"source '{source.name}': '{url.drivername}' is no database that SQLAlchemy knows; write"
            " postgresql+psycopg, mariadb+pymysql, mssql+pyodbc, oracle+oracledb or sqlite."
        ) from error
    except ModuleNotFoundError as error:
        named = str(error.name)
        raise SourceError(
            f"source '{source.name}': {url.drivername} needs a driver that is not installed: pip install"
            f" {DRIVERS.get(named, named)}."
        ) from error


def connect_args(url: URL, connect: Sql) -> dict[str, Any]:
    """The driver's settings: time-outs, and TLS with the server's certificate checked, unless the URL says how.

    A database on this machine, or one with allow_http, may be reached without TLS. Drivers not named here take theirs
    from the URL.
    """
    backend, driver = url.get_backend_name(), url.get_driver_name()
    safe = connect.allow_http or url.host is None or is_loopback(url.host)
    authority = connect.ca_file or certifi.where()
    if driver in ("psycopg", "psycopg2"):
        args: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
        if "options" not in url.query:
            args["options"] = f"-c statement_timeout={int(connect.answer_seconds * 1000)}"
        if not safe and "sslmode" not in url.query:
            args |= {"sslmode": "verify-full", "sslrootcert": authority}
        return args
    if driver == "pymysql":
        named = any(option.startswith("ssl") for option in url.query)
        args = {"connect_timeout": CONNECT_SECONDS, "read_timeout": int(connect.answer_seconds)}
        return args if safe or named else args | {"ssl": {"ca": authority, "check_hostname": True}}
    if backend == "duckdb" and url.database not in (None, "", ":memory:"):
        return {"read_only": True}
    return {}


_READ_ONLY = {
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
"""dialect -> what makes the database refuse to write; DuckDB is opened so, others are rolled back only"""


def _only_reading(connection: Connection, connect: Sql) -> Connection:
    name = connection.dialect.name
    if name == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    if name in _READ_ONLY:
        connection.execute(text(_READ_ONLY[name]))
        if name != "oracle":  # there it holds for the transaction that it began
            connection.rollback()
    return connection
