"""A real Request Tracker, filled through its REST2, pulled by the commands, against its own searches and database.

The server is of this test only (tests/live/request_tracker.py); nothing outside a temporary folder is written.
"""

import json
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import cli
from etl.sources.api import client as http
from etl.sources.api import rt
from tests.etl.fakes.waits import NoWaits
from tests.live.request_tracker import RequestTracker, missing, running

pytestmark = pytest.mark.slow

TICKETS = 160
DESK, OPERATORS = "ASP ügyfélszolgálat", {"ADO": "ASP-ADÓ", "GAZD": "ASP-GAZD", "IRAT": "ASP-IRAT"}
ACTORS = {"ADO": "operator_ado", "GAZD": "operator_gazd", "IRAT": "operator_irat"}
MUNICIPALITIES = ("01508", "34227", "30517")
TYPES = ("Incidens", "Szolgáltatáskérés")
EPOCH = "1970-01-01 00:00:00"

CUSTOM_FIELDS = """
use utf8; use RT; RT->LoadConfig; RT->Init;
for my $name ('KSH', 'Alkalmazás', 'Típus') {
    my $field = RT::CustomField->new(RT->SystemUser);
    $field->Create(Name => $name, Type => 'Freeform', MaxValues => 1, LookupType => 'RT::Queue-RT::Ticket');
    $field->AddToObject(RT::Queue->new(RT->SystemUser));
}
"""
"""REST2 can make custom fields but not apply them."""

SOURCES = """
[[source]]
name = "rt tickets"
system = "rt"
job = "tickets"
record = "ticket"
[source.connect]
kind = "rt"
url = "{url}"
token_env = "ASP_RT_TOKEN"
second_level = ["ASP-ADÓ", "ASP-GAZD", "ASP-IRAT"]
page_size = 25
[source.fields]
ticket_id = "id"
opened_at = "Created"
ticket_type = "CustomFields.Típus"
priority = "Priority"
initial_priority = "InitialPriority"
municipality = "CustomFields.KSH"
service = "CustomFields.Alkalmazás"
status = "Status"
resolved_at = "Resolved"
updated_at = "LastUpdated"
first_response_at = "history.first_response_at"
escalated_at = "history.escalated_at"
acknowledged_at = "history.acknowledged_at"
reassignment_count = "history.reassignment_count"
reopen_count = "history.reopen_count"
reopened_on = "history.reopened_at"
level = "history.level"
[source.values.status]
new = "open"
stalled = "pending"
rejected = "cancelled"
[source.values.ticket_type]
"Incidens" = "incident"
"Szolgáltatáskérés" = "service_request"
[source.values.priority]
"0" = "P4"
"50" = "P3"
"80" = "P2"
[source.values.initial_priority]
"0" = "P4"
"50" = "P3"
"80" = "P2"

[[source]]
name = "rt events"
system = "rt"
job = "tickets"
record = "event"
[source.connect]
kind = "rt"
url = "{url}"
token_env = "ASP_RT_TOKEN"
second_level = ["ASP-ADÓ", "ASP-GAZD", "ASP-IRAT"]
page_size = 25
[source.fields]
ticket_id = "ticket_id"
event_id = "event_id"
event_at = "event_at"
event_type = "event_type"
status = "status"
assignment_group = "group"
level = "level"
municipality = "ticket.CustomFields.KSH"
service = "ticket.CustomFields.Alkalmazás"
[source.values.status]
new = "open"
stalled = "pending"
rejected = "cancelled"
deleted = "cancelled"
"""


@dataclass
class Desk:
    """The server and what was made of it. services: ticket -> application."""

    server: RequestTracker
    services: dict[str, str] = field(default_factory=dict)

    def bulk(self, tickets: Sequence[str], **values: Any) -> None:
        """The same change at many tickets."""
        asked = [{"id": one, **values} for one in tickets]
        self.server.administrator.put("/tickets/bulk", json=asked).raise_for_status()

    def hand_over(self, tickets: Sequence[str]) -> None:
        for service, queue in OPERATORS.items():
            self.bulk([one for one in tickets if self.services[one] == service], Queue=queue)

    def create(self, count: int, chance: random.Random) -> list[str]:
        wanted = [
            {
                "Queue": DESK, "Subject": "Nem nyílik meg", "Priority": chance.choice([0, 50]), "CustomFields": {
                    "KSH": chance.choice(MUNICIPALITIES), "Alkalmazás": chance.choice(list(OPERATORS)),
                    "Típus": chance.choice(TYPES),
                },
            }
            for _ in range(count)
        ]  # fmt: skip
        answer = self.server.administrator.post("/tickets/bulk", json=wanted)
        answer.raise_for_status()
        made = [str(one["id"]) for one in answer.json()]
        self.services |= {one: values["CustomFields"]["Alkalmazás"] for one, values in zip(made, wanted, strict=True)}
        return made


@dataclass
class Reporting:
    """The commands on a reporting database of their own."""

    folder: Path
    config: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit code and inputs of `asp-etl run tickets`."""
        command = ["asp-etl", "run", "tickets", "--config", str(self.config), "--json", *options]
        self.monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = self.capsys.readouterr().out
        return int(ended.value.code or 0), [one for report in json.loads(printed) for one in report["inputs"]]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Of the current rows: tickets, events."""
        snapshot = self.folder / (self.folder / "current").read_text().strip()
        with duckdb.connect(str(snapshot), read_only=True) as connection:
            for name, table in (("tickets", "fact_ticket"), ("events", "fact_ticket_event")):
                connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {table} WHERE superseded_run IS NULL")
            return connection.execute(query).fetchall()

    def counts(self, query: str) -> dict[Any, int]:
        return dict(self.rows(query))


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Skips where there can be no server, or fails under ASP_REQUIRE_SERVERS=1."""
    if told := missing():
        (pytest.fail if os.environ.get("ASP_REQUIRE_SERVERS") == "1" else pytest.skip)(told)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Tickets of the last months: handed over, answered, solved, reopened, merged, deleted."""
    chance = random.Random(5)
    with running(tmp_path_factory.mktemp("rt") / "server") as server:
        for queue in (DESK, *OPERATORS.values()):
            server.create("queue", Name=queue)
        server.perl(CUSTOM_FIELDS)
        desk = Desk(server)
        made = desk.create(TICKETS, chance)
        moved = chance.sample(made, TICKETS // 2)
        desk.hand_over(moved)
        desk.bulk(moved[:40], Owner="root")
        for one in moved[:12]:
            server.answer(one)
        desk.bulk(chance.sample(made, 20), Priority=80)
        solved = chance.sample(made, TICKETS * 6 // 10)
        desk.bulk(solved, Status="resolved")
        desk.bulk(solved[:14], Status="open")
        desk.bulk(solved[:6], Status="resolved")
        desk.bulk(chance.sample([one for one in made if one not in solved], 9), Status="rejected")
        _date_back(server, made, chance)
        for gone, stays in zip(made[3:7], made[20:24], strict=True):
            server.change(gone, MergeInto=stays)
        desk.bulk(made[30:34], Status="deleted")
        yield desk


def _date_back(server: RequestTracker, tickets: Sequence[str], chance: random.Random) -> None:
    """Spread over ten months, steps of a ticket an hour apart, and sixty tickets changed in the same second."""
    for number, one in enumerate(tickets):
        back = f"-{chance.randrange(3, 300)} days"
        columns = ("Created", "LastUpdated", "Started", "Resolved", "Told")
        changes = ", ".join(f"{name} = CASE WHEN {name} > '{EPOCH}' THEN datetime({name}, ?) END" for name in columns)
        moved = [(f"UPDATE Tickets SET {changes} WHERE id = ?", (*[back] * len(columns), one))]
        of_ticket = "ObjectType = 'RT::Ticket' AND ObjectId = ?"
        moved.append((f"UPDATE Transactions SET Created = datetime(Created, ?) WHERE {of_ticket}", (back, one)))
        if number < 60:
            moved.append(("UPDATE Tickets SET LastUpdated = '2026-05-04 10:00:00' WHERE id = ?", (one,)))
        server.write(moved)


@pytest.fixture
def reporting(
    desk: Desk,
    duckdb_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Reporting:
    folder, config = tmp_path / "reporting", tmp_path / "sources.toml"
    shutil.copytree(duckdb_template, folder)
    config.write_text(SOURCES.format(url=desk.server.url), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{folder}")
    monkeypatch.setenv("ASP_PERSON_KEY", "a key for tests, long enough")
    monkeypatch.setenv("ASP_ROLLUPS", "false")  # it is the rows that are looked at
    monkeypatch.setenv("ASP_RT_TOKEN", desk.server.reader())
    return Reporting(folder, config, monkeypatch, capsys)


# --- against the server's own figures -------------------------------------------------------------------------------

LIVING = "t.IsMerged IS NULL AND t.Status != 'deleted'"
STATUS = {"open": ("new", "open"), "pending": ("stalled",), "resolved": ("resolved",), "cancelled": ("rejected",)}


def assert_same(reporting: Reporting, desk: Desk) -> None:
    """Counts, resolutions, hand-offs and reopenings are those of the server."""
    server = desk.server
    told = reporting.counts("SELECT status, count(*) FROM tickets GROUP BY 1")
    asked = {ours: sum(server.count(f"Status = '{one}'") for one in theirs) for ours, theirs in STATUS.items()}
    assert told == {status: count for status, count in asked.items() if count}
    by_place = reporting.counts("SELECT municipality_id, count(*) FROM tickets GROUP BY 1")
    assert by_place == {code: server.count(f"'CF.{{KSH}}' = '{code}'") for code in MUNICIPALITIES}
    by_actor = reporting.counts("SELECT actor_id, count(*) FROM tickets GROUP BY 1")
    queues = {"nisz": DESK, **{ACTORS[service]: queue for service, queue in OPERATORS.items()}}
    assert by_actor == {actor: server.count(f"Queue = '{queue}'") for actor, queue in queues.items()}
    resolved = reporting.counts("SELECT strftime(resolved_at, '%Y-%m-%d %H:%M:%S'), count(*) FROM tickets"
                                " WHERE resolved_at IS NOT NULL GROUP BY 1")  # fmt: skip
    assert resolved == dict(server.rows(f"SELECT Resolved, count(*) FROM Tickets t WHERE {LIVING}"
                                        " AND Status = 'resolved' GROUP BY 1"))  # fmt: skip
    assert _handoffs(reporting) == _own_handoffs(desk)
    assert reporting.rows("SELECT sum(reopen_count), sum(reassignment_count) FROM tickets") == [_own_sums(server)]
    assert reporting.rows("SELECT count(*) FROM events WHERE ticket_id NOT IN (SELECT ticket_id FROM tickets)") == [
        (0,)
    ]


def _handoffs(reporting: Reporting) -> dict[str, int]:
    """Operating actor -> tickets that came to it from the first level, by the events alone."""
    return reporting.counts("""
        SELECT actor_id, count(*) FROM (
            SELECT actor_id, level, event_type,
                   lag(level) OVER (PARTITION BY ticket_id ORDER BY event_at, event_id != 'created', event_id) AS before
            FROM events
        ) WHERE event_type = 'assignment' AND level = 2 AND before = 1 GROUP BY 1""")


def _own_handoffs(desk: Desk) -> dict[str, int]:
    found = desk.server.rows(
        "SELECT q.Name FROM Transactions x JOIN Tickets t ON t.id = x.ObjectId JOIN Queues q ON q.id = x.NewValue"
        " JOIN Queues f ON f.id = x.OldValue"
        f" WHERE x.ObjectType = 'RT::Ticket' AND x.Field = 'Queue' AND f.Name = ? AND {LIVING}",
        DESK,
    )
    services = {queue: service for service, queue in OPERATORS.items()}
    return dict(Counter(ACTORS[services[name]] for (name,) in found))


def _own_sums(server: RequestTracker) -> tuple[int, int]:
    told = "FROM Transactions x JOIN Tickets t ON t.id = x.ObjectId WHERE x.ObjectType = 'RT::Ticket' AND "
    ((reopened,),) = server.rows(
        f"SELECT count(*) {told} {LIVING} AND x.Type = 'Status' AND OldValue IN ('resolved', 'rejected')"
        " AND NewValue NOT IN ('resolved', 'rejected', 'deleted')"
    )
    ((moved,),) = server.rows(f"SELECT count(*) {told} {LIVING} AND x.Field = 'Queue'")
    return reopened, moved


def sums(inputs: list[dict[str, Any]], name: str, source: str = "rt tickets") -> int:
    return sum(one[name] for one in inputs if one["source"] == source)


def test_all_of_it_is_there_and_a_second_run_changes_nothing(reporting: Reporting, desk: Desk) -> None:
    code, inputs = reporting.run()

    assert (code, sums(inputs, "quarantined"), sums(inputs, "quarantined", "rt events")) == (0, 0, 0)
    assert sums(inputs, "new") == desk.server.count("id > 0") >= TICKETS - 8
    assert_same(reporting, desk)

    again = reporting.run()[1]
    assert {sums(again, name) for name in ("new", "changed", "withdrawn")} == {0}
    assert {sums(again, name, "rt events") for name in ("new", "changed")} == {0}


def test_only_what_changed_comes_again(reporting: Reporting, desk: Desk) -> None:
    reporting.run()
    solved = [one for (one,) in desk.server.rows(f"SELECT id FROM Tickets t WHERE Status = 'open' AND {LIVING}")][:3]
    desk.bulk(solved, Status="resolved")
    moved = [str(one) for (one,) in desk.server.rows(
        f"SELECT t.id FROM Tickets t JOIN Queues q ON q.id = t.Queue WHERE q.Name = ? AND {LIVING} LIMIT 4", DESK,
    )]  # fmt: skip
    desk.hand_over(moved[:2])
    desk.server.change(moved[2], MergeInto=moved[0])
    desk.server.change(moved[3], Status="deleted")
    created = desk.create(2, random.Random(8))

    code, inputs = reporting.run()

    assert code == 0
    assert (sums(inputs, "new"), sums(inputs, "changed"), sums(inputs, "withdrawn")) == (2, 5, 2)
    assert sums(inputs, "read") < TICKETS // 3
    assert {one for (one,) in reporting.rows("SELECT ticket_id FROM tickets")} >= set(created)
    assert_same(reporting, desk)


def test_a_window_of_the_past_is_read_without_moving_on(reporting: Reporting, desk: Desk) -> None:
    code, inputs = reporting.run("--from", "2026-05-04", "--to", "2026-05-04")

    # Whole days in Budapest, the last one included.
    window = "LastUpdated >= '2026-05-03 22:00:00' AND LastUpdated < '2026-05-04 22:00:00'"
    ((expected,),) = desk.server.rows(f"SELECT count(*) FROM Tickets t WHERE {LIVING} AND {window}")
    assert (code, sums(inputs, "new")) == (0, expected)
    assert expected > 40
    assert sums(reporting.run()[1], "read") == desk.server.count("id > 0")


def test_a_server_that_is_killed_is_read_on_from_there(
    reporting: Reporting, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rt, "PER_SLICE", 25)
    sent = iter(range(1_000))
    once = http.Client._once

    def dying(self: http.Client, *asked: Any) -> http.Answer:
        if next(sent) == 16:
            desk.server.kill()
        return once(self, *asked)

    with monkeypatch.context() as patched:
        patched.setattr(http.Client, "_once", dying)
        patched.setattr(http, "WAITS", NoWaits())
        code, inputs = reporting.run()
    desk.server.start()

    assert (code, inputs[-1]["status"]) == (1, "failed")
    assert 0 < sums(inputs, "new") < desk.server.count("id > 0")
    code, inputs = reporting.run()
    assert (code, sums(inputs, "read") < desk.server.count("id > 0")) == (0, True)
    assert_same(reporting, desk)


def test_a_user_in_another_time_zone_is_refused(
    reporting: Reporting, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASP_RT_TOKEN", desk.server.reader(zone="Europe/Budapest"))

    code, inputs = reporting.run()

    assert code == 1
    assert all("time zone of the user whose token is used to UTC" in one["message"] for one in inputs)


def test_a_login_with_some_queues_gets_all_tickets_of_these(
    reporting: Reporting, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With rights looked at row by row, as some installations do: holes in pages, and no totals."""
    monkeypatch.setenv("ASP_RT_TOKEN", desk.server.reader(*list(OPERATORS.values())[:2], name="limited"))
    desk.server.configure(sql_for_rights=False)

    refused, unread = reporting.run()
    text = reporting.config.read_text(encoding="utf-8")
    reporting.config.write_text(text.replace(', "ASP-IRAT"]', "]"), encoding="utf-8")
    code, inputs = reporting.run()
    desk.server.configure(sql_for_rights=True)

    assert refused == 1
    assert all("second_level names 'ASP-IRAT'" in one["message"] for one in unread)
    seen = sum(desk.server.count(f"Queue = '{queue}'") for queue in list(OPERATORS.values())[:2])
    assert (code, sums(inputs, "new")) == (0, seen)
