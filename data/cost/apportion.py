"""Whole forints in proportion to weights, by largest remainder: the parts always add up to the whole."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LARGEST = int(np.iinfo(np.int64).max)


def apportion(whole: int, weights: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The whole in parts proportional to the weights, each a whole number within one of its exact share.

    What rounding down leaves goes, one each, to the parts with the largest remainders; of equal remainders to the one
    that comes first (Hamilton's method). A negative whole is shared as its opposite. Σ parts = whole.
    None where no weight is above zero: there is nothing to share it by. Raises ValueError for a negative weight.
    """
    given = np.asarray(weights, dtype=np.int64)
    if not len(given):
        return None
    if int(given.min()) < 0:
        raise ValueError("a weight is below zero")
    total = _sum(given)
    if total == 0:
        return None
    quotas, remainders = _divided(abs(whole), given, total)
    if left := abs(whole) - int(quotas.sum()):
        quotas[_largest(remainders, left)] += 1
    return quotas if whole >= 0 else -quotas


def _sum(given: NDArray[np.int64]) -> int:
    fits = int(given.max()) * len(given) <= LARGEST
    return int(given.sum()) if fits else int(given.sum(dtype=object))


def _divided(whole: int, weights: NDArray[np.int64], total: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """whole × weight ÷ total, rounded down, and what is left of each; exact whatever the size."""
    if whole * int(weights.max()) <= LARGEST and total <= LARGEST:
        quotas, remainders = np.divmod(whole * weights, total)
        return quotas, remainders
    products = whole * weights.astype(object)
    places = np.unique(products % total, return_inverse=True)[1]  # only their order counts, and it fits
    return (products // total).astype(np.int64), places.astype(np.int64)


def _largest(remainders: NDArray[np.int64], count: int) -> NDArray[np.intp]:
    """Places of the largest, of equal ones the first; a partition where it can be had, for sorting takes longer."""
    size = len(remainders)
    if int(remainders.max()) * size + size > LARGEST:
        return np.argsort(-remainders, kind="stable")[:count]
    ranks = remainders * size + np.arange(size - 1, -1, -1)  # no two alike
    return np.argpartition(ranks, size - count)[size - count :]
