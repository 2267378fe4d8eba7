"""Searches of Request Tracker's REST2: complete whatever its pages do.

Pages are not followed by number. A ticket that changes meanwhile moves every later one a place up, a page past the end
is answered with the last one, rows that the login may not see leave holes, and for most logins the number of pages of
the history is not told at all. So each search goes on behind the last row seen, and ends where nothing is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from etl.sources.api.client import Answer, Client, Request
from etl.sources.errors import SourceError
from etl.sources.pull import moment

Item = dict[str, Any]
Fields = Mapping[str, str]
MOST_PER_PAGE = 100  # the server gives no more, whatever is asked for
LOOK_AHEAD = 50  # pages in a row that may hold nothing but rows which the login may not see
SECOND = timedelta(seconds=1)  # the resolution of LastUpdated
NO_FIELDS: Fields = MappingProxyType({})  # the id comes always
HALF_A_YEAR = timedelta(days=182)


class Search:
    """Searches by one login. condition: TicketSQL that narrows the tickets down, if any."""

    def __init__(self, client: Client, name: str, condition: str | None = None, page_size: int | None = None) -> None:
        self._client, self._name = client, name
        self._narrowed = f"({condition})" if condition else "id > 0"
        self._per_page = min(page_size or MOST_PER_PAGE, MOST_PER_PAGE)

    def tickets(self, fields: Fields, since: datetime | None, until: datetime | None) -> Iterator[list[Item]]:
        """Pages of tickets by change time, then id; each one changed from since on and before until.

        One that changes meanwhile may come again. Raises SourceError when the server reads times in another zone.
        """
        window = [self._narrowed, *([f"LastUpdated < '{clock(until)}'"] if until else [])]
        at, last = since, 0
        while True:
            query = " AND ".join([*window, *_behind(at, last)])
            items, more = self._first(query, fields, "LastUpdated")
            if not all(_is_behind(item, at, last) for item in items):
                raise self.other_zone()
            if items:
                yield items
                at, last = changed_at(items[-1]), int(items[-1]["id"])
            if not more:
                return

    def ids(self) -> Iterator[str]:
        """The id of every ticket that is neither deleted nor merged into another."""
        last, more = 0, True
        while more:
            items, more = self._first(f"{self._narrowed} AND id > {last}")
            yield from (str(item["id"]) for item in items)
            last = int(items[-1]["id"]) if items else last

    def still_there(self, ids: Sequence[str]) -> set[str]:
        """Those of the tickets that are neither deleted nor merged, whether the condition covers them or not."""
        found: set[str] = set()
        for start in range(0, len(ids), self._per_page):
            asked = " OR ".join(f"id = {one}" for one in ids[start : start + self._per_page])
            items, _ = self._first(f"({asked})", ahead=1)
            found |= {str(item["id"]) for item in items}
        return found

    def transactions(self, conditions: Sequence[str], fields: Fields, *, seen: bool) -> list[list[Item]]:
        """For each condition its transactions, by id; several searches are on their way at the same time.

        seen: they are of tickets that the login sees, so that a page which is not full is the last one.
        """
        found: list[list[Item]] = [[] for _ in conditions]
        still = list(range(len(conditions)))
        while still:
            asked = []
            for one in still:
                last = found[one][-1]["id"] if found[one] else 0
                query = f"{conditions[one]} AND id > {last}"
                asked.append(self._request("/REST/2.0/transactions", query, fields))
            answers = zip(still, self._client.each(asked), strict=True)
            still = [one for one, answer in answers if self._add(answer, found[one]) >= (_size(answer) if seen else 1)]
        return found

    def _add(self, answer: Answer, found: list[Item]) -> int:
        items = self._items(answer)
        found += items
        return len(items)

    def names(self, path: str) -> dict[str, str]:
        """id -> name of what a list holds, disabled ones included."""
        names: dict[str, str] = {}
        for page in range(1, LOOK_AHEAD + 1):
            params = {"fields": "Name", "per_page": self._per_page, "find_disabled_rows": 1, "page": page}
            answer = self._client.get(path, params)
            found = {str(item["id"]): str(item["Name"]) for item in self._items(answer)}
            if found.keys() <= names.keys():
                break
            names |= found
            if not _more(answer, page):
                break
        return names

    def check_zone(self) -> None:
        """Raises SourceError unless searches read times in UTC, in summer and in winter.

        The newest ticket, and one half a year older, are looked for by their own change times.
        """
        newest = self._newest("id > 0")
        if newest is None:
            return
        older = self._newest(f"LastUpdated < '{clock(changed_at(newest) - HALF_A_YEAR)}'")
        for ticket in (newest, older):
            if ticket is not None and not self._found_by_time(ticket):
                raise self.other_zone()

    def other_zone(self) -> SourceError:
        return SourceError(
            f"source '{self._name}': the server reads the times of a search in another time zone than UTC, so changes"
            " would be missed. Set the time zone of the user whose token is used to UTC (Admin, Users, that user)."
        )

    def _newest(self, condition: str) -> Item | None:
        items, _ = self._first(condition, {"fields": "LastUpdated"}, "LastUpdated", "DESC")
        return items[0] if items else None

    def _found_by_time(self, ticket: Item) -> bool:
        """Whether the search finds a ticket at its own time; one that has changed since is looked up again."""
        for _ in range(3):
            at = changed_at(ticket)
            same = f"id = {ticket['id']} AND LastUpdated >= '{clock(at)}' AND LastUpdated < '{clock(at + SECOND)}'"
            if self._first(same, ahead=1)[0]:
                return True
            again = self._newest(f"id = {ticket['id']}")
            if again is None or changed_at(again) == at:
                return again is None
            ticket = again
        return True

    def _first(
        self, query: str, fields: Fields = NO_FIELDS, order_by: str = "id", order: str = "ASC", ahead: int = LOOK_AHEAD
    ) -> tuple[list[Item], bool]:
        """The first page of tickets that holds anything, if one does, and whether more may follow it.

        ahead: pages to look at where the server does not tell how many there are; 1 if one must hold them all.
        """
        page = 1
        while True:
            answer = self._client.send(self._request("/REST/2.0/tickets", query, fields, order_by, order, page))
            items, more = self._items(answer), _more(answer, page, ahead)
            if items or not more:
                return items, more
            page += 1

    def _request(
        self, path: str, query: str, fields: Fields, order_by: str = "id", order: str = "ASC", page: int = 1
    ) -> Request:
        columns = dict.fromkeys([order_by, "id"])
        rows = self._per_page if path == "/REST/2.0/tickets" else MOST_PER_PAGE  # the others are small
        form = {
            "query": query,
            **fields,
            "orderby": list(columns),
            "order": [order] * len(columns),
            "per_page": str(rows),
            "page": str(page),
        }
        return Request(path, form=form, method="POST")

    def _items(self, answer: Answer) -> list[Item]:
        items = answer.json.get("items") if isinstance(answer.json, dict) else None
        if not isinstance(items, list):
            raise SourceError(
                f"source '{self._name}': the answer to a search holds no items; url must be the address of Request"
                " Tracker 5 itself, without /REST/2.0."
            )
        return items


def changed_at(item: Item) -> datetime:
    """When a ticket changed last."""
    return moment(item["LastUpdated"])


def clock(at: datetime) -> str:
    """A time as searches take it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _behind(at: datetime | None, last: int) -> list[str]:
    """What is behind a ticket in the order of change time and id. "=" would mean the whole day."""
    if at is None:
        return []
    since = f"LastUpdated >= '{clock(at)}'"
    return [since, f"(LastUpdated >= '{clock(at + SECOND)}' OR id > {last})"] if last else [since]


def _is_behind(item: Item, at: datetime | None, last: int) -> bool:
    return at is None or (changed_at(item), int(item["id"])) > (at.replace(microsecond=0), last)


def _size(answer: Answer) -> int:
    """How many rows the server puts on a page."""
    return max(1, int(answer.json.get("per_page") or MOST_PER_PAGE))


def _more(answer: Answer, page: int, ahead: int = LOOK_AHEAD) -> bool:
    """Whether pages may follow; where the server does not tell, they may, for a while."""
    pages = answer.json.get("pages")
    if answer.json.get("next_page"):
        return True
    return page < int(pages) if pages is not None else page < ahead
