"""Which months are in a peak of the year."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import Connection

from data.peaks import LEAST_DAYS, days_of, kinds, occurrence, peak_months
from data.periods import first_day, last_of_month, months
from data.reference import register

YEAR = [f"2026-{month:02d}" for month in range(1, 13)]


def window(first: tuple[int, int], last: tuple[int, int], **more: object) -> dict[str, object]:
    return {
        "peak_id": "one", "kind": "tax", "valid_from": date(2010, 1, 1), "valid_to": None,
        "first_month": first[0], "first_day": first[1], "last_month": last[0], "last_day": last[1],
    } | more  # fmt: skip


def naive_days(row: dict[str, object], month: str) -> int:
    count, day = 0, first_day(month)
    begins, ends = (row["first_month"], row["first_day"]), (row["last_month"], row["last_day"])
    while day <= last_of_month(first_day(month)):
        at = (day.month, day.day)
        inside = begins <= at <= ends if begins <= ends else at >= begins or at <= ends  # type: ignore[operator]
        count += bool(inside and row["valid_from"] <= day and (row["valid_to"] is None or day < row["valid_to"]))  # type: ignore[operator]
        day += timedelta(days=1)
    return count


@pytest.mark.parametrize(
    "row",
    [
        window((3, 1), (3, 16)),
        window((12, 10), (1, 15)),
        window((5, 15), (6, 5)),
        window((3, 1), (3, 16), valid_from=date(2025, 3, 10)),
        window((12, 10), (1, 15), valid_to=date(2025, 12, 20)),
        window((1, 1), (12, 31)),
        window((4, 20), (4, 20)),
    ],
)
def test_the_days_that_a_window_covers_are_those_of_a_naive_count(row):
    for month in months(date(2024, 11, 1), date(2026, 4, 1)):
        assert days_of(row, month) == naive_days(row, month), month


def test_a_window_over_the_new_year_ends_in_the_next():
    assert occurrence(window((12, 10), (1, 15)), 2025) == (date(2025, 12, 10), date(2026, 1, 15))
    assert occurrence(window((2, 20), (2, 29)), 2025) == (date(2025, 2, 20), date(2025, 2, 28))


def test_a_month_is_in_the_peak_that_covers_most_of_its_days_and_at_least_eight():
    rows = pd.DataFrame(
        [
            window((3, 1), (3, LEAST_DAYS), peak_id="a", kind="tax"),
            window((4, 1), (4, LEAST_DAYS - 1), peak_id="b", kind="tax"),
            window((5, 1), (5, 10), peak_id="c", kind="report"),
            window((5, 11), (5, 31), peak_id="d", kind="closing"),
        ]
    )

    assert kinds(rows, YEAR) == {"2026-03": "tax", "2026-05": "closing"}


def test_without_windows_no_month_is_in_a_peak():
    assert kinds(register.peak_periods().iloc[:0], YEAR) == {}


def test_the_packaged_peaks_are_those_of_tax_closing_and_reports(connection: Connection):
    assert peak_months(connection, YEAR) == {
        "2026-01": "closing", "2026-03": "tax", "2026-04": "report", "2026-05": "tax", "2026-07": "report",
        "2026-09": "tax", "2026-10": "report", "2026-12": "closing",
    }  # fmt: skip


def test_every_window_says_what_it_is_taken_from():
    assert register.peak_periods()["basis"].str.len().gt(10).all()
