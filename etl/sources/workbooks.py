"""Spreadsheets: XLSX, XLS and ODS through calamine."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

import python_calamine as calamine

from etl.config import Format, Source, did_you_mean
from etl.sources.cells import Cells, cells_of
from etl.sources.errors import UnreadableInput
from etl.sources.headings import positions
from etl.sources.rendering import rendered
from etl.sources.sheets import Faults, checked
from etl.sources.stream import read_whole
from etl.sources.unpivot import unpivoted

_ROWS = 20_000
_AGAIN = "Open it and save it again, or deliver it as CSV."


def read_workbook(stream: BinaryIO, name: str, source: Source, form: Format, sheet: str | None) -> Iterator[Cells]:
    """Rows of one sheet (the first if None) with their lines; empty rows are none.

    A cell that shows an error, or a formula that was never computed, comes as that error's name, which no field takes.
    Raises UnreadableInput (damaged, protected by a password, too large, no such sheet, missing columns).
    """
    content = read_whole(stream, name, source.limits.document)
    faults = checked(content, name, form, sheet, source)
    headers: list[list[str]] = []
    lines = _header_lines(source)
    rows = enumerate(_rows(content, name, sheet), start=1)
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


def _rows(content: bytes, name: str, sheet: str | None) -> Iterator[Sequence[Any]]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        chosen = _sheet_name(book.sheet_names, name, sheet)
        yield from book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except calamine.PasswordError as error:
        raise UnreadableInput(name, "is protected by a password.", "Save it without one.") from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise UnreadableInput(name, f"is not a sound spreadsheet ({error}).", _AGAIN) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault inside the parser's Rust code shows
            raise
        raise UnreadableInput(name, "is damaged beyond reading.", _AGAIN) from error


def _sheet_name(names: Sequence[str], name: str, sheet: str | None) -> str:
    if not names:
        raise UnreadableInput(name, "has no sheet.", _AGAIN)
    if sheet is None or sheet in names:
        return sheet or names[0]
    found = ", ".join(map(repr, names))
    raise UnreadableInput(
        name, f"has no sheet '{sheet}'{did_you_mean(sheet, names)}; it has {found}.", "Correct sheet."
    )


def _cells(block: list[tuple[int, Sequence[Any]]], places: dict[str, int], faults: Faults, source: Source) -> Cells:
    rows, lines = [], []
    for line, row in block:
        marks = faults.get(line, {})
        if marks or any(value != "" for value in row):
            rows.append([marks.get(at) or rendered(row[at], source.decimal) for at in places.values()])
            lines.append(line)
    return replace(cells_of(list(places), rows, lines), typed=True)
