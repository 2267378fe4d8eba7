"""Constant forints: chained indices, the latest year as base, and years without an index left as they are."""

import pandas as pd
import pytest
from sqlalchemy import delete, insert

from data.cost.prices import NoPriceIndex, Prices, constant, prices
from data.cost.unit_change import split
from data.schema import price_index

INDICES = {2022: 114.5, 2023: 117.6, 2024: 103.7, 2025: 104.4}


@pytest.mark.parametrize(
    ("year", "base", "factor"),
    [(2025, 2025, 1.0), (2023, 2025, 1.037 * 1.044), (2022, 2025, 1.176 * 1.037 * 1.044),
     (2025, 2023, 1 / (1.037 * 1.044)),
     (2026, 2025, None), (2021, 2025, None)],
)  # fmt: skip
def test_a_factor_is_the_product_of_the_indices_on_the_way(year, base, factor):
    found = Prices(INDICES, base).factor(year)

    assert found == (None if factor is None else pytest.approx(factor))


def test_a_gap_on_the_way_leaves_the_year_nominal():
    assert Prices({2022: 114.5, 2024: 103.7, 2025: 104.4}, 2025).factor(2022) is None


def test_a_frame_keeps_what_cannot_be_deflated_and_marks_it():
    frame = pd.DataFrame(
        {"month": ["2024-12", "2025-01", "2026-01"], "numerator": [100, 100, 100], "value": [10.0] * 3}
    )

    found = constant(frame, Prices(INDICES, 2025), "month")

    assert found["numerator"].tolist() == pytest.approx([104.4, 100, 100])
    assert found["value"].tolist() == pytest.approx([10.44, 10, 10])
    assert found["is_nominal"].tolist() == [False, False, True]


def test_without_indices_everything_is_nominal():
    found = constant(pd.DataFrame({"year": ["2025"], "numerator": [5], "value": [5.0]}), Prices({}, None), "year")

    assert (found["numerator"].tolist(), found["is_nominal"].tolist()) == ([5.0], [True])


def test_the_base_is_the_latest_year_with_an_index(connection):
    connection.execute(delete(price_index))
    connection.execute(insert(price_index), [
        {"year": 2024, "index": 103.7, "source": "a"}, {"year": 2025, "index": 104.4, "source": "b"},
        {"year": 2026, "index": None, "source": "b"},
    ])  # fmt: skip

    found = prices(connection)

    assert (found.base, found.sources) == (2025, ("a", "b"))
    assert prices(connection, 2024).factor(2025) == pytest.approx(1 / 1.044)
    with pytest.raises(NoPriceIndex, match="2026"):
        prices(connection, 2026)


@pytest.mark.parametrize(("before", "after"), [((100, 10), (150, 10)), ((100, 10), (100, 20)), ((7, 3), (-5, 11))])
def test_cost_and_volume_add_up_to_the_change_and_turn_round_with_it(before, after):
    found, back = split(before, after), split(after, before)

    assert float(found.total) == pytest.approx(after[0] / after[1] - before[0] / before[1])
    assert (found.cost, found.volume) == (-back.cost, -back.volume)


def test_an_effect_is_nothing_where_its_side_did_not_change():
    assert split((100, 10), (150, 10)).volume == 0
    assert split((100, 10), (100, 20)).cost == 0
    assert split((100, 0), (100, 20)) is None
