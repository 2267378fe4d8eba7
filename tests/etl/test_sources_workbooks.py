import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from etl.limits import Limits
from etl.sources import batches, inputs
from etl.sources.errors import UnreadableInput

FIELDS = {"ticket_id": "id", "opened_at": "opened", "handle_hours": "hours", "made_sla": "sla", "category": "text"}
HEAD = ["id", "opened", "hours", "sla", "text"]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return packed.getvalue()


def test_cells_of_every_type_in_the_line_where_they_stand(read):
    content = workbook(
        {"A": [["title"], HEAD, [1, datetime(2025, 7, 1, 12), 1.5, True, "x"], [], ["2", "1/7/2025", "2,5", "nem", 12]]}
    )
    reading = read(content, "a.xlsx", fields=FIELDS, header_row=2, decimal=",", dates=["%d/%m/%Y"])

    assert reading.lines == [3, 5]
    assert reading.problems == {}
    assert reading.column("ticket_id") == ["1", "2"]
    assert reading.column("opened_at") == [pd.Timestamp("2025-07-01 10:00"), pd.Timestamp("2025-06-30 22:00")]
    assert reading.column("handle_hours") == [1.5, 2.5]
    assert reading.column("category") == ["x", "12"]


def test_sheets_are_inputs_and_name_themselves(read):
    rows = [["id", "opened"], [1, "2025-01-02"]]
    fields = {"ticket_id": "id", "opened_at": "opened", "category": {"column": "_sheet", "pattern": r"^(\d+)"}}
    reading = read(
        workbook({"2024 A": rows, "2025 B": rows, "x": []}), "a.xlsx", sheet=["2025 B", "2024 A"], fields=fields
    )

    assert reading.column("category") == ["2025", "2024"]


def test_a_sheet_that_is_not_there_is_named_beside_those_that_are(read):
    with pytest.raises(UnreadableInput, match=r"has no sheet '2052'; did you mean '2025'\?; it has '2025'"):
        read(workbook({"2025": [["id", "opened"]]}), "a.xlsx", sheet="2052")


def test_a_cell_with_an_error_or_an_uncomputed_formula_is_a_problem(read):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEAD, [1, date(2025, 1, 2), 1, True, "#REF!"], ["=A2+1", date(2025, 1, 2), "#DIV/0!", True, "x"]):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)

    reading = read(packed.getvalue(), "a.xlsx", fields=FIELDS)

    assert reading.lines == [2, 3]
    assert reading.problems == {
        2: ["category: '#REF!' is a spreadsheet error, not a value"],
        3: [
            "ticket_id: '#FORMULA!' is a spreadsheet error, not a value",
            "handle_hours: '#DIV/0!' is a spreadsheet error, not a value",
        ],
    }


def test_a_computed_formula_gives_its_value(read):
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "opened"])
        sheet.write_row(1, 0, ["", "2025-01-02"])
        sheet.write_formula(1, 0, "=1+1", None, 2)

    assert read(packed.getvalue(), "a.xlsx").column("ticket_id") == ["2"]


def test_open_document_sheets_are_read(read, tmp_path):
    frame = pd.DataFrame([[1, datetime(2025, 7, 1, 12), 1.5, True, "őŰ"]], columns=HEAD)
    frame.to_excel(tmp_path / "x.ods", engine="odf", index=False, sheet_name="lap")
    reading = read((tmp_path / "x.ods").read_bytes(), "a.ods", fields=FIELDS, sheet="lap")

    assert reading.lines == [2]
    assert reading.column("opened_at") == [pd.Timestamp("2025-07-01 10:00")]
    assert reading.column("category") == ["őŰ"]


def rewritten(content: bytes, change) -> bytes:
    """The zip with every member changed by change(name, bytes)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return packed.getvalue()


GOOD = workbook({"A": [["id", "opened"], [1, "2025-01-02"]]})
FAR = rewritten(GOOD, lambda name, xml: xml.replace(b'r="B2"', b'r="XFD1048576"') if "sheet1" in name else xml)
BEYOND = rewritten(GOOD, lambda name, xml: xml.replace(b'r="B2"', b'r="ZZZZZZ9"') if "sheet1" in name else xml)
TORN_XML = rewritten(GOOD, lambda name, xml: xml.replace(b"</row>", b"", 1) if "sheet1" in name else xml)
ENTITIES = rewritten(GOOD, lambda name, xml: xml.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1))
BOMB = rewritten(GOOD, lambda name, xml: xml + b" " * 60_000_000 if "sheet1" in name else xml)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "is empty"),
        (b"junk" * 50, "a.xlsx", "is not an XLSX file"),
        (b"junk" * 50, "a.xls", "is not a sound spreadsheet"),
        (b"<html><table></table></html>", "a.xls", "web page or XML under the name"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, "a.xls", "is not a sound spreadsheet"),
        (GOOD[:-100], "a.xlsx", "is not a sound spreadsheet"),
        (FAR, "a.xlsx", "reaches to line 1,048,576 and column 16,384"),
        (BEYOND, "a.xlsx", "reaches to line 9 and column"),
        (TORN_XML, "a.xlsx", "damaged XML"),
        (ENTITIES, "a.xlsx", "has a document type"),
        (BOMB, "a.xlsx", "expands from"),
        (workbook({"A": []}), "a.xlsx", "has no headings"),
        (workbook({"A": [["id", "open"]]}), "a.xlsx", "column 'opened'.*not found"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(read, content, name, words):
    with pytest.raises(UnreadableInput, match=words):
        read(content, name)


def test_repeated_cells_cannot_fill_memory(read, tmp_path):
    pd.DataFrame({"id": [1], "opened": ["x"]}).to_excel(tmp_path / "x.ods", engine="odf", index=False)
    wide = rewritten(
        (tmp_path / "x.ods").read_bytes(),
        lambda name, xml: re.sub(
            rb"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000000">', xml
        ),
    )

    with pytest.raises(UnreadableInput, match="too far to be read"):
        read(wide, "a.ods")


def test_a_sheet_that_fills_the_readers_memory_ends_only_the_reader(tmp_path, source_of):
    (tmp_path / "a.xlsx").write_bytes(workbook({"A": [["id", "opened"], *([n, "2025-01-02"] for n in range(20_000))]}))
    source = source_of(path="a.xlsx")
    source._limits = Limits(reader_memory=1_000_000)

    with pytest.raises(UnreadableInput, match="takes more memory"):
        list(batches(next(inputs(source, tmp_path)), source))
