"""Publishers of the Open Contracting Data Standard: pages of release or record packages, compiled as files are.

A release tells changes only, so a row is made of all releases of its process: of the record that the publisher compiles
(record_path, or an address that lists records), else of everything that it lists, read again whenever something is new.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from urllib.parse import quote

from etl.config import FieldMap, Source
from etl.connections import Ocds
from etl.sources.api.client import Answer, Client, Request
from etl.sources.api.ocds_pages import NONE_THERE, Page, Pages
from etl.sources.documents import Broken, mapped_columns
from etl.sources.errors import SourceError
from etl.sources.ocds.history import moment
from etl.sources.ocds.packages import Found, Release, Unusable, releases_in
from etl.sources.ocds.rows import Numbered, by_process, rows_of
from etl.sources.pull import Cursor, Record, Slice, Span, zulu

_ROWS = 2_000
_MIDWAY = frozenset({"next", "newest"})
"""Keys of a cursor that stands between two pages: the next page, and the newest release date before it."""


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Rows of the processes that changed, page by page where a page suffices; all at once where none does."""
    connect = source.connect
    assert isinstance(connect, Ocds), "another kind of source"
    variable = connect.token_env
    login = (lambda _: {"Authorization": f"Bearer {source.secret(variable)}"}) if variable else None
    with Client(source, login, accept=NONE_THERE) as client:
        reader = _Reader(client, source, connect, span)
        pages = reader.changed()
        first = next(pages)
        every = chain([first], pages)
        yield from reader.by_page(every) if connect.record_path or first.records else reader.at_once(every)


class _Reader:
    """One pull of a publisher."""

    def __init__(self, client: Client, source: Source, connect: Ocds, span: Span) -> None:
        self._client, self._source, self._connect, self._span = client, source, connect, span
        self._pages = Pages(client, source, connect)
        cursor = span.cursor or {}
        self._resumed = None if span.backfill else cursor.get("next")
        self._newest = moment(cursor.get("newest"), "UTC") if self._resumed else None
        self._known = replace(span, cursor={key: own for key, own in cursor.items() if key not in _MIDWAY} or None)
        whole = span.reconcile and not self._resumed
        self._start = None if whole else self._known.start(connect.overlap_hours)
        self._kept: set[str] | None = set() if whole and _key_is_plain(source) else None

    def changed(self) -> Iterator[Page]:
        """The pages from where an earlier pull broke, else of what changed since the cursor; newest noted."""
        pages = self._pages.at(self._resumed) if self._resumed else None
        if pages is None:
            self._resumed = self._newest = None
        for page in pages or self._pages.since(self._start):
            self._newest = max(
                (at for at in (self._newest, *map(self._date, _releases(page.found))) if at), default=None
            )
            yield page

    def by_page(self, pages: Iterable[Page]) -> Iterator[Slice]:
        """A slice per page, each process once: where a process is whole on its page, or has a record of its own."""
        done: set[str] = set()
        for page in pages:
            self._refuse_mixed(page)
            if self._connect.record_path is None:
                yield self._slice(page, self._in_window(page.found))
                continue
            told = [one for one in self._in_window(page.found) if one.ocid not in done]
            done.update(one.ocid for one in told if one.ocid)
            yield self._slice(page, list(self._recorded(told)))

    def at_once(self, pages: Iterable[Page]) -> Iterator[Slice]:
        """Everything listed, compiled, once anything is new; the cursor moves on with the last slice only."""
        found = [one for page in pages for one in page.found]
        wanted = {one.ocid for one in self._in_window(found)}
        if wanted and self._start is not None and self._connect.since_parameter:
            found = [one for page in self._pages.since(None) for one in page.found]
        found = [one for one in found if one.ocid in wanted]
        records = self._rows(found)
        for start in range(0, max(len(records), 1), _ROWS):
            last = start + _ROWS >= len(records)
            yield Slice(
                f"{self._address()}, rows from {start + 1}",
                records[start : start + _ROWS],
                self._end() if last else None,
                kept=self._listing() if last else None,
            )

    def _slice(self, page: Page, found: Sequence[Found]) -> Slice:
        records = self._rows(found)
        kept = None if page.next else self._listing()
        return Slice(f"{self._address()}, page {page.number}", records, self._after(page), kept=kept)

    def _address(self) -> str:
        since = f" since {zulu(self._start)}" if self._start else ""
        return f"{self._source.address} contracting processes{since}"

    def _after(self, page: Page) -> Cursor | None:
        """Where the source stands after a page: before the next one, or at its end."""
        if self._span.backfill or page.next is None:
            return self._end()
        newest = zulu(self._newest) if self._newest else None
        return {**(self._known.cursor or {}), "next": page.next, "newest": newest}

    def _end(self) -> Cursor | None:
        return self._known.advanced(self._newest)

    def _listing(self) -> frozenset[str] | None:
        return None if self._kept is None else frozenset(self._kept)

    def _rows(self, found: Sequence[Found]) -> list[Record]:
        """Rows as the source maps them. One that can't be made means that the keys are not known either."""
        unusable: list[Numbered] = [(one.line, one) for one in found if isinstance(one, Unusable)]
        records: list[Record] = []
        for _, row in [*unusable, *rows_of(by_process(_releases(found)), self._source)]:
            if isinstance(row, Unusable):
                self._kept = None
                records.append(Broken(row.reason))
                continue
            if self._kept is not None and row["key"]:
                self._kept.add(row["key"])
            records.append(mapped_columns(row, self._source))
        return records

    def _recorded(self, told: Sequence[Found]) -> Iterator[Found]:
        """The releases told, and those of the records of their processes."""
        template = self._connect.record_path or ""
        ocids = list(dict.fromkeys(one.ocid for one in told if one.ocid))
        yield from (one for one in told if isinstance(one, Release) or not one.linked)
        requests = [Request(template.replace("{ocid}", quote(ocid, safe=""))) for ocid in ocids]
        for ocid, answer in zip(ocids, self._client.each(requests), strict=True):
            yield from _of_record(ocid, answer)

    def _refuse_mixed(self, page: Page) -> None:
        if self._connect.record_path is None and page.found and not page.records:
            raise SourceError(
                f"source '{self._source.name}': {self._source.address} lists records, but releases on page"
                f" {page.number}. Set record_path to where a whole record is, or path to one kind of list."
            )

    def _date(self, release: Release) -> datetime | None:
        return moment(release.body.get("date"), self._source.time_zone)

    def _in_window(self, found: Iterable[Found]) -> list[Found]:
        """What was found, of a backfill only the processes that have a release in its window."""
        if not self._span.backfill:
            return list(found)
        within = {one.ocid for one in _releases(found) if self._falls_in(self._date(one))}
        return [one for one in found if one.ocid in within]

    def _falls_in(self, at: datetime | None) -> bool:
        since, until = self._span.since, self._span.until
        return at is not None and (since is None or since <= at) and (until is None or at < until)


def _releases(found: Iterable[Found]) -> list[Release]:
    return [one for one in found if isinstance(one, Release)]


def _of_record(ocid: str, answer: Answer) -> Iterator[Found]:
    if answer.status in NONE_THERE:
        yield Unusable(
            f"{ocid}: the publisher lists it, but its record is not there (status {answer.status})", ocid=ocid
        )
        return
    for one in releases_in(answer.json, ocid):
        if isinstance(one, Release) and one.ocid != ocid:
            yield Unusable(f"{ocid}: its record tells of another process, '{one.ocid}'", ocid=ocid)
        else:
            yield one


def _key_is_plain(source: Source) -> bool:
    """Whether the keys of the facts are those of the rows."""
    return source.fields.get("contract_id") == FieldMap(column="key") and "contract_id" not in source.values
