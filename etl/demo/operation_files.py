"""Files of problems and changes (XLSX), demands (ODS), audits (archived JSON) and recovery exercises (JSON Lines)."""

from itertools import groupby

import numpy as np
import pandas as pd

from etl.demo import security
from etl.demo.delivery import Delivery, Put
from etl.demo.demands import demands
from etl.demo.facts import OPERATOR, SERVICES
from etl.demo.files import json_document, json_lines, open_document, tar_gz, workbook
from etl.demo.operations import as_known
from etl.demo.story import RELEASE_CHANGE, Story
from etl.demo.world import World

STATUS = {"open": "nyitott", "resolved": "megoldott", "closed": "lezárt"}
OUTCOME = {"success": "sikeres", "rolled_back": "visszaállítva", "failed": "sikertelen"}
ORIGIN = {"law": "jogszabály", "municipal": "önkormányzat"}
DECISION = {"accepted": "elfogadva", "rejected": "elutasítva"}
DEMAND_STATUS = {"open": "nyitott", "resolved": "megvalósult", "cancelled": "elutasítva"}
BOOK, DEMANDS = "tickets/problemak_valtoztatasok.xlsx", "tickets/igenyek.ods"
FINDINGS, EXERCISES = "tickets/biztonsag.tar.gz", "tickets/helyreallitasi_probak.jsonl"


def write_operations(
    delivery: Delivery, story: Story, world: World, problems: pd.DataFrame, changes: pd.DataFrame
) -> None:
    """Writes everything of the tickets job that is not the service desk's. problems, changes: of operations.py."""
    _write_book(delivery, story, problems, changes)
    _write_demands(delivery, story, world)
    _write_findings(delivery, story)
    exercises = security.exercises(story)
    for row in exercises:
        row["lezarva"] = row.get("vege", f"{row['tervezett_nap']}T16:00:00Z")
    seen = [row for row in exercises if str(row["tervezett_nap"]) <= story.plan.last.isoformat()]
    delivery.write(EXERCISES, json_lines(seen))
    delivery.count("helyreallitasi-probak", Put(len(seen)))


def _write_book(delivery: Delivery, story: Story, problems: pd.DataFrame, changes: pd.DataFrame) -> None:
    problems, changes = as_known(problems, story), as_known(changes, story)
    problem_sheet = pd.DataFrame(
        {
            **_common(problems),
            "Nyitva": problems["opened_at"],
            "Gyökérok": problems["root_cause_on"],
            "Kerülőút": problems["workaround_on"],
            "Megoldva": problems["resolved_at"],
            "Lezárva": problems["closed_at"],
        }
    )
    change_sheet = pd.DataFrame(
        {
            **_common(changes),
            "Sürgős": np.where(changes["emergency"], "igen", "nem"),
            "Beérkezett": changes["opened_at"],
            "Jóváhagyva": changes["approved_on"],
            "Élesítve": changes["resolved_at"],
            "Lezárva": changes["closed_at"],
            "Eredmény": changes["outcome"].map(OUTCOME),
        }
    )
    ordinary = np.flatnonzero((changes["outcome"] == "success") & (changes["ticket_id"] != RELEASE_CHANGE))
    spoilt = ordinary[len(ordinary) // 2 :][:1]
    change_sheet["Beérkezett"] = change_sheet["Beérkezett"].astype(object)
    change_sheet.loc[spoilt, "Beérkezett"] = "múlt héten"
    delivery.write(BOOK, workbook({"Problémák": problem_sheet, "Változtatások": change_sheet}))
    delivery.count("problemak", Put(len(problem_sheet)))
    delivery.count("valtoztatasok", Put(len(change_sheet), defective=len(spoilt)))
    delivery.spoilt("valtoztatasok", BOOK, (spoilt + 2).tolist())


def _common(rows: pd.DataFrame) -> dict[str, object]:
    names = [SERVICES[at] for at in rows["service"]]
    return {
        "Azonosító": rows["ticket_id"],
        "Szolgáltatás": names,
        "Felelős": [OPERATOR[name] for name in names],
        "Prioritás": [f"P{level}" for level in rows["priority"]],
        "Állapot": rows["status"].map(STATUS),
    }


def _write_demands(delivery: Delivery, story: Story, world: World) -> None:
    rows = demands(story, world)
    codes = world.members["municipality_id"]
    asked_by = [codes[member] if member >= 0 else "-" for member in rows["municipality"]]
    ended = rows["implemented_on"].fillna(rows["decided_on"].where(rows["decision"] == "rejected"))
    sheet = pd.DataFrame(
        {
            "Azonosító": rows["ticket_id"],
            "Eredet": rows["origin"].map(ORIGIN),
            "Szakrendszer": [SERVICES[at] for at in rows["service"]],
            "Kérte (KSH)": asked_by,
            "Beérkezett": _dotted(rows["opened_at"]),
            "Kihirdetve": _dotted(rows["announced_on"]),
            "Hatáselemzés": _dotted(rows["analysed_on"]),
            "Döntés napja": _dotted(rows["decided_on"]),
            "Döntés": rows["decision"].map(DECISION),
            "Fejlesztés kész": _dotted(rows["built_on"]),
            "Oktatás": _dotted(rows["trained_on"]),
            "Hatályba lép": _dotted(rows["effective_on"]),
            "Éles": _dotted(rows["implemented_on"]),
            "Lezárva": _dotted(ended),
            "Állapot": rows["status"].map(DEMAND_STATUS),
        }
    )
    spoilt = np.arange(len(sheet) // 3, len(sheet) // 3 + 1)
    sheet.loc[spoilt, "Beérkezett"] = "2025.02.30."
    delivery.write(DEMANDS, open_document("Igények", sheet))
    delivery.count("igenyek", Put(len(sheet), defective=len(spoilt)))
    delivery.spoilt("igenyek", DEMANDS, (spoilt + 2).tolist())


def _dotted(days: pd.Series) -> pd.Series:
    return days.dt.strftime("%Y.%m.%d.")


def _write_findings(delivery: Delivery, story: Story) -> None:
    rows = security.findings(story)
    members = {
        f"megallapitasok_{half}.json": json_document(list(group), "eredmeny", "tetelek")
        for half, group in groupby(rows, key=_half_year)
    }
    delivery.write(FINDINGS, tar_gz(members))
    delivery.count("biztonsagi-megallapitasok", Put(len(rows)))


def _half_year(row: dict[str, object]) -> str:
    year, month = str(row["feltarva"])[:7].split("-")
    return f"{year}-{1 if int(month) <= 6 else 2}"
