"""A Report Builder report of Moodle: everything in a few calls, as the text that its page would show.

Rows come in no fixed order while pages are read, so the whole report is read before any of it counts.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from etl.config import Source
from etl.connections import MoodleReport
from etl.sources.api.moodle_service import Service, plain, user_key
from etl.sources.errors import SourceError
from etl.sources.pull import Record, Slice, Span, zulu

FUNCTION = "core_reportbuilder_retrieve_report"
ROWS = 5_000
READINGS = 5

PROPOSED = {
    "training": {
        "enrolment_id": {"columns": ["Course short name", "user_key"], "separator": "/"},
        "person": "user_key",
        "course_id": "Course short name",
        "course_name": "Course full name",
        "started_on": "Course start date",
        "enrolled_on": "Time started",
        "completed_on": "Time completed",
        "municipality": {"columns": ["Department", "Institution"], "first": True},
        "score": "Grade",
    }
}

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "január február március április május június július augusztus szeptember október november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), start=1)
}
_CLOCK = r"(?:,? *(?P<hour>\d{1,2}):(?P<minute>\d\d)(?: *(?P<half>[AaPp])\.?[Mm]\.?)?)?"
_SHOWN = (
    re.compile(rf"(?:\w+, *)?(?P<day>\d{{1,2}}) (?P<month>\w+) (?P<year>\d{{4}}){_CLOCK}"),
    re.compile(rf"(?P<year>\d{{4}})\. *(?P<month>\w+) (?P<day>\d{{1,2}})\.?(?:,? *[^\W\d]+)?{_CLOCK}"),
)
"""Monday, 1 June 2026, 8:18 AM; 2026. június 1., hétfő, 08:18"""


@dataclass(frozen=True)
class _Reading:
    """The report read once. total: rows that it says it has; whole: it said so all the time, and gave as many."""

    headings: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    pages: int
    total: int
    whole: bool


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """A record per row of the report, its headings as columns; user_key besides, where it shows user names.

    Markup is taken out, days and times become ISO 8601 without zone (source.time_zone: that of the token's user), an
    empty cell is null. Rows without a user name (enrolment methods that nobody uses) are left out.
    """
    connect = source.connect
    assert isinstance(connect, MoodleReport), "another kind of source"
    service = Service(source)
    with service.client:
        read = _settled(source, connect, service)
    records = _records(read, connect.username)
    cursor = None if span.backfill else {"read": zulu(span.started_at)}
    for start in range(0, max(len(records), 1), ROWS):
        part = records[start : start + ROWS]
        named = f"{source.address} report {connect.report}, rows {start + 1} to {start + len(part)}"
        yield Slice(named, part, cursor if start + ROWS >= len(records) else None)


def _settled(source: Source, connect: MoodleReport, service: Service) -> _Reading:
    """A reading in which no row can be missing: one page, or the same rows twice in a row; else a larger page."""
    before: Counter[tuple[str | None, ...]] | None = None
    size = connect.page_size or ROWS
    for _ in range(READINGS):
        read = _read(connect, service, size)
        now = Counter(read.rows)
        if read.whole and (read.pages == 1 or now == before):
            return read
        size = size if before is None else max(size, read.total)
        before = now
    raise SourceError(
        f"source '{source.name}': {source.address}: report {connect.report} gives other rows each time its pages are"
        " read. Sort it there by a column that is unique, raise page_size so that one page holds all, or read it when"
        " nobody works."
    )


def _read(connect: MoodleReport, service: Service, size: int) -> _Reading:
    headings: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = []
    totals: set[int] = set()
    number = 0
    while number == 0 or len(rows) < max(totals):
        answer = service.call(FUNCTION, reportid=connect.report, page=number, perpage=size)
        data = service.expect(FUNCTION, service.expect(FUNCTION, answer, dict).get("data"), dict)
        headings = headings or _distinct(data.get("headers") or [])
        totals.add(int(data.get("totalrowcount") or 0))
        page = [tuple(plain(cell) for cell in row.get("columns") or []) for row in data.get("rows") or []]
        rows += page
        number += 1
        if not page:
            break
    whole = len(totals) == 1 and len(rows) == max(totals)
    people = headings.index(connect.username) if connect.username in headings else None
    told = [row for row in rows if people is None or row[people]]
    return _Reading(headings, told, number, max(totals), whole)


def _distinct(headings: Sequence[Any]) -> tuple[str, ...]:
    """The headings, a second one of a name as 'name (2)'."""
    seen: Counter[str] = Counter()
    names = []
    for heading in headings:
        name = plain(heading) or "column"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _records(read: _Reading, username: str) -> list[Record]:
    records: list[Record] = []
    for row in read.rows:
        record: Record = {name: shown_time(cell) for name, cell in zip(read.headings, row, strict=True)}
        if username in record:
            record["user_key"] = user_key(record[username])
        records.append(record)
    return records


def shown_time(text: str | None) -> str | None:
    """A day or time as Moodle shows it in English or Hungarian in ISO 8601; any other text as it is."""
    for form in _SHOWN:
        found = form.fullmatch(text or "")
        month = _MONTHS.get(found["month"].lower()) if found else None
        if found and month:
            return f"{found['year']}-{month:02}-{int(found['day']):02}{_clock(found)}"
    return text


def _clock(found: re.Match[str]) -> str:
    if found["hour"] is None:
        return ""
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return f"T{hour:02}:{found['minute']}"
