"""What every control chart shares: limits around a centre, and the moving range they are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LIMIT = 2.66  # three sigma in mean moving ranges: 3 / 1.128
SCREEN = 3.267  # a moving range of this many mean moving ranges or more is no part of the usual variation
NEAR = 2 / 3
NOISE = 1e-12  # relative: what floating-point sums may differ by; never a rounding of what is stored


class Limits(NamedTuple):
    """Per point: the centre, the limits, the near limits, and which side of the centre it is on (-1, 0, 1).

    Null where nothing can be given: side of a gap, limits of a single point.
    """

    centre: Numbers
    lower: Numbers
    upper: Numbers
    near_lower: Numbers
    near_upper: Numbers
    side: Numbers


def usual_range(values: Numbers, centre: float) -> float:
    """Mean of the differences between neighbours, the largest ones screened out once.

    No range spans a gap (null): neither neighbour of a gap says how far the process moves in one period. Nothing is
    screened out where that would leave most values beyond the limits (LIMIT ranges from the centre): what is screened
    is the exception, never the process itself, as of a figure that is 0 but for some months. A series that never moves
    has 0; fewer than two neighbours give null.
    """
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        return float("nan")
    kept = ranges[ranges < SCREEN * ranges.mean()]
    screened = float(kept.mean()) if len(kept) else 0.0
    away = np.abs(values - centre)[~np.isnan(values)]
    return float(ranges.mean()) if np.mean(away > LIMIT * screened + NOISE * abs(centre)) > 0.5 else screened


def around(
    values: Numbers, centre: Numbers, width: Numbers, least: float | None = None, most: float | None = None
) -> Limits:
    """Limits this far either side of the centre, near limits two thirds of the way out.

    least, most: what a value cannot be beyond, so that no line says otherwise; no point is signalled by that.
    """
    lines = [centre - width, centre + width, centre - NEAR * width, centre + NEAR * width]
    if least is not None:
        lines = [np.maximum(line, np.minimum(least, centre)) for line in lines]
    if most is not None:
        lines = [np.minimum(line, np.maximum(most, centre)) for line in lines]
    lower, upper, near_lower, near_upper = lines
    return Limits(centre, lower, upper, near_lower, near_upper, beyond(values, centre))


def beyond(values: Numbers, line: Numbers) -> Numbers:
    """1 above the line, -1 below, 0 on it (but for the noise of sums), null where either is null."""
    apart = values - line
    found: Numbers = np.where(np.abs(apart) <= NOISE * np.maximum(np.abs(values), np.abs(line)), 0.0, np.sign(apart))
    return found
