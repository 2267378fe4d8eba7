"""What a spreadsheet's own XML tells before it is read: how large it gets, and which cells hold no value.

The reader gives a cell with an error as an empty one, and lays a sheet out to its farthest cell in memory; so both are
looked up first.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from etl.config import Format, Source
from etl.sources.archives import check_growth
from etl.sources.errors import UnreadableInput

Faults = dict[int, dict[int, str]]
"""Line -> place of a column (0 is the first) -> the error that the cell shows."""

_AGAIN = "Open it and save it again, or deliver it as CSV."
_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>", re.S)
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]+)([0-9]+)["']""")
UNCOMPUTED = "#FORMULA!"
"""The error that stands for a formula without a value."""
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*)>")
_ODS_ROWS = re.compile(rb'number-rows-repeated="([0-9]+)"')
_ODS_COLUMNS = re.compile(rb'number-columns-repeated="([0-9]+)"')


def checked(content: bytes, name: str, form: Format, sheet: str | None, source: Source) -> Faults:
    """Cells of the sheet that show an error or an uncomputed formula (XLSX only).

    Raises UnreadableInput when the file is no spreadsheet of its kind, is protected, or gets too large.
    """
    if not content:
        raise UnreadableInput(name, "is empty.", "Export it again.")
    if not content.startswith(b"PK"):
        return _not_zipped(content, name, form)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return _inside(book, len(content), name, sheet, source)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableInput(name, f"is not a sound spreadsheet ({error}).", _AGAIN) from error


def _not_zipped(content: bytes, name: str, form: Format) -> Faults:
    if form != "xls" and "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableInput(name, "is protected by a password.", "Save it without one.")
    start = content[:200].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise UnreadableInput(name, "is a web page or XML under the name of a spreadsheet.", _AGAIN)
    if not content.startswith(b"\xd0\xcf\x11\xe0") and form != "xls":
        raise UnreadableInput(name, f"is not an {form.upper()} file.", _AGAIN)
    return {}


def _inside(book: zipfile.ZipFile, stored: int, name: str, sheet: str | None, source: Source) -> Faults:
    infos = book.infolist()
    expanded = sum(info.file_size for info in infos)
    check_growth(expanded, stored, name, source)
    if expanded > source.limits.document:
        problem = (
            f"expands to {expanded:,} bytes, more than the {source.limits.document:,} that a spreadsheet may have."
        )
        raise UnreadableInput(name, problem, "Deliver it as CSV, or raise ASP_MAX_WORKBOOK_BYTES.")
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableInput(name, "is protected by a password.", "Save it without one.")
    names = {info.filename for info in infos}
    if book.testzip() is not None:  # also finds contents larger than the directory says
        raise UnreadableInput(name, "is damaged.", "Transfer it again.")
    if "content.xml" in names:
        _check_ods(book, names, name, source)
        return {}
    path = _sheet_path(book, names, sheet)
    return _scan(_well_formed(book.read(path)), name, source) if path else {}


def _well_formed(xml: bytes) -> bytes:
    """The XML, once it has been read to its end: some readers pass over damage and lose rows with it."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(f"damaged XML: {error}") from error
    return xml


def _refuse_doctype(*declaration: object) -> None:
    raise ValueError("its XML has a document type, whose entities could expand for ever")


def _sheet_path(book: zipfile.ZipFile, names: set[str], sheet: str | None) -> str | None:
    """The sheet's XML, by workbook.xml and its relations; None where they do not tell."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book_xml, relations_xml = book.read("xl/workbook.xml"), book.read("xl/_rels/workbook.xml.rels")
    sheets = [one for one in _elements(book_xml) if one.tag.endswith("}sheet")]
    relations = list(_elements(relations_xml))
    chosen = next((one for one in sheets if sheet in (None, one.get("name"))), None)
    if chosen is None:
        return None
    own = next((value for key, value in chosen.attrib.items() if key.endswith("}id")), None)
    target = next((one.get("Target") for one in relations if one.get("Id") == own), None)
    if not target:
        return None
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return path if path in names else None


def _elements(xml: bytes) -> Iterator[ElementTree.Element]:
    return ElementTree.fromstring(_well_formed(xml)).iter()  # noqa: S314 - without a document type, hence entities


def _scan(xml: bytes, name: str, source: Source) -> Faults:
    """Cells without a readable value; raises UnreadableInput when the farthest cell lies too far away."""
    faults: Faults = {}
    last_line = last_place = 0
    for cell in _CELL.finditer(xml):
        attributes, empty = cell.groups()
        reference = _REFERENCE.search(attributes)
        if empty or reference is None:
            continue
        line, place = int(reference[2]), _place(reference[1])
        last_line, last_place = max(last_line, line), max(last_place, place)
        fault = _fault(xml, cell.end(), attributes)
        if fault:
            faults.setdefault(line, {})[place] = fault
    _refuse_far(last_line, last_place + 1, name, source)
    return faults


def _fault(xml: bytes, start: int, attributes: bytes) -> str:
    """The error that a cell shows; an uncomputed formula has no value at all."""
    if b't="e"' in attributes:
        end = xml.find(b"</", xml.find(b"<v>", start))
        shown = xml[xml.find(b"<v>", start) + 3 : end] if xml.find(b"<v>", start) >= 0 else b"#N/A"
        return shown.decode("utf-8", "replace")[:20] if shown.startswith(b"#") else "#N/A"
    if xml.startswith(b"<f", start):
        content = xml[start : xml.find(b"</c>", start)]
        if (b"<v>" not in content and b"<is>" not in content) or b"<v></v>" in content:
            return "" if b't="str"' in attributes else UNCOMPUTED
    return ""


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + (letter & 0x5F) - 64
    return place - 1


def _refuse_far(lines: int, columns: int, name: str, source: Source) -> None:
    if lines * columns > source.limits.cells:
        problem = f"reaches to line {lines:,} and column {columns:,}, too far to be read."
        raise UnreadableInput(name, problem, "Delete the stray cells beyond the table, or deliver it as CSV.")


def _check_ods(book: zipfile.ZipFile, names: set[str], name: str, source: Source) -> None:
    """Raises UnreadableInput for an encrypted file, and for repeated cells that fill too large a sheet."""
    if "META-INF/manifest.xml" in names and b"encryption-data" in book.read("META-INF/manifest.xml"):
        raise UnreadableInput(name, "is protected by a password.", "Save it without one.")
    for lines, columns in _ods_extents(_well_formed(book.read("content.xml"))):
        _refuse_far(lines, columns, name, source)


def _ods_extents(xml: bytes) -> Iterator[tuple[int, int]]:
    """Farthest filled line and column of each table."""
    for table in xml.split(b"<table:table ")[1:]:
        line = last_line = last_column = 0
        repeated, column = 1, 0
        for token in _ODS_ROW.finditer(table):
            if token[1] is not None:
                line += repeated if token.start() else 0
                repeated, column = _times(_ODS_ROWS, token[1]), 0
                continue
            times = _times(_ODS_COLUMNS, token[2])
            column += times
            if b"office:value" in token[2] or not token[2].rstrip().endswith(b"/"):
                last_line, last_column = max(last_line, line + repeated), max(last_column, column)
        yield last_line, last_column


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
