"""Enrolments in courses: row schema, and a pure step from valid rows to facts."""

import pandas as pd
import pandera.pandas as pa

from etl.columns import each, texts, times
from etl.jobs.contracts import ROLES
from etl.jobs.rules import (
    Flag,
    Number,
    Row,
    Text,
    Time,
    Whole,
    between,
    day,
    huf,
    key,
    not_before,
    one_of,
    optional,
    text,
)
from etl.keys import content_keys

RESULTS = ("passed", "failed", "withdrawn", "in_progress")
SPELLED_LOW = ("role", "result")
KEPT = (
    "run", "enrolled_on", "started_on", "completed_on", "withdrawn_on", "attempted", "score", "certified_from",
    "certified_to", "satisfaction", "cost_huf",
)  # fmt: skip


class TrainingRow(Row):
    """One row per person and course run; the person is a keyed hash already."""

    person: str = key()
    course_id: str = key()
    started_on: pa.DateTime = day(nullable=False)
    enrolment_id: Text = text()
    course_name: Text = text()
    service: Text = text()
    role: Text = one_of(*ROLES)
    run: Text = text()
    enrolled_on: Time = day()
    completed_on: Time = day()
    withdrawn_on: Time = day()
    result: Text = one_of(*RESULTS)
    attempted: Flag = optional()
    score: Number = between(0, 100)
    certified_from: Time = day()
    certified_to: Time = day()
    satisfaction: Whole = between(1, 5)
    cost_huf: Whole = huf()

    completion_order = not_before("enrolled_on", "completed_on")
    certificate_order = not_before("certified_from", "certified_to")


def conform(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_training from valid, placed rows, index kept; no rows give no rows.

    Without a key of its own an enrolment is known by its person, course and run. Without a result, one who withdrew is
    withdrawn, one who completed passed, anyone else is in progress. People may withdraw before they enrol.
    """
    keys = content_keys(rows, ("person", "course_id", "run"))
    facts = rows[[name for name in KEPT if name in rows]].assign(
        enrolment_id=texts(rows, "enrolment_id").fillna(keys),
        person_hash=rows["person"],
        course_id=rows["course_id"],
        municipality_id=rows["municipality_id"],
        service_id=rows["service_id"],
        result=_result(rows),
    )
    return facts.assign(role=each(rows["role"], str)) if "role" in rows else facts


def courses(rows: pd.DataFrame) -> pd.DataFrame:
    """course_id, name, service_id of the courses met in valid, placed rows, one row each, the last met wins."""
    met = pd.DataFrame(
        {
            "course_id": rows["course_id"],
            "name": texts(rows, "course_name"),
            "service_id": rows["service_id"].astype("str"),
        }
    )
    return met.drop_duplicates("course_id", keep="last").reset_index(drop=True)


def _result(rows: pd.DataFrame) -> pd.Series:
    told = pd.Series("in_progress", index=rows.index, dtype="str")
    told = told.mask(times(rows, "completed_on").notna(), "passed").mask(
        times(rows, "withdrawn_on").notna(), "withdrawn"
    )
    return texts(rows, "result").fillna(told).astype(pd.CategoricalDtype(list(RESULTS)))
