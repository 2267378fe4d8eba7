"""Jira: nothing lost while issues change, the index lags and tokens expire; fields, clocks, histories, no people."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.schema import etl_cursor, fact_ticket
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.sources.api import client as http
from etl.sources.api import jira
from etl.sources.api.jira_fields import parts, sla_parts
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import RunReport
from tests.etl.fakes.compare import another_store, current_facts
from tests.etl.fakes.jira import Desk, history, issue, stamp
from tests.etl.fakes.server import Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 8, tzinfo=UTC)
FIELDS = {
    "ticket_id": "id", "opened_at": "created", "status": "status.category", "resolved_at": "resolutiondate",
    "updated_at": "updated",
}  # fmt: skip
EVENTS = {
    "ticket_id": "ticket_id", "event_id": "event_id", "event_at": "event_at", "event_type": "event_type",
    "status": "status", "assignment_group": "group", "level": "level",
}  # fmt: skip
STATUS = {"new": "open", "indeterminate": "open", "done": "resolved"}


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


def source(server: FakeServer, record: str = "ticket", fields: dict[str, Any] | None = None, **connect: Any) -> Source:
    login = {"user": "reader@desk.example", "token_env": "JIRA_TOKEN", "group_field": "Support group"}
    made = Source.model_validate(
        {
            "name": f"jira {record}s",
            "system": "jira",
            "job": "tickets",
            "record": record,
            "connect": {"kind": "jira", "url": server.url, "second_level": ["Operators"], **login, **connect},
            "fields": fields or (FIELDS if record == "ticket" else EVENTS),
            "values": {"status": STATUS} if record == "ticket" and fields is None else {},
        }
    )
    made._secrets = {"JIRA_TOKEN": "s3cret/token"}
    return made


def slices(described: Source, **span: Any) -> list[Slice]:
    return list(jira.pull(described, Span(NOW, **span)))


def records(described: Source, **span: Any) -> list[dict[str, Any]]:
    return [record for part in slices(described, **span) for record in part.records]


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return sorted({int(record["id"]) - 10_000 for record in found})


def fill(desk: Desk, count: int, apart: timedelta = timedelta(minutes=1)) -> None:
    desk.add(*(issue(number, MARCH + number * apart) for number in range(1, count + 1)))


def searches(server: FakeServer) -> list[Any]:
    return [call.json for call in server.calls if "search" in call.path]


def run(store: Store, *described: Source, **options: Any) -> RunReport:
    return run_job(store, "tickets", described, Path(), Options(**options))


def tickets(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(fact_ticket.c.ticket_id).where(fact_ticket.c.superseded_run.is_(None))))


def position(store: Store) -> list[str]:
    with store.reading() as connection:
        return [json.loads(text)["changed"] for text in connection.scalars(select(etl_cursor.c.position))]


# --- every issue, whatever the server does --------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data_center"])


def of(desk: Desk, cloud: bool) -> dict[str, Any]:
    desk.cloud = cloud
    return {"api": "3"} if cloud else {"api": "2", "user": None}


@BOTH
@pytest.mark.parametrize("apart", [timedelta(minutes=7), timedelta(seconds=11), timedelta()])
def test_every_issue_comes_however_many_changed_in_a_minute(
    desk: Desk, server: FakeServer, cloud: bool, apart: timedelta
) -> None:
    fill(desk, 230, apart)
    desk.most = 20

    assert numbers(records(source(server, **of(desk, cloud)))) == list(range(1, 231))


@BOTH
@pytest.mark.parametrize("apart", [timedelta(minutes=1), timedelta()])
def test_issues_that_change_while_pages_are_read_push_no_other_out_of_sight(
    desk: Desk, server: FakeServer, cloud: bool, apart: timedelta
) -> None:
    fill(desk, 120, apart)
    desk.most = 10
    moving = iter(range(1, 40, 2))

    def change() -> None:
        if number := next(moving, None):
            desk.add(issue(number, NOW, status=2))

    desk.after_page = change

    assert numbers(records(source(server, **of(desk, cloud)))) == list(range(1, 121))


def test_an_issue_whose_place_in_the_index_is_old_carries_the_search_nowhere(desk: Desk, server: FakeServer) -> None:
    fill(desk, 60)
    desk.most = 10
    desk.indexed = {"10010": desk.issues["10010"]["fields"]["updated"]}  # last of the first page
    desk.issues["10010"]["fields"]["updated"] = stamp(NOW - timedelta(minutes=1))

    (found,) = slices(source(server))

    assert numbers(found.records) == list(range(1, 61))
    assert found.cursor == {"changed": "2026-03-02T09:00:00Z"}


def test_the_cursor_stays_behind_what_the_index_may_not_know_yet(desk: Desk, server: FakeServer) -> None:
    desk.add(issue(1, NOW - timedelta(minutes=12)), issue(2, NOW - timedelta(minutes=2)), issue(3, NOW))
    desk.unlisted = {"10003"}

    (found,) = slices(source(server))

    assert numbers(found.records) == [1, 2]
    assert found.cursor == {"changed": "2026-11-01T11:48:00Z"}


def test_a_search_whose_token_expires_is_begun_anew(desk: Desk, server: FakeServer) -> None:
    fill(desk, 50, timedelta())
    desk.most, desk.uses = 10, 2

    assert numbers(records(source(server))) == list(range(1, 51))


def test_data_center_that_tells_no_total_is_read_to_an_empty_page(desk: Desk, server: FakeServer) -> None:
    fill(desk, 40, timedelta())
    desk.most, desk.totals = 10, False

    assert numbers(records(source(server, **of(desk, cloud=False)))) == list(range(1, 41))


@pytest.mark.parametrize(("cloud", "api", "told"), [(True, "2", "Set api|api: 3"), (False, "3", "Set api|api: 3")])
def test_the_wrong_kind_of_server_is_named(desk: Desk, server: FakeServer, cloud: bool, api: str, told: str) -> None:
    desk.cloud = cloud

    with pytest.raises(SourceError, match=told):
        slices(source(server, api=api))


def test_times_of_jql_are_told_in_the_zone_of_the_login(desk: Desk, server: FakeServer) -> None:
    desk.zone = "America/New_York"
    fill(desk, 90)

    found = records(source(server, overlap_hours=0), cursor={"changed": "2026-03-02T09:00:20Z"})

    assert 'updated >= "2026-03-02 04:00"' in searches(server)[0]["jql"]
    assert numbers(found) == list(range(60, 91))


def test_the_hour_that_comes_twice_is_read_from_its_beginning(desk: Desk, server: FakeServer) -> None:
    twice = datetime(2026, 10, 25, 0, 5, tzinfo=UTC)
    desk.add(*(issue(number, twice + timedelta(minutes=2 * number)) for number in range(50)))
    desk.most = 7

    found = records(source(server, overlap_hours=0), cursor={"changed": "2026-10-25T00:30:00Z"})

    assert set(numbers(found)) >= set(range(13, 50))


def test_jql_of_ones_own_narrows_and_may_not_order(desk: Desk, server: FakeServer) -> None:
    fill(desk, 5)
    desk.add(issue(6, MARCH) | {"key": "OTHER-6"})

    assert numbers(records(source(server, jql="project = ASP"))) == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="ORDER BY"):
        source(server, jql="project = ASP order by rank")


# --- what an issue becomes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"value": "Zala", "id": "7", "child": {"value": "Pacsa", "id": "8"}}, {"": "Zala", "child": "Pacsa"}),
        ({"name": "Done", "id": "5", "statusCategory": {"key": "done"}}, {"": "Done", "category": "done", "id": "5"}),
        ([{"id": "1", "name": "Pacsa"}, {"id": "2", "name": "Komló"}], {"": "Pacsa; Komló"}),
        ([], {"": None}),
        ("2026-10-01T10:00:00.000+0200", {"": "2026-10-01T08:00:00Z"}),
        ({"accountId": "1", "displayName": "Test Person"}, {}),
        ([{"name": "test", "displayName": "Test Person"}], {"": None}),
        ({"type": "doc", "content": [{"text": "words"}]}, {}),
        ({"requestType": {"id": "4", "name": "Report a fault"}, "currentStatus": {}}, {"": "Report a fault"}),
        (3, {"": 3}),
    ],
)
def test_values_of_fields(value: Any, told: dict[str, Any]) -> None:
    assert {part: own for part, own in parts(value).items() if own is not None or part == ""} == {
        **told,
        **{part: own for part, own in parts(value).items() if part in ("id", "key") and own is not None},
    }


def test_fields_go_by_name_or_id_and_parts(desk: Desk, server: FakeServer) -> None:
    desk.add(issue(1, MARCH, customfield_10060={"value": "Zala", "child": {"value": "Pacsa"}}))
    fields = {"ticket_id": "id", "opened_at": "created", "county": "municipality", "municipality": "Municipality.child",
              "service": "customfield_10050", "status": "Status.category"}  # fmt: skip

    (found,) = records(source(server, fields=fields))

    assert found == {
        "id": "10001", "key": "ASP-1", "created": "2026-01-02T08:00:00Z", "municipality": "Zala",
        "Municipality.child": "Pacsa", "customfield_10050": "First level", "Status.category": "indeterminate",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("assignee", "tells who somebody is"),
        ("Approvers", "tells who somebody is"),
        ("summary", "is what people wrote"),
        ("Area", "several fields of Jira are named 'Area': customfield_10081, customfield_10082"),
        ("Muncipality", "did you mean 'Municipality'"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(server: FakeServer, column: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        slices(source(server, fields={"ticket_id": "id", "opened_at": "created", "category": column}))


def test_a_column_that_may_be_absent_is(desk: Desk, server: FakeServer) -> None:
    fill(desk, 1)
    fields = {"ticket_id": "id", "opened_at": "created", "category": {"column": "Nowhere.child", "optional": True}}

    assert numbers(records(source(server, fields=fields))) == [1]


def test_a_key_that_changes_with_the_project_is_refused_as_the_key(server: FakeServer) -> None:
    with pytest.raises(SourceError, match='map ticket_id = "id"'):
        slices(source(server, fields={"ticket_id": "key", "opened_at": "created"}))


def test_people_and_their_words_are_neither_asked_for_nor_kept(desk: Desk, server: FakeServer) -> None:
    reopened(desk)
    told = records(source(server)) + records(source(server, "event"))

    assert not {"assignee", "summary", "reporter", "*all"} & {
        name for one in searches(server) for name in one["fields"]
    }
    assert "Test" not in str(told)


def cycle(start: int, minutes: int, breached: bool, stopped: bool = True) -> dict[str, Any]:
    begin = MARCH + timedelta(hours=start)
    ended = {"stopTime": {"iso8601": stamp(begin + timedelta(minutes=minutes))}} if stopped else {"paused": False}
    return {
        "startTime": {"epochMillis": int(begin.timestamp() * 1000)}, "breached": breached, **ended,
        "elapsedTime": {"millis": minutes * 60_000}, "goalDuration": {"millis": 14_400_000},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "met", "breached", "minutes"),
    [
        ({"completedCycles": [cycle(0, 30, False)]}, True, False, 30),
        ({"completedCycles": [cycle(0, 300, True)]}, False, True, 300),
        ({"completedCycles": [], "ongoingCycle": cycle(0, 30, False, stopped=False)}, None, False, 30),
        ({"completedCycles": [], "ongoingCycle": cycle(0, 300, True, stopped=False)}, False, True, 300),
        ({"completedCycles": [cycle(9, 20, False), cycle(0, 10, False)]}, True, False, 30),  # reopened
        ({"completedCycles": []}, None, None, None),
    ],
)
def test_clocks_of_the_sla(clock: dict[str, Any], met: bool | None, breached: bool | None, minutes: int | None) -> None:
    told = sla_parts(clock)

    assert (told["met"], told["breached"], told["elapsed_minutes"]) == (met, breached, minutes)


def test_clocks_are_read_where_they_are_mapped_and_all_of_them(desk: Desk, server: FakeServer) -> None:
    fill(desk, 2)
    desk.clocks["10001"] = [
        {"name": "Time to first response", "completedCycles": [cycle(0, 30, False)]},
        {"name": "Time to resolution", "completedCycles": [cycle(0, 300, True)]},
    ]
    fields = {"ticket_id": "id", "opened_at": "created", "made_sla": "sla.Time to resolution.met",
              "first_response_at": "sla.Time to first response.first_stopped_at"}  # fmt: skip

    first, second = records(source(server, fields=fields))

    assert first["sla.Time to resolution.met"] is False
    assert first["sla.Time to first response.first_stopped_at"] == "2026-03-02T08:30:00Z"
    assert second["sla.Time to resolution.met"] is None  # no request
    records(source(server))
    assert sum("servicedeskapi" in call.path for call in server.calls) == 3


@pytest.mark.parametrize("record", ["ticket", "event"])
def test_the_proposed_mapping_can_be_followed(desk: Desk, server: FakeServer, record: str) -> None:
    fill(desk, 2)

    found = records(source(server, record, fields=dict(jira.PROPOSED[record])))

    assert {one.split(".")[0] for one in jira.PROPOSED[record].values()} <= {name.split(".")[0] for name in found[0]}


# --- history --------------------------------------------------------------------------------------------------------


def reopened(desk: Desk) -> None:
    """One issue: to the operators, taken over, resolved, reopened by the customer, handed back."""
    one = issue(1, MARCH + timedelta(days=4))
    one["histories"] = [
        history(101, MARCH, ("Support group", "First level", "Operators")),
        history(102, MARCH + timedelta(hours=1), ("assignee", None, "Test Person")),
        history(103, MARCH + timedelta(hours=2), ("status", "In Progress", "Resolved"), ("resolution", None, "Done")),
        history(104, MARCH + timedelta(days=2), ("status", "Resolved", "In Progress"), kind="customer"),
        history(105, MARCH + timedelta(days=4), ("Support group", "Operators", "First level")),
    ]
    desk.add(one)


@BOTH
def test_events_tell_handoffs_and_reopenings(desk: Desk, server: FakeServer, cloud: bool) -> None:
    reopened(desk)

    found = records(source(server, "event", **of(desk, cloud)))

    assert [(one["event_id"], one["event_type"], one["status"], one["group"], one["level"]) for one in found] == [
        ("created", "created", "In Progress", "First level", 1),
        ("101.0", "assignment", "In Progress", "Operators", 2),
        ("103.0", "status", "Resolved", "Operators", 2),
        ("104.0", "status", "In Progress", "Operators", 2),
        ("105.0", "assignment", "In Progress", "First level", 1),
    ]


def test_columns_that_follow_from_the_history(desk: Desk, server: FakeServer) -> None:
    reopened(desk)
    names = ("escalated_at", "acknowledged_at", "reopen_count", "reassignment_count")
    fields = {"ticket_id": "id", "opened_at": "created", **{name: f"history.{name}" for name in names}}

    (found,) = records(source(server, fields=fields))

    assert [found[f"history.{name}"] for name in names] == [MARCH, MARCH + timedelta(hours=1), 1, 2]


def test_a_request_waits_for_its_customer_and_in_the_statuses_that_the_values_name(
    desk: Desk, server: FakeServer
) -> None:
    one = issue(1, MARCH + timedelta(days=4), status=1)
    steps = ["Open", "Waiting for customer", "Open", "Ügyfélre vár", "Open"]
    one["histories"] = [
        history(100 + hour, MARCH + timedelta(hours=hour), ("status", *pair))
        for hour, pair in enumerate(itertools.pairwise(steps), start=1)
    ]
    desk.add(one)
    fields = {"ticket_id": "id", "opened_at": "created", "status": "status.category", "waiting": "history.waiting"}
    read = source(server, fields=fields)
    read.values["status"] = {**STATUS, "Ügyfélre vár": "pending"}

    (found,) = records(read)

    told = [[datetime.fromisoformat(at) for at in span] for span in json.loads(found["history.waiting"])]
    assert told == [[MARCH + timedelta(hours=hour) for hour in span] for span in ((1, 2), (3, 4))]


def test_a_history_that_a_search_cuts_off_is_read_whole(desk: Desk, server: FakeServer) -> None:
    one = issue(1, MARCH + timedelta(days=4), status=1)
    one["histories"] = [
        history(100 + step, MARCH + timedelta(hours=step), ("status", *pair))
        for step, pair in enumerate([("Open", "In Progress"), ("In Progress", "Open")] * 25)
    ]
    desk.add(one)
    desk.bound = 20

    found = records(source(server, "event"))

    assert len(found) == 51
    assert [record["status"] for record in found[:3]] == ["Open", "In Progress", "Open"]


# --- cursor, deletions, logins --------------------------------------------------------------------------------------


def test_a_login_that_fails_is_not_taken_for_nothing_new(desk: Desk, server: FakeServer) -> None:
    fill(desk, 300)
    desk.token = "the wrong one"  # noqa: S105
    with pytest.raises(SourceError, match="Check JIRA_TOKEN") as error:
        slices(source(server))
    assert "s3cret" not in str(error.value)

    desk.token = None
    desk.most = 50

    def end() -> None:
        desk.token = "the wrong one"  # noqa: S105

    desk.after_page = end
    with pytest.raises(SourceError, match="does not accept the login"):
        slices(source(server))


def test_an_issue_that_was_deleted_is_withdrawn_with_its_events(store: Store, desk: Desk, server: FakeServer) -> None:
    reopened(desk)
    desk.add(*(issue(number, MARCH) for number in range(2, 30)))
    desk.most = 10
    described = [source(server), source(server, "event")]
    run(store, *described)

    del desk.issues["10001"]
    report = run(store, *described, full=True)

    assert tickets(store) == {str(10_000 + number) for number in range(2, 30)}
    assert sum(taken.withdrawn or 0 for taken in report.inputs) == 1
    assert {row[2] for row in current_facts(store)["fact_ticket_event"]} == tickets(store)


def test_an_issue_that_moves_to_another_project_stays_the_same(store: Store, desk: Desk, server: FakeServer) -> None:
    fill(desk, 3)
    run(store, source(server))
    desk.add(issue(2, NOW) | {"key": "OTHER-9"})
    run(store, source(server))

    assert tickets(store) == {"10001", "10002", "10003"}


def test_a_backfill_reads_its_window_and_leaves_the_cursor_alone(store: Store, desk: Desk, server: FakeServer) -> None:
    fill(desk, 50)
    run(store, source(server))
    before = position(store)
    desk.add(*(issue(number, MARCH + timedelta(minutes=20, seconds=30)) for number in (60, 61)))
    window = Window(MARCH + timedelta(minutes=20, seconds=10), MARCH + timedelta(minutes=21, seconds=1))

    report = run(store, source(server), window=window)

    assert position(store) == before
    assert sum(taken.counts.read for taken in report.inputs) == 3  # 60, 61, 21


def test_a_server_that_dies_is_read_on_from_where_it_died(store: Store, desk: Desk, server: FakeServer) -> None:
    fill(desk, 3000, timedelta(hours=1))
    server.dies_after = 2 + 20
    broken = run(store, source(server))
    reached = len(tickets(store))
    server.dies_after = None
    server.calls.clear()
    run(store, source(server))

    assert broken.inputs[-1].status == "failed"
    assert 900 < reached < 2100
    assert len(tickets(store)) == 3000
    asked = [one for one in searches(server) if "updated >=" in one["jql"]]
    assert len(asked) < (3000 - reached) // 99 + 3


def test_after_chaos_a_good_run_leaves_what_an_undisturbed_one_does(
    store: Store, desk: Desk, server: FakeServer, duckdb_template: Path, tmp_path: Path
) -> None:
    fill(desk, 200)
    reopened(desk)
    desk.most = 20
    described = [source(server), source(server, "event")]
    server.chaos = Chaos(7, 0.4)
    run(store, *described)
    server.chaos = None
    run(store, *described)
    undisturbed = another_store(duckdb_template, tmp_path / "undisturbed")
    run(undisturbed, *described)

    told = current_facts(store)
    assert len(told["fact_ticket_event"]) == 204
    assert told == current_facts(undisturbed)
    undisturbed.close()
