"""Periods as measure() writes them (2025-01, 2025-Q1, 2025, 2025-W03, 2025-01-31), read back as days."""

import re
from datetime import date, timedelta
from functools import cache

QUARTER = re.compile(r"(\d{4})-Q([1-4])")
WEEK = re.compile(r"(\d{4})-W(\d{2})")


@cache
def first_day(period: str) -> date:
    """The first day of a period. Raises ValueError for text that is none."""
    if found := QUARTER.fullmatch(period):
        return date(int(found[1]), 3 * int(found[2]) - 2, 1)
    if found := WEEK.fullmatch(period):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    year, month, day = (*map(int, period.split("-")), 1, 1)[:3]
    return date(year, month, day)


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before the day's; after it where months is below zero."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def last_of_month(day: date) -> date:
    """The last day of the day's month."""
    return next_month(day) - timedelta(days=1)


def months(first: date, last: date) -> list[str]:
    """The months from the first day's to the last day's, as 2025-01; none when last is before first."""
    found, at = [], first.replace(day=1)
    while at <= last:
        found.append(f"{at:%Y-%m}")
        at = next_month(at)
    return found
