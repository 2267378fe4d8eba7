"""Reads an export of the KSH gazetteer (helységnévtár) into the columns of the municipality register."""

import re
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError

from data.errors import AspError
from data.reference.names import fold_accents
from data.reference.register import MUNICIPALITY_COLUMNS

CAPITAL = "13578"
COUNTY_CODES = {
    "Baranya": "M02",
    "Bács-Kiskun": "M03",
    "Békés": "M04",
    "Borsod-Abaúj-Zemplén": "M05",
    "Csongrád-Csanád": "M06",
    "Fejér": "M07",
    "Győr-Moson-Sopron": "M08",
    "Hajdú-Bihar": "M09",
    "Heves": "M10",
    "Komárom-Esztergom": "M11",
    "Nógrád": "M12",
    "Pest": "M13",
    "Somogy": "M14",
    "Szabolcs-Szatmár-Bereg": "M15",
    "Jász-Nagykun-Szolnok": "M16",
    "Tolna": "M17",
    "Vas": "M18",
    "Veszprém": "M19",
    "Zala": "M20",
}
# our column: beginnings of its heading, letters only and without accents; 'megye' became 'vármegye' in 2023
HEADINGS = {
    "name": ("helysegmegnevezese",),
    "municipality_id": ("helysegkshkodja",),
    "legal_status": ("helysegjogallasa",),
    "county": ("varmegyemegnevezese", "megyemegnevezese"),
    "district_code": ("jaraskodja",),
    "district": ("jarasneve",),
    "office_code": ("polgarmesterihivatalkozosonkormanyzatihivatalkodja",),
    "seat": ("polgarmesterihivatalkozosonkormanyzatihivatalszekhelye",),
    "area_ha": ("terulethektar",),
    "population": ("lakonepesseg",),
    "dwellings": ("lakasokszama",),
}
OFFICE_TYPES = {
    "1": "own",
    "2": "joint_seat",
    "3": "own",
    "4": "joint_seat",
    "5": "joint_member",
    "6": "joint_member",
}


def read_gazetteer(path: Path | str) -> pd.DataFrame:
    """The register in a gazetteer export: columns of register.municipalities(), lon and lat empty, sorted by code.

    path: .csv (semicolons, UTF-8, one heading row, a municipality may repeat by postcode) or KSH's own workbook
    (.xls, .xlsx, two heading rows on the first sheet). Budapest as a whole and the 19 county governments are added.
    Raises AspError naming file, sheet and column where it can't be read.
    """
    path = Path(path)
    cells, place = _cells(path)
    rows = _named(cells, place)
    rows = rows[rows["municipality_id"].str.fullmatch(r"\d{1,5}").fillna(False)]
    rows = rows.assign(municipality_id=rows["municipality_id"].str.zfill(5)).drop_duplicates("municipality_id")
    rows = rows[rows["municipality_id"] != CAPITAL]
    if rows.empty:
        raise AspError(f"{place}: no row has a KSH code. Check that this is the sheet of municipalities.")
    return with_governments(_conformed(rows, place))


def _cells(path: Path) -> tuple[pd.DataFrame, str]:
    """All cells as text without headings, and the place for messages."""
    if not path.is_file():
        raise AspError(f"{path}: there is no such file. Download the gazetteer from KSH and give its path.")
    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path, sep=";", header=None, dtype=str, encoding="utf-8-sig"), str(path)
        with pd.ExcelFile(path, engine="calamine") as book:
            sheet = str(book.sheet_names[0])
            return pd.read_excel(book, sheet_name=sheet, header=None, dtype=str), f"{path}, sheet '{sheet}'"
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, CalamineError, ValueError) as error:
        raise AspError(
            f"{path}: cannot be read as a gazetteer ({error}). Expected: a semicolon-separated UTF-8 .csv, "
            "or the .xls/.xlsx workbook as KSH publishes it."
        ) from error


def _letters(*texts: object) -> str:
    joined = "".join(text for text in texts if isinstance(text, str))
    return re.sub(r"[^a-z]", "", fold_accents(joined).lower())


def _named(cells: pd.DataFrame, place: str) -> pd.DataFrame:
    """The rows below the headings, columns renamed to ours, text stripped. Headings take one row or two."""
    top = next((at for at in range(min(len(cells), 10)) if _is_heading(cells.iloc[at])), None)
    if top is None:
        raise AspError(f"{place}: no heading 'KSH kódja' in the first 10 rows. Is this the sheet of municipalities?")
    own = cells.iloc[top]
    above = cells.iloc[top - 1].ffill() if top else own
    keys = {int(str(column)): {_letters(own[column]), _letters(above[column], own[column])} for column in cells.columns}
    found = {name: _column(keys, starts) for name, starts in HEADINGS.items()}
    missing = [HEADINGS[name][0] for name, column in found.items() if column is None]
    if missing:
        raise AspError(
            f"{place}: missing column(s) {', '.join(missing)} (headings compared without accents and spaces). "
            "Take the unchanged workbook of KSH, or add the columns."
        )
    rows = cells.iloc[top + 1 :][list(found.values())]
    return rows.set_axis(list(found), axis="columns").apply(lambda column: column.str.strip())


def _is_heading(row: pd.Series) -> bool:
    return any(_letters(cell).endswith("kshkodja") for cell in row)


def _column(keys: dict[int, set[str]], starts: tuple[str, ...]) -> int | None:
    return next((column for column, texts in keys.items() if any(text.startswith(starts) for text in texts)), None)


def _conformed(rows: pd.DataFrame, place: str) -> pd.DataFrame:
    county = rows["county"].replace({"főváros": "Budapest", "Csongrád": "Csongrád-Csanád"})
    if unknown := sorted(set(county.dropna()) - {*COUNTY_CODES, "Budapest"}):
        raise AspError(f"{place}: unknown county {', '.join(unknown)}. Expected the 19 counties and 'főváros'.")
    if unknown := sorted(set(rows["office_code"].dropna()) - set(OFFICE_TYPES)):
        raise AspError(f"{place}: unknown office code {', '.join(unknown)}. Expected 1 to 6, as KSH explains them.")
    conformed = rows.assign(
        kind=rows["legal_status"].map(lambda status: "district_of_capital" if "kerület" in status else "municipality"),
        legal_status=rows["legal_status"].str.replace(",", "", regex=False),
        county=county,
        district_code=rows["district_code"].str.split().str[0].str.zfill(3),
        office_type=rows["office_code"].map(OFFICE_TYPES),
        lon=float("nan"),
        lat=float("nan"),
        **{name: _whole(rows[name], name, place) for name in ("population", "area_ha", "dwellings")},
    )
    return conformed.assign(office_id=_office_ids(conformed, place))


def _whole(column: pd.Series, name: str, place: str) -> pd.Series:
    numbers = pd.to_numeric(column.str.replace(r"\s", "", regex=True).str.replace(",", "."), errors="coerce")
    if bad := sorted(set(column[numbers.isna() & column.notna()])):
        raise AspError(f"{place}: {name} is not a number: {', '.join(bad[:5])}. Correct these cells.")
    return numbers.round().astype("Int64")


def _office_ids(rows: pd.DataFrame, place: str) -> pd.Series:
    """KSH code of the seat of a joint office, else the municipality's own. A seat is looked for in its county."""
    code_of = rows.set_index(["county", "name"])["municipality_id"].to_dict()
    only = rows.drop_duplicates("name", keep=False).set_index("name")["municipality_id"].to_dict()
    member = rows["office_type"] == "joint_member"
    keys = zip(rows.loc[member, "county"], rows.loc[member, "seat"], strict=True)
    seats = pd.Series([code_of.get(key, only.get(key[1])) for key in keys], index=rows.index[member], dtype=object)
    if seats.isna().any():
        lost = sorted(set(rows.loc[seats.index[seats.isna()], "seat"].fillna("(empty)")))
        raise AspError(f"{place}: no municipality is called {', '.join(lost[:5])} (seat of a joint office).")
    return rows["municipality_id"].where(~member, seats.reindex(rows.index))


def with_governments(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of municipalities, with Budapest as a whole and the county governments added, sorted by code.

    Their population, area and dwellings stay empty, so that a sum over the register counts everybody once.
    """
    added = [(CAPITAL, "Budapest", "capital", "főváros", "Budapest")]
    added += [(code, f"{county} vármegye", "county", "vármegye", county) for county, code in COUNTY_CODES.items()]
    columns = ["municipality_id", "name", "kind", "legal_status", "county"]
    governments = pd.DataFrame(added, columns=columns).assign(office_type="none")
    governments["office_id"] = governments["municipality_id"]
    parts = [part.reindex(columns=list(MUNICIPALITY_COLUMNS)).astype(object) for part in (rows, governments)]
    table = pd.concat(parts).astype(MUNICIPALITY_COLUMNS)
    return table.sort_values("municipality_id", ignore_index=True)
