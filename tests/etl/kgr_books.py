"""Workbooks as the treasury's KGR-K11 prints them, for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

HEAD = ["#", "Megnevezés", "Eredeti előirányzat", "Módosított előirányzat",
        "Költségvetési évben esedékes kötelezettségvállalás, más fizetési kötelezettség",
        "Költségvetési évet követően esedékes kötelezettségvállalás, más fizetési kötelezettség",
        "Teljesítés"]  # fmt: skip

SPENDING: list[list[Any]] = [
    ["01", "Törvény szerinti illetmények, munkabérek (K1101)", 20_000_000, 21_000_000, 20_500_000, 7, 5_000_001],
    ["02", "Normatív jutalmak (K1102)", None, None, None, None, None],
    ["13", "Foglalkoztatottak egyéb személyi juttatásai (>=14) (K1113)", 400, 300, 300, None, 100],
    ["14", "ebből: biztosítási díjak (K1113)", 400, 300, 300, None, 100],
    ["15", "Foglalkoztatottak személyi juttatásai (=01+…+13) (K11)", 20_000_400, 21_000_300, 20_500_300, 7, 5_000_101],
    ["16", "Választott tisztségviselők juttatásai (K121)", 1_000, 1_000, 900, None, 250],
    ["19", "Külső személyi juttatások (=16+17+18) (K12)", 1_000, 1_000, 900, None, 250],
    ["20", "Személyi juttatások (=15+19) (K1)", 20_001_400, 21_001_300, 20_501_200, 7, 5_000_351],
    ["21", "Munkaadókat terhelő járulékok és szociális hozzájárulási adó (=22+…+27) (K2)", 500, 600, 600, None, 150],
    ["22", "ebből: szociális hozzájárulási adó (K2)", 450, 540, 540, None, 130],
    ["27", "ebből: munkáltatót terhelő személyi jövedelemadó (K2)", 50, 60, 60, None, 20],
    ["126", "Egyéb működési célú támogatások államháztartáson belülre (=127+…+130) (K506)", 70, 70, 70, None, -5],
    ["127", "ebből: központi költségvetési szervek (K506)", 70, 70, 70, None, -5],
    ["190", "Tartalékok (K513)", 30, 10, 0, None, 0],
    ["191", "Egyéb működési célú kiadások (=126+190) (K5)", 100, 80, 70, None, -5],
    ["265", "Költségvetési kiadások (=20+21+191) (K1-K8)", 20_002_000, 21_001_980, 20_501_870, 7, 5_000_496],
]  # fmt: skip
INCOME: list[list[Any]] = [
    ["94", "Vagyoni típusú adók (=95+…+100) (B34)", 900, 900, 900, None, 700],
    ["95", "ebből: építményadó (B34)", 500, 500, 500, None, 400],
    ["97", "ebből: telekadó (B34)", 400, 400, 400, None, 300],
    ["200", "Szolgáltatások ellenértéke (>=190+191) (B402)", 100, 100, 90, None, 80],
    ["210", "Biztosító által fizetett kártérítés (B410)", 0, 0, 0, None, 3],
    ["211", "Működési bevételek (=200+210) (B4)", 100, 100, 90, None, 83],
    ["283", "Költségvetési bevételek (=94+211) (B1-B7)", 1000, 1000, 990, None, 783],
]
FINANCING_OUT: list[list[Any]] = [
    ["01", "Hosszú lejáratú hitelek törlesztése pénzügyi vállalkozásnak (K9111)", 10, 10, 10, None, 10],
    ["04", "Hitel-, kölcsöntörlesztés államháztartáson kívülre (=01+02+03) (K911)", 10, 10, 10, None, 10],
    ["40", "Finanszírozási kiadások (=04) (K9)", 10, 10, 10, None, 10],
]
FINANCING_IN: list[list[Any]] = [
    ["08", "Előző év költségvetési maradványának igénybevétele (B8131)", 600, 650, 650, None, 650],
    ["10", "Maradvány igénybevétele (=08+09) (B813)", 600, 650, 650, None, 650],
    ["29", "Finanszírozási bevételek (=10) (B8)", 600, 650, 650, None, 650],
]
FORMS = {
    "01": ("01 - K1-K8. Költségvetési kiadások", SPENDING),
    "02": ("02 - B1-B7. Költségvetési bevételek", INCOME),
    "03": ("03 - K9. Finanszírozási kiadások", FINANCING_OUT),
    "04": ("04 - B8. Finanszírozási bevételek", FINANCING_IN),
}


def form(title: str, rows: Sequence[Sequence[Any]], unit: str = "adatok forintban") -> list[list[Any]]:
    """A form as it is printed: title, body, unit, headings, the numbers of the columns, its lines."""
    return [
        [title],
        ["Mintaváros Önkormányzata", "", "", "PIR:", "735650"],
        ["", "", "", "", "", unit],
        HEAD,
        list(range(1, 8)),
        *([*row] for row in rows),
        [],
        ["Készült: 2026.02.15 10:21"],
    ]


def book(
    path: Path, period: str = "2025. évi éves költségvetési beszámoló", unit: str = "adatok forintban", **more: Any
) -> Path:
    """Writes forms 01 to 04 with a cover sheet; more: sheets by name that replace or join them (None leaves out)."""
    sheets = {name: form(title, rows, unit) for name, (title, rows) in FORMS.items()}
    return write(path, {"Fedlap": [[period], ["Név:", "Mintaváros Önkormányzata"]], **sheets, **more})


def write(path: Path, sheets: dict[str, list[list[Any]] | None]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        if rows is not None:
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
            if len(rows[0]) == 1:
                sheet.merge_cells("A1:G1")
    workbook.save(path)
    workbook.close()
    return path
