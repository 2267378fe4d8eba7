"""The peaks of the year: which months are in a tax, closing or reporting peak."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.periods import first_day, last_of_month
from data.schema import peak_period

LEAST_DAYS = 8  # of a month: a window that only touches it does not make it a peak


def peak_months(connection: Connection, months: Iterable[str]) -> dict[str, str]:
    """The kind of peak (tax, closing, report) of each month that is in one: the window that covers most of its days.

    Months (2025-03) of which no window covers LEAST_DAYS are left out. Source: the reference table peak_period.
    """
    return kinds(pd.read_sql(select(peak_period), connection), months)


def kinds(windows: pd.DataFrame, months: Iterable[str]) -> dict[str, str]:
    """As peak_months(), of the rows of peak_period; of two windows that cover as many days the first by id."""
    rows = windows.sort_values("peak_id").to_dict("records")
    found = {}
    for month in months:
        covered = [(days_of(row, month), row["kind"]) for row in rows]
        days, kind = max(covered, key=lambda one: one[0], default=(0, ""))
        if days >= LEAST_DAYS:
            found[month] = str(kind)
    return found


def days_of(window: Mapping[Any, Any], month: str) -> int:
    """Days of a month that a yearly window covers while it is in force."""
    first = first_day(month)
    last = last_of_month(first)
    from_on, to_on = window["valid_from"], window["valid_to"]
    count = 0
    for year in (first.year - 1, first.year):  # a window that runs over the new year began in the year before
        begins, ends = occurrence(window, year)
        day = max(begins, first)
        while day <= min(ends, last):
            count += _date(from_on) <= day and (pd.isna(to_on) or day < _date(to_on))
            day += timedelta(days=1)
    return count


def occurrence(window: Mapping[Any, Any], year: int) -> tuple[date, date]:
    """First and last day of the window that begins in a year; the 29th of February ends on the 28th in other years."""
    begins = _day(year, window["first_month"], window["first_day"])
    ends = _day(year, window["last_month"], window["last_day"])
    return begins, ends if ends >= begins else _day(year + 1, window["last_month"], window["last_day"])


def _day(year: int, month: int, day: int) -> date:
    return date(year, int(month), min(int(day), calendar.monthrange(year, int(month))[1]))


def _date(value: Any) -> date:
    return pd.Timestamp(str(value)).date()
