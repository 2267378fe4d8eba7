"""A Znuny web service: sessions that end, errors as HTTP 200, searches without pages, times without a zone, people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.etl.fakes.server import Call, Reply

Row = dict[str, Any]
LOGIN = {"UserLogin": "reader", "Password": "znuny-password-of-tests"}
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@dataclass
class Znuny:
    """tickets, histories by id. zone: of all its times. sessions: how many requests each lasts.

    heeds_limit: an old one always stops at 500. denied: ids that the login may not read. before: called with each call,
    before it is answered.
    """

    tickets: dict[int, Row] = field(default_factory=dict)
    histories: dict[int, list[Row]] = field(default_factory=dict)
    zone: str = "Europe/Budapest"
    sessions: int = 1000
    heeds_limit: bool = True
    denied: set[int] = field(default_factory=set)
    before: Callable[[Call], None] = lambda call: None
    left: int = 0
    session: int = 0

    def stamp(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M:%S")

    def open(self, number: int, at: datetime, queue: str = "First level", **more: Any) -> None:
        """A new ticket, and its people."""
        self.tickets[number] = {
            "TicketID": str(number), "TicketNumber": f"2026{number:06}", "Title": "Kovács Piroska jelszava",
            "State": "new", "StateType": "new", "Queue": queue, "Priority": "3 normal", "Type": "Incident",
            "Service": "ADO", "Owner": "agent.anna", "OwnerID": "5", "Responsible": "agent.anna",
            "CustomerID": "26408", "CustomerUserID": "kovacs@hivatal.example", "Created": self.stamp(at),
            "Changed": self.stamp(at), "Age": 77, "EscalationTime": 0,
            "DynamicField": [{"Name": "Municipality", "Value": "26408"}, {"Name": "Note", "Value": None}], **more,
        }  # fmt: skip
        name = f"%%2026{number:06}%%{queue}%%3 normal%%new%%{number}"
        self.histories[number] = [self._line("NewTicket", at, name)]

    def change(self, number: int, at: datetime, **values: str) -> None:
        """Change State, Queue or Priority of a ticket; its history tells it."""
        ticket = self.tickets[number]
        for name, value in values.items():
            old = ticket[name]
            told = {
                "State": ("StateUpdate", f"%%{old}%%{value}%%"),
                "Queue": ("Move", f"%%{value}%%2%%{old}%%1"),
                "Priority": ("PriorityUpdate", f"%%{old}%%3%%{value}%%4"),
            }
            self.histories[number].append(self._line(told[name][0], at, told[name][1]))
            ticket[name] = value
        if "State" in values:
            kind, *rest = values["State"].split()
            ticket["StateType"] = f"pending {rest[0]}" if kind == "pending" else kind
        if ticket["StateType"] == "closed":
            ticket["Closed"] = ticket["SolutionTime"] = self.stamp(at)
        ticket["Changed"] = self.stamp(at)

    def said(self, number: int, at: datetime, kind: str, owner: str = "5") -> None:
        """Another line of a ticket's history."""
        line = self._line(kind, at, "%%agent.anna%%5") | {"OwnerID": owner}
        self.histories[number].append(line)

    def handle(self, call: Call) -> Reply:
        self.before(call)
        if call.method != "POST":
            return Reply({"Error": {"ErrorCode": "HTTP.Method", "ErrorMessage": "not by GET"}})
        body = call.json
        if call.path.endswith("/Session"):
            return self._log_in(body)
        operation = call.path.rpartition("/")[2]
        if body.get("SessionID") != f"session-{self.session}" or self.left <= 0:
            return _error(f"{operation}.AuthFail", f"{operation}: Authorization failing for kovacs@hivatal.example!")
        self.left -= 1
        if operation == "TicketSearch":
            return self._search(body)
        ids = [int(one) for one in body["TicketID"]]
        if self.denied & set(ids) or not set(ids) <= self.tickets.keys():
            return _error(f"{operation}.AccessDenied", f"{operation}: User does not have access to the ticket!")
        if operation == "TicketGet":
            found = [self.tickets[one] for one in ids]
            return Reply({"Ticket": found[0] if len(found) == 1 else found})
        return Reply({"TicketHistory": [{"TicketID": one, "History": self.histories[one]} for one in ids]})

    def _log_in(self, body: Row) -> Reply:
        if body != LOGIN:
            return _error("SessionCreate.AuthFail", "SessionCreate: Authorization failing!")
        self.session, self.left = self.session + 1, self.sessions
        return Reply({"SessionID": f"session-{self.session}"})

    def _search(self, body: Row) -> Reply:
        """The newest first, at most so many, both ends of the window counted."""
        name = "Created" if any(key.startswith("TicketCreateTime") for key in body) else "Changed"
        time = "TicketCreateTime" if name == "Created" else "TicketLastChangeTime"
        first, last = body[f"{time}NewerDate"], body.get(f"{time}OlderDate", "9999")
        hits = [one for one in self.tickets.values() if first <= one[name] <= last and _in(one, body)]
        hits.sort(key=lambda one: one[name], reverse=True)
        limit = body.get("Limit", 500) if self.heeds_limit else 500
        ids = [one["TicketID"] for one in hits[:limit]]
        return Reply({"TicketID": ids[0] if len(ids) == 1 else ids} if ids else {})

    def _line(self, kind: str, at: datetime, name: str) -> Row:
        return {"HistoryType": kind, "CreateTime": self.stamp(at), "Name": name, "OwnerID": "5", "CreateBy": "5"}


def _in(ticket: Row, body: Row) -> bool:
    terms = {"Queue": body.get("Queues"), "StateType": body.get("StateType")}
    return all(not wanted or ticket[name] in wanted for name, wanted in terms.items())


def _error(code: str, message: str) -> Reply:
    return Reply({"Error": {"ErrorCode": code, "ErrorMessage": message}})


def filled(count: int, **settings: Any) -> Znuny:
    """So many tickets, a minute apart, every third one closed an hour later by the second level."""
    znuny = Znuny(**settings)
    for number in range(1, count + 1):
        opened = START + timedelta(minutes=number)
        znuny.open(number, opened)
        if number % 3 == 0:
            znuny.change(number, opened + timedelta(minutes=30), Queue="Second level")
            znuny.change(number, opened + timedelta(minutes=60), State="closed successful")
    return znuny
