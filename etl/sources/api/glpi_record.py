"""A ticket of GLPI as one record: names from the search, times and numbers from the item itself, nothing of people."""

import re

from etl.sources.api.glpi_log import plain
from etl.sources.api.glpi_rest import shown
from etl.sources.pull import Record

COLUMNS = (
    "id", "status", "type", "priority", "urgency", "impact", "date", "date_creation", "date_mod", "solvedate",
    "closedate", "takeintoaccountdate", "time_to_own", "time_to_resolve", "begin_waiting_date", "waiting_duration",
    "entities_id", "itilcategories_id", "locations_id", "requesttypes_id", "slas_id_ttr", "slas_id_tto",
)  # fmt: skip
FOUND = ("entity", "category", "location", "request_type")
TIMES = ("date", "date_creation", "date_mod", "solvedate", "closedate", "takeintoaccountdate", "time_to_own",
         "time_to_resolve", "begin_waiting_date")  # fmt: skip
ENTITY = ("id", "name", "completename", "registration_number", "postcode", "town", "state", "country", "tag",
          "address", "level")  # fmt: skip


def record_of(row: Record, item: Record) -> Record:
    """One record of a row of the search (names) and the item itself (times and numbers)."""
    groups = [plain(one) for one in _several(row.get("groups"))]
    ticket = {name: item.get(name) for name in COLUMNS}
    for name in TIMES:
        ticket[name] = None if str(ticket[name] or "0000").startswith("0000") else ticket[name]
    return {
        **ticket,
        **{name: shown(row.get(name)) for name in FOUND},
        "group": groups[-1] if groups else None,
        "groups": groups,
        "waiting_minutes": int(item.get("waiting_duration") or 0) // 60,
    }


def _several(value: object) -> list[str]:
    """Names of a column that may hold several: none, one, a list, or texts on lines of their own."""
    given = value if isinstance(value, list) else re.split(r"<br\s*/?>|\$\$##\$\$|\n", str(value or ""))
    return [text for one in given if (text := shown(one))]
