"""Where the application database is missing, read-only or down, it is said; nothing of anybody's text is logged."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from dashboard.app import create_app
from dashboard.record import open_items
from dashboard.record.database import EXTENSION, AppDatabase
from dashboard.record.errors import LogReadOnly, LogUnreachable
from dashboard.record.reading import read_items
from dashboard.record.writing import add_entry, add_item
from dashboard.settings import DashboardSettings
from tests.dashboard.record.forms import FIGURE, new_entry, new_item

DOWN = ("sqlite:////proc/no/such/app.db", "postgresql+psycopg://x:secret@127.0.0.1:1/none")


@pytest.mark.parametrize("url", DOWN)
def test_an_app_starts_without_its_log_and_the_scorecard_says_so(url, filled_store, caplog):
    app = create_app(DashboardSettings(_env_file=None, app_url=url), filled_store)
    with app.server.test_request_context("/"):
        found = open_items(5)
    assert (found, found.reachable, found.total) == ([], False, 0)
    client = app.server.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert "secret" not in caplog.text


def test_a_log_that_comes_back_is_used_again(tmp_path, filled_store):
    folder = tmp_path / "later"
    folder.write_text("a file stands where the folder should be")
    url = f"sqlite:///{folder}/app.db"
    app = create_app(DashboardSettings(_env_file=None, app_url=url), filled_store)
    with app.server.test_request_context("/"):
        assert not open_items().reachable
        folder.unlink()
        assert open_items().reachable


def read_only(url: str) -> str:
    """The address of the same database, opened for reading only."""
    if url.startswith("sqlite"):
        return f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true"
    options = {"options": "-c default_transaction_read_only=on"}
    return make_url(url).update_query_dict(options).render_as_string(hide_password=False)


def test_a_read_only_log_is_read_and_says_that_it_takes_nothing(database, app_url, add, enter):
    number = add()
    locked = AppDatabase(read_only(app_url))
    with locked.reading() as connection:
        assert [item.number for item in read_items(connection)] == [number]
    assert locked.is_writable() is False
    assert database.is_writable() is True
    with pytest.raises(LogReadOnly):
        add_item(locked, new_item(), FIGURE)
    with pytest.raises(LogReadOnly):
        add_entry(locked, number, new_entry("comment"))
    locked.close()


@pytest.mark.postgres
def test_a_role_that_may_only_add_is_enough_and_one_that_may_only_read_is_told_so(new_postgres_database):
    app_url = new_postgres_database(None).render_as_string(hide_password=False)
    database = AppDatabase(app_url)
    add_item(database, new_item(), FIGURE)
    name = make_url(app_url).database
    grants = {"log_writer": "SELECT, INSERT", "log_reader": "SELECT"}
    with database._engine.begin() as connection:
        for role, rights in grants.items():
            connection.exec_driver_sql(f"CREATE ROLE {role}_{name} LOGIN PASSWORD 'x'")
            connection.exec_driver_sql(f"GRANT {rights} ON decision, decision_entry TO {role}_{name}")
            connection.exec_driver_sql(f"GRANT SELECT ON app_schema_version TO {role}_{name}")
    try:
        writer, reader = (
            AppDatabase(
                make_url(app_url).set(username=f"{role}_{name}", password="x").render_as_string(hide_password=False)  # noqa: S106
            )
            for role in grants
        )
        assert add_item(writer, new_item(), FIGURE) == 2
        assert writer.is_writable()
        assert not reader.is_writable()
        with pytest.raises(LogReadOnly):
            add_item(reader, new_item(), FIGURE)
        writer.close()
        reader.close()
    finally:
        with database._engine.begin() as connection:
            for role in grants:
                connection.exec_driver_sql(f"DROP OWNED BY {role}_{name}")
                connection.exec_driver_sql(f"DROP ROLE {role}_{name}")
        database.close()


def test_no_text_and_no_name_is_logged_when_writing_fails(database, caplog):
    """Engines repeat a row that they refuse; the log's rows hold what people wrote."""
    caplog.set_level(logging.DEBUG)
    with database._engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE decision ADD CONSTRAINT never CHECK (n < 0)"))
        else:
            connection.execute(
                text("CREATE TRIGGER never BEFORE INSERT ON decision BEGIN SELECT RAISE(ABORT, 'no'); END")
            )
    with pytest.raises(LogUnreachable) as told:
        add_item(database, new_item(text="Titkos szöveg", author_name="Minta Anna"), FIGURE)
    said = caplog.text + str(told.value) + repr(told.value.__cause__)
    assert "application database" in caplog.text
    assert "Titkos" not in said
    assert "Minta" not in said


@pytest.mark.postgres
def test_nothing_is_open_when_workers_are_forked(filled_store, new_postgres_database):
    url = new_postgres_database(None).render_as_string(hide_password=False)
    app = create_app(DashboardSettings(_env_file=None, app_url=url), filled_store)
    assert app.server.extensions[EXTENSION]._engine.pool.checkedin() == 0


def test_the_schema_is_what_the_tables_say(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from dashboard.record.migrate import VERSION_TABLE
    from dashboard.record.schema import metadata

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
