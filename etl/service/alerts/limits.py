"""Limits of individual values (XmR): what a figure's own earlier values let expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Of the moving range of two values: 3 / d2 with d2 = 1.128, and D4 (Montgomery, Statistical Quality Control, app. VI).
WIDTH = 2.66
LARGEST_RANGE = 3.267
FEWEST = 13


@dataclass(frozen=True)
class Limits:
    """The lowest and the highest value to be expected."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def limits(values: Sequence[float]) -> Limits | None:
    """Mean plus and minus 2.66 times the mean moving range; None for fewer than 13 values.

    Ranges of 3.267 times their mean and more are left out of it, once: a single jump must not hide the next one.
    """
    if len(values) < FEWEST:
        return None
    centre = sum(values) / len(values)
    ranges = [abs(second - first) for first, second in pairwise(values)]
    mean = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < LARGEST_RANGE * mean] or ranges
    width = WIDTH * sum(kept) / len(kept)
    return Limits(centre - width, centre + width)
