"""Classes of values on the map: five to seven, with limits that can be read, open at both ends."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dashboard import formats
from dashboard.locale import N_
from dashboard.locale import translate as _

MOST_LIMITS = 6
TRIMMED = 2
"""As many limits more are made fewer at the ends, rather than by the next step, which may leave too few."""
NEAR = 1e-9
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MIDDLE = (0.05, 0.95)
"""The classes divide what lies between these shares of the areas; the few beyond them are in the end classes."""

# How far an area lies from the whole, from below to above: named classes of the funnel's limits.
BEYOND = (
    N_("below by more than chance (99.8%)"),
    N_("perhaps below (95%)"),
    N_("within chance"),
    N_("perhaps above (95%)"),
    N_("above by more than chance (99.8%)"),
)


def class_limits(values: Sequence[float], unit: str) -> list[float]:
    """The limits between the classes, ascending: at most six round numbers; none where all values are the same.

    Everything (a rate of 1) is a class of its own where the limits reach it.
    """
    known = np.asarray([value for value in values if not formats.missing(value)], dtype="float64")
    if not len(known) or known.min() == known.max():
        return []
    low, high = np.quantile(known, MIDDLE)
    if low == high:
        low, high = known.min(), known.max()
    whole = unit == "rate" and high >= 1
    for step in _steps(float(high - low)):
        limits = _between(float(low), 1.0 if whole else float(high), step, closed=whole)
        if len(limits) <= MOST_LIMITS + TRIMMED:
            return _without_empty(_trimmed(limits, known), known)
    return []


def class_of(value: float, limits: Sequence[float]) -> int:
    """The number of a value's class; a limit belongs to the class above it."""
    return bisect_right(limits, value + NEAR)


def class_names(limits: Sequence[float], unit: str, language: str, one_value: float | None = None) -> list[str]:
    """`70 % alatt`, `70–80 %`, `80 % vagy több`. one_value: of all areas, where there are no limits."""
    if not limits:
        return [written(one_value, unit, language)]
    below = _("under {value}", language, value=written(limits[0], unit, language))
    between = [_between_words(low, high, unit, language) for low, high in pairwise(limits)]
    end = written(limits[-1], unit, language)
    above = end if unit == "rate" and limits[-1] >= 1 else _("{value} or more", language, value=end)
    return [below, *between, above]


def written(value: float | None, unit: str, language: str) -> str:
    """A limit, with as many decimals as it needs and no more."""
    if value is None or formats.missing(value):
        return formats.NOT_AVAILABLE[language]
    if unit == "rate":
        return formats.percent(value, language, _decimals(value * 100))
    return formats.number(value, language, _decimals(value))


def _between_words(low: float, high: float, unit: str, language: str) -> str:
    first = (
        formats.number(low * 100, language, _decimals(low * 100)) if unit == "rate" else written(low, unit, language)
    )
    return f"{first}–{written(high, unit, language)}"


def _decimals(value: float) -> int:
    return next((places for places in range(3) if math.isclose(round(value, places), value, abs_tol=1e-9)), 2)


def _steps(span: float) -> list[float]:
    """Round steps, from too fine on upwards."""
    power = 10.0 ** math.floor(math.log10(span / 10))
    return [factor * power * scale for scale in (1, 10, 100) for factor in STEPS[:-1]]


def _trimmed(limits: list[float], known: npt.NDArray[np.float64]) -> list[float]:
    """At most six, without those at the end where fewer values lie beyond them."""
    while len(limits) > MOST_LIMITS:
        below, above = int((known < limits[0]).sum()), int((known >= limits[-1]).sum())
        limits = limits[1:] if below < above else limits[:-1]
    return limits


def _without_empty(limits: list[float], known: npt.NDArray[np.float64]) -> list[float]:
    """Without the limits between which no value lies: of few different values there are few classes."""
    kept: list[float] = []
    for at, limit in enumerate(limits):
        after = limits[at + 1] if at + 1 < len(limits) else math.inf
        below = kept[-1] if kept else -math.inf
        if _any(known, limit, after) and _any(known, below, limit):
            kept.append(limit)
    return kept


def _any(known: npt.NDArray[np.float64], low: float, high: float) -> bool:
    return bool(((known >= low - NEAR) & (known < high - NEAR)).any())


def _between(low: float, high: float, step: float, *, closed: bool) -> list[float]:
    """Multiples of the step above low and below high (up to it where closed)."""
    first, last = math.floor(low / step + 1e-9) + 1, math.ceil(high / step - 1e-9) - (0 if closed else 1)
    return [round(place * step, 10) for place in range(first, last + 1)]
