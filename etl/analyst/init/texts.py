"""Delimited text: the encoding that fits all of it, the delimiter that finds most headings."""

from collections.abc import Iterator
from typing import Any

from data.errors import AspError
from etl.analyst.init.tables import HEADING_LINES, ROWS, Table, columns_under, heading_line, known_headings, words_of
from etl.config import Source
from etl.sources.inputs import Input
from etl.sources.records import Dialect, records
from etl.sources.stream import texts

JUDGED = 64_000_000  # bytes of text by which the encoding is judged
ENCODINGS = ("utf-8", "windows-1250")


def delimited(one: Input, probe: Source, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    """The table of a delimited text, if it has headings. settings, notes: of the file, to be added to."""
    text, encoding = text_of(one, probe)
    lines = text.split("\n")
    options = ["\t"] if one.format == "tsv" else [";", ",", "\t", "|"]
    laid = [(delimiter, _split(lines, delimiter, probe)) for delimiter in options]
    at, (delimiter, rows) = max(
        ((heading_line([row for _, row in rows]), (delimiter, rows)) for delimiter, rows in laid), key=_fit
    )
    if at is None or not rows:
        return
    line, headings = rows[at]
    own = dict(settings) | ({} if one.format == "tsv" else {"delimiter": delimiter})
    own |= {"encoding": encoding} if encoding != "utf-8" else {}
    own |= {"header_row": line} if line != 1 else {}
    body = [row for _, row in rows[at + 1 :] if len(row) == len(headings)][:ROWS]
    told = dict(notes)
    if encoding != "utf-8":
        told["encoding"] = f"not UTF-8; {encoding} is how Hungarian programs write otherwise, iso-8859-2 reads alike"
    yield Table(one.name, words_of(one), own, columns_under(headings, body, one.name), told)


def _fit(option: tuple[int | None, tuple[str, list[tuple[int, list[str]]]]]) -> tuple[int, int]:
    at, (_, rows) = option
    if at is None:
        return (-1, 0)
    return known_headings(rows[at][1]), len(rows[at][1])


def text_of(one: Input, probe: Source) -> tuple[str, str]:
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
