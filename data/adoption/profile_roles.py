"""The four local roles of one municipality: filled since when, or vacant since when. Nobody is named."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, select

from data.adoption.roles import BY_SERVICE
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.metric import Current
from data.schema import NO_SERVICE
from data.schema import fact_role_holder as holder
from data.selection import Selection

COLUMNS = ["role", "service_id", "is_filled", "since"]


def role_coverage(
    connection: Connection, municipality_id: str, selection: Selection, services: Sequence[str]
) -> pd.DataFrame:
    """One row per role, of the key user one per application given, in the order of LOCAL_ROLES and of services.

    Columns: role; service_id (NA for the roles of the municipality as a whole); is_filled on the last day of the
    selection; since (Timestamp): the first day it has been filled without a break by those who hold it, or the first
    day it is vacant, missing where it was never filled. Source: fact_role_holder.
    """
    assert selection.last is not None, "roles hold on a day"
    query = select(holder.c.role, holder.c.service_id, holder.c.appointed_on, holder.c.ended_on).where(
        Current(selection.as_of)(holder),
        holder.c.municipality_id == municipality_id,
        holder.c.appointed_on <= selection.last,
    )
    rows = pd.read_sql(query, connection)
    for name in ("appointed_on", "ended_on"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[s]")
    day = pd.Timestamp(selection.last)
    wanted = [(role, service) for role in LOCAL_ROLES for service in (services if role == BY_SERVICE else [NO_SERVICE])]
    found = [(role, service, *_state(_of(rows, role, service), day)) for role, service in wanted]
    return pd.DataFrame(found, columns=COLUMNS).astype({"is_filled": "bool", "since": "datetime64[s]"})


def _of(rows: pd.DataFrame, role: str, service: str) -> pd.DataFrame:
    """A key user of no application named is one of each."""
    mine = rows[rows["role"] == role]
    return mine[mine["service_id"].isin([service, NO_SERVICE])] if role == BY_SERVICE else mine


def _state(rows: pd.DataFrame, day: pd.Timestamp) -> tuple[bool, pd.Timestamp | None]:
    held = rows[rows["ended_on"].isna() | (rows["ended_on"] > day)]
    if len(held):
        return True, _unbroken(rows, held["appointed_on"].min())
    return False, rows["ended_on"].max() if len(rows) else None


def _unbroken(rows: pd.DataFrame, since: pd.Timestamp) -> pd.Timestamp:
    """The first day of the holders that followed each other up to a day."""
    while True:
        before = rows[(rows["appointed_on"] < since) & (rows["ended_on"].isna() | (rows["ended_on"] >= since))]
        if before.empty:
            return since
        since = before["appointed_on"].min()
