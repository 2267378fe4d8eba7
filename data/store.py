"""The reporting database opened for reading and for one run of writing.

Two engines, one promise: a reader sees a whole published state or nothing, and a killed run changes nothing.
DuckDB publishes files (duckdb_store.py), PostgreSQL commits a transaction (postgres_store.py).
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pandas as pd
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.errors import AspError
from data.settings import DataSettings


@dataclass(frozen=True)
class Snapshot:
    """A published state: its id, the newest run in it, when it was published (UTC), whether readers get it."""

    id: str
    run_id: int
    published_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Session:
    """One run of writing: a connection to a private state, and the number of the run."""

    connection: Connection
    run_id: int

    def load_frame(self, table_name: str, frame: pd.DataFrame) -> None:
        """Append a frame to a table, columns matched by name. Arrow on DuckDB, COPY on PostgreSQL."""
        if self.connection.dialect.name == "duckdb":
            _append_arrow(self.connection, table_name, frame)
        else:
            _append_copy(self.connection, table_name, frame)


class Store(Protocol):
    """What both engines offer."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to the published state. Raises NotPublished when there is none."""

    def writing(self) -> AbstractContextManager[Session]:
        """A private state, published on a clean exit and dropped on an exception. Raises StoreBusy."""

    def snapshot_id(self) -> str | None:
        """Changes with every publish or rollback; None before the first."""

    def snapshots(self) -> list[Snapshot]:
        """What can be rolled back to, newest first."""

    def rollback(self, to: str | None = None) -> str:
        """Publish an earlier state again (the one before, unless named) and return its id."""

    def close(self) -> None:
        """Let go of what is open."""


def open_store(url: str, settings: DataSettings | None = None) -> Store:
    """The store behind a URL: a folder of DuckDB snapshots or a PostgreSQL database.

    Raises AspError for any other URL; nothing is opened or created yet.
    """
    from data.duckdb_store import DuckDBStore
    from data.postgres_store import PostgresStore

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise AspError(f"ASP_REPORTING_URL: not a database URL ({url!r}). {_EXPECTED}") from error
    settings = settings or DataSettings()
    if parsed.get_backend_name() == "duckdb" and parsed.database:
        return DuckDBStore(parsed.database, keep=settings.keep_snapshots, memory=settings.duckdb_memory)
    if parsed.drivername == "postgresql+psycopg":
        return PostgresStore(parsed)
    raise AspError(f"ASP_REPORTING_URL: {parsed.drivername} is not supported. {_EXPECTED}")


_EXPECTED = "Expected duckdb:///FOLDER or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."


def _append_arrow(connection: Connection, table_name: str, frame: pd.DataFrame) -> None:
    """By a relation of DuckDB's own: a registered view would keep every frame of the run alive until the commit."""
    import pyarrow as pa

    duck = connection.connection.driver_connection
    assert duck is not None, "a connection without its driver"
    quoted = _quoted(connection, table_name)
    rows = duck.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    columns = duck.table(quoted).columns
    if strange := sorted(set(frame.columns) - set(columns)):
        raise KeyError(f"{table_name} has no column {', '.join(strange)}")
    given = set(frame.columns)
    rows.project(", ".join(_quoted(connection, name) if name in given else "NULL" for name in columns)).insert_into(
        quoted
    )


def _append_copy(connection: Connection, table_name: str, frame: pd.DataFrame) -> None:
    """COPY in the CSV form that Arrow writes: text always quoted, missing values bare, so '' and null stay apart."""
    import pyarrow as pa
    from pyarrow import csv

    table = pa.Table.from_pandas(frame, preserve_index=False)
    # Arrow's CSV writer knows no dictionaries.
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    columns = ", ".join(_quoted(connection, name) for name in table.column_names)
    driver = connection.connection.driver_connection
    assert driver is not None, "a connection without its driver"
    statement = f"COPY {_quoted(connection, table_name)} ({columns}) FROM STDIN (FORMAT csv)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for part in table.cast(pa.schema(plain)).to_batches(max_chunksize=COPY_ROWS):
            buffer = pa.BufferOutputStream()
            csv.write_csv(part, buffer, csv.WriteOptions(include_header=False, quoting_style="needed"))
            copy.write(buffer.getvalue().to_pybytes())


COPY_ROWS = 20_000


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
