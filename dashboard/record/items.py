"""What the log holds: items with their entries, and the figure each is about. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.record.state import EntryKind, Kind, State, is_overdue, state_of, today


@dataclass(frozen=True)
class Figure:
    """A figure as it was measured: the columns of the log that say so. selection: a query, its period written out."""

    metric_id: str
    metric_version: int
    service_id: str | None
    selection: str
    run_id: int | None
    snapshot: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int
    variation: str | None
    assurance: str | None
    target: float | None
    target_low: float | None
    target_high: float | None
    accountable_id: str


@dataclass(frozen=True)
class Entry:
    """What was added to an item; due_on: only of due_changed."""

    number: int
    kind: EntryKind
    text: str
    due_on: date | None
    author_name: str
    author_role: str
    created_at: datetime
    position: int
    hash: str


@dataclass(frozen=True)
class Item:
    """A question or a decision with all that was recorded of it. followers: numbers of items that go on from it."""

    number: int
    kind: Kind
    text: str
    follows: int | None
    view: str
    figure: Figure
    responsible_id: str
    first_due_on: date
    author_name: str
    author_role: str
    created_at: datetime
    position: int
    hash: str
    entries: tuple[Entry, ...] = ()
    followers: tuple[int, ...] = ()

    @property
    def state(self) -> State:
        """open, answered or closed."""
        return state_of([entry.kind for entry in self.entries])

    @property
    def due_on(self) -> date:
        """The day to answer by, as it was last set."""
        changed = [entry.due_on for entry in self.entries if entry.kind == "due_changed" and entry.due_on]
        return changed[-1] if changed else self.first_due_on

    def is_overdue(self, on: date | None = None) -> bool:
        """Whether it is still unanswered after the day it was due (today unless named)."""
        return is_overdue(self.state, self.due_on, on or today())


@dataclass(frozen=True)
class OpenItem:
    """What the scorecard says of an item that is not closed. link: its page's path."""

    number: int
    kind: Kind
    text: str
    actor_id: str
    due_on: date
    overdue: bool
    answered: bool
    link: str


class OpenItems(list[OpenItem]):
    """Items that are not closed, overdue first. total: how many there are; reachable: whether the log could be read."""

    def __init__(self, items: Sequence[OpenItem] = (), total: int = 0, reachable: bool = True) -> None:
        super().__init__(items)
        self.total = total
        self.reachable = reachable


def in_order(items: Sequence[Item]) -> list[Item]:
    """As a page lists them: open by the day they are due (so overdue first), answered, then closed, newest first."""
    places: dict[State, int] = {"open": 0, "answered": 1, "closed": 2}
    newest = sorted(items, key=lambda item: -item.number)
    return sorted(newest, key=lambda item: (places[item.state], _due_place(item)))


def _due_place(item: Item) -> int:
    return item.due_on.toordinal() if item.state == "open" else 0
