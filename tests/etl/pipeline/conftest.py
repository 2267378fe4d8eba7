"""Deliveries to a prepared store: a test writes files, runs a job, and looks at the facts."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from data.schema import fact_ticket
from data.store import Store
from etl.config import Source, load_sources
from etl.pipeline import Options, run_job
from etl.settings import Settings
from etl.status import InputReport, RunReport

TICKETS = """
[[source]]
name = "desk"
job = "tickets"
record = "ticket"
path = "tickets/*"
[source.fields]
ticket_id = "id"
opened_at = "opened"
municipality = { column = "where", optional = true }
service = { column = "service", optional = true }
priority = { column = "priority", optional = true }
status = { column = "status", optional = true }
resolved_at = { column = "resolved", optional = true }
source_version = { column = "version", optional = true }
category = { column = "category", optional = true }
"""


class Desk:
    """A folder of deliveries and the store they are loaded into."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.describe(TICKETS)

    @property
    def config(self) -> Path:
        return self.folder / "sources.toml"

    def describe(self, text: str) -> None:
        """Write sources.toml."""
        self.config.write_text(text, encoding="utf-8")

    def deliver(self, name: str, *lines: str) -> Path:
        """Write a file of lines, gzipped if its name says so."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = "".join(f"{line}\n" for line in lines).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    def run(self, job: str = "tickets", **options: Any) -> RunReport:
        """Run a job over what was delivered."""
        return run_job(self.store, job, self.sources(), self.folder, Options(**options))

    def sources(self) -> list[Source]:
        """What sources.toml describes."""
        return load_sources(self.config, Settings(_env_file=None, person_key="a key for tests, long enough"))

    def rows(self, fact: Table = fact_ticket, *columns: str, every: bool = False) -> list[tuple[Any, ...]]:
        """Columns of the current versions (or of every version), sorted."""
        wanted = select(*(fact.c[name] for name in columns))
        if not every:
            wanted = wanted.where(fact.c.superseded_run.is_(None))
        with self.store.reading() as connection:
            return sorted((tuple(row) for row in connection.execute(wanted)), key=repr)

    def tickets(self, *columns: str, every: bool = False) -> list[tuple[Any, ...]]:
        return self.rows(fact_ticket, *columns, every=every)


@pytest.fixture
def desk(tmp_path: Path, store: Store) -> Desk:
    """On each engine."""
    return _desk(tmp_path, store)


@pytest.fixture
def duckdb_desk(tmp_path: Path, duckdb_store: Store) -> Desk:
    """On DuckDB only, for what does not depend on the engine."""
    return _desk(tmp_path, duckdb_store)


def _desk(tmp_path: Path, store: Store) -> Desk:
    folder = tmp_path / "deliveries"
    folder.mkdir()
    return Desk(folder, store)


def became(taken: InputReport) -> dict[str, int]:
    """What became of the rows of an input, without what is zero."""
    return {name: count for name, count in vars(taken.counts).items() if count}


def all_became(report: RunReport) -> list[dict[str, int]]:
    return [became(taken) for taken in report.inputs]


def added_up(reports: Iterable[InputReport]) -> bool:
    """Whether each row read is in exactly one of the other counts."""
    counts = [taken.counts for taken in reports]
    return all(
        one.read == one.loaded_new + one.loaded_changed + one.unchanged + one.duplicate + one.quarantined
        for one in counts
    )
