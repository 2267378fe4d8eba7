"""The statistics of use that the framework exports, a packed file a month, as a spreadsheet left them.

KSH codes have lost their leading zero, thousands are set apart.
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.defects import broken_dates, out_of_order, unknown_codes
from etl.demo.delivery import Delivery
from etl.demo.files import text_table
from etl.demo.plan import Plan
from etl.demo.tables import BROKEN, Office, write_table
from etl.demo.usage import month_of, traits
from etl.demo.world import World

FRAMEWORK = Office("alkalmazashasznalat", ";", "windows-1250")
WRITTEN = {"ADO": "ADÓ", "PORTAL": "PORTÁL"}
ACTIVE, MONTH, PLACE = "Aktív felhasználók", "Tárgyhónap", "KSH kód"
HEADINGS = {
    "enabled_users": "Engedélyezett felhasználók",
    "active_users": ACTIVE,
    "transactions": "Tranzakciók",
    "cases": "Ügyek",
    "online_cases": "Elektronikusan indított ügyek",
    "forms_started": "Megkezdett űrlapok",
    "forms_submitted": "Beküldött űrlapok",
    "files_due": "Esedékes állományok",
    "files_on_time": "Határidőre befogadott állományok",
}
RARE = BROKEN / 20  # of the many rows; some in every file of a whole country all the same


def write_usage(delivery: Delivery, plan: Plan, world: World, services: pd.DataFrame) -> dict[str, str]:
    """Writes the statistics of use, a file a month; gives in words what is in them. services: of joining.services()."""
    found = traits(world, services, plan)
    spoilers = {broken_dates(MONTH): RARE, out_of_order(ACTIVE, "99999"): RARE, unknown_codes(PLACE, ""): RARE}
    for month in plan.months:
        rows = month_of(found, month, plan)
        relative = f"usage/hasznalat_{month:%Y-%m}.csv.gz"
        write_table(delivery, plan, FRAMEWORK, relative, _table(rows, f"{month:%Y.%m}", world), spoilers)
    return found.facts()


def _table(rows: pd.DataFrame, month: str, world: World) -> pa.Table:
    codes = world.members["municipality_id"].str.removeprefix("0").to_numpy(dtype=object)[rows["member"]]
    return text_table(
        {
            PLACE: pa.array(codes, pa.string()),
            "Alkalmazás": rows["service"].replace(WRITTEN),
            MONTH: pa.array([month] * len(rows), pa.string()),
            **{heading: _grouped(rows[name]) for name, heading in HEADINGS.items()},
        }
    )


def _grouped(counts: pd.Series) -> pa.Array:
    """12 345; an empty cell where nothing is counted."""
    text = pa.array(counts.astype("Int64"), from_pandas=True).cast(pa.string())
    return pc.replace_substring_regex(text, r"^(\d+)(\d{3})$", r"\1 \2")
