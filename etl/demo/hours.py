"""Service hours and the days and hours in which people report, in local wall time (no clock change inside a day).

Written apart from the ETL's own clock, so that the sample does not inherit its errors: a test compares the two.
"""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from data.reference import register
from data.reference.calendar import working_calendar
from etl.demo.plan import day64, month_end

DAY = np.timedelta64(1, "D")
MINUTE = np.timedelta64(1, "m")
# Weights of the 24 hours: clerks report at their desk, Friday ends early, machines never sleep.
# fmt: off
DESK = (0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 1.5, 6, 13, 15, 14.5, 12,
        7.5, 10, 9.5, 7, 3.2, 1.2, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1)
FRIDAY = (0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 1.5, 7, 16, 18, 17, 14,
          8, 4, 1.2, 0.7, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1)
# fmt: on
WEEKDAY = (1.25, 1.06, 1.0, 0.95, 0.7, 0.03, 0.02)
DAY_OFF, MOVED_WORKING_DAY = 0.03, 0.5


class ServiceHours:
    """Counts minutes inside service hours from first to last; times outside of it are an error of ours."""

    def __init__(self, first: date, last: date) -> None:
        days = working_calendar(first, last)
        hours = register.service_hours().drop_duplicates("weekday", keep="last").set_index("weekday")
        weekdays = pd.Index([day.isoweekday() for day in days["date"]])
        self._first = day64(first)
        self._opens = _minutes(hours["opens"].loc[weekdays])
        length = _minutes(hours["closes"].loc[weekdays]) - self._opens
        self._length = np.where(days["is_working_day"], length, 0)
        self._after_day = np.cumsum(self._length)

    def after(self, times: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        """The moment when so many service minutes have passed since each time; never before it. datetime64[m]."""
        day = (times.astype("datetime64[D]") - self._first).astype(int)
        into_day = (times - times.astype("datetime64[D]")).astype("timedelta64[m]").astype(int)
        used = np.clip(into_day - self._opens[day], 0, self._length[day])
        goal = self._after_day[day] - self._length[day] + used + minutes
        end = np.searchsorted(self._after_day, goal, side="left")
        into_end = self._opens[end] + goal - (self._after_day[end] - self._length[end])
        found = (self._first + end * DAY).astype("datetime64[m]") + into_end.astype(int) * MINUTE
        return np.maximum(found, times)


def _minutes(texts: pd.Series) -> np.ndarray:
    return np.array([int(text[:2]) * 60 + int(text[3:]) for text in texts])


@cache
def day_weights(month: date) -> np.ndarray:
    """How many tickets each day of a month draws, weekends and holidays nearly none."""
    days = working_calendar(month, month_end(month))
    usual = np.array([WEEKDAY[day.weekday()] for day in days["date"]])
    off = days["kind"].isin(["public_holiday", "swapped_day_off"]).to_numpy()
    moved = (days["kind"] == "swapped_working_day").to_numpy()
    return np.where(off, DAY_OFF, np.where(moved, MOVED_WORKING_DAY, usual))


def moments(month: date, weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random moments of a month (datetime64[m]); weights: of its days. Hours follow the desk's profile."""
    day = rng.choice(len(weights), count, p=weights / weights.sum())
    friday = np.array([(month + timedelta(days=at)).weekday() == 4 for at in range(len(weights))])[day]
    hour = np.where(friday, _hours(FRIDAY, count, rng), _hours(DESK, count, rng))
    minute = hour * 60 + rng.integers(0, 60, count)
    return (day64(month) + day * DAY).astype("datetime64[m]") + minute * MINUTE


def any_moment(month: date, count: int, rng: np.random.Generator) -> np.ndarray:
    """Moments of a month at any hour of any day, as machines report them."""
    minutes = (month_end(month) - month).days * 1440 + 1440
    return day64(month).astype("datetime64[m]") + rng.integers(0, minutes, count) * MINUTE


def existing(times: pd.Series) -> pd.Series:
    """Local times that exist: the hour left out when summer time begins becomes 3:00. datetime64[s], NaT stays."""
    last_sunday = (times.dt.month == 3) & (times.dt.day >= 25) & (times.dt.day_of_week == 6)
    return times.mask(last_sunday & (times.dt.hour == 2), times.dt.normalize() + pd.Timedelta(hours=3))


def _hours(weights: tuple[float, ...], count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(24, count, p=np.array(weights) / sum(weights))
