"""The monthly ledger, the yearly workbooks of revenue, and the treasury's reports of the same."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo import budget
from etl.demo.defects import replaced
from etl.demo.delivery import Delivery, Put
from etl.demo.files import delimited, recoded, text_table, workbook
from etl.demo.plan import Plan
from etl.demo.treasury_files import write_reports
from etl.demo.world import World

LEDGER, OWN, REVENUE = "fokonyv", "helyi-tetelek", "bevetelek"
UNREADABLE, CORRECTED = 3, 4  # rows of the first month's ledger
PLACES = 3
CORRECTION_HUF = 1_250_000


def write_budget(delivery: Delivery, plan: Plan, places: Sequence[str] = ()) -> dict[str, int]:
    """Writes the files of the budget job; gives what was spent and received by year, as it is to be loaded.

    places: municipalities (KSH codes) that lines of their own name.
    A line of the first month can't be read and comes again, readable, in the second; another is corrected there.
    """
    spending = _keyed(budget.ledger(plan, budget.plan_lines(), "spending"), "KT")
    income = _keyed(budget.ledger(plan, budget.income_lines(), "income"), "BE")
    special = _keyed(budget.ledger(plan, budget.special_lines(places), "special"), "EG")
    own = special[special["municipality"] != ""]
    spending = pd.concat([spending, special[special["municipality"] == ""]], ignore_index=True)
    planned = income[(income["original"] != 0) | (income["appropriated"] != 0)].assign(spent=0)
    lines = pd.concat([spending, planned])
    months = [part.reset_index(drop=True) for _, part in lines.groupby("month")]
    if len(months) > 1:
        corrected = months[0].loc[[CORRECTED]]
        corrected = corrected.assign(spent=corrected["spent"] + CORRECTION_HUF)
        spending = pd.concat([spending[~spending["id"].isin(corrected["id"])], corrected])
        months[1] = pd.concat([months[1], months[0].loc[[UNREADABLE]], corrected], ignore_index=True)
    for at, rows in enumerate(months):
        _write_ledger(delivery, rows, spoil=at == 0 and len(months) > 1, again=int(at == 1))
    for year, rows in income.groupby(income["month"].dt.year):
        _write_revenue(delivery, f"{year}", rows)
    _write_own(delivery, own)
    spending = pd.concat([spending, own])
    write_reports(delivery, spending, income)
    return _totals(spending, "spent") | _totals(income, "received")


def own_places(world: World) -> list[str]:
    """The largest municipalities that use every application: a few ledger lines are theirs alone."""
    whole = world.members[world.members["joining"] == "system"]
    return sorted(whole.nlargest(PLACES, "population")["municipality_id"])


def _keyed(rows: pd.DataFrame, prefix: str) -> pd.DataFrame:
    return rows.assign(id=prefix + "-" + rows["month"].dt.strftime("%Y%m") + "-" + rows["line"].astype(str))


def _totals(rows: pd.DataFrame, name: str) -> dict[str, int]:
    sums = rows.groupby(rows["month"].dt.year)["spent"].sum()
    return {f"{name}_{year}_huf": int(amount) for year, amount in sums.items()}


def _write_ledger(delivery: Delivery, rows: pd.DataFrame, *, spoil: bool, again: int) -> None:
    """Writes a month's ledger. spoil: a digit of one amount becomes a letter; again: rows that came before."""
    table = _ledger(rows)
    relative = f"budget/fokonyv_{rows['month'].iloc[0]:%Y-%m}.csv"
    if spoil:
        amount = table.column("Teljesítés")[UNREADABLE].as_py()
        table = replaced(table, "Teljesítés", np.array([UNREADABLE]), [f"{amount[:-1]}O"])
        delivery.spoilt(LEDGER, relative, [UNREADABLE + 2])
    delivery.write(relative, recoded(delimited(table, ";"), "windows-1250"))
    delivery.count(LEDGER, Put(len(rows), again=again, defective=int(spoil)))


def _ledger(rows: pd.DataFrame) -> pa.Table:
    return text_table(
        {
            "Tétel": rows["id"],
            "Év": rows["month"].dt.year,
            "Időszak": rows["month"].dt.strftime("%Y.%m.%d"),
            "Rovat": rows["account"],
            "Kormányzati funkció": rows["function"],
            "Szervezet": rows["actor"],
            "Szolgáltatás": rows["service"],
            "Jelleg": rows["nature"],
            "Eredeti előirányzat": _grouped(rows["original"]),
            "Módosított előirányzat": _grouped(rows["appropriated"]),
            "Kötelezettségvállalás": _grouped(rows["committed"]),
            "Teljesítés": _grouped(rows["spent"]),
        }
    )


def _write_own(delivery: Delivery, rows: pd.DataFrame) -> None:
    """Writes what was booked for one municipality alone: a file for all months."""
    if len(rows):
        table = _ledger(rows).append_column("KSH kód", pa.array(rows["municipality"]))
        delivery.write("budget/helyi_tetelek.csv", recoded(delimited(table, ";"), "windows-1250"))
        delivery.count(OWN, Put(len(rows)))


def _grouped(amounts: pd.Series) -> pa.Array:
    """1 234 567"""
    return pa.array([f"{amount:,}".replace(",", " ") for amount in amounts], pa.string())


def _write_revenue(delivery: Delivery, year: str, rows: pd.DataFrame) -> None:
    """A matrix: a row per kind of revenue, a column per month, empty in the months to come."""
    months = [f"{year}.{month:02d}.01" for month in range(1, 13)]
    cells = rows.assign(column=rows["month"].dt.strftime("%Y.%m.%d"))
    matrix = cells.pivot_table(index=["line", "account", "actor", "service"], columns="column", values="spent")
    headings = {"account": "Rovat", "actor": "Szervezet", "service": "Szolgáltatás"}
    sheet = matrix.reindex(columns=months).reset_index().drop(columns="line").rename(columns=headings)
    title = f"Bevételek teljesítése {year}-ben havonta, Ft (minta)"
    delivery.write(f"budget/bevetelek_{year}.xlsx", workbook({"Bevételek": sheet}, title=title))
    delivery.count(REVENUE, Put(len(rows)))
