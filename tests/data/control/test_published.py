"""The control charts give what the published programs give for the same series."""

from datetime import date

import numpy as np
import pytest

from data.control.chart import Aim, ControlChart, Rebase
from data.control.judge import judge
from data.control.limits import around
from data.control.rules import marks, run, trend, two_of_three
from data.control.xmr import xmr
from tests.data.control import published
from tests.data.control.series import of_counts, of_values

YEAR_TWO = Rebase(date(2017, 4, 1), "New way of counting", "analyst")


def limits(chart: ControlChart, at: int) -> list[float]:
    return [float(chart.points[name].iloc[at]) for name in ("centre", "lower", "upper")]


def test_limits_of_individual_values_are_those_of_the_nhs_package() -> None:
    chart = judge(of_values(published.ATTENDANCES), "xmr", "higher", Aim())

    assert limits(chart, 0) == pytest.approx(published.ATTENDANCES_LIMITS, abs=1e-5)
    assert not chart.points["signal"].any(), "the package calls every month common cause"
    assert chart.variation == "common"


def test_limits_are_computed_anew_from_a_day_on_as_the_nhs_package_does() -> None:
    chart = judge(of_values(published.ATTENDANCES), "xmr", "higher", Aim(), [YEAR_TWO])

    assert limits(chart, 11) == pytest.approx(published.ATTENDANCES_REBASED[0], abs=1e-5)
    assert limits(chart, 12) == pytest.approx(published.ATTENDANCES_REBASED[1], abs=1e-5)
    assert chart.points["segment"].tolist() == [0] * 12 + [1] * 24
    assert chart.rebases == (YEAR_TWO,)


def test_limits_of_twenty_random_values_are_those_printed_by_the_nhs_package() -> None:
    chart = judge(of_values(published.NORMAL), "xmr", "higher", Aim())

    assert limits(chart, 0) == pytest.approx(published.NORMAL_LIMITS, abs=0.01)  # of values printed to three digits
    assert chart.variation == "common"


def test_each_month_is_of_the_type_that_the_nhs_package_gives_it() -> None:
    values = np.array(published.PERFORMANCE)
    base = xmr(values[: published.PERFORMANCE_BASE], np.ones(published.PERFORMANCE_BASE))
    centre, _, upper = (np.full(len(values), line[0]) for line in base[:3])
    fixed = around(values, centre, upper - centre)

    assert [base.centre[0], base.lower[0], base.upper[0]] == pytest.approx(published.PERFORMANCE_LIMITS, abs=1e-6)
    met = marks(values, fixed)
    types = [
        "" if not rules else "improvement" if side > 0 else "concern"
        for rules, side in zip(met, fixed.side, strict=True)
    ]
    assert types == list(published.PERFORMANCE_TYPES)


def test_a_shift_of_the_performance_is_a_concern_when_its_limits_are_its_own() -> None:
    chart = judge(of_values(published.PERFORMANCE), "xmr", "higher", Aim(target=0.95))

    assert chart.assurance == "misses"
    assert set(chart.points["signal"]) >= {"improvement", "concern"}


def test_p_prime_limits_are_those_of_qicharts2() -> None:
    chart = judge(of_counts(*published.ACCIDENTS), "p_prime", "higher", Aim())

    assert chart.points["centre"].iloc[0] == pytest.approx(published.ACCIDENTS_CENTRE, abs=1e-12)
    assert chart.points["lower"].tolist() == pytest.approx(list(published.ACCIDENTS_LOWER), abs=1e-12)
    assert chart.points["near_upper"].iloc[[0, 3, 19]].tolist() == pytest.approx(
        list(published.ACCIDENTS_UPPER_NEAR), abs=1e-12
    )


def test_p_prime_limits_of_each_segment_are_those_of_qicharts2() -> None:
    frame = of_counts(*published.ACCIDENTS)
    rebase = Rebase(date.fromisoformat(frame["period"].iloc[10] + "-01"), "New triage", "management")

    chart = judge(frame, "p_prime", "higher", Aim(), [rebase])

    assert limits(chart, 9) == pytest.approx(published.ACCIDENTS_REBASED[0], abs=1e-12)
    assert limits(chart, 19) == pytest.approx(published.ACCIDENTS_REBASED[1], abs=1e-12)


def test_u_prime_limits_are_those_of_qicharts2() -> None:
    chart = judge(of_counts(*published.INFECTIONS, 2015, 1), "u_prime", "lower", Aim())

    for at, (lower, upper) in published.INFECTIONS_LIMITS.items():
        assert limits(chart, at) == pytest.approx([published.INFECTIONS_CENTRE, lower, upper], abs=1e-11)


def test_u_prime_limits_of_each_segment_are_those_of_qicharts2() -> None:
    rebase = Rebase(date(2016, 1, 1), "New screening", "management")

    chart = judge(of_counts(*published.INFECTIONS, 2015, 1), "u_prime", "lower", Aim(), [rebase])

    for at, (centre, lower, upper) in published.INFECTIONS_REBASED.items():
        assert limits(chart, at)[:2] == pytest.approx([centre, lower], abs=1e-11)
        assert upper is None or limits(chart, at)[2] == pytest.approx(upper, abs=1e-11)


# The package's own unit tests: which points of a sequence are marked.


@pytest.mark.parametrize(
    ("side", "marked"),
    [
        ([], []),
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [1] * 8 + [0]),
        ([-1] * 8 + [1], [1] * 8 + [0]),
        ([1] * 3 + [0] + [1] * 3, [0] * 7),
        ([0] * 9, [0] * 9),
    ],
)
def test_a_run_is_seven_or_more_on_one_side(side: list[int], marked: list[int]) -> None:
    assert run(np.array(side, dtype=float)).tolist() == [bool(one) for one in marked]


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([], []),
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [1] * 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] + [1] * 7 + [0]),
        ([7, 6, 5, 4, 3, 2, 1], [1] * 7),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [0] + [1] * 7 + [0]),
    ],
)
def test_a_trend_is_seven_points_that_each_rise_or_each_fall(values: list[float], marked: list[int]) -> None:
    assert trend(np.array(values, dtype=float)).tolist() == [bool(one) for one in marked]


@pytest.mark.parametrize(
    ("close", "side", "marked"),
    [
        ([], [], []),
        ([0, 0, 0], [1, 1, 1], [0, 0, 0]),
        ([1, 0, 1], [1, 1, 1], [1, 0, 1]),
        ([0, 1, 1], [1, 1, 1], [0, 1, 1]),
        ([1, 1, 0], [-1, -1, -1], [1, 1, 0]),
        ([1, 0, 0, 1], [1] * 4, [0, 0, 0, 0]),
        ([1, 0, 0, 1, 1], [1] * 5, [0, 0, 0, 1, 1]),
        ([1, 1, 0], [1, -1, -1], [0, 0, 0]),
        ([1, 1, 0], [1, 1, -1], [0, 0, 0]),
    ],
)
def test_two_of_three_are_near_a_limit_on_one_side(close: list[int], side: list[int], marked: list[int]) -> None:
    found = two_of_three(np.array(close, dtype=bool), np.array(side, dtype=float))
    assert found.tolist() == [bool(one) for one in marked]


def test_two_near_opposite_limits_are_usual_variation() -> None:
    values = [1.0, -1.0] * 7 + [5.5, -5.5]

    chart = judge(of_values(values), "xmr", "higher", Aim())

    assert chart.points["signal"].tail(2).tolist() == ["", ""]
