"""Exact limits of counts: outside lies what is so far from the target that at most one in a thousand is, each side.

A limit between two counts is interpolated (Spiegelhalter 2005), which makes a smooth line and changes no verdict: a
count is outside exactly where the probability of it, or of one further out, is below alpha.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom, nbinom, poisson

from data.comparison.dispersion import Numbers, beta_binomial

MOST_COUNTED = 20_000  # sizes up to which the probabilities of a beta-binomial are added up one by one
Limits = tuple[Numbers, Numbers]


def of_shares(sizes: NDArray[np.int64], target: float, rho: float, alpha: float) -> Limits:
    """Lower and upper limits of counts out of sizes; rho: how much units differ beyond chance (0: not at all)."""
    if rho > 0:
        return _by_size(sizes, target, rho, alpha)
    low = _lower(
        binom.ppf(alpha, sizes, target), lambda at: (binom.cdf(at, sizes, target), binom.pmf(at, sizes, target)), alpha
    )
    lost = binom.ppf(alpha, sizes, 1 - target)
    high = sizes - _lower(lost, lambda at: (binom.cdf(at, sizes, 1 - target), binom.pmf(at, sizes, 1 - target)), alpha)
    return low, np.minimum(high, sizes)


def of_rates(means: Numbers, spread: float, alpha: float) -> Limits:
    """Lower and upper limits of counts of given means; spread: variance between units relative to the mean squared."""
    if spread > 0:
        size = 1 / spread
        law = nbinom(size, size / (size + means))
    else:
        law = poisson(means)
    low = _lower(law.ppf(alpha), lambda at: (law.cdf(at), law.pmf(at)), alpha)
    most = law.isf(alpha)
    return low, most + (law.sf(most - 1) - alpha) / law.pmf(most)


def _lower(least: Numbers, of: Callable[[Numbers], tuple[Numbers, Numbers]], alpha: float) -> Numbers:
    """least: the smallest count that is not outside."""
    below, there = of(least)
    found: Numbers = np.maximum(least - (below - alpha) / there, 0.0)
    return found


def _by_size(sizes: NDArray[np.int64], target: float, rho: float, alpha: float) -> Limits:
    known, places = np.unique(sizes, return_inverse=True)
    found = np.array([_of_size(int(size), target, rho, alpha) for size in known]).reshape(-1, 2)
    return found[places, 0], found[places, 1]


def _of_size(size: int, target: float, rho: float, alpha: float) -> tuple[float, float]:
    if size > MOST_COUNTED:
        both = size / (1 + (size - 1) * rho) - 1
        law = beta(target * both, (1 - target) * both)
        return float(size * law.ppf(alpha)), float(size * law.isf(alpha))
    counts = np.arange(size + 1, dtype=np.float64)
    there = np.exp(beta_binomial(counts, np.full(size + 1, float(size)), target, rho))
    return _end(there, alpha), min(float(size), size - _end(there[::-1], alpha))


def _end(there: Numbers, alpha: float) -> float:
    """The lower limit by the probabilities of 0, 1, 2 …"""
    below = np.cumsum(there)
    least = min(int(np.searchsorted(below, alpha)), len(there) - 1)
    return max(0.0, float(least - (below[least] - alpha) / there[least]))
