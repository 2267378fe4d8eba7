"""P′ and U′ charts after Laney (2002): proportions and rates of counts whose denominators differ.

Binomial or Poisson variation alone gives limits far too narrow for large denominators: months differ by more than
chance within a month. So z-scores are formed by the variation within, and the limits widened by what the z-scores vary
between months (σz, from their moving range).

Where fewer than FEW events are expected, the normal approximation behind the method does not hold: a service that has
no failure in most months would be in a "run" for ever, and one failure outside the limits. There no line is nearer than
what a binomial (or Poisson) count of that expectation keeps within as often as two or three sigma do, no count is too
few, and the attainable count nearest to the expectation is on the centre line, on neither side of it.

Minutes of an outage come in a bunch: one outage is one event, however many minutes it lasts. Where what is counted is
bunched, the same is done with bunches: as many counted things as the variance is larger than the mean (the events of a
compound Poisson process, each as large as they usually are).
"""

import math
from functools import cache

import numpy as np

from data.control.limits import Limits, Numbers, around, usual_range

FEW = 5
D2 = 1.128  # mean moving range of two, in standard deviations
TWO_SIGMA, THREE_SIGMA = 0.97725, 0.99865  # what lies below


def p_prime(numerator: Numbers, denominator: Numbers, factor: Numbers, bunched: bool = False) -> Limits:
    """Limits of proportions of one segment, within 0 and 1. A zero or null denominator is a gap.

    bunched: what fails does not fail one by one, as the minutes of an outage.
    """
    size = _sized(denominator)
    centre = np.minimum(_pooled(numerator, denominator, factor) * factor, 1.0)
    laney = _laney(numerator / size, centre, np.sqrt(centre * (1 - centre) / size), most=1.0)
    found = _of_few(laney, numerator, centre * size, size, size)
    lost, bunch = size - numerator, _bunch(size - numerator) if bunched else 1.0
    trials = np.full(len(size), np.inf) if bunched else size
    found = _mirrored(_of_few(_mirrored(found), lost / bunch, (1 - centre) * size / bunch, size / bunch, trials))
    lower, upper, near_lower, near_upper = (np.clip(line, 0.0, 1.0) for line in found[1:5])
    return Limits(found.centre, lower, upper, near_lower, near_upper, found.side)


def u_prime(numerator: Numbers, denominator: Numbers, factor: Numbers) -> Limits:
    """Limits of counts per unit of the denominator of one segment, not below 0. A zero or null denominator is a gap."""
    size = _sized(denominator)
    centre = _pooled(numerator, denominator, factor) * factor
    laney = _laney(numerator / size, centre, np.sqrt(centre / size))
    return _of_few(laney, numerator, centre * size, size, np.full(len(size), np.inf))


def _sized(denominator: Numbers) -> Numbers:
    found: Numbers = np.where(denominator > 0, denominator, np.nan)
    return found


def _pooled(numerator: Numbers, denominator: Numbers, factor: Numbers) -> float:
    """Sum over sum, of the periods that have both; each weighs by what its season lets expect."""
    known = (denominator > 0) & ~np.isnan(numerator)
    expected = (denominator * factor)[known].sum()
    return float(numerator[known].sum() / expected) if expected else float("nan")


def _laney(values: Numbers, centre: Numbers, within: Numbers, most: float | None = None) -> Limits:
    # Without variation within (a share of 0 or 1) every value is on the centre.
    scores = np.divide(values - centre, within, out=np.where(np.isnan(values), np.nan, 0.0), where=within > 0)
    return around(values, centre, 3 * within * usual_range(scores, 0.0) / D2, 0.0, most)


def _of_few(limits: Limits, count: Numbers, expected: Numbers, size: Numbers, trials: Numbers) -> Limits:
    """The limits where few events are expected; elsewhere those given. trials: how many could happen at most."""
    few = expected < FEW
    if not few.any():
        return limits
    near, most = (
        np.array([_most(*one, within) for one in zip(expected[few], trials[few], strict=True)])
        for within in (TWO_SIGMA, THREE_SIGMA)
    )
    found = Limits(*(line.copy() for line in limits))
    found.lower[few] = found.near_lower[few] = 0.0
    # fmax: a single period has no limits of its own, but chance within it is known.
    found.upper[few] = np.fmax(found.upper[few], most / size[few])
    found.near_upper[few] = np.fmax(found.near_upper[few], near / size[few])
    found.side[few] = np.where(np.abs(count - expected)[few] < 0.5, 0.0, found.side[few])
    return found


def _bunch(counts: Numbers) -> float:
    """How many are counted at once: the variance over the mean, 1 where that is less or nothing is known.

    The variance is that between neighbours, so that a lasting shift does not hide itself.
    """
    known = counts[~np.isnan(counts)]
    if len(known) < 2 or known.mean() == 0:
        return 1.0
    return max(float(np.mean(np.diff(known) ** 2) / 2 / known.mean()), 1.0)


def _mirrored(limits: Limits) -> Limits:
    """The same of the complement: of failures instead of successes."""
    return Limits(
        1 - limits.centre,
        1 - limits.upper,
        1 - limits.lower,
        1 - limits.near_upper,
        1 - limits.near_lower,
        -limits.side,
    )


@cache
def _most(expected: float, trials: float, within: float) -> int:
    """The least count that chance stays within so often: binomial, or Poisson where trials are without end."""
    if trials <= expected:
        return int(trials)
    odds = 0.0 if math.isinf(trials) else expected / (trials - expected)
    count, chance = 0, math.exp(-expected) if math.isinf(trials) else (1 - expected / trials) ** trials
    total = chance
    while total < within and count < trials:
        chance *= (odds * (trials - count) if odds else expected) / (count + 1)
        count += 1
        total += chance
    return count
