"""Every real municipality is found by what a person types, and none is ever taken for another."""

from pathlib import Path

import pandas as pd
import pytest

from data.adoption.finding import Finder, find, meant, the_one
from data.adoption.finding_rows import found_rows
from data.errors import AspError
from data.reference.gazetteer import read_gazetteer
from data.reference.names import fold_accents
from data.reference.register import municipalities

SHARED = Path(__file__).parents[4] / "shared/data/municipalities/IrszHnk.csv"
KOMLO, KOMLO_HEVES, KOMORO, KOMORO_OTHER = "26408", "14535", "27146", "23612"
TWINS = {KOMLO, KOMLO_HEVES, KOMORO, KOMORO_OTHER}


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(municipalities())


@pytest.fixture(scope="module", params=["packaged", "gazetteer"])
def register(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Every municipality of the packaged register, and of the statistical office's own file where it is at hand."""
    if request.param == "packaged":
        return municipalities()
    if not SHARED.is_file():
        pytest.skip("the gazetteer (../shared/data/municipalities) is not beside this checkout")
    return read_gazetteer(SHARED)


def codes(found: pd.DataFrame) -> list[str]:
    return list(found["municipality_id"])


def test_every_municipality_is_meant_by_its_name(register):
    every = Finder(register)
    for row in register.itertuples():
        for typed in (row.name, row.name.upper()):
            assert the_one(every.matches(typed, 5)) == row.municipality_id, typed


def test_every_municipality_is_found_without_accents_and_meant_unless_another_one_may_be(register):
    every = Finder(register)
    for row in register.itertuples():
        found = every.matches(fold_accents(row.name), 5)
        assert row.municipality_id in [match.code for match in found[:2]], row.name
        assert the_one(found) == (None if row.municipality_id in TWINS else row.municipality_id), row.name


@pytest.mark.parametrize(
    ("typed", "first", "never"),
    [("Komló", KOMLO, KOMLO_HEVES), ("Kömlő", KOMLO_HEVES, KOMLO), ("Komoró", KOMORO, KOMORO_OTHER),
     ("Kömörő", KOMORO_OTHER, KOMORO), ("kömlö", KOMLO_HEVES, KOMLO)],
)  # fmt: skip
def test_accents_that_are_typed_never_lead_to_the_other_one(finder, typed, first, never):
    found = finder.find(typed, 50)
    assert meant(found) == first
    assert codes(found)[0] == first
    assert never not in codes(found)


@pytest.mark.parametrize(
    ("typed", "both"),
    [("komlo", {KOMLO, KOMLO_HEVES}), ("KOMORO", {KOMORO, KOMORO_OTHER}), ("Kómló", {KOMLO, KOMLO_HEVES})],
)
def test_without_accents_both_are_offered_and_neither_is_meant(finder, typed, both):
    found = finder.find(typed, 50)
    assert set(codes(found)[:2]) == both
    assert meant(found) is None


def test_two_of_one_county_are_told_apart_by_their_district(finder):
    found = finder.find("komoro")
    assert list(found["repeats"]) == [True, True]
    assert found["district"].nunique() == 2
    assert not finder.find("komlo heves")["repeats"].any()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Kömlő Heves", KOMLO_HEVES), ("komlo heves", KOMLO_HEVES), ("komlo bar", KOMLO), ("komoro záhony", KOMORO),
     ("Kömörő (Szabolcs-Szatmár-Bereg, Fehérgyarmati járás)", KOMORO_OTHER), ("hódmező-vásárhely", "08314"),
     ("Hodmezo Vasarhely", "08314"), ("08314", "08314"), ("m20", "M20"), ("Zala megye", "M20"), ("Heves megye", "M10"),
     ("Heves", "14526"), ("Győr-Moson-Sopron vármegye", "M08"), ("IX. kerület", "29586"), ("9. kerület", "29586"),
     ("ferencváros", "29586"), ("Budapest", "13578"), ("Komló Város Önkormányzata", KOMLO), ("õriszentpéter", "10630")],
)  # fmt: skip
def test_one_is_meant(finder, typed, code):
    assert meant(finder.find(typed)) == code


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "xyzzy", "Komló Zala", "0831", "Hódmezőv", "Komló megye", "komlo heves x"]
)
def test_none_is_meant_by_a_part_or_by_nonsense(finder, typed):
    assert meant(finder.find(typed)) is None


def test_what_begins_so_comes_before_what_holds_it(finder):
    names = list(finder.find("komlós", 50)["name"])
    assert names == ["Komlósd", "Komlóska", "Füzérkomlós", "Tótkomlós"]
    assert list(finder.find("0150")["municipality_id"]) == ["01508"]


def test_a_name_without_accents_is_not_meant_where_another_one_may_have_lost_its_own():
    frame = pd.DataFrame({"municipality_id": ["1", "2"], "name": ["Vese", "Vése"], "county": "Somogy"})
    assert meant(find(frame, "Vese")) is None
    assert meant(find(frame, "Vése")) == "2"
    assert codes(find(frame, "Vése")) == ["2"]


def test_two_of_one_name_are_never_chosen_between():
    frame = pd.DataFrame({"municipality_id": ["1", "2"], "name": "Egyes", "county": ["Zala", "Vas"]})
    assert meant(find(frame, "Egyes")) is None
    assert meant(find(frame, "Egyes Vas")) == "2"


def test_the_limit_keeps_the_likeliest(finder):
    assert len(finder.find("a", 7)) == 7
    assert codes(finder.find("Komló", 1)) == [KOMLO]


def test_the_command_prints_from_the_packaged_register_while_nothing_is_published():
    rows = found_rows(None, "Komoró", 5)
    assert rows[["municipality_id", "how", "meant"]].to_dict("records") == [
        {"municipality_id": KOMORO, "how": "exact", "meant": "yes"}
    ]
    with pytest.raises(AspError, match="No municipality fits"):
        found_rows(None, "xyzzy", 5)
