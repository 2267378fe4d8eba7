"""Compiles the public sources into municipalities.csv, accounts.csv and functions.csv of this folder.

Run as `python -m data.reference.compile FOLDER [OUT]`. FOLDER holds, anywhere below it, IrszHnk.csv (or a KSH workbook
hnt_*.xls, hnt_*.xlsx), telepules_pontok.csv, rovat_kodok.tsv and kormanyzati_funkciok.tsv.
"""

import sys
from pathlib import Path

import pandas as pd

from data.errors import AspError
from data.reference.english import ENGLISH
from data.reference.gazetteer import read_gazetteer
from data.reference.register import MUNICIPALITY_COLUMNS


def compile_tables(source: Path, out: Path) -> dict[str, int]:
    """Writes the three tables into out and gives the rows of each. Raises AspError where a source is missing."""
    tables = {
        "municipalities": with_points(
            read_gazetteer(_file(source, "IrszHnk.csv", "hnt_*.xls*")), _points(_file(source, "telepules_pontok.csv"))
        ),
        "accounts": account_table(_tsv(_file(source, "rovat_kodok.tsv"), ["code", "name_hu"])),
        "functions": function_table(
            _tsv(_file(source, "kormanyzati_funkciok.tsv"), ["function_id", "name_hu", "parent_id"])
        ),
    }
    for name, table in tables.items():
        table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    return {name: len(table) for name, table in tables.items()}


def _file(folder: Path, *patterns: str) -> Path:
    found = [path for pattern in patterns for path in sorted(folder.rglob(pattern))]
    if not found:
        raise AspError(f"{folder}: no {' or '.join(patterns)} in it or below. Put the source there and run again.")
    return found[0]


def _tsv(path: Path, names: list[str]) -> pd.DataFrame:
    rows = pd.read_csv(path, sep="\t", header=None, names=names, dtype=str, encoding="utf-8", keep_default_na=False)
    return rows.apply(lambda column: column.str.strip())


def _points(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"code": str}, encoding="utf-8").set_index("code")[["lon", "lat"]]


def with_points(register: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The register with lon and lat; Budapest and the counties get the mean of their members, weighted by area.

    points: lon, lat (WGS84) by KSH code. A municipality without a point keeps none.
    """
    table = register.assign(**{axis: register["municipality_id"].map(points[axis]) for axis in ("lon", "lat")})
    located = table[table["lon"].notna() & table["area_ha"].notna()]
    area = located["area_ha"].astype(float)
    for axis in ("lon", "lat"):
        weighted = (located[axis] * area).groupby(located["county"]).sum() / area.groupby(located["county"]).sum()
        whole = table["kind"].isin(["capital", "county"])
        table.loc[whole, axis] = table.loc[whole, "county"].map(weighted).round(5)
    return table[list(MUNICIPALITY_COLUMNS)]


def account_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Rovat codes with parent, side and level. rows: code, name_hu in the order of the form.

    A repeated code is an "ebből" (of which) line of the one before: it gets its own id, B34.1 and so on.
    """
    repeat = rows.groupby("code").cumcount()
    of_which = repeat > 0
    ids = rows["code"].where(~of_which, rows["code"] + "." + repeat.astype(str))
    codes = set(rows["code"])
    parents = [code if again else _parent(code, codes) for code, again in zip(rows["code"], of_which, strict=True)]
    parent_of = dict(zip(ids, parents, strict=True))
    return pd.DataFrame(
        {
            "account_id": ids,
            "name_hu": rows["name_hu"],
            "name_en": rows["code"].map(ENGLISH).where(~of_which, rows["name_hu"].map(ENGLISH)),
            "parent_id": parents,
            "side": rows["code"].str[0].map({"K": "expenditure", "B": "revenue"}),
            "level": [_level(code, parent_of) for code in ids],
            "is_of_which": of_which.astype(int),
            "sort": range(1, len(rows) + 1),
        }
    )


def _parent(code: str, codes: set[str]) -> str | None:
    return next((code[:end] for end in range(len(code) - 1, 1, -1) if code[:end] in codes), None)


def _level(code: str, parent_of: dict[str, str | None]) -> int:
    parent = parent_of[code]
    return 1 if parent is None else 1 + _level(parent, parent_of)


def function_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Government functions sorted by code, lost leading zeros of the leaves put back; parent 0 is none."""
    is_leaf = rows["function_id"].str.len() >= 5
    table = rows.assign(
        function_id=rows["function_id"].where(~is_leaf, rows["function_id"].str.zfill(6)),
        parent_id=rows["parent_id"].replace("0", None),
    )
    return table.sort_values("function_id", ignore_index=True)


def main() -> None:
    """Entry of `python -m data.reference.compile`."""
    if len(sys.argv) not in (2, 3):
        sys.exit("Usage: python -m data.reference.compile FOLDER [OUT]")
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent
    try:
        counts = compile_tables(Path(sys.argv[1]), out)
    except AspError as error:
        sys.exit(str(error))
    sys.stdout.write("".join(f"{name}.csv: {count} rows\n" for name, count in counts.items()))


if __name__ == "__main__":
    main()
