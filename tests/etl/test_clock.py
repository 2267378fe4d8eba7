"""Business minutes, against a clock that counts minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from data.reference.calendar import working_calendar
from data.reference.register import service_hours
from etl.clock import BusinessClock, clock_minutes, local_days

BUDAPEST = ZoneInfo("Europe/Budapest")
CALENDAR = working_calendar(date(2024, 1, 1), date(2026, 12, 31))
HOURS = service_hours()


@pytest.fixture(scope="module")
def clock():
    return BusinessClock.of(CALENDAR, HOURS)


def budapest(text):
    """UTC time of a local one."""
    return datetime.fromisoformat(text).replace(tzinfo=BUDAPEST).astimezone(UTC).replace(tzinfo=None)


def column(*moments):
    return pd.Series(pd.array(moments, dtype="datetime64[us]"))


def hours_of(day, is_working_day):
    hours = HOURS[HOURS["weekday"] == day.isoweekday()].iloc[0]
    return (time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])) if is_working_day else None


OPEN = {day: hours_of(day, working) for day, working in zip(CALENDAR["date"], CALENDAR["is_working_day"], strict=True)}


def is_open(moment):
    """Whether service runs in the minute that begins at a UTC moment."""
    local = moment.replace(tzinfo=UTC).astimezone(BUDAPEST)
    hours = OPEN[local.date()]
    return hours is not None and hours[0] <= local.time() < hours[1]


def counted(start, end):
    minutes = int((end - start) / timedelta(minutes=1))
    return sum(is_open(start + timedelta(minutes=number)) for number in range(minutes))


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2025-03-03 09:00", "2025-03-03 10:30", 90),
        ("2025-03-03 06:00", "2025-03-03 07:31", 1),
        ("2025-03-07 14:00", "2025-03-10 08:00", 60),  # over a weekend; Friday closes at 14:30
        ("2024-12-23 16:00", "2024-12-28 00:00", 60),  # the 24th was swapped for a Saturday
        ("2024-12-07 08:00", "2024-12-07 20:00", 390),  # that Saturday, with a Saturday's hours
        ("2025-03-28 14:00", "2025-03-31 07:30", 30),  # over the beginning of summer time
        ("2025-10-24 14:00", "2025-10-27 08:30", 60),  # over its end, and a swapped day off
        ("2025-03-03 10:30", "2025-03-03 09:00", -90),
    ],
)
def test_minutes_run_inside_service_hours_on_working_days(clock, start, end, minutes):
    found = clock.minutes_between(column(budapest(start)), column(budapest(end)))

    assert found.tolist() == [minutes]
    assert abs(minutes) == counted(*sorted((budapest(start), budapest(end))))


def test_any_span_is_what_counting_minute_by_minute_gives(clock):
    chance = np.random.default_rng(5)
    starts = [datetime(2024, 11, 20) + timedelta(minutes=int(m)) for m in chance.integers(0, 200 * 1440, 40)]
    ends = [
        start + timedelta(minutes=int(m)) for start, m in zip(starts, chance.integers(0, 9 * 1440, 40), strict=True)
    ]

    found = clock.minutes_between(column(*starts), column(*ends))

    assert found.tolist() == [counted(start, end) for start, end in zip(starts, ends, strict=True)]


def test_a_deadline_is_as_many_minutes_away_as_agreed(clock):
    chance = np.random.default_rng(6)
    starts = column(*(datetime(2024, 11, 20) + timedelta(minutes=int(m)) for m in chance.integers(0, 200 * 1440, 200)))
    agreed = pd.Series(chance.integers(1, 5000, 200), dtype="Int64")

    due = clock.after(starts, agreed)

    assert clock.minutes_between(starts, due).tolist() == agreed.tolist()
    assert all(is_open(moment - timedelta(minutes=1)) for moment in due)


def test_a_deadline_on_closing_time_is_that_day(clock):
    due = clock.after(column(budapest("2025-03-03 16:00")), pd.Series([60], dtype="Int64"))

    assert due.tolist() == [budapest("2025-03-03 17:00")]


def test_what_is_missing_stays_missing(clock):
    nothing, one = column(None), column(datetime(2025, 3, 3))

    assert clock.minutes_between(one, nothing).isna().all()
    assert clock_minutes(nothing, one).isna().all()
    assert clock.after(nothing, pd.Series([5], dtype="Int64")).isna().all()
    assert clock.after(one, pd.Series([None], dtype="Int64")).isna().all()
    assert local_days(nothing).isna().all()
    assert clock.minutes_between(column(), column()).empty


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2025-01-01 22:59", "2025-01-01"),
        ("2025-01-01 23:00", "2025-01-02"),
        ("2025-03-29 22:59:59", "2025-03-29"),
        ("2025-03-30 21:59:59", "2025-03-30"),
        ("2025-03-30 22:00", "2025-03-31"),
        ("2025-10-26 22:59", "2025-10-26"),
        ("2025-10-26 23:00", "2025-10-27"),
    ],
)
def test_a_day_is_that_of_budapest(utc, day):
    assert local_days(column(datetime.fromisoformat(utc))).tolist() == [pd.Timestamp(day)]


def test_the_earliest_hours_hold_before_their_first_day():
    calendar = working_calendar(date(2012, 1, 1), date(2017, 12, 31))
    early = BusinessClock.of(calendar, HOURS)

    found = early.minutes_between(column(budapest("2012-03-05 08:00")), column(budapest("2012-03-05 09:00")))

    assert found.tolist() == [60]


def test_hours_change_on_the_day_they_are_valid_from():
    hours = pd.DataFrame(
        {
            "weekday": [1, 1],
            "opens": ["08:00", "10:00"],
            "closes": ["16:00", "12:00"],
            "valid_from": [date(2024, 1, 1), date(2025, 3, 10)],
            "valid_to": [date(2025, 3, 10), None],
        }
    )
    changed = BusinessClock.of(CALENDAR, hours)
    mondays = column(budapest("2025-03-03 00:00"), budapest("2025-03-10 00:00"))

    assert changed.minutes_between(mondays, mondays + pd.Timedelta(hours=22)).tolist() == [480, 120]
