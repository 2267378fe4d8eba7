"""The newest step that was taken for a pair of municipality and application."""

from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, func, select, true

from data.adoption.places import register
from data.adoption.reading import read
from data.adoption.roles import BY_SERVICE
from data.adoption.scope import PAIR
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.metric import Current
from data.schema import NO_SERVICE
from data.schema import fact_role_holder as holder
from data.schema import fact_training as training

OF_OFFICE = ["office_id", "service_id"]
MOST_NAMED = 200
"""Municipalities that a query names; of more it reads all."""
STEPS = ("joined_on", "contracted_on", "provisioned_on", "live_on", "certified_on")


def with_progress(connection: Connection, current: Current, pairs: pd.DataFrame, on: date) -> pd.DataFrame:
    """Pairs with progress_on (Timestamp) and idle_days, index kept.

    A step: joining, contract, provision, going live, a key user's first certificate; the newest appointment to one of
    the four roles; the newest enrolment of a key user of the office. A ticket or a login is none.
    """
    days = pairs[list(STEPS)].assign(
        appointed=_appointed(connection, current, pairs, on), enrolled=_enrolled(connection, current, pairs, on)
    )
    newest = days.max(axis=1).astype("datetime64[s]")
    return pairs.assign(progress_on=newest, idle_days=(pd.Timestamp(on) - newest).dt.days.astype("Int64"))


def _appointed(connection: Connection, current: Current, pairs: pd.DataFrame, on: date) -> pd.Series:
    """The newest appointment: of a role of the municipality, or of a key user of the application."""
    query = (
        select(
            holder.c.municipality_id, holder.c.role, holder.c.service_id, func.max(holder.c.appointed_on).label("day")
        )
        .where(
            current(holder),
            holder.c.role.in_(LOCAL_ROLES),
            holder.c.appointed_on <= on,
            _of(holder, pairs["municipality_id"]),
        )
        .group_by(holder.c.municipality_id, holder.c.role, holder.c.service_id)
    )
    rows = read(connection, query)
    is_named = (rows["role"] == BY_SERVICE) & (rows["service_id"] != NO_SERVICE)
    of_all = _newest(pairs, rows[~is_named], ["municipality_id"])
    return pd.DataFrame({"all": of_all, "own": _newest(pairs, rows[is_named], PAIR)}).max(axis=1)


def _enrolled(connection: Connection, current: Current, pairs: pd.DataFrame, on: date) -> pd.Series:
    """The newest enrolment of a key user in the office that works for the municipality."""
    office = register(connection).set_index("municipality_id")["office_id"]
    day = func.coalesce(training.c.enrolled_on, training.c.started_on)
    query = (
        select(training.c.municipality_id, training.c.service_id, func.max(day).label("day"))
        .where(
            current(training),
            training.c.role == BY_SERVICE,
            day <= on,
            _of(training, office.index[office.isin(pairs["office_id"])].to_series()),
            training.c.withdrawn_on.is_(None) | (training.c.withdrawn_on > on),
        )
        .group_by(training.c.municipality_id, training.c.service_id)
    )
    rows = read(connection, query)
    return _newest(pairs, rows.assign(office_id=rows["municipality_id"].map(office)), OF_OFFICE)


def _of(fact: Table, municipalities: pd.Series) -> ColumnElement[bool]:
    """Rows of these municipalities, where they are few."""
    named = sorted(set(municipalities))
    return fact.c.municipality_id.in_(named) if len(named) <= MOST_NAMED else true()


def _newest(pairs: pd.DataFrame, rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    found = rows.assign(day=pd.to_datetime(rows["day"])).groupby(keys)["day"].max()
    wanted = pd.MultiIndex.from_frame(pairs[keys]) if len(keys) > 1 else pairs[keys[0]]
    return pd.Series(found.reindex(wanted).array, pairs.index).astype("datetime64[s]")
