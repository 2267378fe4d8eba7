"""Request Tracker: every trap of its REST2, and what its tickets and their histories become."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from data.schema import etl_cursor, fact_ticket, fact_ticket_event
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.sources.api import client as http
from etl.sources.api import rt
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import RunReport
from tests.etl.fakes.compare import another_store, current_facts
from tests.etl.fakes.rt import Desk
from tests.etl.fakes.server import Chaos, FakeServer, Reply, serving
from tests.etl.fakes.waits import NoWaits

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TOKEN = "1-2-secret"  # noqa: S105 - of nobody
FIELDS = {
    "ticket_id": "id", "opened_at": "Created", "status": "Status", "priority": "Priority", "resolved_at": "Resolved",
    "updated_at": "LastUpdated", "municipality": {"column": "CustomFields.KSH", "optional": True},
    "service": {"column": "CustomFields.Alkalmazás", "optional": True}, "level": "history.level",
    "escalated_at": "history.escalated_at", "acknowledged_at": "history.acknowledged_at",
    "reassignment_count": "history.reassignment_count", "reopen_count": "history.reopen_count",
    "reopened_on": "history.reopened_at", "waiting": "history.waiting",
}  # fmt: skip
EVENTS = {
    "ticket_id": "ticket_id", "event_id": "event_id", "event_at": "event_at", "event_type": "event_type",
    "status": "status", "assignment_group": "group", "level": "level", "priority": "priority",
    "service": {"column": "ticket.CustomFields.Alkalmazás", "optional": True},
}  # fmt: skip
VALUES = {"priority": {"0": "P4", "50": "P3", "80": "P2"}, "status": {"new": "open", "rejected": "cancelled"}}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def server(desk: Desk) -> Iterator[FakeServer]:
    with serving(desk.handle) as server:
        yield server


def source(server: FakeServer, record: str = "ticket", values: dict[str, Any] | None = None, **connect: Any) -> Source:
    settings = {"kind": "rt", "url": server.url, "token_env": "ASP_RT_TOKEN", "second_level": ["ASP-ADO"], **connect}
    made = Source.model_validate(
        {
            "name": f"rt {record}s",
            "system": "rt",
            "job": "tickets",
            "record": record,
            "connect": settings,
            "fields": FIELDS if record == "ticket" else EVENTS,
            "values": values or VALUES,
        }
    )
    made._secrets = {"ASP_RT_TOKEN": TOKEN}
    return made


def slices(described: Source, **span: Any) -> list[Slice]:
    return list(rt.pull(described, Span(NOW, **span)))


def records(described: Source, **span: Any) -> list[dict[str, Any]]:
    return [record for part in slices(described, **span) for record in part.records]


def ids(found: list[dict[str, Any]]) -> list[int]:
    return sorted({int(record["id"]) for record in found})


def fill(desk: Desk, count: int, seconds: float = 1) -> None:
    for _ in range(count):
        desk.create()
        desk.later(seconds=seconds)


def handed_over(desk: Desk) -> int:
    """A ticket that went to the operators, was solved, and came back."""
    number = desk.create(CustomFields={"KSH": ["01508"], "Alkalmazás": ["ADO"]})
    desk.later(minutes=10)
    desk.set(number, "Queue", "ASP-ADO")
    desk.later(minutes=5)
    desk.set(number, "Owner", "31", by="operator")
    desk.later(minutes=5)
    desk.answer(number, by="operator")
    desk.set(number, "Status", "resolved", by="operator")
    desk.later(hours=1)
    desk.answer(number, by="key.user")
    desk.set(number, "Status", "open", by="RT_System")
    desk.later(hours=1)
    desk.set(number, "Status", "resolved", by="operator")
    return number


def run(store: Store, *described: Source, **options: Any) -> RunReport:
    return run_job(store, "tickets", described, Path(), Options(**options))


def column(store: Store, name: str) -> dict[str, Any]:
    with store.reading() as connection:
        rows = connection.execute(
            select(fact_ticket.c.ticket_id, fact_ticket.c[name]).where(fact_ticket.c.superseded_run.is_(None))
        )
        return {row[0]: row[1] for row in rows}


# --- searches and their traps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_size", [None, 7, 500])
@pytest.mark.parametrize("seconds", [0, 0.1, 1])
def test_every_ticket_comes_once_however_many_changed_in_one_second(
    desk: Desk, server: FakeServer, page_size: int | None, seconds: float
) -> None:
    fill(desk, 230, seconds)
    for ticket in desk.tickets.values():
        ticket["LastUpdated"] = ticket["LastUpdated"].replace(microsecond=0)

    found = records(source(server, page_size=page_size, history=False))

    assert ids(found) == list(range(1, 231))
    assert max(int(call.form["per_page"]) for call in server.calls) <= 100
    assert len(found) == 230


def test_tickets_that_the_login_may_not_see_hide_no_others(desk: Desk, server: FakeServer) -> None:
    fill(desk, 60)
    desk.hidden = {*range(1, 25), *range(30, 45), 60}

    found = slices(source(server, page_size=10), reconcile=True)

    seen = [*range(25, 30), *range(45, 60)]
    assert ids([record for part in found for record in part.records]) == seen
    assert found[-1].kept == frozenset(map(str, seen))


def test_a_ticket_that_changes_while_pages_are_read_pushes_no_other_out_of_sight(
    desk: Desk, server: FakeServer
) -> None:
    fill(desk, 40)
    first = iter(range(1, 6))
    desk.after_page = lambda: [desk.set(one, "Priority", "80") for one in itertools.islice(first, 1)]

    found = records(source(server, page_size=5))

    assert ids(found) == list(range(1, 41))
    assert {record["id"] for record in found if record["Priority"] == "80"} == {"1", "2", "3", "4", "5"}


def test_a_desk_that_never_rests_is_read_to_an_end_all_the_same(desk: Desk, server: FakeServer) -> None:
    fill(desk, 40)

    def change() -> None:
        desk.later(seconds=1)
        desk.set(1, "Priority", "80" if desk.tickets[1]["Priority"] == "50" else "50")

    desk.after_page = change

    assert ids(records(source(server, page_size=10))) == list(range(1, 41))


@pytest.mark.parametrize("zone", ["Europe/Budapest", "America/New_York", "Europe/London"])
def test_a_login_in_another_time_zone_is_refused_before_hours_are_lost(
    desk: Desk, server: FakeServer, zone: str
) -> None:
    fill(desk, 3)
    desk.later(days=200)
    fill(desk, 3)
    desk.zone = ZoneInfo(zone)

    with pytest.raises(SourceError, match="time zone of the user whose token is used to UTC"):
        slices(source(server))


def test_a_ticket_that_changes_during_the_test_of_the_time_zone_is_no_sign_of_another(
    desk: Desk, server: FakeServer
) -> None:
    number = desk.create()
    changes = iter([True, True])

    def change() -> None:
        if next(changes, False):
            desk.later(seconds=5)
            desk.set(number, "Priority", "80" if desk.tickets[number]["Priority"] == "50" else "50")

    desk.after_page = change

    assert ids(records(source(server))) == [number]


def test_an_empty_desk_is_no_error(server: FakeServer) -> None:
    assert slices(source(server)) == []


def test_a_query_keeps_its_own_or_apart(desk: Desk, server: FakeServer) -> None:
    fill(desk, 9)
    desk.set(4, "Status", "open")

    found = records(source(server, query="Status = 'open' OR Queue = 'desk'", page_size=2))

    assert ids(found) == list(range(1, 10))
    assert len(found) == 9


@pytest.mark.parametrize("answer", [[], {"message": "hello"}])
def test_an_address_that_is_no_request_tracker_is_told(answer: Any) -> None:
    with serving(lambda _: Reply(answer)) as server, pytest.raises(SourceError, match=r"without /REST/2\.0"):
        slices(source(server))


def test_a_token_that_is_refused_is_told_without_the_secret(desk: Desk, server: FakeServer) -> None:
    desk.token = "another"  # noqa: S105 - of nobody

    with pytest.raises(SourceError, match="Check ASP_RT_TOKEN") as raised:
        slices(source(server))

    assert TOKEN not in str(raised.value)


# --- records ----------------------------------------------------------------------------------------------------


def test_a_record_has_one_level_and_no_people(desk: Desk, server: FakeServer) -> None:
    desk.create(Owner="31", Requestor="key.user", Subject="Kovács Éva nem tud belépni", CustomFields={
        "KSH": ["01508"], "Érintett": ["ADO", "GAZD"], "Határidő": ["1970-01-01T00:00:00Z"], "Üres": [],
    })  # fmt: skip

    (found,) = records(source(server, history=False))

    assert found == {
        "id": "1", "Queue.id": "9", "Queue.Name": "desk", "Status": "new", "Priority": "50", "InitialPriority": "50",
        "SLA": None, "Type": None, "TimeWorked": None, "TimeEstimated": None, "TimeLeft": None,
        "Created": "2026-03-02T08:00:00Z", "Starts": None, "Started": None, "Told": None, "Due": None,
        "Resolved": None, "LastUpdated": "2026-03-02T08:00:00Z", "CustomFields.KSH": "01508",
        "CustomFields.Érintett": "ADO, GAZD", "CustomFields.Határidő": None, "CustomFields.Üres": None,
    }  # fmt: skip
    asked = " ".join(call.body.decode() for call in server.calls)
    assert not any(name in asked for name in ("Requestor", "Owner", "Subject", "Cc", "Creator"))


def test_without_histories_nothing_is_asked_for_them(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    records(source(server, history=False))

    assert {call.path for call in server.calls} == {"/REST/2.0/tickets"}


def test_columns_that_follow_from_the_history(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    (found,) = records(source(server))

    opened = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert {name: value for name, value in found.items() if name.startswith("history.")} == {
        "history.reassignment_count": 1,
        "history.reopen_count": 1,
        "history.reopened_at": opened + timedelta(hours=1, minutes=20),
        "history.escalated_at": opened + timedelta(minutes=10),
        "history.acknowledged_at": opened + timedelta(minutes=15),
        "history.first_response_at": opened + timedelta(minutes=20),
        "history.level": 2,
        "history.waiting": "[]",
    }


@pytest.mark.parametrize(
    ("status", "ended", "reopened"),
    [
        ({"megoldott": "resolved", "folyamatban": "open"}, None, 1),
        ({"megoldott": "pending"}, None, 0),
        ({"folyamatban": "open"}, None, 0),
        ({"folyamatban": "open"}, ["Megoldott"], 1),
        ({"megoldott": "resolved"}, ["rejected"], 1),
    ],
)
def test_statuses_of_an_own_lifecycle_end_where_the_values_say_so_or_the_setting(
    desk: Desk, server: FakeServer, status: dict[str, str], ended: list[str] | None, reopened: int
) -> None:
    number = desk.create()
    for name in ("megoldott", "folyamatban"):
        desk.later(minutes=5)
        desk.set(number, "Status", name)
    settings = {"ended": ended} if ended else {}

    (found,) = records(source(server, values={"status": status}, **settings))

    assert found["history.reopen_count"] == reopened


def test_what_the_setting_adds_takes_nothing_from_the_usual_statuses(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    (found,) = records(source(server, ended=["megoldott"]))

    assert found["history.reopen_count"] == 1


def test_a_queue_of_the_second_level_that_is_not_there_is_named(server: FakeServer) -> None:
    with pytest.raises(SourceError, match=r"second_level names 'ASP-AD0'.*did you mean 'ASP-ADO'"):
        records(source(server, second_level=["asp-ado", "ASP-AD0"]))


def test_what_the_system_does_after_the_requester_wrote_is_no_acknowledgement(desk: Desk, server: FakeServer) -> None:
    number = desk.create()
    desk.later(minutes=1)
    desk.set(number, "Queue", "ASP-ADO")
    desk.later(minutes=1)
    desk.answer(number, by="key.user")
    desk.set(number, "Status", "open", by="RT_System")

    (found,) = records(source(server))

    assert (found["history.acknowledged_at"], found["history.first_response_at"]) == (None, None)


def test_a_desk_that_opened_the_ticket_itself_answers_all_the_same(desk: Desk, server: FakeServer) -> None:
    number = desk.create(by="desk.officer")
    desk.later(minutes=2)
    desk.answer(number)
    desk.set(number, "Priority", "80")

    (found,) = records(source(server))

    assert found["history.first_response_at"] == desk.clock


def test_an_owner_is_at_most_somebody(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    told = repr([records(source(server)), records(source(server, "event"))])

    assert not any(person in told for person in ("operator", "officer", "key.user", "'31'"))


def test_histories_are_read_for_many_tickets_at_once_and_whole(desk: Desk, server: FakeServer) -> None:
    fill(desk, 120)
    for number in range(1, 121):
        for status in ("open", "stalled", "open", "resolved"):
            desk.later(seconds=1)
            desk.set(number, "Status", status)
    # Other things have numbers too.
    desk.transactions.append({**desk.transactions[-1], "id": 9999, "ObjectType": "RT::Scrip", "ObjectId": 1})

    found = records(source(server, "event"))

    assert len(found) == 120 * 5
    assert len([call for call in server.calls if call.path.endswith("transactions")]) < 25


def test_events_carry_the_state_after_them_and_their_ticket(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    found = records(source(server, "event"))

    assert [(one["event_type"], one["status"], one["group"], one["level"]) for one in found] == [
        ("created", "new", "desk", 1),
        ("assignment", "new", "ASP-ADO", 2),
        ("status", "resolved", "ASP-ADO", 2),
        ("status", "open", "ASP-ADO", 2),
        ("status", "resolved", "ASP-ADO", 2),
    ]
    assert {one["ticket.CustomFields.KSH"] for one in found} == {"01508"}
    assert len({one["event_id"] for one in found}) == 5


def test_a_queue_that_the_login_may_not_see_keeps_its_number(desk: Desk, server: FakeServer) -> None:
    number = desk.create(queue="General")
    desk.set(number, "Queue", "desk")
    del desk.queues["1"]

    assert [one["group"] for one in records(source(server, "event"))] == ["#1", "desk"]


# --- cursors, deletes, merges -----------------------------------------------------------------------------------


def test_slices_hold_about_a_thousand_tickets_and_each_says_how_far_it_reaches(
    desk: Desk, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rt, "PER_SLICE", 20)
    fill(desk, 50)

    found = slices(source(server, page_size=10))

    assert [len(part.records) for part in found] == [20, 20, 10]
    assert [part.cursor for part in found] == [
        {"changed": "2026-03-02T08:00:19Z"}, {"changed": "2026-03-02T08:00:39Z"}, {"changed": "2026-03-02T08:00:49Z"},
    ]  # fmt: skip
    assert found[0].address == f"{server.url}: tickets changed (UTC), part 1"


def test_a_pull_starts_a_day_before_what_it_knows(desk: Desk, server: FakeServer) -> None:
    for _ in range(5):
        desk.create()
        desk.later(hours=12)

    found = records(source(server), cursor={"changed": "2026-03-04T08:00:00Z"})

    assert ids(found) == [3, 4, 5]


def test_merged_and_deleted_tickets_are_gone_however_long_ago_they_changed(desk: Desk, server: FakeServer) -> None:
    fill(desk, 6)
    desk.later(days=30)
    desk.merge(2, into=5)
    desk.set(3, "Status", "deleted")
    desk.set(4, "Status", "deleted")
    desk.later(minutes=1)
    desk.set(4, "Status", "open")

    found = slices(source(server), cursor={"changed": "2026-03-05T08:00:00Z"})

    assert [part.gone for part in found] == [("2", "3"), ()]
    assert ids(found[1].records) == [4, 5]


def test_a_first_pull_has_nothing_to_forget(desk: Desk, server: FakeServer) -> None:
    fill(desk, 3)
    desk.merge(1, into=2)

    assert [(part.gone, len(part.records)) for part in slices(source(server))] == [((), 2)]


def test_a_backfill_reads_its_window(desk: Desk, server: FakeServer) -> None:
    fill(desk, 20, seconds=3600)
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)

    (part,) = slices(source(server), since=start, until=start + timedelta(hours=3))

    assert ids(part.records) == [5, 6, 7]
    assert part.cursor is None


# --- through the pipeline ---------------------------------------------------------------------------------------


def test_a_handoff_is_an_event_with_the_actor_that_got_the_ticket(store: Store, desk: Desk, server: FakeServer) -> None:
    handed_over(desk)

    report = run(store, source(server), source(server, "event"))

    assert not report.failed
    assert report.quarantined == 0
    event = fact_ticket_event.c
    with store.reading() as connection:
        order = select(event.event_type, event.actor_id, event.level, event.municipality_id).order_by(event.event_at)
        assert [tuple(row) for row in connection.execute(order)][:2] == [
            ("created", "nisz", 1, "01508"),
            ("assignment", "operator_ado", 2, "01508"),
        ]
        ticket = connection.execute(select(fact_ticket)).one()
    assert (ticket.status, ticket.reopen_count, ticket.reassignment_count, ticket.level) == ("resolved", 1, 1, 2)
    assert (ticket.acknowledge_minutes, ticket.actor_id, ticket.reopened_on.isoformat()) == (
        5, "operator_ado", "2026-03-02",
    )  # fmt: skip


def test_waiting_for_the_customer_is_taken_off_on_the_clock_of_each_ticket(
    store: Store, desk: Desk, server: FakeServer
) -> None:
    """Monday 9:00 in Budapest; waits from 10:00 until Thursday 10:00; resolved on Thursday at 12:00.

    P3, hours 7:30 to 17:00: waits 420 on Monday, twice 570, 150 on Thursday; is open 480, twice 570, 270 minutes.
    P1, by the clock: waits 3 days, is open 75 hours. Each was worked on for 60 and 120 minutes.
    """
    normal, urgent = desk.create(), desk.create(Priority="100")
    for hours, status in ((1, "ügyfélre vár"), (72, "open"), (2, "resolved")):
        desk.later(hours=hours)
        desk.set(normal, "Status", status)
        desk.set(urgent, "Status", status)
    values = {"priority": {"50": "P3", "100": "P1"}, "status": {"new": "open", "Ügyfélre vár": "pending"}}

    report = run(store, source(server, values=values))

    assert (report.failed, report.quarantined) == (False, 0)
    ticket = fact_ticket.c
    with store.reading() as connection:
        columns = (ticket.priority, ticket.waiting_minutes, ticket.resolution_minutes, ticket.resolved_in_sla)
        told = [tuple(row) for row in connection.execute(select(*columns).order_by(ticket.priority))]
    assert told == [("P1", 4320, 180, True), ("P3", 420 + 570 + 570 + 150, 180, True)]


def test_the_next_run_brings_what_changed_and_ends_what_is_gone(store: Store, desk: Desk, server: FakeServer) -> None:
    fill(desk, 30, seconds=86_400)
    run(store, source(server), source(server, "event"))
    desk.set(7, "Status", "resolved")
    desk.merge(8, into=9)
    desk.set(10, "Status", "deleted")

    report = run(store, source(server), source(server, "event"))

    tickets = [taken for taken in report.inputs if taken.record == "ticket"]
    assert sum(taken.counts.loaded_changed for taken in tickets) == 1
    assert sum(taken.counts.unchanged for taken in tickets) == 3  # what took the merged one in, and the last day again
    assert sum(taken.withdrawn for taken in tickets) == 2
    status = column(store, "status")
    assert (len(status), status["7"]) == (28, "resolved")
    assert not {"8", "10"} & status.keys()
    with store.reading() as connection:
        event = fact_ticket_event.c
        current = set(connection.scalars(select(event.ticket_id).where(event.superseded_run.is_(None))))
    assert current == status.keys()


def test_a_ticket_that_vanished_without_a_trace_is_missed_in_the_full_listing(
    store: Store, desk: Desk, server: FakeServer
) -> None:
    fill(desk, 20)
    run(store, source(server), source(server, "event"))
    del desk.tickets[5]

    run(store, source(server), source(server, "event"), full=True)

    assert column(store, "status").keys() == {str(number) for number in range(1, 21) if number != 5}


def test_a_backfill_leaves_the_cursor_alone(store: Store, desk: Desk, server: FakeServer) -> None:
    fill(desk, 5, seconds=86_400)
    run(store, source(server))
    window = Window(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC))

    report = run(store, source(server), window=window)

    with store.reading() as connection:
        assert len(connection.execute(select(etl_cursor)).all()) == 1
    assert sum(taken.counts.read for taken in report.inputs) == 1


def test_a_server_that_dies_is_read_on_from_where_it_died(
    store: Store, desk: Desk, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rt, "PER_SLICE", 20)
    fill(desk, 100, seconds=86_400)
    server.dies_after = 11

    broken = run(store, source(server, page_size=20))
    reached = len(column(store, "status"))
    server.dies_after = None
    server.calls.clear()
    run(store, source(server, page_size=20))

    assert broken.failed
    assert 0 < reached < 100
    assert len(column(store, "status")) == 100
    pages = [call for call in server.calls if call.path.endswith("tickets") and "CustomFields" in call.body.decode()]
    assert len(pages) <= (100 - reached) // 20 + 2


def test_after_chaos_a_good_run_leaves_what_an_undisturbed_one_does(
    store: Store,
    desk: Desk,
    server: FakeServer,
    duckdb_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    monkeypatch.setattr(rt, "PER_SLICE", 40)
    fill(desk, 150, seconds=20_000)
    described = [source(server, page_size=20), source(server, "event", page_size=20)]
    server.chaos = Chaos(seed, 0.4)
    for step in range(3):
        handed_over(desk)
        desk.merge(10 + step, into=50)
        desk.set(20 + step, "Status", "deleted")
        desk.later(days=3)
        run(store, *described)
    assert len(server.chaos.met) > 20
    server.chaos = None
    run(store, *described)
    undisturbed = another_store(duckdb_template, tmp_path / "undisturbed")
    run(undisturbed, *described)

    told = current_facts(store)
    assert len(told["fact_ticket"]) == 147
    assert told == current_facts(undisturbed)
    undisturbed.close()


def test_the_proposed_mapping_names_columns_that_are_there(desk: Desk, server: FakeServer) -> None:
    handed_over(desk)
    for record, proposed in rt.PROPOSED.items():
        (first, *_) = records(source(server, record))
        assert set(proposed.values()) <= first.keys()
