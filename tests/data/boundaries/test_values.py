"""The figures of the map by area, compared with a plain count of the rows; and what differs by more than chance."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from data.adoption.stages import stages
from data.boundaries.build import members
from data.boundaries.chance import kind_of, sides
from data.boundaries.figures import FIGURES, LEVELS, figure_of
from data.boundaries.values import area_values, areas
from data.schema import fact_contract, fact_contract_service, fact_training
from data.selection import Selection

YEAR = Selection.of_year(2025)
ONE, TWO, FAR = "01508", "01526", "20473"  # two of Nógrád in two districts, one elsewhere
AREA = members().set_index("municipality_id").to_dict("index")


@pytest.fixture
def country(connection, add_rows, add_tickets):
    """Three municipalities joined, one by interface; tickets, one service live of two."""
    add_rows(
        fact_contract,
        {"municipality_id": ONE},
        {"municipality_id": TWO, "joining_type": "interface"},
        {"municipality_id": FAR},
        {"municipality_id": "M12"},  # the county's own government has no area
    )
    for code in (ONE, FAR):
        add_rows(
            fact_contract_service,
            {"municipality_id": code, "service_id": "ADO", "live_on": date(2025, 2, 1)},
            {"municipality_id": code, "service_id": "GAZD"},
        )
    for code, count in ((ONE, 3), (FAR, 5), ("M12", 7), ("00000", 2)):
        add_tickets(*({"municipality_id": code, "resolved_at": datetime(2025, 3, 3, 12)} for _ in range(count)))
    return connection


def shown(connection, name, level, selection=YEAR):
    found = area_values(connection, figure_of(name), selection, level, lambda: stages(connection, selection))
    return found, found.frame.set_index("code")


@pytest.mark.parametrize("level", LEVELS)
def test_a_stage_is_the_share_of_the_pairs_in_scope(country, level):
    pairs = stages(country, YEAR).frame
    column = {"municipality": "municipality_id", "district": "district_code", "county": "county"}[level]
    expected: dict[str, list[int]] = {}
    for row in pairs.to_dict("records"):
        counted = expected.setdefault(row[column], [0, 0])
        counted[0] += bool(row["live"])
        counted[1] += 1

    found, frame = shown(country, "live", level)

    assert len(frame) == {"municipality": 3177, "district": 197, "county": 20}[level]
    known = frame[frame["value"].notna()]
    assert {code: [int(row["numerator"]), int(row["denominator"])] for code, row in known.iterrows()} == {
        code: counted for code, counted in expected.items() if code in frame.index
    }
    assert found.value == pytest.approx(pairs["live"].sum() / len(pairs))
    assert found.on == date(2025, 12, 31)


def test_tickets_are_counted_per_inhabitant_and_none_is_zero(country):
    found, frame = shown(country, "tickets_per_1000", "municipality")
    assert frame.loc[ONE, "value"] == pytest.approx(3000 / AREA[ONE]["population"])
    assert (frame.loc[TWO, "value"], frame.loc[TWO, "n"]) == (0, 0)
    assert frame["value"].notna().sum() == 3
    people = sum(AREA[code]["population"] for code in (ONE, TWO, FAR))
    assert (found.value, found.n) == (pytest.approx(8000 / people), 8)
    _county, counties = shown(country, "tickets_per_1000", "county")
    nograd = AREA[ONE]["population"] + AREA[TWO]["population"]
    assert counties.loc["Nógrád", "value"] == pytest.approx(3000 / nograd)


def test_the_type_of_joining_is_a_share(country):
    _all, frame = shown(country, "joining", "municipality")
    assert frame.loc[[ONE, TWO, FAR], "value"].to_list() == [0, 1, 0]
    found, frame = shown(country, "joining", "county")
    assert frame.loc["Nógrád", "value"] == 0.5
    assert found.value == pytest.approx(1 / 3)


def test_a_figure_of_the_catalogue_is_as_measured(country):
    found, frame = shown(country, "first_contact_resolution_rate", "district")
    assert set(frame[frame["denominator"] > 0].index) == {AREA[ONE]["district_code"], AREA[FAR]["district_code"]}
    assert found.n == 3 + 5 + 7 + 2  # the whole has those of no area too


def test_a_selection_narrows_the_areas(country):
    _all, frame = shown(country, "live", "municipality", Selection(last=date(2025, 12, 31), counties=("Nógrád",)))
    assert len(frame) == 131
    assert frame["value"].notna().sum() == 2
    assert list(areas(country, Selection(counties=("Nógrád",)), "county")["code"]) == ["Nógrád"]


def test_few_people_are_withheld(country, add_rows):
    add_rows(fact_training, *({"municipality_id": ONE, "person_hash": f"p{i}", "result": "passed"} for i in range(2)))
    add_rows(fact_training, *({"municipality_id": FAR, "person_hash": f"q{i}"} for i in range(9)))
    _all, frame = shown(country, "training_completion_rate", "municipality")
    assert frame.loc[ONE, "withheld"]
    assert np.isnan(frame.loc[ONE, "value"])
    assert not frame.loc[TWO, "withheld"]


@pytest.mark.parametrize(("at", "name"), list(enumerate(FIGURES)))
def test_nothing_loaded_gives_areas_without_values(duckdb_engine, at, name):
    with duckdb_engine.connect() as connection:
        found, frame = shown(connection, name, LEVELS[at % len(LEVELS)])
    assert found.value is None or np.isnan(found.value)
    assert frame["value"].isna().all()
    assert not frame["withheld"].any()


def test_an_area_stands_out_only_where_its_size_lets_it():
    """Two hundred villages alike; one large area is far below, and so is one village, of a single pair."""
    rows = [{"code": f"v{i}", "numerator": 27 + i % 3, "denominator": 30} for i in range(200)]
    rows += [
        {"code": "large", "numerator": 60, "denominator": 300},
        {"code": "small", "numerator": 0, "denominator": 1},
    ]
    rows += [{"code": "none", "numerator": 0, "denominator": 0}]
    frame = pd.DataFrame(rows)
    frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    found = sides(frame, "proportion").set_index("code")["side"]
    assert found["large"] == -2
    assert found["small"] > -2
    assert "none" not in found
    assert sides(frame.head(3), "proportion").empty


def test_what_chance_cannot_be_told_of_has_no_funnel():
    assert kind_of(FIGURES["joining"]) is None
    assert kind_of(FIGURES["tickets_per_1000"]) == "rate"
    assert kind_of(FIGURES["live"]) == "proportion"
