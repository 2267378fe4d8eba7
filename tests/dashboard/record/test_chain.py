"""Nothing in the log can be rewritten: the database refuses it, and where it was forced to, the chain tells."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from dashboard.record.chain import START, Proof, verify
from dashboard.record.database import AppDatabase
from dashboard.record.errors import LogUnreachable
from dashboard.record.reading import read_items, rows
from dashboard.record.schema import TABLES, decision, decision_entry
from dashboard.record.writing import add_entry, add_item
from tests.dashboard.record.forms import FIGURE, in_days, new_entry, new_item


@pytest.fixture
def filled(add, enter, database: AppDatabase) -> AppDatabase:
    """Three items; the first is closed, the second answered."""
    for _ in range(3):
        add()
    enter(1, "due_changed", due_on=in_days(20))
    enter(1, "answer", text='Árvíztűrő\ntükörfúrógép: < 90 % „idézve"')
    enter(2, "answer")
    enter(1, "outcome")
    return database


def proof(database: AppDatabase) -> Proof:
    with database.reading() as connection:
        return verify(rows(connection))


def naive_hash(table: str, row: dict[str, Any]) -> str:
    """The hash as docs/decision-log.md tells it, computed by hand."""
    content = {"table": table}
    for name, value in row.items():
        if name != "hash":
            content[name] = value.isoformat() if hasattr(value, "isoformat") else value
    line = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


def test_each_row_holds_the_hash_of_its_content_and_of_the_row_before(filled):
    with filled.reading() as connection:
        found = [
            (row["position"], table.name, dict(row))
            for table in TABLES
            for row in connection.execute(select(table)).mappings()
        ]
    before = START
    for at, (position, table, row) in enumerate(sorted(found, key=lambda one: one[0]), start=1):
        assert position == at
        assert row["previous_hash"] == before
        assert row["hash"] == naive_hash(table, row)
        before = row["hash"]
    assert at == 7
    assert proof(filled) == Proof(7, before)


def test_an_empty_log_is_sound(database):
    assert proof(database) == Proof(0, START)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("where", [True, False], ids=["a row", "no row"])
def test_the_database_refuses_to_change_or_remove_a_row(filled, table, where):
    for statement in (update(table).values(text="other"), delete(table)):
        if not where and filled._engine.dialect.name == "sqlite":
            continue  # SQLite's triggers are asked row by row, so there is nothing to refuse
        statement = statement.where(table.c.number == (1 if where else 99))
        with pytest.raises(DatabaseError, match="rows are only added"), filled._engine.begin() as connection:
            connection.execute(statement)
    assert proof(filled).broken is None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_database_refuses_to_replace_or_truncate(filled, table):
    with filled.reading() as connection:
        row = dict(connection.execute(select(table).where(table.c.number == 1)).mappings().one())
        newest = proof(filled)
    followed = row | {"text": "other", "position": 8, "previous_hash": newest.head, "hash": "f" * 64}
    if filled._engine.dialect.name == "sqlite":
        attempts: list[Any] = [
            insert(table).prefix_with("OR REPLACE").values(**changed)
            for changed in (row | {"text": "other"}, followed, followed | {"number": 99})
        ]
    else:
        attempts = [f"TRUNCATE {table.name}", "TRUNCATE decision, decision_entry"]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="decision log"), filled._engine.begin() as connection:
            if isinstance(attempt, str):
                connection.exec_driver_sql(attempt)
            else:
                connection.execute(attempt)
    assert proof(filled) == newest


def test_the_database_refuses_a_row_that_does_not_follow_the_newest(filled):
    with filled.reading() as connection:
        row = dict(connection.execute(select(decision).where(decision.c.number == 3)).mappings().one())
    strange = row | {"number": 4, "token": "another", "hash": "f" * 64}
    for changed in ({"position": 8, "previous_hash": "e" * 64}, {"position": 9, "previous_hash": proof(filled).head}):
        with pytest.raises(DatabaseError, match="does not follow"), filled._engine.begin() as connection:
            connection.execute(insert(decision).values(**strange | changed))


TAMPERED = [
    (update(decision).where(decision.c.number == 2).values(text="other"), "position 2 (decision 2)", "content"),
    (update(decision).where(decision.c.number == 1).values(value=0.3), "position 1 (decision 1)", "content"),
    (update(decision_entry).where(decision_entry.c.number == 2).values(author_name="X"), "(entry 2 of", "content"),
    (delete(decision).where(decision.c.number == 2), "position 3 (decision 3)", "position 2 is missing"),
    (delete(decision_entry).where(decision_entry.c.number == 1), "position 5", "position 4 is missing"),
    (update(decision).where(decision.c.number == 3).values(hash="a" * 64), "position 3", "content"),
    (update(decision).where(decision.c.number == 3).values(form=9), "position 3", "unknown"),
    (update(decision_entry).where(decision_entry.c.number == 3).values(previous_hash="b" * 64), "position 6", "follow"),
]


@pytest.mark.parametrize(("tamper", "where", "what"), TAMPERED)
def test_the_chain_names_the_first_broken_row(filled, tamper, where, what):
    without_triggers(filled)
    with filled._engine.begin() as connection:
        connection.execute(tamper)

    found = proof(filled).broken

    assert found is not None
    assert where in found
    assert what in found


def test_a_row_hashed_anew_breaks_the_one_after_it(filled):
    without_triggers(filled)
    with filled._engine.begin() as connection:
        row = dict(connection.execute(select(decision).where(decision.c.number == 2)).mappings().one())
        row["text"] = "other"
        row["hash"] = naive_hash("decision", row)
        connection.execute(update(decision).where(decision.c.number == 2).values(text=row["text"], hash=row["hash"]))

    assert proof(filled).broken == "position 3 (decision 3): it does not follow the row before"


def without_triggers(database: AppDatabase) -> None:
    """What an owner of the database can do, and the chain is for."""
    with database._engine.begin() as connection:
        for table in TABLES:
            names = ("refuse", "follows")
            if connection.dialect.name == "sqlite":
                names = ("no_update", "no_delete", "follows")
            for name in names:
                on = "" if connection.dialect.name == "sqlite" else f" ON {table.name}"
                connection.exec_driver_sql(f"DROP TRIGGER {table.name}_{name}{on}")


def test_writers_at_once_never_fork_the_chain(app_url):
    """Eight threads on four handles, as processes would have them: items, entries, and the same form many times."""
    handles = [AppDatabase(app_url) for _ in range(4)]
    same = new_item()

    def write(number: int) -> None:
        handle = handles[number % 4]
        made = add_item(handle, new_item(), FIGURE)
        add_entry(handle, made, new_entry("answer"))
        add_item(handle, same, FIGURE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))

    with handles[0].reading() as connection:
        found = read_items(connection)
        chain = list(rows(connection))
    assert len(found) == 25
    assert [row.columns["position"] for row in chain] == list(range(1, 50))
    assert len({row.columns["previous_hash"] for row in chain}) == 49
    assert verify(chain).broken is None
    for handle in handles:
        handle.close()


def test_of_writers_at_once_only_one_closes_an_item(database, add, enter):
    number = add()
    enter(number, "answer")

    def close(_: int) -> bool:
        try:
            add_entry(database, number, new_entry("outcome"))
        except LogUnreachable:
            raise
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        closed = list(pool.map(close, range(6)))

    assert closed.count(True) == 1
    assert proof(database).rows == 3
