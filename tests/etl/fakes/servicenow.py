"""A ServiceNow instance as far as its Table API goes, with its traps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.etl.fakes.server import Call, Reply

Row = dict[str, Any]
"""column -> value, or (value, display text)"""
STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}


@dataclass
class Instance:
    """tables: name -> rows by sys_id.

    most: rows that an answer holds at most, whatever is asked; hidden: sys_ids that the login may not see, which are
    counted all the same; patience: an answer with more rows breaks off; hours: how far the login's time zone is from
    UTC, in which it reads the times of queries; old: answers 404 where nothing matches; token: what is accepted,
    anything if None; after_page: called after each page of a task table, to change rows meanwhile.
    """

    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    most: int = 10_000
    hidden: set[str] = field(default_factory=set)
    patience: int = 10_000
    hours: int = 0
    old: bool = False
    token: str | None = None
    tokens: int = 0
    after_page: Callable[[], None] | None = None

    def add(self, table: str, *rows: Row) -> None:
        self.tables.setdefault(table, {}).update({value(row["sys_id"]): row for row in rows})

    def handle(self, call: Call) -> Reply:
        if call.path == "/oauth_token.do":
            return self._signed_in(call)
        if self.token and call.headers.get("authorization") != f"Bearer {self.token}":
            return Reply({"error": {"message": "User Not Authenticated"}, "status": "failure"}, 401)
        table = call.path.rpartition("/")[2]
        if table not in self.tables:
            return Reply({"error": {"message": f"Invalid table {table}"}, "status": "failure"}, 400)
        reply = self._listed(table, call.args)
        if self.after_page and table not in ("sys_audit", "sys_user_group"):
            self.after_page()
        return reply

    def _signed_in(self, call: Call) -> Reply:
        if call.form.get("client_secret") != "client secret":
            return Reply({"error": "access_denied"}, 401)
        self.tokens += 1
        self.token = f"token {self.tokens}"
        return Reply({"access_token": self.token, "expires_in": 1799})

    def _listed(self, table: str, args: dict[str, str]) -> Reply:
        found = self._matching(table, args.get("sysparm_query", ""))
        offset, limit = int(args.get("sysparm_offset", "0")), min(int(args.get("sysparm_limit", "10000")), self.most)
        page = [row for row in found[offset : offset + limit] if value(row["sys_id"]) not in self.hidden]
        shown = [_shown(row, args) for row in page]
        headers = {} if args.get("sysparm_no_count") == "true" else {"X-Total-Count": str(len(found))}
        if len(shown) > self.patience:
            error = {"message": "Transaction cancelled: maximum execution time exceeded", "detail": "Check logs"}
            return Reply({"result": [*shown[: self.patience], "{"], "error": error, "status": "failure"}, 200, headers)
        if not found and self.old:
            return Reply({"error": {"message": "No Record found"}, "status": "failure"}, 404)
        return Reply({"result": shown}, 200, headers)

    def _matching(self, table: str, encoded: str) -> list[Row]:
        parts = encoded.split("^ORDERBY")
        if encoded.startswith("ORDERBY"):
            parts = ["", *encoded.removeprefix("ORDERBY").split("^ORDERBY")]
        query, order = parts[0], parts[1:]
        rows = list(self.tables[table].values())
        found = [row for row in rows if any(self._fits(row, one) for one in query.split("^NQ"))]
        # Without an order the rows come as the database likes.
        return sorted(found, key=lambda row: [value(row.get(column)) for column in order]) if order else found[::-1]

    def _fits(self, row: Row, query: str) -> bool:
        clauses: list[list[str]] = []
        for part in filter(None, query.split("^")):
            if part.startswith("OR") and clauses:
                clauses[-1].append(part.removeprefix("OR"))
            else:
                clauses.append([part])
        return all(any(self._holds(row, one) for one in clause) for clause in clauses)

    def _holds(self, row: Row, condition: str) -> bool:
        if condition.endswith("ISNOTEMPTY"):
            return bool(value(row.get(condition.removesuffix("ISNOTEMPTY"))))
        for sign, compares in _SIGNS:
            column, found, wanted = condition.partition(sign)
            if found:
                return compares(value(row.get(column)), self._in_utc(wanted))
        raise AssertionError(f"the fake knows no condition {condition}")

    def _in_utc(self, text: str) -> str:
        try:
            at = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        except ValueError:
            return text
        return str(at - timedelta(hours=self.hours))


_SIGNS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    (">=", lambda own, wanted: own >= wanted),
    ("<=", lambda own, wanted: own <= wanted),
    (">", lambda own, wanted: own > wanted),
    ("<", lambda own, wanted: own < wanted),
    ("=", lambda own, wanted: own == wanted),
    ("IN", lambda own, wanted: own in wanted.split(",")),
)


def value(cell: Any) -> str:
    return str((cell[0] if isinstance(cell, tuple) else cell) or "")


def _shown(row: Row, args: dict[str, str]) -> dict[str, Any]:
    names = [name for name in args["sysparm_fields"].split(",") if name in row]
    if args.get("sysparm_display_value") != "all":
        return {name: value(row[name]) for name in names}
    return {name: {"value": value(row[name]), "display_value": _display(row[name])} for name in names}


def _display(cell: Any) -> str:
    if isinstance(cell, tuple):
        return str(cell[1])
    try:  # in the zone and the form of the login
        return (datetime.strptime(str(cell), "%Y-%m-%d %H:%M:%S") + timedelta(hours=2)).strftime("%d.%m.%Y %H:%M")
    except ValueError:
        return str(cell or "")


def sys_id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def incident(number: int, updated: str, state: str = "2", group: int = 1, **cells: Any) -> Row:
    """An incident: opened on 2 January 2026 at 8:00 UTC unless said otherwise. group: number of a group."""
    return {
        "sys_id": sys_id(number),
        "number": f"INC{number:07}",
        "sys_class_name": ("incident", "Incident"),
        "sys_created_on": "2026-01-02 08:00:00",
        "opened_at": "2026-01-02 08:00:00",
        "sys_updated_on": updated,
        "state": (state, STATES[state]),
        "priority": ("3", "3 - Moderate"),
        "assignment_group": (sys_id(90_000 + group), f"Group {group}"),
        "company": (sys_id(80_000), "Zalaegerszeg"),
        "business_service": (sys_id(70_000), "ADO"),
        "caller_id": (sys_id(60_000), "Test Caller"),
        "resolved_at": updated if state in ("6", "7") else "",
        "closed_at": updated if state == "7" else "",
    } | cells


def audit(number: int, of: int, at: str, name: str, old: str, new: str) -> Row:
    """A change of an incident."""
    return {
        "sys_id": sys_id(500_000 + number), "tablename": "incident", "documentkey": sys_id(of), "fieldname": name,
        "oldvalue": old, "newvalue": new, "sys_created_on": at,
    }  # fmt: skip


def groups(numbers: Iterable[int]) -> list[Row]:
    return [{"sys_id": sys_id(90_000 + one), "name": f"Group {one}"} for one in numbers]
