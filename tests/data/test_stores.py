"""What both stores promise."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from data.errors import AspError, StoreBusy
from data.schema import UNKNOWN_MUNICIPALITY, etl_run, fact_budget


def load(store, line_id, spent_huf):
    """A run that closes the line's version and adds another, the way the pipeline does."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with store.writing() as session:
        current = (fact_budget.c.line_id == line_id) & fact_budget.c.superseded_run.is_(None)
        session.connection.execute(fact_budget.update().where(current).values(superseded_run=session.run_id))
        session.connection.execute(
            insert(fact_budget).values(
                municipality_id=UNKNOWN_MUNICIPALITY, source="ledger", line_id=line_id, fiscal_year=2026,
                period_on=now.date(), account_id="K3", function_id="unknown", actor_id="nisz", service_id="NA",
                spent_huf=spent_huf, input_id=1, line=1, loaded_run=session.run_id,
            )
        )  # fmt: skip
        session.connection.execute(
            insert(etl_run).values(
                run_id=session.run_id, job="budget", status="published", started_at=now, finished_at=now
            )
        )
        return session.run_id


def current(store):
    with store.reading() as connection:
        rows = select(fact_budget.c.line_id, fact_budget.c.spent_huf).where(fact_budget.c.superseded_run.is_(None))
        return dict(connection.execute(rows).all())


def test_rollback_publishes_the_state_before(store):
    load(store, "a", 1)
    load(store, "a", 2)
    load(store, "b", 3)

    store.rollback()
    assert current(store) == {"a": 2}
    store.rollback()
    assert current(store) == {"a": 1}


def test_rollback_to_a_named_state_skips_those_between(store):
    load(store, "a", 1)
    named = store.snapshots()[0].id
    load(store, "a", 2)
    load(store, "b", 3)

    assert store.rollback(named) == named
    assert current(store) == {"a": 1}
    assert [one.is_current for one in store.snapshots() if one.id == named] == [True]


def test_a_run_after_a_rollback_has_a_number_of_its_own(store):
    numbers = [load(store, "a", 1), load(store, "a", 2)]
    store.rollback()
    numbers.append(load(store, "a", 4))

    assert numbers == sorted(set(numbers))
    assert current(store) == {"a": 4}


def test_rollback_to_nothing_says_what_there_is(store):
    with pytest.raises(AspError, match=r"there (are|is)"):
        store.rollback("no-such-state")


def test_a_failed_run_leaves_the_state_and_frees_the_lock(store):
    load(store, "a", 1)
    before = store.snapshot_id()

    with pytest.raises(ZeroDivisionError), store.writing() as session:
        session.connection.execute(fact_budget.delete())
        raise ZeroDivisionError

    assert store.snapshot_id() == before
    assert current(store) == {"a": 1}
    load(store, "a", 2)
    assert current(store) == {"a": 2}


def test_a_second_writer_is_told_to_wait(store):
    with store.writing(), pytest.raises(StoreBusy, match="another run"), store.writing():
        pass


def test_a_publish_changes_the_snapshots_id(store):
    before = store.snapshot_id()
    load(store, "a", 1)

    assert store.snapshot_id() != before
