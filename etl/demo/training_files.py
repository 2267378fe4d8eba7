"""The training system's export, a file per year."""

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.contract_files import ROLE
from etl.demo.defects import broken_dates, unknown_codes
from etl.demo.delivery import Delivery
from etl.demo.files import text_table
from etl.demo.plan import Plan
from etl.demo.tables import BROKEN, Office, iso_days, people, write_table
from etl.demo.training import enrolments
from etl.demo.world import World

LMS = Office("kepzesek", mark=b"\xef\xbb\xbf")
RESULT = {"passed": "megfelelt", "failed": "nem felelt meg", "withdrawn": "lemondta", "in_progress": "folyamatban"}
COURSES = {"KULCS": "kulcsfelhasználói képzés", "JOGSZ": "jogszabályváltozások", "ZARAS": "évzárás"}


def write_training(delivery: Delivery, plan: Plan, world: World, services: pd.DataFrame) -> None:
    """Writes the enrolments, by year of the course's start. services: of joining.services()."""
    rows = enrolments(world, services, plan)
    table = _table(rows, world)
    years = rows["started_on"].dt.year.to_numpy()
    spoilers = {broken_dates("Kezdés"): BROKEN, unknown_codes("Dolgozó kód", ""): BROKEN / 2}
    for year in np.unique(years):
        write_table(delivery, plan, LMS, f"training/kepzes_{year}.csv", table.filter(pa.array(years == year)), spoilers)


def _table(rows: pd.DataFrame, world: World) -> pa.Table:
    codes = world.members["municipality_id"].to_numpy(dtype=object)[rows["member"]]
    course = rows["course"].str.split("-", expand=True)
    return text_table(
        {
            "Dolgozó kód": people(rows["person"]),
            "Tanfolyam": rows["course"],
            "Tanfolyam neve": course[0] + " " + course[1].map(COURSES),
            "Munkahely (KSH)": pa.array(codes, pa.string()),
            "Szakrendszer": rows["service"],
            "Szerepkör": rows["role"].map(ROLE),
            "Turnus": rows["run"],
            "Jelentkezett": iso_days(rows["enrolled_on"]),
            "Kezdés": iso_days(rows["started_on"]),
            "Befejezte": iso_days(rows["completed_on"]),
            "Lemondta": iso_days(rows["withdrawn_on"]),
            "Eredmény": rows["result"].map(RESULT),
            "Vizsgázott": pa.array(np.where(rows["attempted"], "igen", "nem"), pa.string()),
            "Pontszám": rows["score"].where(rows["attempted"]),
            "Tanúsítvány kezdete": iso_days(rows["certified_from"]),
            "Tanúsítvány vége": iso_days(rows["certified_to"]),
            "Értékelés": rows["satisfaction"].where(rows["satisfaction"] > 0).astype("Int64"),
            "Költség (Ft)": rows["cost_huf"],
        }
    )
