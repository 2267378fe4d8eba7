"""Finding a municipality, and its profile: every part for villages, joint offices, counties, the capital."""

import sys
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.profile_parts import PARTS, asked_for
from data.periods import months_before
from data.schema import cost_share, dim_municipality, fact_contract, fact_ticket
from tests.dashboard.pages.test_pages import LOOKS, text

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_pages")]

KOMLO, KOMLO_HEVES = "26408", "14535"
SEARCHES = ("", "?from=2026-01&to=2026-06&county=Zala&service=ADO", "?run=2")


def page(name: str) -> Any:
    """A page's module, as Dash has imported it."""
    return sys.modules[f"dashboard.pages.{name}"]


def part(name: str, search: str, code: str, look: int = 0) -> str:
    """A part of a profile as text."""
    shown = page("municipality_one").show_part({"search": search} | LOOKS[look], code, {"municipality": name})
    return text(shown)


def results(search: str) -> Any:
    return page("municipality").show_results({"search": search} | LOOKS[0])


def a_code(condition, ascending: bool) -> str:
    """The municipality of a condition with the fewest (or most) tickets among those that have joined."""
    tickets = func.count(fact_ticket.c.ticket_id)
    found = (
        select(dim_municipality.c.municipality_id)
        .join(fact_contract, fact_contract.c.municipality_id == dim_municipality.c.municipality_id)
        .outerjoin(fact_ticket, fact_ticket.c.municipality_id == dim_municipality.c.municipality_id)
        .where(fact_contract.c.contract_kind == "joining", condition)
        .group_by(dim_municipality.c.municipality_id)
        .order_by(tickets if ascending else tickets.desc(), dim_municipality.c.municipality_id)
    )
    with answers().store.reading() as connection:
        return str(connection.scalars(found.limit(1)).one())


CASES = {
    "most tickets": (dim_municipality.c.kind == "municipality", False),
    "fewest tickets": (dim_municipality.c.kind == "municipality", True),
    "member of a joint office": (dim_municipality.c.office_type == "joint_member", False),
    "interface": (fact_contract.c.joining_type == "interface", False),
}


@pytest.mark.parametrize("case", [*CASES, "M02", "13578", "29586"])
def test_every_part_of_a_profile_answers(case, caplog):
    code = a_code(*CASES[case]) if case in CASES else case
    assert page("municipality_one").layout(code).className == "page profile"
    for search in SEARCHES:
        for at, name in enumerate(PARTS):
            shown = part(name, search, code, at % 2)
            assert "could not be made" not in shown, name
            assert "nem készülhetett el" not in shown, name
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_profile_says_that_other_filters_do_not_apply():
    code = a_code(*CASES["most tickets"])
    assert "csak az időszak és a futás" in part("head", "?county=Zala", code)
    assert "csak az időszak" not in part("head", "?from=2026-01", code)
    asked = asked_for(code, {"search": "?county=Zala&service=ADO&from=2026-01&to=2026-03"})
    assert asked.period.to_query() == {"from": "2026-01", "to": "2026-03"}


def test_a_profile_makes_up_no_share_of_the_common_cost():
    shown = part("money", "?from=2020-01&to=2020-12", KOMLO)
    assert "Még egyetlen hónap sincs felosztva" in shown
    assert " Ft" not in shown.replace("\u00a0", " ")


def test_the_share_of_a_profile_is_what_is_allocated():
    code = a_code(*CASES["most tickets"])
    with answers().store.reading() as connection:
        last = connection.scalar(select(func.max(cost_share.c.month)))
        own = (cost_share.c.municipality_id == code) & cost_share.c.superseded_run.is_(None)
        recent = cost_share.c.month > months_before(last, 12)
        total = connection.scalar(select(func.sum(cost_share.c.amount_huf)).where(own, recent))
    assert total
    assert formats.number(int(total), "hu") in part("money", "", code)


@pytest.mark.parametrize("code", ["99999", "Komló", "<script>", "komlo", "%22"])
def test_an_unknown_code_is_said_and_something_is_suggested(code):
    shown = text(page("municipality_one").layout(code))
    assert "Nincs ilyen önkormányzat" in shown
    assert ("Komló (Baranya)" in shown) == code.lower().startswith("koml")
    assert "Önkormányzati adatlap" in page("municipality_one").titled(code)


def test_a_name_leads_on_only_where_it_means_one():
    one = str(results("?name=Komló&from=2026-01"))
    assert "data-jump" in one
    assert f"/municipality/{KOMLO}?from=2026-01" in one
    both = str(results("?name=komlo"))
    assert "data-jump" not in both
    assert all(f"/municipality/{code}" in both for code in (KOMLO, KOMLO_HEVES))
    assert "Nincs ilyen nevű" in text(results("?name=qqq"))
    assert "A keresésről" in text(results(""))


def test_the_list_under_the_box_says_which_one_is_meant():
    suggest = page("municipality").suggest
    entries, said = suggest("Kömlő")
    meant = [entry.to_plotly_json()["props"] for entry in entries]
    assert [one["data-href"] for one in meant if one["data-meant"]] == [f"/municipality/{KOMLO_HEVES}"]
    assert said == f"{len(entries)} javaslat"
    assert not any(one.to_plotly_json()["props"]["data-meant"] for one in suggest("komlo")[0])
    assert suggest("") == ([], "")
