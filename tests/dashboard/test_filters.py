"""The address and the filter bar say the same, either way."""

import json
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.callbacks.filters import query_with, show_set, suggest_municipalities, values_of
from dashboard.components.chips import quick_periods, written
from dashboard.components.filter_bar import ANY, CONTROLS
from dashboard.components.suggest import MOST_SUGGESTIONS, municipality_options
from dashboard.look import query_of
from data.adoption.finding import Finder
from data.selection import Selection

months = st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(lambda day: day.strftime("%Y-%m"))
members = st.lists(st.sampled_from(["ADO", "GAZD", "Zala", "Győr-Moson-Sopron", "01508"]), unique=True, max_size=3)
queries = st.fixed_dictionaries(
    {},
    optional={"from": months, "to": months, "run": st.integers(1, 999).map(str)}
    | {key: members.filter(len).map(sorted).map(",".join) for key in ("service", "actor", "county", "municipality")},
).filter(lambda query: query.get("from", "0") <= query.get("to", "9"))


@given(queries)
def test_a_query_survives_the_way_through_the_controls(query):
    assert query_with({}, values_of(query)) == query
    assert query_of("?" + written(query)) == query


def test_what_no_control_sets_is_kept():
    values = values_of({}) | {"service": ["ADO"]}
    assert query_with({"lang": "en", "priority": "P1", "county": "Zala"}, values) == {
        "service": "ADO", "lang": "en", "priority": "P1",
    }  # fmt: skip


def test_a_period_given_backwards_is_turned():
    values = values_of({}) | {"from": "2025-06", "to": "2025-01"}
    assert query_with({}, values) == {"from": "2025-01", "to": "2025-06"}


def test_an_address_that_cannot_be_read_sets_nothing():
    assert values_of({"from": "never", "county": "Zala"}) == {
        key: ANY if key in ("from", "to", "run") else [] for key in CONTROLS
    }


@pytest.mark.usefixtures("in_app")
def test_chips_name_what_is_set_and_lead_to_the_rest():
    chips, quick, hidden = show_set("?from=2025-01&to=2025-12&county=Zala&service=ADO&lang=en", "/service", None)
    hrefs = [chip.href for chip in chips]
    said = json.dumps(
        [chip.to_plotly_json() for chip in chips], default=lambda one: one.to_plotly_json(), ensure_ascii=False
    )
    assert "Vármegye: Zala" in said
    assert "2025." in said
    assert "/service?service=ADO&county=Zala&lang=en" in hrefs or "/service?county=Zala&service=ADO&lang=en" in hrefs
    assert hrefs[-1] == "/service?lang=en"
    assert len(quick) == 4
    assert not hidden


@pytest.mark.usefixtures("in_app")
def test_without_a_period_the_last_twelve_months_are_set():
    """They are what the figures show: the data end on 30 April 2025."""
    for search in ("", "?from=2024-05&to=2025-04"):
        _chips, quick, _hidden = show_set(search, "/service", None)
        assert [link.className for link in quick] == ["quick-link set"] + ["quick-link"] * 3
        assert quick[0].children[0] == "Utolsó 12 hónap"
    chips, _quick, _hidden = show_set("", "/service", None)
    assert chips[0].children.replace("\u00a0", " ") == "Utolsó 12 hónap: 2024. máj. – 2025. ápr."


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize(
    ("path", "hidden"),
    [("/", False), ("/cost", False), ("/data-quality", True), ("/definitions", True), ("/404", True), ("/x", True)],
)
def test_filters_stand_where_figures_follow_them(path, hidden):
    assert show_set("", path, None)[2] is hidden


@pytest.mark.usefixtures("in_app")
def test_chips_say_when_the_address_cannot_be_read():
    chips, quick, _hidden = show_set("?from=never&lang=en", "/service", None)
    assert chips[-1].href == "/service?lang=en"
    assert quick == []


@pytest.mark.parametrize(
    ("last", "quarter", "year", "before"),
    [
        ("2026-11-22", ("2026-07", "2026-09"), ("2026-01", "2026-11"), ("2025-01", "2025-12")),
        ("2026-12-31", ("2026-10", "2026-12"), ("2026-01", "2026-12"), ("2025-01", "2025-12")),
        ("2026-01-15", ("2025-10", "2025-12"), ("2026-01", "2026-01"), ("2025-01", "2025-12")),
    ],
)
def test_quick_periods_are_whole_ones(last, quarter, year, before):
    found = [Selection(*period).to_query() for period in quick_periods(date.fromisoformat(last)).values()]
    assert found == [{}, *({"from": first, "to": end} for first, end in (quarter, year, before))]


def test_no_quick_period_without_data():
    assert quick_periods(None) == {}


@pytest.fixture
def municipalities() -> pd.DataFrame:
    names = ["Komló", "Kömlő", "Komlóska", "Őriszentpéter", "Alsókomló"] + [f"Falu {i}" for i in range(100)]
    return pd.DataFrame({"municipality_id": [f"{i:05d}" for i in range(len(names))], "name": names, "county": "Zala"})


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("komlo", ["Komló", "Kömlő", "Komlóska", "Alsókomló"]),
        ("komló", ["Komló", "Komlóska", "Alsókomló"]),
        ("Kömlő", ["Kömlő"]),
        ("ORI", ["Őriszentpéter"]),
        ("xyz", []),
    ],
)
def test_municipalities_are_found_without_accents(municipalities, typed, first):
    found = municipality_options(Finder(municipalities), typed, None, "hu")
    assert [option["label"].removesuffix(" (Zala)") for option in found] == first
    assert all(typed in option["search"] for option in found)


def test_at_most_fifty_are_offered_and_the_chosen_stay(municipalities):
    found = municipality_options(Finder(municipalities), "falu", ["00001"], "hu")
    assert len(found) == MOST_SUGGESTIONS + 1
    assert found[0]["value"] == "00001"


@pytest.mark.usefixtures("in_app")
def test_the_type_ahead_knows_the_gazetteer():
    labels = [option["label"] for option in suggest_municipalities("komlo", None)]
    assert labels[:2] == ["Komló (Baranya)", "Kömlő (Heves)"]
    assert not [one for one in suggest_municipalities("Komló", None) if one["label"].startswith("Kömlő")]


@pytest.mark.usefixtures("in_app")
def test_two_of_one_county_are_told_apart_by_their_district():
    labels = [option["label"] for option in suggest_municipalities("komoro", None)]
    assert labels == [
        "Komoró (Szabolcs-Szatmár-Bereg, Záhonyi járás)",
        "Kömörő (Szabolcs-Szatmár-Bereg, Fehérgyarmati járás)",
    ]
