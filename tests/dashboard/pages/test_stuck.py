"""What is stuck: the list shows, narrows and exports just what data/ finds; its words claim no more than is known."""

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card
from dashboard.components.stuck_file import work_file
from dashboard.components.stuck_list import PLACES, item_rows, shown_list
from dashboard.components.stuck_read import Wanted, narrowed_list
from dashboard.components.stuck_words import lacks_text
from dashboard.look import Look
from data.adoption.stuck import IDLE_DAYS, NEXT_STEPS
from data.errors import BadSelection
from tests.dashboard.pages.test_pages import text

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_pages")]


def asked(**query: str) -> Wanted:
    return Wanted.from_query(query)


def opened(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


def test_the_list_narrows_by_step_actor_county_and_progress():
    whole = narrowed_list(asked())
    staffed = narrowed_list(asked(step="staffed"))
    still = narrowed_list(asked(idle="1"))
    operators = narrowed_list(asked(actor="onkormanyzatok"))
    county = whole.stuck["county"].iloc[0]

    assert set(whole.items["missing"]) > set(staffed.items["missing"]) == {"staffed"}
    assert len(staffed.items) == (whole.items["missing"] == "staffed").sum()
    assert 0 < len(still.stuck) == (whole.stuck["idle_days"] >= IDLE_DAYS).sum() < len(whole.stuck)
    assert 0 < len(operators.items) < len(whole.items)
    assert all("onkormanyzatok" in turn for turn in operators.items["turn"])
    assert set(narrowed_list(asked(county=county)).stuck["county"]) == {county}
    with pytest.raises(BadSelection):
        asked(step="nothing")
    with pytest.raises(BadSelection):
        narrowed_list(asked(county="Atlantisz"))


def test_every_municipality_of_an_item_leads_to_its_profile_and_the_selection_goes_along():
    wanted = asked(service="ADO,GAZD")
    work = narrowed_list(wanted)
    grid = shown_list(work, wanted.selection, "hu")[1].children.children
    fields = {column["headerName"]: column["field"] for column in grid.columnDefs}
    assert grid.columnDefs[0]["cellRendererParams"]["address"] == "/municipality/{}?service=ADO,GAZD"
    assert [row[PLACES] for row in grid.rowData] == list(work.items["members"])
    for row, item in zip(grid.rowData, work.items.to_dict("records"), strict=True):
        # assets/stuck.js puts names and codes together
        names = row[fields["Önkormányzat"]].rpartition(": ")[2]
        assert names == item["member_names"]
        assert len(names.split(", ")) == len(row[PLACES].split(","))
    assert [row[fields["Napok"]] for row in grid.rowData] == list(work.items["missing_days"])


@pytest.mark.parametrize("language", ["hu", "en"])
def test_the_workbook_holds_the_whole_list_with_its_own_types_and_explains_itself(language):
    wanted = asked(step="staffed,trained", idle="1")
    work = narrowed_list(wanted)
    content, name = work_file(work, wanted, Look(language), "http://asp.example/adoption/stuck?step=staffed", "xlsx")
    sheets = opened(content)
    cover, items, pairs = sheets.values()
    said = dict(cover)

    assert name.endswith(f"{work.on}.xlsx")
    assert len(items) == 1 + len(work.items) > 10
    assert len(pairs) == 1 + len(work.pairs)
    heads = list(items[0])
    since, days, code = (heads.index(one) for one in {
        "hu": ("Mióta hiányzik", "Napok", "KSH-kód"), "en": ("Missing since", "Days", "KSH code"),
    }[language])  # fmt: skip
    for row, item in zip(items[1:], work.items.to_dict("records"), strict=True):
        assert row[since].date() == item["missing_since"].date()
        assert (row[days], row[code]) == (item["missing_days"], item["members"].replace(",", ", "))
    assert said[{"hu": "Hivatkozás erre a nézetre", "en": "Link to this view"}[language]].startswith("http://asp")
    filters = said[{"hu": "Szűrők", "en": "Filters"}[language]]
    assert str(IDLE_DAYS) in filters
    assert {"hu": "szerepkörök betöltve", "en": "local roles filled"}[language] in filters
    assert said[{"hu": "Futás", "en": "Run"}[language]].isdigit()


def test_the_csv_is_the_list_and_runs_no_formula():
    wanted = asked(step="staffed")
    work = narrowed_list(wanted)
    named = work.items.assign(member_names=["=cmd|'/c calc'!A0", *work.items["member_names"].iloc[1:]])
    content, _name = work_file(replace(work, items=named), wanted, Look("hu"), "", "csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    assert rows[0]["Önkormányzat"] == "'=cmd|'/c calc'!A0"
    assert [row["Önkormányzat"] for row in rows[1:]] == list(work.items["member_names"].iloc[1:])
    assert [date.fromisoformat(row["Mióta hiányzik"]) for row in rows] == [
        day.date() for day in work.items["missing_since"]
    ]
    assert [int(row["Napok"]) for row in rows] == list(work.items["missing_days"])


def test_an_absence_of_tickets_is_called_no_sign_of_use_and_said_to_be_a_proxy():
    used = narrowed_list(asked(step="in_use"))
    said = list(item_rows(used.items, "hu")["Mi hiányzik"])
    proxies = [text for text, basis in zip(said, used.items["basis"], strict=True) if basis == "proxy"]
    assert proxies
    assert all("nincs jele a használatnak" in one and "közelítés" in one for one in proxies)
    assert "közelítés" not in lacks_text("never_used", "usage", "hu")


def test_every_code_has_its_words():
    codes = ",".join(NEXT_STEPS)
    assert "_" not in lacks_text(codes, "usage", "hu") + lacks_text(codes, "proxy", "en")
    assert lacks_text("contact_person,key_user:ADO+GAZD", "proxy", "hu") == (
        "betöltetlen: kapcsolattartó, kulcsfelhasználó (ADÓ, GAZD)"
    )


def test_the_answer_and_the_charts_say_the_same_counts():
    view = {"search": "", "language": "en"}
    work = narrowed_list(asked())
    answer = text(fill_block(view, {"part": "block", "card": "adoption-stuck-answer"}))
    assert f"{len(work.items):,} items are on the work list: {len(work.stuck):,} of {len(work.scope):,} pairs" in answer
    for card in ("adoption-stuck-steps", "adoption-stuck-ages"):
        drawn = fill_card(view, "chart", {"part": "mode", "card": card})["figure"]
        assert sum(sum(bar["x"]) for bar in drawn.data) == len(work.items)
    counties = fill_card(view, "chart", {"part": "mode", "card": "adoption-stuck-county"})["figure"]
    assert list(counties.data[0]["y"]) == sorted(counties.data[0]["y"], reverse=True), "by name, not by result"
