"""A GLPI's apirest.php: sessions that end, numbered search columns, ranges, a trash, logs, times without a zone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.etl.fakes.server import Call, Reply

Row = dict[str, Any]
USER, APP = "glpi-user-token-of-tests", "glpi-app-token-of-tests"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NEW, ASSIGNED, SOLVED, CLOSED = 1, 2, 5, 6
OPTIONS = {  # numbers that a plugin may move: the adapter has to read them
    "1": ("glpi_tickets", "name"), "2": ("glpi_tickets", "id"), "12": ("glpi_tickets", "status"),
    "19": ("glpi_tickets", "date_mod"), "80": ("glpi_entities", "completename"),
    "7": ("glpi_itilcategories", "completename"), "8": ("glpi_groups", "completename"),
    "71": ("glpi_groups", "completename"), "83": ("glpi_locations", "completename"),
    "9": ("glpi_requesttypes", "name"),
}  # fmt: skip


@dataclass
class Glpi:
    """items, rows (what a search shows), logs by id; entities; groups: none where they may not be listed.

    zone: of all its times. most: rows of a range at most.

    sessions: how many requests each lasts. version: 2 has no apirest.php any more. before: called with each call,
    before it is answered. killed: sessions that were ended in order.
    """

    items: dict[int, Row] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    logs: dict[int, list[Row]] = field(default_factory=dict)
    entities: list[Row] = field(default_factory=list)
    groups: tuple[str, ...] = ("First level", "Second level")
    options: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(OPTIONS))
    zone: str = "Europe/Budapest"
    most: int = 1000
    sessions: int = 1000
    version: int = 1
    before: Callable[[Call], None] = lambda call: None
    session: int = 0
    left: int = 0
    killed: int = 0

    def stamp(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M:%S")

    def open(self, number: int, at: datetime, group: str = "First level") -> None:
        """A new ticket, and its people."""
        told = self.stamp(at)
        self.items[number] = {
            "id": number, "name": "Kovács Piroska jelszava", "content": "titkos", "status": NEW, "type": 1,
            "priority": 3, "urgency": 3, "impact": 3, "date": told, "date_creation": told, "date_mod": told,
            "solvedate": None, "closedate": None, "takeintoaccountdate": "0000-00-00 00:00:00", "users_id_recipient": 7,
            "users_id_lastupdater": 7, "waiting_duration": 150, "is_deleted": 0, "entities_id": 3,
        }  # fmt: skip
        self.rows[number] = {"80": "Root &#62; Zala &#62; Komló", "7": "ADO", "8": f"Desk > {group}", "9": "Helpdesk",
                             "83": "&nbsp;", "71": "Komló hivatala"}  # fmt: skip
        self.logs[number] = []

    def status(self, number: int, at: datetime, status: int) -> None:
        self._log(number, at, 12, old=str(self.items[number]["status"]), new=str(status))
        self.items[number] |= {"status": status, "date_mod": self.stamp(at)}
        if status == SOLVED:
            self.items[number]["solvedate"] = self.stamp(at)

    def hand_over(self, number: int, at: datetime, old: str, new: str) -> None:
        """One group comes, the other goes."""
        self._log(number, at, 0, "Group", 15, new=f"{new} (12)")
        self._log(number, at, 0, "Group", 16, old=f"{old} (11)")
        self.rows[number]["8"] = [f"Desk > {new}"]
        self.items[number]["date_mod"] = self.stamp(at)

    def trash(self, number: int, at: datetime) -> None:
        self.items[number] |= {"is_deleted": 1, "date_mod": self.stamp(at)}

    def purge(self, number: int) -> None:
        for kept in (self.items, self.rows, self.logs):
            kept.pop(number)

    def handle(self, call: Call) -> Reply:
        self.before(call)
        place = call.path.partition("/apirest.php/")[2]
        if self.version != 1 or not place:
            return Reply(text="<html>Not Found</html>", status=404, headers={"Content-Type": "text/html"})
        if call.headers.get("app-token") != APP:
            return _error(400, "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if place == "initSession":
            return self._log_in(call)
        if call.headers.get("session-token") != f"session-{self.session}" or self.left <= 0:
            return _error(401, "ERROR_SESSION_TOKEN_INVALID")
        self.left -= 1
        return self._answer(place, call)

    def _answer(self, place: str, call: Call) -> Reply:
        parts = place.split("/")
        if place == "killSession":
            self.killed += 1
            return Reply(True)
        if parts[0] == "listSearchOptions":
            told = {number: {"table": t, "field": f, "name": f} for number, (t, f) in self.options.items()}
            return Reply({"common": "Characteristics", **told})
        if parts[0] == "search":
            return self._search(call)
        if place == "getMultipleItems":
            wanted = [int(value) for name, value in call.query if name.endswith("[items_id]")]
            gone = [one for one in wanted if one not in self.items]
            return _error(404, "ERROR_ITEM_NOT_FOUND") if gone else Reply([self.items[one] for one in wanted])
        if place == "Entity":
            return self._ranged(self.entities, call)
        if place == "Group":
            if not self.groups:
                return _error(403, "ERROR_RIGHT_MISSING")
            return self._ranged([{"id": n, "name": name} for n, name in enumerate(self.groups, start=11)], call)
        if place == "Ticket":
            return self._ranged([{"id": one} for one in sorted(self._live())], call)
        number = int(parts[1])
        if number not in self.items:
            return _error(404, "ERROR_ITEM_NOT_FOUND")
        return self._ranged(self.logs[number], call) if parts[2:] == ["Log"] else Reply(self.items[number])

    def _log_in(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"user_token {USER}":
            return _error(401, "ERROR_GLPI_LOGIN_USER_TOKEN")
        self.session, self.left = self.session + 1, self.sessions
        return Reply({"session_token": f"session-{self.session}"})

    def _live(self, deleted: bool = False) -> list[int]:
        return [number for number, one in self.items.items() if bool(one["is_deleted"]) == deleted]

    def _search(self, call: Call) -> Reply:
        """Rows between the times asked for, none of them in; the title is always there."""
        args = call.args
        column = {number: name for number, (_, name) in self.options.items()}
        assert column[args["criteria[0][field]"]] == "date_mod", "a search by another column"
        first, last = args["criteria[0][value]"], args.get("criteria[1][value]", "9999")
        live = self._live(bool(int(args["is_deleted"])))
        hits = [self.items[one] for one in live if first < self.items[one]["date_mod"] < last]
        hits.sort(key=lambda one: (one[column[args["sort"]]], one["id"]))
        start, stop = (int(one) for one in args["range"].split("-"))
        if start and start >= len(hits):
            return _error(400, "ERROR_RANGE_EXCEED_TOTAL")
        shown = [value for name, value in call.query if name.startswith("forcedisplay")]
        page = [self._shown(one, shown) for one in hits[start : min(stop + 1, start + self.most)]]
        body: Row = {"totalcount": len(hits), "count": len(page)}
        return Reply(body | ({"data": page} if page else {}), 206 if len(page) < len(hits) else 200)

    def _shown(self, item: Row, numbers: list[str]) -> Row:
        known = {number: item.get(name) for number, (table, name) in self.options.items() if table == "glpi_tickets"}
        found = {**{str(n): v for n, v in self.rows[item["id"]].items()}, **known}
        return {number: found.get(number) for number in ["1", *numbers]}

    def _ranged(self, rows: list[Row], call: Call) -> Reply:
        start, stop = (int(one) for one in call.args["range"].split("-"))
        if start and start >= len(rows):
            return _error(400, "ERROR_RANGE_EXCEED_TOTAL")
        page = rows[start : min(stop + 1, start + self.most)]
        told = {"Content-Range": f"{start}-{start + len(page) - 1}/{len(rows)}"}
        return Reply(page, 206 if len(page) < len(rows) else 200, told)

    def _log(self, number: int, at: datetime, option: int, link: str = "", action: int = 0, **values: str) -> None:
        self.logs[number].append({
            "id": number * 1000 + len(self.logs[number]), "date_mod": self.stamp(at), "id_search_option": option,
            "itemtype_link": link, "linked_action": action, "user_name": "Kovács Piroska (7)",
            "old_value": values.get("old", ""), "new_value": values.get("new", ""),
        })  # fmt: skip


def _error(status: int, code: str) -> Reply:
    return Reply([code, "what went wrong, said at length"], status)


def filled(count: int, **settings: Any) -> Glpi:
    """So many tickets, a minute apart, every third one solved an hour later by the second level."""
    entity = {"id": 3, "completename": "Root &#62; Zala &#62; Komló", "name": "Komló", "registration_number": "26408",
              "email": "kovacs@hivatal.example"}  # fmt: skip
    glpi = Glpi(entities=[{"id": 0, "completename": "Root"}, entity], **settings)
    for number in range(1, count + 1):
        opened = START + timedelta(minutes=number)
        glpi.open(number, opened)
        if number % 3 == 0:
            glpi.hand_over(number, opened + timedelta(minutes=30), "First level", "Second level")
            glpi.status(number, opened + timedelta(minutes=60), SOLVED)
    return glpi
