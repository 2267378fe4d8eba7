"""The change of a metric between two periods, read by measure() and decomposed."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pandas as pd
from sqlalchemy import Connection, func

from data.comparison.disclosure import WITHHELD
from data.decomposition import Cells, Decomposition, Key, amount, ratio
from data.errors import UnknownCut
from data.metrics import measure as measuring
from data.metrics.measure import measure
from data.metrics.metric import Metric
from data.replacement import Rows, quantile
from data.selection import Selection

DIMENSIONS = ("service", "actor", "priority", "county")
"""What a change is looked for in; where cells are too sparse the last ones are left out first."""
ENOUGH = Fraction(4, 5)
"""Share of the rows that must lie in cells which both periods have: fewer, and chance decides what is mix."""
UNSHARED = "unshared"
"""Member for what the cells do not add up to: figures that count the same thing under several members, or cells that
are withheld."""

Kind = Literal["ratio", "amount", "quantile"]


@dataclass(frozen=True)
class Change:
    """A metric's change between two selections, its parts by the members of dimension.

    cells: what the effects were computed over before they were added up by dimension. covered: share of the
    denominators (rows, for amounts and quantiles) in cells that both periods have, None where there are none.
    """

    metric: Metric
    earlier: Selection
    later: Selection
    dimension: str
    cells: tuple[str, ...]
    covered: Fraction | None
    kind: Kind
    found: Decomposition


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """The dimensions that a metric's change can be looked for in; empty where there is none."""
    return tuple(name for name in DIMENSIONS if name in metric.cut_by)


def change(
    connection: Connection, metric: Metric, earlier: Selection, later: Selection, dimension: str | None = None
) -> Change:
    """Why a metric changed, by the members of a dimension (default: the first that it has). Raises UnknownCut."""
    known = dimensions_of(metric)
    if not known or (dimension or known[0]) not in known:
        raise UnknownCut(f"A change of {metric.id} can't be looked for by {dimension}; choose from {', '.join(known)}.")
    dimension = dimension or known[0]
    if metric.is_quantile:
        return _of_quantile(connection, metric, earlier, later, dimension)
    if not metric.is_share:
        return _of_amount(connection, metric, earlier, later, dimension)
    cuts, before, after = _cells(connection, metric, earlier, later, dimension)
    place = cuts.index(dimension)
    found = ratio(before, after, lambda key: key[place])
    return Change(metric, earlier, later, dimension, cuts, covered(before, after, 1), "ratio", found)


def covered(earlier: Cells, later: Cells, place: int) -> Fraction | None:
    """Share of the numerators (place 0) or denominators (1) in cells that both periods have, the periods' mean."""
    shares = []
    for cells, others in ((earlier, later), (later, earlier)):
        whole = sum(abs(cell[place]) for cell in cells.values())
        both = sum(abs(cell[place]) for key, cell in cells.items() if others.get(key, (0, 0))[place])
        if whole:
            shares.append(Fraction(both, whole))
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def _cells(
    connection: Connection, metric: Metric, earlier: Selection, later: Selection, dimension: str
) -> tuple[tuple[str, ...], Cells, Cells]:
    """The finest cells that the data bear: those of all dimensions, or without the last ones, the asked one kept."""
    cuts = dimensions_of(metric)
    frames = [measure(connection, metric, selection, cuts) for selection in (earlier, later)]
    wholes = [measure(connection, metric, selection) for selection in (earlier, later)]
    while True:
        before, after = (_of_frame(frame, cuts) for frame in frames)
        share = covered(before, after, 1)
        if len(cuts) == 1 or share is None or share >= ENOUGH:
            break
        cuts = _without_last(cuts, dimension)
    return cuts, _completed(before, wholes[0], cuts), _completed(after, wholes[1], cuts)


def _of_amount(connection: Connection, metric: Metric, earlier: Selection, later: Selection, dimension: str) -> Change:
    """By the members alone: finer cells of an amount give the same effects."""
    wholes = [measure(connection, metric, selection) for selection in (earlier, later)]
    unit = max(int(whole["denominator"].sum()) for whole in wholes) or 1
    cells = []
    for selection, whole in zip((earlier, later), wholes, strict=True):
        frame = measure(connection, metric, selection, [dimension]).assign(denominator=0)
        cells.append(_completed(_of_frame(frame, [dimension]), whole.assign(denominator=0), [dimension]))
    found = amount(cells[0], cells[1], lambda key: key[0], unit)
    return Change(metric, earlier, later, dimension, (dimension,), covered(cells[0], cells[1], 0), "amount", found)


def _without_last(cuts: Sequence[str], kept: str) -> tuple[str, ...]:
    last = [name for name in cuts if name != kept][-1]
    return tuple(name for name in cuts if name != last)


def _of_frame(frame: pd.DataFrame, cuts: Sequence[str]) -> dict[Key, tuple[int, int]]:
    """Cells by their members, unknown ones as text; summed over the cuts left out. Those withheld are left out."""
    frame = frame[~frame[WITHHELD]] if WITHHELD in frame else frame
    found: dict[Key, tuple[int, int]] = {}
    columns = [frame[name].astype("object").where(frame[name].notna(), "unknown").astype(str) for name in cuts]
    for *members, numerator, denominator in zip(*columns, frame["numerator"], frame["denominator"], strict=True):
        so_far = found.get(tuple(members), (0, 0))
        found[tuple(members)] = (so_far[0] + int(numerator), so_far[1] + int(denominator))
    return found


def _completed(cells: Mapping[Key, tuple[int, int]], whole: pd.DataFrame, cuts: Sequence[str]) -> Cells:
    """The cells, with one more for what they do not add up to, so that the sums are those of the figure itself."""
    rest = tuple(
        int(whole[name].sum()) - sum(cell[place] for cell in cells.values())
        for place, name in enumerate(("numerator", "denominator"))
    )
    return cells if not any(rest) else {**cells, (UNSHARED,) * len(cuts): (rest[0], rest[1])}


def _of_quantile(
    connection: Connection, metric: Metric, earlier: Selection, later: Selection, dimension: str
) -> Change:
    rows = [_rows(connection, metric, selection, dimension) for selection in (earlier, later)]
    wholes = [measure(connection, metric, selection)["value"].iloc[0] for selection in (earlier, later)]
    ends = None if any(pd.isna(one) for one in wholes) else (float(wholes[0]), float(wholes[1]))
    found = quantile(rows[0], rows[1], metric.quantile, ends)
    sizes: list[Cells] = [{(str(name),): (sum(one.values()), 0) for name, one in period.items()} for period in rows]
    share = covered(sizes[0], sizes[1], 0)
    return Change(metric, earlier, later, dimension, (dimension,), share, "quantile", found)


def _rows(connection: Connection, metric: Metric, selection: Selection, dimension: str) -> Rows:
    """How many rows of each member have each value: the rows of measure()'s own statement, counted."""
    asked = measuring.statement(connection, metric, selection, [dimension])
    if asked is None:
        return {}
    assert metric.measured is not None, f"{metric.id}: no quantile"
    cut = asked.selected_columns[dimension]
    counted = (
        asked.with_only_columns(
            cut.label("member"),
            metric.measured.label("measured"),
            func.count().label("rows"),
            maintain_column_froms=True,
        )
        .where(metric.measured.is_not(None))
        .group_by(metric.measured)
        .order_by(None)
    )
    found: dict[Hashable, dict[float, int]] = {}
    for member, value, rows in connection.execute(counted):
        of = found.setdefault("unknown" if member is None else str(member), {})
        of[float(value)] = of.get(float(value), 0) + int(rows)
    return found
