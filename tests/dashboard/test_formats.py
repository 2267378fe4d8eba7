"""Numbers, money, dates and durations in both languages."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from dashboard import formats

S = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "hungarian", "english"),
    [
        (1234567, 0, f"1{S}234{S}567", "1,234,567"),
        (3812, 0, f"3{S}812", "3,812"),
        (-0.5, 1, "−0,5", "−0.5"),
        (-0.01, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
        (None, 0, f"n.{S}a.", "n/a"),
        (float("nan"), 2, f"n.{S}a.", "n/a"),
        (pd.NA, 0, f"n.{S}a.", "n/a"),
        (float("inf"), 0, f"n.{S}a.", "n/a"),
    ],
)
def test_a_number_is_grouped_and_has_a_true_minus(value, decimals, hungarian, english):
    assert formats.number(value, "hu", decimals) == hungarian
    assert formats.number(value, "en", decimals) == english


@pytest.mark.parametrize(
    ("rate", "hungarian", "english"),
    [(0.924, f"92,4{S}%", "92.4%"), (1.0, f"100,0{S}%", "100.0%"), (None, f"n.{S}a.", "n/a")],
)
def test_a_rate_is_written_in_per_cent(rate, hungarian, english):
    assert (formats.percent(rate, "hu"), formats.percent(rate, "en")) == (hungarian, english)


@pytest.mark.parametrize(
    ("huf", "hungarian", "english"),
    [
        (1_234_567_890, f"1,2{S}Mrd{S}Ft", f"HUF{S}1.2{S}bn"),
        (340_000_000, f"340{S}M{S}Ft", f"HUF{S}340{S}m"),
        (20_000, f"20{S}ezer{S}Ft", f"HUF{S}20{S}k"),
        (9_999, f"9{S}999{S}Ft", f"HUF{S}9,999"),
        (-2_500_000, f"−2,5{S}M{S}Ft", f"HUF{S}−2.5{S}m"),
        (2_000_000_000_000, f"2{S}billió{S}Ft", f"HUF{S}2{S}tn"),
        (0, f"0{S}Ft", f"HUF{S}0"),
    ],
)
def test_money_is_shortened(huf, hungarian, english):
    assert (formats.money_short(huf, "hu"), formats.money_short(huf, "en")) == (hungarian, english)


def test_money_is_whole_forints_where_it_is_not_shortened():
    assert formats.money(1_234_567, "hu") == f"1{S}234{S}567{S}Ft"
    assert formats.money(1_234_567, "en") == f"HUF{S}1,234,567"


@pytest.mark.parametrize(
    ("written", "hungarian", "english"),
    [
        (formats.day, f"2026.{S}nov.{S}23.", f"23{S}Nov{S}2026"),
        (formats.month, f"2026.{S}nov.", f"Nov{S}2026"),
    ],
)
def test_days_and_months(written, hungarian, english):
    assert written(date(2026, 11, 23), "hu") == hungarian
    assert written(date(2026, 11, 23), "en") == english


def test_periods_as_measure_writes_them():
    assert formats.month("2026-01", "hu", whole=True) == f"2026.{S}január"
    assert formats.quarter("2026-Q2", "hu") == f"2026.{S}II.{S}negyedév"
    assert formats.quarter("2026-Q2", "en") == f"Q2{S}2026"
    assert formats.week("2026-W04", "hu") == f"2026.{S}4.{S}hét"


@pytest.mark.parametrize(
    ("utc", "hungarian"),
    [
        (datetime(2026, 11, 22, 22), f"2026.{S}nov.{S}22.{S}23:00"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), f"2026.{S}júl.{S}2.{S}00:30"),
        (None, f"n.{S}a."),
        (pd.NaT, f"n.{S}a."),
    ],
)
def test_a_moment_is_shown_in_budapest_time(utc, hungarian):
    assert formats.moment(utc, "hu") == hungarian


@pytest.mark.parametrize(
    ("first", "last", "hungarian"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "2025."),
        (date(2025, 3, 1), date(2025, 3, 31), f"2025.{S}március"),
        (date(2025, 1, 1), date(2026, 2, 28), f"2025.{S}jan. – 2026.{S}febr."),
        (date(2025, 1, 2), date(2025, 1, 31), f"2025.{S}jan.{S}2. – 2025.{S}jan."),
        (None, date(2025, 1, 31), f"– 2025.{S}jan."),
        (None, None, ""),
    ],
)
def test_a_period_is_as_short_as_it_can_be(first, last, hungarian):
    assert formats.period(first, last, "hu").strip() == hungarian


@pytest.mark.parametrize(
    ("minutes", "of_day", "hungarian"),
    [
        (260, None, f"4{S}óra{S}20{S}perc"),
        (4560, 1440, f"3{S}nap{S}4{S}óra"),
        (4560, None, f"76{S}óra"),
        (0, None, f"0{S}perc"),
        (-90, None, f"−1{S}óra{S}30{S}perc"),
        (None, None, f"n.{S}a."),
    ],
)
def test_durations_say_two_units_at_most(minutes, of_day, hungarian):
    assert formats.duration(minutes, "hu", of_day) == hungarian


def test_a_change_has_its_sign_and_rates_change_by_percentage_points():
    assert formats.change(0.013, "rate", "hu") == f"+1,3{S}százalékpont"
    assert formats.change(-5, "count", "en") == "−5"


@pytest.mark.parametrize(
    ("value", "limits", "said"),
    [
        (0.8997, (0.9,), "89,97 %"),
        (0.899999, (0.9,), "89,9999 %"),
        (0.9, (0.9,), "90,0 %"),
        (0.894, (0.9,), "89,4 %"),
        (0.15002, (0.0, 0.15), "15,002 %"),
        (0.5, (), "50,0 %"),
    ],
)
def test_a_value_beyond_a_limit_does_not_look_as_if_it_met_it(value, limits, said):
    assert formats.value_beside(value, "rate", "hu", limits).replace(formats.SPACE, " ") == said


def test_what_is_there_is_not_written_as_nothing():
    assert formats.money_short(19_800_000, "hu", formats.SCALES[1]).replace(formats.SPACE, " ") == "0,02 Mrd Ft"
