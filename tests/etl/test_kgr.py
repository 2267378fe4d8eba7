"""The treasury's KGR workbook: the lowest lines and nothing twice, sums as on the form, to the forint."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.schema import dim_account, fact_budget
from etl.config import Source
from etl.pipeline import run_job
from etl.sources import batches, inputs
from etl.sources.errors import UnreadableInput
from etl.sources.kgr.amounts import amount
from etl.sources.kgr.heads import head_of
from etl.sources.kgr.tables import form_of_sheet, form_of_title
from etl.sources.kgr.words import column_of, naming, unit_in
from tests.etl.kgr_books import FORMS, HEAD, INCOME, SPENDING, book, form, write

AMOUNTS = ("original_huf", "appropriated_huf", "committed_huf", "spent_huf")
SPENT = (20_002_000, 21_001_980, 20_501_870, 5_000_496)  # as the line "Költségvetési kiadások (K1-K8)" says
QUARTER = "2025. I. negyedév"
KOKO = Path(__file__).parents[3] / "shared/data/budget/koko_minta_budget.xlsx"


@pytest.fixture
def kgr(source_of):
    def make(path="*.xlsx", **settings):
        own = {"job": "budget", "record": "budget", "path": path, "format": "kgr"}
        return source_of(
            **own | {"fields": {"municipality": {"value": "01508"}, "actor": {"value": "menedzsment"}}} | settings
        )

    return make


@pytest.fixture
def rows(tmp_path, kgr, read_all):
    return lambda path="a.xlsx", **settings: read_all(kgr(path, **settings), tmp_path).rows


def sums(rows, prefix: str = "") -> tuple[int, ...]:
    own = rows[rows["account_id"].str.startswith(prefix)]
    return tuple(int(own[name].sum()) for name in AMOUNTS)


def scaled(rows: list[list], factor: float) -> list[list]:
    return [[*row[:2], *(None if cell is None else cell * factor for cell in row[2:])] for row in rows]


def cumulative(rows: list[list], spent: float) -> list[list]:
    """The same form with another performance, a share of it everywhere."""
    return [[*row[:6], None if row[6] is None else int(row[6] * spent)] for row in rows]


# --- reading one workbook -------------------------------------------------------------------------------------------


def test_the_lowest_lines_add_up_to_the_form(tmp_path, rows):
    book(tmp_path / "a.xlsx")

    read = rows()

    assert read["account_id"].tolist() == [
        "K1101", "K1113", "K121", "K2", "K506", "K513", "K9111", "B34", "B402", "B410", "B8131",
    ]  # fmt: skip
    assert sums(read[read["account_id"] != "K9111"], "K") == SPENT
    assert sums(read, "K9") == (10, 10, 10, 10)
    assert sums(read[read["account_id"] != "B8131"], "B") == (1000, 1000, 990, 783)
    assert set(read["fiscal_year"]) == {2025}
    assert read["line_id"].iloc[0] == "735650/2025/K1101/1"


def test_a_row_knows_its_form_and_its_line(tmp_path, kgr, read_all):
    book(tmp_path / "a.xlsx")
    source = kgr("a.xlsx", fields={"line_id": "line", "function_id": "form", "municipality": "body", "service": "name"})

    read = read_all(source, tmp_path)

    assert read.lines[:4] == [6, 8, 11, 14]
    assert read.column("line_id")[:4] == ["01", "13", "16", "21"] or read.column("line_id")[:4] == [
        "1",
        "13",
        "16",
        "21",
    ]
    assert set(read.column("function_id")) == {"01", "02", "03", "04"}
    assert set(read.column("municipality")) == {"Mintaváros Önkormányzata"}


def test_thousands_become_whole_forints(tmp_path, rows):
    thousand = {name: form(title, scaled(lines, 0.5), "E Ft") for name, (title, lines) in FORMS.items()}
    book(tmp_path / "a.xlsx", **thousand)

    assert sums(rows(), "K") == tuple(500 * (amount + 10) for amount in SPENT)


def test_a_workbook_that_does_not_say_its_unit_needs_it_declared(tmp_path, rows):
    book(tmp_path / "a.xlsx", unit="")

    with pytest.raises(UnreadableInput, match=r'Write unit = "forint" or unit = "thousand" into the source'):
        rows()
    assert sums(rows(unit="thousand"), "K9") == (10_000, 10_000, 10_000, 10_000)
    assert sums(rows(unit="forint"), "K9") == (10, 10, 10, 10)


def test_a_declared_unit_that_the_workbook_denies_is_refused(tmp_path, rows):
    book(tmp_path / "a.xlsx", unit="ezer forintban")

    with pytest.raises(UnreadableInput, match="says that its unit is thousand, the source says forint"):
        rows(unit="forint")
    book(tmp_path / "b.xlsx", **{"02": form("02 - B1-B7. Költségvetési bevételek", INCOME, "ezer forintban")})
    with pytest.raises(UnreadableInput, match=r"tells its unit in several ways \(forint, thousand\)"):
        rows("b.xlsx")


def altered(place: int, column: int, value: object, lines: list[list] = SPENDING) -> list[list]:
    changed = [[*row] for row in lines]
    changed[place][column] = value
    return changed


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (altered(0, 6, 5_000_002), r"'Foglalkoztatottak személyi juttatásai .*5,000,101 \(performed\).*5,000,102"),
        (altered(7, 2, 1), r"'Személyi juttatások \(=15\+19\) \(K1\)' says 1 \(original\).*sum up to 20,001,400"),
        (altered(15, 4, 20_501_871), r"line 21 'Költségvetési kiadások .*20,501,871 \(committed\)"),
        (altered(9, 6, 131), r"\(K2\)' says 150 \(performed\), but its lines sum up to 151"),
        (altered(3, 1, "biztosítási díjak (K1113)"), "rovat K1113 stands twice.*not marked 'ebből'"),
        ([*SPENDING, ["", "Egyebek", 1, 1, 1, None, 1]], "'Egyebek' has amounts but no rovat"),
        ([*SPENDING, ["", "Mindösszesen", 1, 1, 1, None, 1]], "'Mindösszesen' says 1"),
    ],
)
def test_a_form_that_does_not_add_up_is_named_and_not_loaded(tmp_path, rows, lines, told):
    book(tmp_path / "a.xlsx", **{"01": form("01 - K1-K8. Költségvetési kiadások", lines)})

    with pytest.raises(UnreadableInput, match=f"a.xlsx: does not add up: .*{told}"):
        rows()


def test_a_line_may_be_left_out_by_its_name(tmp_path, rows):
    lines = [*SPENDING, ["", "Éves létszám-előirányzat (fő)", 12, 12, None, None, 11]]
    book(tmp_path / "a.xlsx", **{"01": form("01 - K1-K8. Költségvetési kiadások", lines)})

    assert sums(rows(skip={"name": "létszám"}), "K1")[3] == 5_000_351


@pytest.mark.parametrize("gap", ["Ebből:", "ezen belül"])
def test_lines_below_of_which_are_parts_too(tmp_path, rows, gap):
    lines = [*SPENDING[:3], ["", gap], ["14", "biztosítási díjak (K1113)", 400, 300, 300, None, 100], *SPENDING[4:]]
    book(tmp_path / "a.xlsx", **{"01": form("01 - K1-K8. Költségvetési kiadások", lines)})

    assert sums(rows(forms=["01"])) == SPENT


def test_numbers_as_text_and_a_column_of_codes(tmp_path, rows):
    table = [
        [
            "Sorszám",
            "Rovat megnevezése",
            "Rovat száma",
            "Eredeti ei.",
            "Módosított ei.",
            "Teljesítés",
            "Teljesítés %-a",
        ],
        ["A", "B", "C", "D", "E", "F", "G"],
        ["1", "Készletbeszerzés", "K31", "1 234 567", "1\u00a0300\u00a0000", "(4 000)", "12,3"],
        ["2", "  ebből: üzemanyag", "K31", "1 000", "-", "\u22121\u202f000", ""],
        ["3", "Egyéb dologi kiadások", "K355", "1.000.000", "X", "5 000 Ft", ""],
        ["4", "Dologi kiadások összesen", "K3", "2 234 567", 1300000, "1000", ""],
        ["5", "Kiadások összesen", "", 2234567, 1300000, 1000, ""],
    ]
    write(tmp_path / "a.xlsx", {"Munka1": [["Kimutatás 2025. év"], ["Adatok forintban"], *table]})

    assert sums(rows()) == (2_234_567, 1_300_000, 0, 1_000)
    assert rows()["account_id"].tolist() == ["K31", "K355"]


def test_forms_below_each_other_in_one_sheet_with_their_headings_repeated(tmp_path, rows):
    first, second = form(FORMS["01"][0], SPENDING[:6]), form(FORMS["02"][0], INCOME)
    stacked = [*first[:-2], HEAD, list(range(1, 8)), *SPENDING[6:], [], *second, *form("12 - Mérleg", [["1", "X", 1]])]
    write(tmp_path / "a.xlsx", {"Összes": [["2025. év"], *stacked]})

    assert sums(rows(), "K") == SPENT
    assert sums(rows(), "B") == (1000, 1000, 990, 783)


def test_a_code_that_skips_a_digit_is_still_below_its_parent(tmp_path, rows):
    lines = [
        ["1", "Nemzetközi kötelezettségek (K501)", 1, 1, 1, None, 1],
        ["2", "Kamattámogatások (K510)", 2, 2, 2, None, 2],
        ["3", "A helyi önkormányzatok előző évi elszámolásából származó kiadások (K5021)", 4, 4, 4, None, 4],
        ["4", "Elvonások és befizetések (K502)", 4, 4, 4, None, 4],
        ["5", "Egyéb működési célú kiadások (=1+2+4) (K5)", 7, 7, 7, None, 7],
    ]
    write(tmp_path / "a.xlsx", {"01": [["2025. év"], *form(FORMS["01"][0], lines)]})

    assert rows()["account_id"].tolist() == ["K501", "K510", "K5021"]
    assert sums(rows()) == (7, 7, 7, 7)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"Munka1": [["semmi"], ["a", "b"]]}, "holds no form of the treasury's budget report; its sheets are 'Munka1'"),
        ({"01": [["2025. év, Ft"], ["#", "Megnevezés"], ["1", "Bér (K1101)", 5]]}, "looks like a form by its name"),
        ({"01": [["forint"], *form(FORMS["01"][0], SPENDING)]}, "does not say its year"),
        ({"01": [["2025. év, Ft"], HEAD, *SPENDING], "03": [HEAD[:6], *FORMS["03"][1]]},
         r"a.xlsx\[03\]: has no column for 'performed', which other forms of the workbook have"),
        ({"01": [["2024. év"], ["2025. év"], *form(FORMS["01"][0], SPENDING)]}, r"names several years \(2024, 2025\)"),
        ({"01": [["2025. év"], *form("x", altered(0, 6, "5.000"))]}, "line 7: column 7: '5.000' may be a fraction"),
        ({"01": [["2025. év, Ft"], HEAD, SPENDING[0], ["02. űrlap: bevételek"], SPENDING[5]]},
         r"a.xlsx\[01\], line 5: has a rovat and an amount, but stands below no headings"),
        ({"01": [["2025. év"], *form("x", altered(0, 6, "sok"))]}, "column 7: 'sok' is not an amount"),
        ({"01": [["2025. év"], *form("x", altered(0, 6, "=1+1"))]}, r"\(K1101\)' holds a formula that was never"),
        ({"01": [["2025. év, Ft"], ["#", "Megnevezés", "Összesen"], ["1", "Bér (K11)", 5]]}, "no heading says which"),
        ({"01": [["2025. év, Ft"], ["#", "Megnevezés", "Teljesítés", "Teljesítés szept. 30-ig"], ["1", "(K2)", 5, 6]]},
         "more than one column could be the amount 'performed'"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(tmp_path, rows, content, told):
    write(tmp_path / "a.xlsx", content)

    with pytest.raises(UnreadableInput, match=told):
        rows()


def test_totals_may_be_formulas_that_nobody_computed_and_other_tables_are_none_of_ours(tmp_path, rows):
    lines = [[*row[:2], *("=1+1" for _ in row[2:])] if "(=" in row[1] and row[0] not in ("21", "126") else row
             for row in SPENDING]  # fmt: skip
    notes = [["Mérleg 2024. év"], ["Megnevezés", "Összeg"], ["Készletek", 7]]
    book(tmp_path / "a.xlsx", **{"01": form(FORMS["01"][0], lines), "Jegyzet": notes})

    assert sums(rows(forms=["01"])) == SPENT


def test_a_declared_year_that_the_workbook_denies_is_refused(tmp_path, rows):
    book(tmp_path / "a.xlsx")

    with pytest.raises(UnreadableInput, match="is of 2025, the source says 2024"):
        rows(fields={"fiscal_year": {"value": 2024}})


def test_a_year_may_stand_in_the_headings_alone(tmp_path, rows):
    headings = ["#", "Megnevezés", "2025. évi eredeti előirányzat (E Ft)"]
    write(tmp_path / "a.xlsx", {"Munka1": [[], headings, ["1", "Bér (K1101)", 5]]})

    assert rows()[["fiscal_year", "original_huf"]].to_numpy().tolist() == [[2025, 5000]]


def test_the_visualisers_workbook_is_no_form_and_is_refused_by_name(tmp_path, rows):
    if not KOKO.is_file():
        pytest.skip("the real extracts are not beside this checkout")
    (tmp_path / "a.xlsx").write_bytes(KOKO.read_bytes())

    with pytest.raises(UnreadableInput, match=r"'Kiadások összesen' says 3,535,559,000 .*function 011130"):
        rows(unit="forint", sheet="2020 KIADÁS", fields={"fiscal_year": {"value": 2020}})


# --- 05, 06 and 07 --------------------------------------------------------------------------------------------------

FUNCTIONS = [
    ["05/A - Kiadások kormányzati funkciónként", "", "", ""],
    ["#", "Megnevezés", "Összesen", "011130 Önkormányzatok igazgatási tevékenysége", "Zöldterület", ""],
    ["", "", "", "", "066010", "081030 Sportlétesítmények"],
    [1, 2, 3, 4, 5, 6],
]
BY_FUNCTION = [
    ["01", "Törvény szerinti illetmények (K1101)", 5_000_001, 5_000_000, 1, 0],
    ["02", "Foglalkoztatottak egyéb személyi juttatásai (K1113)", 100, 60, None, 40],
    ["03", "ebből: biztosítási díjak (K1113)", 100, 60, None, 40],
    ["04", "Foglalkoztatottak személyi juttatásai (=01+02) (K11)", 5_000_101, 5_000_060, 1, 40],
    ["05", "Választott tisztségviselők juttatásai (K121)", 250, 250, 0, 0],
    ["06", "Személyi juttatások (=04+05) (K1)", 5_000_351, 5_000_310, 1, 40],
]


def test_performance_by_function_takes_the_place_of_the_forms_before_it(tmp_path, rows):
    book(tmp_path / "a.xlsx", **{"05": [*FUNCTIONS, *BY_FUNCTION]})

    read = rows()

    assert sums(read[read["account_id"] != "K9111"], "K") == SPENT  # nothing twice
    wages = read[read["account_id"] == "K1101"].set_index("function_id", drop=False)
    assert wages["spent_huf"].dropna().to_dict() == {"011130": 5_000_000, "066010": 1}
    assert wages["original_huf"].dropna().tolist() == [20_000_000]
    assert sums(rows(forms=["05"])) == (0, 0, 0, 5_000_351)
    assert sums(rows(forms=["01"])) == SPENT


@pytest.mark.parametrize(
    ("place", "column", "value", "told"),
    [
        (4, 3, 251, r"\(K121\)|\(K1\)"),
        (1, 2, 101, "K11"),
    ],
)
def test_functions_that_do_not_add_up_are_named(tmp_path, rows, place, column, value, told):
    book(tmp_path / "a.xlsx", **{"05": [*FUNCTIONS, *altered(place, column, value, BY_FUNCTION)]})

    with pytest.raises(UnreadableInput, match=told):
        rows()


def test_functions_that_deny_the_other_form_are_named(tmp_path, rows):
    other = [[*row[:2], *(2 * (cell or 0) for cell in row[2:])] for row in BY_FUNCTION]
    book(tmp_path / "a.xlsx", **{"05": [*FUNCTIONS, *other]})

    with pytest.raises(UnreadableInput, match=r"rovat K1101: 10,000,002 by function .*but 5,000,001 on forms 01 to 04"):
        rows()


def test_functions_as_blocks_of_lines(tmp_path, rows):
    head = ["Sorszám", "Megnevezés", "Eredeti előirányzat", "Teljesítés"]
    blocks = [
        ["05 - Kiadások kormányzati funkciónként"], ["2025. év, adatok ezer forintban"], head,
        ["Kormányzati funkció: 011130 Igazgatás"], ["1", "Készlet (K31)", 5, 4], ["2", "Dologi (=1) (K3)", 5, 4],
        ["Kormányzati funkció: 66010 Zöldterület"], ["1", "Készlet (K31)", 3, 2], ["2", "Dologi (=1) (K3)", 3, 2],
    ]  # fmt: skip
    write(tmp_path / "a.xlsx", {"05": blocks})

    read = rows()

    assert read[["account_id", "function_id", "original_huf", "spent_huf"]].to_numpy().tolist() == [
        ["K31", "011130", 5000, 4000], ["K31", "066010", 3000, 2000],
    ]  # fmt: skip


RESULT = [
    ["07/A - Maradványkimutatás"],
    ["#", "Megnevezés", "Összeg"],
    ["01", "01        Alaptevékenység költségvetési bevételei", 783],
    ["02", "02        Alaptevékenység költségvetési kiadásai", 5_000_496],
    ["03", "I          Alaptevékenység költségvetési egyenlege (=01-02)", -4_999_713],
    ["04", "03        Alaptevékenység finanszírozási bevételei", 650],
    ["05", "04        Alaptevékenység finanszírozási kiadásai", 10],
    ["06", "II         Alaptevékenység finanszírozási egyenlege (=04-05)", 640],
]


def test_the_result_checks_the_others_and_is_not_loaded(tmp_path, rows):
    book(tmp_path / "a.xlsx", **{"07": RESULT})
    assert len(rows()) == 11

    book(tmp_path / "a.xlsx", **{"07": altered(2, 2, 784, RESULT[:4])})
    with pytest.raises(
        UnreadableInput, match=r"form 07 says 784 was performed \(B, budgetary\), forms 01 to 04 say 783"
    ):
        rows()
    book(tmp_path / "a.xlsx", **{"07": altered(4, 2, 7, RESULT)})
    with pytest.raises(UnreadableInput, match=r"egyenlege .*' says 7 .*sum up to -4,999,713"):
        rows()
    assert sums(rows(forms=["01", "02", "03", "04"]), "B8") == (600, 650, 650, 650)


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ezer forintban", "thousand"), ("Adatok: eFt", "thousand"), ("E Ft", "thousand"), ("1000 Ft", "thousand"),
        ("Adatok forintban!", "forint"), ("Ft", "forint"), ("Összeg (Ft-ban)", "forint"), ("millió Ft", "million"),
        ("Mintaváros", None), ("Fejezet", None),
    ],
)  # fmt: skip
def test_units(text, expected):
    assert unit_in(text) == expected


@pytest.mark.parametrize(
    ("name", "code", "groups", "part", "terms"),
    [
        ("Bér (K1101)", "K1101", 0, False, 0), ("  ebből: díj (K 1113)", "K1113", 0, True, 0),
        ("Személyi (=15+19) (K1)", "K1", 0, False, 2), ("Személyi (=01+…+13) (K11)", "K11", 0, False, 13),
        ("Kiadások (K1=01+...+19)", "K1", 0, False, 19), ("Kiadások (=20+21) (K1-K8)", None, 8, False, 2),
        ("K31 Készletbeszerzés", "K31", 0, False, 0), ("Juttatások (>=14) (K1113)", "K1113", 0, False, 0),
        ("K1-K8. Költségvetési kiadások", None, 8, False, 0), ("Egyéb", None, 0, False, 0),
        ("Működési (K1+K2+K3)", None, 3, False, 0), ("Dologi (K3=K31+K32)", "K3", 0, False, 2),
        ("Kiadások (K1+…+K8)", None, 8, False, 0), ("14. ebből: díj (K1113)", "K1113", 0, True, 0),
    ],
)  # fmt: skip
def test_names(name, code, groups, part, terms):
    said = naming(name)
    assert (said.code, len(said.groups), said.part, len(said.terms)) == (code, groups, part, terms)


@pytest.mark.parametrize(
    ("text", "years", "months"),
    [
        ("2025. I-III. negyedév", {2025}, {(1, 9)}), ("2025. III. negyedév", {2025}, {(1, 9)}),
        ("2025. évi 1-2. negyedév", {2025}, {(1, 6)}), ("2025.01.01-2025.09.30", {2025}, {(1, 9)}),
        ("2025. július 1. és 2025. VII-IX. hó", {2025}, {(7, 9)}), ("2025. év", {2025}, set()),
        ("Év: 2025", {2025}, set()), ("2025.07.01. - 2025.09.30.", {2025}, {(7, 9)}),
        ("2025. szeptember hó", {2025}, {(1, 9)}), ("az államháztartásról szóló 2011. évi CXCV. törvény", set(), set()),
        ("2025. január-június", {2025}, {(1, 6)}), ("2025. I. félév", {2025}, {(1, 6)}),
        ("Készült: 2026.02.15", set(), set()),
    ],
)  # fmt: skip
def test_periods(text, years, months):
    head = head_of([[text]])
    assert (head.years, head.months) == (years, months)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("01/A - K1-K8. Költségvetési kiadások", "01"), ("01 - K1-K8. Költségvetési kiadások", "01"),
        ("K9. Finanszírozási kiadások", "03"), ("12 - Mérleg", "12"), ("2025. évi beszámoló", None),
        ("Költségvetési kiadások (=20+21) (K1-K8)", None), ("07/A - Maradványkimutatás", "07"),
    ],
)  # fmt: skip
def test_titles(title, expected):
    assert form_of_title([title, "", ""]) == expected


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [("01", "01"), ("1. űrlap", "01"), ("01A", "01"), ("02_űrlap", "02"), ("Űrlap 05", "05"), ("2025 KIADÁS", None)],
)
def test_sheets(sheet, expected):
    assert form_of_sheet(sheet) == expected


def test_headings_of_amounts():
    headings = [*HEAD[2:], "Teljesítés %", "Követelés", "Módosított előirányzat"]
    assert [column_of(heading) for heading in headings] == [
        "original", "modified", "committed", None, "performed", None, "committed", "modified",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "settings", "expected"),
    [
        ("1 234", {}, "1234"), ("\u22125", {}, "-5"), ("(5 000)", {}, "-5000"), ("5-", {}, "-5"), ("-", {}, None),
        (12.5, {}, "12.5"), ("12,5", {}, "12.5"), ("1.234.567", {}, "1234567"), ("X", {}, None), (0, {}, "0"),
        ("1.234,5", {"decimal": ",", "thousands": ["."]}, "1234.5"),
        ("1.234", {"decimal": ",", "thousands": ["."]}, "1234"),
    ],
)  # fmt: skip
def test_amounts(kgr, cell, settings, expected):
    assert amount(cell, kgr(**settings)) == (None if expected is None else Decimal(expected))


# --- a year of reports ----------------------------------------------------------------------------------------------


def quarter(path: Path, period: str, spent: float, **more) -> Path:
    sheets = {name: form(title, cumulative(lines, spent)) for name, (title, lines) in FORMS.items() if name == "03"}
    wages = [["01", "Törvény szerinti illetmények, munkabérek (K1101)", 1000, 1200, 1100, None, int(800 * spent)],
             ["02", "Személyi juttatások (=01) (K1)", 1000, 1200, 1100, None, int(800 * spent)]]  # fmt: skip
    return book(path, period, **{**sheets, "01": form(FORMS["01"][0], wages), "02": None, "04": None, **more})


def current(store, *columns):
    with store.reading() as connection:
        query = select(*columns).where(fact_budget.c.superseded_run.is_(None))
        return [tuple(row) for row in connection.execute(query.order_by(*columns))]


def by_month(store, account="K1101"):
    columns = fact_budget.c
    with store.reading() as connection:
        query = (
            select(columns.period_on, func.sum(columns.appropriated_huf), func.sum(columns.spent_huf))
            .where(columns.superseded_run.is_(None), columns.account_id == account)
            .group_by(columns.period_on).order_by(columns.period_on)
        )  # fmt: skip
        return {row[0]: (int(row[1] or 0), int(row[2] or 0)) for row in connection.execute(query)}


def test_a_form_lands_in_the_facts_to_the_forint(tmp_path, store, kgr):
    book(tmp_path / "a.xlsx")

    report = run_job(store, "budget", [kgr("a.xlsx")], tmp_path)

    assert (report.status, report.inputs[0].counts.loaded_new) == ("published", 11)
    columns = [func.sum(fact_budget.c[name]) for name in AMOUNTS]
    with store.reading() as connection:
        spent = connection.execute(
            select(*columns).where(fact_budget.c.account_id.like("K%"), fact_budget.c.account_id != "K9111")
        )
        parts = select(func.count()).where(
            fact_budget.c.account_id.in_(select(dim_account.c.account_id).where(dim_account.c.is_of_which == 1))
        )
        assert tuple(map(int, spent.one())) == SPENT
        assert connection.scalar(parts) == 0
    again = run_job(
        store,
        "budget",
        [kgr("a.xlsx")],
        tmp_path,
    )
    assert again.inputs[0].status == "skipped"


def test_quarters_and_the_year_become_increments_whatever_their_order(tmp_path, store, kgr):
    quarter(tmp_path / "q3.xlsx", "2025. I-III. negyedév", 0.75)
    run_job(store, "budget", [kgr()], tmp_path)
    assert by_month(store) == {date(2025, 9, 1): (1200, 600)}

    quarter(tmp_path / "q1.xlsx", "2025. I. negyedév", 0.25)
    run_job(store, "budget", [kgr()], tmp_path)
    assert by_month(store) == {date(2025, 3, 1): (1200, 200), date(2025, 9, 1): (0, 400)}

    quarter(tmp_path / "year.xlsx", "2025. évi éves költségvetési beszámoló", 1)
    report = run_job(store, "budget", [kgr()], tmp_path)
    assert [one.status for one in report.inputs] == ["skipped", "skipped", "loaded"]
    assert by_month(store) == {
        date(2025, 3, 1): (1200, 200), date(2025, 9, 1): (0, 400), date(2025, 12, 1): (0, 200),
    }  # fmt: skip

    quarter(tmp_path / "q1.xlsx", "2025. I. negyedév", 0.5)  # a correction moves what the next one adds
    report = run_job(store, "budget", [kgr()], tmp_path)
    assert sum(spent for _, spent in by_month(store).values()) == 800
    assert by_month(store)[date(2025, 9, 1)] == (0, 200)
    assert report.inputs[1].counts.loaded_changed == report.inputs[1].counts.read


def test_a_report_that_takes_the_place_of_the_last_counts_once(tmp_path, duckdb_store, kgr):
    for period, spent in (("2025. I. negyedév", 0.25), ("2025. I-II. negyedév", 0.5), ("2025. év", 1)):
        quarter(tmp_path / "report.xlsx", period, spent)
        run_job(duckdb_store, "budget", [kgr()], tmp_path)

    assert by_month(duckdb_store) == {date(2025, 1, 1): (1200, 800)}


@pytest.mark.parametrize("taken", [["q1"], ["q1", "q2"]])
def test_a_report_that_is_taken_away_leaves_no_increments_behind(tmp_path, store, kgr, taken):
    for name, period, spent in (("q1", "I.", 0.25), ("q2", "I-II.", 0.5), ("q3", "I-III.", 0.75)):
        quarter(tmp_path / f"{name}.xlsx", f"2025. {period} negyedév", spent)
    run_job(store, "budget", [kgr()], tmp_path)
    for name in taken:
        (tmp_path / f"{name}.xlsx").unlink()

    report = run_job(store, "budget", [kgr()], tmp_path)

    assert sum(spent for _, spent in by_month(store).values()) == 600
    assert sum(one.withdrawn for one in report.inputs) > 0


def test_a_line_that_a_corrected_report_no_longer_has_is_gone(tmp_path, duckdb_store, kgr):
    plan = [["#", "Megnevezés", "Eredeti előirányzat"], ["1", "Bér (K1101)", 1000], ["2", "Bérlet (K333)", 30]]
    for lines in (plan, plan[:2]):
        write(tmp_path / "plan.xlsx", {"01": [["2025. évi elemi költségvetés"], ["PIR: 735650", "forintban"], *lines]})
        report = run_job(duckdb_store, "budget", [kgr()], tmp_path)

    assert current(duckdb_store, fact_budget.c.account_id) == [("K1101",)]
    assert [one.withdrawn for one in report.inputs] == [1]


def test_a_plan_comes_first_and_a_rovat_that_vanishes_goes_back_to_nothing(tmp_path, duckdb_store, kgr):
    plan = [["#", "Megnevezés", "Eredeti előirányzat"], ["1", "Bér (K1101)", 1000], ["2", "Bérlet (K333)", 30]]
    write(tmp_path / "a_plan.xlsx", {"01": [["2025. évi elemi költségvetés"], ["PIR: 735650", "forintban"], *plan]})
    quarter(tmp_path / "q1.xlsx", "2025. I. negyedév", 0.25)

    run_job(duckdb_store, "budget", [kgr()], tmp_path)

    columns = fact_budget.c
    assert current(duckdb_store, columns.account_id, columns.period_on, columns.original_huf) == [
        ("K1101", date(2025, 1, 1), 1000), ("K1101", date(2025, 3, 1), 0),
        ("K333", date(2025, 1, 1), 30), ("K333", date(2025, 3, 1), -30), ("K9111", date(2025, 3, 1), 10),
    ]  # fmt: skip


def test_reports_that_do_not_count_from_january_stand_for_themselves(tmp_path, duckdb_store, kgr):
    quarter(tmp_path / "a.xlsx", "2025.01.01-2025.03.31", 0.25)
    quarter(tmp_path / "b.xlsx", "2025.04.01-2025.06.30", 0.5)
    with pytest.raises(UnreadableInput, match="covers months 4 to 6 only, the source says cumulative = true"):
        [*batches(next(inputs(kgr("b.xlsx", cumulative=True), tmp_path)), kgr("b.xlsx", cumulative=True))]

    run_job(duckdb_store, "budget", [kgr()], tmp_path)

    assert by_month(duckdb_store) == {date(2025, 3, 1): (1200, 200), date(2025, 6, 1): (1200, 400)}


def test_two_reports_of_one_period_are_told_apart_by_a_person(tmp_path, duckdb_store, kgr):
    quarter(tmp_path / "q1.xlsx", QUARTER, 0.25)
    quarter(tmp_path / "q1_corrected.xlsx", QUARTER, 0.3)

    report = run_job(duckdb_store, "budget", [kgr()], tmp_path)

    assert report.status == "failed"
    assert "q1.xlsx, q1_corrected.xlsx. Leave only the one that counts" in (report.inputs[0].message or "")


def test_an_unreadable_report_holds_back_those_that_may_build_on_it(tmp_path, duckdb_store, kgr):
    quarter(tmp_path / "q1.xlsx", QUARTER, 0.25)
    quarter(tmp_path / "q2.xlsx", "2025. I-II. negyedév", 0.5)
    run_job(duckdb_store, "budget", [kgr()], tmp_path)
    (tmp_path / "q1.xlsx").write_bytes(b"PK\x03\x04 broken")

    report = run_job(duckdb_store, "budget", [kgr()], tmp_path)

    assert [one.status for one in report.inputs] == ["failed", "failed"]
    assert "q2.xlsx: is not loaded while q1.xlsx cannot be read" in (report.inputs[1].message or "")
    assert by_month(duckdb_store) == {date(2025, 3, 1): (1200, 200), date(2025, 6, 1): (0, 200)}


def test_bodies_are_told_apart_by_their_heads_or_by_the_names_of_files(tmp_path, duckdb_store, kgr):
    for name, period in (("01508", QUARTER), ("02112", "2025. I-II. negyedév")):
        sheets = {"01": [[period], ["forintban"], HEAD, ["1", "Bér (K1101)", 100, 100, 100, None, 40]]}
        write(tmp_path / f"{name}.xlsx", sheets)

    run_job(
        duckdb_store, "budget", [kgr(fields={"municipality": {"column": "_file", "pattern": r"(\d{5})"}})], tmp_path
    )

    columns = fact_budget.c
    assert current(duckdb_store, columns.municipality_id, columns.spent_huf) == [("01508", 40), ("02112", 40)]


def test_a_report_that_names_its_body_without_the_number_is_still_of_that_body(tmp_path, duckdb_store, kgr):
    quarter(tmp_path / "q1.xlsx", QUARTER, 0.25)
    wages = ["1", "Bér (K1101)", 1000, 1200, 1100, None, 500]
    write(tmp_path / "q2.xlsx", {"01": [["2025. I-II. negyedév"], ["Mintaváros Önkormányzata"], ["Ft"], HEAD, wages]})
    write(tmp_path / "q3.xlsx", {"01": [["2025. I-III. negyedév"], ["Ft"], HEAD, [*wages[:6], 600]]})

    run_job(duckdb_store, "budget", [kgr(fields={"municipality": "body"})], tmp_path)

    assert [spent for _, spent in by_month(duckdb_store).values()] == [200, 300, 100]


def test_settings_of_forms_belong_to_forms():
    with pytest.raises(ValueError, match='are of format = "kgr" only'):
        Source.model_validate({"name": "a", "job": "budget", "record": "budget", "path": "a.csv", "unit": "forint",
                               "fields": {"fiscal_year": "a", "account_id": "b"}})  # fmt: skip
    with pytest.raises(ValueError, match="'12' is no form that is read"):
        Source.model_validate({"name": "a", "job": "budget", "record": "budget", "path": "a.xlsx", "format": "kgr",
                               "forms": ["12"]})  # fmt: skip
