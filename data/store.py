"""The reporting database opened for reading and for one run of writing.

Two engines, one promise: a reader sees a whole published state or nothing, and a killed run changes nothing.
DuckDB publishes files (duckdb_store.py), PostgreSQL commits a transaction (postgres_store.py).
"""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.duckdb_store import DuckDBStore
from data.errors import AspError
from data.postgres_store import PostgresStore
from data.session import Session, Snapshot
from data.settings import DataSettings

__all__ = ["Session", "Snapshot", "Store", "open_store"]


class Store(Protocol):
    """What both engines offer. rollups: whether tables made from the facts are refreshed at each publication."""

    rollups: bool

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
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The URL is not repeated: it may hold a password.
        raise AspError(f"ASP_REPORTING_URL is not a database URL. {_EXPECTED}") from error
    settings = settings or DataSettings()
    if parsed.get_backend_name() == "duckdb" and parsed.database:
        return DuckDBStore(
            parsed.database, settings.keep_snapshots, settings.duckdb_memory, settings.rollups, settings.least_people
        )
    if parsed.drivername == "postgresql+psycopg":
        return PostgresStore(parsed, rollups=settings.rollups, least_people=settings.least_people)
    raise AspError(f"ASP_REPORTING_URL: {parsed.drivername} is not supported. {_EXPECTED}")


_EXPECTED = "Expected duckdb:///FOLDER or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."
