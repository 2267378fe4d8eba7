"""A small world of live systems for all four jobs that goes on changing: desk, record store, publisher, ledger."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.etl.fakes import ocds as publishing
from tests.etl.fakes import xapi as learning
from tests.etl.fakes.ocds import Publisher
from tests.etl.fakes.rt import Desk
from tests.etl.fakes.server import FakeServer, serving
from tests.etl.fakes.xapi import RecordStore

SECRETS = {"RT_TOKEN": Desk.token, "LRS_TOKEN": learning.TOKEN, "OCDS_TOKEN": publishing.TOKEN}
DESCRIPTION = """
[[source]]
name = "rt"
system = "desk"
job = "tickets"
record = "ticket"
[source.connect]
kind = "rt"
url = "{desk}"
token_env = "RT_TOKEN"
page_size = 20
second_level = ["ASP-ADO"]
reconcile_days = 0.000001
most_deleted = 0.9
[source.fields]
ticket_id = "id"
opened_at = "Created"
status = "Status"
resolved_at = "Resolved"
updated_at = "LastUpdated"
municipality = {{ column = "CustomFields.KSH", optional = true }}
reopen_count = "history.reopen_count"
reassignment_count = "history.reassignment_count"
escalated_at = "history.escalated_at"
[source.values.status]
new = "open"
rejected = "cancelled"

[[source]]
name = "rt-events"
system = "desk"
job = "tickets"
record = "event"
[source.connect]
kind = "rt"
url = "{desk}"
token_env = "RT_TOKEN"
page_size = 20
second_level = ["ASP-ADO"]
[source.fields]
ticket_id = "ticket_id"
event_id = "event_id"
event_at = "event_at"
event_type = "event_type"
status = "status"
assignment_group = "group"
level = "level"

[[source]]
name = "lrs"
job = "training"
record = "training"
[source.connect]
kind = "xapi"
url = "{lrs}/lrs/xapi"
token_env = "LRS_TOKEN"
[source.fields]
enrolment_id = {{ columns = ["actor", "activity", "registration"], separator = "|" }}
person = "actor"
course_id = "activity"
started_on = "first_at"
completed_on = "completed_at"
result = "result"

[[source]]
name = "publisher"
job = "contracts"
record = "contract"
[source.connect]
kind = "ocds"
url = "{publisher}/api"
path = "list"
token_env = "OCDS_TOKEN"
since_parameter = "since"
record_path = "records/{{ocid}}"
[source.fields]
contract_id = "key"
contract_kind = {{ value = "underpinning" }}
signed_on = "contract.dateSigned"
value_huf = "contract.value.amount"

[[source]]
name = "publisher-amendments"
system = "publisher"
job = "contracts"
record = "amendment"
[source.connect]
kind = "ocds"
url = "{publisher}/api"
path = "list"
token_env = "OCDS_TOKEN"
since_parameter = "since"
record_path = "records/{{ocid}}"
[source.fields]
contract_id = "key"
amendment_id = "amendment.id"
amended_on = "amendment.date"
value_huf = "after.value.amount"

[[source]]
name = "ledger"
job = "budget"
record = "budget"
[source.connect]
kind = "sql"
url = "sqlite:///{ledger}"
query = "SELECT id, year, account, spent FROM ledger"
complete = true
most_deleted = 0.9
[source.fields]
line_id = "id"
fiscal_year = "year"
account_id = "account"
spent_huf = "spent"
"""


@dataclass
class World:
    """Systems and what happens in them; the same seed lives the same life."""

    folder: Path
    seed: int = 1
    desk: Desk = field(default_factory=Desk)
    records: RecordStore = field(default_factory=lambda: RecordStore(most=20))
    publisher: Publisher = field(default_factory=lambda: Publisher(size=8))
    servers: dict[str, FakeServer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        with closing(sqlite3.connect(self.ledger)) as connection, connection:
            connection.execute(
                "CREATE TABLE ledger (id INTEGER PRIMARY KEY, year INTEGER, account TEXT, spent INTEGER)"
            )

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def config(self) -> Path:
        return self.folder / "sources.toml"

    @contextmanager
    def running(self) -> Iterator["World"]:
        """The systems answer, and sources.toml says where."""
        with ExitStack() as stack:
            handles = {"desk": self.desk.handle, "lrs": self.records.handle, "publisher": self.publisher.handle}
            self.servers = {name: stack.enter_context(serving(handle)) for name, handle in handles.items()}
            urls = {name: server.url for name, server in self.servers.items()}
            self.config.write_text(DESCRIPTION.format(**urls, ledger=self.ledger), encoding="utf-8")
            yield self

    def live(self, steps: int) -> None:
        """So much more happens, in each of them."""
        for _ in range(steps):
            self.desk.later(minutes=7)
            self._at_the_desk()
            self._in_courses()
            self._at_the_publisher()
            self._in_the_ledger()

    def _at_the_desk(self) -> None:
        desk, chance = self.desk, self._chance
        for _ in range(3):
            desk.create(CustomFields={"KSH": [chance.choice(["01508", "26408", "08819"])]})
        known = [number for number, row in desk.tickets.items() if not row["IsMerged"] and row["Status"] != "deleted"]
        number = chance.choice(known)
        act = chance.choice(["queue", "status", "merge", "delete", "answer"])
        if act == "queue":
            desk.set(number, "Queue", "ASP-ADO" if desk.tickets[number]["Queue"] == "desk" else "desk")
        elif act == "merge" and len(known) > 1:
            desk.merge(number, chance.choice([other for other in known if other != number]))
        elif act == "delete":
            desk.set(number, "Status", "deleted")
        elif act == "answer":
            desk.answer(number)
        else:
            status = "open" if desk.tickets[number]["Status"] == "resolved" else "resolved"
            desk.set(number, "Status", status)

    def _in_courses(self) -> None:
        person = f"clerk-{self._chance.randrange(30)}"
        said = self.records.say(person, self._chance.choice(["registered", "launched", "completed"]))
        if self._chance.random() < 0.1:
            self.records.void(said)

    def _at_the_publisher(self) -> None:
        number = len(self.publisher.releases)
        process = self._chance.randrange(20)
        first = not any(one["ocid"] == f"ocds-w-{process}" for one in self.publisher.releases)
        at = publishing_time(number)
        body = {"dateSigned": at} if first else {}
        value = {"amount": 1000 * (number + 1), "currency": "HUF"}
        self.publisher.releases.append(
            {
                "ocid": f"ocds-w-{process}",
                "id": f"w-{number}",
                "date": at,
                "tag": ["contract" if first else "contractAmendment"],
                "contracts": [{"id": "C", "awardID": "A", "value": value, **body}],
            }
        )

    def _in_the_ledger(self) -> None:
        amount, account = self._chance.randrange(10**7), self._chance.choice(["K1101", "K351", "B34"])
        with closing(sqlite3.connect(self.ledger)) as connection, connection:
            connection.execute("INSERT INTO ledger (year, account, spent) VALUES (2026, ?, ?)", (account, amount))
            some = "(SELECT id FROM ledger ORDER BY id LIMIT 1 OFFSET ?)"
            place = (self._chance.randrange(40),)
            connection.execute(f"UPDATE ledger SET spent = spent + 1 WHERE id = {some}", place)
            if self._chance.random() < 0.2:
                connection.execute(f"DELETE FROM ledger WHERE id = {some}", place)


def publishing_time(number: int) -> str:
    """When the release of this number was published."""
    return (learning.EPOCH - timedelta(days=200) + timedelta(hours=number)).isoformat().replace("+00:00", "Z")
