"""Spreadsheets: XLSX, XLS and ODS through calamine."""

import json
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any, BinaryIO

from etl.config import Format, Source, did_you_mean
from etl.sources.cells import Cells, cells_of
from etl.sources.errors import UnreadableInput
from etl.sources.headings import positions
from etl.sources.rendering import rendered
from etl.sources.sheets import Faults, checked
from etl.sources.stream import read_whole
from etl.sources.unpivot import unpivoted

_ROWS = 20_000
_NO_SHEET = "\x1f"  # no sheet can have this name
_EVERY_SHEET = "*"
_READER = Path(__file__).with_name("sheet_reader.py")
_AGAIN = "Open it and save it again, or deliver it as CSV."


class NoSuchSheet(UnreadableInput):
    """The workbook has no sheet of that name. names: those that it has."""

    def __init__(self, input: str, sheet: str, names: Sequence[str]) -> None:
        found = ", ".join(map(repr, names))
        super().__init__(
            input, f"has no sheet '{sheet}'{did_you_mean(sheet, names)}; it has {found}.", "Correct sheet."
        )
        self.names = names


def sheet_names(content: bytes, name: str, form: Format, source: Source) -> list[str]:
    """The sheets of a workbook in their order. Raises UnreadableInput when it is none."""
    checked(content, name, form, None, source)
    try:
        next(_rows(content, name, _NO_SHEET, source))
    except NoSuchSheet as found:
        return list(found.names)
    raise AssertionError("no sheet has this name")


def first_rows(content: bytes, name: str, form: Format, sheet: str, source: Source, count: int) -> list[list[Any]]:
    """The first lines of a sheet as they are laid out, headings and empty ones too. Raises UnreadableInput."""
    checked(content, name, form, sheet, source)
    rows = _rows(content, name, sheet, source)
    found = list(islice(rows, count))
    rows.close()
    return found


def read_sheets(stream: BinaryIO, name: str, source: Source) -> list[tuple[str, list[list[Any]]]]:
    """Every sheet (those that the source names, if it names any) with its rows from line 1 on, empty ones too.

    A cell that shows an error holds that error's name. Raises UnreadableInput.
    """
    content = read_whole(stream, name, source.limits.document)
    form: Format = "xls" if name.lower().removesuffix(".gz").endswith(".xls") else "xlsx"
    checked(content, name, form, None, source)
    sheets: list[tuple[str, list[list[Any]]]] = []
    for printed in _printed(content, name, _EVERY_SHEET, source):
        if isinstance(printed, dict):
            sheets.append((printed["sheet"], []))
        else:
            sheets[-1][1].append(printed)
    if missing := [sheet for sheet in source.sheet or () if sheet not in dict(sheets)]:
        raise NoSuchSheet(name, missing[0], [sheet for sheet, _ in sheets])
    wanted = [(sheet, rows) for sheet, rows in sheets if not source.sheet or sheet in source.sheet]
    for sheet, rows in wanted:
        _mark(rows, checked(content, name, form, sheet, source))
    return wanted


def _mark(rows: list[list[Any]], faults: Faults) -> None:
    for line, marks in faults.items():
        rows += [[] for _ in range(line - len(rows))]  # cells without a value may lie beyond those that have one
        row = rows[line - 1]
        row += [""] * (max(marks) + 1 - len(row))
        for at, mark in marks.items():
            row[at] = mark


def read_workbook(stream: BinaryIO, name: str, source: Source, form: Format, sheet: str | None) -> Iterator[Cells]:
    """Rows of one sheet (the first if None) with their lines; empty rows are none.

    A cell that shows an error, or a formula that was never computed, comes as that error's name, which no field takes.
    Raises UnreadableInput (damaged, protected by a password, too large, no such sheet, missing columns).
    """
    content = read_whole(stream, name, source.limits.document)
    faults = checked(content, name, form, sheet, source)
    headers: list[list[str]] = []
    lines = _header_lines(source)
    rows = enumerate(_rows(content, name, sheet, source), start=1)
    for line, row in islice(rows, max(lines)):
        if line in lines:
            headers.append([rendered(value, source.decimal) or "" for value in row])
    if len(headers) < len(lines) or not any(text.strip() for text in headers[0]):
        advice = "Correct the export, or sheet and header_row of the source."
        raise UnreadableInput(name, "has no headings there (the sheet or the row is empty).", advice, lines[0])
    places = positions(headers[0], source, name, lines[0])
    if source.unpivot:
        places = {f"#{at + 1}": at for at in range(len(headers[0]))}
    while block := list(islice(rows, _ROWS)):
        cells = _cells(block, places, faults, source)
        yield unpivoted(cells, headers, source) if source.unpivot else cells


def _header_lines(source: Source) -> list[int]:
    rows = source.unpivot.header_rows if source.unpivot else ()
    return list(rows) or [source.header_row]


def _rows(content: bytes, name: str, sheet: str | None, source: Source) -> Generator[list[Any]]:
    """Rows of the sheet from line 1 on."""
    for row in _printed(content, name, sheet, source):
        assert isinstance(row, list), "the reader prints the rows of one sheet"
        yield row


def _printed(content: bytes, name: str, sheet: str | None, source: Source) -> Generator[list[Any] | dict[str, str]]:
    """What the reader prints of a workbook, laid out by a process of its own, whose end is not ours."""
    command = [sys.executable, "-I", str(_READER), str(source.limits.reader_memory), sheet or ""]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as reader:  # noqa: S603 - our own program
        assert reader.stdin, "the reader is fed through a pipe"
        assert reader.stdout, "the reader answers through a pipe"
        try:
            _send(content, reader.stdin)
            for line in reader.stdout:
                yield _row(line, name, sheet)
        except BaseException:
            reader.kill()
            raise
    if reader.returncode:
        raise UnreadableInput(name, "is damaged, or takes more memory than a sheet may.", _AGAIN)


def _send(content: bytes, pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError), pipe:
        pipe.write(content)


def _row(line: bytes, name: str, sheet: str | None) -> list[Any] | dict[str, str]:
    try:
        row = json.loads(line)
    except ValueError as error:  # the reader died while it wrote
        raise UnreadableInput(name, "is damaged, or takes more memory than a sheet may.", _AGAIN) from error
    if isinstance(row, dict) and "error" in row:
        raise _fault(row["error"], row["message"], name, sheet)
    assert isinstance(row, list | dict), "the reader prints sheets, rows and errors"
    return row


def _fault(kind: str, message: str, name: str, sheet: str | None) -> UnreadableInput:
    if kind == "password":
        return UnreadableInput(name, "is protected by a password.", "Save it without one.")
    if kind == "damaged":
        return UnreadableInput(name, f"is not a sound spreadsheet ({message}).", _AGAIN)
    names = json.loads(message)
    if not names:
        return UnreadableInput(name, "has no sheet.", _AGAIN)
    return NoSuchSheet(name, sheet or "", names)


def _cells(block: Sequence[tuple[int, Sequence[Any]]], places: dict[str, int], faults: Faults, source: Source) -> Cells:
    rows, lines = [], []
    for line, row in block:
        marks = faults.get(line, {})
        if marks or any(value != "" for value in row):
            rows.append([marks.get(at) or rendered(row[at], source.decimal) for at in places.values()])
            lines.append(line)
    return replace(cells_of(list(places), rows, lines), typed=True)
