"""Znuny and OTRS by the GenericInterface: tickets by the time of their last change, and their history.

Columns: those of COLUMNS, each of them always there; DynamicField.<Name> (a list where it holds several values);
history.<column> where mapped; CustomerID where mapped and no address. Nothing else of an answer is kept: it
names people.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from etl.config import Source
from etl.connections import Znuny
from etl.sources.api.client import Client
from etl.sources.api.desk import (
    HISTORY,
    Part,
    Past,
    check_key,
    event_records,
    history_columns,
    rules,
    slices,
    wants,
)
from etl.sources.api.history import Change, State
from etl.sources.api.wall import FIRST, Wall, wall_of
from etl.sources.api.znuny_service import Service
from etl.sources.pull import Record, Slice, Span

COLUMNS = (
    "TicketID", "TicketNumber", "State", "StateType", "Queue", "Priority", "Type", "Service", "SLA", "Lock", "Created",
    "Changed", "Closed", "FirstResponse", "FirstLock", "FirstResponseInMin", "FirstResponseDiffInMin", "SolutionInMin",
    "SolutionDiffInMin", "ArchiveFlag",
)  # fmt: skip
PROPOSED = {
    "ticket": {
        "ticket_id": "TicketID",
        "opened_at": "Created",
        "ticket_type": "Type",
        "service": "Service",
        "status": "State",
        "priority": "Priority",
        "category": "Queue",
        "first_response_at": "FirstResponse",
        "closed_at": "Closed",
        "updated_at": "Changed",
    },
    "event": {
        "ticket_id": "ticket_id",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "level": "level",
    },
}
GONE = ("merged", "removed")  # types of states
CLOSED = ("closed successful", "closed unsuccessful", "closed with workaround")
PENDING = ("pending reminder", "pending auto close+", "pending auto close-")
NOBODY = "1"  # the user that owns what nobody has taken
# History type -> field, and which parts of its name ("%%…%%…") are the old and the new value.
CHANGES = {"StateUpdate": ("status", 0, 1), "Move": ("group", 2, 0), "PriorityUpdate": ("priority", 0, 2)}
BY_STAFF = ("SendAnswer", "EmailAgent", "PhoneCallAgent")
BY_CUSTOMER = ("FollowUp", "EmailCustomer", "PhoneCallCustomer", "WebRequestCustomer")


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Changed tickets, or their events. Raises SourceError when Znuny can't be read on."""
    check_key(source, "TicketID")
    assert isinstance(source.connect, Znuny), "another kind of system"
    with Client(source) as client:
        wall = wall_of(source)
        desk = _Desk(source, source.connect, Service(source, source.connect, client, wall), wall)
        yield from slices(source, span, desk.parts(span), lambda: desk.keys(span))


class _Desk:
    """One Znuny during one pull."""

    def __init__(self, source: Source, connect: Znuny, service: Service, wall: Wall) -> None:
        self._source, self._connect, self._service, self._wall = source, connect, service, wall
        self._rules = rules(source, "State", CLOSED, PENDING)
        self._customers = wants(source, "CustomerID")

    def parts(self, span: Span) -> Iterator[Part]:
        """What changed since the cursor, oldest first."""
        since = span.start(self._connect.overlap_hours)
        start = self._wall.since(since) if since else FIRST
        until = self._wall.until(span.until) if span.until else None
        for window in self._service.by_change().windows(start, self._wall.until(span.started_at), until):
            yield self._part(window.rows, self._wall.at(window.stop))

    def keys(self, span: Span) -> Iterable[str]:
        """Ids of all tickets that are neither merged nor removed, by their creation, which never changes."""
        windows = self._service.by_creation().windows(FIRST, self._wall.until(span.started_at))
        return [one for window in windows for one in window.rows]

    def _part(self, ids: Sequence[str], until: datetime | None) -> Part:
        tickets = self._service.tickets(ids) if ids else []
        live = [one for one in tickets if not _is_gone(one)]
        changed = [self._wall.moment(one["Changed"]) for one in tickets]
        return Part(
            self._records(live),
            tuple(str(one["TicketID"]) for one in tickets if _is_gone(one)),
            max(filter(None, changed), default=None),
            until,
        )

    def _records(self, tickets: list[Record]) -> list[Record]:
        if self._source.record == "event":
            return [event for past in self._pasts(tickets) for event in event_records(past, self._rules)]
        pasts: Sequence[Past | None] = self._pasts(tickets) if wants(self._source, HISTORY) else [None] * len(tickets)
        return [self._record(ticket, past) for ticket, past in zip(tickets, pasts, strict=True)]

    def _record(self, ticket: Record, past: Past | None) -> Record:
        record = {name: ticket.get(name) for name in COLUMNS}
        for one in ticket.get("DynamicField") or []:
            record[f"DynamicField.{one['Name']}"] = one.get("Value")
        if self._customers:
            company = str(ticket.get("CustomerID") or "")
            record["CustomerID"] = None if "@" in company else company
        return record | (history_columns(past, self._rules) if past else {})

    def _pasts(self, tickets: list[Record]) -> list[Past]:
        lines = self._service.histories([str(one["TicketID"]) for one in tickets]) if tickets else {}
        return [self._past(one, lines.get(str(one["TicketID"]), [])) for one in tickets]

    def _past(self, ticket: Record, lines: list[Record]) -> Past:
        created = self._wall.moment(ticket["Created"])
        assert created is not None, "a ticket without a creation"
        now = State(created, ticket.get("State"), ticket.get("Queue"), ticket.get("Priority"))
        return Past(str(ticket["TicketID"]), created, now, changes(lines, self._wall))


def changes(lines: Iterable[Record], wall: Wall) -> list[Change]:
    """The changes that lines of a history tell, oldest first. A line has no key of its own: its time, its type and
    which of those it is make one."""
    found: list[Change] = []
    met: Counter[str] = Counter()
    for line in lines:
        at, kind = wall.moment(line.get("CreateTime")), str(line.get("HistoryType"))
        if at is None:
            continue
        same = f"{line['CreateTime']} {kind}"
        met[same] += 1
        change = _change(f"{same} {met[same]}", at, kind, line)
        found += [change] if change else []
    return found


def _change(key: str, at: datetime, kind: str, line: Record) -> Change | None:
    if kind in BY_STAFF or kind in BY_CUSTOMER:
        return Change(key, at, "answer", by_customer=kind in BY_CUSTOMER)
    if kind == "OwnerUpdate":
        return Change(key, at, "owner", new=None if str(line.get("OwnerID")) == NOBODY else "changed")
    if kind not in CHANGES:
        return None
    field, old, new = CHANGES[kind]
    parts = str(line.get("Name", "")).split("%%")[1:]
    if len(parts) <= max(old, new):
        return None
    return Change(key, at, field, parts[old] or None, parts[new] or None)  # type: ignore[arg-type]


def _is_gone(ticket: Record) -> bool:
    return str(ticket.get("StateType", "")).casefold() in GONE
