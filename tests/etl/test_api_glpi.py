"""GLPI: ranges, columns by number, sessions that end, local times, trash and purge, logs, groups, no people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.store import Store
from etl.config import Source
from etl.pulls import Window
from etl.sources.api import client as http
from etl.sources.api import desk as slicing
from etl.sources.api import glpi_rest
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
from tests.etl.fakes.glpi import APP, ASSIGNED, SOLVED, START, USER, Glpi, filled
from tests.etl.fakes.server import Call, Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits

FIELDS = {
    "ticket_id": "id", "opened_at": "date", "municipality": "entity.registration_number", "service": "category",
    "category": "group", "status": "status", "resolved_at": "solvedate", "updated_at": "date_mod",
}  # fmt: skip
STATUS = {"1": "open", "2": "open", "3": "open", "4": "pending", "5": "resolved", "6": "closed"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def glpi() -> Glpi:
    return filled(30)


@pytest.fixture
def server(glpi: Glpi) -> Iterator[FakeServer]:
    with serving(glpi.handle) as server:
        yield server


def source(
    server: FakeServer, record: str = "ticket", fields: dict[str, Any] | None = None, zone: str = "", **connect: Any
) -> Source:
    login = {"token_env": "GLPI_TOKEN", "app_token_env": "GLPI_APP"}
    return described(
        "glpi",
        record,
        fields or (FIELDS if record == "ticket" else EVENT_FIELDS),
        {"GLPI_TOKEN": USER, "GLPI_APP": APP},
        values={"status": STATUS},
        time_zone=zone or "Europe/Budapest",
        connect={"url": f"{server.url}/apirest.php", "second_level": ["Second level"], **login, **connect},
    )


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return sorted(record["id"] for record in found)


# --- every ticket, whatever the server does -------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "most"), [(3, 1000), (200, 1000), (200, 4)])
def test_windows_that_do_not_fit_are_halved(glpi: Glpi, server: FakeServer, size: int, most: int) -> None:
    glpi.most = most

    assert numbers(records(source(server, page_size=size))) == list(range(1, 31))


def test_a_group_of_the_second_level_that_is_not_there_is_named_unless_groups_may_not_be_listed(
    glpi: Glpi, server: FakeServer
) -> None:
    with pytest.raises(SourceError, match=r"second_level names 'Secnd level'.*did you mean 'Second level'"):
        records(source(server, "event", second_level=["Secnd level"]))

    glpi.groups = ()

    assert records(source(server, "event", second_level=["Secnd level"]))


def test_a_ticket_of_status_four_waits(glpi: Glpi, server: FakeServer) -> None:
    glpi.status(1, START + timedelta(hours=2), 4)
    glpi.status(1, START + timedelta(hours=5), ASSIGNED)

    found = {one["id"]: one for one in records(source(server, fields=FIELDS | {"waiting": "history.waiting"}))}

    assert found[1]["history.waiting"] == '[["2026-03-01T10:00:00Z", "2026-03-01T13:00:00Z"]]'


def test_more_than_a_page_within_one_second_come_whole_although_some_change_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    glpi = filled(0)
    for number in range(1, 61):
        glpi.open(number, START)
    moving = iter((1, 2, 3))

    def change(call: Call) -> None:
        if call.args.get("sort") == "2" and (number := next(moving, None)):
            glpi.status(number, NOW - timedelta(hours=1), ASSIGNED)

    glpi.before = change
    with serving(glpi.handle) as server:
        found = records(source(server, page_size=20))

    assert set(numbers(found)) == set(range(1, 61))


def test_tickets_that_change_or_go_while_windows_are_read_hide_no_other(glpi: Glpi, server: FakeServer) -> None:
    moving, going = iter(range(1, 31, 2)), iter((2, 8, 30))

    def change(call: Call) -> None:
        if call.path.endswith("getMultipleItems"):
            if number := next(moving, None):
                glpi.status(number, NOW - timedelta(minutes=60 - number), ASSIGNED)
            if number := next(going, None):
                glpi.purge(number)

    glpi.before = change

    found = records(source(server, page_size=4))

    assert set(numbers(found)) >= set(glpi.items)
    assert {one["id"]: one["status"] for one in found}[9] == ASSIGNED


def test_columns_are_found_by_what_they_are(glpi: Glpi, server: FakeServer) -> None:
    del glpi.options["19"]
    glpi.options["4019"] = ("glpi_tickets", "date_mod")

    assert numbers(records(source(server, page_size=4))) == list(range(1, 31))


def test_a_server_without_the_needed_column_says_so(glpi: Glpi, server: FakeServer) -> None:
    del glpi.options["19"]

    with pytest.raises(SourceError, match="no search column for date_mod of Ticket"):
        records(source(server))


def test_sessions_that_end_are_renewed_and_the_last_one_is_closed(glpi: Glpi, server: FakeServer) -> None:
    glpi.sessions = 4

    assert numbers(records(source(server, page_size=5))) == list(range(1, 31))
    assert glpi.session > 4
    assert glpi.killed == 1


def test_the_second_api_is_named_as_not_supported(glpi: Glpi, server: FakeServer) -> None:
    glpi.version = 2

    with pytest.raises(SourceError, match=r"api.php \(v2\) of GLPI 11 is not supported"):
        records(source(server))


@pytest.mark.parametrize(
    ("variable", "said"), [("GLPI_APP", "ERROR_WRONG_APP_TOKEN_PARAMETER"), ("GLPI_TOKEN", "login")]
)
def test_a_wrong_token_is_named_and_not_shown(server: FakeServer, variable: str, said: str) -> None:
    reading = source(server)
    reading._secrets[variable] = "not the token"

    with pytest.raises(SourceError, match=said) as caught:
        records(reading)

    assert variable in str(caught.value)
    assert "not the token" not in str(caught.value)


# --- what a record holds --------------------------------------------------------------------------------------------


def test_no_person_and_no_text_is_in_any_record(server: FakeServer) -> None:
    for record in ("ticket", "event"):
        shown = repr(slices(source(server, record)))

        for word in ("Kovács", "kovacs", "titkos", "users_id", "content", "user_name"):
            assert word not in shown


def test_names_times_and_groups_are_plain(server: FakeServer) -> None:
    fields = FIELDS | {"level": "history.level", "escalated_at": "history.escalated_at"}

    found = {one["id"]: one for one in records(source(server, fields=fields))}

    third = found[3]
    assert third["entity"] == "Root > Zala > Komló"
    assert third["entity.registration_number"] == "26408"
    assert (third["group"], third["groups"], third["location"]) == ("Second level", ["Second level"], None)
    assert (third["takeintoaccountdate"], third["waiting_minutes"]) == (None, 2)
    assert (third["history.level"], found[2]["history.level"]) == (2, 1)
    assert third["history.escalated_at"] == START + timedelta(minutes=33)


@pytest.mark.parametrize("zone", ["Europe/Budapest", "UTC"])
def test_times_are_those_of_the_server_s_zone(duckdb_store: Store, zone: str) -> None:
    glpi = filled(0, zone=zone)
    glpi.open(1, datetime(2026, 7, 1, 10, tzinfo=UTC))
    with serving(glpi.handle) as server:
        reading = source(server, zone=zone)
        run(duckdb_store, reading)

        assert tickets(duckdb_store, "opened_at") == {"1": datetime(2026, 7, 1, 10)}
        assert cursor(duckdb_store, reading) == {"changed": "2026-07-01T10:00:00Z"}


def test_a_log_of_several_pages_is_read_whole(glpi: Glpi, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glpi_rest, "LINES", 4)
    for hour in range(11):
        glpi.status(1, START + timedelta(hours=hour + 1), ASSIGNED if hour % 2 else SOLVED)

    found = [one for one in records(source(server, "event")) if one["ticket_id"] == "1"]

    assert len(found) == 12


# --- through the pipeline -------------------------------------------------------------------------------------------


def test_hand_offs_between_the_levels_become_events(duckdb_store: Store, glpi: Glpi, server: FakeServer) -> None:
    glpi.status(3, START + timedelta(hours=2), ASSIGNED)
    glpi.hand_over(3, START + timedelta(hours=3), "Second level", "First level")

    run(duckdb_store, source(server), source(server, "event"))

    assert events(duckdb_store, "3", "event_type", "status", "assignment_group", "level") == [
        ("created", "open", "First level", 1),
        ("assignment", "open", "Second level", 2),
        ("status", "resolved", "Second level", 2),
        ("status", "open", "Second level", 2),
        ("assignment", "open", "First level", 1),
    ]


def test_after_failures_at_random_a_good_run_gives_what_an_undisturbed_one_gives(
    duckdb_store: Store, glpi: Glpi, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ENOUGH", 5)
    glpi.sessions = 20
    reading = [source(server, page_size=8), source(server, "event", page_size=8)]
    for seed in range(3):
        server.chaos = Chaos(seed, 0.6)
        run(duckdb_store, *reading)
        glpi.status(seed + 1, START + timedelta(hours=30 + seed), ASSIGNED)
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
    reading = source(server, page_size=5, overlap_hours=0)
    slices(reading)
    server.dies_after = len(server.calls) * 3 // 4
    run(duckdb_store, reading)
    reached = len(tickets(duckdb_store, "status"))
    server.dies_after = None
    server.calls.clear()

    run(duckdb_store, reading)

    searched = [call.args for call in server.calls if "/search/" in call.path]
    assert 5 <= reached < 30
    assert searched[0]["criteria[0][value]"] > "2026-03-01 09:"
    assert len(tickets(duckdb_store, "status")) == 30


def test_trashed_and_purged_tickets_are_withdrawn_with_their_events(
    duckdb_store: Store, glpi: Glpi, server: FakeServer
) -> None:
    reading = [source(server), source(server, "event")]
    run(duckdb_store, *reading)
    glpi.trash(5, NOW - timedelta(days=2))
    glpi.purge(6)

    run(duckdb_store, *reading)
    after_change = tickets(duckdb_store, "status").keys()
    run(duckdb_store, *reading, full=True)

    assert set(map(str, range(1, 31))) - after_change == {"5"}
    assert set(map(str, range(1, 31))) - tickets(duckdb_store, "status").keys() == {"5", "6"}
    assert events(duckdb_store, "5", "status") == events(duckdb_store, "6", "status") == []


def test_what_is_taken_out_of_the_trash_comes_back(duckdb_store: Store, glpi: Glpi, server: FakeServer) -> None:
    reading = [source(server), source(server, "event")]
    glpi.trash(5, NOW - timedelta(days=2))
    run(duckdb_store, *reading)
    glpi.items[5] |= {"is_deleted": 0, "date_mod": glpi.stamp(NOW - timedelta(days=1))}

    run(duckdb_store, *reading)

    assert tickets(duckdb_store, "status")["5"] == "open"
    assert events(duckdb_store, "5", "status") == [("open",)]


def test_a_ticket_purged_while_keys_are_listed_hides_no_other(glpi: Glpi, server: FakeServer) -> None:
    doomed = iter(range(1, 8))

    def purge(call: Call) -> None:
        if call.path.endswith(".php/Ticket") and call.args["range"] != "0-199" and (number := next(doomed, None)):
            glpi.purge(number)

    glpi.before, glpi.most = purge, 4

    kept = slices(source(server), reconcile=True)[-1].kept

    assert kept is not None
    assert kept >= set(map(str, glpi.items))


def test_a_backfill_reads_its_window_and_leaves_the_cursor(duckdb_store: Store, glpi: Glpi, server: FakeServer) -> None:
    reading = source(server)
    run(duckdb_store, reading)
    stand = cursor(duckdb_store, reading)
    glpi.status(1, datetime(2026, 10, 1, tzinfo=UTC), ASSIGNED)

    report = run(duckdb_store, reading, window=Window(START + timedelta(minutes=10), START + timedelta(minutes=12)))

    assert [taken.counts.read for taken in report.inputs] == [2]
    assert cursor(duckdb_store, reading) == stand
