"""Tables made from the facts: an error in making one stops no publication and falsifies no figure."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import func, insert, select, text

from data import flows, time_rows
from data.attempts import Attempts
from data.metrics import catalogue, cell_refresh
from data.metrics.catalogue import METRICS
from data.metrics.cell_state import is_current
from data.metrics.measure import measure
from data.schema import etl_input, etl_run, fact_ticket, metric_cell, rollup_state
from data.selection import Selection

pytestmark = pytest.mark.slow  # publishes again and again

COUNT, TAIL = METRICS["ticket_count"], METRICS["resolution_minutes_p90"]
FEW = {metric.id: metric for metric in (COUNT, TAIL, METRICS["backlog_count"], METRICS["recurrence_rate"])}


@pytest.fixture(autouse=True)
def few_metrics(monkeypatch):
    """One of each kind: counting the whole catalogue takes seconds, and is tested with cells."""
    monkeypatch.setattr(catalogue, "METRICS", FEW)


def publish(store, run, *days):
    """A run of the tickets job with an incident opened on each day."""
    filled = {
        "municipality_id": "01508", "source": "desk", "ticket_type": "incident", "service_id": "ADO",
        "actor_id": "nisz", "input_id": run, "loaded_run": run,
    }  # fmt: skip
    with store.writing() as session:
        session.connection.execute(insert(etl_run).values(run_id=run, job="tickets", status="published"))
        session.connection.execute(
            insert(etl_input).values(
                input_id=run, run_id=run, source="desk", input="desk.csv", status="loaded",
                newest_at=pd.Timestamp(2025, 6, 30),
            )
        )  # fmt: skip
        for day in days:
            opened = {"ticket_id": f"{run} {day}", "opened_on": day, "opened_at": pd.Timestamp(day)}
            session.connection.execute(insert(fact_ticket), [filled | opened])


def counted(store):
    with store.reading() as connection:
        return measure(connection, COUNT, Selection())["n"].item()


def fail_in_sql(connection, *_arguments):
    """An error that PostgreSQL does not let a transaction go on after, when something has been written already."""
    connection.execute(insert(rollup_state).values(rollup_id="half made", definition="", run_id=1))
    connection.execute(text("SELECT * FROM nowhere"))


@pytest.mark.parametrize("broken", [(cell_refresh, "make"), (flows, "refresh"), (time_rows, "refresh")],
                         ids=["metric_cell", "ticket_flow", "ticket_time"])  # fmt: skip
def test_what_cannot_be_made_stops_no_publication(store, monkeypatch, caplog, broken):
    publish(store, 511, date(2025, 1, 3))
    assert counted(store) == 1

    with monkeypatch.context() as patch:
        patch.setattr(*broken, fail_in_sql)
        publish(store, 512, date(2025, 2, 3))

    assert "could not be made" in caplog.text
    assert counted(store) == 2
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).where(rollup_state.c.rollup_id == "half made")) == 0
        assert is_current(connection, COUNT) == (broken[1] != "make"), "only what failed is known as old"

    publish(store, 513, date(2025, 3, 3))
    assert counted(store) == 3
    with store.reading() as connection:
        assert is_current(connection, COUNT)


def test_one_metric_that_cannot_be_counted_leaves_the_others_new(store, monkeypatch):
    make = cell_refresh.make

    def failing(connection, group, months):
        make(connection, group, months)
        if COUNT in group.metrics:
            raise ZeroDivisionError("a formula that this world's rows break")

    monkeypatch.setattr(cell_refresh, "make", failing)
    publish(store, 511, date(2025, 1, 3))

    with store.reading() as connection:
        assert not is_current(connection, COUNT)
        assert is_current(connection, TAIL)
        assert connection.scalar(select(func.count()).where(metric_cell.c.metric_id == COUNT.id)) == 0
    assert counted(store) == 1


def test_what_a_session_has_loaded_is_kept_when_an_attempt_fails(connection):
    if connection.dialect.name == "duckdb":
        pytest.skip("DuckDB has no savepoints: its store attempts after the session's transaction")
    connection.execute(insert(etl_run).values(run_id=901, job="tickets", status="published"))

    assert not Attempts(connection).make("cells", lambda: fail_in_sql(connection))

    assert connection.scalar(select(func.count()).where(etl_run.c.run_id == 901)) == 1
