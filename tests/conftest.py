"""Databases for tests: prepared once, copied or rolled back for each test.

`store` and `connection` run a test on both engines; `duckdb_store` and `postgres_store` on one. PostgreSQL is reached
at ASP_TEST_POSTGRES_URL (its user must be allowed to create databases); each process has databases of its own. A folder
that takes long to make is made by one process for all (`made_once`).
"""

import fcntl
import gc
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from data.metrics.measure import JOBS
from data.reference_load import prepare
from data.schema import (
    etl_input,
    etl_run,
    fact_budget,
    fact_contract,
    fact_contract_service,
    fact_role_holder,
    fact_ticket,
    fact_ticket_event,
    fact_training,
    fact_usage,
)
from data.settings import DataSettings
from data.store import Session, Store, open_store

POSTGRES_URL = os.environ.get("ASP_TEST_POSTGRES_URL", "postgresql+psycopg://asp:asp@127.0.0.1/asp_test")
ENGINES = ("duckdb", pytest.param("postgres", marks=pytest.mark.postgres))
BUDAPEST = ZoneInfo("Europe/Budapest")
MUNICIPALITY = "01508"
RUNS = {"tickets": 101, "contracts": 102, "training": 103, "budget": 104, "usage": 105}
MANY = 50  # rows that are loaded faster than inserted
NEWEST = datetime(2027, 12, 31, 12)

AddRows = Callable[..., None]
MadeOnce = Callable[[str, Callable[[Path], None]], Path]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first in each half of the tests, for a process gets one half and, once it is through,
    a part of what is left of the other: small tests, and not the second half of what was dear to set up."""
    first, last = {"real": 0, "slow": 1, "browser": 1}, 2
    weights: dict[Path, int] = {}
    for item in items:
        own = min((first.get(mark.name, last) for mark in item.iter_markers()), default=last)
        weights[item.path] = min(own, weights.get(item.path, last))
    half = len(items) // 2
    for part in (slice(0, half), slice(half, None)):
        items[part] = sorted(items[part], key=lambda item: weights[item.path])


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# --- what processes share -------------------------------------------------------------------------------------------

PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


@event.listens_for(Engine, "connect")
def _share_the_cores(connection: Any, _record: object) -> None:
    """Each process has its part of the machine: DuckDB would otherwise take all of it for itself in each."""
    if PROCESSES > 1 and "duckdb" in type(connection).__module__:
        connection.execute(f"SET threads = {max((os.cpu_count() or 1) // PROCESSES, 1)}")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """made_once(name, fill): a folder that fill(folder) has filled, in this process or before it in another one.

    It is nobody's own: a test reads it, or copies it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        folder, whole = shared / f"once-{name}", shared / f"once-{name}.whole"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                whole.touch()
        return folder

    return made


# --- stores ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run reports, the state of alerts and the decision log go to folders of the tests, not into the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ASP_REPORTS", "ASP_STATE"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        patch.setenv("ASP_APP_URL", f"sqlite:///{tmp_path_factory.mktemp('app')}/app.db")
        yield


@pytest.fixture(scope="session")
def settings() -> DataSettings:
    """Defaults, whatever `.env` says."""
    return DataSettings(_env_file=None)


@pytest.fixture(scope="session")
def duckdb_template(made_once: MadeOnce, settings: DataSettings) -> Path:
    """A folder of snapshots whose newest holds the schema and the reference data."""

    def fill(folder: Path) -> None:
        store = open_store(f"duckdb:///{folder}", settings)
        prepare(store)
        store.close()

    return made_once("template", fill)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Connection]:
    """An autocommit connection to create databases with; skips, or fails under ASP_REQUIRE_POSTGRES=1."""
    engine = create_engine(POSTGRES_URL, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        connection = engine.connect()
    except OperationalError:
        engine.dispose()
        shown = make_url(POSTGRES_URL).render_as_string(hide_password=True)
        told = f"PostgreSQL does not answer at {shown} (ASP_TEST_POSTGRES_URL)"
        if os.environ.get("ASP_REQUIRE_POSTGRES") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: Connection) -> Iterator[Callable[[str | None], URL]]:
    """Creates a database of this process, empty or as a copy of another, and drops all of them in the end."""
    made: list[str] = []

    def create(template: str | None = None) -> URL:
        name = f"asp_test_{os.getpid()}_{len(made)}"
        copied = f' TEMPLATE "{template}"' if template else ""
        postgres_server.execute(text(f'CREATE DATABASE "{name}"{copied}'))
        made.append(name)
        return make_url(POSTGRES_URL).set(database=name)

    yield create
    for name in made:
        postgres_server.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def postgres_template(new_postgres_database: Callable[[str | None], URL], settings: DataSettings) -> str:
    """The name of a database that holds the schema and the reference data."""
    url = new_postgres_database(None)
    store = open_store(url.render_as_string(hide_password=False), settings)
    prepare(store)
    store.close()
    assert url.database is not None
    return url.database


@pytest.fixture
def duckdb_store(duckdb_template: Path, tmp_path: Path, settings: DataSettings) -> Iterator[Store]:
    """A prepared DuckDB store of its own."""
    folder = tmp_path / "reporting"
    shutil.copytree(duckdb_template, folder)
    store = open_store(f"duckdb:///{folder}", settings)
    yield store
    store.close()


@pytest.fixture
def postgres_store(
    postgres_template: str,
    postgres_server: Connection,
    new_postgres_database: Callable[[str | None], URL],
    settings: DataSettings,
) -> Iterator[Store]:
    """A prepared PostgreSQL store of its own."""
    url = new_postgres_database(postgres_template)
    store = open_store(url.render_as_string(hide_password=False), settings)
    yield store
    store.close()
    postgres_server.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """duckdb, then postgres."""
    return request.param


@pytest.fixture
def store(engine_name: str, request: pytest.FixtureRequest) -> Store:
    """A prepared store of its own, on each engine."""
    return request.getfixturevalue(f"{engine_name}_store")


# --- a connection to write facts to ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def duckdb_engine(duckdb_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("shared") / "shared.duckdb"
    shutil.copyfile(duckdb_template / (duckdb_template / "current").read_text().strip(), path)
    engine = create_engine(f"duckdb:///{path}", poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_template: str, new_postgres_database: Callable[[str | None], URL]) -> Iterator[Engine]:
    engine = create_engine(
        new_postgres_database(postgres_template), poolclass=NullPool, connect_args={"options": "-c timezone=UTC"}
    )
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine_name: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A prepared database without facts, on each engine; what a test writes is rolled back after it."""
    engine: Engine = request.getfixturevalue(f"{engine_name}_engine")
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def add_rows(connection: Connection) -> AddRows:
    """Insert fact rows: `add_rows(fact_contract, {...}, {...})`; what a row leaves out has a good default.

    Comes with one published run per job (RUNS) that has data until the end of 2027.
    """
    numbers = itertools.count(1)

    def add(table: Table, *rows: dict[str, Any]) -> None:
        _ensure_run(connection, JOBS[table.name])
        filled = [_filled(table, row, next(numbers)) for row in rows]
        if len(filled) < MANY:
            connection.execute(insert(table), filled)
        else:
            Session(connection, RUNS[JOBS[table.name]]).load_frame(table.name, pd.DataFrame(filled, dtype=object))

    return add


@pytest.fixture
def add_tickets(add_rows: AddRows) -> AddRows:
    """Insert rows of fact_ticket: an incident of ADO, priority P3, opened on 3 March 2025, unless a row says else."""

    def add(*rows: dict[str, Any]) -> None:
        add_rows(fact_ticket, *rows)

    return add


def _ensure_run(connection: Connection, job: str) -> None:
    run = RUNS[job]
    if connection.execute(select(etl_run.c.run_id).where(etl_run.c.run_id == run)).first():
        return
    at = datetime(2028, 1, 1, 3)
    connection.execute(
        insert(etl_run).values(run_id=run, job=job, status="published", started_at=at, finished_at=at, mode="full")
    )
    connection.execute(
        insert(etl_input).values(
            input_id=run, run_id=run, source=job, system=job, record=job, input=f"{job}.csv", status="loaded", read=0,
            loaded_new=0, loaded_changed=0, unchanged=0, duplicate=0, quarantined=0, unmatched_municipality=0,
            unmatched_service=0, unmatched_actor=0, newest_at=NEWEST,
        )
    )  # fmt: skip


def _filled(table: Table, row: dict[str, Any], number: int) -> dict[str, Any]:
    run = RUNS[JOBS[table.name]]
    filled = dict.fromkeys(table.c.keys())
    filled |= {
        "municipality_id": MUNICIPALITY, "source": JOBS[table.name], "input_id": run, "line": number, "loaded_run": run,
    }  # fmt: skip
    filled |= DEFAULTS[table](number) | row
    if table is fact_ticket:
        _fill_days(filled)
    return filled


def _fill_days(ticket: dict[str, Any]) -> None:
    """The days of a ticket from its times, where a test gives only those."""
    for day, at in (("opened_on", "opened_at"), ("resolved_on", "resolved_at")):
        if ticket[day] is None and ticket[at] is not None:
            ticket[day] = ticket[at].replace(tzinfo=UTC).astimezone(BUDAPEST).date()
    if ticket["ended_on"] is None:
        ticket["ended_on"] = ticket["resolved_on"]


DEFAULTS: dict[Table, Callable[[int], dict[str, Any]]] = {
    fact_ticket: lambda number: {
        "ticket_id": f"T{number}", "ticket_type": "incident", "service_id": "ADO", "actor_id": "operator_ado",
        "priority": "P3", "status": "open", "opened_at": datetime(2025, 3, 3, 9),
    },
    fact_ticket_event: lambda number: {
        "ticket_id": "T1", "event_id": f"E{number}", "event_at": datetime(2025, 3, 3, 9), "service_id": "ADO",
        "actor_id": "operator_ado",
    },
    fact_contract: lambda number: {
        "contract_id": f"C{number}", "contract_kind": "joining", "actor_id": "menedzsment", "service_id": "NA",
        "joining_type": "system", "signed_on": date(2025, 1, 1), "valid_from": date(2025, 1, 1),
    },
    fact_contract_service: lambda number: {
        "contract_id": f"C{number}", "service_id": "ADO", "contracted_on": date(2025, 1, 1),
    },
    fact_role_holder: lambda number: {
        "holder_key": f"H{number}", "role": "key_user", "service_id": "ADO", "person_hash": f"person {number}",
        "appointed_on": date(2025, 1, 1),
    },
    fact_training: lambda number: {
        "enrolment_id": f"E{number}", "person_hash": f"person {number}", "course_id": "ADO-1", "service_id": "ADO",
        "role": "key_user", "started_on": date(2025, 3, 3), "result": "in_progress",
    },
    fact_budget: lambda number: {
        "line_id": f"L{number}", "fiscal_year": 2025, "period_on": date(2025, 3, 1), "side": "expenditure",
        "account_id": "K312", "function_id": "unknown", "actor_id": "menedzsment", "service_id": "NA",
    },
    fact_usage: lambda number: {
        "usage_id": f"U{number}", "service_id": "ADO", "period_on": date(2025, 3, 1),
    },
}  # fmt: skip
