"""A matrix turned into one row per data cell."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.config import Source, Unpivot
from etl.sources.cells import Cells
from etl.sources.headings import key_of, positions

CELL_COLUMN = "_column"
"""Column that says which column of the matrix (1 is the first) a row comes from."""


def unpivoted(cells: Cells, headers: Sequence[list[str]], source: Source) -> Cells:
    """A row per cell, line by line: the id columns, a column per header, the value, and _column.

    cells: every column, by position. headers: the lines of headings, as many as the matrix has columns each.
    A row's line is that of its matrix row, so several rows share one.
    """
    form = source.unpivot
    assert form is not None, "unpivoted needs a source with [source.unpivot]"
    ids = positions(headers[0], source, source.name)
    data = [at for at in range(cells.table.num_columns) if at not in ids.values()]
    count, across = len(cells.lines), len(data)
    matrix = cells.table.select(data)
    values = pa.chunked_array([column.combine_chunks() for column in matrix.columns], pa.string())
    in_rows = np.arange(count * across).reshape(across, count).T.ravel()  # values stand column after column
    rows = np.repeat(np.arange(count), across)
    table = {key: pc.take(cells.table.column(at), rows) for key, at in ids.items()}
    for name, texts in zip(form.header, headers, strict=False):
        table[name] = _repeated([_at(texts, at) for at in data], count)
    table[form.value] = pc.take(values, in_rows)
    table[CELL_COLUMN] = _repeated([str(at + 1) for at in data], count)
    whole = Cells(pa.table(table), cells.lines[rows], cells.torn, cells.typed)
    return whole.where(_filled(whole.table.column(form.value))) if form.skip_empty else whole


def unpivoted_keys(form: Unpivot) -> list[str]:
    """Columns that unpivoting gives."""
    return [*(key_of(heading) for heading in form.id), *form.header, form.value, CELL_COLUMN]


def _at(texts: list[str], at: int) -> str:
    return texts[at].strip() if at < len(texts) else ""


def _repeated(texts: list[str], count: int) -> pa.Array:
    return pa.array(texts, pa.string()).take(np.tile(np.arange(len(texts)), count))


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    trimmed = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
    return pc.not_equal(trimmed, "").to_numpy()
