"""Funnel plots: which units lie further from the figure of all than their size lets expect; never a ranking.

Limits are exact at any size. Where units differ by more than chance (over-dispersion: their circumstances differ, which
no one answers for), the limits are those of a beta-binomial share or a negative-binomial rate, else of a binomial or a
Poisson count. The transformed limits usual in funnel plots would flag one in a hundred of the units of two.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.comparison import limits as exact
from data.comparison.dispersion import Numbers, spread_of_rates, spread_of_shares

Kind = Literal["proportion", "rate"]
WARNING, SIGNAL = 0.025, 0.001  # on each side: limits of 95 and of 99.8 per cent
LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
TRIES = 6
STEPS = 100  # sizes that lines are drawn at beside those of the units


@dataclass(frozen=True)
class Funnel:
    """target: the figure of all, and the line. phi: how many times the variance that chance alone makes, of the units
    inside the limits (1: chance). tau: the standard deviation between units that the limits allow for, on the arcsine
    (proportion) or logarithmic (rate) scale; 0 where chance alone explains how they differ.

    frame: the rows given, with value, LIMITS, is_outside, side (above, below, or empty). lines: size and LIMITS, to be
    drawn. expected: how many of the units would lie outside by chance, at most.
    """

    kind: Kind
    target: float
    phi: float
    tau: float
    frame: pd.DataFrame
    lines: pd.DataFrame

    @property
    def is_overdispersed(self) -> bool:
        return self.tau > 0

    @property
    def expected(self) -> float:
        return 2 * SIGNAL * len(self.frame)

    @property
    def outside(self) -> pd.DataFrame:
        """The units beyond the limits of 99.8 per cent, in the order of the frame."""
        return self.frame[self.frame["is_outside"]]


def funnel(frame: pd.DataFrame, kind: Kind, target: float | None = None) -> Funnel:
    """A funnel of units. frame: numerator, denominator, and whatever else; rows without a denominator are left out.

    proportion: so many of so many. rate: a count per a size (expected count, inhabitants, users) that is no count of
    the same things. target: by default the sum of numerators over that of denominators. An empty frame gives an empty
    funnel with a target of nan.
    """
    rows = frame[frame["denominator"].notna() & (frame["denominator"] > 0)].reset_index(drop=True)
    counts, sizes = rows["numerator"].to_numpy(dtype="float64"), rows["denominator"].to_numpy(dtype="float64")
    if not len(rows):
        return Funnel(kind, float("nan"), float("nan"), 0.0, _judged(rows, counts, np.empty((4, 0)), sizes), _empty())
    aim = float(counts.sum() / sizes.sum()) if target is None else target
    known = 0 < aim < 1 if kind == "proportion" else aim > 0
    spread = _spread(counts, sizes, kind, aim) if known else 0.0
    ends = _limits(sizes, kind, aim, spread) if known else np.tile(np.full(len(rows), aim), (4, 1))
    grid = _grid(sizes, kind)
    drawn = _limits(grid, kind, aim, spread) if known else np.tile(np.full(len(grid), aim), (4, 1))
    lines = pd.DataFrame({"size": grid, **dict(zip(LIMITS, drawn, strict=True))})
    if len(lines) == 1:  # units of one size: limits as wide as can be seen
        lines = pd.concat([lines.assign(size=grid * 0.8), lines.assign(size=grid * 1.25)], ignore_index=True)
    tau = float(np.sqrt(spread) / 2) if kind == "proportion" else float(np.sqrt(spread))
    judged = _judged(rows, counts, ends, sizes)
    inside = ~judged["is_outside"].to_numpy()
    phi = _times_chance(counts[inside], sizes[inside], kind, aim) if known else float("nan")
    return Funnel(kind, aim, phi, tau, judged, lines)


def limits(sizes: Numbers, kind: Kind, target: float, spread: float = 0.0) -> pd.DataFrame:
    """LIMITS as values (shares, rates) of units of given sizes; spread as in dispersion.py."""
    return pd.DataFrame(dict(zip(LIMITS, _limits(sizes, kind, target, spread), strict=True)))


def _limits(sizes: Numbers, kind: Kind, target: float, spread: float) -> Numbers:
    ends: list[Numbers] = []
    for alpha in (WARNING, SIGNAL):
        if kind == "proportion":
            ends += exact.of_shares(np.rint(sizes).astype(np.int64), target, spread, alpha)
        else:
            ends += exact.of_rates(sizes * target, spread, alpha)
    found: Numbers = np.array(ends) / sizes
    return found


def _spread(counts: Numbers, sizes: Numbers, kind: Kind, target: float) -> float:
    """How much units differ beyond chance, by those that lie inside the limits which follow from it."""
    of = spread_of_shares if kind == "proportion" else spread_of_rates
    inside = np.ones(len(counts), dtype=bool)
    spread = 0.0
    for _ in range(TRIES):
        spread = of(counts[inside], sizes[inside], target)
        ends = _limits(sizes, kind, target, spread) * sizes
        now = (counts >= ends[2]) & (counts <= ends[3])
        if (now == inside).all() or not spread:
            break
        inside = now
    return spread


def _times_chance(counts: Numbers, sizes: Numbers, kind: Kind, target: float) -> float:
    """Pearson's dispersion: the mean square of the distances from the target, in standard deviations by chance."""
    variance = sizes * target * ((1 - target) if kind == "proportion" else 1)
    return float(((counts - sizes * target) ** 2 / variance).mean())


def _judged(rows: pd.DataFrame, counts: Numbers, ends: Numbers, sizes: Numbers) -> pd.DataFrame:
    value = counts / sizes
    above, below = value > ends[3], value < ends[2]
    return rows.assign(
        value=value,
        **dict(zip(LIMITS, ends, strict=True)),
        is_outside=above | below,
        side=np.where(above, "above", np.where(below, "below", "")),
    )


def _grid(sizes: Numbers, kind: Kind) -> Numbers:
    """Sizes to draw lines at: those of the units, so that each is judged by what is drawn, and some between them."""
    steps = np.geomspace(sizes.min(), sizes.max(), STEPS)
    found: Numbers = np.unique(np.concatenate([sizes, np.rint(steps) if kind == "proportion" else steps]))
    return found


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=["size", *LIMITS], dtype="float64")
