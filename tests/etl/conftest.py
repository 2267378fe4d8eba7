"""Small sources and what reading them gives."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.settings import DataSettings
from etl import cli
from etl.config import Source
from etl.settings import Settings
from etl.sources import batches, inputs

Ended = tuple[int, str, str]
HERE = Path(__file__).parent
LOADING = {"store", "duckdb_store", "postgres_store", "three_ways", "database", "url", "demo", "duckdb_desk", "desk"}
KEY = "a key for tests, long enough"


@dataclass(frozen=True)
class Reading:
    """All batches of all inputs of a source, as one."""

    rows: pd.DataFrame
    lines: list[int]
    raw: pd.DataFrame
    problems: dict[int, list[str]]
    torn: dict[int, str]

    def column(self, name: str) -> list[Any]:
        """Values of a field; missing as None."""
        return [None if pd.isna(value) else value for value in self.rows[name]]


@pytest.fixture
def etl_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs asp-etl as a person would: exit code, stdout, stderr."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["asp-etl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def settings() -> DataSettings:
    """Without monthly cells: what these tests load by the hundred is looked at in the facts."""
    return DataSettings(_env_file=None, rollups=False)


@pytest.fixture(autouse=True)
def without_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands make none either, but where a test asks for them (`with_cells`)."""
    monkeypatch.setenv("ASP_ROLLUPS", "false")


@pytest.fixture
def with_cells(monkeypatch: pytest.MonkeyPatch, without_cells: None) -> None:
    """Commands make monthly cells at each publication, as they do outside of tests."""
    monkeypatch.delenv("ASP_ROLLUPS")


@pytest.fixture
def seed(engine_name: str) -> int:
    """Of a test that leaves things to chance: they take another course on each engine."""
    return {"duckdb": 1, "postgres": 2}[engine_name]


@pytest.fixture
def etl_settings() -> Settings:
    return Settings(_env_file=None, person_key=KEY)


@pytest.fixture
def source_of(etl_settings: Settings) -> Callable[..., Source]:
    """A ticket source of a.csv, of which a test states only what it is about."""

    def make(**settings: Any) -> Source:
        defaults = {
            "name": "test",
            "job": "tickets",
            "record": "ticket",
            "path": "a.csv",
            "fields": {"ticket_id": "id", "opened_at": "opened"},
        }
        return Source.model_validate(defaults | settings).equipped(etl_settings)

    return make


@pytest.fixture
def read(tmp_path: Path, source_of: Callable[..., Source]) -> Callable[..., Reading]:
    """Writes a file and reads it: read(content, "a.csv", **settings of the source)."""

    def reading(
        content: bytes | str, filename: str = "a.csv", *, rows_per_batch: int = 1000, **settings: Any
    ) -> Reading:
        (tmp_path / filename).write_bytes(content.encode() if isinstance(content, str) else content)
        return reading_of(source_of(**{"path": filename} | settings), tmp_path, rows_per_batch)

    return reading


def reading_of(source: Source, base: Path, rows_per_batch: int = 1000) -> Reading:
    """Every batch of every input, one after the other; lines that come several times keep their own problems."""
    found = [batch for one in inputs(source, base) for batch in batches(one, source, rows_per_batch)]
    problems: dict[int, list[str]] = {}
    for batch in found:
        for row, reason in batch.problems.itertuples(index=False):
            problems.setdefault(int(batch.lines[row]), []).append(reason)
    return Reading(
        rows=pd.concat([batch.rows for batch in found], ignore_index=True) if found else pd.DataFrame(),
        lines=[int(line) for batch in found for line in batch.lines],
        raw=pd.concat([batch.raw for batch in found], ignore_index=True) if found else pd.DataFrame(),
        problems=problems,
        torn={torn.line: torn.reason for batch in found for torn in batch.torn},
    )


@pytest.fixture
def read_all() -> Callable[..., Reading]:
    """reading_of, for sources that a test makes itself."""
    return reading_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What loads into a reporting database is slow, but for pipeline/test_loading.py, which stands for that path."""
    for item in items:
        stands_for_it = item.path == HERE / "pipeline" / "test_loading.py"
        if item.path.is_relative_to(HERE) and not stands_for_it and LOADING & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
