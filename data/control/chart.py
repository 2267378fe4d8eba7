"""What a control chart says. Made by data.control.judge; drawn, worded and counted elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["xmr", "p_prime", "u_prime"]
Variation = Literal["improvement", "concern", "shift", "common", "too_early"]
Assurance = Literal["meets", "misses", "hit_or_miss", "no_target", "too_early"]
Rule = Literal["outside", "trend", "two_of_three", "run"]

LEAST_POINTS = 13
LINES = ("centre", "lower", "upper", "near_lower", "near_upper")
COLUMNS = ["period", "numerator", "denominator", "n", "value"]
POINTS = [*COLUMNS, *LINES, "factor", "segment", "rules", "signal"]
TEXTS = ("period", "rules", "signal")
_INDEX = pd.Index(POINTS)


@dataclass(frozen=True)
class Rebase:
    """Limits computed anew from a day on: for a known change, decided by somebody (a role) who says why."""

    from_on: date
    reason: str
    name: str


@dataclass(frozen=True)
class Aim:
    """What is aimed at: a value, or a band (lower, upper); neither where no target is set."""

    target: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class ControlChart:
    """A judged series.

    columns: of points, by name: lists and arrays of one length.
    points: one row per period in their order, gaps included; columns period (as measure() writes it: `2025-01`),
    numerator, denominator, n, value (null in a gap), centre, lower, upper, near_lower, near_upper (null where no limits
    can be given), factor (of the season; 1 without), segment (0 …), rules (tuple of Rule that the point meets, in the
    order of the method), signal ("improvement", "concern", "shift" or "").
    variation: of the last point that has a value, "too_early" with fewer than 13 points in the last segment.
    side: "high" or "low" where the variation is a signal. assurance: of the last segment's limits against the aim.
    seasonal: whether the peaks of the year are in the limits. rebases: those that took effect, in order.
    unsettled: how many points at the beginning judge nothing, a segment of their own: the data do not reach back
    far enough for them.
    """

    kind: Kind
    columns: Mapping[str, Any]
    variation: Variation
    side: Literal["high", "low"] | None
    assurance: Assurance
    aim: Aim
    rebases: tuple[Rebase, ...] = ()
    seasonal: bool = False
    unsettled: int = 0

    @cached_property
    def points(self) -> pd.DataFrame:
        """Made when it is looked at: of a thousand charts a few are drawn."""
        texts = {name: pd.Series(self.columns[name], dtype=object) for name in TEXTS}
        return pd.DataFrame({**self.columns, **texts}, columns=_INDEX, copy=False)

    @cached_property
    def last(self) -> pd.Series | None:
        """The last point that has a value."""
        known = np.flatnonzero(~np.isnan(self.columns["value"]))
        if not len(known):
            return None
        at = int(known[-1])
        return pd.Series([self.columns[name][at] for name in POINTS], index=_INDEX, dtype=object, name=at)
