"""What state an item is in, and which entries it takes. Derived from its entries alone; pure.

open → answered → closed. An outcome is recorded after an answer and closes; nothing follows it but a new item.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from dashboard.formats import BUDAPEST

Kind = Literal["question", "decision"]
EntryKind = Literal["answer", "outcome", "comment", "due_changed"]
State = Literal["open", "answered", "closed"]

KINDS: tuple[Kind, ...] = ("question", "decision")
ENTRY_KINDS: tuple[EntryKind, ...] = ("answer", "outcome", "comment", "due_changed")
STATES: tuple[State, ...] = ("open", "answered", "closed")
# A second answer corrects the first: neither can be rewritten. The day is one to answer by, so an answer ends it.
TAKEN: dict[State, tuple[EntryKind, ...]] = {
    "open": ("answer", "comment", "due_changed"),
    "answered": ("outcome", "answer", "comment"),
    "closed": (),
}


def state_of(entries: Sequence[EntryKind]) -> State:
    """The state after these entries, in the order they were recorded."""
    if "outcome" in entries:
        return "closed"
    return "answered" if "answer" in entries else "open"


def is_overdue(state: State, due_on: date, on: date) -> bool:
    """Whether an answer is still missing after the day it was due."""
    return state == "open" and due_on < on


def today() -> date:
    """The day in Budapest."""
    return datetime.now(BUDAPEST).date()
