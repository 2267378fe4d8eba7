"""What service desks have in common: changed tickets become slices, as tickets or as the events of their history."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.config import Source, did_you_mean
from etl.sources.api.history import Change, Rules, State, derived, events, first_state, plain
from etl.sources.errors import SourceError
from etl.sources.pull import Cursor, Record, Slice, Span

ENOUGH = 1_000  # records of a slice
ENDED, PENDING = ("resolved", "closed", "cancelled"), ("pending",)
HISTORY = "history."


@dataclass(frozen=True)
class Part:
    """What one window gave. gone: keys that it says are deleted or merged; newest: newest change time in it.

    until: end of the window, None for one without: a record may have changed again after the window was read, and
    that later time must not carry the cursor over windows that are still to come.
    """

    records: list[Record]
    gone: tuple[str, ...] = ()
    newest: datetime | None = None
    until: datetime | None = None

    @property
    def reached(self) -> datetime | None:
        return min(self.newest, self.until) if self.newest and self.until else self.newest


@dataclass(frozen=True)
class Past:
    """A ticket's history as an adapter knows it: when it was created, what it is now, and what changed."""

    ticket_id: str
    created_at: datetime
    now: State
    changes: list[Change]


def slices(source: Source, span: Span, parts: Iterable[Part], keys: Callable[[], Iterable[str]]) -> Iterator[Slice]:
    """Slices of about a thousand records. keys: lists every key that still exists; asked when the span is to know."""
    what = f"{source.address} {source.record}s"
    records: list[Record] = []
    gone: list[str] = []
    newest: datetime | None = None
    told: datetime | None = None  # the newest that a slice has told
    number = 1
    for part in parts:
        records += part.records
        gone += part.gone
        newest = max(filter(None, (newest, part.reached)), default=None)
        if len(records) >= ENOUGH:
            yield Slice(f"{what}, part {number}", records, _cursor(span, newest), tuple(gone))
            records, gone, told, number = [], [], newest, number + 1
    kept = frozenset(keys()) if span.reconcile and not span.backfill and source.record == "ticket" else None
    if records or gone or newest != told or kept is not None:
        yield Slice(f"{what}, part {number}", records, _cursor(span, newest), tuple(gone), kept)


def _cursor(span: Span, newest: datetime | None) -> Cursor | None:
    return span.advanced(newest) if newest else None


def check_key(source: Source, column: str) -> None:
    """Raises SourceError when tickets are not known by the key that the system uses itself: deletions and merges are
    told by it."""
    origin = source.fields["ticket_id"]
    wanted = column if source.record == "ticket" else "ticket_id"
    if origin.column != wanted or origin.pattern or origin.pad:
        raise SourceError(
            f"source '{source.name}': map ticket_id = \"{wanted}\" as it stands; merged and deleted tickets are told by"
            " that key."
        )
    if source.record not in ("ticket", "event"):
        raise SourceError(f"source '{source.name}': this kind of system has records 'ticket' and 'event' only.")


def wants(source: Source, prefix: str) -> bool:
    """Whether a mapped column begins so: what nobody maps is not fetched."""
    return any(str(one).startswith(prefix) for one in (*source.headings, *source.optional_headings))


def rules(source: Source, column: str, ended: Iterable[str], pending: Iterable[str] = ()) -> Rules:
    """How names are read. column: that tells a ticket's status as its history spells it; ended, pending: statuses that
    usually are.

    What the source's values say of a status goes first, by name or by "*"; then what it usually is, and our own names.
    """
    second = getattr(source.connect, "second_level", ())
    return Rules(second, _statuses(source, column, ENDED, ended), _statuses(source, column, PENDING, pending))


def _statuses(source: Source, column: str, meant: Sequence[str], usual: Iterable[str]) -> list[str]:
    """Names of the statuses that mean one of these. Values of another column contradict no name of the history."""
    told = {plain(name): plain(status) for name, status in source.values.get("status", {}).items()}
    origin = source.fields.get("status")
    same = source.record == "event" or (origin is not None and plain(str(origin.column)) == plain(column))
    silent = [name for name in (*usual, *meant) if not same or not told.keys() & {plain(name), "*"}]
    return [*silent, *(name for name, status in told.items() if status in meant)]


def check_groups(source: Source, known: Iterable[str]) -> None:
    """Raises SourceError for a group of second_level that is not among those that the server lists; where it lists none
    to this login, nothing can be said."""
    names = list(known)
    there = set(map(plain, names))
    for name in getattr(source.connect, "second_level", ()):
        if there and plain(name) not in there:
            raise SourceError(
                f"source '{source.name}': second_level names '{name}', which {source.address} does not have, or"
                f" does not show to this login{did_you_mean(name, names)}. No ticket would ever reach that group."
            )


def event_records(past: Past, how: Rules) -> list[Record]:
    """The events of a ticket."""
    return events(past.ticket_id, first_state(past.created_at, past.now, past.changes), past.changes, how)


def history_columns(past: Past, how: Rules) -> dict[str, Any]:
    """What the history tells of the ticket, as columns history.…"""
    told = derived(first_state(past.created_at, past.now, past.changes), past.changes, how)
    return {f"{HISTORY}{name}": value for name, value in told.items()}
