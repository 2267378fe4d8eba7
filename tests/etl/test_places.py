"""Where a row belongs."""

import pandas as pd
import pytest

from data.reference.register import actors, municipalities, services
from etl.places import Places, Unmatched

SERVICES = services()
PLACES = Places(
    municipalities(),
    {("komlo", "*"): "26408", ("komlo", "heves"): "29887"},
    dict(zip(SERVICES["service_id"], SERVICES["actor_id"], strict=True)),
    frozenset(actors()["actor_id"]),
)


def placed(no_service="UNKNOWN", **row):
    unmatched = Unmatched()
    frame = pd.DataFrame([row]).astype({name: "Int64" if name == "level" else "str" for name in row})
    found = PLACES.place(frame, no_service, unmatched).iloc[0]
    return (found["municipality_id"], found["service_id"], found["actor_id"]), unmatched.names


@pytest.mark.parametrize(
    ("name", "county", "code"),
    [
        ("26408", None, "26408"),
        ("01508", None, "01508"),
        ("1508", None, "01508"),
        ("99999", None, "00000"),
        ("Komló", None, "26408"),
        ("KOMLÓ VÁROS ÖNKORMÁNYZATA", "Baranya", "26408"),
        ("Komlo", None, "26408"),
        ("Komlo", "Heves", "29887"),
        ("Komlo", "Zala", "26408"),
        ("Komoro", None, "00000"),
        (None, "Zala", "00000"),
    ],
)
def test_a_municipality_is_found_by_code_confirmed_spelling_or_name(name, county, code):
    assert placed(municipality=name, county=county)[0][0] == code


def test_names_that_do_not_match_are_counted_with_their_candidates():
    unmatched = Unmatched()
    rows = pd.DataFrame(
        {
            "municipality": ["Komoro", "Komoro", "Location 7", None],
            "service": ["ADO", "XX", None, None],
            "actor": [None, "me", None, None],
        }
    ).astype("str")

    PLACES.place(rows, "UNKNOWN", unmatched)
    PLACES.place(rows, "UNKNOWN", unmatched)

    assert unmatched.names[("municipality", "Komoro")][:2] == (4, "ambiguous")
    assert len(unmatched.names[("municipality", "Komoro")][2].split(",")) == 2
    assert unmatched.names[("municipality", "Location 7")] == (2, "none", "")
    assert unmatched.names[("service", "XX")] == (2, "none", "")
    assert unmatched.names[("actor", "me")] == (2, "none", "")


@pytest.mark.parametrize(
    ("row", "service", "actor"),
    [
        ({"service": "ADO"}, "ADO", "operator_ado"),
        ({"service": "adó "}, "ADO", "operator_ado"),
        ({"service": "ADO", "level": 1}, "ADO", "nisz"),
        ({"service": "ADO", "level": 2}, "ADO", "operator_ado"),
        ({"service": "ADO", "actor": "menedzsment", "level": 1}, "ADO", "menedzsment"),
        ({"service": "C01_VIRT"}, "C01_VIRT", "nisz"),
        ({"service": "SAP"}, "UNKNOWN", "unknown"),
        ({"actor": "someone"}, "UNKNOWN", "unknown"),
        ({"level": 1}, "UNKNOWN", "nisz"),
    ],
)
def test_an_actor_that_is_not_named_is_the_desk_or_the_operator(row, service, actor):
    assert placed(**({"service": None} | row))[0][1:] == (service, actor)


def test_names_beyond_what_is_kept_are_counted_together_and_by_kind(monkeypatch):
    monkeypatch.setattr("etl.places.MOST_NAMES", 2)
    unmatched = Unmatched()
    for name in ("A", "B", "C", "D", "A"):
        unmatched.add("municipality", name, 10, "none")
    unmatched.add("service", "X", 1, "none")

    assert {name: rows for name, (rows, *_) in unmatched.names.items()} == {
        ("municipality", "A"): 20,
        ("municipality", "B"): 10,
        ("municipality", "…"): 20,
        ("service", "X"): 1,
    }


def test_a_row_without_a_service_has_the_member_of_its_record():
    assert placed("NA", service=None)[0][1:] == ("NA", "unknown")


def test_no_rows_are_placed_nowhere():
    empty = pd.DataFrame({"municipality": pd.Series([], dtype="str"), "service": pd.Series([], dtype="str")})

    assert PLACES.place(empty, "UNKNOWN", Unmatched()).empty
