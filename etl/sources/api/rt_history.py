"""Request Tracker's transactions as the changes of a ticket."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from etl.sources.api.history import Change, Field
from etl.sources.api.rt_search import Search
from etl.sources.pull import moment

Item = Mapping[str, Any]
PER_SEARCH = 50  # tickets whose transactions are asked for at once
WANTED = (
    "(Type = 'Create' OR Type = 'Correspond' OR Field = 'Status' OR Field = 'Queue' OR Field = 'Priority'"
    " OR Field = 'Owner')"
)
FIELDS = {"fields": "ObjectId,Type,Field,OldValue,NewValue,Created,Creator"}
"""Creator: to tell requester, staff and the system apart; it stays in this module."""
CHANGED: dict[str, Field] = {"Status": "status", "Queue": "group", "Priority": "priority", "Owner": "owner"}
STAFF_ONLY = frozenset({"Queue", "Priority", "Owner"})
SYSTEM = "RT_System"


def histories(search: Search, ids: Sequence[str], queues: Mapping[str, str], nobody: str) -> dict[str, list[Change]]:
    """The changes of each ticket, in their order.

    queues: id -> name; nobody: id of the user who holds what no one holds.
    """
    parts = [ids[start : start + PER_SEARCH] for start in range(0, len(ids), PER_SEARCH)]
    conditions = [f"ObjectType = 'RT::Ticket' AND ({_any(part)}) AND {WANTED}" for part in parts]
    found: dict[str, list[Item]] = {one: [] for one in ids}
    for transactions in search.transactions(conditions, FIELDS, seen=True):
        for one in transactions:
            # The search also knows the ids of other things by this name.
            found.setdefault(str(one["ObjectId"]), []).append(one)
    return {one: _changes(found[one], queues, nobody) for one in ids}


def gone(search: Search, window: Sequence[str]) -> list[str]:
    """Tickets that were deleted or merged into another in a window of time, and are gone still."""
    told = "(Field = 'MergedInto' OR (Type = 'Status' AND NewValue = 'deleted'))"
    condition = " AND ".join(["ObjectType = 'RT::Ticket'", told, *window])
    (found,) = search.transactions([condition], {"fields": "ObjectId,NewValue"}, seen=False)
    # A merge is told at both tickets; the one that stays is the one at the end of the link.
    ids = {str(one["ObjectId"]) for one in found if not str(one["NewValue"]).endswith(f"/{one['ObjectId']}")}
    named = sorted(ids, key=int)
    return sorted(ids - search.still_there(named), key=int)


def _any(ids: Iterable[str]) -> str:
    return " OR ".join(f"ObjectId = {one}" for one in ids)


def _changes(transactions: Sequence[Item], queues: Mapping[str, str], nobody: str) -> list[Change]:
    customer = _customer(transactions)
    changes: list[Change] = []
    by_customer: bool | None = None
    for one in transactions:
        # What the system does, it does because of what somebody did just before: opens a ticket that was answered.
        by_customer = by_customer if _who(one) == SYSTEM else _who(one) == customer
        kind: Field | None = "answer" if one["Type"] == "Correspond" else CHANGED.get(str(one["Field"] or ""))
        if kind is not None:
            old, new = _values(one, kind, queues, nobody)
            changes.append(Change(str(one["id"]), moment(one["Created"]), kind, old, new, by_customer))
    return changes


def _customer(transactions: Sequence[Item]) -> str | None:
    """Who opened the ticket, unless it was the desk: only staff moves, takes and ranks tickets."""
    staff = {_who(one) for one in transactions if one["Field"] in STAFF_ONLY}
    opened = next((_who(one) for one in transactions if one["Type"] == "Create"), None)
    return None if opened in staff else opened


def _who(transaction: Item) -> str:
    creator = transaction["Creator"]
    return str(creator.get("id") if isinstance(creator, dict) else creator)


def _values(one: Item, kind: Field, queues: Mapping[str, str], nobody: str) -> tuple[str | None, str | None]:
    old, new = (str(one[name]) if one[name] not in (None, "") else None for name in ("OldValue", "NewValue"))
    if kind == "group":
        return _queue(old, queues), _queue(new, queues)
    if kind == "owner":
        return None, None if new in (None, nobody) else "changed"
    return old, new


def _queue(number: str | None, queues: Mapping[str, str]) -> str | None:
    """The name of a queue, or its number where the login may not see it."""
    return None if number is None else queues.get(number, f"#{number}")
