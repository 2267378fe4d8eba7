"""Records of a delimited text where lines alone do not tell: quoted line ends, stray and open quotation marks."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

OPEN = "a quotation mark is opened here and never closed"
_NUL = "holds a NUL byte: the file is damaged"


@dataclass(frozen=True)
class Dialect:
    """delimiter and quote (empty: none) characters; longest: characters of a record; most_lines: lines of one."""

    delimiter: str
    quote: str
    longest: int
    most_lines: int


@dataclass(frozen=True)
class Record:
    """A record that starts at the line of this index; its fields, or why it has none, and the index after it."""

    at: int
    fields: list[str] | None
    reason: str
    after: int


def records(lines: list[str], dialect: Dialect, width: int | None, final: bool) -> Iterator[Record]:
    """Records of lines (without their LF), blank ones left out.

    A record that comes apart takes its first line only, so that an open quotation mark costs one row, not the rest.
    width: fields that a record has, any number if None. Stops before a record that goes on after the last line,
    unless final.
    """
    at = 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
        if not line:
            at += 1
            continue
        record = _one(line, at, dialect, width) if _alone(line, dialect) else _many(lines, at, dialect, width, final)
        if record is None:
            return
        yield record
        at = record.after


def _alone(line: str, dialect: Dialect) -> bool:
    """Whether a record that starts with this line ends with it."""
    if not dialect.quote or dialect.quote not in line:
        return True
    try:
        _fields([line], dialect, strict=True)
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return True


def _one(line: str, at: int, dialect: Dialect, width: int | None) -> Record:
    if len(line) > dialect.longest:
        return Record(at, None, too_long(dialect), at + 1)
    if "\0" in line:
        return Record(at, None, _NUL, at + 1)
    try:
        fields = _fields([line], dialect, strict=False)
    except csv.Error as error:
        return Record(at, None, f"cannot be split into columns ({error})", at + 1)
    return _counted(Record(at, fields, "", at + 1), width)


def _many(lines: list[str], at: int, dialect: Dialect, width: int | None, final: bool) -> Record | None:
    """The record over several lines; torn when it never ends or does not end well; None when it may go on."""
    torn = Record(at, None, OPEN, at + 1)
    held = 0
    for end in range(at, min(len(lines), at + dialect.most_lines)):
        held += len(lines[end]) + 1
        if held > dialect.longest:
            return torn
        if end == at or lines[end].count(dialect.quote) % 2 == 0:
            continue
        try:
            fields = _fields([f"{line}\n" for line in lines[at : end + 1]], dialect, strict=True)
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return torn
        whole = _counted(Record(at, fields, "", end + 1), width)
        return whole if whole.fields is not None else torn
    return torn if final or len(lines) - at >= dialect.most_lines else None


def _counted(record: Record, width: int | None) -> Record:
    if record.fields is None or width is None or len(record.fields) == width:
        return record
    return Record(record.at, None, wrong_width(len(record.fields), width), record.after)


def wrong_width(found: int, width: int) -> str:
    """Why a row with another number of columns than the headings is torn."""
    return f"{found} columns instead of {width}"


def too_long(dialect: Dialect) -> str:
    """Why a row that is too long is torn."""
    return f"longer than {dialect.longest:,} characters"


def _fields(lines: list[str], dialect: Dialect, strict: bool) -> list[str]:
    if not dialect.quote or not any(dialect.quote in line for line in lines):
        return lines[0].removesuffix("\n").split(dialect.delimiter)
    csv.field_size_limit(dialect.longest)
    reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=strict)
    return next(reader)
