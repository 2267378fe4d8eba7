"""How much, and how sure: difference in differences of matched events, its interval and its p. Pure arithmetic."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWS = SHUFFLES = 499
SEED = 20_240_101
LEVEL = 0.95
AT_ONCE = 10
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Sets:
    """Events and their controls: weight [n]; change [n], control_change [n, k]: rate after less rate before, NaN where
    there is no control; cluster [n], control_cluster [n, k]: offices from 0, any number where there is none."""

    weight: Floats
    change: Floats
    control_change: Floats
    cluster: Ints
    control_cluster: Ints


@dataclass(frozen=True)
class Estimate:
    """effect: weighted mean over the events of their change less their controls' mean change; low, high: its 95 per
    cent interval; p: how often shuffled labels give as much. NaN for no events."""

    effect: float
    low: float
    high: float
    p: float


def estimate(sets: Sets, seed: int = SEED) -> Estimate:
    """The same sets give the same numbers."""
    if not len(sets.weight):
        return Estimate(*[float("nan")] * 4)
    own = sets.change - np.nanmean(sets.control_change, axis=1)
    effect = float(np.average(own, weights=sets.weight))
    random = np.random.default_rng(seed)
    drawn = _bootstrap(sets, random)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(effect, float(low), float(high), _p(sets, effect, random))


def _bootstrap(sets: Sets, random: np.random.Generator) -> Floats:
    """DRAWS estimates under random weights of the offices (Bayesian bootstrap, Rubin 1981): an office's events and its
    part as a control move together, however often it is used."""
    offices = int(max(sets.cluster.max(), sets.control_cluster.max())) + 1
    share = random.standard_exponential((DRAWS, offices)).T.copy()
    controls = np.zeros(DRAWS)
    for begin in range(0, len(sets.weight), ROWS_AT_ONCE):
        rows = slice(begin, begin + ROWS_AT_ONCE)
        change, place = sets.control_change[rows], sets.control_cluster[rows]
        is_there = np.isfinite(change)
        means = _sums(is_there, place, change[is_there], offices) @ share
        means /= _sums(is_there, place, np.ones(is_there.sum()), offices) @ share
        means *= share[sets.cluster[rows]]
        controls += _summed(sets.weight[rows], means)
    weight = _summed(np.bincount(sets.cluster, sets.weight, offices), share)
    own = _summed(np.bincount(sets.cluster, sets.weight * sets.change, offices), share)
    return (own - controls) / weight


def _summed(weight: npt.NDArray[Any], values: Floats) -> Floats:
    """The weighted sum of rows. A product of matrices would keep all processors busy with so little."""
    found: Floats = np.einsum("i,ij->j", weight, values)
    return found


def _sums(is_there: npt.NDArray[np.bool_], place: Ints, values: Floats, offices: int) -> csr_array:
    """[n, offices]: what is taken of each office for each event."""
    begins = np.concatenate([[0], np.cumsum(is_there.sum(axis=1))])
    return csr_array((values, place[is_there], begins), shape=(len(is_there), offices))


def _p(sets: Sets, effect: float, random: np.random.Generator) -> float:
    """Labels shuffled inside each matched set: any of its members could have been the trained one."""
    everyone = np.column_stack([sets.change, sets.control_change])
    many = np.isfinite(everyone).sum(axis=1)
    totals = np.nansum(everyone, axis=1, keepdims=True)
    as_event = everyone - (totals - everyone) / (many - 1)[:, None]
    shares = (as_event * (sets.weight / sets.weight.sum())[:, None]).reshape(-1)
    first = np.arange(0, everyone.size, everyone.shape[1])
    extreme = 0
    for begin in range(0, SHUFFLES, AT_ONCE):
        chosen = (random.random((min(AT_ONCE, SHUFFLES - begin), len(many))) * many).astype(np.int64)
        drawn = shares.take(chosen + first).sum(axis=1)
        extreme += int((np.abs(drawn) >= abs(effect) - 1e-12).sum())
    return (extreme + 1) / (SHUFFLES + 1)
