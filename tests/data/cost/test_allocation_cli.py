"""asp-data allocation, and what publishing and rolling back make of allocations, on both engines."""

import json
from datetime import datetime

import pandas as pd
import pytest
from sqlalchemy import insert, select
from typer.testing import CliRunner

from data.cli import app
from data.errors import AspError
from data.reference_load import prepare
from data.schema import allocation_plan, cost_month, cost_share, etl_run, fact_budget, fact_usage
from tests.data.cost import ledger_world as world
from tests.data.cost.ledger_world import APRIL, MARCH


@pytest.fixture
def asked(store, monkeypatch):
    """The command line on the store of the test: asked(*words) -> what it prints."""
    url = f"duckdb:///{store.folder}" if hasattr(store, "folder") else store.url.render_as_string(hide_password=False)
    monkeypatch.setenv("ASP_REPORTING_URL", url)

    def ask(*words: object) -> str:
        done = CliRunner().invoke(app, ["allocation", *map(str, words)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return ask


def _publish(store, *lines, usage=()) -> int:
    """One run that brings in lines and usage."""
    with store.writing() as session:
        at = datetime(2028, 1, 1)
        run = {"run_id": session.run_id, "status": "published", "started_at": at, "finished_at": at, "mode": "full"}
        session.connection.execute(insert(etl_run).values(run | {"job": "budget"}))
        for table, rows, key in ((fact_budget, lines, {}), (fact_usage, usage, {})):
            for number, row in enumerate(rows):
                own = {"source": "books", "input_id": 1, "line": number, "loaded_run": session.run_id} | key
                session.connection.execute(insert(table).values(own | row))
        return session.run_id


def _line(line: dict) -> dict:
    common = {"municipality_id": "00000", "fiscal_year": 2025, "side": "expenditure", "account_id": "K312"}
    return common | {"function_id": "unknown"} | line


LINES = [_line(line) for line in world.LINES]
USAGE = [{"usage_id": f"u{number}", **row} for number, row in enumerate(world.USAGE)]


def test_a_plan_is_brought_in_shown_and_followed_both_ways(store, asked, tmp_path):
    _publish(store, *LINES, usage=USAGE)
    with store.reading() as connection:
        before = world.whole(connection)
        packaged = connection.scalar(select(allocation_plan.c.content))
    assert asked("show", "--version", "feltetelezes-1") == packaged
    plan = tmp_path / "mine.toml"
    plan.write_text(
        packaged.replace('"feltetelezes-1"', '"2025-2"').replace("valid_from = 2017-01-01", "valid_from = 2025-04-01"),
        encoding="utf-8",
    )

    assert "plan 2025-2, valid from 2025-04-01, 4 steps" in asked("import", plan)

    assert not prepare(store)  # the packaged plan does not come back by itself
    with store.reading() as connection:
        used = {
            row.month: row.plan_version
            for row in connection.execute(
                select(cost_month.c.month, cost_month.c.plan_version).where(cost_month.c.superseded_run.is_(None))
            )
        }
        assert used == {MARCH: "feltetelezes-1", APRIL: "2025-2"}
        newest = connection.scalar(select(etl_run.c.run_id).order_by(etl_run.c.run_id.desc()).limit(1))
        assert world.whole(connection, as_of=newest - 1) == before
    rows = json.loads(asked("trace", "--line", "books:b", "--format", "json"))
    assert sum(row["amount_huf"] for row in rows) == 77_777
    traced = asked("trace", "--month", "2025-03", "--municipality", "02015", "--format", "csv").splitlines()
    with store.reading() as connection:
        share = select(cost_share.c.amount_huf).where(
            cost_share.c.municipality_id == "02015", cost_share.c.month == MARCH, cost_share.c.superseded_run.is_(None)
        )
        assert sum(int(row.rsplit(",", 1)[1]) for row in traced[1:]) == sum(connection.scalars(share))
    assert [row["state"] for row in json.loads(asked("show", "--months", "--format", "json"))] == ["allocated"] * 2
    with pytest.raises(AspError, match="word for word"):
        asked("import", plan)
    plan.write_text(plan.read_text(encoding="utf-8").replace("window_months = 12", "window_months = 6"), "utf-8")
    with pytest.raises(AspError, match=r"a plan 2025-2 already, of other content.*give this one a version of its own"):
        asked("import", plan)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (('actors = ["nisz"]', 'actors = ["nobody"]'), "step support: actors names nobody"),
        (('from = "component"', 'from = "component"\nservices = ["ADO"]'), "step platform: services names ADO"),
        (('method = "direct"', 'method = "fixed"\nshares = {"99999" = 1}'), "step applications: shares names 99999"),
        (
            ('method = "municipalities"', 'method = "fixed"\nshares = {C01_VIRT = 1}'),
            "step management: shares names C01",
        ),
    ],
)
def test_a_plan_that_names_what_does_not_exist_is_refused_with_its_step(duckdb_store, tmp_path, wrong, told):
    from data.cost.plan_import import import_plan

    with duckdb_store.reading() as connection:
        text = connection.scalar(select(allocation_plan.c.content))
    assert wrong[0] in text
    (tmp_path / "p.toml").write_text(text.replace('"feltetelezes-1"', '"2"').replace(*wrong, 1), encoding="utf-8")

    with pytest.raises(AspError, match=told), duckdb_store.writing() as session:
        import_plan(session, tmp_path / "p.toml")


def test_without_rollups_months_wait_until_they_are_allocated_by_command(store, asked, monkeypatch):
    monkeypatch.setenv("ASP_ROLLUPS", "false")
    store.rollups = False
    _publish(store, *LINES, usage=USAGE)
    assert [row["state"] for row in json.loads(asked("show", "--months", "--format", "json"))] == ["waiting"] * 2

    assert asked("run") == "2 months allocated: 2025-03, 2025-04\n"

    assert asked("run") == "0 months allocated\n"
    assert asked("run", "--month", "2025-03") == "1 months allocated: 2025-03\n"
    assert [row["state"] for row in json.loads(asked("show", "--months", "--format", "json"))] == ["allocated"] * 2


def test_rolling_back_brings_the_allocations_of_the_run_before_again(store, asked, tmp_path):
    _publish(store, *LINES, usage=USAGE)
    with store.reading() as connection:
        before = world.whole(connection)
    _publish(store, _line(world.LINES[0] | {"line_id": "late", "spent_huf": 99}))
    with store.reading() as connection:
        assert world.whole(connection) != before

    store.rollback()

    with store.reading() as connection:
        assert world.whole(connection) == before
        made = pd.read_sql(select(cost_month), connection)
    assert made["superseded_run"].isna().all()


@pytest.mark.postgres
def test_taking_back_an_imported_plan_takes_its_version_back(postgres_store, tmp_path, monkeypatch):
    from data.cost.plan_import import import_plan

    _publish(postgres_store, *LINES, usage=USAGE)
    with postgres_store.reading() as connection:
        before, text = world.whole(connection), connection.scalar(select(allocation_plan.c.content))
    (tmp_path / "p.toml").write_text(text.replace('"feltetelezes-1"', '"2"').replace("2017", "2018"), encoding="utf-8")
    with postgres_store.writing() as session:
        import_plan(session, tmp_path / "p.toml")

    postgres_store.rollback()

    with postgres_store.reading() as connection:
        assert connection.scalars(select(allocation_plan.c.version)).all() == ["feltetelezes-1"]
        assert world.whole(connection) == before


@pytest.mark.parametrize(
    "words",
    [
        ("--month", "2025-03"),
        ("--line", "a:b", "--month", "2025-03", "--municipality", "1"),
        ("--month", "2025", "--municipality", "02015"),
    ],
)
def test_a_question_that_cannot_be_answered_says_how_to_ask(duckdb_store, monkeypatch, words):
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_store.folder}")

    done = CliRunner().invoke(app, ["allocation", "trace", *words])

    assert isinstance(done.exception, AspError)
    assert "--line SOURCE:LINE" in str(done.exception) or "write 2026-05" in str(done.exception)
