"""The page of contracts as plain functions: its tables, its file, and one contract."""

import io
from datetime import date

import openpyxl
import pytest

from dashboard.components.cost_contracts_blocks import one_contract, register_list
from dashboard.components.cost_contracts_file import register_file
from dashboard.components.cost_contracts_read import book_at, contract_href, merged
from dashboard.components.cost_contracts_tables import levels_table, penalty_table, register_table
from dashboard.components.cost_contracts_words import decisions, open_penalties
from dashboard.figures import contracts as figures
from dashboard.look import Look
from data.selection import Selection

pytestmark = pytest.mark.usefixtures("in_pages")
VIEW = {"search": "", "language": "hu", "theme": "light"}


def test_the_register_shows_every_contract_once_and_leads_to_its_details():
    book, asked = book_at(VIEW)

    shown = register_table(book, asked, "hu")

    assert list(shown["Szerződés"]) == list(book.rows["contract_id"])
    assert len(set(shown["Szerződés"])) == len(shown) > 10
    assert shown.attrs["links"][0] == f"/cost/contracts?contract={shown['Szerződés'][0]}"
    assert shown["Érték (Ft)"].sum() == book.rows["value_huf"].sum()


def test_what_is_written_of_penalties_adds_up_to_the_sentence():
    book, asked = book_at(VIEW)

    shown = penalty_table(book, asked, "en")

    texts = shown["Penalty due from measured attainment"]
    amounts = [text.removeprefix("HUF").replace(",", "").strip() for text in texts]
    assert sum(int(text) for text in amounts if text != "–") == merged(book)["measured_due_huf"].sum()
    assert (open_penalties(book.rows) > 0).sum() == sum(
        not text.endswith("\u00a00") for text in shown["Due by the register, not applied"]
    )


def test_a_contract_opens_with_its_levels_and_an_unknown_one_says_so():
    book, asked = book_at(VIEW)
    number = levels_table(book, asked, "hu").attrs["links"][0].split("=")[1]

    found = str(one_contract(book, number, asked, "hu"))

    assert f"{number} számú szerződés" in found
    assert "Határidőre megoldva" in found
    assert "/service/availability?" in found
    assert "Ebben a szűrésben nincs X számú szerződés." in str(one_contract(book, "X", asked, "hu"))
    assert one_contract(book, "", asked, "hu") is None


def test_the_address_keeps_the_period_and_drops_the_last_day_of_data():
    _book, asked = book_at(VIEW)
    half = Selection(first=date(2026, 1, 1), last=date(2026, 6, 30))

    assert contract_href("C", asked) == "/cost/contracts?contract=C"
    assert contract_href("C", half) == "/cost/contracts?from=2026-01&to=2026-06&contract=C"


def test_the_file_holds_the_register_the_levels_and_the_penalties():
    book, asked = book_at(VIEW)

    content, name = register_file(book, asked, Look("hu", "light"), "http://here", "xlsx")

    sheets = openpyxl.load_workbook(io.BytesIO(content))
    assert name.startswith("szerzodes-nyilvantartas-2026-10-31")
    assert sheets["Szerződés-nyilvántartás"].max_row == 1 + len(book.rows)
    assert sheets["Vállalt szintek havonta"].max_row == 1 + len(book.levels)
    assert sheets["Kötbérek havonta"].max_row == 1 + len(book.due)
    assert "Módosítások" in sheets.sheetnames


def test_without_contracts_the_page_says_so():
    book, asked = book_at(VIEW | {"search": "?service=NA"})

    assert "nincs betöltött szolgáltatási vagy szállítói szerződés" in str(decisions(book, asked, "hu"))
    assert "nincs betöltött" in str(register_list(book, asked, "hu"))
    for draw in (figures.drawdown, figures.growth):
        assert not draw(book.rows, Look("hu", "light")).data


def test_a_service_that_does_not_exist_is_an_error_of_the_reader():
    from dashboard.pages.cost_contracts import show_register  # pages register with the app

    shown, detail = show_register(VIEW | {"search": "?service=GONE"})

    assert detail is None
    assert "GONE" in str(shown)
