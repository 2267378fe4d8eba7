"""Statements of a learning record store: folded into training rows, whatever order and state they come in."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.schema import fact_training, metadata
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.settings import Settings
from etl.sources.api import client as http
from etl.sources.api import pull, xapi
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import RunReport
from tests.etl.fakes.compare import another_store, current_facts
from tests.etl.fakes.server import Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits
from tests.etl.fakes.xapi import EPOCH, HOME, TOKEN, VERB, RecordStore

PASSED = {"success": True, "completion": True, "score": {"scaled": 0.815}}
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def store_of_records() -> RecordStore:
    return RecordStore()


@pytest.fixture
def server(store_of_records: RecordStore) -> Iterator[FakeServer]:
    with serving(store_of_records.handle) as server:
        yield server


def source_at(url: str, fields: dict[str, Any] | None = None, **connect: Any) -> Source:
    made = Source.model_validate(
        {
            "name": "lrs",
            "job": "training",
            "record": "training",
            "connect": {"kind": "xapi", "url": f"{url}/lrs/xapi", "token_env": "LRS_TOKEN", **connect},
            "fields": fields or xapi.PROPOSED["training"],
        }
    ).equipped(Settings(_env_file=None, person_key="a key for tests, long enough"))
    made._secrets = {"LRS_TOKEN": TOKEN}
    return made


@pytest.fixture
def load(server: FakeServer) -> Callable[..., RunReport]:
    def run(store: Store, options: Options | None = None, **connect: Any) -> RunReport:
        return run_job(store, "training", [source_at(server.url, **connect)], Path(), options or Options())

    return run


def slices(source: Source, **span: Any) -> list[Slice]:
    return list(pull(source, Span(**{"started_at": NOW} | span)))


def last_rows(parts: list[Slice]) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """Of the rows of one key the last one counts."""
    return {(row["actor"], row["activity"], row["registration"]): row for part in parts for row in part.records}


def facts(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        wanted = select(*(fact_training.c[name] for name in columns)).where(fact_training.c.superseded_run.is_(None))
        return sorted((tuple(row) for row in connection.execute(wanted)), key=repr)


def test_statements_of_a_registration_are_one_row(store_of_records: RecordStore, server: FakeServer) -> None:
    for verb, more in (("registered", {}), ("launched", {}), ("failed", {"result": {"success": False}})):
        store_of_records.say("a", verb, **more)
    store_of_records.say("a", "passed", result=PASSED)
    store_of_records.say("a", "completed", result={"completion": True})

    row = last_rows(slices(source_at(server.url)))[(f"{HOME}|a", f"{HOME}/ADO-1", "r1")]

    assert (row["first_at"], row["registered_at"], row["started_at"], row["completed_at"]) == (
        "2026-10-01T08:00:00Z", "2026-10-01T08:00:00Z", "2026-10-01T09:00:00Z", "2026-10-01T11:00:00Z",
    )  # fmt: skip
    assert (row["result"], row["score"], row["activity_name"], row["statements"]) == ("passed", 81.5, "ADO-1", 5)


@pytest.mark.parametrize(
    ("said", "result", "completed"),
    [
        (["registered"], "in_progress", False),
        (["completed"], "passed", True),
        (["completed", "failed"], "failed", True),
        (["failed", "passed"], "passed", True),
        (["registered", "unregistered"], "withdrawn", False),
        (["unregistered", "completed"], "passed", True),
    ],
)
def test_the_result_by_what_was_said(
    store_of_records: RecordStore, server: FakeServer, said: list[str], result: str, completed: bool
) -> None:
    for verb in said:
        store_of_records.say("a", verb)

    (row,) = last_rows(slices(source_at(server.url))).values()

    assert (row["result"], row["completed_at"] is not None) == (result, completed)


def test_a_late_statement_does_not_lose_the_earlier_dates(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store
) -> None:
    store_of_records.say("a", "registered")
    load(duckdb_store)
    store_of_records.say("a", "completed", at=24 * 20, stored=24 * 20)
    report = load(duckdb_store)

    assert report.inputs[0].counts.loaded_changed == 1
    assert facts(duckdb_store, "enrolled_on", "completed_on", "result") == [
        (date(2026, 10, 1), date(2026, 10, 21), "passed")
    ]


def test_a_statement_that_arrives_late_keeps_the_time_when_it_happened(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store
) -> None:
    store_of_records.say("a", "completed", at=200)
    load(duckdb_store)
    store_of_records.say("a", "registered", at=0, stored=300)
    load(duckdb_store)

    assert facts(duckdb_store, "started_on", "completed_on") == [(date(2026, 10, 1), date(2026, 10, 9))]


def test_without_a_registration_the_person_is_asked_for(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.say("a", "launched", registration=None)
    store_of_records.say("b", "launched", registration=None)
    store_of_records.say("a", "completed", registration=None, stored=100)
    changed = EPOCH + timedelta(hours=100)

    rows = last_rows(slices(source_at(server.url), cursor={"changed": changed.isoformat()}))

    assert [(row["actor"], row["statements"]) for row in rows.values()] == [(f"{HOME}|a", 2)]


def test_other_statements_of_the_registration_do_not_mix_in(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.say("a", "completed", activity="IRAT-1")
    store_of_records.say("b", "completed")
    store_of_records.say("a", "launched", stored=100)

    rows = last_rows(slices(source_at(server.url), cursor={"changed": "2026-10-05T12:00:00Z"}))

    assert [(row["actor"], row["result"]) for row in rows.values()] == [(f"{HOME}|a", "in_progress")]


def test_pages_are_followed_from_the_root_of_the_host(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.overlap = 1
    for number in range(11):
        store_of_records.say(f"p{number}", "completed", registration=f"r{number}")

    parts = slices(source_at(server.url))

    assert len(parts) == 5
    assert len(last_rows(parts)) == 11
    assert parts[-1].cursor == {"changed": "2026-10-01T18:00:00Z"}


def test_the_cursor_waits_for_what_the_store_vouches_for(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.through = EPOCH + timedelta(hours=2)
    for number in range(5):
        store_of_records.say(f"p{number}", "completed")

    parts = slices(source_at(server.url))

    assert parts[-1].cursor == {"changed": "2026-10-01T10:00:00Z"}


def test_a_store_whose_clock_runs_ahead_does_not_move_the_cursor_beyond_ours(
    store_of_records: RecordStore, server: FakeServer
) -> None:
    store_of_records.say("a", "completed")

    (part,) = slices(source_at(server.url), started_at=EPOCH - timedelta(hours=1))

    assert part.cursor == {"changed": "2026-10-01T07:00:00Z"}


@pytest.mark.parametrize("shows", [False, True])
def test_a_voided_completion_is_taken_back(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store, shows: bool
) -> None:
    store_of_records.shows = shows
    store_of_records.say("a", "registered")
    wrong = store_of_records.say("a", "completed")
    load(duckdb_store)
    assert facts(duckdb_store, "result") == [("passed",)]
    store_of_records.void(wrong, at=500)
    load(duckdb_store)

    assert facts(duckdb_store, "result", "completed_on") == [("in_progress", None)]


@pytest.mark.parametrize("options", [Options(), Options(full=True)])
def test_a_row_whose_only_statement_is_voided_is_withdrawn(
    store_of_records: RecordStore, load: Callable[..., RunReport], store: Store, options: Options
) -> None:
    wrong = store_of_records.say("a", "completed")
    store_of_records.say("b", "completed", registration="r2")
    load(store)
    store_of_records.void(wrong)
    report = load(store, options)

    assert len(facts(store, "enrolment_id")) == 1
    assert sum(part.withdrawn or 0 for part in report.inputs) == 1


@pytest.mark.parametrize("voided_at", [2, 50])
def test_a_voided_statement_counts_in_neither_order(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store, voided_at: int
) -> None:
    """The statement is stored before or after the one that voids it, and the store shows both, a page each."""
    store_of_records.shows, store_of_records.most = True, 1
    store_of_records.say("b", "registered", registration="r2")
    wrong = store_of_records.say("a", "completed", stored=voided_at)
    store_of_records.say("c", "completed", registration="r3", stored=20)
    store_of_records.void(wrong)
    store_of_records.statements[-1]["stored"] = "2026-10-01T18:00:00Z"
    load(duckdb_store)

    assert facts(duckdb_store, "result") == [("in_progress",), ("passed",)]


def test_a_voided_statement_that_the_store_does_not_know_is_nothing(
    store_of_records: RecordStore, server: FakeServer
) -> None:
    store_of_records.void("00000000-0000-4000-8000-999999999999")
    store_of_records.say("a", "completed")

    (part,) = slices(source_at(server.url))

    assert (len(part.records), part.gone) == (1, ())


def test_what_is_not_about_an_activity_is_no_row(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.say("a", "commented")
    store_of_records.statements[-1]["object"] = {"objectType": "Agent", "mbox": "mailto:valaki@example.hu"}

    (part,) = slices(source_at(server.url))

    assert part.records == []


def test_a_group_without_identifier_is_set_aside(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store
) -> None:
    store_of_records.say("a", "completed", actor={"objectType": "Group", "member": []})

    report = load(duckdb_store)

    assert report.inputs[0].counts.quarantined == 1


def test_only_the_verbs_asked_for_count(store_of_records: RecordStore, server: FakeServer) -> None:
    store_of_records.say("a", "answered")
    store_of_records.say("a", "completed")

    (row,) = last_rows(slices(source_at(server.url, verbs=[f"{VERB}completed", "passed"]))).values()

    assert (row["statements"], row["started_at"]) == (1, None)


def test_a_backfill_reads_its_window_and_leaves_the_cursor(
    store_of_records: RecordStore, server: FakeServer, load: Callable[..., RunReport], duckdb_store: Store
) -> None:
    for number in range(4):
        store_of_records.say(f"p{number}", "completed", registration=f"r{number}", at=number * 24, stored=number * 24)
    since, until = EPOCH + timedelta(hours=20), EPOCH + timedelta(hours=60)

    parts = slices(source_at(server.url), since=since, until=until)
    load(duckdb_store, Options(window=Window(since, until)))

    assert {part.cursor is None for part in parts} == {True}
    assert len(last_rows(parts)) == len(facts(duckdb_store, "enrolment_id")) == 2


@pytest.mark.parametrize("seed", range(2))
def test_after_a_run_full_of_faults_everything_is_as_if_there_had_been_none(
    store_of_records: RecordStore, server: FakeServer, load: Callable[..., RunReport], duckdb_store: Store,
    duckdb_template: Path, tmp_path: Path, seed: int,
) -> None:  # fmt: skip
    _busy(store_of_records)
    calm = another_store(duckdb_template, tmp_path / "calm")
    load(calm)
    server.chaos = Chaos(seed, 0.3)
    load(duckdb_store)
    server.chaos = None
    load(duckdb_store)

    assert current_facts(duckdb_store, fact_training) == current_facts(calm, fact_training)
    calm.close()


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_pull_that_dies_midway_goes_on_where_it_broke(
    store_of_records: RecordStore, server: FakeServer, load: Callable[..., RunReport], duckdb_store: Store,
    duckdb_template: Path, tmp_path: Path, after: int,
) -> None:  # fmt: skip
    _busy(store_of_records)
    calm = another_store(duckdb_template, tmp_path / "calm")
    load(calm)
    server.dies_after = after
    broken = load(duckdb_store)
    server.dies_after = None
    load(duckdb_store)

    assert any(part.status == "failed" for part in broken.inputs)
    assert current_facts(duckdb_store, fact_training) == current_facts(calm, fact_training)
    calm.close()


def _busy(store_of_records: RecordStore) -> None:
    """Twelve people who start, a part of whom complete, some of it voided again."""
    for number in range(12):
        store_of_records.say(f"p{number}", "registered", registration=f"r{number}")
    done = [
        store_of_records.say(f"p{number}", "completed", registration=f"r{number}", result=PASSED)
        for number in range(0, 12, 2)
    ]
    store_of_records.void(done[1])
    store_of_records.void(store_of_records.statements[3]["id"])


def test_a_token_that_is_refused_once_is_tried_again_and_no_more(
    store_of_records: RecordStore, server: FakeServer
) -> None:
    store_of_records.say("a", "completed")
    store_of_records.ended = 1
    assert len(slices(source_at(server.url))) == 1
    store_of_records.ended = 1000

    with pytest.raises(SourceError, match="LRS_TOKEN") as refused:
        slices(source_at(server.url))

    assert TOKEN not in str(refused.value)


def test_an_address_that_is_no_endpoint_is_named(server: FakeServer) -> None:
    made = source_at(server.url)
    elsewhere = made.model_copy(update={"connect": made.connect.model_copy(update={"url": server.url})})  # type: ignore[union-attr]
    elsewhere._secrets = {"LRS_TOKEN": TOKEN}

    with pytest.raises(SourceError, match="what stands before /statements"):
        slices(elsewhere)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"person": "actor", "course_id": "activity", "started_on": "first_at"}, "Map enrolment_id"),
        (
            {"person": "registration", "course_id": "actor", "started_on": "first_at", "enrolment_id": "registration"},
            'map person = "actor"',
        ),
    ],
)
def test_a_mapping_that_would_tell_people_or_can_withdraw_nothing_is_refused(
    server: FakeServer, fields: dict[str, Any], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        slices(source_at(server.url, fields))


def test_nobody_is_named_in_the_database(
    store_of_records: RecordStore, load: Callable[..., RunReport], duckdb_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    mail = {"name": "Kitalált Ági", "mbox": "mailto:agi.kitalalt@hivatal.example"}
    wrong = store_of_records.say("x", "completed", actor=mail, result=PASSED)
    store_of_records.say(
        "x", "completed", actor=mail, registration=None, activity="IRAT-1", result={"score": {"scaled": 7}}
    )
    report = load(duckdb_store)
    store_of_records.void(wrong)
    load(duckdb_store)

    assert (report.inputs[0].counts.loaded_new, report.inputs[0].counts.quarantined) == (1, 1)
    told = "\n".join([*_every_text(duckdb_store), caplog.text]).lower()
    assert "hivatal.example" not in told
    assert "kitalalt" not in told
    assert "kitalált" not in told
    assert f"{HOME}/ado-1" in told


def _every_text(store: Store) -> Iterator[str]:
    """Every value of every table, as text."""
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                yield from map(str, row)
