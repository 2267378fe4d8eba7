"""Funnel plots: exact limits, over-dispersion, and simulated worlds in which no unit differs."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, binom, nbinom, poisson

from data.comparison.dispersion import of_rates, of_shares
from data.comparison.funnel import LIMITS, funnel, limits

SIGNAL = 0.001
CLASSES = ((1, 5), (5, 20), (20, 100), (100, 5001))


def proportions(numerator, denominator):
    return funnel(pd.DataFrame({"numerator": numerator, "denominator": denominator}), "proportion")


def rates(numerator, denominator):
    return funnel(pd.DataFrame({"numerator": numerator, "denominator": denominator}), "rate")


@pytest.mark.parametrize("target", [0.03, 0.5, 0.95])
@pytest.mark.parametrize(("size", "rho"), [(1, 0), (2, 0.1), (7, 0), (7, 0.05), (60, 0), (60, 0.3), (1000, 0.01)])
def test_a_share_is_outside_where_it_or_one_further_out_is_rarer_than_one_in_a_thousand(target, size, rho):
    law = betabinom(size, target * (1 / rho - 1), (1 - target) * (1 / rho - 1)) if rho else binom(size, target)
    ends = limits(np.array([float(size)]), "proportion", target, rho).iloc[0]

    for count in range(size + 1):
        value = count / size
        assert (value < ends["lower_998"]) == (law.cdf(count) < SIGNAL), count
        assert (value > ends["upper_998"]) == (law.sf(count - 1) < SIGNAL), count


@pytest.mark.parametrize(("mean", "spread"), [(0.2, 0), (3.0, 0), (3.0, 0.2), (80.0, 0), (80.0, 0.05)])
def test_a_rate_is_outside_where_its_count_or_one_further_out_is_rarer_than_one_in_a_thousand(mean, spread):
    law = nbinom(1 / spread, 1 / (1 + mean * spread)) if spread else poisson(mean)
    ends = limits(np.array([mean / 2]), "rate", 2.0, spread).iloc[0] * mean / 2

    for count in range(int(mean * 5) + 10):
        assert (count < ends["lower_998"]) == (law.cdf(count) < SIGNAL), count
        assert (count > ends["upper_998"]) == (law.sf(count - 1) < SIGNAL), count


def test_limits_narrow_with_size_and_hold_the_target():
    sizes = np.geomspace(5, 5000, 40)
    ends = limits(sizes, "rate", 0.3)

    assert (ends["upper_998"].diff().dropna() < 0).all()
    assert (ends["lower_998"].diff().dropna() >= 0).all()
    assert ((ends["lower_998"] <= ends["lower_95"]) & (ends["upper_95"] <= ends["upper_998"])).all()
    assert ends["lower_95"].lt(0.3).all()
    assert ends["upper_95"].gt(0.3).all()


def test_dispersion_is_spiegelhalters():
    """The vector of FunnelPlotR's own tests, computed step by step as it does (R's default quantiles)."""
    counts, sizes = [100, 150, 180, 80, 120, 225], [108, 212, 265, 95, 200, 320]
    theta = math.asin(math.sqrt(sum(counts) / sum(sizes)))
    z = [(math.asin(math.sqrt(r / n)) - theta) * 2 * math.sqrt(n) for r, n in zip(counts, sizes, strict=True)]
    ordered = sorted(z)
    low, high = ordered[0] + 0.5 * (ordered[1] - ordered[0]), ordered[4] + 0.5 * (ordered[5] - ordered[4])
    phi = sum(min(max(one, low), high) ** 2 for one in z) / 6
    weights = [4 * n for n in sizes]
    tau2 = (6 * phi - 5) / (sum(weights) - sum(w * w for w in weights) / sum(weights))

    found = of_shares(np.array(counts, dtype=float), np.array(sizes, dtype=float))

    assert (found.phi, found.tau2) == pytest.approx((phi, tau2))
    assert list(found.z) == pytest.approx(z)


def test_dispersion_of_rates_is_of_the_root_of_observed_over_expected():
    counts, sizes = [10, 30, 22, 60], [100.0, 200.0, 300.0, 400.0]
    z = [2 * (math.sqrt(r) - math.sqrt(n * 0.122)) for r, n in zip(counts, sizes, strict=True)]

    assert list(of_rates(np.array(counts, dtype=float), np.array(sizes)).z) == pytest.approx(z)


def test_phi_is_one_where_there_is_only_chance(sizes):
    found = rates(np.random.default_rng(6).poisson(0.2 * sizes), sizes)

    assert found.phi == pytest.approx(1, abs=0.1)
    assert not found.is_overdispersed


@pytest.fixture(scope="module")
def sizes():
    """Of 3,177 municipalities, most of them small, from 1 to 5,000."""
    drawn = np.random.default_rng(2026).lognormal(3.2, 1.6, 3177)
    return np.rint(drawn).clip(1, 5000)


def flagged(found):
    return int(found.frame["is_outside"].sum())


def most(units):
    """More would be flagged once in ten thousand worlds, if 0.2 per cent were to be."""
    return binom.ppf(1 - 1e-4, units, 2 * SIGNAL)


@pytest.mark.parametrize("target", [0.6, 0.95])
@pytest.mark.parametrize("rho", [0, 0.02, 0.2])
def test_where_no_unit_differs_no_more_than_two_in_a_thousand_are_flagged(sizes, target, rho):
    random = np.random.default_rng([int(100 * target), int(100 * rho)])
    shares = random.beta(target * (1 / rho - 1), (1 - target) * (1 / rho - 1), (2, 3177)) if rho else target
    worlds = [
        proportions(random.binomial(sizes.astype(int), share), sizes) for share in np.broadcast_to(shares, (2, 3177))
    ]

    assert sum(map(flagged, worlds)) <= most(2 * 3177)
    for low, high in CLASSES:
        inside = np.concatenate([one.frame.loc[(sizes >= low) & (sizes < high), "is_outside"] for one in worlds])
        assert inside.sum() <= most(len(inside)), (low, high)
    assert all(one.is_overdispersed == bool(rho) for one in worlds) or rho == 0
    if rho:
        assert np.mean([one.tau for one in worlds]) == pytest.approx(math.sqrt(rho) / 2, rel=0.1)


@pytest.mark.parametrize("rho", [0, 0.02])
def test_two_in_a_thousand_are_flagged_where_units_are_large(rho):
    """Counts are whole numbers, so fewer are flagged where units are small; large ones show the 0.2 per cent."""
    random = np.random.default_rng(17)
    size = np.full(20_000, 2000)
    share = random.beta(0.6 * (1 / rho - 1), 0.4 * (1 / rho - 1), 20_000) if rho else 0.6

    assert binom.ppf(1e-4, 20_000, 0.0018) <= flagged(proportions(random.binomial(size, share), size)) <= most(20_000)


@pytest.mark.parametrize("spread", [0, 0.1, 0.5])
def test_where_no_rate_differs_no_more_than_two_in_a_thousand_are_flagged(sizes, spread):
    random = np.random.default_rng(int(10 * spread) + 3)
    means = 0.05 * sizes * (random.gamma(1 / spread, spread, (2, 3177)) if spread else np.ones((2, 3177)))
    worlds = [rates(random.poisson(mean), sizes) for mean in means]

    assert sum(map(flagged, worlds)) <= most(2 * 3177)
    if spread:
        assert np.mean([one.tau for one in worlds]) == pytest.approx(math.sqrt(spread), rel=0.1)


def test_the_transformed_limits_would_flag_several_times_as_many(sizes):
    """Why limits are exact: those of FunnelPlotR flag one in a hundred where no unit differs."""
    random = np.random.default_rng(1)
    counts = random.binomial(sizes.astype(int), 0.9)
    found = of_shares(counts.astype(float), sizes)
    wide = np.sqrt(1 + found.tau2 * 4 * sizes)

    assert (abs(found.z / wide) > 3.09).sum() > most(3177)


def test_units_that_do_differ_are_flagged_and_do_not_widen_the_limits():
    random = np.random.default_rng(8)
    size = np.full(300, 400)
    counts = random.binomial(size, 0.9)
    counts[:10] = 240

    found = proportions(counts, size)

    assert list(found.outside.index[:10]) == list(range(10))
    assert set(found.outside["side"][:10]) == {"below"}
    assert found.tau < 0.02


@pytest.mark.parametrize("counts", [[0] * 8, [5] * 8])
def test_where_all_are_alike_no_one_is_outside(counts):
    found = proportions(counts, [5] * 8)

    assert not found.frame["is_outside"].any()
    assert not found.is_overdispersed


def test_units_without_a_denominator_are_left_out_and_none_gives_an_empty_funnel():
    assert len(proportions([1, 0, 3], [4, 0, 5]).frame) == 2
    empty = proportions([], [])
    assert empty.frame.empty
    assert empty.lines.empty
    assert math.isnan(empty.target)
    assert {*LIMITS, "is_outside", "side"} <= set(empty.frame.columns)


def test_the_drawn_line_is_the_limit_that_units_are_judged_by():
    random = np.random.default_rng(4)
    size = random.integers(1, 60, 500)
    found = proportions(random.binomial(size, 0.8), size)
    lines = found.lines.set_index("size")

    for row in found.frame.to_dict("records"):
        drawn = lines.loc[row["denominator"]]
        assert row["is_outside"] == (not drawn["lower_998"] <= row["value"] <= drawn["upper_998"])
