"""What is wrong with real exports, at a low rate: broken dates, impossible orders, unknown codes, torn lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TORN, REPEATED = 0.0001, 0.0006
BROKEN_DATES = ("2025.13.45 08:00", "0000-00-00 00:00", "tegnap", "45689.3")

Spoiler = Callable[[pa.Table, np.ndarray, np.random.Generator], pa.Table]


@dataclass(frozen=True)
class Spoilt:
    """A table with defects: rows that are defective, those of them still to be torn, copies appended at its end."""

    table: pa.Table
    defective: np.ndarray
    torn: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    copies: int = 0


def spoil(
    table: pa.Table,
    may: np.ndarray,
    kinds: Mapping[Spoiler, float],
    rng: np.random.Generator,
    *,
    at_least: int = 0,
) -> Spoilt:
    """Spoils rows and repeats some.

    may: positions of rows that nothing else is said about. kinds: what is done, and to which share of rows. at_least:
    of each kind, as far as there are rows.
    """
    order = rng.permutation(may)
    wanted = [max(at_least, int(rng.binomial(len(may), rate))) for rate in (*kinds.values(), TORN, REPEATED)]
    ends = np.minimum(np.cumsum(wanted), len(order))
    *groups, torn, repeated = (np.sort(part) for part in np.split(order[: ends[-1]], ends[:-1]))
    for spoiler, rows in zip(kinds, groups, strict=True):
        table = spoiler(table, rows, rng) if len(rows) else table
    table = pa.concat_tables([table, table.take(pa.array(repeated))]) if len(repeated) else table
    return Spoilt(table, np.sort(np.concatenate([*groups, torn])), torn, len(repeated))


def tear(content: bytes, rows: np.ndarray) -> bytes:
    """The text with some of its rows (0 is the first below the headings) cut off in the middle."""
    if not len(rows):
        return content
    lines = content.split(b"\n")
    for row in rows:
        lines[row + 1] = lines[row + 1].decode()[: len(lines[row + 1]) // 3].encode()
    return b"\n".join(lines)


def broken_dates(column: str) -> Spoiler:
    """Writes into the column what no calendar knows."""

    def spoiler(table: pa.Table, rows: np.ndarray, rng: np.random.Generator) -> pa.Table:
        return replaced(table, column, rows, [BROKEN_DATES[at] for at in rng.integers(0, len(BROKEN_DATES), len(rows))])

    return spoiler


def unknown_codes(column: str, *codes: str) -> Spoiler:
    """Writes codes into the column that its list does not have; "" leaves it empty."""

    def spoiler(table: pa.Table, rows: np.ndarray, rng: np.random.Generator) -> pa.Table:
        return replaced(table, column, rows, [codes[at] for at in rng.integers(0, len(codes), len(rows))])

    return spoiler


def out_of_order(later: str, value: str) -> Spoiler:
    """Puts an end long before any beginning."""

    def spoiler(table: pa.Table, rows: np.ndarray, rng: np.random.Generator) -> pa.Table:
        return replaced(table, later, rows, [value] * len(rows))

    return spoiler


def replaced(table: pa.Table, column: str, rows: np.ndarray, values: list[str]) -> pa.Table:
    """The table with other texts in some rows of a column."""
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[rows] = True
    texts = table.column(column).combine_chunks()
    changed = pc.replace_with_mask(texts, pa.array(mask), pa.array(values, pa.string()))
    return table.set_column(table.schema.get_field_index(column), column, changed)
