"""A sheet as CSV or XLSX bytes."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard import formats
from dashboard.exports.sheet import Sheet, harmless, harmless_frame
from dashboard.locale import translate as _

BOM = b"\xef\xbb\xbf"
"""Without it a Hungarian spreadsheet program reads UTF-8 as Windows-1250."""

WIDEST = 60
LONGEST_NAME = 31  # of a worksheet


def csv_bytes(sheet: Sheet, language: str) -> bytes:
    """UTF-8 with BOM, one heading line; semicolons and decimal commas in Hungarian, as spreadsheet programs expect."""
    separator, decimal = (";", ",") if language == "hu" else (",", ".")
    text = harmless_frame(sheet.rows).to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\r\n")
    return BOM + str(text).encode("utf-8")


def xlsx_bytes(sheet: Sheet, language: str, further: Sequence[Sheet] = (), *, cover_first: bool = False) -> bytes:
    """A sheet of the rows with real types, frozen heading and filter, and a sheet that says what they are.

    further: sheets of more rows between the two, named by their titles; what explains them stands with the first.
    cover_first: the explanation opens the file instead of closing it.
    """
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": sheet.title, "comments": "\n".join(sheet.about.values())[:250]})
        if cover_first:
            _write_about(book, sheet, language)
        _write_rows(book, sheet, sheet.title[:LONGEST_NAME] if further else _("Data", language))
        for more in further:
            _write_rows(book, more, more.title[:LONGEST_NAME])
        if not cover_first:
            _write_about(book, sheet, language)
    return stream.getvalue()


def _write_rows(book: xlsxwriter.Workbook, sheet: Sheet, name: str) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, heading in enumerate(sheet.rows.columns):
        written = book.add_format({"num_format": sheet.formats[heading]}) if heading in sheet.formats else None
        page.set_column(column, column, _width(sheet.rows[heading], str(heading)), written)
        page.write_string(0, column, str(harmless(str(heading))), bold)
        for row, cell in enumerate(sheet.rows[heading], start=1):
            _write(page, row, column, cell, written is not None)
    page.freeze_panes(1, 0)
    if len(sheet.rows.columns):
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.rows.columns) - 1)


def _write_about(book: xlsxwriter.Workbook, sheet: Sheet, language: str) -> None:
    page = book.add_worksheet(_("About", language))
    heading = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 24, heading)
    page.set_column(1, 1, 90, wrapped)
    for row, (term, text) in enumerate(sheet.about.items()):
        page.write_string(row, 0, term)
        page.write_string(row, 1, str(harmless(text)))


def _write(page: Any, row: int, column: int, cell: Any, has_format: bool) -> None:
    if formats.missing(cell):
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, date) and has_format:  # without a format a spreadsheet would show the day's number
        page.write_datetime(row, column, cell)
    elif hasattr(cell, "isoformat"):
        page.write_string(row, column, cell.isoformat())
    elif isinstance(cell, str):
        page.write_string(row, column, str(harmless(cell)))
    else:
        page.write_number(row, column, float(cell))


def _width(column: pd.Series, name: str) -> int:
    longest = max((len(str(cell)) for cell in column.head(200)), default=0)
    return max(10, min(WIDEST, max(longest, len(name) // 2) + 2))
