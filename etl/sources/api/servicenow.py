"""ServiceNow by its Table API: rows by time of change, their history and their deletions from its audit tables."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from etl.config import Source
from etl.connections import ServiceNow
from etl.sources.api.client import Client
from etl.sources.api.desk import HISTORY, Past, event_records, history_columns, wants
from etl.sources.api.history import Change
from etl.sources.api.keys import key_columns, mapped_keys
from etl.sources.api.servicenow_audit import Audit
from etl.sources.api.servicenow_login import login
from etl.sources.api.servicenow_rows import ALWAYS, asked, needs_history, record, stamp, wanted
from etl.sources.api.servicenow_table import EMPTY, Listing, Pages, Row, plain
from etl.sources.errors import SourceError
from etl.sources.pull import Record, Slice, Span, moment, zulu

LOGGER = logging.getLogger("asp-etl")
ROWS = 1_000  # of a page; the instance may give fewer
KEYS = 10_000  # of a page that holds keys only

PROPOSED: dict[str, dict[str, str]] = {
    "ticket": {
        "ticket_id": "number",
        "opened_at": "opened_at",
        "priority": "priority.value",
        "status": "state.value",
        "municipality": "company",
        "service": "business_service",
        "channel": "contact_type",
        "category": "category.value",
        "resolved_at": "resolved_at",
        "closed_at": "closed_at",
        "updated_at": "sys_updated_on",
        "made_sla": "made_sla.value",
        "reassignment_count": "reassignment_count",
        "reopen_count": "reopen_count",
        "escalated_at": "history.escalated_at",
        "waiting": "history.waiting",
        "problem_id": "problem_id",
        "caused_by_change_id": "caused_by",
    },
    "event": {
        "ticket_id": "number",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "priority": "priority",
        "level": "level",
        "municipality": "company",
        "service": "business_service",
    },
}
"""record -> field -> column, of the standard table incident"""


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Rows in the order in which they changed, each with its history where the mapping asks for it.

    First what sys_audit_delete tells, so that a pull that breaks later has not forgotten it; last, when due, all keys.
    """
    connect = source.connect
    assert isinstance(connect, ServiceNow)
    with Client(source, authenticate=partial(login, source, connect), accept=EMPTY) as client:
        reader = _Reader(client, source, connect, span)
        yield from reader.deleted()
        yield from reader.changed()
        if span.reconcile and not span.backfill and source.record == "ticket":
            yield from reader.kept()


class _Reader:
    """One pull of one table."""

    def __init__(self, client: Client, source: Source, connect: ServiceNow, span: Span) -> None:
        self._client, self._source, self._connect, self._span = client, source, connect, span
        self._columns = wanted(source)
        self._start = span.start(connect.overlap_hours)
        self._newest: datetime | None = None

    def changed(self) -> Iterator[Slice]:
        """The rows, a slice for every page."""
        pages = Pages(self._client, self._source, self._listing())
        audit = self._audit() if needs_history(self._source) else None
        checked = False
        for number, rows in enumerate(pages, start=1):
            checked = checked or self._is_read_as_utc(rows[-1])
            self._newest = moment(plain(rows[-1], "sys_updated_on"))
            told = self._records(rows, audit)
            yield Slice(f"{self._address}, page {number}", told, self._span.advanced(self._newest))
        if pages.hidden:
            counted = f"{pages.hidden:,} of {pages.delivered + pages.hidden:,} rows"
            note = f"{counted} that ServiceNow counts were not given: hidden by access rules, or changed meanwhile"
            LOGGER.warning("source '%s': %s", self._source.name, note)
            yield Slice(f"{self._address}: {note}", [], self._span.advanced(self._newest))

    def deleted(self) -> Iterator[Slice]:
        """Keys of rows that were deleted since the last pull."""
        if not self._connect.deleted or self._start is None or self._span.backfill:
            return
        query = f"tablename={self._connect.table}^sys_created_on>={stamp(self._start)}"
        fields, order = ("documentkey", "display_value"), ("sys_created_on", "sys_id")
        column = self._audited_key()
        gone = [plain(row, column) for row in self._rows(Listing("sys_audit_delete", query, fields, KEYS, order))]
        if gone:
            yield Slice(f"{self._place} deleted since {zulu(self._start)}", [], gone=tuple(filter(None, gone)))

    def kept(self) -> Iterator[Slice]:
        """All keys that there are."""
        columns = key_columns(self._source)
        fields = asked((*columns, "sys_id"))
        listing = Listing(self._connect.table, self._connect.query or "", fields, KEYS, ("sys_id",), display=True)
        kept: set[str] = set()
        for rows in Pages(self._client, self._source, listing):
            kept.update(mapped_keys(self._source, [record(row, columns) for row in rows]))
        yield Slice(f"{self._place} keys", [], self._span.advanced(self._newest), kept=frozenset(kept))

    def _audited_key(self) -> str:
        """The column of sys_audit_delete that holds a row's key as it is mapped."""
        origin = self._source.fields["ticket_id"]
        columns = {"sys_id": "documentkey", "ticket_id": "documentkey", "number": "display_value"}
        if origin.column not in columns or origin.pattern or origin.pad:
            raise SourceError(
                f"source '{self._source.name}': deleted = true needs ticket_id to be the column number or sys_id as it"
                " stands, which is what sys_audit_delete keeps of a row."
            )
        return columns[str(origin.column)]

    def _listing(self) -> Listing:
        """The rows that changed in the span."""
        fields = asked((*self._columns, *ALWAYS))
        if needs_history(self._source):
            fields += [self._connect.state_field, "assignment_group", "priority"]
        size = self._connect.page_size or ROWS
        listing = Listing(self._connect.table, self._connect.query or "", fields, size, display=True)
        if self._start is not None:
            listing = listing.where(f"sys_updated_on>={stamp(self._start)}")
        if self._span.until is not None:
            listing = listing.where(f"sys_updated_on<{stamp(self._span.until)}")
        return listing

    def _audit(self) -> Audit:
        owner = wants(self._source, f"{HISTORY}acknowledged_at")
        return Audit(self._client, self._source, self._connect, owner)

    def _records(self, rows: Sequence[Row], audit: Audit | None) -> list[Record]:
        if audit is None:
            return [record(row, self._columns) for row in rows]
        changes = audit.changes(rows)
        told = [self._with_history(row, audit, changes.get(plain(row, "sys_id"), [])) for row in rows]
        return list(chain.from_iterable(told))

    def _with_history(self, row: Row, audit: Audit, changes: list[Change]) -> list[Record]:
        own = record(row, self._columns)
        opened = plain(row, "opened_at") or plain(row, "sys_created_on") or plain(row, "sys_updated_on")
        past = Past(plain(row, "sys_id"), moment(opened), audit.state(row), changes)
        if self._source.record == "event":
            return [{**event, **own} for event in event_records(past, audit.rules)]
        return [{**own, **history_columns(past, audit.rules)}]

    def _is_read_as_utc(self, row: Row) -> bool:
        """Whether the server reads a time of a query as it delivers it, found out by asking for a row by its time.

        With a login in another time zone, rows would go missing without a word. False when the row has changed since.
        """
        at, key = plain(row, "sys_updated_on"), plain(row, "sys_id")
        one = Listing(self._connect.table, f"sys_id={key}", ("sys_id", "sys_updated_on"), 1)
        if self._rows(one.where(f"sys_updated_on>={at}").where(f"sys_updated_on<={at}")):
            return True
        if [plain(row, "sys_updated_on") for row in self._rows(one)] == [at]:
            raise SourceError(
                f"source '{self._source.name}': ServiceNow reads the times of queries in the time zone of the login,"
                " so that rows would be left out. Set the time zone of that user to GMT."
            )
        return False

    def _rows(self, listing: Listing) -> list[Row]:
        return list(chain.from_iterable(Pages(self._client, self._source, listing)))

    @property
    def _place(self) -> str:
        return f"{self._source.address} {self._connect.table}"

    @property
    def _address(self) -> str:
        until = f" until {zulu(self._span.until)}" if self._span.until else ""
        return f"{self._place} changed since {zulu(self._start) if self._start else 'ever'}{until}"
