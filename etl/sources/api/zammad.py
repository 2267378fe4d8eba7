"""Zammad: tickets by the time of their last change, and their history.

Columns: everything that Zammad says of a ticket with expand=true (names beside ids, own attributes included) but
people and free text; organization.<attribute> of the ticket's organization, and history.<column>, where mapped.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from etl.config import Source
from etl.connections import Zammad
from etl.sources.api.client import Client, Request
from etl.sources.api.desk import (
    HISTORY,
    Part,
    Past,
    check_groups,
    check_key,
    event_records,
    history_columns,
    rules,
    slices,
    wants,
)
from etl.sources.api.zammad_history import changed_at, past_of
from etl.sources.api.zammad_list import Listing
from etl.sources.api.zammad_search import FIRST, Search, moment_of, place
from etl.sources.errors import SourceError
from etl.sources.pull import Record, Slice, Span

PROPOSED = {
    "ticket": {
        "ticket_id": "id",
        "opened_at": "created_at",
        "municipality": "organization",
        "service": "group",
        "status": "state",
        "priority": "priority",
        "first_response_at": "first_response_at",
        "closed_at": "close_at",
        "updated_at": "updated_at",
        "escalated_at": "history.escalated_at",
        "acknowledged_at": "history.acknowledged_at",
        "reassignment_count": "history.reassignment_count",
        "reopen_count": "history.reopen_count",
        "level": "history.level",
        "waiting": "history.waiting",
    },
    "event": {
        "ticket_id": "ticket_id",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "level": "level",
    },
}
MERGED = "merged"
CLOSED, PENDING = ("closed", MERGED), ("pending reminder", "pending close")
PEOPLE = ("customer", "owner", "created_by", "updated_by", "last_edited_by", "mention", "note", "title", "preferences",
          "article", "member", "secondary_member", "to", "cc", "from")  # fmt: skip
MOST_LISTED = 500
LAST = datetime.max.replace(tzinfo=UTC)


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Changed tickets, or their events. Raises SourceError when Zammad can't be read on."""
    check_key(source, "id")
    assert isinstance(source.connect, Zammad), "another kind of system"
    token = source.secret(source.connect.token_env)
    headers = {"Authorization": f"Token token={token}"}
    with Client(source, authenticate=lambda _: headers, accept=frozenset({404})) as client:
        desk = _Desk(source, source.connect, client)
        yield from slices(source, span, desk.parts(span), desk.keys)


class _Desk:
    """One Zammad during one pull."""

    def __init__(self, source: Source, connect: Zammad, client: Client) -> None:
        self._source, self._connect, self._client = source, connect, client
        self._rules = rules(source, "state", CLOSED, PENDING)
        self._search, self._listing = Search(client, connect), Listing(client)
        self._indexed = self._search.works()
        if not self._indexed and connect.query and not self._listing.is_empty():
            raise SourceError(
                f"source '{source.name}': Zammad's search finds nothing: it has no index (Elasticsearch), so query"
                " can't be used. Leave query out, and only or skip do the same."
            )
        self._organizations = self._read("organizations") if wants(source, "organization.") else {}
        self._attributes = sorted({name for one in self._organizations.values() for name in one})
        if connect.second_level and (source.record == "event" or wants(source, HISTORY)):
            check_groups(source, [str(one["name"]) for one in self._read("groups").values()])

    def parts(self, span: Span) -> Iterator[Part]:
        """What changed since the cursor, oldest first; without an index in the order of the list."""
        since = span.start(self._connect.overlap_hours) or FIRST
        if self._indexed:
            until = place(span.until) if span.until else None
            axis = self._search.by_change()
            for window in axis.windows(place(since), place(span.started_at), until):
                yield self._part(window.rows, moment_of(window.stop))
            return
        # The list has no order of time: its newest change is the cursor only when all of it has been read.
        newest = None
        for page in self._listing.pages():
            wanted = [
                one for one in page if since <= changed_at(one) and not (span.until and changed_at(one) >= span.until)
            ]
            newest = max([newest or since, *(changed_at(one) for one in wanted)])
            part = self._part(wanted, None)
            yield Part(part.records, part.gone)
        yield Part([], newest=newest)

    def keys(self) -> Iterable[str]:
        """Ids of all tickets that are not merged into others."""
        if self._connect.query:
            pages: Iterable[Any] = (window.rows for window in self._search.by_id().windows(1, 10_000))
        else:
            pages = self._listing.pages()
        return [str(one["id"]) for page in pages for one in page if not _is_merged(one)]

    def _part(self, tickets: Iterable[Record], until: datetime | None) -> Part:
        tickets = list(tickets)
        live = [one for one in tickets if not _is_merged(one)]
        return Part(
            self._records(live),
            tuple(str(one["id"]) for one in tickets if _is_merged(one)),
            max((changed_at(one) for one in tickets), default=None),
            until,
        )

    def _records(self, tickets: list[Record]) -> list[Record]:
        if self._source.record == "event":
            return [event for past in self._pasts(tickets) for event in event_records(past, self._rules)]
        pasts: Iterable[Past | None] = self._pasts(tickets) if wants(self._source, HISTORY) else [None] * len(tickets)
        return [self._record(ticket, past) for ticket, past in zip(tickets, pasts, strict=True)]

    def _record(self, ticket: Record, past: Past | None) -> Record:
        own = self._organizations.get(ticket.get("organization_id"), {})
        return {
            "organization": None,  # left out by Zammad where there is none
            **without_people(ticket),
            **{f"organization.{name}": own.get(name) for name in self._attributes},
            **(history_columns(past, self._rules) if past else {}),
        }

    def _pasts(self, tickets: list[Record]) -> list[Past]:
        answers = self._client.each([Request(f"/api/v1/ticket_history/{one['id']}") for one in tickets])
        return [past_of(ticket, answer) for ticket, answer in zip(tickets, answers, strict=True)]

    def _read(self, what: str) -> dict[Any, Record]:
        """Organizations or groups by id. Read page by page; those in use are not deleted in Zammad."""
        found: dict[Any, Record] = {}
        page = 1
        while True:
            params = {"page": page, "per_page": MOST_LISTED, "expand": "true"}
            rows = self._client.get(f"/api/v1/{what}", params).json
            fresh = [one for one in rows if one["id"] not in found] if isinstance(rows, list) else []
            if not fresh:
                return found
            found |= {one["id"]: without_people(one) for one in fresh}
            page += 1


def without_people(record: Record) -> Record:
    """The record without the keys of people and of free text."""
    dropped = {f"{name}{ending}" for name in PEOPLE for ending in ("", "s", "_id", "_ids")}
    return {name: value for name, value in record.items() if name not in dropped}


def _is_merged(ticket: Record) -> bool:
    return str(ticket.get("state", "")).casefold() == MERGED
