"""Ticks are few, round and written in the reader's language."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import axes

S = "\u00a0"


@pytest.mark.parametrize(
    ("high", "unit", "texts"),
    [
        (75_000, "count", ["0", f"20{S}ezer", f"40{S}ezer", f"60{S}ezer", f"80{S}ezer"]),
        (1_900_000_000, "huf", [f"0{S}Ft", f"0,5{S}Mrd{S}Ft", f"1{S}Mrd{S}Ft", f"1,5{S}Mrd{S}Ft", f"2{S}Mrd{S}Ft"]),
        (1.0, "rate", [f"0{S}%", f"25{S}%", f"50{S}%", f"75{S}%", f"100{S}%"]),
        (200, "minutes", [f"0{S}perc", f"1{S}óra", f"2{S}óra", f"3{S}óra", f"4{S}óra"]),
        (3, "count", ["0", "1", "2", "3"]),
    ],
)
def test_ticks_are_written_in_one_scale(high, unit, texts):
    assert axes.tick_texts(axes.tick_values(0, high, unit), unit, "hu") == texts


@given(
    low=st.floats(-1e12, 1e12),
    span=st.floats(1e-3, 1e12),
    unit=st.sampled_from(["count", "huf", "minutes", "days", "ratio"]),
)
def test_two_to_five_ticks_span_the_values(low, span, unit):
    high = low + span
    ticks = axes.tick_values(low, high, unit)
    assert 2 <= len(ticks) <= axes.MOST_TICKS
    step = ticks[1] - ticks[0]
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= high - step * 1e-6
    assert all(later > earlier for earlier, later in itertools.pairwise(ticks))


def test_a_rate_never_has_a_tick_beyond_one():
    assert max(axes.tick_values(0.31, 0.99, "rate")) <= 1


def test_months_keep_years_in_line():
    months = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)]
    axis = axes.month_axis(months, "hu", most=8)
    assert axis["tickvals"] == ["2024-01", "2024-07", "2025-01", "2025-07", "2026-01", "2026-07"]
    assert axis["ticktext"][0] == f"2024.{S}jan."


def test_an_empty_axis_is_still_an_axis():
    assert axes.month_axis([], "hu")["tickvals"] == []
    assert axes.value_axis(0, 0, "count", "hu")["tickvals"]
