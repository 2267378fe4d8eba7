"""Request Tracker 5 by REST2: tickets by the time they changed, their histories, and what was deleted or merged.

No requester, owner, watcher, subject or text is asked for. Priorities are numbers, times ISO 8601 in UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from etl.config import Source
from etl.connections import RequestTracker
from etl.sources.api import rt_history
from etl.sources.api.client import Client
from etl.sources.api.desk import check_groups, rules
from etl.sources.api.history import Change, Rules, State, derived, events, first_state
from etl.sources.api.rt_search import Item, Search, changed_at, clock
from etl.sources.pull import Slice, Span, moment

TIMES = ("Created", "Starts", "Started", "Told", "Due", "Resolved", "LastUpdated")
PLAIN = ("Status", "Priority", "InitialPriority", "SLA", "Type", "TimeWorked", "TimeEstimated", "TimeLeft")
FIELDS = {"fields": ",".join(("Queue", *PLAIN, *TIMES, "CustomFields")), "fields[Queue]": "Name"}
NEVER = "1970-01-01T00:00:00Z"  # how the server writes a time that is not set
PER_SLICE = 1_000
ENDED, PENDING = ("resolved", "rejected", "deleted"), ("stalled",)

PROPOSED: dict[str, dict[str, str]] = {
    "ticket": {
        "ticket_id": "id",
        "opened_at": "Created",
        "status": "Status",
        "priority": "Priority",
        "initial_priority": "InitialPriority",
        "service": "Queue.Name",
        "resolved_at": "Resolved",
        "updated_at": "LastUpdated",
        "first_response_at": "history.first_response_at",
        "escalated_at": "history.escalated_at",
        "acknowledged_at": "history.acknowledged_at",
        "reassignment_count": "history.reassignment_count",
        "reopen_count": "history.reopen_count",
        "reopened_on": "history.reopened_at",
        "level": "history.level",
        "waiting": "history.waiting",
    },
    "event": {
        "ticket_id": "ticket_id",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "service": "group",
        "priority": "priority",
        "level": "level",
    },
}
"""record -> canonical field -> column of the records that pull gives"""


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Slices of about a thousand tickets in the order they changed; of an "event" source, their events.

    What was deleted or merged comes first, so that a ticket which was brought back since is there again afterwards;
    all ids come last, when they are asked for. Raises SourceError; see there.
    """
    connect = source.connect
    assert isinstance(connect, RequestTracker), "another kind's source"
    token = source.secret(connect.token_env)
    with Client(source, authenticate=lambda _: {"Authorization": f"token {token}"}) as client:
        search = Search(client, source.name, connect.query, connect.page_size)
        search.check_zone()
        yield from _Pull(source, connect, client, search, span).slices()


class _Pull:
    """One pull: what is asked, and the names it needs."""

    def __init__(self, source: Source, connect: RequestTracker, client: Client, search: Search, span: Span) -> None:
        self._source, self._search, self._span = source, search, span
        self._since, self._until = span.start(connect.overlap_hours), span.until
        self._rules = _rules(source, connect)
        self._history = connect.history or source.record == "event"
        self._queues = search.names("/REST/2.0/queues/all") if self._history else {}
        self._nobody = _nobody(client) if self._history else ""
        check_groups(source, self._queues.values())

    def slices(self) -> Iterator[Slice]:
        if self._since is not None and (lost := rt_history.gone(self._search, self._window())):
            yield Slice(f"{self._told()}: deleted or merged", [], gone=tuple(lost))
        newest: datetime | None = None
        for number, items in enumerate(self._thousands(), start=1):
            newest = changed_at(items[-1])
            yield Slice(f"{self._told()}, part {number}", self._records(items), self._span.advanced(newest))
        if self._span.reconcile:
            kept = frozenset(self._search.ids())
            yield Slice(f"{self._source.address}: ids of all tickets", [], self._span.advanced(newest), kept=kept)

    def _thousands(self) -> Iterator[list[Item]]:
        held: list[Item] = []
        for page in self._search.tickets(FIELDS, self._since, self._until):
            held += page
            if len(held) >= PER_SLICE:
                yield held
                held = []
        if held:
            yield held

    def _records(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        records = {str(item["id"]): _flat(item) for item in items}
        if not self._history:
            return list(records.values())
        changes = rt_history.histories(self._search, list(records), self._queues, self._nobody)
        if self._source.record == "event":
            return [event for one, record in records.items() for event in self._events(record, changes[one])]
        return [self._with_history(record, changes[one]) for one, record in records.items()]

    def _with_history(self, record: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
        told = derived(_first(record, changes), changes, self._rules)
        return {**record, **{f"history.{name}": value for name, value in told.items()}}

    def _events(self, record: dict[str, Any], changes: Sequence[Change]) -> list[dict[str, Any]]:
        told = events(record["id"], _first(record, changes), changes, self._rules)
        ticket = {f"ticket.{column}": value for column, value in record.items()}
        return [{**event, **ticket} for event in told]

    def _window(self) -> list[str]:
        window = [(">=", self._since), ("<", self._until)]
        return [f"Created {sign} '{clock(at)}'" for sign, at in window if at is not None]

    def _told(self) -> str:
        since = f" since {clock(self._since)}" if self._since else ""
        until = f" before {clock(self._until)}" if self._until else ""
        return f"{self._source.address}: tickets changed{since}{until} (UTC)"


def _flat(item: Item) -> dict[str, Any]:
    """A ticket as one level of columns; custom fields as CustomFields.<name>, several values joined by ", "."""
    queue = item.get("Queue") or {}
    record = {"id": str(item["id"]), "Queue.id": str(queue.get("id", "")), "Queue.Name": queue.get("Name")}
    record |= {name: item.get(name) if item.get(name) != "" else None for name in PLAIN}
    record |= {name: item[name] if item.get(name) not in ("", NEVER) else None for name in TIMES if name in item}
    for field in item.get("CustomFields") or []:
        values = [str(value) for value in field["values"] if not isinstance(value, dict) and value not in ("", NEVER)]
        record[f"CustomFields.{field['name']}"] = ", ".join(values) or None
    return record


def _first(record: dict[str, Any], changes: Sequence[Change]) -> State:
    opened = moment(record["Created"])
    current = State(opened, record["Status"], record["Queue.Name"], record["Priority"])
    return first_state(opened, current, changes)


def _rules(source: Source, connect: RequestTracker) -> Rules:
    """Statuses that the setting `ended` names are ended whatever else is said of them."""
    known = rules(source, "Status", ENDED, PENDING)
    own = connect.ended if "ended" in connect.model_fields_set else ()
    return replace(known, ended=(*known.ended, *own))


def _nobody(client: Client) -> str:
    """The number of the user that holds what no one holds."""
    links = client.get("/REST/2.0/user/Nobody").json["_hyperlinks"]
    return next((str(link["id"]) for link in links if link.get("ref") == "self"), "")
