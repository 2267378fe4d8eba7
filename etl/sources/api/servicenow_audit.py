"""The changes of ServiceNow rows, from sys_audit: status, group and priority, and when somebody took them over."""

from collections.abc import Iterator, Sequence
from itertools import chain

from etl.config import Source
from etl.connections import ServiceNow
from etl.sources.api.client import Client
from etl.sources.api.desk import check_groups, rules
from etl.sources.api.history import Change, Field, State
from etl.sources.api.servicenow_table import Listing, Pages, Row, plain
from etl.sources.pull import moment

KEYS = 50  # sys_ids in one query, so that its URL stays below 2,500 characters
LIMIT = 10_000
ENDED = {
    "incident": ("6", "7", "8"),
    "problem": ("4", "106", "107"),
    "change_request": ("3", "4"),
}
"""table -> values of its state in which nobody works on a row any more, as it is delivered"""
OTHERS_ENDED = ("3", "4", "7")
PENDING = {"incident": ("3",), "sc_req_item": ("-5",), "sc_task": ("-5",)}
"""table -> values of its state in which a row waits"""


class Audit:
    """Reads the changes of rows. owner: also when they came to a person, without asking to whom."""

    def __init__(self, client: Client, source: Source, connect: ServiceNow, owner: bool) -> None:
        self._client, self._source, self._connect, self._owner = client, source, connect, owner
        self._fields: dict[str, Field] = {
            connect.state_field: "status",
            "assignment_group": "group",
            "priority": "priority",
            "assigned_to": "owner",
        }
        self._groups = {plain(row, "sys_id"): plain(row, "name") for row in self._listed("sys_user_group", "name")}
        check_groups(source, self._groups.values())
        usual = ENDED.get(connect.table, OTHERS_ENDED), PENDING.get(connect.table, ())
        self.rules = rules(source, f"{connect.state_field}.value", *usual)

    def state(self, row: Row) -> State:
        """What a row is now: values of state and priority as stored, the group by its name."""
        group = plain(row, "assignment_group")
        return State(
            moment(plain(row, "sys_updated_on")),
            plain(row, self._connect.state_field) or None,
            self._groups.get(group, group) or None,
            plain(row, "priority") or None,
        )

    def changes(self, rows: Sequence[Row]) -> dict[str, list[Change]]:
        """sys_id -> changes of that row in the order they were made, for the rows that have any."""
        listings = list(self._listings(rows))
        readers = [Pages(self._client, self._source, listing) for listing in listings]
        answers = self._client.each([reader.first() for reader in readers])
        found: dict[str, list[Change]] = {}
        for reader, answer in zip(readers, answers, strict=True):
            for audit in chain.from_iterable(reader.going_on(answer)):
                found.setdefault(plain(audit, "documentkey"), []).append(self._change(audit))
        return found

    def _listings(self, rows: Sequence[Row]) -> Iterator[Listing]:
        """The table of a row is its own class: sys_audit knows it by that, and is searched by table first."""
        by_table: dict[str, list[str]] = {}
        for row in rows:
            by_table.setdefault(plain(row, "sys_class_name") or self._connect.table, []).append(plain(row, "sys_id"))
        for table, keys in by_table.items():
            for start in range(0, len(keys), KEYS):
                query = f"tablename={table}^documentkeyIN{','.join(keys[start : start + KEYS])}"
                names = [name for name, field in self._fields.items() if field != "owner"]
                yield self._listing(f"{query}^fieldnameIN{','.join(names)}", "oldvalue", "newvalue")
                if self._owner:
                    yield self._listing(f"{query}^fieldname=assigned_to^newvalueISNOTEMPTY")

    def _listing(self, query: str, *fields: str) -> Listing:
        order = ("sys_created_on", "sys_id")
        return Listing("sys_audit", query, ("documentkey", "fieldname", *fields), LIMIT, order)

    def _change(self, audit: Row) -> Change:
        field = self._fields[plain(audit, "fieldname")]
        old, new = plain(audit, "oldvalue"), plain(audit, "newvalue")
        if field == "group":
            old, new = self._groups.get(old, old), self._groups.get(new, new)
        if field == "owner":
            old, new = "", "changed"
        return Change(plain(audit, "sys_id"), moment(plain(audit, "sys_created_on")), field, old or None, new or None)

    def _listed(self, table: str, *fields: str) -> Iterator[Row]:
        listing = Listing(table, "", ("sys_id", *fields), LIMIT, ("sys_id",))
        return chain.from_iterable(Pages(self._client, self._source, listing))
