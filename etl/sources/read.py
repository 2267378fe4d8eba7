"""Batches of an input: read, mapped, parsed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import BinaryIO, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.config import Source
from etl.sources.batch import Batch
from etl.sources.cells import Cells, in_runs
from etl.sources.delimited import read_delimited
from etl.sources.documents import read_json, read_json_lines, read_records
from etl.sources.errors import UnreadableInput
from etl.sources.fdp.rows import read_fdp
from etl.sources.inputs import Input
from etl.sources.kgr.chain import read_kgr
from etl.sources.mapping import counting, mapped
from etl.sources.ocds.files import read_ocds
from etl.sources.workbooks import read_workbook

T = TypeVar("T")
_WORTH_A_THREAD = 1_000_000
"""Bytes from which reading and mapping run beside the caller's own work."""


def batches(input: Input, source: Source, rows_per_batch: int = 200_000) -> Iterator[Batch]:
    """The rows of an input in its order, rows_per_batch at a time; none for an input with headings only.

    Raises UnreadableInput(AspError) naming the input, the line if known, what was expected and what to do - perhaps
    only after some batches: then nothing of the input is to be loaded.
    """
    if input.slice is not None:
        cells = read_records(input.slice.records, input.name, source, input.known)
        yield from _mapped(in_runs(cells, rows_per_batch), input, source)
        return
    if input.parts is not None:
        cells = _read_together(input.parts(), input, source)
        yield from _mapped(_bearable(in_runs(cells, rows_per_batch), input, source), input, source)
        return
    with input.open() as stream:
        runs = _bearable(in_runs(_read(stream, input, source), rows_per_batch), input, source)
        if input.size < _WORTH_A_THREAD:
            yield from _mapped(runs, input, source)
        else:
            yield from ahead(_mapped(ahead(runs), input, source))


def _bearable(runs: Iterator[Cells], input: Input, source: Source) -> Iterator[Cells]:
    """The runs, as long as they look like a table: a small file can unpack to millions of lines that do not."""
    torn, first = 0, None
    for cells in runs:
        torn += len(cells.torn)
        first = first or next(iter(cells.torn), None)
        if first and torn > source.limits.torn:
            raise UnreadableInput(
                input.name,
                f"more than {source.limits.torn:,} rows do not split into columns; the first is {first.reason}.",
                "Correct delimiter or quote of the source, or export it again.",
                first.line,
            )
        yield cells


def _mapped(runs: Iterator[Cells], input: Input, source: Source) -> Iterator[Batch]:
    return (mapped(counting(_labelled(cells, input, source), source), source) for cells in runs)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, the next of them being made while the last is used."""
    with ThreadPoolExecutor(1) as worker:
        following = worker.submit(next, items, None)
        while (item := following.result()) is not None:
            following = worker.submit(next, items, None)
            yield item


def reparsed(raw: pd.DataFrame, lines: np.ndarray, source: Source) -> Batch:
    """Rows from their delivered columns (raw of a batch, perhaps corrected), as if they were read again.

    As many rows as raw has: only and skip do not apply again. Days and times may also be given in ISO 8601.
    """
    keys = [column for column in raw.columns if isinstance(column, str)]
    columns = [pa.array([None if pd.isna(value) else str(value) for value in raw[key]], pa.string()) for key in keys]
    table = pa.Table.from_arrays(columns, names=keys)
    return mapped(Cells(table, np.asarray(lines, dtype=np.int64), typed=True), source)


def _read_together(parts: Iterator[Input], input: Input, source: Source) -> Iterator[Cells]:
    if input.format == "kgr":
        return read_kgr(parts, source)
    if input.format == "fdp":
        return read_fdp(parts, source)
    return read_ocds(parts, input.name, source)


def _read(stream: BinaryIO, input: Input, source: Source) -> Iterator[Cells]:
    if input.format in ("xlsx", "xls", "ods"):
        return read_workbook(stream, input.name, source, input.format, input.sheet)
    if input.format == "json":
        return read_json(stream, input.name, source)
    if input.format == "jsonl":
        return read_json_lines(stream, input.name, source)
    return read_delimited(stream, input.name, source)


def _labelled(cells: Cells, input: Input, source: Source) -> Cells:
    """The cells with the columns that name the input, where the source reads them."""
    table = cells.table
    for label, text in input.labels.items():
        if label in (*source.headings, *source.optional_headings):
            table = table.append_column(label, pa.array([text] * len(cells.lines), pa.string()))
    return replace(cells, table=table)
