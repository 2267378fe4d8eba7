"""How much more units differ than by chance alone: over-dispersion of shares and of rates.

Two readings. Spiegelhalter's (2005), as FunnelPlotR computes it: z-scores of transformed values, winsorised, their mean
square phi, and tau squared, the variance between units. It is what funnel plots are known by, and kept to compare with;
but it is too small where many units are small or the extremes are cut: of winsorised normal z-scores the mean square is
0.68, not 1. So limits are drawn by the other: the likelihood of the counts themselves, true for any size of unit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln, gammaln
from scipy.stats import binom, poisson

Numbers = NDArray[np.float64]
TRIMMED = 0.1  # share of z-scores at each end that is drawn in to the rest
LEAST_GAIN = 2.71  # of twice the log likelihood, to be called over-dispersed: one in twenty by chance
LEAST_UNITS = 5  # fewer say nothing about how much units differ, and have nothing to stand out from
LOWEST, HIGHEST = -14.0, 0.0  # natural logarithm of the spread that is looked for


@dataclass(frozen=True)
class Dispersion:
    """z: of each unit, before winsorising. phi: their winsorised mean square. tau2: the variance between units."""

    z: Numbers
    phi: float
    tau2: float


def of_shares(numerator: Numbers, denominator: Numbers) -> Dispersion:
    """Of proportions, on the scale of the arcsine of the root. Denominators above 0."""
    target = np.arcsin(np.sqrt(numerator.sum() / denominator.sum()))
    error = 1 / (2 * np.sqrt(denominator))
    return _dispersion((np.arcsin(np.sqrt(numerator / denominator)) - target) / error, error)


def of_rates(numerator: Numbers, denominator: Numbers) -> Dispersion:
    """Of counts against what is expected, on the scale of the root of their ratio. Denominators above 0."""
    expected = denominator * numerator.sum() / denominator.sum()
    error = 1 / (2 * np.sqrt(expected))
    return _dispersion((np.sqrt(numerator / expected) - 1) / error, error)


def _dispersion(z: Numbers, error: Numbers) -> Dispersion:
    low, high = np.quantile(z, [TRIMMED, 1 - TRIMMED])
    count, weight = len(z), 1 / error**2
    phi = float((np.clip(z, low, high) ** 2).mean())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return Dispersion(z, phi, max(0.0, (count * phi - (count - 1)) / scale) if scale > 0 else 0.0)


def spread_of_shares(numerator: Numbers, denominator: Numbers, target: float) -> float:
    """The correlation within units (rho of the beta-binomial) that makes the counts most likely; 0 where chance alone
    makes them nearly as likely. Approximately four times tau squared on the arcsine scale."""
    alone = float(binom.logpmf(numerator, denominator, target).sum())

    def loss(logarithm: float) -> float:
        return -float(beta_binomial(numerator, denominator, target, np.exp(logarithm)).sum())

    return _best(loss, alone, len(numerator), np.log(0.95))


def spread_of_rates(numerator: Numbers, denominator: Numbers, target: float) -> float:
    """The variance between units, relative to the mean (1 / size of the negative binomial), likewise."""
    alone = float(poisson.logpmf(numerator, denominator * target).sum())

    def loss(logarithm: float) -> float:
        return -float(negative_binomial(numerator, denominator * target, np.exp(logarithm)).sum())

    return _best(loss, alone, len(numerator), 2.0)


def _best(loss: Callable[[float], float], alone: float, count: int, highest: float) -> float:
    if count < LEAST_UNITS:
        return 0.0
    found = minimize_scalar(loss, bounds=(LOWEST, highest), method="bounded", options={"xatol": 0.01})
    return float(np.exp(found.x)) if 2 * (-found.fun - alone) > LEAST_GAIN else 0.0


def beta_binomial(counts: Numbers, sizes: Numbers, target: float, rho: float) -> Numbers:
    """Logarithms of the probabilities of counts out of sizes, whose shares differ by rho between units."""
    both = 1 / rho - 1
    first, second = target * both, (1 - target) * both
    ways = gammaln(sizes + 1) - gammaln(counts + 1) - gammaln(sizes - counts + 1)
    found: Numbers = ways + betaln(counts + first, sizes - counts + second) - betaln(first, second)
    return found


def negative_binomial(counts: Numbers, means: Numbers, spread: float) -> Numbers:
    """Logarithms of the probabilities of counts whose means differ between units by a variance of spread × mean²."""
    size = 1 / spread
    ways = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
    found: Numbers = ways - size * np.log1p(means / size) + counts * (np.log(means) - np.log(size + means))
    return found
