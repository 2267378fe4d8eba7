import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from data.duckdb_store import DuckDBStore
from data.errors import AspError, NotPublished, StoreBusy
from data.store import open_store

numbers = Table("numbers", MetaData(), Column("n", Integer), Column("word", Text))


@pytest.fixture
def folder_store(tmp_path):
    store = DuckDBStore(str(tmp_path / "reporting"), keep=3)
    yield store
    store.close()


def put(store, n):
    with store.writing() as session:
        numbers.create(session.connection, checkfirst=True)
        session.connection.execute(insert(numbers).values(n=n))
        return session.run_id


def content(store):
    with store.reading() as connection:
        return sorted(connection.scalars(select(numbers.c.n)))


def test_nothing_published_says_what_to_run(folder_store):
    with pytest.raises(NotPublished, match="asp-etl run"), folder_store.reading():
        pass


def test_a_run_is_published_whole_and_a_reader_notices_by_itself(folder_store):
    put(folder_store, 1)
    before = folder_store.snapshot_id()
    assert content(folder_store) == [1]

    put(folder_store, 2)

    assert folder_store.snapshot_id() != before
    assert content(folder_store) == [1, 2]


def test_a_reader_keeps_its_snapshot_while_another_is_published(folder_store):
    put(folder_store, 1)
    with folder_store.reading() as connection:
        put(folder_store, 2)
        assert list(connection.scalars(select(numbers.c.n))) == [1]


def test_a_run_that_fails_changes_nothing(folder_store):
    put(folder_store, 1)
    before = folder_store.snapshot_id()

    with pytest.raises(ZeroDivisionError), folder_store.writing() as session:
        session.connection.execute(insert(numbers).values(n=2))
        raise ZeroDivisionError

    assert folder_store.snapshot_id() == before
    assert content(folder_store) == [1]
    assert not list(folder_store.folder.glob("work-*"))


def test_two_runs_at_once_are_prevented(folder_store):
    with folder_store.writing(), pytest.raises(StoreBusy, match="another run"), folder_store.writing():
        pass


def test_run_numbers_are_never_reused(folder_store):
    first = put(folder_store, 1)
    second = put(folder_store, 2)
    folder_store.rollback()

    assert put(folder_store, 3) > second > first
    assert content(folder_store) == [1, 3]


def test_rollback_names_what_there_is(folder_store):
    put(folder_store, 1)
    with pytest.raises(AspError, match="no earlier"):
        folder_store.rollback()
    with pytest.raises(AspError, match="snapshot-00000001"):
        folder_store.rollback("snapshot-00000099.duckdb")


def test_old_snapshots_are_dropped_and_the_published_one_never(folder_store):
    for n in range(3):
        put(folder_store, n)
    oldest = folder_store.snapshots()[-1].id
    folder_store.rollback(oldest)
    put(folder_store, 7)
    put(folder_store, 8)

    kept = [snapshot.id for snapshot in folder_store.snapshots()]

    assert len(kept) == 3
    assert folder_store.snapshot_id() in kept
    assert content(folder_store) == [0, 7, 8]


def test_a_frame_is_loaded_with_its_missing_values(folder_store):
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "word": ["Ő", None]})
    with folder_store.writing() as session:
        numbers.create(session.connection)
        session.load_frame("numbers", frame)

    with folder_store.reading() as connection:
        assert connection.execute(select(numbers)).all() == [(1, "Ő"), (None, None)]


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://h/d", "nonsense", "duckdb://", "postgresql://h/d"])
def test_an_unsupported_url_says_what_is_expected(url):
    with pytest.raises(AspError, match="Expected duckdb:///FOLDER"):
        open_store(url)


WRITER = """
import sys
from sqlalchemy import text
from data.duckdb_store import DuckDBStore
store = DuckDBStore(sys.argv[1])
for n in range(int(sys.argv[2]), 10_000):
    with store.writing() as session:
        session.connection.execute(text("CREATE TABLE IF NOT EXISTS numbers (n INTEGER, word TEXT)"))
        for part in range(50):
            session.connection.execute(text("INSERT INTO numbers VALUES (:n, NULL)"), {"n": n})
        print(n, flush=True)
"""


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_runs_only(tmp_path):
    folder = tmp_path / "reporting"
    started = 0
    for delay in (0.0, 0.02, 0.05, 0.11, 0.2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(started)], stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        store = DuckDBStore(str(folder))
        published = content(store) if store.snapshot_id() else []
        store.close()
        counts = {n: published.count(n) for n in published}
        assert set(counts.values()) <= {50}, "half a run is visible"
        assert sorted(counts) == list(range(len(counts))), "a published run was lost"
        started = len(counts)
