"""Frozen periods as they lie in the calendar: the days on which nothing but an emergency may go into production."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from data.peaks import occurrence
from data.schema import peak_period

COLUMNS = ("peak_id", "name_hu", "name_en", "first", "last")


def frozen_periods(connection: Connection, first: date, last: date) -> pd.DataFrame:
    """Frozen windows between two days (both included), one row per occurrence, in the order of the calendar.

    Columns: peak_id, name_hu, name_en, first, last (days, cut to the two days and to when the window is in force).
    """
    windows = pd.read_sql(select(peak_period).where(peak_period.c.is_frozen == 1), connection)
    rows = []
    for window in windows.to_dict("records"):
        for year in range(first.year - 1, last.year + 1):
            begins, ends = occurrence(window, year)
            begins, ends = max(begins, first, _day(window["valid_from"])), min(ends, last)
            if not pd.isna(window["valid_to"]):
                ends = min(ends, (pd.Timestamp(str(window["valid_to"])) - pd.Timedelta(days=1)).date())
            if begins <= ends:
                rows.append({name: window[name] for name in COLUMNS[:3]} | {"first": begins, "last": ends})
    rows.sort(key=lambda row: (row["first"], row["peak_id"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()
