"""A Request Tracker as far as REST2's searches go, with their traps (lib/RT/REST2/Resource/Collection.pm of 5.0)."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import parse_qsl

from tests.etl.fakes.server import Call, Reply

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = "6"
DATES = frozenset({"Created", "Starts", "Started", "Told", "Due", "Resolved", "LastUpdated"})
COMPARED = {">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq, "!=": operator.ne}
TOKEN = re.compile(r"\s*(\(|\)|AND\b|OR\b|[A-Za-z]+|>=|!=|[<>=]|'(?:[^']*)'|-?\d+)")


@dataclass
class Desk:
    """tickets by id; transactions in their order; queues: id -> name.

    hidden: tickets that the login may not see: they leave holes in pages, and no total is told (the server then runs
    without UseSQLForACLChecks). zone: in which times of searches are read. token: the one that is accepted.
    after_page: called after each page of tickets, to change them meanwhile. most: rows of a page at most.
    """

    queues: dict[str, str] = field(default_factory=lambda: {"1": "General", "3": "desk", "4": "ASP-ADO"})
    tickets: dict[int, Row] = field(default_factory=dict)
    transactions: list[Row] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    zone: tzinfo = UTC
    token: str = "1-2-secret"  # noqa: S105 - of nobody
    after_page: Callable[[], object] | None = None
    most: int = 100
    clock: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    # --- what people do -----------------------------------------------------------------------------------------

    def create(self, queue: str = "desk", by: str = "key.user", **values: Any) -> int:
        number = max(self.tickets, default=0) + 1
        ticket = {
            "id": number, "EffectiveId": number, "Queue": queue, "Status": "new", "Priority": "50",
            "InitialPriority": "50", "Created": self.clock, "LastUpdated": self.clock, "Resolved": EPOCH,
            "Started": EPOCH, "CustomFields": {}, "IsMerged": False,
        }  # fmt: skip
        self.tickets[number] = {**ticket, **values}
        self._tell(number, "Create", by)
        return number

    def set(self, number: int, name: str, value: str, by: str = "desk.officer") -> None:
        ticket = self.tickets[number]
        numbers = {name: number for number, name in self.queues.items()}
        old, new = ticket.get(name, NOBODY), value
        ticket[name] = value
        if name == "Queue":
            old, new = numbers[old], numbers[new]
        if name == "Status" and value in ("resolved", "rejected", "deleted"):
            ticket["Resolved"] = self.clock
        self._tell(number, "Status" if name == "Status" else "Set", by, name, old, new)

    def answer(self, number: int, by: str = "desk.officer") -> None:
        self._tell(number, "Correspond", by)

    def merge(self, number: int, into: int) -> None:
        """The one that goes keeps its time of change: a search by that never finds it again."""
        kept = self.tickets[number]["LastUpdated"]
        link = f"fsck.com-rt://desk.example/ticket/{into}"
        self._tell(number, "AddLink", "desk.officer", "MergedInto", "", link)
        self._tell(into, "AddLink", "desk.officer", "MergedInto", "", link)
        self.tickets[number] |= {"EffectiveId": into, "IsMerged": True, "LastUpdated": kept}

    def later(self, **span: float) -> None:
        self.clock += timedelta(**span)

    def _tell(self, number: int, kind: str, by: str, name: str = "", old: str = "", new: str = "") -> None:
        ticket = self.tickets[number]
        ticket["LastUpdated"] = max(ticket["LastUpdated"], self.clock)
        told = {
            "id": len(self.transactions) + 1, "ObjectType": "RT::Ticket", "ObjectId": number, "Type": kind,
            "Field": name, "OldValue": old, "NewValue": new, "Created": self.clock, "Creator": by,
        }  # fmt: skip
        self.transactions.append(told)

    # --- what the server answers --------------------------------------------------------------------------------

    def handle(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"token {self.token}":
            return Reply({"message": "Unauthorized"}, 401)
        asked = _asked(call)
        path = call.path.removeprefix("/REST/2.0")
        if path == "/user/Nobody":
            return Reply({"Name": "Nobody", "_hyperlinks": [{"ref": "self", "type": "user", "id": int(NOBODY)}]})
        if path == "/queues/all":
            rows = [{"id": number, "Name": name} for number, name in self.queues.items()]
            return self._page(rows, asked, lambda row: True, told=True)
        if path == "/tickets":
            reply = self._page(self._found_tickets(asked), asked, self._shown, told=not self.hidden)
            if self.after_page:
                self.after_page()
            return reply
        if path == "/transactions":
            found = [row for row in self.transactions if self._fits(row, asked["query"][0])]
            return self._page(_ordered(found, asked), asked, lambda row: row["ObjectId"] not in self.hidden, told=False)
        return Reply({"message": "Not Found"}, 404)

    def _shown(self, row: Row) -> bool:
        return row["id"] not in self.hidden

    def _found_tickets(self, asked: dict[str, list[str]]) -> list[Row]:
        there = [row for row in self.tickets.values() if not row["IsMerged"] and row["Status"] != "deleted"]
        return _ordered([row for row in there if self._fits(row, asked["query"][0])], asked)

    def _page(self, rows: list[Row], asked: dict[str, list[str]], shown: Callable[[Row], bool], told: bool) -> Reply:
        size = min(int(asked.get("per_page", ["20"])[0]) or 20, self.most)
        last = max(1, -(-len(rows) // size))
        page = int(asked.get("page", ["1"])[0])
        if told:
            page = min(page, last)  # past the end is the last page again
        items = [_item(row, asked) for row in rows[(page - 1) * size : page * size] if shown(row)]
        answer: Row = {"count": len(items), "page": page, "per_page": size, "items": items}
        answer |= {"total": len(rows), "pages": last} if told else {"total": None, "pages": None}
        if told and page < last:
            answer["next_page"] = f"http://127.0.0.1/REST/2.0/?page={page + 1}"
        return Reply(answer)

    def _fits(self, row: Row, query: str) -> bool:
        tokens = list(_tokens(query))
        fits = self._either(row, tokens)
        assert not tokens, f"more than a condition: {query}"
        return fits

    def _either(self, row: Row, tokens: list[str]) -> bool:
        fits = self._both(row, tokens)
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            fits = self._both(row, tokens) or fits
        return fits

    def _both(self, row: Row, tokens: list[str]) -> bool:
        fits = self._one(row, tokens)
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            fits = self._one(row, tokens) and fits
        return fits

    def _one(self, row: Row, tokens: list[str]) -> bool:
        if tokens[0] == "(":
            tokens.pop(0)
            fits = self._either(row, tokens)
            assert tokens.pop(0) == ")", "a bracket that is not closed"
            return fits
        name, sign, value = (tokens.pop(0) for _ in range(3))
        if name in DATES:
            return self._in_time(row[name], sign, value.strip("'"))
        own = row[name]
        return bool(COMPARED[sign](own, int(value) if isinstance(own, int) else value.strip("'")))

    def _in_time(self, own: datetime, sign: str, value: str) -> bool:
        asked = datetime.fromisoformat(value).replace(tzinfo=self.zone)
        if sign == "=":  # the whole day
            day = asked.replace(hour=0, minute=0, second=0)
            return day <= own < day + timedelta(days=1)
        return bool(COMPARED[sign](own, asked))


def _asked(call: Call) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for name, value in [*call.query, *parse_qsl(call.body.decode(), keep_blank_values=True)]:
        asked.setdefault(name, []).append(value)
    return asked


def _tokens(query: str) -> Iterator[str]:
    at = 0
    while at < len(query.rstrip()):
        found = TOKEN.match(query, at)
        assert found, f"no TicketSQL at {query[at:]}"
        yield found.group(1)
        at = found.end()


def _ordered(rows: list[Row], asked: dict[str, list[str]]) -> list[Row]:
    columns, orders = asked.get("orderby", []), asked.get("order", [])
    for number in reversed(range(len(columns))):
        down = len(orders) > number and orders[number] == "DESC"
        rows = sorted(rows, key=lambda row: row[columns[number]], reverse=down)
    return rows


def _item(row: Row, asked: dict[str, list[str]]) -> Row:
    """Only what is asked for, numbers as text, times in UTC whatever the zone, nothing as ''."""
    item: Row = {"id": str(row["id"]), "type": "ticket", "_url": f"http://127.0.0.1/REST/2.0/ticket/{row['id']}"}
    for name in asked.get("fields", [""])[0].split(","):
        value = row.get(name, "")
        if name == "Queue":
            value = {"id": "9", "type": "queue", "Name": value} if asked.get("fields[Queue]") == ["Name"] else {"id": 9}
        elif name == "CustomFields":
            value = [{"id": str(n), "name": one, "values": has} for n, (one, has) in enumerate(value.items())] or ""
        elif name == "Creator":
            value = {"id": value, "type": "user"}
        elif isinstance(value, datetime):
            value = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if name:
            item[name] = str(value) if isinstance(value, int) else value
    return item
