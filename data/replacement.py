"""Why a quantile changed: what the composition does and what each member's own rows do, added up exactly.

A quantile is no sum over members, so it has no terms to share out. It is recomputed instead with the later period's
composition, and with each member's later rows, put in place of the earlier ones one after the other. What each step
changes depends on the order, so the effect of a step is its mean over all orders (the Shapley value; Shorrocks 2013).
These means add up to the change without a rest, and swapping the periods flips their signs.
"""

import math
from collections.abc import Hashable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from data.decomposition import Decomposition, Effect, Part

Rows = Mapping[Hashable, Mapping[float, int]]
"""By member: how many rows have each value."""
Floats = npt.NDArray[np.float64]

MIX = "mix"
OTHERS = "…"
MOST = 8
AT_ONCE = 64  # replacements computed together
TOLERANCE = 1e-9  # of a row, for weights that are added up in binary


def quantile(earlier: Rows, later: Rows, share: float, ends: tuple[float, float] | None = None) -> Decomposition:
    """Effects on the quantile at share. Beyond the MOST biggest members the others are one, OTHERS.

    ends: the two quantiles as measured, where they are known to the last bit. Mix is one effect of its own, under MIX:
    a composition changes as a whole. A member without rows in a period keeps those of the other: what it does is mix.
    """
    earlier, later = _pooled(earlier, later)
    members = sorted(earlier.keys() | later.keys(), key=str)
    counts0, counts1 = (sum(sum(rows.values()) for rows in period.values()) for period in (earlier, later))
    own = {name: (_own(earlier, name, share), _own(later, name, share)) for name in members}
    weights = {
        name: (_weight(earlier, name, counts0), _weight(later, name, counts1)) for name in members
    }  # fmt: skip
    if not counts0 or not counts1:
        parts = {name: Part(*own[name], *weights[name], None, Effect()) for name in members}
        return Decomposition(_whole(earlier, share), _whole(later, share), parts)
    values = _replaced(earlier, later, members, share)
    if ends is not None:
        values[0], values[-1] = ends
    effects = _means([Fraction(float(one)) for one in values], len(members) + 1)
    parts = {
        name: Part(*own[name], *weights[name], Effect(rate=effect), Effect(rate=effect))
        for name, effect in zip(members, effects[1:], strict=True)
    }
    parts[MIX] = Part(None, None, None, None, Effect(mix=effects[0]), Effect(mix=effects[0]))
    return Decomposition(Fraction(float(values[0])), Fraction(float(values[-1])), parts)


def weighted_quantile(values: Floats, weights: Floats, share: float) -> float:
    """Interpolated between two rows as percentile_cont does, of rows that stand for weights of rows each."""
    return float(_quantiles(values, weights[np.newaxis], np.array([weights.sum()]), share)[0])


def _replaced(earlier: Rows, later: Rows, members: list[Hashable], share: float) -> Floats:
    """The quantile for each set of replacements: bit 0 the composition, bit k the rows of the k-th member."""
    grid = np.array(sorted({value for period in (earlier, later) for rows in period.values() for value in rows}))
    tables = [np.stack([_counts(period.get(name, {}), grid) for name in members]) for period in (earlier, later)]
    sizes = [table.sum(axis=1) for table in tables]
    shapes = [_shape(tables[period], sizes[period], tables[1 - period], sizes[1 - period]) for period in (0, 1)]
    found = np.empty(2 << len(members))
    sets = np.arange(1 << len(members))
    for composition in (0, 1):
        base = sizes[composition][:, np.newaxis] * shapes[0]
        more = sizes[composition][:, np.newaxis] * (shapes[1] - shapes[0])
        for first in range(0, len(sets), AT_ONCE):
            chosen = sets[first : first + AT_ONCE]
            bits = (chosen[:, np.newaxis] >> np.arange(len(members))) & 1
            weights = base.sum(axis=0) + bits @ more
            rows = np.full(len(chosen), sizes[composition].sum())
            found[2 * chosen + composition] = _quantiles(grid, weights, rows, share)
    return found


def _quantiles(values: Floats, weights: Floats, rows: Floats, share: float) -> Floats:
    """One quantile for each line of weights; values ascending, rows: the sum of each line."""
    below = weights.cumsum(axis=1)
    place = 1 + (rows - 1) * share
    low = np.floor(place + TOLERANCE)
    at = [
        np.minimum((below < (rank - TOLERANCE * rows)[:, np.newaxis]).sum(axis=1), len(values) - 1)
        for rank in (low, np.minimum(low + 1, rows))
    ]
    return values[at[0]] + (values[at[1]] - values[at[0]]) * np.clip(place - low, 0, 1)


def _means(values: list[Fraction], count: int) -> list[Fraction]:
    """The mean effect over all orders of each of count replacements; values by the set of those made."""
    found = []
    for one in range(count):
        by_size = [Fraction(0)] * count
        for made in range(len(values)):
            if not made >> one & 1:
                by_size[made.bit_count()] += values[made | 1 << one] - values[made]
        weights = (Fraction(math.factorial(k) * math.factorial(count - k - 1)) for k in range(count))
        found.append(sum((w * total for w, total in zip(weights, by_size, strict=True)), Fraction(0)))
    return [one / math.factorial(count) for one in found]


def _shape(own: Floats, size: Floats, other: Floats, others_size: Floats) -> Floats:
    """The distribution of each member's rows; that of the other period where it has none in this one."""
    rows = np.where(size[:, np.newaxis] > 0, own, other)
    total = np.where(size > 0, size, others_size)
    return rows / np.where(total > 0, total, 1)[:, np.newaxis]


def _counts(rows: Mapping[float, int], grid: Floats) -> Floats:
    found = np.zeros(len(grid))
    if rows:
        found[np.searchsorted(grid, np.array(list(rows)))] = list(rows.values())
    return found


def _pooled(earlier: Rows, later: Rows) -> tuple[Rows, Rows]:
    """The biggest members as they are, the rest as one."""
    sizes: dict[Hashable, int] = {}
    for period in (earlier, later):
        for name, rows in period.items():
            sizes[name] = sizes.get(name, 0) + sum(rows.values())
    if len(sizes) <= MOST + 1:
        return earlier, later
    kept = set(sorted(sizes, key=lambda name: (-sizes[name], str(name)))[:MOST])
    return _with_others(earlier, kept), _with_others(later, kept)


def _with_others(period: Rows, kept: set[Hashable]) -> Rows:
    others: dict[float, int] = {}
    for name, rows in period.items():
        if name not in kept:
            for value, count in rows.items():
                others[value] = others.get(value, 0) + count
    few = {name: rows for name, rows in period.items() if name in kept}
    return few | ({OTHERS: others} if others else {})


def _own(period: Rows, name: Hashable, share: float) -> Fraction | None:
    return _whole({name: period.get(name, {})}, share)


def _whole(period: Rows, share: float) -> Fraction | None:
    grid = np.array(sorted({value for rows in period.values() for value in rows}))
    if not len(grid):
        return None
    counts = np.sum([_counts(rows, grid) for rows in period.values()], axis=0)
    return Fraction(weighted_quantile(grid, counts, share))


def _weight(period: Rows, name: Hashable, total: int) -> Fraction | None:
    return Fraction(sum(period.get(name, {}).values()), total) if total else None
