"""The tables in a file before anyone has said what they are: headings, the first rows, how it is written.

Only the beginning of a file is kept; its encoding is judged by all of it, up to a limit.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.config import Heading, Source
from etl.init.headings import readings
from etl.init.nesting import flat, lists_in
from etl.init.people import is_address
from etl.init.ready import has_amendments, is_kgr, is_ocds
from etl.init.vocabulary import is_known
from etl.sources.inputs import Input, inputs
from etl.sources.records import Dialect, records
from etl.sources.rendering import rendered
from etl.sources.stream import read_whole, texts
from etl.sources.workbooks import first_rows, sheet_names

ROWS = 50_000  # looked at: rare codes come late
HEADING_LINES = 20  # among which the headings are sought
JUDGED = 64_000_000  # bytes of text by which the encoding is judged
_KGR = "the treasury's budget report: its forms are read whole, docs/sources.md tells how"
_OCDS = (
    "Open Contracting releases or records: its columns are those of docs/sources.md; set currency if amounts lack it"
)
ENCODINGS = ("utf-8", "windows-1250")


class NotATable(AspError):
    """The file shows nothing that a source could be made of."""


@dataclass(frozen=True)
class Column:
    """One column: its heading (or position, where the heading is empty or stands twice) and its texts, none of them
    empty; rows: how many rows were looked at."""

    heading: Heading
    values: list[str]
    rows: int

    @property
    def filled(self) -> float:
        return len(self.values) / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Table:
    """settings: of the source, by name (path, sheet, delimiter …); notes: why, by the same name; words: names of file,
    member and sheet, which often tell what it is. typed: days come as ISO 8601 whatever the sheet shows."""

    name: str
    words: str
    settings: dict[str, Any]
    columns: list[Column]
    notes: dict[str, str] = field(default_factory=dict)
    typed: bool = False


def look(pattern: str, base: Path, sheet: str | None = None) -> list[Table]:
    """The tables of a file, archive or pattern of files (of which the last is looked at), one per sheet that has one.

    base: folder that paths of the sources start from. Raises NotATable, SourceError, UnreadableInput.
    """
    files = _files(pattern)
    path = os.path.relpath(files[-1] if len(files) == 1 else pattern, base).replace(os.sep, "/")
    probe = _probe(os.path.relpath(files[-1], base))
    found = list(inputs(probe, base))
    one = _readable(found)
    settings: dict[str, Any] = {"path": path}
    notes = {} if len(files) == 1 else {"path": f"{len(files)} files; the last one was looked at: {files[-1].name}"}
    if "_member" in one.labels:
        settings |= _member(one, found, notes)
    tables = list(_tables(one, probe, sheet, settings, notes))
    if not tables:
        raise NotATable(f"{one.name}: has no line of headings with rows below it. Export it with its headings.")
    return tables


def table_of(records_: Sequence[dict[str, Any]], name: str, settings: dict[str, Any]) -> Table:
    """The table of records as a server gives them: a column per dotted path."""
    return Table(name, name, settings, _columns_of(records_), typed=True)


def _files(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_file():
        return [path]
    root = Path(path.anchor) if path.is_absolute() else Path()
    try:
        found = sorted(one for one in root.glob(str(path.relative_to(path.anchor))) if one.is_file())
    except (ValueError, NotImplementedError, OSError):
        found = []
    if not found:
        raise NotATable(f"{pattern}: no such file. Name a file, or a pattern of files in quotation marks.")
    return found


def _probe(path: str) -> Source:
    """A source that says nothing but where the file lies."""
    anything = {"name": "init", "job": "tickets", "record": "ticket", "path": path, "fields": {"ticket_id": 1}}
    return Source.model_validate(anything)


def _readable(found: Sequence[Input]) -> Input:
    """The first input that is of a known format; else the first, whose opening tells what is wrong."""
    for one in found:
        try:
            one.open().close()
        except AspError:
            continue
        return one
    found[0].open().close()
    raise AssertionError("an input that cannot be opened says why")


def _member(one: Input, found: Sequence[Input], notes: dict[str, str]) -> dict[str, Any]:
    """The member setting that takes the members that look like this one, and the others left out."""
    names = [other.labels.get("_member", "") for other in found]
    suffix = Path(one.labels["_member"]).suffix
    alike = [name for name in names if name.endswith(suffix)]
    if len(names) == 1:
        return {}
    member = alike[0] if len(alike) == 1 else f"{_beginning(alike)}*{suffix}"
    if left := [name for name in names if not fnmatchcase(name, member)]:
        notes["member"] = f"{len(left)} other files in the archive are left out"
    return {"member": member}


def _beginning(names: Sequence[str]) -> str:
    """The characters that all names begin with."""
    first, last = min(names), max(names)
    return next((first[:at] for at, letter in enumerate(first) if last[at : at + 1] != letter), first)


def _tables(
    one: Input, probe: Source, sheet: str | None, settings: dict[str, Any], notes: dict[str, str]
) -> Iterator[Table]:
    if one.format in ("xlsx", "xls", "ods"):
        yield from _sheets(one, probe, sheet, settings, notes)
    elif one.format in ("json", "jsonl"):
        yield from _documents(one, probe, settings, notes)
    else:
        yield from _delimited(one, probe, settings, notes)


def _words(one: Input, *more: str) -> str:
    return " ".join([one.name, *more])


# --- delimited text ---------------------------------------------------------------------------------------------


def _delimited(one: Input, probe: Source, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    text, encoding = _text(one, probe)
    lines = text.split("\n")
    options = ["\t"] if one.format == "tsv" else [";", ",", "\t", "|"]
    laid = [(delimiter, _split(lines, delimiter, probe)) for delimiter in options]
    at, (delimiter, rows) = max(
        ((_heading_line([row for _, row in rows]), (delimiter, rows)) for delimiter, rows in laid), key=_fit
    )
    if at is None or not rows:
        return
    place = next(number for number, (_, row) in enumerate(rows) if row is rows[at][1])
    own = dict(settings) | ({} if one.format == "tsv" else {"delimiter": delimiter})
    own |= {"encoding": encoding} if encoding != "utf-8" else {}
    own |= {"header_row": rows[place][0]} if rows[place][0] != 1 else {}
    body = [row for _, row in rows[place + 1 :] if len(row) == len(rows[place][1])][:ROWS]
    told = dict(notes)
    if encoding != "utf-8":
        told["encoding"] = f"not UTF-8; {encoding} is how Hungarian programs write otherwise, iso-8859-2 reads alike"
    yield Table(one.name, _words(one), own, _columns(rows[place][1], body, one.name), told)


def _fit(option: tuple[int | None, tuple[str, list[tuple[int, list[str]]]]]) -> tuple[int, int]:
    at, (_, rows) = option
    if at is None:
        return (-1, 0)
    return _known(rows[at][1]), len(rows[at][1])


def _text(one: Input, probe: Source) -> tuple[str, str]:
    """The beginning of the text, and the first encoding that all of it (up to a limit) fits."""
    with one.open() as stream:
        start = stream.read(4)
    options = ("utf-16",) if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in options:
        kept, size = [], 0
        try:
            with one.open() as stream:
                for block in texts(stream, one.name, encoding):
                    if size < 8_000_000:
                        kept.append(block)
                    size += len(block)
                    if size > JUDGED:
                        break
        except AspError as error:
            if encoding == options[-1] or isinstance(error.__cause__, UnicodeDecodeError) is False:
                raise
            continue
        return b"".join(kept).decode("utf-8", "ignore"), encoding
    raise AssertionError("the last encoding is read or raises")


def _split(lines: list[str], delimiter: str, probe: Source) -> list[tuple[int, list[str]]]:
    """Line number and fields of the first rows that can be split."""
    dialect = Dialect(delimiter, '"', probe.limits.record, probe.limits.record_lines)
    found = []
    for record in records(lines, dialect, None, final=True):
        if record.fields is not None:
            found.append((record.at + 1, [text.strip() for text in record.fields]))
        if len(found) > ROWS + HEADING_LINES:
            break
    return found


# --- spreadsheets -----------------------------------------------------------------------------------------------


def _sheets(
    one: Input, probe: Source, sheet: str | None, settings: dict[str, Any], notes: dict[str, str]
) -> Iterator[Table]:
    with one.open() as stream:
        content = read_whole(stream, one.name, probe.limits.document)
    names = sheet_names(content, one.name, one.format, probe)
    if sheet is None and any(is_kgr(_plain_rows(content, one, name, probe)) for name in names):
        yield Table(one.name, _words(one), settings | {"format": "kgr"}, [], notes | {"format": _KGR})
        return
    for name in [sheet] if sheet is not None else names:
        rows = _plain_rows(content, one, name, probe)
        at = _heading_line(rows)
        if at is None or not any(any(row) for row in rows[at + 1 :]):
            continue
        own = settings | ({"sheet": name} if len(names) > 1 else {}) | ({"header_row": at + 1} if at else {})
        body = [row for row in rows[at + 1 :] if any(row)][:ROWS]
        columns = _columns(rows[at], body, f"{one.name}[{name}]")
        yield Table(f"{one.name}[{name}]", _words(one, name), own, columns, dict(notes), typed=True)


def _plain_rows(content: bytes, one: Input, sheet: str, probe: Source) -> list[list[str]]:
    laid = first_rows(content, one.name, one.format, sheet, probe, ROWS + HEADING_LINES)
    return [[(rendered(value, ".") or "").strip() for value in row] for row in laid]


# --- JSON -------------------------------------------------------------------------------------------------------


def _documents(one: Input, probe: Source, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    own = dict(settings)
    if one.format == "jsonl":
        text, encoding = _text(one, probe)
        own |= {"encoding": encoding} if encoding != "utf-8" else {}
        found = [item for item in map(_item, text.split("\n")[:ROWS]) if isinstance(item, dict)]
    else:
        with one.open() as stream:
            text = read_whole(stream, one.name, probe.limits.document).decode("utf-8-sig", "replace")
        lists = lists_in(_item(text))
        if is_ocds(lists):
            yield from _ocds(one, text, settings, notes)
            return
        if not lists:
            raise NotATable(f"{one.name}: holds no list of objects. A source reads a list of records.")
        path, items = max(lists.items(), key=lambda entry: len(entry[1]))
        own |= {"json_path": path} if path else {}
        if others := [other for other in lists if other != path]:
            notes = notes | {"json_path": f"the longest list; there are lists at {', '.join(others[:5])} too"}
        found = items[:ROWS]
    columns = _columns_of(found)
    if columns:
        yield Table(one.name, _words(one), own, columns, dict(notes))


def _ocds(one: Input, text: str, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    """The contracts of releases or records, and their amendments where there are any."""
    own, told = settings | {"format": "ocds"}, notes | {"format": _OCDS}
    if not has_amendments(text):
        yield Table(one.name, _words(one), own | {"record": "contract"}, [], told)
        return
    system = Path(one.labels.get("_file", one.name)).name.split(".")[0]
    for record in ("contract", "amendment"):
        yield Table(one.name, _words(one), own | {"record": record, "system": system}, [], told)


def _item(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return None


def _columns_of(items: Sequence[dict[str, Any]]) -> list[Column]:
    rows = [flat(item) for item in items]
    paths = dict.fromkeys(path for row in rows for path in row)
    told = {path: [rendered(row.get(path), ".") for row in rows] for path in paths}
    return [
        Column(path, [text.strip() for text in values if text is not None and text.strip()], len(rows))
        for path, values in told.items()
    ]


# --- headings ---------------------------------------------------------------------------------------------------


def _heading_line(rows: Sequence[Sequence[str]]) -> int | None:
    """The line with most known headings; where none is known, the first that is filled like the rows below it."""
    first = rows[:HEADING_LINES]
    known = [_known(row) for row in first]
    if any(known):
        return known.index(max(known))
    widths = [sum(bool(text) for text in row) for row in first]
    return widths.index(max(widths)) if widths and max(widths) > 1 else None


def _known(row: Sequence[str]) -> int:
    return sum(is_known(text) for text in row if text)


def _columns(headings: Sequence[str], body: Sequence[Sequence[str]], name: str) -> list[Column]:
    """The columns of a table. Raises NotATable when its first line is data: people must not end up as headings."""
    tidy = [" ".join(heading.split()) for heading in headings]
    if any(is_address(heading) for heading in tidy) or _is_data(tidy):
        raise NotATable(f"{name}: its first line looks like data, not headings. Export it with its line of headings.")
    return [
        Column(
            heading if heading and tidy.count(heading) == 1 else at + 1,
            [row[at] for row in body if at < len(row) and row[at]],
            len(body),
        )
        for at, heading in enumerate(tidy)
        if heading or any(at < len(row) and row[at] for row in body)
    ]


def _is_data(headings: Sequence[str]) -> bool:
    filled = [heading for heading in headings if heading]
    digits = [heading for heading in filled if sum(map(str.isdigit, heading)) > len(heading) / 2]
    return not _known(filled) and (len(digits) > len(filled) / 2 or not any(map(readings, filled)))
