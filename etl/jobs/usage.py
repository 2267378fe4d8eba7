"""Use of applications by month, as the applications count it: row schema, and a pure step from valid rows to facts."""

import unicodedata

import pandas as pd
import pandera.pandas as pa

from data.reference.names import fold_accents
from etl.columns import each, texts
from etl.jobs.rules import Row, Text, Whole, count, day, key, large_count, not_more, text
from etl.keys import content_keys

COUNTS = (
    "enabled_users", "active_users", "transactions", "cases", "online_cases", "forms_started", "forms_submitted",
    "files_due", "files_on_time",
)  # fmt: skip


class UsageRow(Row):
    """One row per municipality, application and month; any day of the month stands for it. Nobody is named in it."""

    municipality: str = key()
    service: str = key()
    period_on: pa.DateTime = day(nullable=False)
    usage_id: Text = text()
    enabled_users: Whole = count()
    active_users: Whole = count()
    transactions: Whole = large_count()
    cases: Whole = large_count()
    online_cases: Whole = large_count()
    forms_started: Whole = large_count()
    forms_submitted: Whole = large_count()
    files_due: Whole = count()
    files_on_time: Whole = count()

    active_of_enabled = not_more("active_users", "enabled_users")
    online_of_all = not_more("online_cases", "cases")
    submitted_of_started = not_more("forms_submitted", "forms_started")
    on_time_of_due = not_more("files_on_time", "files_due")


def conform(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_usage from valid, placed rows, index kept; no rows give no rows.

    Without a key of its own a row is known by its month and the municipality and application as its source names
    them: a name that is given an alias later keeps its key, so its row moves to the municipality instead of doubling.
    """
    month = rows["period_on"].to_numpy("datetime64[M]").astype("datetime64[us]")
    period = pd.Series(month, index=rows.index, name="period_on")
    named = {name: each(texts(rows, name), plain).astype("str") for name, plain in NAMED.items()}
    keys = content_keys(pd.DataFrame({**named, "period_on": period}), (*NAMED, "period_on"))
    return rows[[name for name in COUNTS if name in rows]].assign(
        usage_id=texts(rows, "usage_id").fillna(keys),
        municipality_id=rows["municipality_id"],
        service_id=rows["service_id"],
        period_on=period,
    )


def _place(name: str) -> str:
    """A name or KSH code as keys compare it, capitals and spaces apart. Accents stay: Komló is not Kömlő."""
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    return plain.zfill(5) if plain.isdigit() else plain  # spreadsheets cut leading zeros off


def _service(name: str) -> str:
    return fold_accents(name).strip().upper()


NAMED = {"municipality": _place, "county": _place, "service": _service}
