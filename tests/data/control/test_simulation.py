"""How often control charts cry wolf, and how often they see the wolf: seeded simulation of series of known make.

Rates are of points, or of series whose last point is a signal, as the scorecard reads them. The bounds leave room of
about three standard errors; a stable process of normal values has about 5 in 100 points in some rule, nearly all of
them in runs, as the four rules are known to have.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.control.chart import Aim, ControlChart, Kind, Rebase
from data.control.judge import judge
from data.control.limits import Numbers
from data.control.rules import marks
from data.control.season import season
from data.control.shares import p_prime, u_prime
from data.control.xmr import xmr
from tests.data.control.series import months, of_counts, of_values

SERIES = 200
MONTHS = 36
PERIODS = months(MONTHS, 2022, 1)
Draw = tuple[Numbers, Numbers]  # numerators, denominators
Make = Callable[[np.random.Generator], Draw]
LIMITS = {"p_prime": p_prime, "u_prime": u_prime, "xmr": lambda values, _, factor: xmr(values, factor)}


def rates(make: Make, kind: Kind, peaks: dict[str, str] | None = None) -> tuple[float, float, float]:
    """Share of points in a rule, of points outside the limits, of series whose last point is a signal."""
    random = np.random.default_rng(20_251_123)
    found = []
    for _ in range(SERIES):
        above, below = make(random)
        factor = season(PERIODS, above / below, peaks, np.zeros(MONTHS))
        found.append(marks(above / below, LIMITS[kind](above, below, factor), factor))
    rules = [rules for series in found for rules in series]
    return (
        float(np.mean([bool(one) for one in rules])),
        float(np.mean(["outside" in one for one in rules])),
        float(np.mean([bool(series[-1]) for series in found])),
    )


def normal(shift: float = 0.0) -> Make:
    def make(random: np.random.Generator) -> Draw:
        values = random.normal(100, 10, MONTHS)
        values[-8:] += 10 * shift
        return values, np.ones(MONTHS)

    return make


def binomial(size: int, share: float, between: float = 0.0) -> Make:
    def make(random: np.random.Generator) -> Draw:
        shares = np.clip(random.normal(share, between, MONTHS), 0, 1)
        return random.binomial(size, shares).astype(float), np.full(MONTHS, float(size))

    return make


def poisson(mean: float) -> Make:
    return lambda random: (random.poisson(mean, MONTHS).astype(float), np.ones(MONTHS))


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (normal(), "xmr"),
        (binomial(100_000, 0.9), "p_prime"),
        (binomial(3_000, 0.9), "p_prime"),
        (binomial(300, 0.6), "p_prime"),
        (binomial(50_000, 0.9, between=0.02), "p_prime"),
        (poisson(1_000), "u_prime"),
        (poisson(20), "u_prime"),
    ],
    ids=["normal", "very large", "large", "medium", "overdispersed", "frequent", "twenty a month"],
)
def test_a_stable_process_is_seldom_signalled(make: Make, kind: Kind) -> None:
    points, outside, last = rates(make, kind)

    assert points < 0.07
    assert outside < 0.008
    assert last < 0.05


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (binomial(50, 0.9), "p_prime"),
        (binomial(20, 0.98), "p_prime"),
        (binomial(5, 0.9), "p_prime"),
        (binomial(3, 0.5), "p_prime"),
        (binomial(1_000, 0.999), "p_prime"),
        (poisson(0.1), "u_prime"),
        (poisson(1), "u_prime"),
        (poisson(4), "u_prime"),
    ],
    ids=[
        "fifty",
        "hardly any failure",
        "five",
        "three",
        "one in a thousand",
        "one in ten months",
        "one a month",
        "four",
    ],
)
def test_a_stable_process_of_small_numbers_is_no_more_often_signalled(make: Make, kind: Kind) -> None:
    points, outside, last = rates(make, kind)

    assert points < 0.06
    assert outside < 0.006
    assert last < 0.05


@pytest.mark.parametrize(("shift", "least"), [(1.0, 0.15), (2.0, 0.65), (3.0, 0.95)])
def test_a_shift_of_eight_months_is_seen(shift: float, least: float) -> None:
    assert rates(normal(shift), "xmr")[2] > least


def test_a_larger_shift_is_seen_more_often() -> None:
    seen = [rates(normal(shift), "xmr")[2] for shift in (0.0, 1.0, 2.0)]
    assert seen[0] < 0.05 < seen[1] < seen[2]


def test_a_fall_of_a_proportion_is_seen_the_sooner_the_larger_the_numbers() -> None:
    def fallen(size: int) -> Make:
        def make(random: np.random.Generator) -> Draw:
            shares = np.where(np.arange(MONTHS) < MONTHS - 8, 0.92, 0.88)
            return random.binomial(size, shares).astype(float), np.full(MONTHS, float(size))

        return make

    seen = [rates(fallen(size), "p_prime")[2] for size in (60, 600, 6_000)]
    assert seen[0] < seen[1] < seen[2]
    assert seen[2] > 0.99


# --- the peaks of the year ------------------------------------------------------------------------------------------

KINDS = {"03": "tax", "05": "tax", "09": "tax", "12": "closing", "01": "closing"}
REPORTS = {"04": "report", "07": "report", "10": "report"}
SIZES = {"tax": 1.6, "closing": 1.25, "report": 1.0}
PEAKS = {period: (KINDS | REPORTS)[period[5:]] for period in PERIODS if period[5:] in KINDS | REPORTS}


def seasonal(random: np.random.Generator) -> Draw:
    sizes = np.array([SIZES.get(PEAKS.get(period, ""), 1.0) for period in PERIODS])
    return random.normal(1_000, 60, MONTHS) * sizes, np.ones(MONTHS)


def flat(random: np.random.Generator) -> Draw:
    return random.normal(1_000, 60, MONTHS), np.ones(MONTHS)


def drawn(random: np.random.Generator) -> pd.DataFrame:
    return of_values(seasonal(random)[0].tolist(), 2022, 1)


@pytest.mark.parametrize("make", [seasonal, flat], ids=["with peaks", "without peaks"])
def test_a_seasonal_baseline_cries_wolf_hardly_more_often_than_none_on_flat_data(make: Make) -> None:
    without = rates(flat, "xmr")
    found = rates(make, "xmr", PEAKS)

    assert found[0] < without[0] + 0.03
    assert found[2] < without[2] + 0.04


def test_a_usual_peak_is_usual_variation_and_an_unusual_one_is_not() -> None:
    random = np.random.default_rng(4)
    seen, usual = [], []
    for _ in range(60):
        frame = drawn(random).iloc[:27]  # to March of the third year, a tax peak
        usual.append(judge(frame, "xmr", "neutral", Aim(), peaks=PEAKS).variation == "common")
        frame.loc[26, ["value", "numerator"]] = 2_600.0
        seen.append("outside" in judge(frame, "xmr", "neutral", Aim(), peaks=PEAKS).points["rules"].iloc[-1])

    assert np.mean(usual) > 0.9
    assert np.mean(seen) > 0.9


def test_without_a_seasonal_baseline_a_shift_hides_behind_the_peaks() -> None:
    def shifted(random: np.random.Generator) -> Draw:
        values, ones = seasonal(random)
        return np.where(np.arange(MONTHS) < MONTHS - 8, values, values * 1.2), ones

    assert rates(shifted, "xmr")[2] < 0.2
    assert rates(shifted, "xmr", PEAKS)[2] > 0.8


def test_a_peak_seen_in_one_year_only_has_no_factor() -> None:
    frame = of_values([100.0] * 10 + [160.0] + [100.0] * 9, 2022, 5)
    only_year = {"2023-03": "tax"}
    chart = judge(frame, "xmr", "neutral", Aim(), peaks=only_year)

    assert set(chart.points["factor"]) == {1.0}
    assert not chart.seasonal


def test_limits_of_a_peak_are_those_of_ordinary_months_times_its_factor() -> None:
    random = np.random.default_rng(8)
    chart = judge(drawn(random), "xmr", "neutral", Aim(), peaks=PEAKS)
    points = chart.points.set_index("period")

    assert chart.seasonal
    assert points.loc["2024-03", "factor"] == pytest.approx(1.6, abs=0.12)
    for line in ("centre", "lower", "upper", "near_upper"):
        assert points.loc["2024-03", line] == pytest.approx(
            points.loc["2024-02", line] * points.loc["2024-03", "factor"]
        )
    assert points.loc["2024-03", "factor"] == points.loc["2022-09", "factor"], "a kind has one factor"


def test_a_season_goes_on_when_limits_begin_anew() -> None:
    random = np.random.default_rng(8)
    chart = judge(
        drawn(random), "xmr", "neutral", Aim(), [Rebase(date(2023, 10, 1), "New portal", "management")], PEAKS
    )

    assert chart.points.set_index("period").loc["2024-03", "factor"] > 1.3


# --- outages: minutes that come in bunches ---------------------------------------------------------------------------

AGREED = 11_000  # minutes of service a month


def outages(generator: np.random.Generator, monthly: Sequence[float]) -> np.ndarray:
    """Minutes down a month: so many outages by chance, each of some two hours."""
    lost = [generator.gamma(2, 60, count).sum().round() for count in generator.poisson(monthly)]
    return np.minimum(np.array(lost), AGREED)


def of_availability(lost: np.ndarray, bunched: bool = True) -> ControlChart:
    up = of_counts(AGREED - lost, np.full(len(lost), AGREED))
    return judge(up, "p_prime", "higher", Aim(target=0.995), bunched=bunched)


@pytest.mark.parametrize("monthly", [0.1, 0.3, 1.0, 3.0])
def test_a_service_that_fails_now_and_then_is_seldom_signalled(monthly: float) -> None:
    generator = np.random.default_rng(11)
    charts = [of_availability(outages(generator, [monthly] * 36)) for _ in range(150)]

    assert np.mean([(chart.points["signal"] != "").mean() for chart in charts]) < 0.03


def test_minute_by_minute_its_perfect_months_would_be_an_improvement() -> None:
    generator = np.random.default_rng(11)
    charts = [of_availability(outages(generator, [0.3] * 36), bunched=False) for _ in range(50)]

    assert np.mean([(chart.points["signal"] != "").mean() for chart in charts]) > 0.3


def test_five_times_as_many_outages_are_seen() -> None:
    generator = np.random.default_rng(11)
    charts = [of_availability(outages(generator, [1.0] * 28 + [5.0] * 8)) for _ in range(100)]

    assert np.mean([(chart.points["signal"].tail(8) == "concern").any() for chart in charts]) > 0.7
