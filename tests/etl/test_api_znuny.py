"""Znuny: searches without pages, sessions that end, errors as HTTP 200, local times, histories, merges, no people."""

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
from tests.etl.fakes.znuny import LOGIN, START, Znuny, filled

FIELDS = {
    "ticket_id": "TicketID", "opened_at": "Created", "municipality": "DynamicField.Municipality", "category": "Queue",
    "status": "State", "closed_at": "Closed", "updated_at": "Changed", "service": "Service",
}  # fmt: skip
STATUS = {"new": "open", "open": "open", "closed successful": "closed"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def znuny() -> Znuny:
    return filled(30)


@pytest.fixture
def server(znuny: Znuny) -> Iterator[FakeServer]:
    with serving(znuny.handle) as server:
        yield server


def source(
    server: FakeServer, record: str = "ticket", fields: dict[str, Any] | None = None, zone: str = "", **connect: Any
) -> Source:
    login = {"user": "reader", "password_env": "ZNUNY_PASSWORD", "history_route": "/TicketHistoryGet"}
    return described(
        "znuny",
        record,
        fields or (FIELDS if record == "ticket" else EVENT_FIELDS),
        {"ZNUNY_PASSWORD": LOGIN["Password"]},
        values={"status": STATUS},
        time_zone=zone or "Europe/Budapest",
        connect={"url": f"{server.url}/Webservice/desk", "second_level": ["Second level"], **login, **connect},
    )


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return sorted(int(record["TicketID"]) for record in found)


# --- every ticket, whatever the server does -------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_a_full_answer_is_halved_until_it_is_not_full(server: FakeServer, limit: int) -> None:
    assert numbers(records(source(server, limit=limit, page_size=7))) == list(range(1, 31))


def test_more_than_the_limit_within_one_second_come_whole() -> None:
    znuny = filled(0)
    for number in range(1, 701):
        znuny.open(number, START)
    with serving(znuny.handle) as server:
        found = records(source(server, page_size=700))

    assert numbers(found) == list(range(1, 701))


def test_a_server_that_heeds_no_limit_says_which_second_is_too_full() -> None:
    znuny = filled(0, heeds_limit=False)
    for number in range(1, 701):
        znuny.open(number, START)
    with serving(znuny.handle) as server, pytest.raises(SourceError, match="the second 2026-03-01 09:00:00 holds more"):
        records(source(server, limit=600))


def test_tickets_that_change_while_windows_are_read_hide_no_other(znuny: Znuny, server: FakeServer) -> None:
    moving = iter(range(1, 31, 2))

    def change(call: Call) -> None:
        if call.path.endswith("TicketGet") and (number := next(moving, None)):
            znuny.change(number, NOW - timedelta(minutes=60 - number), State="open")

    znuny.before = change

    found = records(source(server, limit=4))

    assert set(numbers(found)) == set(range(1, 31))
    assert {one["TicketID"]: one["State"] for one in found}["9"] == "open"


def test_sessions_that_end_are_renewed(znuny: Znuny, server: FakeServer) -> None:
    znuny.sessions = 3

    assert numbers(records(source(server, limit=4))) == list(range(1, 31))
    assert znuny.session > 5


def test_the_session_and_the_password_stand_in_no_address(server: FakeServer) -> None:
    records(source(server))

    assert {call.method for call in server.calls} == {"POST"}
    assert not any(call.query for call in server.calls)


def test_an_error_as_http_200_is_one_and_its_message_is_not_repeated(znuny: Znuny, server: FakeServer) -> None:
    znuny.sessions = 0

    with pytest.raises(SourceError) as caught:
        records(source(server))

    assert "TicketSearch.AuthFail" in str(caught.value)
    assert "kovacs" not in str(caught.value)


def test_a_wrong_password_is_named_and_not_shown(server: FakeServer) -> None:
    reading = source(server)
    reading._secrets["ZNUNY_PASSWORD"] = "not the password"  # noqa: S105

    with pytest.raises(SourceError) as caught:
        records(reading)

    assert "SessionCreate.AuthFail" in str(caught.value)
    assert "Check ZNUNY_PASSWORD" in str(caught.value)
    assert "not the password" not in str(caught.value)


def test_tickets_that_may_not_be_read_keep_back_no_others(znuny: Znuny, server: FakeServer) -> None:
    znuny.denied = {4, 17}

    assert numbers(records(source(server))) == [number for number in range(1, 31) if number not in znuny.denied]


def test_queues_narrow_the_tickets_down(server: FakeServer) -> None:
    found = records(source(server, queues=["Second level"]))

    assert numbers(found) == list(range(3, 31, 3))


# --- what a record holds --------------------------------------------------------------------------------------------


def test_no_person_and_no_text_is_in_any_record(server: FakeServer) -> None:
    for record in ("ticket", "event"):
        shown = repr(slices(source(server, record)))

        for word in ("Kovács", "kovacs", "agent.anna", "Owner", "Customer", "Responsible", "Title"):
            assert word not in shown


def test_dynamic_fields_and_a_mapped_company_are_columns(znuny: Znuny, server: FakeServer) -> None:
    znuny.tickets[2]["CustomerID"] = "kovacs@hivatal.example"
    fields = FIELDS | {"municipality": "CustomerID", "priority": "history.level"}

    found = {one["TicketID"]: one for one in records(source(server, fields=fields))}

    assert (found["1"]["CustomerID"], found["2"]["CustomerID"]) == ("26408", None)
    assert found["1"]["DynamicField.Municipality"] == "26408"
    assert (found["3"]["history.level"], found["2"]["history.level"]) == (2, 1)


@pytest.mark.parametrize("record", ["ticket", "event"])
def test_a_history_needs_its_operation(server: FakeServer, record: str) -> None:
    fields = FIELDS | {"level": "history.level"} if record == "ticket" else None

    with pytest.raises(SourceError, match="name its route with history_route"):
        records(source(server, record, fields=fields, history_route=None))


@pytest.mark.parametrize("zone", ["Europe/Budapest", "UTC"])
def test_times_are_those_of_the_server_s_zone(duckdb_store: Store, zone: str) -> None:
    znuny = filled(0, zone=zone)
    znuny.open(1, datetime(2026, 7, 1, 10, tzinfo=UTC))
    with serving(znuny.handle) as server:
        reading = source(server, zone=zone)
        run(duckdb_store, reading)

        assert tickets(duckdb_store, "opened_at") == {"1": datetime(2026, 7, 1, 10)}
        assert cursor(duckdb_store, reading) == {"changed": "2026-07-01T10:00:00Z"}


def test_the_hour_that_comes_twice_is_read_whole() -> None:
    znuny = filled(0)
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 03:00 becomes 02:00
    for number in range(1, 9):
        znuny.open(number, change + timedelta(minutes=15 * (number - 5)))
    with serving(znuny.handle) as server:
        stand = {"changed": "2026-10-25T00:30:00Z"}  # after the third of them
        found = records(source(server, overlap_hours=0, limit=3), cursor=stand)

    assert set(range(3, 9)) <= set(numbers(found))


# --- through the pipeline -------------------------------------------------------------------------------------------


def test_hand_offs_between_the_levels_become_events(duckdb_store: Store, znuny: Znuny, server: FakeServer) -> None:
    znuny.said(3, START + timedelta(minutes=40), "SendAnswer")
    znuny.change(3, START + timedelta(hours=2), State="open")
    znuny.change(3, START + timedelta(hours=3), Queue="First level")
    fields = FIELDS | {"acknowledged_at": "history.acknowledged_at", "escalated_at": "history.escalated_at"}

    run(duckdb_store, source(server, fields=fields), source(server, "event"))

    assert events(duckdb_store, "3", "event_type", "status", "assignment_group", "level") == [
        ("created", "open", "First level", 1),
        ("assignment", "open", "Second level", 2),
        ("status", "closed", "Second level", 2),
        ("status", "open", "Second level", 2),
        ("assignment", "open", "First level", 1),
    ]
    assert tickets(duckdb_store, "escalated_at", "acknowledged_at")["3"] == (
        datetime(2026, 3, 1, 8, 33),
        datetime(2026, 3, 1, 8, 40),
    )


def test_after_failures_at_random_a_good_run_gives_what_an_undisturbed_one_gives(
    duckdb_store: Store, znuny: Znuny, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 5)
    znuny.sessions = 20
    reading = [source(server, limit=8), source(server, "event", limit=8)]
    for seed in range(3):
        server.chaos = Chaos(seed, 0.6)
        run(duckdb_store, *reading)
        znuny.change(seed + 1, START + timedelta(hours=30 + seed), State="open")
    met = server.chaos.met if server.chaos else []
    server.chaos = None
    run(duckdb_store, *reading)
    disturbed = facts(duckdb_store)

    run(duckdb_store, *reading, full=True)

    assert met
    assert len(disturbed["fact_ticket"]) == 30
    assert disturbed == facts(duckdb_store)


def test_a_pull_that_breaks_off_goes_on_where_it_stood(
    duckdb_store: Store, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 5)
    reading = source(server, limit=5, overlap_hours=0)
    slices(reading)
    server.dies_after = len(server.calls) * 3 // 4
    run(duckdb_store, reading)
    reached = len(tickets(duckdb_store, "status"))
    server.dies_after = None
    server.calls.clear()

    run(duckdb_store, reading)

    searched = [call.json for call in server.calls if call.path.endswith("TicketSearch")]
    assert 5 <= reached < 30
    assert searched[0]["TicketLastChangeTimeNewerDate"] > "2026-03-01 09:"
    assert len(tickets(duckdb_store, "status")) == 30


def test_merged_and_deleted_tickets_are_withdrawn_with_their_events(
    duckdb_store: Store, znuny: Znuny, server: FakeServer
) -> None:
    reading = [source(server), source(server, "event")]
    run(duckdb_store, *reading)
    znuny.change(5, NOW - timedelta(days=2), State="merged")
    znuny.change(7, NOW - timedelta(days=2), State="removed")
    del znuny.tickets[6]

    run(duckdb_store, *reading)
    after_change = tickets(duckdb_store, "status").keys()
    run(duckdb_store, *reading, full=True)

    assert set(map(str, range(1, 31))) - after_change == {"5", "7"}
    assert set(map(str, range(1, 31))) - tickets(duckdb_store, "status").keys() == {"5", "6", "7"}
    assert events(duckdb_store, "5", "status") == events(duckdb_store, "6", "status") == []


def test_a_backfill_reads_its_window_and_leaves_the_cursor(
    duckdb_store: Store, znuny: Znuny, server: FakeServer
) -> None:
    reading = source(server)
    run(duckdb_store, reading)
    stand = cursor(duckdb_store, reading)
    znuny.change(1, datetime(2026, 10, 1, tzinfo=UTC), State="open")

    report = run(duckdb_store, reading, window=Window(START + timedelta(minutes=10), START + timedelta(minutes=12)))

    assert [taken.counts.read for taken in report.inputs] == [2]
    assert cursor(duckdb_store, reading) == stand
