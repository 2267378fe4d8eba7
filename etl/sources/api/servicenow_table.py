"""Rows of a ServiceNow table in an order of their own, whole, while others change them."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from etl.config import Source
from etl.sources.api.client import Answer, Client, Request
from etl.sources.errors import SourceError

LOGGER = logging.getLogger("asp-etl")
EMPTY = frozenset({404})
"""Older instances answer so when a query matches nothing."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """What to list. query: encoded, may be empty; fields: the order's are added; limit: rows of a page;
    order: columns that together are unique, the last one sys_id; display: cells as {"value", "display_value"}."""

    table: str
    query: str
    fields: Sequence[str]
    limit: int
    order: tuple[str, ...] = ("sys_updated_on", "sys_id")
    display: bool = False

    def after(self, last: tuple[str, ...] | None) -> "Listing":
        """The rest of it, behind a row.

        "time >= T and (time > T or sys_id > S)": ^OR binds more tightly than ^, so no ^NQ is needed, which would start
        a query of its own without the conditions before it.
        """
        if last is None:
            return self
        time = f"{self.order[0]}>={last[0]}^{self.order[0]}>{last[0]}^OR" if len(last) == 2 else ""
        return self.where(f"{time}sys_id>{last[-1]}")

    def where(self, condition: str) -> "Listing":
        """Narrowed by one more condition, in each of the queries that ^NQ joins."""
        whole = self.query.removesuffix("^EQ")
        parts = [f"{part}^{condition}" if part else condition for part in whole.split("^NQ")]
        return replace(self, query="^NQ".join(parts))

    def request(self, offset: int, limit: int, counted: bool) -> Request:
        ordered = "".join(f"^ORDERBY{column}" for column in self.order)
        return Request(
            f"api/now/table/{self.table}",
            {
                "sysparm_query": f"{self.query}{ordered}".removeprefix("^"),
                "sysparm_fields": ",".join(dict.fromkeys((*self.fields, *self.order))),
                "sysparm_display_value": "all" if self.display else "false",
                "sysparm_exclude_reference_link": "true",
                "sysparm_limit": str(limit),
                "sysparm_offset": str(offset),
                "sysparm_no_count": "false" if counted else "true",
            },
        )


class Pages:
    """The pages of a listing, one after the other. delivered: rows so far; hidden: rows that the server counts but
    does not show to this login, known after the last page.

    A page with fewer rows than asked is not the last: the server has limits of its own and leaves out what the login
    may not see. The last is one without rows, behind which the server counts none.
    """

    def __init__(self, client: Client, source: Source, listing: Listing) -> None:
        self._client, self._source, self._listing = client, source, listing
        self._limit, self._offset = listing.limit, 0
        self._last: tuple[str, ...] | None = None
        self.delivered = self.hidden = 0

    def __iter__(self) -> Iterator[list[Row]]:
        answer = self._asked(counted=True)
        yield from self.going_on(answer)

    def first(self) -> Request:
        """The request of the first page, for those who send several at a time."""
        return self._listing.request(0, self._limit, counted=True)

    def going_on(self, answer: Answer) -> Iterator[list[Row]]:
        """The pages from the answer to the first request on."""
        expected, counted = _count(answer), True
        while True:
            rows = self._rows(answer)
            if rows:
                self._pass(rows)
                yield rows
                if self.delivered == len(rows) == expected:
                    return  # the first page holds them all
                counted = False
            elif rows is None:
                self._shrink()
            elif not counted:
                counted = True
            elif self._offset + self._limit < _count(answer):
                # A page of rows that the login may not see. The next one overlaps it: some may be gone by then.
                self._offset += max(1, self._limit * 3 // 4)
            else:
                self.hidden = max(0, expected - self.delivered)
                return
            answer = self._asked(counted)

    def _asked(self, counted: bool) -> Answer:
        listing = self._listing.after(self._last)
        return self._client.send(listing.request(self._offset, self._limit, counted))

    def _rows(self, answer: Answer) -> list[Row] | None:
        """The rows of an answer; None when the server broke off in the middle of it, which it says in the body."""
        body = answer.json if isinstance(answer.json, dict) else {}
        rows = body.get("result")
        if answer.status in EMPTY:
            if "no record" in str(body.get("error")).lower():
                return []
            raise self._fault("answers 404: there is no such table or path")
        if "error" in body or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return None
        return rows

    def _pass(self, rows: list[Row]) -> None:
        """Move behind the rows, which must stand in the order asked for."""
        for row in rows:
            at = tuple(plain(row, column) for column in self._listing.order)
            if not all(at):
                columns = ", ".join(self._listing.order)
                raise self._fault(f"gives rows without {columns}. Let the login read these columns of every row")
            if self._last is not None and at <= self._last:
                raise self._fault(
                    "does not keep to the query or the order that is asked for. Check that the login may read"
                    f" {', '.join(self._listing.order)} and that its time zone is GMT"
                )
            self._last = at
        self._offset = 0
        self.delivered += len(rows)

    def _shrink(self) -> None:
        if self._limit == 1:
            raise self._fault("breaks off its answer even for one row. Have the instance's administrator look into it")
        self._limit //= 2
        LOGGER.info("source '%s': pages of %d rows from here on", self._source.name, self._limit)

    def _fault(self, what: str) -> SourceError:
        return SourceError(f"source '{self._source.name}': ServiceNow table {self._listing.table} {what}.")


def plain(row: Mapping[str, Any], column: str) -> str:
    """The value of a column as the database holds it, however it was asked for; empty when there is none."""
    cell = row.get(column)
    return str((cell.get("value") if isinstance(cell, dict) else cell) or "")


def _count(answer: Answer) -> int:
    text = answer.headers.get("X-Total-Count", "")
    return int(text) if text.isdigit() else 0
