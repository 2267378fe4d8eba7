"""Exports hold the figures of the screen, explain themselves and run nothing."""

import csv
import io
from datetime import date

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.callbacks.cards import ask_all
from dashboard.callbacks.exporting import file_name, sheet_of
from dashboard.components import chart_card
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.formats import day
from dashboard.look import Look

CARD = chart_card(
    "test-export", "sla_resolution_rate", by=["month", "service"], draw=lambda answered, look: go.Figure()
)
VIEW = {"search": "?from=2025-01&to=2025-12&service=ADO"}


@pytest.fixture
def sheet(in_app) -> Sheet:
    return sheet_of(CARD, ask_all(CARD, VIEW), Look("hu"), "http://asp.example/service?from=2025-01")


def test_csv_is_what_a_hungarian_spreadsheet_reads(sheet):
    content = csv_bytes(sheet, "hu")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [
        "Hónap",
        "Szakrendszer, komponens",
        "Határidőre megoldva",
        "Számláló",
        "Nevező",
        "Sorok száma (n)",
    ]
    assert rows[1][0] == "2025.\u00a0jan."
    assert float(rows[1][2].replace(",", ".")) == pytest.approx(int(rows[1][3]) / int(rows[1][4]))


def test_csv_in_english_has_points_and_commas(sheet):
    first = csv_bytes(sheet, "en").decode("utf-8-sig").splitlines()[1]
    assert first.count(",") == 5


def test_xlsx_has_real_numbers_and_says_what_it_is(sheet):
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet, "hu")))
    assert book.sheetnames == ["Adatok", "Leírás"]
    cell = book["Adatok"]["C2"]
    assert isinstance(cell.value, (int, float))
    assert cell.number_format == "0.0%"
    assert book["Adatok"].freeze_panes == "A2"
    about = {row[0].value: row[1].value for row in book["Leírás"].iter_rows()}
    assert about["Cím"] == "Határidőre megoldva"
    assert about["Szűrők"] == "Időszak: 2025. · Szakrendszer, komponens: ADÓ"
    assert about["Hivatkozás erre a nézetre"] == "http://asp.example/service?from=2025-01"
    assert about["Pillanatkép"].startswith("snapshot-")
    assert about["Exportálva"] == day(date.today(), "hu")
    book.close()


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil")'])
def test_text_is_never_a_formula(evil):
    sheet = Sheet(evil, pd.DataFrame({evil: [evil], "n": [-1]}), {"Cím": evil}, "x", {})
    assert f"'{evil}" in csv_bytes(sheet, "hu").decode("utf-8-sig").replace('""', '"')
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet, "hu")))
    for cell in [*book["Adatok"]["A"], book["Leírás"]["B1"]]:
        assert cell.data_type == "s"
        assert str(cell.value).startswith("'")
    assert book["Adatok"]["B2"].value == -1
    book.close()


def test_an_empty_frame_is_still_a_file():
    sheet = Sheet("x", pd.DataFrame({"a": pd.Series(dtype="float64")}), {}, "x", {})
    assert csv_bytes(sheet, "hu").decode("utf-8-sig").strip() == "a"
    assert xlsx_bytes(sheet, "hu").startswith(b"PK")


@pytest.mark.parametrize(
    ("title", "name"), [("Határidőre megoldva", "hataridore-megoldva"), ("Ő / ű?", "o-u"), ("…", "asp")]
)
def test_file_names_are_plain(title, name):
    assert file_name(title) == name
