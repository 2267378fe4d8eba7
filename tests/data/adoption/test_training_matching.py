"""Matching and intervals: against a naive recount, in worlds without an effect, and in worlds with one."""

import math

import numpy as np
import pytest

from data.adoption.training_days import WINDOW, Histories
from data.adoption.training_interval import Estimate, Sets, estimate
from data.adoption.training_matching import Matched, match, shuffled
from data.adoption.training_nearest import CALIPER, NEIGHBOURS, QUIET
from tests.data.adoption.training_worlds import DAYS, histories, world

pytestmark = pytest.mark.slow  # simulates worlds

WORLDS = 40


def matched(known: Histories) -> Matched:
    return match(known, np.ones(len(known.cell), dtype=bool), (0, DAYS))


def judged(known: Histories) -> Estimate:
    found = matched(known)
    return estimate(
        Sets(
            found.users,
            found.after - found.before,
            found.control_after - found.control_before,
            known.office[found.event],
            known.office[found.control],
        )
    )


def naive(known: Histories) -> dict[tuple[int, int], tuple[float, float, list[int]]]:
    """By municipality and day of each event: its rates before and after, and its controls; loops all the way."""
    asked = np.diff(known.tickets, axis=0).T
    taught = {(int(known.office[place]), int(day)) for place, day, _ in known.lessons}

    def is_quiet(place: int, first: int, last: int) -> bool:
        return not any((int(known.office[place]), day) in taught for day in range(first, last + 1))

    def rates(place: int, day: int) -> tuple[float, float]:
        users = known.users[place, 0]
        before = sum(int(asked[place, one]) for one in range(day - WINDOW, day))
        after = sum(int(asked[place, one]) for one in range(day + 1, day + WINDOW + 1))
        return before * 100 / users, after * 100 / users

    found = {}
    for place, day, _is_key in known.lessons.tolist():
        if not is_quiet(place, day - QUIET, day - 1) or day - WINDOW < 0 or day + WINDOW > DAYS - 1:
            continue
        before, after = rates(place, day)
        others = []
        for other in range(len(known.cell)):
            theirs = rates(other, day)[0]
            if known.cell[other] != known.cell[place] or not is_quiet(other, day - QUIET, day + WINDOW):
                continue
            if abs(theirs - before) <= CALIPER * before:
                unlike = abs(math.log(known.users[other, 0] / known.users[place, 0]))
                unlike += abs(math.log((known.size[other] + 1) / (known.size[place] + 1)))
                others.append((abs(theirs - before), unlike, other))
        if others:
            found[place, day] = (before, after, [one[2] for one in sorted(others)[:NEIGHBOURS]])
    return found


def test_events_and_controls_are_those_of_a_naive_recount() -> None:
    known = world(1, 60)
    found = matched(known)
    expected = naive(known)
    told = {
        (int(place), int(day)): (before, after, [int(one) for one in row if one >= 0])
        for place, day, before, after, row in zip(
            found.event, found.day, found.before, found.after, found.control, strict=True
        )
    }
    assert told.keys() == expected.keys()
    assert len(told) > 15
    for key, (before, after, controls) in expected.items():
        assert told[key][:2] == pytest.approx((before, after))
        assert told[key][2] == controls
    assert sum(found.left_out.values()) + len(found.event) == len(known.lessons)


def test_in_worlds_without_an_effect_the_interval_holds_zero_nineteen_times_in_twenty() -> None:
    found = [judged(world(seed)) for seed in range(WORLDS)]
    assert sum(one.low <= 0 <= one.high for one in found) >= 0.85 * WORLDS
    assert sum(one.p <= 0.05 for one in found) <= 0.15 * WORLDS
    # Neither way on the whole: their mean is no farther from 0 than chance takes it.
    effects = np.array([one.effect for one in found])
    assert abs(effects.mean()) < 3 * effects.std() / math.sqrt(WORLDS)


def test_of_a_fall_that_comes_by_itself_after_a_spike_matching_leaves_less_than_a_half() -> None:
    known = [world(seed, 400, after_spikes=True) for seed in range(WORLDS // 4)]
    falls = [np.average(one.after - one.before, weights=one.users) for one in map(matched, known)]
    left = np.mean([judged(one).effect for one in known])
    assert np.mean(falls) < -5
    assert abs(left) < 0.5 * abs(np.mean(falls))


def test_an_effect_that_is_there_is_found_and_is_gone_once_trainings_are_shuffled() -> None:
    known = world(5, 700, spared=0.4)
    real, blind = judged(known), judged(shuffled(known, np.random.default_rng(2)))
    found = matched(known)
    expected = -0.4 * np.average(found.before, weights=found.users)
    assert real.high < 0
    assert real.p < 0.01
    assert real.low < expected < real.high
    assert blind.low <= 0 <= blind.high


def test_shuffling_keeps_trainings_in_their_cells_and_their_number() -> None:
    known = world(3)
    other = shuffled(known, np.random.default_rng(1))
    assert (known.lessons[:, 1:] == other.lessons[:, 1:]).all()
    assert (known.cell[known.lessons[:, 0]] == other.cell[other.lessons[:, 0]]).all()
    assert (known.lessons[:, 0] != other.lessons[:, 0]).mean() > 0.8


def test_the_same_sets_give_the_same_numbers() -> None:
    assert judged(world(4)) == judged(world(4))


def three(lessons: list[tuple[int, int, int]], office: list[int] | None = None) -> Histories:
    """Three alike municipalities of ten users; the first asks twice before day 150 and once after it."""
    asked = np.zeros((3, 300), dtype=np.int64)
    asked[:, [100, 110]] = 1
    asked[0, 150:152] = 1  # the day of completion is not counted, the day after is
    users = np.full(3, 10.0)
    return histories(asked, np.array(lessons), users, np.zeros(3, dtype=np.int64), np.array(office or [0, 1, 2]))


def test_the_day_of_completion_belongs_to_neither_window() -> None:
    found = match(three([(0, 150, 1)]), np.ones(3, dtype=bool), (0, 299))
    assert (found.before.tolist(), found.after.tolist()) == ([20.0], [10.0])
    assert found.control.tolist() == [[1, 2, -1, -1, -1]]
    assert found.control_before[0, :2].tolist() == [20.0, 20.0]


@pytest.mark.parametrize(
    ("lessons", "office", "events", "reason"),
    [
        ([(0, 150, 1), (0, 150 - QUIET, 0)], None, 0, "soon_after"),
        ([(0, 150, 1), (0, 150 - QUIET - 1, 0)], None, 1, None),
        ([(0, 150, 1), (1, 100, 0)], [0, 0, 2], 0, "soon_after"),
        ([(0, WINDOW - 1, 1)], None, 0, "outside"),
        ([(0, 300 - WINDOW, 1)], None, 0, "outside"),
        ([(0, 150, 1), (1, 150 + WINDOW, 0), (2, 150 - QUIET, 0)], None, 0, "no_control"),
        ([(0, 150, 0)], None, 0, None),
    ],
    ids=["trained before", "long before", "office trained", "too early", "too late", "all trained", "no key user"],
)  # fmt: skip
def test_what_is_no_event_is_counted_by_its_reason(
    lessons: list[tuple[int, int, int]], office: list[int] | None, events: int, reason: str | None
) -> None:
    only = np.array([True, False, False])
    found = match(three(lessons, office), only, (0, 299))
    assert len(found.event) == events
    assert {name for name, count in found.left_out.items() if count} == ({reason} if reason else set())


def test_nothing_to_compare_gives_no_number() -> None:
    nobody = np.empty((0, NEIGHBOURS))
    found = estimate(Sets(np.empty(0), np.empty(0), nobody, np.empty(0, dtype=int), nobody.astype(int)))
    assert all(math.isnan(value) for value in (found.effect, found.low, found.high, found.p))
