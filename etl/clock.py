"""Business minutes: the time that runs inside service hours on Hungarian working days.

Times in and out are UTC without zone (datetime64[us]); hours and days are those of Europe/Budapest, clock changes
included. Everything is computed on whole columns: a time's position is the number of business microseconds before it,
so a difference of two positions is an elapsed time and a search among positions is a deadline.
"""

import itertools
from collections.abc import Hashable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

BUDAPEST = ZoneInfo("Europe/Budapest")
FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2030, 12, 31)
MINUTE = 60_000_000  # microseconds
DAY = 24 * 60 * MINUTE
MISSING = np.iinfo(np.int64).min  # how numpy writes a missing time


class BusinessClock:
    """Counts business minutes. Outside its windows the clock stands still.

    opens, closes: UTC microseconds since 1970 of each window of service, in order and not overlapping.
    """

    def __init__(self, opens: np.ndarray, closes: np.ndarray) -> None:
        assert len(opens) == len(closes) > 0, "a clock needs windows"
        self._opens = opens
        self._lengths = closes - opens
        self._ends = np.cumsum(self._lengths)
        self._starts = self._ends - self._lengths

    @classmethod
    def of(cls, calendar: pd.DataFrame, hours: pd.DataFrame) -> "BusinessClock":
        """The clock of a working calendar and its service hours.

        calendar: date, is_working_day. hours: weekday (1 to 7), opens, closes ("HH:MM"), valid_from, valid_to
        (exclusive, missing while in force); the earliest hours of a weekday hold before their first day too.
        A day that is moved to a Saturday has the Saturday's hours.
        """
        opening = _HoursByDay(hours)
        windows = [
            window
            for day in calendar.loc[calendar["is_working_day"].astype(bool), "date"]
            if (window := opening.window(_as_date(day)))
        ]
        pairs = np.array(windows, dtype=np.int64)
        return cls(pairs[:, 0], pairs[:, 1])

    def minutes_between(self, start: pd.Series, end: pd.Series) -> pd.Series:
        """Whole business minutes from start to end, Int64; missing where either is. Negative when end is earlier."""
        elapsed = self._positions(microseconds(end)) - self._positions(microseconds(start))
        return _whole_minutes(elapsed, start.isna() | end.isna(), start.index)

    def after(self, start: pd.Series, minutes: pd.Series) -> pd.Series:
        """The time at which so many business minutes have passed since start; missing where either is.

        A deadline that falls on closing time is that closing time, not the next opening.
        """
        missing = (start.isna() | minutes.isna()).to_numpy()
        wanted = minutes.fillna(0).to_numpy(dtype=np.int64) * MINUTE
        position = self._positions(microseconds(start)) + wanted
        window = np.minimum(np.searchsorted(self._ends, position, side="left"), len(self._ends) - 1)
        reached = self._opens[window] + position - self._starts[window]
        return as_times(np.where(missing, MISSING, reached), start.index)

    def _positions(self, times: np.ndarray) -> np.ndarray:
        """Business microseconds before each time."""
        window = np.maximum(np.searchsorted(self._opens, times, side="right") - 1, 0)
        inside = np.clip(times - self._opens[window], 0, self._lengths[window])
        return self._starts[window] + inside


def clock_minutes(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whole minutes by the wall clock from start to end, Int64; missing where either is."""
    return _whole_minutes(microseconds(end) - microseconds(start), start.isna() | end.isna(), start.index)


def local_days(times: pd.Series) -> pd.Series:
    """The day in Budapest of each UTC time, as a datetime64[us] at midnight; missing stays missing."""
    utc = microseconds(times)
    starts, offsets = _offsets()
    local = utc + offsets[np.maximum(np.searchsorted(starts, utc, side="right") - 1, 0)]
    return as_times(np.where(utc == MISSING, MISSING, local - local % DAY), times.index)


def microseconds(times: pd.Series) -> np.ndarray:
    """Microseconds since 1970 of a column of times, int64; a missing time is MISSING."""
    return times.to_numpy(dtype="datetime64[us]").view(np.int64)


def as_times(values: np.ndarray, index: pd.Index) -> pd.Series:
    """A column of times from microseconds since 1970."""
    return pd.Series(values.astype(np.int64).view("datetime64[us]"), index=index)


def _whole_minutes(elapsed: np.ndarray, missing: pd.Series, index: pd.Index) -> pd.Series:
    absent = missing.to_numpy(dtype=bool)
    minutes = np.where(absent, 0, np.sign(elapsed) * (np.abs(elapsed) // MINUTE))
    return pd.Series(pd.arrays.IntegerArray(minutes, absent), index=index)


@cache
def _offsets() -> tuple[np.ndarray, np.ndarray]:
    """When Budapest's offset from UTC changes, and what it becomes."""
    days = [datetime(1990, 1, 1) + timedelta(days=number) for number in range(110 * 365)]
    starts, offsets = [MISSING], [_offset(days[0])]
    for today, tomorrow in itertools.pairwise(days):
        if _offset(tomorrow) != offsets[-1]:
            hours = (today + timedelta(hours=hour) for hour in range(25))
            change = next(hour for hour in hours if _offset(hour) != offsets[-1])
            starts.append(_since_1970(change))
            offsets.append(_offset(change))
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(utc: datetime) -> int:
    offset = utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(BUDAPEST).utcoffset()
    assert offset is not None, "a zone has an offset"
    return int(offset.total_seconds()) * 1_000_000


def _since_1970(utc: datetime) -> int:
    return int((utc - datetime(1970, 1, 1)).total_seconds()) * 1_000_000


class _HoursByDay:
    """Opening and closing of a day, by weekday and validity."""

    def __init__(self, hours: pd.DataFrame) -> None:
        ordered = hours.sort_values(["weekday", "valid_from"]).to_dict("records")
        self._by_weekday: dict[int, list[Mapping[str, object]]] = {}
        for row in ordered:
            self._by_weekday.setdefault(int(str(row["weekday"])), []).append({str(key): row[key] for key in row})

    def window(self, day: date) -> tuple[int, int] | None:
        """UTC microseconds of opening and closing; None on a day without hours."""
        known = self._by_weekday.get(day.isoweekday(), [])
        in_force = [row for row in known if row is known[0] or _as_date(row["valid_from"]) <= day]
        if not in_force or _ended(in_force[-1]["valid_to"], day):
            return None
        return _moment(day, str(in_force[-1]["opens"])), _moment(day, str(in_force[-1]["closes"]))


def _ended(valid_to: object, day: date) -> bool:
    return not pd.isna(valid_to) and _as_date(valid_to) <= day  # type: ignore[call-overload]


@cache  # every run asks for the same days
def _moment(day: date, local: str) -> int:
    at = datetime.combine(day, time.fromisoformat(local), tzinfo=BUDAPEST)
    return _since_1970(at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))


@cache
def _as_date(value: Hashable) -> date:
    return pd.Timestamp(str(value)).date()
