"""Cells of an input as text, before anything is known of what they mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.sources.batch import TornRow


@dataclass(frozen=True)
class Cells:
    """Rows of an input: a text column per wanted heading, the line of each row, and the rows that came apart.

    typed: days and times may come as ISO 8601 whatever the source's formats are, as spreadsheets know them to be days.
    """

    table: pa.Table
    lines: np.ndarray
    torn: list[TornRow] = field(default_factory=list)
    typed: bool = False

    @property
    def size(self) -> int:
        """Rows, whole and torn."""
        return len(self.lines) + len(self.torn)

    def where(self, mask: np.ndarray) -> "Cells":
        """The rows that mask keeps; torn rows stay."""
        return self if mask.all() else replace(self, table=self.table.filter(pa.array(mask)), lines=self.lines[mask])


def cells_of(columns: Sequence[str], rows: Sequence[Sequence[str | None]], lines: Sequence[int]) -> Cells:
    """Cells of rows in Python lists."""
    by_column: Iterable[Sequence[str | None]] = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = [pa.array(values, pa.string()) for values in by_column]
    return Cells(pa.Table.from_arrays(arrays, names=list(columns)), np.asarray(lines, dtype=np.int64))


def in_runs(chunks: Iterable[Cells], size: int) -> Iterator[Cells]:
    """The same rows in runs of about size (the last may be shorter, one input block may make one longer)."""
    held: list[Cells] = []
    for chunk in chunks:
        held.append(chunk)
        if sum(one.size for one in held) >= size:
            yield from _cut(_joined(held), size)
            held = []
    if sum(one.size for one in held):
        yield from _cut(_joined(held), size)


def _joined(held: list[Cells]) -> Cells:
    if len(held) == 1:
        return held[0]
    table = pa.concat_tables([one.table for one in held])
    lines = np.concatenate([one.lines for one in held])
    return Cells(table, lines, [torn for one in held for torn in one.torn], held[0].typed)


def _cut(cells: Cells, size: int) -> Iterator[Cells]:
    for start in range(0, max(len(cells.lines), 1), size):
        torn = cells.torn if start == 0 else []
        yield Cells(cells.table.slice(start, size), cells.lines[start : start + size], torn, cells.typed)


def matching(column: pa.ChunkedArray, pattern: str) -> np.ndarray:
    """Rows whose text contains the pattern; a missing cell counts as an empty text."""
    found = pc.match_substring_regex(pc.fill_null(column, ""), pattern)
    return found.to_numpy()
