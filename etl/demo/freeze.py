"""Frozen periods: changes wait until they are over, but for emergencies and a few that nobody held back."""

from datetime import date

import numpy as np
import pandas as pd

from data.peaks import occurrence
from data.reference import register
from etl.demo.plan import day64

IMPATIENT = 0.08  # of the changes that would fall into a frozen period
SPREAD = 12  # days after it in which those that waited are made


def hold_back(changes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The changes with approval, production and closure moved out of frozen periods, the days between them kept."""
    days = changes["resolved_at"].to_numpy("datetime64[D]")
    first, last = (day.astype(date) for day in (days.min(), days.max()))
    opening = _next_open_days(first, last)
    wait = opening[(days - day64(first)).astype(int)] - days
    held = (wait > np.timedelta64(0, "D")) & ~changes["emergency"].to_numpy() & (rng.random(len(days)) > IMPATIENT)
    moved = np.where(held, wait.astype(int) + rng.integers(0, SPREAD, len(days)), 0).astype("timedelta64[D]")
    later = {name: changes[name] + moved for name in ("approved_on", "resolved_at", "closed_at")}
    return changes.assign(**later)


def _next_open_days(first: date, last: date) -> np.ndarray:
    """For each day from first to last the first one not before it that no window covers."""
    days = np.arange(day64(first), day64(last) + 400)
    frozen = np.zeros(len(days), dtype=bool)
    for window in register.peak_periods().query("is_frozen == 1").to_dict("records"):
        for year in range(first.year - 1, last.year + 2):
            begins, ends = occurrence({str(key): value for key, value in window.items()}, year)
            frozen |= (days >= day64(begins)) & (days <= day64(ends))
    following = np.where(frozen, np.iinfo(np.int64).max, np.arange(len(days)))
    return days[np.minimum(np.minimum.accumulate(following[::-1])[::-1], len(days) - 1)]
