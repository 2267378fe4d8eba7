"""What Zammad's history of a ticket tells: changes of state, group, priority and owner."""

from datetime import datetime
from typing import Any

from etl.sources.api.client import Answer
from etl.sources.api.desk import Past
from etl.sources.api.history import Change, Field, State
from etl.sources.pull import Record, moment

ATTRIBUTES: dict[str, Field] = {"state": "status", "group": "group", "priority": "priority", "owner": "owner"}


def past_of(ticket: Record, answer: Answer) -> Past:
    """404: it was deleted since the search; then it has a creation and no more."""
    entries = (answer.json or {}).get("history", []) if answer.status != 404 else []
    now = State(changed_at(ticket), ticket.get("state"), ticket.get("group"), ticket.get("priority"))
    changes = [_change(one, ticket.get("customer_id")) for one in entries if _is_change(one)]
    return Past(str(ticket["id"]), moment(ticket["created_at"]), now, changes)


def _is_change(entry: Record) -> bool:
    return entry.get("object") == "Ticket" and entry.get("type") == "updated" and entry.get("attribute") in ATTRIBUTES


def _change(entry: Record, customer: Any) -> Change:
    field = ATTRIBUTES[entry["attribute"]]
    old, new = entry.get("value_from") or None, entry.get("value_to") or None
    if field == "owner":
        old, new = None, "changed" if new not in (None, "-") else None
    return Change(
        str(entry["id"]), moment(entry["created_at"]), field, old, new, entry.get("created_by_id") == customer
    )


def changed_at(ticket: Record) -> datetime:
    return moment(ticket["updated_at"])
