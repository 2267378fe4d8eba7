"""Moodle by SQL, by a report and by web services: what each shows, and that they agree where all of them look.

The recorded answers and tables of a real Moodle 4.5 stand beside the project; without them those tests skip.
"""

import csv
import hashlib
import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from data.schema import UNKNOWN_MUNICIPALITY, fact_training, metadata
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.settings import Settings
from etl.sources.api import client as http
from etl.sources.api import moodle, pull
from etl.sources.api.moodle_report import shown_time
from etl.sources.errors import SourceError
from etl.sources.person import hashed, unmarked
from etl.sources.pull import Slice, Span
from etl.status import FAILED, PUBLISHED, RunReport
from tests.etl.fakes.compare import another_store, current_facts
from tests.etl.fakes.mariadb import mariadb
from tests.etl.fakes.moodle import TOKEN, MoodleSite, recorded, small, table
from tests.etl.fakes.server import Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits

RECORDED = Path(__file__).parents[3] / "shared/data/moodle"
QUERIES = Path(__file__).parents[2] / "docs"
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
with_recording = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded Moodle (../shared/data/moodle) is not beside this checkout"
)
PERSON = {
    "person": "user_key",
    "municipality": {"columns": ["department", "institution"], "first": True},
    "completed_on": "completed_at",
}
BY_SQL = PERSON | {
    "enrolment_id": {"columns": ["course_shortname", "user_key"], "separator": "/"},
    "course_id": "course_shortname",
    "started_on": "course_started_at",
    "enrolled_on": "enrolled_at",
    "withdrawn_on": "withdrawn_at",
    "result": "result",
    "score": "score",
}
STARTS = {
    "ASP-KERET-01": "2025-01-13", "ASP-ADO-01": "2025-02-03", "ASP-GAZD-01": "2025-02-17",
    "ASP-IRAT-01": "2025-03-03", "ASP-INGKAT-01": "2025-09-01", "ASP-KULCS-01": "2025-10-06",
}  # fmt: skip
BY_REPORT = {
    "enrolment_id": {"columns": ["Course ID number", "user_key"], "separator": "/"},
    "person": "user_key",
    "course_id": "Course ID number",
    "started_on": "Course ID number",
    "enrolled_on": "Time started",
    "completed_on": "Time completed",
    "municipality": {"columns": ["Department", "Institution"], "first": True},
    "score": "Grade",
}


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def site() -> MoodleSite:
    return small()


@pytest.fixture
def server(site: MoodleSite) -> Iterator[FakeServer]:
    with serving(site.handle) as server:
        yield server


@pytest.fixture(scope="module")
def recording() -> MoodleSite:
    return recorded(RECORDED)


@pytest.fixture(scope="module")
def recorded_server(recording: MoodleSite) -> Iterator[FakeServer]:
    with serving(recording.handle) as server:
        yield server


def source_of(kind: str, fields: dict[str, Any], connect: dict[str, Any], **more: Any) -> Source:
    entry = {"name": kind, "system": "moodle", "job": "training", "record": "training", "fields": fields, **more}
    made = Source.model_validate({**entry, "connect": {"kind": kind, **connect}})
    made = made.equipped(Settings(_env_file=None, person_key="a key for tests, long enough"))
    made._secrets = {"MOODLE_TOKEN": TOKEN}
    return made


def web(url: str, fields: dict[str, Any] | None = None, **connect: Any) -> Source:
    told = {"url": url, "token_env": "MOODLE_TOKEN", **connect}
    return source_of("moodle", fields or moodle.PROPOSED["training"], told)


def report(url: str, **connect: Any) -> Source:
    told = {"url": url, "token_env": "MOODLE_TOKEN", "report": 1, **connect}
    return source_of("moodle_report", BY_REPORT, told, only={"Completed": r"\S"}, values={"started_on": STARTS})


def load(store: Store, source: Source, **options: Any) -> RunReport:
    return run_job(store, "training", [source], Path(), Options(**options))


def slices(source: Source, **span: Any) -> list[Slice]:
    return list(pull(source, Span(**{"started_at": NOW} | span)))


def records(source: Source, **span: Any) -> list[dict[str, Any]]:
    return [record for part in slices(source, **span) for record in part.records]


def facts(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        wanted = select(*(fact_training.c[name] for name in columns)).where(fact_training.c.superseded_run.is_(None))
        return sorted((tuple(row) for row in connection.execute(wanted)), key=repr)


# --- web services ---------------------------------------------------------------------------------------------------


def test_people_of_a_course_and_what_they_completed(server: FakeServer) -> None:
    found = {(one["course_shortname"], one["user_id"]): one for one in records(web(server.url))}

    anna = found["IRAT-1", 4]
    assert (anna["completed"], anna["completed_at"], anna["criteria_done"]) == (True, "2025-08-11T08:53:53Z", 2)
    assert (anna["course_started_at"], anna["department"], anna["profile"]) == (
        "2025-02-02T23:00:00Z", "01508", {"munkakor": "iktató"},
    )  # fmt: skip
    assert found["ADO-1", 4]["course_name"] == "Adó & díj"


def test_where_any_criterion_will_do_the_first_one_counts(server: FakeServer) -> None:
    found = {(one["course_shortname"], one["user_id"]): one for one in records(web(server.url))}

    assert found["ADO-1", 4]["completed_at"] == "2025-08-05T10:57:52Z"


def test_what_moodle_leaves_out_is_null_and_never_is_null(server: FakeServer) -> None:
    found = {(one["course_shortname"], one["user_id"]): one for one in records(web(server.url))}

    bela, other = found["IRAT-1", 5], found["ADO-1", 5]
    assert (bela["institution"], bela["department"], bela["user_idnumber"], bela["completed_at"]) == (None,) * 4
    assert (other["completed"], other["completed_at"], other["criteria_done"]) == (False, None, 0)
    assert {frozenset(one) for one in found.values()} == {frozenset(bela)}


def test_a_field_of_the_profile_that_is_mapped_is_always_there(site: MoodleSite, server: FakeServer) -> None:
    fields = moodle.PROPOSED["training"] | {"role": "profile.beosztas"}
    site.people[2][0]["customfields"] = []

    found = {(one["course_shortname"], one["user_id"]): one["profile"] for one in records(web(server.url, fields))}

    assert found["IRAT-1", 4] == {"beosztas": None, "munkakor": None}
    assert found["IRAT-1", 5] == {"beosztas": None, "munkakor": "iktató"}


def test_who_is_not_shown_gives_no_record_and_a_course_without_criteria_does(server: FakeServer) -> None:
    found = {one["user_id"]: one for one in records(web(server.url, courses=["ADO-1"]))}

    assert sorted(found) == [4, 5, 6, 9, 10, 11]
    assert (found[6]["completed"], found[6]["criteria"]) == (False, 0)


@pytest.mark.parametrize("hidden", [set(), {4, 5, 6}, {7, 11}])
def test_pages_are_read_until_one_is_empty(site: MoodleSite, server: FakeServer, hidden: set[int]) -> None:
    """People whom the caller may not see are missing from a page, so that a short page says nothing."""
    site.hidden = hidden
    wanted = sorted(number for number in (4, 5, 6, 9, 10, 11) if number not in hidden)

    parts = slices(web(server.url, page_size=4, courses=["ADO-1"]))

    assert [one["user_id"] for part in parts for one in part.records] == wanted
    assert len(parts) == 3


def test_a_token_stands_in_the_body_only(server: FakeServer) -> None:
    records(web(server.url))

    assert all(TOKEN not in f"{call.path}{call.query}{call.headers}" for call in server.calls)
    assert all(call.method == "POST" and call.form["wstoken"] == TOKEN for call in server.calls)


def test_the_idnumber_of_a_course_is_asked_for_where_it_is_mapped(site: MoodleSite, server: FakeServer) -> None:
    fields = moodle.PROPOSED["training"] | {"course_id": "course_idnumber"}

    found = Counter(one["course_idnumber"] for one in records(web(server.url, fields)))

    assert found == {"K-IRAT": 2, "K-ADO": 6}
    assert site.asked["core_enrol_get_users_courses"] == 1


def test_maintenance_passes(site: MoodleSite, server: FakeServer) -> None:
    site.down = 3

    assert len(records(web(server.url))) == 8


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("invalidtoken", "MOODLE_TOKEN"),
        ("accessexception", "lacks the function core_course_get_courses"),
        ("errorcoursecontextnotvalid", "with courses"),
        ("invalidparameter", "expects of core_course_get_courses"),
        ("somethingelse", "'somethingelse'"),
    ],
)
def test_an_error_in_a_good_answer_is_told_by_its_code(
    site: MoodleSite, server: FakeServer, code: str, told: str
) -> None:
    site.refuses = code

    with pytest.raises(SourceError, match=told) as error:
        records(web(server.url))

    assert "another language" not in str(error.value)
    assert TOKEN not in str(error.value)


def test_web_services_that_are_switched_off_are_told_apart_from_a_wrong_address(
    site: MoodleSite, server: FakeServer
) -> None:
    with pytest.raises(SourceError, match="answers 404"):
        records(web(f"{server.url}/elsewhere"))
    site.status = 403
    with pytest.raises(SourceError, match="Switch on web services"):
        records(web(server.url))


def test_a_warning_means_that_something_else_was_answered(site: MoodleSite, server: FakeServer) -> None:
    site.warns = True

    with pytest.raises(SourceError, match="warns of invalidfieldparameter"):
        records(web(server.url, courses=["ADO-1"]))


def test_a_course_that_is_not_there_is_named(server: FakeServer) -> None:
    with pytest.raises(SourceError, match="no course has the short name 'ADO-7'"):
        records(web(server.url, courses=["ADO-1", "ADO-7"]))


def test_who_is_no_longer_shown_keeps_what_was_loaded(
    site: MoodleSite, server: FakeServer, duckdb_store: Store
) -> None:
    load(duckdb_store, web(server.url))
    before = facts(duckdb_store, "enrolment_id", "completed_on", "result")
    del site.statuses[2, 4]
    site.people[3] = [one for one in site.people[3] if one["id"] != 9]
    load(duckdb_store, web(server.url), full=True)

    assert len(before) == 8
    assert facts(duckdb_store, "enrolment_id", "completed_on", "result") == before


def test_a_backfill_leaves_the_cursor(server: FakeServer) -> None:
    assert {part.cursor is None for part in slices(web(server.url), since=NOW)} == {True}


@pytest.mark.parametrize("seed", range(2))
def test_after_a_run_full_of_faults_everything_is_as_if_there_had_been_none(
    server: FakeServer, duckdb_store: Store, duckdb_template: Path, tmp_path: Path, seed: int
) -> None:
    calm = another_store(duckdb_template, tmp_path / "calm")
    load(calm, web(server.url, page_size=2))
    server.chaos = Chaos(seed, 0.3)
    load(duckdb_store, web(server.url, page_size=2))
    server.chaos = None
    load(duckdb_store, web(server.url, page_size=2))

    assert current_facts(duckdb_store, fact_training) == current_facts(calm, fact_training)
    calm.close()


@pytest.mark.parametrize(("after", "pages"), [(2, 7), (12, 4), (15, 3)])
def test_a_pull_that_dies_midway_goes_on_where_it_broke(
    site: MoodleSite,
    server: FakeServer,
    duckdb_store: Store,
    duckdb_template: Path,
    tmp_path: Path,
    after: int,
    pages: int,
) -> None:
    calm = another_store(duckdb_template, tmp_path / "calm")
    load(calm, web(server.url, page_size=2))
    server.dies_after = after
    broken = load(duckdb_store, web(server.url, page_size=2))
    server.dies_after = None
    site.asked.clear()
    load(duckdb_store, web(server.url, page_size=2))

    assert broken.inputs[-1].status == FAILED
    assert site.asked["core_enrol_get_enrolled_users"] == pages
    assert current_facts(duckdb_store, fact_training) == current_facts(calm, fact_training)
    calm.close()


def test_a_token_that_ends_midway_leaves_what_was_read(
    site: MoodleSite, server: FakeServer, duckdb_store: Store
) -> None:
    answered = site._core_completion_get_course_completion_status

    def ending(form: dict[str, str]) -> Any:
        site.ended = form["courseid"] == "3"
        return answered(form)

    site._core_completion_get_course_completion_status = ending  # type: ignore[method-assign]
    told = load(duckdb_store, web(server.url, parallel=1))

    assert (told.status, told.inputs[-1].status) == (PUBLISHED, FAILED)
    assert "MOODLE_TOKEN" in str(told.inputs[-1].message)
    assert len(facts(duckdb_store, "enrolment_id")) == 2


# --- the report -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text_", "iso"),
    [
        ("Monday, 1 June 2026, 8:18 AM", "2026-06-01T08:18"),
        ("Sunday, 1 March 2026, 12:05 AM", "2026-03-01T00:05"),
        ("Sunday, 1 March 2026, 12:05 PM", "2026-03-01T12:05"),
        ("1 June 2026", "2026-06-01"),
        ("Thursday, 18 June 2026, 13:47", "2026-06-18T13:47"),
        ("2026. június 1., hétfő, 08:18", "2026-06-01T08:18"),
        ("2026. december 24.", "2026-12-24"),
        ("2026. június 1., hétfő, 8:18", "2026-06-01T08:18"),
        ("1 Smarch 2026", "1 Smarch 2026"),
        ("ASP-KERET-01", "ASP-KERET-01"),
        (None, None),
    ],
)
def test_a_time_as_moodle_shows_it(text_: str | None, iso: str | None) -> None:
    assert shown_time(text_) == iso


@pytest.fixture
def listed(site: MoodleSite) -> MoodleSite:
    """A report of 40 people, with two methods that nobody uses."""
    when = "Monday, 1 June 2026, 8:18 AM"
    site.rows = [
        ["ADO-1", f"tanulo.{n}", "", "", "Foo &amp; <b>Bar</b>", "01508", "No", when, "", "Active", "No", "", ""]
        for n in range(40)
    ]
    site.rows += [["ADO-1", *[""] * 12]] * 2
    return site


def test_the_report_by_its_headings(listed: MoodleSite, server: FakeServer) -> None:
    found = records(report(server.url))

    assert len(found) == 40
    assert (found[0]["Institution"], found[0]["Time started"], found[0]["Grade"]) == (
        "Foo & Bar", "2026-06-01T08:18", None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_change_places_while_pages_are_read_lose_nobody(
    listed: MoodleSite, server: FakeServer, seed: int
) -> None:
    """Pages in other orders show some people twice and others not at all; such a reading does not count."""
    listed.restless = random.Random(seed)

    assert len({one["user_key"] for one in records(report(server.url, page_size=15))}) == 40


def test_a_report_that_says_other_totals_each_time_is_refused(listed: MoodleSite, server: FakeServer) -> None:
    answered = listed._core_reportbuilder_retrieve_report

    def growing(form: dict[str, str]) -> Any:
        listed.rows.append(["ADO-1", f"uj.{len(listed.rows)}", *[""] * 11])
        return answered(form)

    listed._core_reportbuilder_retrieve_report = growing  # type: ignore[method-assign]

    with pytest.raises(SourceError, match="Sort it there"):
        records(report(server.url, page_size=15))


def test_a_report_on_one_page_needs_no_order(listed: MoodleSite, server: FakeServer) -> None:
    listed.restless = random.Random(1)

    assert len({one["user_key"] for one in records(report(server.url))}) == 40


def test_headings_that_come_twice_are_told_apart(listed: MoodleSite, server: FakeServer) -> None:
    listed.headings = [*listed.headings[:9], "Completed", *listed.headings[10:]]

    assert {"Completed", "Completed (2)"} <= set(records(report(server.url))[0])


def test_a_report_that_may_not_be_seen(server: FakeServer) -> None:
    with pytest.raises(SourceError, match="audience"):
        records(report(server.url, report=2))


# --- the recorded Moodle: three ways, one truth ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres_moodle(new_postgres_database: Callable[[str | None], URL]) -> URL:
    url = new_postgres_database(None)
    _fill(url)
    return url


@pytest.fixture(scope="module")
def mariadb_moodle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    with mariadb(tmp_path_factory.mktemp("mariadb"), "moodle") as url:
        _fill(url)
        yield url


def _fill(url: URL) -> None:
    """The recorded tables, with the types that they had."""
    types = {(row["table_name"], row["column_name"]): row for row in table(RECORDED, "column_types")}
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for path in sorted((RECORDED / "tables").glob("mdl_*.csv")):
            names, rows = _rows(path)
            columns = ", ".join(f"{name} {_type(types[path.stem, name])}" for name in names)
            connection.execute(text(f"CREATE TABLE {path.stem} ({columns})"))
            marks = ", ".join(f":{name}" for name in names)
            connection.execute(text(f"INSERT INTO {path.stem} ({', '.join(names)}) VALUES ({marks})"), rows)
    engine.dispose()


def _rows(path: Path) -> tuple[list[str], list[dict[str, str | None]]]:
    """An empty field is NULL, "" the empty text."""
    marked = re.sub(r'(?m)(^|,)""(?=,|\r?$)', r"\1(empty)", path.read_text(encoding="utf-8"))
    names, *rows = csv.reader(marked.splitlines())
    known: dict[str, str | None] = {"": None, "(empty)": ""}
    return names, [{name: known.get(own, own) for name, own in zip(names, row, strict=True)} for row in rows]


def _type(row: dict[str, str]) -> str:
    if row["data_type"] == "character varying":
        return f"varchar({row['max_len']})"
    return f"numeric({row['prec']},{row['scale']})" if row["data_type"] == "numeric" else row["data_type"]


@pytest.fixture(params=[pytest.param("postgres_moodle", marks=pytest.mark.postgres), "mariadb_moodle"])
def database(request: pytest.FixtureRequest) -> URL:
    return request.getfixturevalue(request.param)


def by_sql(url: URL) -> Source:
    name = "mariadb" if url.get_backend_name() == "mariadb" else "postgresql"
    query = (QUERIES / f"moodle-{name}.sql").read_text(encoding="utf-8")
    plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    connect = {"url": plain.render_as_string(), "query": query, "complete": True}
    if not url.password:
        return source_of("sql", BY_SQL, connect)
    source = source_of("sql", BY_SQL, connect | {"password_env": "MOODLE_PASSWORD"})
    source._secrets = {"MOODLE_PASSWORD": str(url.password)}
    return source


@with_recording
def test_sql_gives_all_real_completions(database: URL, duckdb_store: Store) -> None:
    told = load(duckdb_store, by_sql(database))

    rows = facts(duckdb_store, "completed_on", "result", "withdrawn_on")
    assert (told.status, len(rows)) == (PUBLISHED, 1130)
    assert Counter(result for _, result, _ in rows) == {"passed": 687, "in_progress": 405, "withdrawn": 38}
    assert sum(completed is not None for completed, _, _ in rows) == 687


@with_recording
@pytest.mark.postgres
def test_sql_says_what_the_reviewed_query_says(postgres_moodle: URL) -> None:
    engine = create_engine(postgres_moodle, poolclass=NullPool)
    query = text((RECORDED / "completions.sql").read_text(encoding="utf-8").replace(":", "\\:"))
    with engine.connect() as connection:
        expected = Counter((row.shortname, row.completed_at) for row in connection.execute(query))
    engine.dispose()

    found = Counter((one["course_shortname"], one["completed_at"]) for one in records(by_sql(postgres_moodle)))

    assert found == expected
    assert sum(rows for (_, at), rows in found.items() if at) == 687


@with_recording
@pytest.mark.postgres
def test_both_databases_give_the_same_facts(
    postgres_moodle: URL, mariadb_moodle: URL, duckdb_store: Store, duckdb_template: Path, tmp_path: Path
) -> None:
    other = another_store(duckdb_template, tmp_path / "other")
    load(duckdb_store, by_sql(postgres_moodle))
    load(other, by_sql(mariadb_moodle))

    assert current_facts(duckdb_store, fact_training) == current_facts(other, fact_training)
    other.close()


def documented(kind: str) -> dict[str, Any]:
    """What docs/live/moodle.md says of a source of this kind."""
    blocks = re.findall(r"```toml\n(.*?)```", (QUERIES / "live/moodle.md").read_text(encoding="utf-8"), re.DOTALL)
    entries = [entry for block in blocks for entry in tomllib.loads(block)["source"]]
    return next(entry for entry in entries if entry["connect"]["kind"] == kind)


@with_recording
def test_the_documented_source_feeds_the_figures(database: URL, duckdb_store: Store) -> None:
    said = documented("sql")
    source = by_sql(database)
    mapped = source_of("sql", said["fields"], said["connect"], values=said["values"])
    described = source.model_copy(update={"fields": mapped.fields, "values": mapped.values})

    told = load(duckdb_store, described)

    rows = facts(duckdb_store, "service_id", "role", "attempted", "certified_from", "result", "score")
    assert (told.status, sum(one.counts.quarantined for one in told.inputs), len(rows)) == (PUBLISHED, 0, 1130)
    assert {service for service, *_ in rows} == {"KERET", "ADO", "GAZD", "IRAT", "INGKAT", "NA"}
    assert {role for _, role, *_ in rows} == {None, "key_user"}
    assert sum(role == "key_user" and certified is not None for _, role, _, certified, *_ in rows) > 10
    sat = [(result, score) for _, _, attempted, _, result, score in rows if attempted]
    assert sum(result == "passed" for result, _ in sat) == 687
    assert len(sat) > 687
    assert all(score is not None for result, score in sat if result != "passed")


@with_recording
def test_the_documented_source_of_web_services_knows_services_and_roles(
    recorded_server: FakeServer, duckdb_store: Store
) -> None:
    said = documented("moodle")
    mapped = source_of("moodle", said["fields"], said["connect"], values=said["values"])
    described = web(recorded_server.url).model_copy(update={"fields": mapped.fields, "values": mapped.values})

    told = load(duckdb_store, described)

    rows = facts(duckdb_store, "service_id", "role", "certified_from")
    assert (told.status, sum(one.counts.quarantined for one in told.inputs)) == (PUBLISHED, 0)
    assert {service for service, *_ in rows} == {"KERET", "ADO", "GAZD", "IRAT", "INGKAT", "NA"}
    assert sum(role == "key_user" and certified is not None for _, role, certified in rows) > 10


def test_the_documented_report_reads_the_columns_that_the_text_names() -> None:
    said = documented("moodle_report")
    described = source_of("moodle_report", said["fields"], said["connect"], values=said["values"], only=said["only"])
    text_of = " ".join((QUERIES / "live/moodle.md").read_text(encoding="utf-8").split())
    named = re.search(r"with the columns \*(.*?)\*", text_of)
    assert named is not None

    assert set(described.headings) - {"user_key"} <= set(named[1].split(", "))


@pytest.fixture(scope="module")
def three_ways(
    mariadb_moodle: URL, recorded_server: FakeServer, duckdb_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Store]]:
    """The recorded Moodle loaded by each way into a store of its own."""
    ways = {"sql": by_sql(mariadb_moodle), "report": report(recorded_server.url), "web": web(recorded_server.url)}
    folder = tmp_path_factory.mktemp("ways")
    stores = {way: another_store(duckdb_template, folder / way) for way in ways}
    for way, source in ways.items():
        load(stores[way], source)
    yield stores
    for store in stores.values():
        store.close()


@with_recording
def test_three_ways_agree_and_differ_by_known_causes_only(three_ways: dict[str, Store]) -> None:
    columns = ("enrolment_id", "person_hash", "course_id", "municipality_id", "started_on", "completed_on")
    ways = {way: {row[0]: row[1:] for row in facts(store, *columns)} for way, store in three_ways.items()}
    done = {way: {key for key, row in rows.items() if row[-1]} for way, rows in ways.items()}

    assert {way: len(keys) for way, keys in done.items()} == {"sql": 687, "report": 648, "web": 607}
    assert done["web"] < done["report"] < done["sql"]
    assert all(ways["sql"][key] == row for key, row in ways["web"].items())
    assert all(ways["sql"][key] == row for key, row in ways["report"].items())
    assert len(done["report"] - done["web"]) == 41  # suspended or expired enrolments
    people = _people()
    lost = [people[ways["sql"][key][0]] for key in done["sql"] - done["report"]]
    assert Counter(row["deleted"] for row in lost) == {"1": 26, "0": 13}  # deleted accounts, and people taken off


def _people() -> dict[str, dict[str, str]]:
    """Hash of a person, as facts carry it -> what was truly meant for them."""
    with (RECORDED / "ground_truth_users.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    digests = [hashlib.md5(row["username_original"].encode(), usedforsecurity=False).hexdigest() for row in rows]
    hashes = hashed(pa.array(digests), web("http://127.0.0.1").key).to_pylist()
    return {unmarked(one): row for one, row in zip(hashes, rows, strict=True)}


@with_recording
@pytest.mark.parametrize("column", ["enrolled_on", "score"])
def test_what_only_sql_and_the_report_know_agrees_too(three_ways: dict[str, Store], column: str) -> None:
    sql, listed = (dict(facts(three_ways[way], "enrolment_id", column)) for way in ("sql", "report"))

    assert len(listed) == 1075
    assert all(sql[key] == told for key, told in listed.items())


@with_recording
@pytest.mark.parametrize("way", ["sql", "report", "web"])
def test_municipalities_are_right_or_known_to_be_unknown(three_ways: dict[str, Store], way: str) -> None:
    """Wrong is only who was given the code of another municipality: no look at the two columns tells which is true."""
    people = _people()
    verdicts: dict[str, Counter[str]] = {"right": Counter(), "unknown": Counter(), "wrong": Counter()}
    for person, municipality in _places(three_ways[way]):
        truth = people[person]
        known = "unknown" if municipality == UNKNOWN_MUNICIPALITY else "wrong"
        verdicts["right" if municipality == truth["ksh_true"] else known][truth["issue"]] += 1

    assert set(verdicts["wrong"]) == {"ksh_of_other_municipality"}
    assert set(verdicts["unknown"]) == {"ksh_nonexistent", "institution_and_ksh_empty", "ksh_not_a_code"}
    assert not set(verdicts["right"]) & (set(verdicts["wrong"]) | set(verdicts["unknown"]))


@with_recording
def test_a_department_that_is_no_code_can_be_declared_missing(recorded_server: FakeServer, duckdb_store: Store) -> None:
    """Then the institution counts."""
    words = {row["department"].strip() for row in table(RECORDED, "mdl_user")} - {""}
    names = tuple(word for word in words if not word.isdigit())
    load(duckdb_store, web(recorded_server.url).model_copy(update={"missing": names}))

    people = _people()
    loaded = {(people[person]["issue"], people[person]["ksh_true"], place) for person, place in _places(duckdb_store)}
    mended = [(truth, place) for issue, truth, place in loaded if issue == "ksh_not_a_code"]
    assert len(mended) == 3
    assert all(truth == place for truth, place in mended)


def _places(store: Store) -> set[tuple[Any, ...]]:
    return set(facts(store, "person_hash", "municipality_id"))


@with_recording
@pytest.mark.parametrize("way", ["sql", "report", "web"])
def test_nobody_is_named_in_the_database(three_ways: dict[str, Store], way: str) -> None:
    with three_ways[way].reading() as connection:
        every = [connection.execute(select(table_)).all() for table_ in metadata.sorted_tables]
    told = "\n".join(str(value) for rows in every for row in rows for value in row).lower()

    assert "asp-keret-01/" in told
    for user in table(RECORDED, "mdl_user"):
        if int(user["id"]) > 3:
            digest = hashlib.md5(user["username"].encode(), usedforsecurity=False).hexdigest()
            named = (
                user["username"],
                user["email"],
                f"{user['lastname']} {user['firstname']}",
                user["idnumber"],
                digest,
            )
            assert not [name for name in named if name and name.lower() in told]
