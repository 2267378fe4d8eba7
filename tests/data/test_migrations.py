import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from data.migrate import migrate, newest_revision, schema_revision
from data.schema import FACTS, metadata


@pytest.fixture
def empty(engine_name, request, tmp_path):
    """A connection to an empty database, in a transaction, on each engine."""
    url = (
        f"duckdb:///{tmp_path}/empty.duckdb"
        if engine_name == "duckdb"
        else request.getfixturevalue("new_postgres_database")(None)
    )
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def columns(connection, table):
    return {column["name"]: str(column["type"]) for column in inspect(connection).get_columns(table)}


def test_an_empty_database_gets_the_whole_schema(empty):
    migrate(empty)

    assert schema_revision(empty) == newest_revision()
    for table in metadata.sorted_tables:
        expected = {column.name: column.type.compile(empty.dialect) for column in table.c}
        found = columns(empty, table.name)
        assert set(found) == set(expected), table.name
        assert {name: kind.split("(")[0] for name, kind in found.items()} == {
            name: _as_reported(kind, empty.dialect.name) for name, kind in expected.items()
        }, table.name


def _as_reported(kind: str, dialect: str) -> str:
    """A type as the engine names it when asked: DuckDB stores TEXT as VARCHAR and has no zone to leave out."""
    kind = kind.removesuffix(" WITHOUT TIME ZONE")
    if dialect == "duckdb":
        return {"TEXT": "VARCHAR", "DOUBLE PRECISION": "DOUBLE"}.get(kind, kind)
    return kind


def test_the_previous_version_is_brought_up_with_its_rows(empty):
    migrate(empty, "0001")
    assert not inspect(empty).has_table("unmatched_name")
    empty.execute(text("INSERT INTO dim_process (process_id, name_en) VALUES ('kept', 'Kept')"))

    migrate(empty)

    assert schema_revision(empty) == newest_revision()
    assert inspect(empty).has_table("unmatched_name")
    assert empty.scalar(text("SELECT name_en FROM dim_process")) == "Kept"


def test_migrating_twice_changes_nothing(empty):
    migrate(empty)
    migrate(empty)

    assert schema_revision(empty) == newest_revision()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_key_of_a_fact_holds_the_municipality_and_the_run(fact):
    key = fact.info["primary_key"]

    assert key[0] == "municipality_id"
    assert key[-1] == "loaded_run"
    assert set(key) <= set(fact.c.keys())
