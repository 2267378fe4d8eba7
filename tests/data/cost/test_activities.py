"""Activities of the allocation plan: which part of which line they are, to the forint."""

from datetime import date

import pandas as pd
import pytest

from data.cost.activities import activities_of, support
from data.cost.plan import BadPlan
from data.reference import register

DESK = (
    '[[activity]]\nid = "desk"\nname_hu = "a"\nname_en = "b"\nlevel = 1\nshare = 60\nbasis = "x"\nactors = ["nisz"]\n'
)
LINES = [
    ("L1", "nisz", "NA", "K1101", "ADO", 101),
    ("L1", "nisz", "NA", "K1101", "GAZD", -101),
    ("L2", "nisz", "C01_VIRT", "K3", "ADO", 1000),
    ("L3", "operator_ado", "ADO", "K3", "ADO", 7),
]


def lines():
    names = ["line_id", "actor_id", "service_id", "account_id", "application_id", "amount_huf"]
    rows = [dict(zip(names, row, strict=True)) for row in LINES]
    return pd.DataFrame(rows).assign(municipality_id="00000", source="ledger", month=date(2025, 1, 1))


def told(text):
    found = support(lines(), activities_of(text, "plan"))
    return {(row["line_id"], row["application_id"]): row["amount_huf"] for row in found.to_dict("records")}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", {("L1", "ADO"): 61, ("L1", "GAZD"): -61, ("L2", "ADO"): 600}),
        ('services = ["NA"]', {("L1", "ADO"): 61, ("L1", "GAZD"): -61}),
        ('accounts = ["K1"]', {("L1", "ADO"): 61, ("L1", "GAZD"): -61}),
        ('accounts = ["K31"]', {}),
    ],
)
def test_an_activity_is_its_share_of_the_lines_it_names_halves_away_from_zero(more, expected):
    assert told(DESK + more) == expected


def test_a_plan_without_activities_has_no_support():
    assert told('version = "1"') == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DESK.replace("60", "0"), "share is 0"),
        (DESK.replace("level = 1", "level = 3"), "level is 3"),
        (DESK.replace('basis = "x"\n', ""), "basis is missing"),
        (DESK + 'who = "x"', "who is not known"),
        (DESK + DESK, "two activities are called desk"),
        (DESK + DESK.replace('"desk"', '"other"').replace('actors = ["nisz"]', 'services = ["ADO"]'), "100 per cent"),
    ],
)
def test_a_bad_activity_is_named(text, said):
    with pytest.raises(BadPlan, match=said):
        activities_of(text, "plan")


def test_packaged_activities_say_that_they_are_assumptions():
    plan = register.allocation_plans().iloc[0]["content"]

    found = activities_of(plan, "packaged")

    assert {one.level for one in found} == {1, 2}
    assert all(one.basis.startswith("feltételezés") for one in found)
