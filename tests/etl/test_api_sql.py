"""Any SQL database as a source: which rows are read, where the cursor stands, and what is told when it fails."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from data.schema import fact_ticket
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.settings import Settings
from etl.sources.api import client as http
from etl.sources.api import pull, sql
from etl.sources.api.database import connect_args
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import FAILED, PUBLISHED, RunReport
from tests.etl.fakes.mariadb import mariadb

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ROWS = """
CREATE TABLE desk
(id bigint, opened timestamp, changed timestamp NULL, priority varchar(5), price numeric(12,3), note varchar(50))
"""
FIELDS = {"ticket_id": "id", "opened_at": "opened", "priority": {"column": "priority", "optional": True}}
SECRET = "s3cret/wörd"  # noqa: S105 - of a login that does not exist


class Waits(http.Waits):
    """Keeps the waits instead of making them."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return 0.0


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    waits = Waits()
    monkeypatch.setattr(http, "WAITS", waits)
    return waits


@pytest.fixture(scope="module")
def mariadb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    with mariadb(tmp_path_factory.mktemp("mariadb"), "desk") as url:
        yield url


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[str | None], URL]) -> URL:
    return new_postgres_database(None)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres), "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database of each kind."""
    if request.param == "duckdb":
        return make_url(f"duckdb:///{tmp_path / 'desk.duckdb'}")
    found: URL = request.getfixturevalue(f"{request.param}_url")
    if request.param == "mariadb":
        _execute(found, "DROP TABLE IF EXISTS desk")
    return found


def _execute(url: URL, *statements: str, rows: list[dict[str, Any]] | None = None) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), rows) if rows else connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def desk(url: URL) -> Callable[..., None]:
    """Adds rows to the table desk: numbers of tickets, and what they have in common. changed: hours after October."""
    _execute(url, ROWS)

    def add(*numbers: int, hours: Callable[[int], float | None] = float, priority: str = "P3") -> None:
        start = datetime(2026, 10, 1)
        made = [
            {
                "id": number, "opened": start, "priority": priority, "price": Decimal("12.500"), "note": "a:b 50% 'x'",
                "changed": None if hours(number) is None else start + timedelta(hours=hours(number) or 0),
            }
            for number in numbers
        ]  # fmt: skip
        marks = "(:id, :opened, :changed, :priority, :price, :note)"
        _execute(url, f"INSERT INTO desk VALUES {marks}", rows=made)

    return add


def source_of(url: URL, query: str = "SELECT * FROM desk", **connect: Any) -> Source:
    more = {name: connect.pop(name) for name in ("fields", "time_zone", "record", "job") if name in connect}
    plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    login = {"password_env": "DESK_PASSWORD"} if url.password else {}
    address = {} if "url_env" in connect else {"url": plain.render_as_string()}
    told = {"kind": "sql", "query": query, **address, **login, **connect}
    entry = {"name": "desk", "job": "tickets", "record": "ticket", "time_zone": "UTC", "fields": FIELDS}
    made = Source.model_validate({**entry, **more, "connect": told})
    made = made.equipped(Settings(_env_file=None, person_key="a key for tests, long enough"))
    made._secrets = {"DESK_PASSWORD": str(url.password)} if url.password else {}
    return made


def slices(source: Source, **span: Any) -> list[Slice]:
    return list(pull(source, Span(**{"started_at": NOW} | span)))


def ids(parts: list[Slice]) -> list[int]:
    return [int(row["id"]) for part in parts for row in part.records]


def load(store: Store, source: Source, **options: Any) -> RunReport:
    return run_job(store, "tickets", [source], Path(), Options(**options))


def tickets(store: Store) -> list[str]:
    with store.reading() as connection:
        found = connection.scalars(select(fact_ticket.c.ticket_id).where(fact_ticket.c.superseded_run.is_(None)))
        return sorted(found, key=int)


# --- what is read ---------------------------------------------------------------------------------------------------


def test_without_a_cursor_everything_is_read_in_slices(url: URL, desk: Callable[..., None]) -> None:
    desk(*range(1, 8))

    parts = slices(source_of(url, "SELECT * FROM desk ORDER BY id -- as it comes", page_size=3))

    assert [len(part.records) for part in parts] == [3, 3, 1]
    assert ids(parts) == list(range(1, 8))
    assert [part.kept for part in parts] == [None] * 3


def test_rows_come_in_the_order_of_the_cursor_and_it_stands_at_the_last(url: URL, desk: Callable[..., None]) -> None:
    desk(5, 3, 1, 4, 2)

    parts = slices(source_of(url, cursor="changed", page_size=2))

    assert [ids([part]) for part in parts] == [[1, 2], [3, 4], [5], []]
    assert [(part.cursor or {}).get("changed", "")[11:13] for part in parts] == ["02", "04", "05", "05"]


def test_later_pulls_start_an_overlap_before_the_cursor(url: URL, desk: Callable[..., None]) -> None:
    desk(*range(1, 60))
    known = {"changed": "2026-10-03T00:00:00Z"}

    parts = slices(source_of(url, cursor="changed", overlap_hours=5), cursor=known)

    assert ids(parts) == list(range(43, 60))


def test_rows_without_a_value_are_read_every_time(url: URL, desk: Callable[..., None]) -> None:
    desk(1, 2, hours=lambda _: None)
    desk(3, 4)
    source = source_of(url, cursor="changed")

    first = slices(source)
    again = slices(source, cursor=first[-1].cursor)

    assert sorted(ids(first)) == sorted(ids(again)) == [1, 2, 3, 4]
    assert first[0].cursor is None


def test_no_row_of_equal_times_is_lost_at_the_border_of_slices(url: URL, desk: Callable[..., None]) -> None:
    desk(*range(10), hours=lambda number: 1)
    source = source_of(url, cursor="changed", page_size=4, overlap_hours=0)

    first, *_ = slices(source)
    rest = slices(source, cursor=first.cursor)

    assert set(ids([first])) | set(ids(rest)) == set(range(10))


def test_times_without_zone_are_those_of_the_source(url: URL, desk: Callable[..., None]) -> None:
    desk(1, hours=lambda _: 12)

    (first, _) = slices(source_of(url, cursor="changed", time_zone="Europe/Budapest"))
    again = slices(source_of(url, cursor="changed", time_zone="Europe/Budapest", overlap_hours=0), cursor=first.cursor)

    assert first.cursor == {"changed": "2026-10-01T10:00:00Z"}
    assert ids(again) == [1]


def test_a_clock_that_runs_ahead_does_not_carry_the_cursor_along(url: URL, desk: Callable[..., None]) -> None:
    desk(1, hours=lambda _: 24 * 365)

    assert slices(source_of(url, cursor="changed"))[-1].cursor == {"changed": "2026-11-23T06:00:00Z"}


def test_a_number_as_cursor_overlaps_by_rows(url: URL, desk: Callable[..., None]) -> None:
    desk(*range(1, 31))
    source = source_of(url, cursor="ID", overlap_rows=4)

    first = slices(source)
    again = slices(source, cursor=first[-1].cursor)

    assert first[-1].cursor == {"number": 30}
    assert ids(again) == [26, 27, 28, 29, 30]


def test_seconds_and_days_as_cursor(url: URL, desk: Callable[..., None]) -> None:
    desk(1, 2, hours=lambda number: 24 * number)
    seconds = "SELECT d.*, 1790812800 + 86400 * id AS at FROM desk d"
    days = "SELECT d.*, CAST(changed AS date) AS at FROM desk d"

    by_seconds = slices(source_of(url, seconds, cursor="at", cursor_type="epoch"))
    by_days = slices(source_of(url, days, cursor="at"))

    assert by_seconds[-1].cursor == {"changed": "2026-10-03T00:00:00Z"}
    assert by_days[-1].cursor == {"changed": "2026-10-03T00:00:00Z"}
    late = {"changed": "2026-10-04T00:00:00Z"}
    assert ids(slices(source_of(url, seconds, cursor="at", cursor_type="epoch"), cursor=late)) == [2]
    assert ids(slices(source_of(url, days, cursor="at"), cursor=late)) == [2]


def test_a_backfill_reads_its_window_and_leaves_the_cursor(url: URL, desk: Callable[..., None]) -> None:
    desk(0, hours=lambda _: None)
    desk(*range(1, 10))
    since, until = datetime(2026, 10, 1, 3, tzinfo=UTC), datetime(2026, 10, 1, 6, tzinfo=UTC)

    parts = slices(source_of(url, cursor="changed"), since=since, until=until)

    assert ids(parts) == [3, 4, 5]
    assert {part.cursor is None for part in parts} == {True}


def test_marks_of_the_query_are_its_own(url: URL, desk: Callable[..., None]) -> None:
    """A colon is no parameter, a per cent sign no placeholder, a comment at the end swallows nothing."""
    desk(1)
    query = "SELECT id, opened, changed, ':id' AS mark, note FROM desk WHERE note LIKE 'a:b%' ; "

    (part, _) = slices(source_of(url, query, cursor="changed"))

    assert (part.records[0]["mark"], part.records[0]["note"]) == (":id", "a:b 50% 'x'")


def test_values_of_all_kinds(url: URL, desk: Callable[..., None]) -> None:
    desk(1)
    binary = {"duckdb": "'\\xAB'::BLOB", "postgresql": "'\\xab'::bytea", "mariadb": "x'ab'"}[url.get_backend_name()]

    (part,) = slices(source_of(url, f"SELECT id, opened, price, {binary} AS raw, NULL AS nothing FROM desk"))

    row = part.records[0]
    assert (row["price"], row["raw"], row["nothing"]) == (Decimal("12.500"), "ab", None)
    assert row["opened"] == datetime(2026, 10, 1)


@pytest.mark.postgres
def test_values_that_only_postgresql_has(postgres_url: URL) -> None:
    query = """
        SELECT 1 AS id, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS u, true AS flag, ARRAY[1, 2] AS list,
               interval '90 minutes' AS span, '{"a": 1}'::jsonb AS object, time '08:30' AS clock,
               timestamptz '2026-10-01 00:00+02' AS at
    """

    (part,) = slices(source_of(postgres_url, query))

    row = part.records[0]
    assert row["at"] == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert {name: own for name, own in row.items() if name != "at"} == {
        "id": 1, "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "flag": True, "span": "1:30:00", "object": {"a": 1},
        "list": [1, 2], "clock": "08:30:00",
    }  # fmt: skip


# --- what was deleted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cursor", [None, "changed"])
def test_rows_that_are_gone_were_deleted_where_the_query_lists_all(
    url: URL, desk: Callable[..., None], duckdb_store: Store, cursor: str | None
) -> None:
    desk(*range(1, 7))
    more = {"cursor": cursor} if cursor else {}
    source = source_of(url, complete=True, reconcile_days=0.000001, **more)
    load(duckdb_store, source)
    _execute(url, "DELETE FROM desk WHERE id IN (2, 4)")
    told = load(duckdb_store, source)

    assert told.status == PUBLISHED
    assert tickets(duckdb_store) == ["1", "3", "5", "6"]


def test_rows_that_are_gone_stay_where_the_query_may_show_a_part(
    url: URL, desk: Callable[..., None], duckdb_store: Store
) -> None:
    desk(1, 2, 3)
    load(duckdb_store, source_of(url))
    _execute(url, "DELETE FROM desk WHERE id = 2")
    load(duckdb_store, source_of(url), full=True)

    assert tickets(duckdb_store) == ["1", "2", "3"]


def test_keys_are_listed_as_they_are_mapped(url: URL, desk: Callable[..., None]) -> None:
    """Joined with a person's hash, as the fact carries them."""
    desk(1, 2)
    fields = {
        "enrolment_id": {"columns": ["priority", "id"], "separator": "/"}, "person": "id", "course_id": "priority",
        "started_on": "opened",
    }  # fmt: skip
    source = source_of(url, complete=True, fields=fields, record="training", job="training")

    kept = slices(source)[-1].kept

    assert kept is not None
    assert len(kept) == 2
    assert all(key.startswith("P3/") and len(key) == 35 for key in kept)


def test_a_source_without_a_key_cannot_tell_what_was_deleted(url: URL, desk: Callable[..., None]) -> None:
    desk(1)
    fields = {"person": "id", "course_id": "priority", "started_on": "opened"}
    source = source_of(url, complete=True, fields=fields, record="training", job="training")

    with pytest.raises(SourceError, match="Map enrolment_id"):
        slices(source)


# --- what fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("connect", "told"),
    [
        ({"query": "SELECT id\nFROM desk\nWHEN 1"}, "line [23].*Correct query"),
        ({"query": "SELECT nosuch FROM desk"}, "nosuch.*Correct query"),
        ({"cursor": "chnged"}, "no column 'chnged' for cursor; did you mean 'changed'"),
        ({"cursor": "note"}, "cursor 'note' holds a str"),
        ({"cursor": "id", "cursor_type": "time"}, "holds a number, but cursor_type is time"),
        ({"query": "DELETE FROM desk"}, "Correct query"),
    ],
)
def test_a_query_that_does_not_serve_is_explained(
    url: URL, desk: Callable[..., None], connect: dict[str, str], told: str
) -> None:
    desk(1)

    with pytest.raises(SourceError, match=told):
        slices(source_of(url, **connect))

    assert ids(slices(source_of(url))) == [1]


def test_a_number_is_no_window_of_time(url: URL, desk: Callable[..., None]) -> None:
    desk(1)

    for connect in ({}, {"cursor": "id"}):
        with pytest.raises(SourceError, match="no window of time can be read"):
            slices(source_of(url, **connect), since=NOW)


@pytest.mark.postgres
def test_columns_of_one_name_are_refused(postgres_url: URL) -> None:
    with pytest.raises(SourceError, match="several columns named a"):
        slices(source_of(postgres_url, "SELECT 1 AS a, 2 AS a"))


@pytest.mark.postgres
def test_nothing_is_ever_written(postgres_url: URL) -> None:
    writes = "CREATE FUNCTION w() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING id'"
    _execute(postgres_url, "CREATE TABLE t (id int)", writes)

    with pytest.raises(SourceError, match="25006"):
        slices(source_of(postgres_url, "SELECT w() AS id"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql+psycopg://reader@127.0.0.1:1/desk", "can't be reached"),
        ("mariadb+pymysql://reader@127.0.0.1:1/desk", "can't be reached"),
        ("postgresql+psycopg://reader@nowhere.invalid/desk", "can't be reached"),
        ("mssql+pyodbc://reader@127.0.0.1/desk", "pip install pyodbc"),
        ("oracle+oracledb://reader@127.0.0.1/desk", "pip install oracledb"),
        ("mysql://reader@127.0.0.1/desk", "pip install mysqlclient, or write mariadb\\+pymysql"),
        ("accessdb://reader@127.0.0.1/desk", "no database that SQLAlchemy knows"),
    ],
)
def test_an_address_that_does_not_serve_is_told_without_the_password(
    address: str, told: str, waits: Waits, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SourceError, match=told) as error:
        slices(source_of(make_url(address).set(password=SECRET)))

    assert all(part not in f"{error.value}{caplog.text}" for part in (SECRET, "s3cret"))
    assert len(waits.slept) == (0 if "pip" in told or "knows" in told else sql.TRIES - 1)


@pytest.mark.postgres
def test_a_login_that_is_refused_is_told_at_once(postgres_url: URL, waits: Waits) -> None:
    with pytest.raises(SourceError, match=r"(does not exist|authentication failed)") as error:
        slices(source_of(postgres_url.set(username="nobody", password=SECRET)))

    assert "s3cret" not in str(error.value)
    assert waits.slept == []


def test_a_whole_address_in_the_environment_is_never_told(waits: Waits) -> None:
    source = source_of(make_url("postgresql+psycopg://"), url_env="DESK_URL")
    source._secrets = {"DESK_URL": f"postgresql+psycopg://reader:{SECRET.replace('/', '%2F')}@127.0.0.1:1/desk"}

    with pytest.raises(SourceError, match=r"reader@127\.0\.0\.1:1/desk: can't be reached") as error:
        slices(source)

    assert "s3cret" not in str(error.value)


@pytest.mark.postgres
def test_an_error_among_the_data_does_not_quote_it(postgres_url: URL) -> None:
    query = "SELECT g AS id, CASE WHEN g > 3 THEN 'Kiss Anna' ELSE '1' END::int AS x FROM generate_series(1, 5) g"

    with pytest.raises(SourceError, match="SQLSTATE 22P02") as error:
        slices(source_of(postgres_url, query, page_size=2))

    assert "Kiss" not in str(error.value)


@pytest.mark.postgres
@pytest.mark.parametrize("times", [1, 2])
def test_a_connection_that_breaks_is_made_again_after_the_last_slice(
    postgres_url: URL, waits: Waits, times: int
) -> None:
    source = source_of(postgres_url, _SERIES, cursor="changed", page_size=1000, overlap_hours=0.1)
    seen: list[int] = []
    for number, part in enumerate(pull(source, Span(NOW))):
        seen += ids([part])
        if number in range(2, 2 + 3 * times, 3):
            _break(postgres_url)

    assert set(seen) == set(range(1, 20_001))
    assert len(waits.slept) == times
    assert len(seen) < 20_000 + times * 3000


_SERIES = (
    "SELECT g AS id, timestamp '2026-10-01' AS opened, repeat('x', 500) AS filler,"
    " timestamp '2026-10-01' + g * interval '1 minute' AS changed FROM generate_series(1, 20000) g"
)


@pytest.mark.postgres
def test_a_connection_that_always_breaks_leaves_what_was_read(
    postgres_url: URL, duckdb_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices_read = sql._Reader._slice

    def breaking(self: Any, *given: Any) -> Slice:
        if self.number >= 5:
            _break(postgres_url)
        return slices_read(self, *given)

    monkeypatch.setattr(sql._Reader, "_slice", breaking)
    monkeypatch.setattr(sql, "TRIES", 1)
    source = source_of(postgres_url, _SERIES, cursor="changed", page_size=1000)
    broken = load(duckdb_store, source)
    monkeypatch.setattr(sql._Reader, "_slice", slices_read)
    some = len(tickets(duckdb_store))
    whole = load(duckdb_store, source)

    assert (broken.inputs[-1].status, "connection broke" in str(broken.inputs[-1].message)) == (FAILED, True)
    assert 0 < some < 20_000
    assert (whole.status, len(tickets(duckdb_store))) == (PUBLISHED, 20_000)
    assert sum(part.counts.read for part in whole.inputs) < 20_000


def _break(url: URL) -> None:
    """End every other connection of the database, as a restart would."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    others += " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    _execute(url, others)


# --- how it is reached ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "more", "verified"),
    [
        ("postgresql+psycopg://a@db.example.hu/x", {}, {"sslmode": "verify-full"}),
        ("postgresql+psycopg://a@db.example.hu/x", {"allow_http": True}, {"sslmode": None}),
        ("postgresql+psycopg://a@db.example.hu/x?sslmode=require", {}, {"sslmode": None}),
        ("postgresql+psycopg://a@127.0.0.1/x", {}, {"sslmode": None}),
        ("postgresql+psycopg:///x", {}, {"sslmode": None}),
        ("postgresql+psycopg://a@db.example.hu/x", {"ca_file": "own.pem"}, {"sslrootcert": "own.pem"}),
        (
            "mariadb+pymysql://a@db.example.hu/x",
            {"ca_file": "own.pem"},
            {"ssl": {"ca": "own.pem", "check_hostname": True}},
        ),
        ("mariadb+pymysql://a@localhost/x", {}, {"ssl": None}),
    ],
)
def test_a_database_over_the_network_is_reached_by_tls_that_is_checked(
    address: str, more: dict[str, Any], verified: dict[str, Any]
) -> None:
    url = make_url(address)
    args = connect_args(url, source_of(url, **more).connect)  # type: ignore[arg-type]

    assert {name: args.get(name) for name in verified} == verified


@pytest.mark.postgres
def test_a_backfill_by_the_pipeline_adds_what_changed_then(postgres_url: URL, duckdb_store: Store) -> None:
    window = Window(datetime(2026, 10, 2, tzinfo=UTC), datetime(2026, 10, 2, 1, tzinfo=UTC))

    load(duckdb_store, source_of(postgres_url, _SERIES, cursor="changed"), window=window)

    assert tickets(duckdb_store) == [str(number) for number in range(1440, 1500)]


def test_a_mapped_column_that_the_query_lacks_is_named_and_the_rest_of_it_left(
    url: URL, desk: Callable[..., None], duckdb_store: Store
) -> None:
    desk(*range(1, 40))
    source = source_of(url, cursor="changed", page_size=2, fields=FIELDS | {"status": "state"})

    told = load(duckdb_store, source)

    assert "no object has the key 'state'" in str(told.inputs[0].message)
    assert tickets(duckdb_store) == []
