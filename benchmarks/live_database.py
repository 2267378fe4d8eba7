"""A PostgreSQL table as a live source, and its yardstick: all its rows by a cursor of the bare driver."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from benchmarks.live_bare import Downloaded

NAME = "asp_bench_live"
TABLE = """
CREATE TABLE desk AS
SELECT n AS id, opened, opened + interval '1 hour' AS closed, opened + interval '1 hour' AS changed,
       'closed' AS state, 'P3' AS priority, '01508' AS municipality, CAST(12.5 AS numeric(12, 3)) AS price,
       'words of a test person' AS note
FROM (SELECT n, timestamptz '2026-03-02 00:00+00' + n * interval '1 minute' AS opened FROM generate_series(1, {}) n) m
"""


@contextmanager
def database(records: int) -> Iterator[URL]:
    """A database with a table desk beside the one that ASP_TEST_POSTGRES_URL names; dropped when the context ends."""
    server = make_url(os.environ.get("ASP_TEST_POSTGRES_URL", "postgresql+psycopg://asp:asp@127.0.0.1/asp_test"))
    _execute(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    try:
        url = server.set(database=NAME)
        _execute(url, TABLE.format(records))
        yield url
    finally:
        _execute(server, f"DROP DATABASE {NAME} WITH (FORCE)")


def fetched(url: URL, query: str) -> Downloaded:
    """All rows of a query at once, by the driver."""
    started = time.perf_counter()
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        cursor.execute(query.encode())
        cursor.fetchall()
    return Downloaded(time.perf_counter() - started, 1, None)


def _execute(url: URL, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
