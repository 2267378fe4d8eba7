"""Writers whose bytes depend on nothing but their rows: no clock, no user name, no order of a dictionary."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pyarrow as pa
import xlsxwriter
from pyarrow import csv

CREATED = datetime(2016, 8, 31)  # day of the decree on the ASP; any fixed day will do
ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def text_table(columns: Mapping[str, pd.Series | pa.Array]) -> pa.Table:
    """A table of text, heading by heading; missing values become empty cells."""
    return pa.table({name: _text(values) for name, values in columns.items()})


def _text(values: pd.Series | pa.Array) -> pa.Array:
    array = pa.array(values, from_pandas=True) if isinstance(values, pd.Series) else values
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


def delimited(table: pa.Table, delimiter: str, *, quoted: bool = False) -> bytes:
    """UTF-8 bytes of a delimited text. quoted: every text in quotation marks, else none (and none may be needed)."""
    stream = io.BytesIO()
    style = "needed" if quoted else "none"
    csv.write_csv(table, stream, csv.WriteOptions(delimiter=delimiter, quoting_style=style))
    content = stream.getvalue()
    return content if quoted else content.replace(b'"', b"", content[: content.index(b"\n")].count(b'"'))


def recoded(content: bytes, encoding: str) -> bytes:
    """The text in another encoding; every character must exist there."""
    return content.decode().encode(encoding)


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 4, mtime=0)


def workbook(sheets: Mapping[str, pd.DataFrame], title: str | None = None) -> bytes:
    """XLSX with real dates and numbers, one sheet per frame. title: a line above the headings."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": CREATED})
    day = book.add_format({"num_format": "yyyy.mm.dd"})
    moment = book.add_format({"num_format": "yyyy.mm.dd hh:mm"})
    bold = book.add_format({"bold": True})
    for name, frame in sheets.items():
        sheet = book.add_worksheet(name)
        if title:
            sheet.write_string(0, 0, title)
        top = 1 if title else 0
        for at, heading in enumerate(frame.columns):
            sheet.write(top, at, heading, bold)
            for row, value in enumerate(frame[heading], start=top + 1):
                if isinstance(value, pd.Timestamp):
                    sheet.write_datetime(row, at, value.to_pydatetime(), day if value == value.normalize() else moment)
                elif not pd.isna(value):
                    sheet.write(row, at, value)
    book.close()
    return stream.getvalue()


def open_document(sheet: str, frame: pd.DataFrame) -> bytes:
    """ODS with one sheet of text cells; missing values become empty cells."""
    lines = [list(frame.columns), *frame.to_numpy(dtype=object).tolist()]
    rows = "".join(f"<table:table-row>{''.join(map(_cell, line))}</table:table-row>" for line in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{NAMESPACES} office:version="1.2">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def json_lines(rows: Sequence[Mapping[str, object]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def json_document(rows: Sequence[Mapping[str, object]], *path: str) -> bytes:
    """The rows as a list inside nested objects."""
    document: object = list(rows)
    for name in reversed(path):
        document = {name: document}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzipped(stream.getvalue())
