"""A Zammad: a search index that lags, caps and fails silently, a list by id, histories, organisations, people."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.etl.fakes.server import Call, Reply

Row = dict[str, Any]
TOKEN = "zammad-token-of-tests"  # noqa: S105 - of this fake only
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Zammad:
    """tickets, histories, organizations by id. indexed: what the search knows: id -> last change.

    lagging: changes reach the index only by reindex(). has_index: without one a search looks for its words in titles.
    form: of a search's answer (list, records, assets). most: rows of a search at most, whatever is asked for; failing:
    so many more searches find nothing although they should. before: called with each call, before it is answered.
    """

    tickets: dict[int, Row] = field(default_factory=dict)
    histories: dict[int, list[Row]] = field(default_factory=dict)
    organizations: dict[int, Row] = field(default_factory=dict)
    groups: tuple[str, ...] = ("First level", "Second level")
    indexed: dict[int, str] = field(default_factory=dict)
    readable: set[str] | None = None
    lagging: bool = False
    has_index: bool = True
    form: str = "list"
    most: int = 200
    failing: int = 0
    before: Callable[[Call], None] = lambda call: None

    def open(self, number: int, at: datetime, group: str = "First level", **more: Any) -> None:
        """A new ticket, and its people."""
        self.tickets[number] = {
            "id": number, "number": f"7{number:05}", "title": "Kovács Piroska jelszava", "group": group, "group_id": 1,
            "state": "new", "state_id": 1, "priority": "2 normal", "priority_id": 2, "organization": "Komló",
            "organization_id": 1, "customer": "kovacs@hivatal.example", "customer_id": 7, "owner": "agent@desk.example",
            "owner_id": 3, "created_at": stamp(at), "updated_at": stamp(at), "close_at": None,
            "created_by": "x@y.example", "first_response_at": None, "note": "titkos",
            "preferences": {"to": "kovacs@hivatal.example"}, **more,
        }  # fmt: skip
        self.histories[number] = [self._entry(number, "created", at)]
        self._index(number)

    def change(self, number: int, at: datetime, by: int = 3, **values: str) -> None:
        """Change attributes of a ticket; its history tells it."""
        for name, value in values.items():
            old = self.tickets[number][name]
            entry = self._entry(number, "updated", at, by) | {"attribute": name, "value_from": old, "value_to": value}
            self.histories[number].append(entry)
            self.tickets[number][name] = value
        if values.get("state") == "closed":
            self.tickets[number]["close_at"] = stamp(at)
        self.tickets[number]["updated_at"] = stamp(at)
        self._index(number)

    def delete(self, number: int) -> None:
        """The ticket goes; the index may still know it."""
        del self.tickets[number]
        if not self.lagging:
            self.indexed.pop(number, None)

    def reindex(self) -> None:
        self.indexed = {number: one["updated_at"] for number, one in self.tickets.items()}

    def handle(self, call: Call) -> Reply:
        self.before(call)
        if call.headers.get("authorization") != f"Token token={TOKEN}":
            return Reply({"error": "Invalid BasicAuth credentials"}, 401)
        if call.path == "/api/v1/tickets/search":
            return self._search(call)
        if call.path == "/api/v1/tickets":
            return Reply(_page([one for _, one in sorted(self._seen())], call, 100))
        if call.path == "/api/v1/organizations":
            return Reply(_page([one for _, one in sorted(self.organizations.items())], call, 500))
        if call.path == "/api/v1/groups":
            return Reply(_page([{"id": n, "name": name} for n, name in enumerate(self.groups, start=1)], call, 500))
        number = int(call.path.rpartition("/")[2])
        if number not in self.tickets:
            return Reply({"error": "Couldn't find Ticket"}, 404)
        return Reply(
            {"history": self.histories[number], "assets": {"User": {"7": {"email": "kovacs@hivatal.example"}}}}
        )

    def _index(self, number: int) -> None:
        if not self.lagging:
            self.indexed[number] = self.tickets[number]["updated_at"]

    def _entry(self, number: int, kind: str, at: datetime, by: int = 3) -> Row:
        place = number * 1000 + len(self.histories.get(number, []))
        return {"id": place, "o_id": number, "object": "Ticket", "type": kind, "created_at": stamp(at),
                "created_by_id": by}  # fmt: skip

    def _seen(self) -> list[tuple[int, Row]]:
        return [(n, one) for n, one in self.tickets.items() if self.readable is None or one["group"] in self.readable]

    def _search(self, call: Call) -> Reply:
        if not self.has_index:
            return self._answer([], 0)
        if self.failing:
            self.failing -= 1
            return self._answer([], 0)
        hits = [number for _, number in sorted((at, n) for n, at in self.indexed.items() if self._fits(n, call))]
        size, page = min(int(call.args["per_page"]), self.most), int(call.args["page"])
        if size * page > 10_000:
            return self._answer([], 0)  # the index refuses so deep a page, and Zammad shows nothing
        seen = dict(self._seen())
        return self._answer([seen[n] for n in hits[size * (page - 1) : size * page] if n in seen], len(hits))

    def _fits(self, number: int, call: Call) -> bool:
        return all(self._matches(number, term) for term in call.args["query"].split(" AND "))

    def _matches(self, number: int, term: str) -> bool:
        name, _, wanted = term.strip("()").partition(":")
        if name == "group":
            return number in self.tickets and self.tickets[number]["group"] == wanted.strip('"')
        bounds = re.fullmatch(r"\[(\S+) TO (\S+)\]", wanted)
        assert bounds is not None, f"a search that no index understands: {term}"
        first, last = bounds.groups()
        if name == "id":
            return int(first) <= number and (last == "*" or number <= int(last))
        at = datetime.fromisoformat(self.indexed[number])
        return datetime.fromisoformat(first) <= at and (last == "*" or at <= datetime.fromisoformat(last))

    def _answer(self, rows: list[Row], total: int) -> Reply:
        if self.form == "list":
            return Reply(rows)
        if self.form == "records":
            return Reply({"records": rows, "total_count": total})
        bare = {
            str(one["id"]): {k: v for k, v in one.items() if k not in ("group", "state", "priority")} for one in rows
        }
        named = {"Group": "group", "TicketState": "state", "TicketPriority": "priority"}
        assets: Row = {"Ticket": bare}
        for number, one in enumerate(rows):  # ids that tell the names apart
            for kind, name in named.items():
                bare[str(one["id"])][f"{name}_id"] = number
                assets.setdefault(kind, {})[str(number)] = {"name": one[name]}
        return Reply({"tickets": [one["id"] for one in rows], "tickets_count": len(rows), "assets": assets})


def _page(rows: list[Row], call: Call, most: int) -> list[Row]:
    size, page = min(int(call.args["per_page"]), most), int(call.args["page"])
    return rows[size * (page - 1) : size * page]


def filled(count: int, **settings: Any) -> Zammad:
    """So many tickets, a minute apart, every third one closed an hour later by the second level."""
    zammad = Zammad(
        organizations={1: {"id": 1, "name": "Komló", "ksh": "26408", "note": "x", "members": ["a@b.example"]}}
    )
    for number in range(1, count + 1):
        opened = START + timedelta(minutes=number)
        zammad.open(number, opened)
        if number % 3 == 0:
            zammad.change(number, opened + timedelta(minutes=30), group="Second level")
            zammad.change(number, opened + timedelta(minutes=60), state="closed")
    for name, value in settings.items():
        setattr(zammad, name, value)
    return zammad
