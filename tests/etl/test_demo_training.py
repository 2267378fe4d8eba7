"""The effect of training in the sample: a key user's colleagues ask less for a while, and nothing else changes."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from etl.demo import intake
from etl.demo.facts import SERVICES
from etl.demo.plan import make_plan
from etl.demo.training import LEARNT_DAYS, SPARED, Lessons, lessons
from etl.demo.world import World, build_world

ADO, GAZD = SERVICES.index("ADO"), SERVICES.index("GAZD")
DAY = np.datetime64("2026-03-10")


@pytest.fixture(scope="module")
def country() -> World:
    return build_world(make_plan(1, 1, 1, date(2026, 10, 31)).rng("world"), 60)


@pytest.fixture(scope="module")
def learnt() -> Lessons:
    rows = pd.DataFrame(
        {
            "member": [3, 4, 5], "service": ["ADO", "ADO", "GAZD"], "role": ["key_user", "contact_person", "key_user"],
            "completed_on": pd.to_datetime(["2026-03-10", "2026-03-10", None]),
        }
    )  # fmt: skip
    return lessons(rows)


@pytest.mark.parametrize(
    ("member", "service", "days", "expected"),
    [
        (3, ADO, 1, True), (3, ADO, LEARNT_DAYS, True), (3, ADO, LEARNT_DAYS + 1, False), (3, ADO, 0, False),
        (3, ADO, -1, False), (3, GAZD, 1, False), (2, ADO, 1, False), (4, ADO, 1, False), (5, GAZD, 1, False),
        (-1, ADO, 1, False),
    ],
)  # fmt: skip
def test_what_was_learnt_lasts_from_the_day_after_the_course(learnt, member, service, days, expected):
    found = learnt.learnt(np.array([member]), np.array([service]), np.array([DAY + days]))
    assert found.tolist() == [expected]


def test_some_questions_of_those_who_have_learnt_are_asked_by_others(country, learnt):
    count = 6_000
    opened = np.repeat((DAY + np.array([10, 200])).astype("datetime64[s]"), count // 2)
    tickets = pd.DataFrame({"municipality": 3, "service": ADO, "category": 0, "channel": 0, "opened_at": opened})
    others = tickets.assign(category=1)
    machine = tickets.assign(channel=intake.MONITORING)
    random = np.random.default_rng(1)

    moved = intake.spared(tickets, country, learnt, random) != 3

    assert moved[: count // 2].mean() == pytest.approx(SPARED, abs=0.04)
    assert not moved[count // 2 :].any()
    for kept in (others, machine):
        assert (intake.spared(kept, country, learnt, random) == 3).all()


def test_without_any_course_nobody_has_learnt(country):
    assert not Lessons(np.empty(0, dtype=np.int64)).learnt(np.array([1]), np.array([ADO]), np.array([DAY])).any()
