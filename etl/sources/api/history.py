"""What a ticket's history says: its changes as event records, and the ticket columns that follow from them.

Handlers and requesters are people: a change tells at most that the owner changed, never who it was.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from etl.sources.pull import zulu

Field = Literal["created", "status", "group", "priority", "owner", "answer"]
EVENTS: dict[Field, str] = {"created": "created", "status": "status", "group": "assignment", "priority": "priority"}
"""Changes that are events -> their event_type"""


@dataclass(frozen=True)
class State:
    """What a ticket was from a time on (aware, UTC): names as the source spells them."""

    at: datetime
    status: str | None = None
    group: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Change:
    """One change of one field. id: its key in the source, unique within the ticket; at: aware, UTC.

    owner: new is None where nobody holds the ticket afterwards, else any text that names no one ("changed").
    answer: something said to or by the requester, not a note among staff. by_customer: whether the requester did it;
    None where the source does not tell.
    """

    id: str
    at: datetime
    field: Field
    old: str | None = None
    new: str | None = None
    by_customer: bool | None = None


@dataclass(frozen=True)
class Rules:
    """How a source's names are read, case aside. second_level: groups of operators (none named: levels are not
    known); ended: statuses in which nobody works on a ticket any more; pending: in which it waits for the customer."""

    second_level: Iterable[str] = ()
    ended: Iterable[str] = ()
    pending: Iterable[str] = ()
    _second: frozenset[str] = field(init=False, repr=False)
    _ended: frozenset[str] = field(init=False, repr=False)
    _pending: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_second", frozenset(map(plain, self.second_level)))
        object.__setattr__(self, "_ended", frozenset(map(plain, self.ended)))
        object.__setattr__(self, "_pending", frozenset(map(plain, self.pending)))

    def level(self, group: str | None) -> int | None:
        """2 for a group of operators, 1 for any other; None for no group, or where none is known to be second level."""
        return None if group is None or not self._second else 2 if plain(group) in self._second else 1

    def is_ended(self, status: str | None) -> bool:
        return status is not None and plain(status) in self._ended

    def is_pending(self, status: str | None) -> bool:
        return status is not None and plain(status) in self._pending


def first_state(created_at: datetime, current: State, changes: Sequence[Change]) -> State:
    """What the ticket was when it was created: the old value of each field's first change, else what it is now."""
    first = replace(current, at=created_at)
    for change in reversed(_ordered(changes)):
        first = _with(first, change.field, change.old)
    return first


def events(ticket_id: str, first: State, changes: Sequence[Change], rules: Rules) -> list[dict[str, Any]]:
    """One record for the creation and for each change of status, group or priority, in the order they happened.

    Keys: ticket_id, event_id, event_at, event_type (created, status, assignment, priority), and the state after the
    event: status, group, priority, level (1, 2 or None). The creation's event_id is "created".
    """
    created = Change("created", first.at, "created")
    return [
        {
            "ticket_id": ticket_id,
            "event_id": change.id,
            "event_at": change.at,
            "event_type": EVENTS[change.field],
            "status": after.status,
            "group": after.group,
            "priority": after.priority,
            "level": rules.level(after.group),
        }
        for change, _, after in _replayed(first, [created, *_ordered(changes)])
        if change.field in EVENTS
    ]


def derived(first: State, changes: Sequence[Change], rules: Rules) -> dict[str, Any]:
    """Columns of the ticket that its history tells; times are aware, None where it never happened.

    reassignment_count: groups it was given to after the first; reopen_count, reopened_at: from an ended status to
    another one, and the first time; escalated_at: first held by a second-level group; acknowledged_at: after that, the
    first change of status or to an owner, or answer, that is not the requester's; first_response_at: first answer that
    is known to be staff's; level: of the group that holds it now; waiting: when it was pending, as JSON: [from, to]
    times in ISO 8601, to null while it still is.
    """
    steps = list(_replayed(first, _ordered(changes)))
    last = steps[-1][2] if steps else first
    reopened = [change.at for change, before, after in steps if _reopens(before, after, rules)]
    given = [after.group for change, _, after in steps if change.field == "group" and after.group is not None]
    states = [first, *(after for _, _, after in steps)]
    escalated = next((state.at for state in states if rules.level(state.group) == 2), None)
    return {
        "reassignment_count": max(0, (first.group is not None) + len(given) - 1),
        "reopen_count": len(reopened),
        "reopened_at": reopened[0] if reopened else None,
        "escalated_at": escalated,
        "acknowledged_at": _acknowledged(escalated, [change for change, _, _ in steps]),
        "first_response_at": next((change.at for change, _, _ in steps if _is_response(change)), None),
        "level": rules.level(last.group),
        "waiting": json.dumps(_waits(states, rules)),
    }


def _replayed(first: State, changes: Sequence[Change]) -> Iterator[tuple[Change, State, State]]:
    """Each change with the state before and after it. A change to what was there already is none."""
    state = first
    for change in changes:
        before = state
        state = _with(before, change.field, change.new)
        if state == before and change.field in ("status", "group", "priority"):
            continue
        state = replace(state, at=change.at)
        yield change, before, state


def _with(state: State, changed: Field, value: str | None) -> State:
    if changed == "status":
        return replace(state, status=value)
    if changed == "group":
        return replace(state, group=value)
    return replace(state, priority=value) if changed == "priority" else state


def _acknowledged(escalated: datetime | None, changes: Iterable[Change]) -> datetime | None:
    """Later than the escalation itself, with which a source may reset status and owner at the same moment."""
    if escalated is None:
        return None
    later = (change for change in changes if change.at > escalated)
    return next((change.at for change in later if _is_acknowledgement(change)), None)


def _is_acknowledgement(change: Change) -> bool:
    by_staff = not change.by_customer
    taken = change.field == "owner" and change.new is not None
    return by_staff and (taken or change.field in ("status", "answer"))


def _is_response(change: Change) -> bool:
    return change.field == "answer" and change.by_customer is False


def _waits(states: Sequence[State], rules: Rules) -> list[tuple[str, str | None]]:
    """The spans in which a ticket was pending; the last one is open where it still is."""
    waits: list[tuple[str, str | None]] = []
    since: str | None = None
    for state in states:
        pending = rules.is_pending(state.status)
        if pending and since is None:
            since = zulu(state.at)
        elif since is not None and not pending:
            waits, since = [*waits, (since, zulu(state.at))], None
    return [*waits, (since, None)] if since else waits


def _reopens(before: State, after: State, rules: Rules) -> bool:
    return rules.is_ended(before.status) and after.status is not None and not rules.is_ended(after.status)


def _ordered(changes: Sequence[Change]) -> list[Change]:
    """By time; the source's own order among those of one moment."""
    return sorted((change for change in changes if change.field != "created"), key=lambda change: change.at)


def plain(name: str) -> str:
    """A name without what two spellings of it may differ in."""
    return name.strip().casefold()
