"""What is asked of a live source, and what it gives: slices of records, and where the source stands after each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etl.config import Source

Cursor = dict[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """What to read.

    cursor: what the last complete slice of an earlier run left; None on the first run and with --full.
    since, until: a backfill (aware, UTC, until exclusive): that window is read and the cursor stays as it is.
    started_at: when this run began by our clock (aware, UTC). reconcile: tell which keys still exist.
    """

    started_at: datetime
    cursor: Cursor | None = None
    since: datetime | None = None
    until: datetime | None = None
    reconcile: bool = False

    @property
    def backfill(self) -> bool:
        """Whether a window is read that has nothing to do with the cursor."""
        return self.since is not None or self.until is not None

    def start(self, overlap_hours: float, name: str = "changed") -> datetime | None:
        """From which change time on to read; None for everything. name: where the cursor keeps that time."""
        if self.backfill:
            return self.since
        if self.cursor is None or self.cursor.get(name) is None:
            return None
        return moment(self.cursor[name]) - timedelta(hours=overlap_hours)

    def advanced(self, newest: datetime | None, name: str = "changed") -> Cursor | None:
        """The cursor after records whose newest change time is this; None for a backfill.

        Never ahead of our own clock: a server whose clock ran ahead for a while would hide what changes after it was
        set right. Never back: an overlap is read again, not forgotten.
        """
        if self.backfill:
            return None
        known = moment(self.cursor[name]) if self.cursor and self.cursor.get(name) else None
        reached = min(newest, self.started_at) if newest else None
        times = [time for time in (known, reached) if time is not None]
        return {**(self.cursor or {}), name: zulu(max(times))} if times else dict(self.cursor or {})


@dataclass(frozen=True)
class Slice:
    """Records of complete pages in the order of the source, and where the source stands after them.

    address: what was read, for people; holds no secret. cursor: JSON-able; None leaves the stored one as it is.
    gone: keys that the source says are deleted, or merged into another. kept: all keys that the source still has, in
    the last slice of a complete listing only; what is missing there was deleted.
    """

    address: str
    records: list[Record]
    cursor: Cursor | None = None
    gone: tuple[str, ...] = ()
    kept: frozenset[str] | None = field(default=None, repr=False)


Adapter = Callable[["Source", Span], Iterator[Slice]]
"""Reads a live source. Raises SourceError when it can't go on; the slices before count."""


def moment(text: str) -> datetime:
    """An aware UTC time from ISO 8601; one without a zone is taken for UTC."""
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def zulu(at: datetime) -> str:
    """ISO 8601 in UTC with a Z, to the microsecond where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
