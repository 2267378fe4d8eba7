"""An empty decision log of each test's own, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from dashboard.record.database import AppDatabase
from dashboard.record.writing import add_entry, add_item
from tests.dashboard.record.forms import FIGURE, new_entry, new_item


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty application database, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new folder/app.db"
        return
    url: URL = request.getfixturevalue("new_postgres_database")(None)
    yield url.render_as_string(hide_password=False)
    server: Connection = request.getfixturevalue("postgres_server")
    server.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))


@pytest.fixture
def database(app_url: str) -> Iterator[AppDatabase]:
    made = AppDatabase(app_url)
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def add(database: AppDatabase) -> Callable[..., int]:
    """Record a question of 2025; what a test leaves out has a good default."""

    def record(**given: Any) -> int:
        return add_item(database, new_item(**given), FIGURE)

    return record


@pytest.fixture
def enter(database: AppDatabase) -> Callable[..., int]:
    """Record an entry of an item."""

    def record(number: int, kind: str, **given: Any) -> int:
        return add_entry(database, number, new_entry(kind, **given))

    return record
