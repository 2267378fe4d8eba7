"""The year-end forecast: against a naive recount, its limits, its backtest, how often its interval holds."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.cost.books import books, books_of
from data.cost.cli_forecast import forecast_document, missing_words
from data.cost.forecast import error_rate, forecast, forecast_of, path_of
from data.schema import fact_budget
from data.selection import Selection
from tests.data.cost.budget_worlds import EVEN, LATE, line, world


def small(through: int = 6) -> pd.DataFrame:
    """Two actors, two rovats, 2024 and 2025 whole and 2026 up to a month; amounts that no month repeats."""
    rows = []
    for year, last in ((2024, 12), (2025, 12), (2026, through)):
        for place, (actor, account) in enumerate((("a", "K1101"), ("a", "K321"), ("b", "K321"))):
            for month in range(1, last + 1):
                spent = 1000 * (place + 1) + 37 * month * (1 + place) + 11 * (year - 2024) * month
                rows.append(line(year, month, actor, account, spent, committed_huf=spent, appropriated_huf=2 * spent))
    return pd.DataFrame(rows)


def naive(rows: pd.DataFrame, actor: str, account: str, past: tuple[int, ...], through: int, year: int) -> int:
    """The forecast of one series by a loop over its rows."""

    def spent(of: int, first: int, last: int) -> int:
        return sum(
            row.spent_huf
            for row in rows.itertuples()
            if (row.actor, row.account) == (actor, account)
            and int(row.on[:4]) == of
            and first <= int(row.on[5:7]) <= last
        )

    logs = [math.log(spent(one, through + 1, 12) / spent(one, 1, through)) for one in past]
    so_far = spent(year, 1, through)
    return so_far + round(so_far * math.exp(sum(logs) / len(logs)))


def one(frame: pd.DataFrame, level: str, **member: str) -> "pd.Series[float]":
    found = frame[frame["level"] == level]
    for name, value in member.items():
        found = found[found[name] == value]
    return found.iloc[0]


def test_a_series_is_forecast_by_its_own_past_and_sums_are_sums_of_series():
    rows = small()
    frame = forecast_of(books_of(rows)).frame

    series = {
        (actor, account[:2]): naive(rows, actor, account, (2024, 2025), 6, 2026)
        for actor, account in (("a", "K1101"), ("a", "K321"), ("b", "K321"))
    }
    for (actor, group), expected in series.items():
        assert one(frame, "cell", actor=actor, account_group=group)["forecast_huf"] == expected
    assert one(frame, "all")["forecast_huf"] == sum(series.values())
    assert one(frame, "actor", actor="a")["forecast_huf"] == series["a", "K1"] + series["a", "K3"]
    assert one(frame, "account_group", account_group="K3")["forecast_huf"] == series["a", "K3"] + series["b", "K3"]


def test_the_backtest_uses_the_years_before_and_the_other_years_only_where_there_is_none_before():
    rows = small()
    tried = forecast_of(books_of(rows)).tried
    of = tried[(tried["level"] == "all") & (tried["month"] == 5)].set_index("year")

    for year, used in ((2024, (2025,)), (2025, (2024,))):
        expected = sum(naive(rows, *cell, used, 5, year) for cell in (("a", "K1101"), ("a", "K321"), ("b", "K321")))
        actual = int(rows.loc[rows["on"].str.startswith(str(year)), "spent_huf"].sum())
        assert (of.loc[year, "forecast_huf"], of.loc[year, "actual_huf"]) == (expected, actual)
        assert of.loc[year, "error_rate"] == pytest.approx(abs(actual - expected) / actual)
        assert of.loc[year, "is_left_out"] == (year == 2024)


def test_the_past_error_beside_a_forecast_is_the_mean_of_the_same_month():
    made = forecast_of(books_of(small()))
    same = made.tried[(made.tried["month"] == 6) & (made.tried["actor"] == "b")]
    row = one(made.frame, "actor", actor="b")
    assert row["error_rate"] == pytest.approx(sum(same["error_rate"]) / 2)
    assert row["error_years"] == 2


@pytest.mark.parametrize("past", [(), (2025,)])
def test_without_a_past_whole_year_there_is_no_forecast(past):
    rows = small()
    rows = rows[rows["on"].str.startswith("2026") | ((rows["on"] >= "2025-02") & rows["on"].str.startswith("2025"))]
    rows = rows if past else rows[rows["on"].str.startswith("2026")]
    made = forecast_of(books_of(rows))

    assert not made.is_made
    assert made.frame["forecast_huf"].isna().all()
    assert made.tried.empty
    assert path_of(books_of(rows), made)["forecast_huf"].isna().all()


def test_no_interval_goes_below_what_is_spent_and_a_whole_year_is_its_own_forecast():
    for through in (1, 11, 12):
        frame = forecast_of(books_of(small(through))).frame
        assert (frame["low_huf"] >= frame["spent_huf"]).all()
        assert (frame["low_huf"] <= frame["forecast_huf"]).all()
        assert (frame["forecast_huf"] <= frame["high_huf"]).all()
        assert (frame["forecast_huf"].astype("int64") == frame["spent_huf"]).all() == (through == 12)


def test_nothing_spent_yet_follows_the_past_rest_in_proportion_to_the_appropriation():
    rows = [line(year, month, "a", "K321", 100) for year in (2024, 2025) for month in range(1, 13)]
    rows += [line(year, 12, "a", "K61", 600) for year in (2024, 2025)]
    rows += [line(year, 1, "a", "K61", appropriated_huf=800) for year in (2024, 2025)]
    rows += [line(2026, month, "a", "K321", 100) for month in (1, 2)]
    rows += [line(2026, 1, "a", "K61", appropriated_huf=1600), line(2026, 2, "c", "K321", 50)]
    frame = forecast_of(books_of(pd.DataFrame(rows))).frame

    bought = one(frame, "cell", actor="a", account_group="K6")
    assert (bought["way"], bought["forecast_huf"]) == ("plan", 1200)
    new = one(frame, "cell", actor="c", account_group="K3")
    assert (new["way"], new["forecast_huf"]) == ("pooled", 300)


def test_the_way_to_the_forecast_begins_at_the_last_month_booked_and_ends_in_it():
    known = books_of(small(7))
    made = forecast_of(known)
    path = path_of(known, made)
    assert path["spent_huf"].notna().tolist() == [True] * 7 + [False] * 5
    assert path["forecast_huf"].iloc[6] == path["spent_huf"].iloc[6] == made.frame["spent_huf"].iloc[0]
    assert path["forecast_huf"].iloc[11] == made.frame["forecast_huf"].iloc[0]
    assert path["forecast_huf"].dropna().is_monotonic_increasing


def test_an_error_needs_an_actual():
    assert error_rate(200, 190) == pytest.approx(0.05)
    assert error_rate(0, 5) is None


@pytest.mark.slow
@pytest.mark.parametrize("common", [0.0, 0.1])
def test_the_interval_holds_about_as_often_as_it_says(common):
    """Thirty budgets of three past years: of 80 in a hundred, not fewer than 60 for the whole and 70 for a series."""
    rng = np.random.default_rng(7)
    whole, series = [], []
    for _again in range(30):
        made = world(rng, 3, 8, common=common)
        frame = forecast_of(made.books, is_tried=False).frame
        total = one(frame, "all")
        whole.append(total["low_huf"] <= made.actual.sum() <= total["high_huf"])
        for row in frame[frame["level"] == "cell"].itertuples():
            series.append(row.low_huf <= made.actual[row.actor, row.account_group] <= row.high_huf)
    assert sum(whole) / len(whole) >= 0.6
    assert 0.7 <= sum(series) / len(series) <= 0.95


def test_a_late_pattern_is_not_taken_for_a_straight_line():
    rows = []
    for actor, pattern in (("late", LATE), ("even", EVEN)):
        for year, last in ((2024, 12), (2025, 12), (2026, 6)):
            rows += [line(year, m, actor, "K321", round(1_000_000 * pattern[m - 1])) for m in range(1, last + 1)]
    frame = forecast_of(books_of(pd.DataFrame(rows))).frame
    for actor in ("late", "even"):
        assert one(frame, "actor", actor=actor)["forecast_huf"] == pytest.approx(1_000_000, rel=1e-4)


def test_books_read_each_forint_once_and_leave_out_a_month_that_is_not_over(connection, add_rows):
    def booked(on: date, spent: int, **more: object) -> dict[str, object]:
        return {
            "period_on": on, "fiscal_year": on.year, "account_id": "K321", "actor_id": "nisz", "side": "expenditure",
            "service_id": "ADO", "original_huf": 0, "appropriated_huf": 0, "committed_huf": 0, "spent_huf": spent,
        } | more  # fmt: skip

    rows = [booked(date(2026, month, 1), 100 + month) for month in range(1, 13)]
    rows += [booked(date(2027, month, 1), 200 + month) for month in range(1, 6)]
    rows.append(booked(date(2027, 2, 1), 7, account_id="K1101", actor_id="menedzsment"))
    rows.append(booked(date(2027, 2, 1), 9999, purpose="control"))
    rows.append(booked(date(2027, 2, 1), 9999, side="revenue", account_id="B16"))
    add_rows(fact_budget, *rows)

    known = books(connection, Selection(last=date(2027, 5, 20)))

    assert (known.year, known.through, known.past) == (2027, 4, (2026,))
    assert known.so_far("spent_huf").tolist() == [7, sum(200 + month for month in range(1, 5))]
    only = books(connection, Selection(last=date(2027, 4, 30), actors=("menedzsment",)))
    assert only.so_far("spent_huf").tolist() == [7]
    document = forecast_document(connection, Selection(last=date(2027, 4, 30)))
    assert (document["code"], document["is_made"], document["past"]) == ("BU03", True, [2026])
    assert missing_words(forecast(connection, Selection(last=date(2026, 6, 30)))).startswith("no forecast for 2026")
