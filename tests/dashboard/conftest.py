"""An app on a store with a few tickets, made once: tests of the shell read it and change nothing."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import insert

from dashboard.app import create_app
from dashboard.settings import DashboardSettings
from data.schema import etl_input, etl_run, fact_ticket, quarantine
from data.settings import DataSettings
from data.store import Session, Store, open_store

TICKETS = 40
SET_ASIDE = 10
INPUT = 501


@pytest.fixture(scope="session")
def filled_store(
    duckdb_template: Path, tmp_path_factory: pytest.TempPathFactory, settings: DataSettings
) -> Iterator[Store]:
    """Forty tickets of January to April 2025, one late in four, and ten rows set aside."""
    folder = tmp_path_factory.mktemp("dashboard") / "reporting"
    shutil.copytree(duckdb_template, folder)
    store = open_store(f"duckdb:///{folder}", settings)
    with store.writing() as session:
        _fill(session)
    yield store
    store.close()


@pytest.fixture(scope="session")
def dashboard_settings() -> DashboardSettings:
    """Defaults, whatever `.env` says."""
    return DashboardSettings(_env_file=None)


@pytest.fixture(scope="session")
def app(dashboard_settings: DashboardSettings, filled_store: Store) -> Dash:
    return create_app(dashboard_settings, filled_store)


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture
def in_app(app: Dash) -> Iterator[None]:
    """Callbacks are called as plain functions in here."""
    with app.server.test_request_context("/"):
        yield


def _fill(session: Session) -> None:
    run = session.run_id
    at = datetime(2025, 4, 30, 20)
    session.connection.execute(
        insert(etl_run).values(
            run_id=run, job="tickets", status="published", started_at=at, finished_at=at, mode="full"
        )
    )
    session.connection.execute(insert(etl_input).values(**_input(run, at)))
    session.connection.execute(insert(fact_ticket), [_ticket(number, run) for number in range(TICKETS)])
    session.connection.execute(insert(quarantine), [_rejected(number, run) for number in range(SET_ASIDE)])


def _input(run: int, at: datetime) -> dict[str, Any]:
    counts = {"loaded_changed": 0, "unchanged": 0, "duplicate": 0, "unmatched_municipality": 0}
    return counts | {
        "input_id": INPUT, "run_id": run, "source": "servicedesk", "system": "servicedesk", "record": "ticket",
        "input": "tickets.csv", "status": "loaded", "read": TICKETS + SET_ASIDE, "loaded_new": TICKETS,
        "quarantined": SET_ASIDE, "unmatched_service": 0, "unmatched_actor": 0, "newest_at": at,
    }  # fmt: skip


def _ticket(number: int, run: int) -> dict[str, Any]:
    opened = date(2025, 1, 1) + timedelta(days=3 * number)
    late = number % 4 == 0
    return {
        "municipality_id": "01508", "source": "servicedesk", "ticket_id": f"T{number}", "ticket_type": "incident",
        "service_id": "ADO" if number % 2 else "GAZD", "actor_id": "operator_ado", "priority": "P3", "status": "closed",
        "level": 1, "opened_at": datetime(opened.year, opened.month, opened.day, 9), "opened_on": opened,
        "resolved_on": opened, "ended_on": opened, "resolution_due_on": opened,
        "resolution_minutes": 900 if late else 60,
        "sla_minutes": 480, "resolved_in_sla": not late, "input_id": INPUT, "line": number + 2, "loaded_run": run,
    }  # fmt: skip


def _rejected(number: int, run: int) -> dict[str, Any]:
    return {
        "quarantine_id": number + 1, "run_id": run, "input_id": INPUT, "job": "tickets", "source": "servicedesk",
        "input": "tickets.csv", "line": 100 + number, "reasons": '["no date"]', "row": "{}", "status": "open",
    }  # fmt: skip
