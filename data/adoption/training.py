"""Training in numbers: who is trained for what, how far courses lead, which certificates lapse, who knows the new law.

Counts of people pass through withhold(); pairs of municipality and application are no people.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, distinct, func, select

from data.adoption.places import places
from data.adoption.reading import read
from data.adoption.stages import Stages, stages
from data.adoption.training_ahead import Ahead, ahead_of
from data.comparison.disclosure import WITHHELD, least_counted, least_people, withhold, without
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, measure, period
from data.metrics.metric import Current, count_if
from data.metrics.statements import between
from data.metrics.training import TRAINING_COMPLETION_RATE
from data.schema import dim_course, dim_service
from data.schema import fact_training as training
from data.selection import Selection

STEPS = ("enrolled", "started", "completed", "passed", "certified")
COVERED = ("service_id", "role", "people", "certified", "pairs", "covered", "value", "withheld")
FUNNEL = ("course_id", "name", "service_id", "people", *STEPS, "withheld")


@dataclass(frozen=True)
class Coverage:
    """on: the day it holds on. frame: a row per application and local role, columns COVERED.

    people: who ever completed a course of the application in the role; certified: whose certificate is in force; both
    missing where withheld. pairs: municipality × application in live use; covered: of these, with somebody certified in
    the municipality or its joint office; value: covered of pairs. ahead: what lapses (training_ahead.py).
    """

    on: date | None
    frame: pd.DataFrame
    ahead: Ahead


def coverage(connection: Connection, selection: Selection, found: Stages | None = None) -> Coverage:
    """Trained and certified people by application and local role on the last day of the selection (or of the data).
    found: its stages, where they are known already."""
    found = found or stages(connection, selection)
    live = found.frame[found.frame["live"].astype("bool")]
    if found.on is None or live.empty:
        return Coverage(found.on, pd.DataFrame(columns=list(COVERED)), Ahead.of_nothing())
    day = pd.Timestamp(found.on)
    offices = places(connection, selection, found.on).set_index("municipality_id")["office_id"]
    rows = _completed(connection, Current(selection.as_of), day)
    rows = rows[rows["service_id"].isin(live["service_id"].unique())]
    rows = rows.assign(office_id=rows["municipality_id"].map(offices)).dropna(subset=["office_id"])
    rows["is_valid"] = rows["certified_from"].notna() & (rows["certified_to"].isna() | (rows["certified_to"] >= day))
    least = least_counted(connection, selection.municipalities)
    return Coverage(found.on, _by_role(rows, live, least), ahead_of(rows, live, day, least))


def funnel(connection: Connection, selection: Selection) -> pd.DataFrame:
    """A row per course whose runs began in the period, columns FUNNEL: enrolments that got so far, by application.

    started: not withdrawn before the first day; passed, certified: of the enrolment itself. people: persons behind the
    row. The same rows as TR02 counts, and withheld where it is.
    """
    metric = TRAINING_COMPLETION_RATE
    first, last = period(connection, metric, selection)
    steps: dict[str, ColumnElement[int]] = {
        "enrolled": func.count(),
        "started": count_if(training.c.withdrawn_on.is_(None) | (training.c.withdrawn_on > training.c.started_on)),
        "completed": count_if(training.c.completed_on.is_not(None)),
        "passed": count_if(training.c.result == "passed"),
        "certified": count_if(training.c.certified_from.is_not(None)),
    }
    query = (
        select(
            training.c.course_id, dim_course.c.name, training.c.service_id,
            func.count(distinct(training.c.person_hash)).label("people"),
            *(step.label(name) for name, step in steps.items()),
        )
        .outerjoin(dim_course, dim_course.c.course_id == training.c.course_id)
        .where(*conditions(metric, selection, dimensions(Current(selection.as_of)), Current(selection.as_of)))
        .where(*between(training.c.started_on, first, last))
        .group_by(training.c.course_id, dim_course.c.name, training.c.service_id)
        .order_by(training.c.service_id, training.c.course_id)
    )  # fmt: skip
    frame = pd.read_sql(query, connection)
    groups = ((), ("service_id",))
    found = withhold(frame, people="people", values=STEPS, groups=groups, least=least_people(connection))
    told = measure(connection, metric, selection, ["course"])
    hidden = found[WITHHELD] | found["course_id"].isin(told.loc[told[WITHHELD], "course"])
    return without(found.drop(columns=WITHHELD), hidden, ["people", *STEPS])


def _completed(connection: Connection, current: Current, day: pd.Timestamp) -> pd.DataFrame:
    """Courses of applications completed by the day, one row each; of certificates those that had begun."""
    applications = select(dim_service.c.service_id).where(dim_service.c.kind == "application")
    query = select(
        training.c.municipality_id, training.c.service_id, training.c.role, training.c.person_hash,
        training.c.certified_from, training.c.certified_to,
    ).where(
        current(training), training.c.completed_on <= day.date(), training.c.service_id.in_(applications)
    )  # fmt: skip
    frame = read(connection, query)
    for name in ("certified_from", "certified_to"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame[frame["certified_from"].isna() | (frame["certified_from"] <= day)]


def _by_role(rows: pd.DataFrame, live: pd.DataFrame, least: int) -> pd.DataFrame:
    """Every application in live use × local role, those without anybody included."""
    services = sorted(live["service_id"].unique())
    every = pd.MultiIndex.from_product([services, LOCAL_ROLES], names=["service_id", "role"])
    valid = rows[rows["is_valid"]]
    covered = valid.drop_duplicates(["service_id", "role", "office_id"])[["service_id", "role", "office_id"]]
    pairs = live[["office_id", "service_id"]].merge(covered, on=["office_id", "service_id"])
    keys = ["service_id", "role"]
    found = pd.DataFrame(
        {
            "people": rows.groupby(keys)["person_hash"].nunique().reindex(every, fill_value=0),
            "certified": valid.groupby(keys)["person_hash"].nunique().reindex(every, fill_value=0),
            "covered": pairs.groupby(keys).size().reindex(every, fill_value=0),
        },
        index=every,
    ).reset_index()
    found["pairs"] = found["service_id"].map(live.groupby("service_id").size())
    found["value"] = found["covered"] / found["pairs"]
    found = withhold(
        found, people="people", values=("certified",), groups=((), ("service_id",), ("role",)), least=least
    )
    return found[list(COVERED)]
