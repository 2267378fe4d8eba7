"""Kinds of columns and rules that the row schemas of all jobs share.

A column annotated with an Optional kind may be left out of a source's mapping; one that is not must be mapped.
"""

from datetime import date
from typing import Any, Optional

import pandas as pd
import pandera.pandas as pa

Text = Optional[str]  # noqa: UP045 - pandera reads Optional as "the column may be absent"
Time = Optional[pa.DateTime]  # noqa: UP045
Day = Optional[pa.DateTime]  # noqa: UP045
Whole = Optional[pd.Int64Dtype]  # noqa: UP045
Number = Optional[pd.Float64Dtype]  # noqa: UP045
Flag = Optional[pd.BooleanDtype]  # noqa: UP045

LARGEST = 2**31 - 1  # of an INTEGER column
LARGEST_COUNT = 10**12  # of what machines count; more is no count of a month
LARGEST_HUF = 10**15  # a hundred times the yearly budget of the state; more is a wrong unit
EARLIEST, LATEST = date(2010, 1, 1), date(2030, 12, 31)  # the working calendar
FIRST_PLAUSIBLE, LAST_PLAUSIBLE = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_KEY, LONGEST_TEXT = 1000, 10_000  # a longer key would not fit into an index of PostgreSQL


def key() -> Any:
    """A value without which a row means nothing."""
    return pa.Field(nullable=False, str_length={"max_value": LONGEST_KEY})


def required() -> Any:
    return pa.Field(nullable=False)


def text() -> Any:
    return pa.Field(nullable=True, str_length={"max_value": LONGEST_TEXT})


def optional() -> Any:
    return pa.Field(nullable=True)


def one_of(*allowed: str | int, nullable: bool = True) -> Any:
    return pa.Field(nullable=nullable, isin=list(allowed))


def between(least: int, most: int, *, nullable: bool = True) -> Any:
    return pa.Field(nullable=nullable, in_range={"min_value": least, "max_value": most})


def count() -> Any:
    """Not negative."""
    return between(0, LARGEST)


def large_count() -> Any:
    """Not negative, and more than an INTEGER column holds."""
    return between(0, LARGEST_COUNT)


def huf() -> Any:
    """Whole forints of either sign: a ledger takes back what it booked."""
    return between(-LARGEST_HUF, LARGEST_HUF)


def time(*, nullable: bool = True) -> Any:
    """A moment inside the working calendar, without which no business minutes can be told."""
    return _within(EARLIEST, LATEST, nullable)


def day(*, nullable: bool = True) -> Any:
    return _within(FIRST_PLAUSIBLE, LAST_PLAUSIBLE, nullable)


def _within(first: date, last: date, nullable: bool) -> Any:
    span = {"min_value": pd.Timestamp(first), "max_value": pd.Timestamp(last)}
    return pa.Field(nullable=nullable, in_range=span)


def not_before(earlier: str, later: str) -> Any:
    """A rule that `later` is not before `earlier`, where both are mapped and present."""

    def check(cls: type, rows: pd.DataFrame) -> pd.Series:
        if earlier not in rows or later not in rows:
            return pd.Series(True, index=rows.index)
        return ~(rows[later] < rows[earlier])

    return pa.dataframe_check(error=f"{later} is before {earlier}")(check)


def not_more(part: str, whole: str) -> Any:
    """A rule that `part` is not more than `whole`, where both are mapped and present."""

    def check(cls: type, rows: pd.DataFrame) -> pd.Series:
        if part not in rows or whole not in rows:
            return pd.Series(True, index=rows.index)
        return ~(rows[part] > rows[whole]).fillna(False)

    return pa.dataframe_check(error=f"{part} is more than {whole}")(check)


class Row(pa.DataFrameModel):
    """What every row of a source may carry: where it belongs."""

    municipality: Text = text()
    county: Text = text()

    class Config:
        coerce, strict = False, "filter"  # a column that we do not name never enters the database
