"""Zammad: windows that fit, an index that fails silently, none at all, histories, merges, deletions, no people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.store import Store
from etl.config import Source
from etl.pulls import Window
from etl.sources.api import client as http
from etl.sources.api import desk as slicing
from etl.sources.errors import SourceError
from tests.etl.desks import (
    EVENT_FIELDS,
    NOW,
    cursor,
    described,
    events,
    facts,
    records,
    run,
    slices,
    tickets,
)
from tests.etl.fakes.server import Call, Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits
from tests.etl.fakes.zammad import START, TOKEN, Zammad, filled

FIELDS = {
    "ticket_id": "id", "opened_at": "created_at", "municipality": "organization.ksh", "category": "group",
    "status": "state", "closed_at": "close_at", "updated_at": "updated_at",
}  # fmt: skip
STATUS = {"new": "open", "open": "open", "closed": "closed"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def zammad() -> Zammad:
    return filled(30)


@pytest.fixture
def server(zammad: Zammad) -> Iterator[FakeServer]:
    with serving(zammad.handle) as server:
        yield server


def source(server: FakeServer, record: str = "ticket", fields: dict[str, Any] | None = None, **connect: Any) -> Source:
    return described(
        "zammad",
        record,
        fields or (FIELDS if record == "ticket" else EVENT_FIELDS),
        {"ZAMMAD_TOKEN": TOKEN},
        values={"status": STATUS},
        connect={"url": server.url, "token_env": "ZAMMAD_TOKEN", "second_level": ["Second level"], **connect},
    )


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return sorted(record["id"] for record in found)


# --- every ticket, whatever the server does -------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["list", "records", "assets"])
def test_each_form_of_answer_gives_the_same_tickets(zammad: Zammad, server: FakeServer, form: str) -> None:
    zammad.form = form

    found = records(source(server, page_size=7))

    assert numbers(found) == list(range(1, 31))
    assert {record["state"] for record in found} == {"new", "closed"}
    assert {record["group"] for record in found} == {"First level", "Second level"}


@pytest.mark.parametrize(("most", "form"), [(200, "list"), (9, "list"), (9, "records")])
def test_an_answer_cut_off_is_not_taken_for_the_whole(zammad: Zammad, server: FakeServer, most: int, form: str) -> None:
    zammad.most, zammad.form = most, form

    assert numbers(records(source(server, page_size=20))) == list(range(1, 31))


@pytest.mark.parametrize("form", ["list", "records"])
def test_thousands_changed_in_one_moment_by_a_script_come_whole(form: str) -> None:
    zammad = filled(0, form=form)
    for number in range(1, 1201):
        zammad.open(number, START)
    with serving(zammad.handle) as server:
        found = records(source(server))

    assert numbers(found) == list(range(1, 1201))


def test_tickets_that_change_while_windows_are_read_hide_no_other(zammad: Zammad, server: FakeServer) -> None:
    moving = iter(range(1, 31, 2))

    def change(call: Call) -> None:
        if call.path.endswith("search") and (number := next(moving, None)):
            zammad.change(number, NOW - timedelta(minutes=60 - number), state="open")

    zammad.before = change

    found = records(source(server, page_size=4))

    assert set(numbers(found)) == set(range(1, 31))
    assert {one["id"]: one["state"] for one in found}[9] == "open"


def test_a_ticket_newer_than_the_index_does_not_carry_the_cursor_past_what_was_not_read(
    zammad: Zammad, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 4)
    zammad.lagging = True
    zammad.change(1, NOW - timedelta(seconds=1), state="open")

    parts = slices(source(server, page_size=4))

    first = parts[0].cursor
    assert first is not None
    assert 1 in numbers(parts[0].records)
    assert datetime.fromisoformat(first["changed"]) < START + timedelta(hours=1)
    assert numbers([record for part in parts for record in part.records]) == list(range(1, 31))


def test_a_server_whose_clock_is_ahead_hides_nothing(zammad: Zammad, server: FakeServer) -> None:
    zammad.change(1, NOW + timedelta(hours=1), state="open")

    parts = slices(source(server, page_size=5))

    assert 1 in numbers([record for part in parts for record in part.records])
    assert parts[-1].cursor == {"changed": "2026-11-01T12:00:00Z"}


def test_an_index_that_finds_nothing_for_a_moment_is_asked_again(zammad: Zammad, server: FakeServer) -> None:
    def stumble(call: Call) -> None:
        if zammad.failing == 0 and len(server.calls) in (4, 9, 15):
            zammad.failing = 1

    zammad.before = stumble

    assert numbers(records(source(server, page_size=6))) == list(range(1, 31))


def test_an_index_that_fails_for_good_ends_the_pull_and_not_the_tickets(zammad: Zammad, server: FakeServer) -> None:
    def fail(call: Call) -> None:
        if len(server.calls) == 12:
            zammad.failing = 1000

    zammad.before = fail

    with pytest.raises(SourceError, match="finds nothing at all any more"):
        records(source(server, page_size=6))


@pytest.mark.parametrize("has_index", [True, False])
def test_without_an_index_all_tickets_are_listed(zammad: Zammad, server: FakeServer, has_index: bool) -> None:
    zammad.has_index = has_index
    stand = {"changed": "2026-03-01T08:20:00Z"}

    found = records(source(server, overlap_hours=0), cursor=stand)

    late = {number for number in range(1, 31) if number >= 20 or number % 3 == 0}
    assert set(numbers(found)) == late
    listed = [call for call in server.calls if call.path == "/api/v1/tickets"]
    assert bool(listed) is not has_index


def test_a_ticket_deleted_while_the_list_is_read_hides_no_other() -> None:
    zammad = filled(0, has_index=False)
    for number in range(1, 451):
        zammad.open(number, START)
    doomed = iter(range(1, 60))

    def delete(call: Call) -> None:
        if int(call.args.get("page", 0)) > 1 and (number := next(doomed, None)):
            zammad.delete(number)

    zammad.before = delete
    with serving(zammad.handle) as server:
        found = records(source(server))

    assert set(zammad.tickets) <= set(numbers(found))


def test_a_query_needs_an_index(zammad: Zammad, server: FakeServer) -> None:
    zammad.has_index = False

    with pytest.raises(SourceError, match="so query can't be used"):
        records(source(server, query='group:"First level"'))


def test_a_query_narrows_the_tickets_down(server: FakeServer) -> None:
    found = records(source(server, query='group:"Second', page_size=5))
    assert found == []

    assert len(records(source(server, query="id:[1 TO 9]", page_size=5))) == 9


def test_groups_that_the_login_may_not_read_are_told(
    zammad: Zammad, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    zammad.readable, zammad.form = {"First level"}, "records"

    found = records(source(server, page_size=50))

    assert len(found) == 20
    assert caplog.text.count("counts 30 tickets and shows 20") == 1


# --- what a record holds --------------------------------------------------------------------------------------------


def test_no_person_and_no_text_is_in_any_record(server: FakeServer) -> None:
    for record in ("ticket", "event"):
        shown = repr(slices(source(server, record)))

        for word in ("Kovács", "kovacs", "agent@", "a@b", "x@y", "titkos", "customer", "owner"):
            assert word not in shown


def test_attributes_of_the_organization_and_the_history_come_when_they_are_mapped(server: FakeServer) -> None:
    fields = FIELDS | {"escalated_at": "history.escalated_at", "level": "history.level"}
    found = {one["id"]: one for one in records(source(server, fields=fields))}
    plain = records(source(server, fields={"ticket_id": "id", "opened_at": "created_at"}))

    assert (found[3]["organization"], found[3]["organization.ksh"]) == ("Komló", "26408")
    assert (found[3]["history.level"], found[2]["history.level"]) == (2, 1)
    assert found[3]["history.escalated_at"] == START + timedelta(minutes=33)
    assert not any("." in name for name in plain[0])


def test_statuses_that_wait_are_told_with_their_times(server: FakeServer, zammad: Zammad) -> None:
    zammad.change(1, START + timedelta(minutes=30), state="pending reminder")
    zammad.change(1, START + timedelta(minutes=40), state="pending close")
    zammad.change(1, START + timedelta(minutes=50), state="open")
    zammad.change(1, START + timedelta(minutes=55), state="Pending reminder")
    fields = FIELDS | {"waiting": "history.waiting"}

    found = {one["id"]: one["history.waiting"] for one in records(source(server, fields=fields))}

    assert found[1] == '[["2026-03-01T08:30:00Z", "2026-03-01T08:50:00Z"], ["2026-03-01T08:55:00Z", null]]'
    assert found[2] == "[]"


def test_a_group_of_the_second_level_that_is_not_there_is_named_where_levels_are_read(server: FakeServer) -> None:
    with pytest.raises(SourceError, match=r"second_level names 'Secnd level'.*did you mean 'Second level'"):
        records(source(server, "event", second_level=["Secnd level"]))

    assert len(records(source(server, fields={"ticket_id": "id", "opened_at": "created_at"}, second_level=["x"]))) == 30


def test_the_key_must_be_the_id(server: FakeServer) -> None:
    with pytest.raises(SourceError, match='map ticket_id = "id" as it stands'):
        records(source(server, fields=FIELDS | {"ticket_id": "number"}))


def test_what_the_requester_does_acknowledges_nothing(server: FakeServer, zammad: Zammad) -> None:
    zammad.change(1, START + timedelta(minutes=30), group="Second level")
    zammad.change(1, START + timedelta(minutes=40), by=7, state="open")
    zammad.change(1, START + timedelta(minutes=50), owner="agent@desk.example 2")
    fields = FIELDS | {"acknowledged_at": "history.acknowledged_at"}

    found = {one["id"]: one for one in records(source(server, fields=fields))}

    assert found[1]["history.acknowledged_at"] == START + timedelta(minutes=50)


# --- through the pipeline -------------------------------------------------------------------------------------------


def test_hand_offs_between_the_levels_become_events(duckdb_store: Store, zammad: Zammad, server: FakeServer) -> None:
    zammad.change(3, START + timedelta(hours=2), by=7, state="open")
    zammad.change(3, START + timedelta(hours=3), group="First level")

    run(duckdb_store, source(server), source(server, "event"))

    assert events(duckdb_store, "3", "event_type", "status", "assignment_group", "level") == [
        ("created", "open", "First level", 1),
        ("assignment", "open", "Second level", 2),
        ("status", "closed", "Second level", 2),
        ("status", "open", "Second level", 2),
        ("assignment", "open", "First level", 1),
    ]


def test_after_failures_at_random_a_good_run_gives_what_an_undisturbed_one_gives(
    store: Store, duckdb_store: Store, zammad: Zammad, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 5)
    reading = [source(server, page_size=8), source(server, "event", page_size=8)]
    for seed in range(3):
        server.chaos = Chaos(seed, 0.6)
        run(store, *reading)
        zammad.change(seed + 1, START + timedelta(hours=30 + seed), state="open")
    met = server.chaos.met if server.chaos else []
    server.chaos = None
    run(store, *reading)
    disturbed = facts(store)

    with serving(zammad.handle) as calm:
        fresh = [source(calm, page_size=8), source(calm, "event", page_size=8)]
        run(duckdb_store, *fresh, full=True)

    assert met
    assert disturbed == facts(duckdb_store)


def test_a_pull_that_breaks_off_goes_on_where_it_stood(
    duckdb_store: Store, zammad: Zammad, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 5)
    reading = source(server, page_size=5, overlap_hours=0)
    slices(reading)
    server.dies_after = len(server.calls) * 2 // 3
    run(duckdb_store, reading)
    reached = tickets(duckdb_store, "status")
    stand = cursor(duckdb_store, reading)
    server.dies_after = None
    server.calls.clear()

    run(duckdb_store, reading)

    assert 5 <= len(reached) < 30
    first = next(call for call in server.calls if "[1970" not in call.args.get("query", "[1970"))
    assert stand["changed"].removesuffix("Z")[:19] in first.args["query"]
    assert len(tickets(duckdb_store, "status")) == 30


def test_merged_and_deleted_tickets_are_withdrawn_with_their_events(
    duckdb_store: Store, zammad: Zammad, server: FakeServer
) -> None:
    reading = [source(server), source(server, "event")]
    run(duckdb_store, *reading)
    zammad.change(5, NOW - timedelta(days=2), state="merged")
    zammad.delete(6)

    run(duckdb_store, *reading)
    after_change = tickets(duckdb_store, "status").keys()
    run(duckdb_store, *reading, full=True)

    assert set(map(str, range(1, 31))) - after_change == {"5"}
    assert set(map(str, range(1, 31))) - tickets(duckdb_store, "status").keys() == {"5", "6"}
    assert events(duckdb_store, "5", "status") == events(duckdb_store, "6", "status") == []


@pytest.mark.parametrize("query", [None, "id:[1 TO 25]"])
def test_a_listing_of_keys_leaves_merged_tickets_out(zammad: Zammad, server: FakeServer, query: str | None) -> None:
    zammad.change(5, NOW - timedelta(days=2), state="merged")

    kept = slices(source(server, page_size=5, query=query), reconcile=True)[-1].kept

    assert kept == {str(number) for number in range(1, 26 if query else 31)} - {"5"}


def test_a_backfill_reads_its_window_and_leaves_the_cursor(
    duckdb_store: Store, zammad: Zammad, server: FakeServer
) -> None:
    reading = source(server)
    run(duckdb_store, reading)
    stand = cursor(duckdb_store, reading)
    window = Window(START + timedelta(minutes=10), START + timedelta(minutes=12))
    zammad.change(1, datetime(2026, 10, 1, tzinfo=UTC), state="open")

    report = run(duckdb_store, reading, window=window)

    assert [taken.counts.read for taken in report.inputs] == [2]
    assert cursor(duckdb_store, reading) == stand


def test_a_wrong_token_is_named_and_not_shown(server: FakeServer) -> None:
    reading = source(server)
    reading._secrets["ZAMMAD_TOKEN"] = "not the token"  # noqa: S105

    with pytest.raises(SourceError) as caught:
        records(reading)

    assert "ZAMMAD_TOKEN" in str(caught.value)
    assert "not the token" not in str(caught.value)
