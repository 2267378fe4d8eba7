"""Spells, against a plain loop over days."""

import random

import pandas as pd
import pytest

from data.adoption.spells import FOREVER, held, on_day

LAST = 40


def told(rows: list[tuple[int, int, int]], least: int, key: int) -> list[tuple[int, int]]:
    """The spells of a key, a day at a time; what holds on the last day lasts."""
    found, first = [], None
    for day in range(LAST + 1):
        holds = sum(one == key and begin <= day < end for one, begin, end in rows) >= least
        if holds and first is None:
            first = day
        if not holds and first is not None:
            found.append((first, day))
            first = None
    return found if first is None else [*found, (first, FOREVER)]


@pytest.mark.parametrize("least", [1, 2, 3])
def test_spells_are_the_days_on_which_so_many_hold_at_once(least):
    chance = random.Random(3)
    for _ in range(40):
        rows = []
        for _ in range(chance.randrange(9)):
            first = chance.randrange(LAST)
            rows.append((chance.randrange(2), first, chance.choice([FOREVER, first + chance.randrange(-1, 12)])))
        rows = [(key, first, end if end < LAST else FOREVER) for key, first, end in rows]

        spells = held(pd.DataFrame(rows, columns=["key", "first", "after"], dtype="int64"), least)

        for key in (0, 1):
            mine = spells[spells["key"] == key]
            assert list(zip(mine["first"], mine["after"], strict=True)) == told(rows, least, key), rows


def test_a_day_says_when_a_state_began_since_when_it_holds_and_when_it_was_left():
    spells = pd.DataFrame({"key": [0, 0, 1, 2], "first": [1, 5, 2, 9], "after": [3, FOREVER, 4, 12]})

    said = on_day(spells, day=6, size=4)

    day = pd.Timestamp(1970, 1, 1) + pd.to_timedelta(range(10), unit="D")
    nothing = pd.NaT
    assert said["began"].tolist() == [day[1], day[2], nothing, nothing]
    assert said["since"].tolist() == [day[5], nothing, nothing, nothing]
    assert said["left"].tolist() == [nothing, day[4], nothing, nothing]
