"""The Hungarian working calendar, with the days off that are worked back on a Saturday."""

import re
from datetime import date

import holidays
import pandas as pd

# Swapped days are decreed year by year; outside these years the calendar shows weekends and public holidays only.
SWAPS_KNOWN_FROM, SWAPS_KNOWN_TO = 2010, 2026
SWAPPED = "Pihenőnap"  # how the holidays package begins the name of a day off by swap


def swaps_known(day: date) -> bool:
    """Whether the swapped working days of the day's year are known. False means not known, not that there are none."""
    return SWAPS_KNOWN_FROM <= day.year <= SWAPS_KNOWN_TO


def working_calendar(first: date, last: date) -> pd.DataFrame:
    """One row per day from first to last (both included), in order; empty when first is after last.

    Columns: date (datetime.date), is_working_day (bool), kind (working_day, weekend, public_holiday, swapped_day_off,
    swapped_working_day), name_hu (None on plain days). Source: the holidays package, class HU; see swaps_known.
    """
    days = [day.date() for day in pd.date_range(first, last)]
    known = holidays.HU(years=range(first.year, max(first.year, last.year) + 1), language="hu")
    kinds = [_kind(day, known) for day in days]
    worked = [kind in {"working_day", "swapped_working_day"} for kind in kinds]
    names = [_name(day, kind, known) for day, kind in zip(days, kinds, strict=True)]
    return pd.DataFrame(
        {
            "date": pd.Series(days, dtype=object),
            "is_working_day": pd.Series(worked, dtype=bool),
            "kind": pd.Series(kinds, dtype="str"),
            "name_hu": pd.Series(names, dtype=object),
        }
    )


def _kind(day: date, known: holidays.HolidayBase) -> str:
    if day in known.weekend_workdays:
        return "swapped_working_day"
    if name := known.get(day):
        return "swapped_day_off" if name.startswith(SWAPPED) else "public_holiday"
    return "weekend" if day.isoweekday() > 5 else "working_day"


def _name(day: date, kind: str, known: holidays.HolidayBase) -> str | None:
    if kind == "swapped_working_day":
        return "Áthelyezett munkanap"
    if kind == "swapped_day_off":
        worked = re.search(r"(\d{4})\. ?(\d\d)\. ?(\d\d)", str(known.get(day)))
        return f"Áthelyezett pihenőnap (munkanap: {'-'.join(worked.groups())})" if worked else "Áthelyezett pihenőnap"
    return str(known.get(day)) if kind == "public_holiday" else None
