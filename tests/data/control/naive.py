"""Control charts computed once more, step by step as the published method tells it, in plain Python."""

import itertools
import math
from collections.abc import Sequence
from statistics import mean

Line = list[float | None]


def mean_range(values: Sequence[float | None]) -> float | None:
    ranges = [abs(b - a) for a, b in itertools.pairwise(values) if a is not None and b is not None]
    if not ranges:
        return None
    kept = [one for one in ranges if one < 3.267 * mean(ranges)]
    return mean(kept) if kept else 0.0


def xmr_limits(values: Sequence[float | None]) -> tuple[float, float, float]:
    centre = mean(one for one in values if one is not None)
    width = 2.66 * (mean_range(values) or 0.0)
    return centre, centre - width, centre + width


def p_limits(above: Sequence[int], below: Sequence[int]) -> tuple[float, list[tuple[float, float] | None]]:
    share = sum(a for a, b in zip(above, below, strict=True) if b) / sum(below)
    within = [math.sqrt(share * (1 - share) / b) if b else None for b in below]
    scores = [(a / b - share) / w if w else None for a, b, w in zip(above, below, within, strict=True)]
    sigma = (mean_range(scores) or 0.0) / 1.128
    return share, [(max(0, share - 3 * w * sigma), min(1, share + 3 * w * sigma)) if w else None for w in within]


def marks(values: Sequence[float | None], centre: float, lower: float, upper: float) -> list[set[str]]:
    """The rules that each point meets; values without noise only."""
    known = [at for at, value in enumerate(values) if value is not None]
    y = [value for value in values if value is not None]
    side = [(one > centre) - (one < centre) for one in y]
    out = [one > upper or one < lower for one in y]
    far = [
        not beyond and (one > centre + (upper - centre) * 2 / 3 or one < centre - (centre - lower) * 2 / 3)
        for one, beyond in zip(y, out, strict=True)
    ]
    met: list[set[str]] = [set() for _ in values]
    for at in range(len(y)):
        if out[at]:
            met[known[at]].add("outside")
        for start in range(max(0, at - 6), at + 1):
            seven = range(start, start + 7)
            if seven.stop <= len(y):
                if all(side[one] == side[at] != 0 for one in seven):
                    met[known[at]].add("run")
                steps = [y[one + 1] - y[one] for one in list(seven)[:-1]]
                if all(step > 0 for step in steps) or all(step < 0 for step in steps):
                    met[known[at]].add("trend")
        for start in range(max(0, at - 2), at + 1):
            three = range(start, start + 3)
            same = three.stop <= len(y) and abs(sum(side[one] for one in three)) == 3
            if far[at] and same and sum(far[one] for one in three) >= 2:
                met[known[at]].add("two_of_three")
    return met
