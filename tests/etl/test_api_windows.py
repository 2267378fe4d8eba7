"""Windows over an axis: everything once and in order, whatever fits into an answer; the wall clock of a server."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from etl.sources.api.wall import Wall
from etl.sources.api.windows import Axis

BUDAPEST = Wall(ZoneInfo("Europe/Budapest"))


def axis(places: list[int], most: int) -> Axis[int]:
    """An axis with a row at each of the places, of which an answer holds so many."""

    def read(start: int, stop: int | None) -> list[int] | None:
        found = [place for place in places if start <= place and (stop is None or place < stop)]
        return found if len(found) < most else None

    return Axis(read, lambda at: [place for place in places if place == at], most)


@pytest.mark.parametrize("seed", range(60))
def test_every_row_comes_once_and_in_order(seed: int) -> None:
    chance = random.Random(seed)
    spread = chance.choice([3, 100, 1_000_000])
    places = sorted(chance.randrange(spread) for _ in range(chance.randrange(200)))
    start, until = chance.randrange(spread), chance.choice([None, chance.randrange(spread) + spread // 2])

    windows = list(axis(places, chance.choice([1, 2, 10, 1000])).windows(start, chance.randrange(spread), until))

    rows = [row for window in windows for row in sorted(window.rows)]
    assert rows == [place for place in places if start <= place and (until is None or place < until)]
    assert windows[0].start == start
    assert all(first.stop == second.start for first, second in pairwise(windows))
    assert windows[-1].stop == until


def test_what_fits_takes_one_answer() -> None:
    assert len(list(axis([5, 6, 7], 10).windows(0, 100))) == 1


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-06-10"])
def test_no_moment_of_a_span_lies_outside_of_its_places(day: str) -> None:
    """Clocks go forward on the first of the days, back on the second."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    moments = [midnight + timedelta(minutes=10 * step) for step in range(24)]
    for at, since in enumerate(moments):
        for moment in moments[at:]:
            shown = moment.astimezone(BUDAPEST.zone).strftime("%Y-%m-%d %H:%M:%S")

            assert BUDAPEST.text(BUDAPEST.since(since)) <= shown
            assert shown < BUDAPEST.text(BUDAPEST.until(moment + timedelta(microseconds=1)))


def test_away_from_a_change_of_the_clocks_places_are_exact() -> None:
    at = datetime(2026, 6, 10, 10, 30, tzinfo=UTC)

    assert BUDAPEST.text(BUDAPEST.since(at)) == BUDAPEST.text(BUDAPEST.until(at)) == "2026-06-10 12:30:00"
    assert BUDAPEST.moment("2026-06-10 12:30:00") == at


@pytest.mark.parametrize("text", [None, "", "0000-00-00 00:00:00"])
def test_no_time_is_none(text: str | None) -> None:
    assert BUDAPEST.moment(text) is None
