"""ServiceNow: nothing lost while rows change, servers break off or hide rows; histories; deletions; no people."""

import csv
import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.schema import etl_cursor, fact_ticket, fact_ticket_event
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.sources.api import client as http
from etl.sources.api import servicenow
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import RunReport
from tests.etl.fakes.compare import another_store, current_facts
from tests.etl.fakes.server import Chaos, FakeServer, serving
from tests.etl.fakes.servicenow import Instance, Row, audit, groups, incident, sys_id
from tests.etl.fakes.waits import NoWaits

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRETS = {"SNOW_PASSWORD": "s3cret/word", "SNOW_TOKEN": "a token", "SNOW_CLIENT_SECRET": "client secret"}
LOG = Path(__file__).parents[2].parent / "shared" / "data" / "tickets" / "incident_event_log.csv.gz"
STATUS = {"1": "open", "2": "open", "3": "pending", "6": "resolved", "7": "closed", "8": "cancelled"}
FIELDS = {
    "ticket_id": "number", "opened_at": "opened_at", "status": "state.value", "priority": "priority.value",
    "municipality": "company", "service": "business_service", "resolved_at": "resolved_at",
    "closed_at": "closed_at", "updated_at": "sys_updated_on",
}  # fmt: skip
EVENTS = {
    "ticket_id": "number", "event_id": "event_id", "event_at": "event_at", "event_type": "event_type",
    "status": "status", "assignment_group": "group", "level": "level", "priority": "priority",
}  # fmt: skip
PRIORITY = {"1": "P1", "2": "P2", "3": "P3", "4": "P4"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())


@pytest.fixture
def instance() -> Instance:
    made = Instance(tables={"sys_audit": {}, "sys_audit_delete": {}, "incident": {}})
    made.add("sys_user_group", *groups(range(1, 4)))
    return made


@pytest.fixture
def server(instance: Instance) -> Iterator[FakeServer]:
    with serving(instance.handle) as server:
        yield server


def source(server: FakeServer, record: str = "ticket", fields: dict[str, Any] | None = None, **connect: Any) -> Source:
    login = {"user": "reader", "password_env": "SNOW_PASSWORD"}
    made = Source.model_validate(
        {
            "name": f"snow {record}s",
            "system": "snow",
            "job": "tickets",
            "record": record,
            "connect": {"kind": "servicenow", "url": server.url, **login, **connect},
            "fields": fields or (FIELDS if record == "ticket" else EVENTS),
            "values": {"priority": PRIORITY, "status": STATUS} if fields is None else {},
        }
    )
    made._secrets = dict(SECRETS)
    return made


def slices(described: Source, **span: Any) -> list[Slice]:
    return list(servicenow.pull(described, Span(NOW, **span)))


def records(described: Source, **span: Any) -> list[dict[str, Any]]:
    return [record for part in slices(described, **span) for record in part.records]


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return sorted({int(str(record["number"]).removeprefix("INC")) for record in found})


def at(second: int) -> str:
    return f"2026-03-01 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def fill(instance: Instance, count: int, when: Callable[[int], str] = at) -> None:
    instance.add("incident", *(incident(number, when(number)) for number in range(1, count + 1)))


def run(store: Store, *described: Source, **options: Any) -> RunReport:
    return run_job(store, "tickets", described, Path(), Options(**options))


def tickets(store: Store, fact: Any = fact_ticket) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(fact.c.ticket_id).where(fact.c.superseded_run.is_(None))))


def cursors(store: Store) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(etl_cursor.c.source, etl_cursor.c.position)))


# --- every row, whatever the server does ----------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "count"), [(1, 30), (7, 210), (100, 1000), (1000, 3000)])
def test_thousands_of_one_second_come_whole_whatever_the_size_of_a_page(
    instance: Instance, server: FakeServer, size: int, count: int
) -> None:
    fill(instance, count, lambda number: at(3))

    found = records(source(server, page_size=size))

    assert len(found) == len(numbers(found)) == count


def test_a_page_that_is_shorter_than_asked_is_not_the_last(instance: Instance, server: FakeServer) -> None:
    fill(instance, 100)
    instance.most = 9

    assert numbers(records(source(server, page_size=50))) == list(range(1, 101))


def test_rows_that_change_while_pages_are_read_push_no_other_out_of_sight(
    instance: Instance, server: FakeServer
) -> None:
    fill(instance, 60)
    moving = iter(range(1, 61, 3))

    def change() -> None:
        if number := next(moving, None):
            instance.add("incident", incident(number, f"2026-10-01 00:00:{number:02}", state="6"))

    instance.after_page = change

    found = records(source(server, page_size=5))

    assert numbers(found) == list(range(1, 61))
    last = {record["number"]: record["state.value"] for record in found}
    assert last["INC0000001"] == "6"  # delivered again as it became


def test_rows_that_the_login_may_not_see_end_nothing_and_are_told(
    instance: Instance, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    fill(instance, 50)
    instance.hidden = {sys_id(number) for number in (*range(11, 31), 50)}  # whole pages of them

    found = slices(source(server, page_size=5))

    assert numbers([record for part in found for record in part.records]) == [*range(1, 11), *range(31, 50)]
    assert "21 of 50 rows that ServiceNow counts were not given" in found[-1].address
    assert "hidden by access rules" in caplog.text


def test_an_answer_that_breaks_off_is_asked_for_in_smaller_pages(instance: Instance, server: FakeServer) -> None:
    fill(instance, 40)
    instance.patience = 6

    assert numbers(records(source(server, page_size=40))) == list(range(1, 41))
    limits = [int(call.args["sysparm_limit"]) for call in server.calls if call.path.endswith("incident")]
    assert limits[:4] == [40, 20, 10, 5]


def test_a_server_that_breaks_off_for_every_row_is_given_up(instance: Instance, server: FakeServer) -> None:
    fill(instance, 3)
    instance.patience = 0

    with pytest.raises(SourceError, match="breaks off its answer even for one row"):
        records(source(server))


def test_no_match_is_no_error_on_instances_that_answer_404(instance: Instance, server: FakeServer) -> None:
    instance.old = True

    assert slices(source(server)) == []


def test_a_table_that_does_not_exist_is_an_error(server: FakeServer) -> None:
    with pytest.raises(SourceError, match="Invalid table u_unknown"):
        slices(source(server, table="u_unknown"))


@pytest.mark.parametrize("hours", [2, -5])
def test_a_login_in_another_time_zone_is_refused_before_rows_are_left_out(
    instance: Instance, server: FakeServer, hours: int
) -> None:
    fill(instance, 30)
    instance.hours = hours

    with pytest.raises(SourceError, match="Set the time zone of that user to GMT"):
        slices(source(server, page_size=10))


def test_rows_whose_time_of_change_may_not_be_read_are_an_error(instance: Instance, server: FakeServer) -> None:
    instance.add("incident", incident(1, ""))

    with pytest.raises(SourceError, match="rows without sys_updated_on, sys_id"):
        slices(source(server))


def test_a_query_keeps_its_conditions_in_every_part_that_it_joins(instance: Instance, server: FakeServer) -> None:
    instance.add(
        "incident", *(incident(number, at(number), priority=(str(number % 4 + 1), "")) for number in range(40))
    )

    found = records(source(server, page_size=3, query="priority=1^NQpriority=2^state=2^EQ"), since=moment(10))

    assert numbers(found) == [number for number in range(10, 40) if number % 4 in (0, 1)]


def moment(second: int) -> datetime:
    return datetime.fromisoformat(at(second)).replace(tzinfo=UTC)


# --- what a row becomes ---------------------------------------------------------------------------------------------


def test_cells_are_texts_as_shown_times_in_utc_and_values_as_stored(instance: Instance, server: FakeServer) -> None:
    lasted = ("1970-01-02 01:30:30", "1 Day 1 Hour 30 Minutes")
    instance.add("incident", incident(1, at(1), business_duration=lasted, resolved_at=""))
    columns = ["number", "state", "state.value", "assignment_group", "business_duration", "business_duration.minutes",
               "resolved_at"]  # fmt: skip
    mapped = ["category", "status", "outcome", "service", "channel", "waiting_minutes", "resolved_at"]
    fields = dict(zip(mapped, columns, strict=True))

    (found,) = records(source(server, fields={"ticket_id": "sys_id", "opened_at": "opened_at", **fields}))

    assert found == {
        "sys_id": sys_id(1), "opened_at": "2026-01-02T08:00:00Z", "number": "INC0000001", "state": "In Progress",
        "state.value": "2", "assignment_group": "Group 1", "business_duration": "1 Day 1 Hour 30 Minutes",
        "business_duration.minutes": 1530, "resolved_at": "",
    }  # fmt: skip


def test_people_and_their_words_are_not_asked_for(instance: Instance, server: FakeServer) -> None:
    fill(instance, 3)
    records(source(server))
    records(source(server, "event"))

    asked = {name for call in server.calls for name in call.args.get("sysparm_fields", "").split(",")}
    assert not {name for name in asked if "caller" in name or "assigned_to" in name or "description" in name}


def test_records_of_another_kind_are_refused(server: FakeServer) -> None:
    with pytest.raises(SourceError, match="'ticket' and 'event' only"):
        slices(source(server, "event_log", fields={**FIELDS, "event_at": "sys_updated_on"}))


@pytest.mark.parametrize("column", ["caller_id", "assigned_to.email", "short_description", "caller_id.value"])
def test_a_mapping_that_asks_for_people_or_their_words_is_refused(server: FakeServer, column: str) -> None:
    with pytest.raises(SourceError, match="not read"):
        slices(source(server, fields={"ticket_id": "number", "opened_at": "opened_at", "category": column}))


def test_what_a_person_belongs_to_may_be_mapped(instance: Instance, server: FakeServer) -> None:
    cells: dict[str, Any] = {"caller_id.company": (sys_id(5), "Komló")}
    instance.add("incident", incident(1, at(1), **cells))
    fields = {"ticket_id": "number", "opened_at": "opened_at", "municipality": "caller_id.company"}

    assert records(source(server, fields=fields))[0]["caller_id.company"] == "Komló"


@pytest.mark.parametrize("record", ["ticket", "event"])
def test_the_proposed_mapping_can_be_followed(instance: Instance, server: FakeServer, record: str) -> None:
    more = ("contact_type", "category", "made_sla", "reassignment_count", "reopen_count", "problem_id", "caused_by")
    instance.add("incident", incident(1, at(1), **dict.fromkeys(more, "")))

    (found,) = records(source(server, record, fields=dict(servicenow.PROPOSED[record])))

    assert set(servicenow.PROPOSED[record].values()) <= set(found)


# --- history --------------------------------------------------------------------------------------------------------


def handed_over(instance: Instance) -> None:
    """One incident: to the second level, taken over by somebody, resolved, reopened, back."""
    instance.add("incident", incident(1, "2026-01-05 10:00:00", state="2", group=1), incident(2, at(5)))
    instance.add(
        "sys_audit",
        audit(1, 1, "2026-01-02 09:00:00", "assignment_group", sys_id(90_001), sys_id(90_002)),
        audit(2, 1, "2026-01-02 09:30:00", "assigned_to", "", sys_id(60_001)),
        audit(3, 1, "2026-01-03 09:00:00", "state", "2", "6"),
        audit(4, 1, "2026-01-04 09:00:00", "state", "6", "2"),
        audit(5, 1, "2026-01-05 10:00:00", "assignment_group", sys_id(90_002), sys_id(90_001)),
    )


def test_events_tell_handoffs_and_reopenings_and_the_state_from_the_beginning(
    instance: Instance, server: FakeServer
) -> None:
    handed_over(instance)

    found = records(source(server, "event", second_level=["group 2"]))

    told = [(one["number"], one["event_type"], one["status"], one["group"], one["level"]) for one in found]
    assert told[1:] == [
        ("INC0000001", "assignment", "2", "Group 2", 2),
        ("INC0000001", "status", "6", "Group 2", 2),
        ("INC0000001", "status", "2", "Group 2", 2),
        ("INC0000001", "assignment", "2", "Group 1", 1),
        ("INC0000002", "created", "2", "Group 1", 1),
    ]
    assert told[0] == ("INC0000001", "created", "2", "Group 1", 1)
    assert [one["event_at"].hour for one in found[:3]] == [8, 9, 9]
    assert "assigned_to" not in str(found)


def test_a_group_of_the_second_level_that_is_not_there_is_named(instance: Instance, server: FakeServer) -> None:
    handed_over(instance)

    with pytest.raises(SourceError, match=r"second_level names 'Groop 2'.*did you mean 'Group 2'"):
        records(source(server, "event", second_level=["Groop 2"]))


def test_an_incident_on_hold_waits(instance: Instance, server: FakeServer) -> None:
    handed_over(instance)
    instance.add("sys_audit", audit(6, 1, "2026-01-04 10:00:00", "state", "2", "3"),
                 audit(7, 1, "2026-01-04 12:00:00", "state", "3", "2"))  # fmt: skip
    fields = {"ticket_id": "number", "opened_at": "opened_at", "waiting": "history.waiting"}

    found = records(source(server, fields=fields))

    assert found[0]["history.waiting"] == '[["2026-01-04T10:00:00Z", "2026-01-04T12:00:00Z"]]'


def test_columns_that_follow_from_the_history(instance: Instance, server: FakeServer) -> None:
    handed_over(instance)
    history = {"escalated_at": "history.escalated_at", "acknowledged_at": "history.acknowledged_at",
               "reopen_count": "history.reopen_count", "reassignment_count": "history.reassignment_count"}  # fmt: skip
    fields = {"ticket_id": "number", "opened_at": "opened_at", **history}

    found = records(source(server, fields=fields, second_level=["Group 2"]))

    told = {name.removeprefix("history."): value for name, value in found[0].items() if name.startswith("history.")}
    assert told["escalated_at"] == datetime(2026, 1, 2, 9, tzinfo=UTC)
    assert told["acknowledged_at"] == datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
    assert (told["reopen_count"], told["reassignment_count"]) == (1, 2)
    shown = [call.args["sysparm_fields"] for call in server.calls if "assigned_to" in call.args["sysparm_query"]]
    assert shown
    assert all("newvalue" not in fields for fields in shown)


def test_rows_of_a_table_with_several_classes_have_the_history_of_their_own(
    instance: Instance, server: FakeServer
) -> None:
    handed_over(instance)
    instance.tables["task"] = instance.tables["incident"]

    assert len(records(source(server, "event", table="task"))) == 6


def test_histories_are_read_for_many_rows_at_once_and_whole(instance: Instance, server: FakeServer) -> None:
    fill(instance, 120)
    changes = [
        audit(number * 10 + step, number, f"2026-02-01 00:00:0{step}", "state", str(step), str(step + 1))
        for number in range(1, 121)
        for step in range(1, 3)
    ]
    instance.add("sys_audit", *changes)
    instance.most = 30

    found = records(source(server, "event"))

    assert len(found) == 120 * 3
    asked = [call for call in server.calls if call.path.endswith("sys_audit")]
    assert max(len(call.args["sysparm_query"]) for call in asked) < 2500


# --- cursor, deletions, logins --------------------------------------------------------------------------------------


def test_a_pull_goes_on_a_day_before_the_newest_change_and_never_past_our_own_clock(
    instance: Instance, server: FakeServer
) -> None:
    instance.add("incident", incident(1, "2026-10-01 08:00:00"), incident(2, "2027-05-05 08:00:00"))

    (first,) = slices(source(server))
    second = records(source(server), cursor={"changed": "2026-10-05T00:00:00Z"})

    assert first.cursor == {"changed": "2026-11-01T12:00:00Z"}
    assert numbers(second) == [2]


def test_deleted_rows_are_told_by_the_key_that_is_mapped(instance: Instance, server: FakeServer) -> None:
    deleted = {"sys_id": sys_id(900), "tablename": "incident", "documentkey": sys_id(7), "display_value": "INC0000007",
               "sys_created_on": "2026-10-02 08:00:00"}  # fmt: skip
    instance.add("sys_audit_delete", deleted, {**deleted, "sys_id": sys_id(901), "tablename": "problem"})
    fields = {"ticket_id": "sys_id", "opened_at": "opened_at"}
    cursor = {"changed": "2026-10-02T00:00:00Z"}

    by_number = slices(source(server, deleted=True), cursor=cursor)
    by_id = slices(source(server, deleted=True, fields=fields), cursor=cursor)

    assert [part.gone for part in by_number] == [("INC0000007",)]
    assert [part.gone for part in by_id] == [(sys_id(7),)]


def test_deleted_rows_are_withdrawn_by_audit_and_by_listing(
    store: Store, instance: Instance, server: FakeServer
) -> None:
    handed_over(instance)
    described = [source(server, deleted=True), source(server, "event")]
    run(store, *described)
    assert tickets(store) == {"INC0000001", "INC0000002"}

    del instance.tables["incident"][sys_id(1)]
    instance.add("sys_audit_delete", {"sys_id": sys_id(900), "tablename": "incident", "documentkey": sys_id(1),
                 "display_value": "INC0000001", "sys_created_on": "2026-11-01 08:00:00"})  # fmt: skip
    run(store, *described)
    assert tickets(store) == {"INC0000002"}
    assert tickets(store, fact_ticket_event) == {"INC0000002"}

    fill(instance, 30)
    run(store, *described)
    del instance.tables["incident"][sys_id(9)]
    report = run(store, *described, full=True)
    assert "INC0000009" not in tickets(store)
    assert sum(taken.withdrawn or 0 for taken in report.inputs) == 1


def test_a_backfill_reads_its_window_and_leaves_the_cursor_alone(
    store: Store, instance: Instance, server: FakeServer
) -> None:
    fill(instance, 50)
    run(store, source(server))
    before = cursors(store)
    instance.add("incident", *(incident(number, at(20), state="6") for number in (60, 61)))

    report = run(store, source(server), window=Window(moment(20), moment(22)))

    assert cursors(store) == before
    assert sum(taken.counts.read for taken in report.inputs) == 4  # 20, 21, 60, 61
    assert {"INC0000060", "INC0000061"} <= tickets(store)


def test_a_token_that_expires_in_the_middle_is_renewed(instance: Instance, server: FakeServer) -> None:
    fill(instance, 30)
    instance.token = "none yet"  # noqa: S105
    pages = iter(range(100))

    def expire() -> None:
        if next(pages) == 2:
            instance.token = "another"  # noqa: S105

    instance.after_page = expire
    login: dict[str, Any] = {
        "user": None,
        "password_env": None,
        "client_id": "dashboard",
        "client_secret_env": "SNOW_CLIENT_SECRET",
    }

    assert numbers(records(source(server, page_size=5, **login))) == list(range(1, 31))
    assert instance.tokens == 2


def test_a_login_that_is_not_accepted_is_told_without_the_secret(instance: Instance, server: FakeServer) -> None:
    instance.token = "another"  # noqa: S105

    with pytest.raises(SourceError, match="Check SNOW_PASSWORD") as error:
        slices(source(server))
    assert SECRETS["SNOW_PASSWORD"] not in str(error.value)


def test_a_server_that_dies_is_read_on_from_where_it_died(store: Store, instance: Instance, server: FakeServer) -> None:
    day = [f"2026-{month:02}-{day:02} 10:00:00" for month in range(2, 10) for day in range(1, 29)]
    instance.add("incident", *(incident(number, when) for number, when in enumerate(day, start=1)))
    server.dies_after = 9
    broken = run(store, source(server, page_size=20))
    server.dies_after = None
    reached = len(tickets(store))
    server.calls.clear()
    run(store, source(server, page_size=20))

    assert [taken.status for taken in broken.inputs][-1] == "failed"
    assert 0 < reached < len(day)
    assert len(tickets(store)) == len(day)
    assert "sys_updated_on>=2026-0" in server.calls[0].args["sysparm_query"]
    asked = [call for call in server.calls if "opened_at" in call.args["sysparm_fields"]]
    assert len(asked) <= (len(day) - reached) // 20 + 4


def test_after_chaos_a_good_run_leaves_what_an_undisturbed_one_does(
    store: Store, instance: Instance, server: FakeServer, duckdb_template: Path, tmp_path: Path
) -> None:
    fill(instance, 200, lambda number: at(number // 50))
    handed_over(instance)
    described = [source(server, page_size=20, second_level=["Group 2"]), source(server, "event", page_size=20)]
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


# --- a real event log -----------------------------------------------------------------------------------------------


def _logged(limit: int) -> tuple[list[Row], list[Row], dict[str, list[str]]]:
    """Incidents of a real log, the audit rows of their changes, and the groups that each went through."""
    last: dict[str, dict[str, str]] = {}
    audits: list[Row] = []
    went: dict[str, list[str]] = {}
    with gzip.open(LOG, "rt", encoding="ascii") as file:
        for line in csv.DictReader(file):
            if line["number"] not in last and len(last) == limit:
                break
            before = last.get(line["number"])
            if before and before["assignment_group"] != line["assignment_group"]:
                number = len(audits) + 1
                audits.append(audit(number, int(line["number"][3:]), _time(line["sys_updated_at"]), "assignment_group",
                                    before["assignment_group"], line["assignment_group"]))  # fmt: skip
            went.setdefault(line["number"], []).append(line["assignment_group"])
            last[line["number"]] = line
    rows = [
        incident(int(number[3:]), _time(line["sys_updated_at"]), state="7", opened_at=_time(line["opened_at"]))
        | {"assignment_group": (line["assignment_group"], line["assignment_group"])}
        for number, line in last.items()
    ]
    return rows, audits, went


def _time(text: str) -> str:
    return str(datetime.strptime(text, "%d/%m/%Y %H:%M"))


def _handoffs(went: list[str]) -> int:
    return sum(one != other for one, other in pairwise(went))


@pytest.mark.skipif(not LOG.exists(), reason="the shared data are not beside the checkout")
def test_a_real_log_comes_back_with_every_handoff(instance: Instance, server: FakeServer) -> None:
    rows, audits, went = _logged(400)
    instance.add("incident", *rows)
    instance.add("sys_audit", *audits)

    found = records(source(server, "event"))

    passed = [one["number"] for one in found if one["event_type"] == "assignment"]
    assert len(went) == 400
    assert {number: passed.count(number) for number in went} == {key: _handoffs(way) for key, way in went.items()}
