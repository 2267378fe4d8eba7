"""Zammad's search index: tickets by the time of their last change, or by id."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from etl.connections import Zammad
from etl.sources.api.client import Client
from etl.sources.api.windows import Axis
from etl.sources.api.zammad_list import Found, found_in
from etl.sources.errors import SourceError
from etl.sources.pull import Record

LOGGER = logging.getLogger("asp-etl")
MOST = 200  # tickets of an answer, whatever is asked for
EVER = "updated_at:[1970-01-01T00:00:00Z TO *]"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2010, 1, 1, tzinfo=UTC)  # before the first Zammad


def place(at: datetime) -> int:
    """Milliseconds since 1970: as fine as the index is."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment_of(at: int | None) -> datetime | None:
    """The moment of a place."""
    return None if at is None else _EPOCH + timedelta(milliseconds=at)


class Search:
    """The search index. Its answers are never paged through: windows are made so small that one answer holds them.

    An index that fails says so by finding nothing, with status 200.
    """

    def __init__(self, client: Client, connect: Zammad) -> None:
        self._client, self._query = client, connect.query
        self._size = min(connect.page_size or MOST, MOST)
        self._told = False  # that the index counts more than it shows

    def works(self) -> bool:
        """Whether the index finds anything at all (a search without one looks for the words in titles); asked twice."""
        return any(self._ask(EVER, 1, narrowed=False).tickets for _ in range(2))

    def by_change(self) -> Axis[Record]:
        """Tickets by the millisecond of their last change."""
        return Axis(self._changed, self._crowd, self._size)

    def by_id(self, terms: str | None = None) -> Axis[Record]:
        """Tickets by id."""
        return Axis(lambda start, stop: self._all(_both(terms, _range("id", start, stop))), _no_crowd, self._size)

    def _changed(self, start: int, stop: int | None) -> list[Record] | None:
        return self._all(_range("updated_at", _iso(start), None if stop is None else _iso(stop - 1)))

    def _crowd(self, at: int) -> list[Record]:
        """Tickets that were changed in the same millisecond (by a script, in the database)."""
        terms = _range("updated_at", _iso(at), _iso(at))
        return [row for window in self.by_id(terms).windows(1, 10_000) for row in window.rows]

    def _all(self, terms: str) -> list[Record] | None:
        """All tickets that fit, None when there are more than an answer holds."""
        found = self._ask(terms, self._size)
        if not found.tickets and not found.total:
            found = self._sure(terms)
        return None if self._more(found, terms) else found.tickets

    def _more(self, found: Found, terms: str) -> bool:
        """Whether the answer was cut off. A short one may be: the server has limits of its own, and leaves out after
        counting what is no longer there."""
        rows = len(found.tickets)
        if found.total is not None and (found.total == rows or found.total > self._size):
            return found.total > rows
        if found.total is None and rows < self._size // 4:
            return False
        more = bool(self._ask(terms, self._size, page=2).tickets)
        if not more and found.total is not None and not self._told:
            self._told = True
            advice = "Check that the login may read every group, and the index."
            LOGGER.warning("Zammad counts %d tickets and shows %d of them. %s", found.total, rows, advice)
        return more

    def _sure(self, terms: str) -> Found:
        """Nothing found is believed the second time, of an index that works."""
        found = self._ask(terms, self._size)
        if not found.tickets and not found.total and not self.works():
            raise SourceError("Zammad's search finds nothing at all any more. Have its index looked at, and run again.")
        return found

    def _ask(self, terms: str, size: int, page: int = 1, narrowed: bool = True) -> Found:
        params = {
            "query": _both(self._query, terms) if narrowed else terms,
            "sort_by": "updated_at",
            "order_by": "asc",
            "page": page,
            "per_page": size,
            "expand": "true",
            "with_total_count": "true",
        }
        return found_in(self._client.get("/api/v1/tickets/search", params))


def _range(name: str, start: Any, stop: Any) -> str:
    return f"{name}:[{start} TO {'*' if stop is None else stop - 1 if isinstance(stop, int) else stop}]"


def _both(first: str | None, second: str) -> str:
    return f"({first}) AND {second}" if first else second


def _iso(at: int) -> str:
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _no_crowd(at: int) -> list[Record]:
    raise SourceError(f"Zammad finds several tickets with the id {at}.")
