"""A run killed at any moment: readers keep the snapshot before it, and the next run completes."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from data.schema import etl_run, fact_ticket

pytestmark = pytest.mark.slow

HEAD = "id,opened,where,service,priority"
ROWS = 20_000
COMMAND = [sys.executable, "-c", "from etl.cli import main; main()", "run", "tickets"]


def counted(desk):
    """Tickets that a reader sees, and distinct ones."""
    with desk.store.reading() as connection:
        return connection.execute(select(func.count(), func.count(fact_ticket.c.ticket_id.distinct()))).one()


def killed_after(desk, seconds):
    """Start a run and kill it after a while; whether it was still running then."""
    environment = os.environ | {
        "ASP_REPORTING_URL": f"duckdb:///{desk.store.folder}",
        "ASP_ROLLUPS": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    started = subprocess.Popen(
        COMMAND, cwd=desk.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        started.wait(seconds)
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGKILL)
    return started.wait() < 0


def test_a_killed_run_changes_nothing_and_the_next_one_completes(duckdb_desk):
    duckdb_desk.deliver("tickets/a.csv", HEAD, *(f"T{n},2025-03-03 09:00,Komló,ADO,P3" for n in range(ROWS)))
    begun = time.monotonic()
    assert not killed_after(duckdb_desk, 120)
    whole = time.monotonic() - begun
    assert tuple(counted(duckdb_desk)) == (ROWS, ROWS)
    duckdb_desk.deliver("tickets/b.csv", HEAD, *(f"U{n},2025-03-04 09:00,Pécs,ADO,P3" for n in range(ROWS)))

    for share in (0.6, 0.9):
        killed_after(duckdb_desk, whole * share)
        seen, distinct = counted(duckdb_desk)
        assert seen in (ROWS, 2 * ROWS)
        assert seen == distinct

    report = duckdb_desk.run()

    assert report.status == "published"
    assert tuple(counted(duckdb_desk)) == (2 * ROWS, 2 * ROWS)
    with duckdb_desk.store.reading() as connection:
        numbers = connection.scalars(select(etl_run.c.run_id)).all()
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("leftover", ["work-00000099.duckdb", "work-00000099.duckdb.wal"])
def test_what_a_killed_run_left_is_cleared_away(duckdb_desk, leftover):
    (duckdb_desk.store.folder / leftover).write_bytes(b"half a database")
    duckdb_desk.deliver("tickets/a.csv", HEAD, "T1,2025-03-03 09:00,Komló,ADO,P3")

    assert duckdb_desk.run().status == "published"
    assert not list(duckdb_desk.store.folder.glob("work-*"))
