"""What the page of execution reads, once for all of its parts."""

from datetime import date

import pandas as pd

from dashboard.answers import answers
from dashboard.periods import end_of_last_whole_month, fiscal_year
from data.cost.books import Books, books
from data.cost.forecast import Forecast, forecast_of, path_of
from data.cost.transfers import Transfers, transfers
from data.cost.variance import Subject, Waterfall, variance_of
from data.periods import months_before
from data.selection import Selection

MONTHS = 12


def books_read(selection: Selection) -> Books:
    """The books of the fiscal year that the selection ends in; the years before count whatever its beginning."""
    asked = selection.with_period(None, selection.last)
    return answers().read(("budget books", asked), lambda connection: books(connection, asked))


def forecast_read(selection: Selection) -> Forecast:
    """The year-end forecast with its backtest."""
    asked = selection.with_period(None, selection.last)
    known = books_read(selection)
    return answers().read(("budget forecast", asked), lambda _connection: forecast_of(known))


def path_read(selection: Selection) -> pd.DataFrame:
    """Performance added up by month, and its way to the forecast."""
    return path_of(books_read(selection), forecast_read(selection))


def waterfall_read(selection: Selection, subject: Subject, by: str) -> Waterfall:
    """A variance, member by member."""
    return variance_of(books_read(selection), subject, by)


def transfers_read(selection: Selection) -> Transfers:
    """Changes of the appropriation in the year."""
    asked = selection.with_period(None, selection.last)
    return answers().read(("budget transfers", asked), lambda connection: transfers(connection, asked))


def rolling_year(selection: Selection) -> Selection:
    """The twelve whole months that end with the reader's period, or with the data."""
    last = fiscal_year(selection).last
    if last is None:
        return selection
    end = end_of_last_whole_month(last)
    return selection.with_period(months_before(end, MONTHS - 1), end)


def month_key(year: int, month: int) -> date:
    """The month as a day of it, as dashboard.formats.month takes it."""
    return date(year, month, 1)
