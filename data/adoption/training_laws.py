"""Changes of law and the trainings before them: who had been trained by the day that each took effect."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, select

from data.adoption.places import places
from data.adoption.reading import read
from data.comparison.disclosure import least_counted, withhold
from data.metrics.metric import Current
from data.readiness import last_day_of, law_changes
from data.schema import UNKNOWN_MUNICIPALITY, dim_service
from data.schema import fact_contract_service as use
from data.schema import fact_training as training
from data.selection import Selection

NOTICE_DAYS = 180
"""Where the day of promulgation is not recorded, trainings of so many days before taking effect are counted."""
COLUMNS = (
    "source", "ticket_id", "service_id", "effective_on", "is_ahead", "days_left", "counted_from", "trained_on",
    "pairs", "trained", "value", "people", "withheld",
)  # fmt: skip


def law_trainings(connection: Connection, selection: Selection) -> pd.DataFrame:
    """A row per change of law of an application, in the order of data.readiness.law_changes(); columns: COLUMNS.

    Counted are courses of the application completed from counted_from (promulgation, else NOTICE_DAYS before taking
    effect) to the day it takes effect, or to the last day of data where that lies ahead. pairs: municipality ×
    application in live use then; trained: of these, with a course completed in the municipality or its joint office;
    people: who completed one, missing where withheld. trained_on: what the change itself records.
    """
    on, changes = last_day_of(connection, selection), law_changes(connection, selection)
    known = set(connection.scalars(select(dim_service.c.service_id).where(dim_service.c.kind == "application")))
    changes = changes[changes["service_id"].isin(known)].reset_index(drop=True)
    if on is None or changes.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    offices = places(connection, selection, on).set_index("municipality_id")["office_id"]
    current, services = Current(selection.as_of), sorted(set(changes["service_id"]))
    courses = _days(connection, current, training, ("completed_on", "person_hash"), services, offices)
    lives = _days(connection, current, use, ("live_on", "ended_on"), services, offices)
    counted = [_counted(row, courses, lives, min(row["effective_on"], on)) for row in changes.to_dict("records")]
    found = pd.concat([changes, pd.DataFrame(counted)], axis=1)
    # Each change has a period of its own, so no row follows from a total.
    least = least_counted(connection, selection.municipalities)
    found = withhold(found, people="people", values=(), groups=(), least=least)
    return found[list(COLUMNS)]


def _days(
    connection: Connection,
    current: Current,
    fact: Table,
    names: Sequence[str],
    services: Sequence[str],
    offices: "pd.Series[str]",
) -> pd.DataFrame:
    """Rows that have the first of the columns named: days as Timestamps, the municipality and its office as numbers
    (place, office), for each change looks through all of them."""
    query = select(fact.c.municipality_id, fact.c.service_id, *(fact.c[name] for name in names)).where(
        current(fact),
        fact.c[names[0]].is_not(None),
        fact.c.service_id.in_(services),
        fact.c.municipality_id != UNKNOWN_MUNICIPALITY,
    )
    frame = read(connection, query)
    for name in names:
        if name.endswith("_on"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    place = offices.index.get_indexer(pd.Index(frame["municipality_id"]))
    office = pd.factorize(offices)[0][place]
    kinds = {"service_id": frame["service_id"].astype("category")}
    return frame.drop(columns="municipality_id").assign(place=place, office=office, **kinds)[place >= 0]


def _counted(row: Mapping[Any, Any], courses: pd.DataFrame, lives: pd.DataFrame, last: date) -> dict[str, Any]:
    """What is counted of one change of law, to a day."""
    first = row["announced_on"] or row["effective_on"] - timedelta(days=NOTICE_DAYS)
    end = pd.Timestamp(last)
    is_mine = (courses["service_id"] == row["service_id"]) & courses["completed_on"].between(pd.Timestamp(first), end)
    mine = courses[is_mine]
    is_live = (lives["live_on"] <= end) & (lives["ended_on"].isna() | (lives["ended_on"] > end))
    pairs = lives[is_live & (lives["service_id"] == row["service_id"])].drop_duplicates("place")
    trained = int(pairs["office"].isin(mine["office"]).sum())
    return {
        "counted_from": first,
        "pairs": len(pairs),
        "trained": trained,
        "value": trained / len(pairs) if len(pairs) else None,
        "people": mine["person_hash"].nunique(),
    }
