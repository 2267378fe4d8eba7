"""Cells are never stale: what was made of other facts, or by another definition, is not read, and is made anew."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import delete, func, insert, select, update

from data import schema
from data.metrics import catalogue, cell_refresh
from data.metrics.catalogue import METRICS
from data.metrics.cell_state import is_current
from data.metrics.cells import asked_of, has_cells, has_years, year_ends
from data.metrics.measure import measure, of_facts, period
from data.metrics.series import series
from data.periods import last_of_month, months_before
from data.reference_load import prepare
from data.rollups import refresh
from data.schema import dim_municipality, etl_input, etl_run, fact_ticket, metric_cell, rollup_state
from data.selection import Selection
from data.store import open_store
from tests.data.metrics.world import EARLY, LATE, make_world

pytestmark = pytest.mark.slow  # whole worlds are counted twice

MONTHLY = [metric for metric in METRICS.values() if has_cells(metric)]
COUNT, BACKLOG = METRICS["ticket_count"], METRICS["backlog_count"]
SOME = ("ticket_count", "backlog_count", "resolution_minutes_p90", "execution_rate", "joined_municipality_count")
ANY = Selection()
MID_YEAR = pd.Timestamp(2025, 6, 30)


@pytest.fixture(scope="module")
def world(duckdb_template, settings):
    with closing(open_store(f"duckdb:///{duckdb_template}", settings)) as store, store.reading() as connection:
        codes = sorted(connection.scalars(select(dim_municipality.c.municipality_id)))
    return make_world(seed=23, municipalities=codes[:6])


@pytest.fixture(scope="module")
def early_on_duckdb(duckdb_template, tmp_path_factory, settings, world):
    """A folder, to be copied."""
    folder = tmp_path_factory.mktemp("early") / "reporting"
    shutil.copytree(duckdb_template, folder)
    with closing(open_store(f"duckdb:///{folder}", settings)) as store:
        publish_early(store, world)
    return folder


@pytest.fixture(scope="module")
def early_on_postgres(postgres_template, new_postgres_database, settings, world):
    """A database, to be copied."""
    url = new_postgres_database(postgres_template)
    with closing(open_store(url.render_as_string(hide_password=False), settings)) as store:
        publish_early(store, world)
    return url.database


@pytest.fixture
def early(engine_name, request, tmp_path, settings):
    """A store of its own in which the first run of each job was published, with the cells that it made."""
    prepared = request.getfixturevalue(f"early_on_{engine_name}")
    if engine_name == "duckdb":
        shutil.copytree(prepared, tmp_path / "early")
        url = f"duckdb:///{tmp_path / 'early'}"
    else:
        copy = request.getfixturevalue("new_postgres_database")(prepared)
        url = copy.render_as_string(hide_password=False)
    with closing(open_store(url, settings)) as store:
        yield store


def publish_early(store, world):
    """What the first run of each job knew."""
    first = set(EARLY.values())
    with store.writing() as session:
        for name, rows in world.items():
            if name.startswith("fact"):
                known = [row | {"superseded_run": None} for row in rows if row["loaded_run"] in first]
            else:
                known = [row for row in rows if row["run_id"] in first]
            session.load_frame(name, pd.DataFrame(known, dtype=object))


def publish_late(store, world):
    """What the second run of each job changed."""
    later = set(LATE.values())
    with store.writing() as session:
        for name, rows in world.items():
            table = schema.metadata.tables[name]
            if name.startswith("fact"):
                known = [row for row in rows if row["loaded_run"] in later]
                for row in rows:
                    if row["superseded_run"] in later:
                        same = [table.c[key] == row[key] for key in (*table.info["key"], "loaded_run")]
                        session.connection.execute(
                            update(table).where(*same).values(superseded_run=row["superseded_run"])
                        )
            else:
                known = [row for row in rows if row["run_id"] in later]
            session.load_frame(name, pd.DataFrame(known, dtype=object))


def assert_true(store, metrics=MONTHLY, read_from_cells=True):
    """Every figure by month is what the facts say; and it was read from cells."""
    with store.reading() as connection:
        found = series(connection, metrics, ANY)
        for metric in metrics:
            assert is_current(connection, metric) == read_from_cells, metric.id
            expected = of_facts(connection, metric, ANY, ["month"])
            pd.testing.assert_frame_equal(found[metric.id], expected, check_exact=True, obj=metric.id)
            end = period(connection, metric, ANY)[1]
            for month in year_ends(end) if end and has_years(metric) and read_from_cells else ():
                year = Selection(months_before(month, 11), last_of_month(month))
                assert asked_of(connection, metric, year, []) is not None, metric.id
                found_year, expected = measure(connection, metric, year), of_facts(connection, metric, year, [])
                pd.testing.assert_frame_equal(found_year, expected, check_exact=True, obj=f"{metric.id} {year}")


def test_a_later_run_counts_what_it_touched_again_and_a_rollback_takes_it_back(early, world):
    snapshots = early.snapshots()
    assert_true(early)
    publish_late(early, world)
    assert_true(early)
    early.rollback(snapshots[0].id)
    assert_true(early, [METRICS[name] for name in SOME])


@pytest.fixture
def few_metrics(monkeypatch):
    """Some of each kind, where no figure of the others is looked at."""
    few = (*SOME, "recurrence_rate", "sla_resolution_rate")
    monkeypatch.setattr(catalogue, "METRICS", {name: METRICS[name] for name in few})


@pytest.mark.usefixtures("few_metrics")
def test_only_the_months_that_a_run_touched_are_counted_again(duckdb_store, monkeypatch):
    publish(duckdb_store, 511, [{"ticket_id": f"T{month}", "opened_on": date(2025, month, 3)} for month in range(1, 7)])
    counted = {}
    make = cell_refresh.make

    def noted(connection, group, months):
        counted.update(dict.fromkeys((metric.id for metric in group.metrics), months))
        make(connection, group, months)

    monkeypatch.setattr(cell_refresh, "make", noted)
    publish(duckdb_store, 512, [{"ticket_id": "T9", "opened_on": date(2025, 2, 9), "ended_on": date(2025, 4, 2)}])

    assert counted["ticket_count"] == [date(2025, 2, 1)]
    assert counted["backlog_count"] == [date(2025, month, 1) for month in (2, 3, 4)]
    assert counted["recurrence_rate"] is None
    assert "execution_rate" not in counted
    assert_true(duckdb_store, [COUNT, BACKLOG])


@pytest.mark.usefixtures("few_metrics")
def test_what_was_not_yet_due_is_counted_when_the_data_get_further(duckdb_store):
    due = METRICS["sla_resolution_rate"]
    late = {"opened_on": date(2025, 3, 3), "resolution_due_on": date(2025, 3, 20), "resolved_in_sla": False}
    publish(duckdb_store, 511, [{"ticket_id": "T1"} | late], newest=pd.Timestamp(2025, 3, 10))
    with duckdb_store.reading() as connection:
        assert measure(connection, due, ANY, ["month"]).empty
    publish(duckdb_store, 512, [], newest=pd.Timestamp(2025, 4, 10))
    with duckdb_store.reading() as connection:
        assert measure(connection, due, ANY, ["month"])["denominator"].tolist() == [1]
    assert_true(duckdb_store, [due, COUNT, BACKLOG])


def publish(store, run, tickets, newest=MID_YEAR):
    """A run of the tickets job with incidents of Nógrád."""
    filled = {
        "municipality_id": "01508", "source": "desk", "ticket_type": "incident", "service_id": "ADO",
        "actor_id": "nisz", "opened_at": pd.Timestamp(2025, 1, 1), "input_id": run, "loaded_run": run,
    }  # fmt: skip
    with store.writing() as session:
        session.connection.execute(insert(etl_run).values(run_id=run, job="tickets", status="published"))
        session.connection.execute(
            insert(etl_input).values(
                input_id=run, run_id=run, source="desk", input="desk.csv", status="loaded", newest_at=newest
            )
        )
        if tickets:
            session.connection.execute(insert(fact_ticket), [filled | ticket for ticket in tickets])


def test_another_definition_of_a_metric_is_asked_of_the_facts(early):
    only = replace(COUNT, where=COUNT.where & (fact_ticket.c.priority == "P1"))
    with early.reading() as connection:
        assert is_current(connection, replace(COUNT, target=1.0))
        assert not is_current(connection, only)
        found = measure(connection, only, ANY, ["month"])
        pd.testing.assert_frame_equal(found, of_facts(connection, only, ANY, ["month"]))
        assert found["n"].sum() < measure(connection, COUNT, ANY, ["month"])["n"].sum()


def test_the_first_preparation_after_an_upgrade_counts_the_months_anew(early):
    early.rollups = False
    with early.writing() as session:
        earlier = (
            update(rollup_state).where(rollup_state.c.rollup_id == COUNT.id).values(definition="of an earlier one")
        )
        session.connection.execute(earlier)
    assert not prepare(early)
    assert_true(early, [COUNT], read_from_cells=False)

    early.rollups = True

    assert prepare(early)
    assert_true(early, [COUNT])
    assert not prepare(early)


def test_rows_of_a_run_that_cells_do_not_know_are_counted(early):
    with early.writing() as session:
        connection = session.connection
        connection.execute(insert(etl_run).values(run_id=999, job="tickets", status="published"))
        assert not is_current(connection, COUNT)
        before = measure(connection, COUNT, ANY)["n"].item()
        connection.execute(delete(fact_ticket).where(fact_ticket.c.ticket_type == "incident"))
        assert measure(connection, COUNT, ANY)["n"].item() < before


def test_a_session_that_loads_nothing_makes_nothing(early):
    with early.writing() as session:
        session.connection.execute(insert(etl_run).values(run_id=998, job="tickets", status="failed"))
        assert not refresh(session.connection)
    assert_true(early, [COUNT])


def test_a_changed_register_moves_tickets_to_their_new_county(early):
    with early.writing() as session:
        connection = session.connection
        connection.execute(update(dim_municipality).values(county="Zala"))
        connection.execute(insert(etl_run).values(run_id=997, job="reference", status="published"))
        connection.execute(
            insert(etl_input).values(
                input_id=997, run_id=997, source="dim_municipality", input="register.csv", status="loaded"
            )
        )
    with early.reading() as connection:
        assert is_current(connection, COUNT)
        assert measure(connection, COUNT, ANY, ["county"])["county"].tolist() == ["Zala"]


def test_without_a_run_of_its_job_a_metric_has_no_cells(store):
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(metric_cell)) == 0
        assert connection.scalar(select(func.count()).select_from(rollup_state)) == 0
