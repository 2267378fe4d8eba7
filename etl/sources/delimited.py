"""CSV and TSV: fast where lines are records, careful where they are not."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from etl.config import Source
from etl.sources.batch import TornRow
from etl.sources.cells import Cells, cells_of
from etl.sources.dialect import Layout, layout_of
from etl.sources.records import records, too_long, wrong_width
from etl.sources.stream import texts
from etl.sources.unpivot import unpivoted

_LF, _CR = 10, 13


def read_delimited(stream: BinaryIO, name: str, source: Source) -> Iterator[Cells]:
    """Rows of a delimited text, block by block, with their lines.

    Raises UnreadableInput (encoding, empty or binary content, missing columns), perhaps after some rows.
    """
    blocks = _with_last(texts(stream, name, source.encoding))
    start, final = next(blocks, (b"", True))
    # A block may end inside a character; the headings do not.
    layout = layout_of(start.decode(errors="ignore"), name, source)
    pending, line = start[layout.skipped_bytes :], layout.first_line
    dropping = False  # inside a record that is too long to be held
    while True:
        cells, used, lines = _parsed(pending, line, layout, final)
        yield unpivoted(cells, layout.headers, source) if source.unpivot else cells
        pending, line = pending[used:], line + lines
        if final:
            return
        text, final = next(blocks)
        if len(pending) > source.limits.record * 8:
            cells, *_ = _parsed(pending[: pending.rfind(b"\n") + 1], line, layout, final=True)
            line += pending.count(b"\n")
            yield Cells(cells.table, cells.lines, [*cells.torn, TornRow(line, too_long(layout.dialect))])
            pending, dropping = b"", True
        while dropping:
            cut = text.find(b"\n") + 1
            dropping = not cut and not final
            text, line = (text[cut:] if cut else b""), line + bool(cut)
            if dropping:
                text, final = next(blocks)
        pending += text


def _with_last(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last."""
    held: bytes | None = None
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


def _parsed(block: bytes, line: int, layout: Layout, final: bool) -> tuple[Cells, int, int]:
    """Rows of the block's whole records, and how many bytes and lines they take."""
    whole = block if final else block[: block.rfind(b"\n") + 1]
    starts, lengths = _lines_of(whole)
    if (plain := _fast(whole, starts, lengths, line, layout)) is not None:
        return plain, len(whole), len(starts)
    return _careful(whole, starts, line, layout, final)


def _lines_of(block: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Where each line of the block starts, and its length without LF."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _LF)
    if not block.endswith(b"\n") and block:
        ends = np.append(ends, len(block))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else np.empty(0, np.int64)
    return starts.astype(np.int64), (ends - starts).astype(np.int64)


def _fast(block: bytes, starts: np.ndarray, lengths: np.ndarray, line: int, layout: Layout) -> Cells | None:
    """Rows of a block in which every line is a record; None when that is not sure."""
    marks = np.frombuffer(block, np.uint8)
    if len(starts) and (lengths.max() > layout.dialect.longest or b"\0" in block or _odd_quotes(block, starts, layout)):
        return None
    filled = (lengths > 1) | ((lengths == 1) & (marks[starts] != _CR)) if len(starts) else np.empty(0, bool)
    lines = np.flatnonzero(filled) + line
    if not len(lines):
        return cells_of(list(layout.places), [], [])
    torn: list[tuple[int, int]] = []
    try:
        table = _parse(block, layout, torn)
    except pa.ArrowInvalid:
        return None
    if table.num_rows + len(torn) != len(lines):
        return None  # a record over several lines after all
    whole = np.ones(len(lines), bool)
    whole[[number - 1 for number, _ in torn]] = False
    apart = [TornRow(int(lines[number - 1]), wrong_width(found, layout.width)) for number, found in torn]
    return Cells(table, lines[whole], apart)


def _odd_quotes(block: bytes, starts: np.ndarray, layout: Layout) -> bool:
    """Whether a line holds an odd number of quotation marks, so that a record may go on in the next line."""
    quote = layout.dialect.quote.encode()
    if not quote or quote not in block:
        return False
    if len(quote) > 1:
        return True
    quotes = np.frombuffer(block, np.uint8) == quote[0]
    return bool(np.bitwise_xor.reduceat(quotes, starts).any())


def _parse(block: bytes, layout: Layout, torn: list[tuple[int, int]]) -> pa.Table:
    """The wanted columns as text; torn gets the number (1 is the first not blank line) and width of unfit rows."""

    def note(row: csv.InvalidRow) -> str:
        torn.append((row.number, row.actual_columns))
        return "skip"

    names = [str(at) for at in range(layout.width)]
    wanted = [str(at) for at in layout.places.values()]
    table = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
        parse_options=csv.ParseOptions(
            delimiter=layout.dialect.delimiter, quote_char=layout.dialect.quote or False, invalid_row_handler=note
        ),
        convert_options=csv.ConvertOptions(
            include_columns=list(dict.fromkeys(wanted)),
            column_types=dict.fromkeys(wanted, pa.string()),
            check_utf8=False,  # decoded before
            strings_can_be_null=False,
        ),
    )
    return pa.Table.from_arrays([table.column(at) for at in wanted], names=list(layout.places))


def _careful(block: bytes, starts: np.ndarray, line: int, layout: Layout, final: bool) -> tuple[Cells, int, int]:
    lines = block.decode().removesuffix("\n").split("\n")
    places = list(layout.places.values())
    rows, numbers, torn, after = [], [], [], 0
    for record in records(lines, layout.dialect, layout.width, final):
        if record.fields is None:
            torn.append(TornRow(line + record.at, record.reason))
        else:
            rows.append([record.fields[at] for at in places])
            numbers.append(line + record.at)
        after = record.after
    while after < len(lines) and not lines[after].removesuffix("\r"):
        after += 1
    used = int(starts[after]) if after < len(starts) else len(block)
    cells = cells_of(list(layout.places), rows, numbers)
    return Cells(cells.table, cells.lines, torn), used, after
