"""A series is judged as the method says, at its edges too: gaps, ties, short series, rebased limits, targets."""

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.control.assurance import assurance
from data.control.chart import Aim, Rebase
from data.control.judge import judge
from data.errors import BadRebase
from data.metrics.metric import Better
from tests.data.control import naive
from tests.data.control.series import of_counts, of_values

NONE = Aim()
STEADY = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 8.0, 10.0, 12.0, 9.0, 11.0, 10.0, 9.0]
REBASE = Rebase(date(2017, 5, 1), "New release", "management")


@pytest.mark.parametrize("seed", range(40))
def test_values_are_judged_as_a_naive_reading_of_the_method_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    drawn = random.normal(50, 8, 40) + np.where(np.arange(40) > 20, random.choice([0, 6, 12]), 0)
    values = [None if random.random() < 0.08 else round(float(one), 1) for one in drawn]

    chart = judge(of_values(values), "xmr", "higher", NONE)

    centre, lower, upper = naive.xmr_limits(values)
    assert chart.points[["centre", "lower", "upper"]].iloc[0].tolist() == pytest.approx([centre, lower, upper])
    assert [set(rules) for rules in chart.points["rules"]] == naive.marks(values, centre, lower, upper)


@pytest.mark.parametrize("seed", range(20))
def test_proportions_get_the_limits_of_a_naive_reading_of_laney(seed: int) -> None:
    random = np.random.default_rng(seed)
    below = [0 if random.random() < 0.1 else int(random.integers(300, 9000)) for _ in range(30)]
    above = [int(random.binomial(size, np.clip(random.normal(0.8, 0.02), 0, 1))) for size in below]

    points = judge(of_counts(above, below), "p_prime", "higher", NONE).points

    share, limits = naive.p_limits(above, below)
    assert points["centre"].dropna().tolist() == pytest.approx([share] * len(points))
    for found, expected in zip(points[["lower", "upper"]].to_numpy(), limits, strict=True):
        if expected is None:
            assert np.isnan(found).all()
        else:
            assert found.tolist() == pytest.approx(expected)


def test_fewer_than_thirteen_values_are_too_early_but_have_trial_limits() -> None:
    short = judge(of_values([*STEADY[:11], 99.0]), "xmr", "higher", Aim(target=5))
    enough = judge(of_values([*STEADY, 99.0][1:]), "xmr", "higher", Aim(target=5))

    assert (short.variation, short.assurance, short.side) == ("too_early", "too_early", None)
    assert not short.points["signal"].any()
    assert short.points["upper"].notna().all()
    assert (enough.variation, enough.side) == ("improvement", "high")


@pytest.mark.parametrize(("count", "has_limits"), [(0, False), (1, False), (2, True)])
def test_limits_are_given_from_two_values_on(count: int, has_limits: bool) -> None:
    chart = judge(of_values(STEADY[:count]), "xmr", "higher", NONE)

    assert chart.variation == "too_early"
    assert chart.points["upper"].notna().any() == has_limits
    assert (chart.last is None) == (count == 0)


def test_gaps_do_not_make_a_series_long_enough() -> None:
    values = [*STEADY[:12], None, None]
    assert judge(of_values(values), "xmr", "higher", NONE).variation == "too_early"


def test_a_gap_neither_breaks_a_run_nor_counts_in_it() -> None:
    high = [16.0, 14.0, 15.0, None, 16.0, 14.0, 15.0]
    low = [5.0, 4.0, 6.0, 5.0, 4.0, 6.0, 5.0]

    six = judge(of_values(low + high), "xmr", "higher", NONE).points["rules"]
    seven = judge(of_values([*low, *high, 16.0]), "xmr", "higher", NONE).points["rules"]

    assert not any("run" in rules for rules in six.iloc[7:])
    assert ["run" in rules for rules in seven.iloc[7:]] == [True, True, True, False, True, True, True, True]


def test_no_moving_range_spans_a_gap() -> None:
    values = [10.0, 11.0, 10.0, None, 30.0, 31.0, 30.0]

    chart = judge(of_values(values), "xmr", "higher", NONE)

    assert (chart.points["upper"] - chart.points["centre"]).iloc[0] == pytest.approx(2.66)


def test_a_gap_has_no_value_no_rule_and_no_signal_and_the_last_value_is_judged() -> None:
    chart = judge(of_values([*STEADY, 99.0, None]), "xmr", "lower", NONE)

    assert chart.points.iloc[-1][["value"]].isna().all()
    assert chart.points["rules"].iloc[-1] == ()
    assert chart.variation == "concern"
    assert chart.last is not None
    assert chart.last["value"] == 99.0


@pytest.mark.parametrize("constant", [0.0, 0.1, 1 / 49, 3.3e11, 1.0])
def test_a_constant_series_is_usual_variation(constant: float) -> None:
    chart = judge(of_values([constant] * 49), "xmr", "higher", Aim(target=constant))

    assert (chart.variation, chart.assurance) == ("common", "meets")
    assert chart.points["upper"].iloc[0] == pytest.approx(constant)


@pytest.mark.parametrize("share", [0, 40])
def test_a_proportion_that_never_varies_is_usual_variation(share: int) -> None:
    chart = judge(of_counts([share] * 20, [40] * 20), "p_prime", "higher", Aim(target=1.0))

    assert chart.variation == "common"
    assert chart.points[["lower", "upper"]].notna().all(axis=None)


def test_seven_points_on_the_centre_are_no_run() -> None:
    chart = judge(of_values([8.0, 12.0] * 4 + [10.0] * 8), "xmr", "higher", NONE)

    assert chart.points["centre"].iloc[0] == 10.0
    assert not any("run" in rules for rules in chart.points["rules"])


def test_a_series_that_stands_still_but_for_a_few_months_is_not_outside_its_limits_when_it_stands_still() -> None:
    values = [0.0] * 20 + [5.0] + [0.0] * 5 + [6.0] + [0.0] * 8

    chart = judge(of_values(values), "xmr", "lower", NONE, least=0.0)

    assert "outside" not in chart.points["rules"].iloc[-1]
    assert "outside" in chart.points["rules"].iloc[20]


def test_what_is_screened_out_is_the_exception_and_never_the_process() -> None:
    spikes = [0.0, 0.0, 1.0, 0.0, 40.0, 0.0, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0, 2.0, 0.0, 0.0, 50.0, 1.0, 0.0, 0.0, 0.0]
    values = spikes + [0.0] * 6

    points = judge(of_values(values), "xmr", "lower", NONE, least=0.0).points

    assert points["lower"].iloc[0] == 0.0, "nothing is below what the figure is in most months"
    assert not any("outside" in rules for rules, value in zip(points["rules"], values, strict=True) if value < 10)


def test_the_floor_of_a_figure_changes_no_signal() -> None:
    random = np.random.default_rng(5)
    for values in (random.exponential(3, 30) for _ in range(30)):
        bare = judge(of_values(values.tolist()), "xmr", "lower", NONE).points
        floored = judge(of_values(values.tolist()), "xmr", "lower", NONE, least=0.0).points
        assert (floored["lower"] >= 0).all()
        assert floored["rules"].tolist() == bare["rules"].tolist()


# --- proportions and rates ------------------------------------------------------------------------------------------


def test_zero_denominators_are_gaps_and_move_nothing() -> None:
    random = np.random.default_rng(3)
    below = np.full(30, 500)
    above = random.binomial(500, 0.9, 30)
    holes = below.copy()
    holes[[4, 5, 20]] = 0

    whole = judge(of_counts(np.delete(above, [4, 5, 20]), np.delete(below, [4, 5, 20])), "p_prime", "higher", NONE)
    holed = judge(of_counts(np.where(holes, above, 0), holes), "p_prime", "higher", NONE)

    assert holed.points["value"].isna().sum() == 3
    assert holed.points["lower"].isna().tolist() == holed.points["value"].isna().tolist()
    assert holed.points["centre"].iloc[0] == pytest.approx(whole.points["centre"].iloc[0])


@pytest.mark.parametrize("kind", ["p_prime", "u_prime"])
def test_nothing_but_zero_denominators_is_too_early(kind: str) -> None:
    chart = judge(of_counts([0] * 15, [0] * 15), kind, "higher", Aim(target=0.9))  # type: ignore[arg-type]

    assert (chart.variation, chart.last) == ("too_early", None)


def test_limits_of_proportions_stay_within_nought_and_one() -> None:
    random = np.random.default_rng(11)
    for _ in range(200):
        below = random.integers(0, 30, 20)
        points = judge(of_counts(random.binomial(below, random.random()), below), "p_prime", "higher", NONE).points
        lines = points[["centre", "lower", "upper", "near_lower", "near_upper"]]
        assert ((lines >= 0) | lines.isna()).all(axis=None)
        assert ((lines <= 1) | lines.isna()).all(axis=None)
        inside = points.dropna(subset=["upper"])
        assert (inside["lower"] <= inside["near_lower"] + 1e-12).all()
        assert (inside["near_upper"] <= inside["upper"] + 1e-12).all()


def test_limits_of_proportions_are_narrower_where_the_denominator_is_larger() -> None:
    random = np.random.default_rng(2)
    below = np.array([400, 1600] * 12)
    points = judge(of_counts(random.binomial(below, 0.7), below), "p_prime", "higher", NONE).points

    widths = (points["upper"] - points["centre"]).tolist()
    assert widths[0] == pytest.approx(2 * widths[1])


def test_one_failure_of_a_service_that_hardly_fails_is_no_signal_but_many_are() -> None:
    below = [25] * 24
    one = judge(of_counts([25] * 23 + [24], below), "p_prime", "higher", NONE)
    many = judge(of_counts([25] * 23 + [20], below), "p_prime", "higher", NONE)

    assert one.variation == "common"
    assert (many.variation, many.side) == ("concern", "low")


def test_a_rate_of_rare_events_is_judged_against_what_chance_brings() -> None:
    quiet = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0]
    usual = judge(of_counts([*quiet, 1], [1] * 20), "u_prime", "lower", NONE)
    unusual = judge(of_counts([*quiet, 6], [1] * 20), "u_prime", "lower", NONE)

    assert usual.variation == "common"
    assert not usual.points["signal"].any()
    assert unusual.variation == "concern"


# --- directions and targets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "aim", "last", "expected"),
    [
        ("higher", NONE, 99.0, "improvement"),
        ("higher", NONE, -99.0, "concern"),
        ("lower", NONE, 99.0, "concern"),
        ("lower", NONE, -99.0, "improvement"),
        ("neutral", NONE, 99.0, "shift"),
        ("band", NONE, 99.0, "shift"),
        ("band", Aim(lower=5, upper=20), 99.0, "concern"),
        ("band", Aim(lower=5, upper=20), -99.0, "concern"),
        ("band", Aim(lower=50, upper=120), 99.0, "improvement"),
        ("band", Aim(lower=0, upper=120), 99.0, "shift"),
    ],
)
def test_a_signal_is_good_or_bad_by_the_direction_of_the_figure(
    better: Better, aim: Aim, last: float, expected: str
) -> None:
    chart = judge(of_values([*STEADY, *STEADY, last]), "xmr", better, aim)

    assert chart.variation == expected
    assert chart.points["signal"].iloc[-1] == expected


@pytest.mark.parametrize(
    ("better", "target", "expected"),
    [
        ("higher", 0.89, "meets"),
        ("higher", 0.90, "meets"),
        ("higher", 0.900000001, "hit_or_miss"),
        ("higher", 0.96, "hit_or_miss"),
        ("higher", 0.960000001, "misses"),
        ("lower", 0.97, "meets"),
        ("lower", 0.96, "meets"),
        ("lower", 0.959999999, "hit_or_miss"),
        ("lower", 0.90, "hit_or_miss"),
        ("lower", 0.899999999, "misses"),
        ("neutral", 0.5, "no_target"),
        ("higher", None, "no_target"),
    ],
)
def test_equality_with_the_target_meets_it(better: Better, target: float | None, expected: str) -> None:
    assert assurance(0.90, 0.96, better, Aim(target=target)) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.90, 0.96, "meets"),
        (0.91, 0.95, "meets"),
        (0.89, 0.91, "hit_or_miss"),
        (0.95, 0.99, "hit_or_miss"),
        (0.80, 0.99, "hit_or_miss"),
        (0.96, 0.99, "hit_or_miss"),
        (0.10, 0.899, "misses"),
        (0.9601, 1.2, "misses"),
    ],
)
def test_a_band_is_met_within_and_missed_outside(lower: float, upper: float, expected: str) -> None:
    assert assurance(lower, upper, "band", Aim(lower=0.90, upper=0.96)) == expected


def test_a_target_is_judged_at_the_limits_of_the_last_value() -> None:
    below = [100] * 20 + [10_000]
    above = [90, 88, 92, 91, 89] * 4 + [9_000]
    chart = judge(of_counts(above, below), "p_prime", "higher", Aim(target=0.85))

    last = chart.last
    assert last is not None
    assert chart.assurance == ("meets" if last["lower"] >= 0.85 else "hit_or_miss")
    assert chart.points["lower"].iloc[0] < 0.85 <= last["lower"]


# --- rebased limits -------------------------------------------------------------------------------------------------


def test_a_segment_begins_with_the_first_whole_period_on_or_after_the_day() -> None:
    frame = of_values(STEADY + [one + 20 for one in STEADY])

    on_the_first = judge(frame, "xmr", "higher", NONE, [REBASE]).points["segment"].tolist()
    a_day_later = judge(frame, "xmr", "higher", NONE, [Rebase(date(2017, 5, 2), "New release", "management")])

    assert on_the_first == [0] * 13 + [1] * 13
    assert a_day_later.points["segment"].tolist() == [0] * 14 + [1] * 12
    assert a_day_later.variation == "too_early", "twelve values only since the limits began anew"


def test_assurance_is_that_of_the_last_segment() -> None:
    frame = of_values(STEADY + [one + 20 for one in STEADY])

    assert judge(frame, "xmr", "higher", Aim(target=20)).assurance == "hit_or_miss"
    assert judge(frame, "xmr", "higher", Aim(target=20), [REBASE]).assurance == "meets"


def test_no_run_reaches_over_a_rebase() -> None:
    frame = of_values([10.0, 12.0] * 6 + [9.0, *STEADY, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0])
    rebase = Rebase(date(2018, 8, 1), "New release", "management")

    before = judge(frame, "xmr", "higher", NONE)
    after = judge(frame, "xmr", "higher", NONE, [rebase])

    assert before.variation == "improvement"
    assert after.variation == "too_early"


@pytest.mark.parametrize("day", [date(2010, 1, 1), date(2016, 4, 1), date(2030, 1, 1)])
def test_a_rebase_outside_the_series_has_no_effect(day: date) -> None:
    chart = judge(of_values(STEADY), "xmr", "higher", NONE, [Rebase(day, "Elsewhere", "management")])

    assert chart.rebases == ()
    assert set(chart.points["segment"]) == {0}


def test_rebases_take_effect_in_their_order_and_once_a_day() -> None:
    later = Rebase(date(2018, 6, 1), "Later", "management")
    again = Rebase(date(2017, 4, 20), "Same month", "analyst")
    chart = judge(of_values(STEADY * 3), "xmr", "higher", NONE, [later, REBASE, again])

    assert chart.rebases == (again, later)
    assert sorted(set(chart.points["segment"])) == [0, 1, 2]


@pytest.mark.parametrize(("reason", "name"), list(itertools.product(["", "  ", "Because"], ["", " ", "management"])))
def test_limits_begin_anew_only_with_a_reason_and_a_name(reason: str, name: str) -> None:
    rebase = Rebase(date(2017, 1, 1), reason, name)
    if reason.strip() and name.strip():
        assert judge(of_values(STEADY), "xmr", "higher", NONE, [rebase]).rebases == (rebase,)
        return
    with pytest.raises(BadRebase, match="need the reason and the name"):
        judge(of_values(STEADY), "xmr", "higher", NONE, [rebase])


def test_a_quarterly_series_is_judged_too() -> None:
    frame = of_values(STEADY).assign(period=[f"{2015 + at // 4}-Q{at % 4 + 1}" for at in range(13)])
    chart = judge(frame, "xmr", "higher", NONE, [Rebase(date(2017, 2, 1), "New", "management")])

    assert chart.points["segment"].tolist() == [0] * 9 + [1] * 4


def test_the_series_handed_in_is_left_as_it_was() -> None:
    frame = of_values(STEADY)
    before = frame.copy(deep=True)
    judge(frame, "xmr", "higher", NONE)

    pd.testing.assert_frame_equal(frame, before)


# --- months that judge nothing ---------------------------------------------------------------------------------------


def test_periods_before_the_data_reach_back_far_enough_are_shown_and_judge_nothing() -> None:
    values = [0.0, *STEADY, *STEADY]
    begun = judge(of_values(values, 2024, 1), "xmr", "lower", NONE, settled_on=date(2024, 2, 1))
    without = judge(of_values(values[1:], 2024, 2), "xmr", "lower", NONE)

    assert judge(of_values(values, 2024, 1), "xmr", "lower", NONE).points["signal"].iloc[0] == "improvement"
    assert begun.points["signal"].iloc[0] == ""
    assert begun.points["value"].iloc[0] == 0.0
    assert begun.points["upper"].iloc[1:].tolist() == without.points["upper"].tolist()
    assert (begun.unsettled, begun.variation) == (1, without.variation)


def test_however_many_they_are_they_judge_nothing() -> None:
    chart = judge(
        of_values([*STEADY, *STEADY, 99.0], 2024, 1), "xmr", "lower", Aim(target=1), settled_on=date(2030, 1, 1)
    )

    assert (chart.variation, chart.assurance) == ("too_early", "too_early")
    assert not chart.points["signal"].any()


def test_a_rebase_on_the_very_day_still_takes_effect() -> None:
    rebase = Rebase(date(2024, 2, 1), "new contract", "service manager")
    chart = judge(of_values([5.0, *STEADY], 2024, 1), "xmr", "lower", NONE, [rebase], settled_on=date(2024, 2, 1))

    assert chart.rebases == (rebase,)
    assert chart.points["segment"].tolist() == [0, *[1] * len(STEADY)]


def test_a_rise_into_a_usual_peak_is_no_trend() -> None:
    flat = np.array([10.0, 12.0] * 18)
    peaks = {period: "tax" for period in of_values(flat, 2024, 1)["period"] if period.endswith("-07")}
    factor = np.where([period in peaks for period in of_values(flat, 2024, 1)["period"]], 3.0, 1.0)
    values = flat * factor
    values[24:31] = [10.0, 10.2, 10.4, 10.6, 10.8, 11.0, 28.0]  # six rise, and a peak that is as usual

    chart = judge(of_values(values, 2024, 1), "xmr", "lower", NONE, peaks=peaks)

    assert chart.seasonal
    assert "trend" not in chart.points["rules"].iloc[30]
