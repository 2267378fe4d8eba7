from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.errors import AspError
from etl.schedule import next_run, run_on_schedule

BUDAPEST = ZoneInfo("Europe/Budapest")


class Clock:
    """Time that passes only while somebody naps."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    def nap(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-23T01:59:00+01:00", "2026-11-23T02:00:00+01:00"),
        ("2026-11-23T02:00:00+01:00", "2026-11-24T02:00:00+01:00"),
        ("2026-07-01T00:30:00+00:00", "2026-07-02T02:00:00+02:00"),
    ],
)
def test_the_next_run_is_in_budapest_time(after, expected):
    assert next_run("0 2 * * *", datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


def test_a_bad_expression_says_what_is_expected():
    with pytest.raises(AspError, match="five fields"):
        next_run("every night", datetime(2026, 1, 1, tzinfo=BUDAPEST))


def test_a_failed_run_does_not_stop_the_schedule():
    clock = Clock(datetime(2026, 11, 23, 12, 0, tzinfo=BUDAPEST))
    ran = []

    def run() -> int:
        ran.append(clock.now())
        if len(ran) == 1:
            raise AspError("the source is down")
        return 0

    run_on_schedule("0 2 * * *", run, clock.now, clock.nap, rounds=2)

    assert [time.strftime("%d %H:%M") for time in ran] == ["24 02:00", "25 02:00"]
