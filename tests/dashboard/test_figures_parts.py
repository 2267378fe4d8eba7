"""What figures share: order, places, pooling, gaps, money, small lines, who stands out."""

import pandas as pd
import pytest

from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.contrast import contrast
from dashboard.figures.gaps import complete
from dashboard.figures.marks import few, ordered, spread, wrapped
from dashboard.figures.outlying import outlying
from dashboard.figures.pooling import pooled, trailing
from dashboard.figures.spark import as_address, spark
from dashboard.figures.targets import missed
from dashboard.figures.template import MUTED, SURFACE, service_colours, signal_colours
from dashboard.look import Look
from data.control.chart import Aim, ControlChart
from data.control.judge import judge
from data.metrics.catalogue import metric
from tests.data.control.series import of_values

RATE, COUNT, MINUTES, HUF = (
    metric(name) for name in ("sla_resolution_rate", "ticket_count", "resolution_minutes_p90", "contract_value_huf")
)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], []),
        ([5], [5]),
        ([1, 9], [1, 9]),
        ([5, 5], [4.5, 5.5]),  # centred on where they belong
        ([5, 5.5], [4.75, 5.75]),
        ([0, 0], [0, 1]),  # not below the chart
        ([10, 10, 10], [8, 9, 10]),  # nor above it
        ([9, 1, 1], [9, 0.5, 1.5]),  # in the order they came
    ],
)
def test_labels_move_apart_as_little_as_they_must(positions, expected):
    assert spread(positions, 1, 0, 10) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cut", "members", "expected"),
    [
        ("service", ["PORTAL", "C01_VIRT", "ADO", "UNKNOWN"], ["ADO", "PORTAL", "C01_VIRT", "UNKNOWN"]),
        ("priority", ["P3", "P1", "P2"], ["P1", "P2", "P3"]),
        ("size_band", ["unknown", "over_50000", "under_500"], ["under_500", "over_50000", "unknown"]),
        ("actor", ["small", "unknown", "big"], ["big", "small", "unknown"]),
    ],
)
def test_members_keep_their_natural_order(cut, members, expected):
    assert ordered(members, cut, {"big": 9, "small": 1, "unknown": 99}) == expected


@pytest.mark.parametrize(
    ("name", "look", "rows", "expected"),
    [
        ("NISZ", Look(), 3, "NISZ"),
        ("Szabolcs-Szatmár-Bereg", Look(narrow=True), 20, "Szabolcs-Szatmár-Bereg"),
        ("Betriebssystem der Rahmenplattform des Landes", Look(narrow=True), 20, "Betriebssystem der…"),
    ],
)
def test_names_leave_room_for_the_chart(name, look, rows, expected):
    assert wrapped(name, look, rows) == expected


def test_a_long_name_has_at_most_three_lines():
    assert wrapped("egy nagyon hosszú név " * 9, Look(), 2).count("<br>") == 2


def test_only_what_chance_can_make_is_few():
    assert few(RATE, pd.Series([9, 10])) == [True, False]
    assert few(MINUTES, pd.Series([1])) == [True]
    assert few(HUF, pd.Series([1])) == [False]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("sla_resolution_rate", [0.89, 0.90, 0.91], [True, False, False]),  # equality meets it
        ("reopen_rate", [0.04, 0.05, 0.06], [False, False, True]),
        ("contract_growth_rate", [-0.01, 0.0, 0.15, 0.16], [True, False, False, True]),
        ("ticket_count", [1.0], [False]),  # no target
        ("sla_resolution_rate", [], []),
    ],
)
def test_missing_a_target_depends_on_the_direction(name, values, expected):
    assert missed(values, metric(name)) == expected


def test_the_rest_is_sums_over_sums():
    frame = pd.DataFrame({"actor": list("abc"), "numerator": [90, 1, 0], "denominator": [100, 2, 2], "n": [100, 2, 2]})
    frame = frame.assign(value=frame["numerator"] / frame["denominator"])

    few_and_rest = pooled(frame, RATE, "actor", most=2)

    assert few_and_rest["actor"].tolist() == ["a", "…"]
    assert few_and_rest["value"].tolist() == [0.9, 0.25]


def test_amounts_keep_the_biggest_and_quantiles_are_never_summed():
    frame = pd.DataFrame({"supplier": list("abc"), "numerator": [1, 9, 5], "denominator": 1, "n": [9, 1, 1]})
    frame = frame.assign(value=frame["numerator"].astype(float))

    assert pooled(frame, HUF, "supplier", most=2)["supplier"].tolist() == ["b", "…"]
    assert pooled(frame, MINUTES, "supplier", most=2)["supplier"].tolist() == ["a"]


def test_the_others_of_a_sum_in_hours_are_in_hours_too():
    frame = pd.DataFrame({"supplier": ["a", "b", "c"], "numerator": [600, 120, 60], "denominator": 60, "n": 1})

    others = pooled(frame.assign(value=frame["numerator"] / 60), metric("user_lost_hours"), "supplier", most=2).iloc[-1]

    assert (others["numerator"], others["value"]) == (180, 3.0)


def test_trailing_sums_need_all_their_months():
    frame = pd.DataFrame({"month": ["2026-01", "2026-02", "2026-03"], "numerator": [1, 2, 3], "denominator": 4, "n": 1})

    rolled = trailing(frame, "month", 2)

    assert rolled["month"].tolist() == ["2026-02", "2026-03"]
    assert rolled["value"].tolist() == [3 / 8, 5 / 8]
    assert trailing(frame.iloc[:0], "month", 2).empty


def test_months_without_rows_are_zero_for_counts_and_gaps_for_shares():
    frame = pd.DataFrame({"month": ["2026-01", "2026-03"], "numerator": 1, "denominator": 2, "n": 2, "value": 0.5})

    assert complete(frame, COUNT, "month")["value"].tolist() == [0.5, 0.0, 0.5]
    assert complete(frame, RATE, "month")["value"].isna().tolist() == [False, True, False]
    assert complete(frame.iloc[:0], RATE, "month").empty


@pytest.mark.parametrize(
    ("values", "factor"),
    [([], 1), ([0.0], 1), ([3e9, 2e9], 1e9), ([3e9, 2e7], 1e6), ([5e6], 1e6), ([900.0], 1)],
)
def test_small_amounts_do_not_vanish_in_the_scale(values, factor):
    assert amount_scale(values).factor == factor


def test_money_says_its_unit_once():
    axis = money_axis(0, 12e9, "hu")

    assert axis["title"] == {"text": "Mrd\u00a0Ft"}
    assert axis["ticktext"] == ["0", "5", "10", "15"]


def chart_of(values: list[float | None], target: float | None = None) -> ControlChart:
    periods = [f"2025-{month:02d}" for month in range(1, len(values) + 1)]
    frame = pd.DataFrame({"period": periods, "numerator": values, "denominator": 1, "n": 1, "value": values})
    return judge(frame, "xmr", "higher", Aim(target=target))


def test_a_small_chart_needs_three_values_and_keeps_its_gaps():
    assert spark(chart_of([1.0, None, 2.0]), Look()) is None
    drawn = spark(chart_of([1.0, 2.0, None, 3.0, 4.0], target=2.5), Look("hu", "dark"))
    assert drawn is not None
    assert drawn.count("<polygon") == 1, "the band of the limits"
    assert drawn.count("<polyline") == 3, "the mean, and the values before and after the gap"
    assert drawn.count("<line") == 1, "the target"
    assert drawn.count("<circle") == 1, "the newest value; nothing is signalled so early"
    assert as_address(drawn).startswith("data:image/svg+xml,%3Csvg")


def test_a_small_chart_marks_what_is_signalled():
    usual = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 8.0, 10.0, 12.0, 9.0, 11.0]
    drawn = spark(chart_of([*usual, 99.0]), Look())
    assert drawn is not None
    assert drawn.count("<circle") == 1, "twelve months are too early"
    longer = judge(of_values([*usual, *usual, 99.0]), "xmr", "lower", Aim())
    drawn = spark(longer, Look())
    assert drawn is not None
    assert drawn.count(signal_colours("light")["concern"]) == 1


def shares(values: dict[str, tuple[int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [{"county": name, "numerator": hits, "denominator": of} for name, (hits, of) in values.items()]
    )
    return frame.assign(value=frame["numerator"] / frame["denominator"])


def test_a_county_far_below_the_others_stands_out():
    others = {f"C{number}": (900 + number, 1000) for number in range(18)}

    assert outlying(shares(others | {"Nógrád": (690, 1000)}), "county", "higher") == ["Nógrád"]
    assert outlying(shares(others | {"Nógrád": (690, 1000)}), "county", "lower") == []


def test_a_small_county_may_be_low_by_chance():
    others = {f"C{number}": (900 + number, 1000) for number in range(18)}

    assert outlying(shares(others | {"tiny": (7, 10)}), "county", "higher") == []


def test_four_members_have_nothing_to_stand_out_from():
    four = shares({"a": (900, 1000), "b": (900, 1000), "c": (900, 1000), "d": (1, 1000)})

    assert outlying(four, "county", "higher") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_seen_and_words_read(theme):
    assert all(contrast(colour, SURFACE[theme]) >= 3 for colour in service_colours(theme).values())
    assert contrast(MUTED[theme], SURFACE[theme]) >= 4.5
