"""Stages: how far each municipality has come with each application that it has contracted or has to.

A stage is a state that holds on a day, not an event of long ago: an appointment ends, a certificate lapses, and then
the stage is open again. A pair has reached the stages up to the first that does not hold.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from data.adoption.certificates import with_certificates
from data.adoption.evidence import evidence
from data.adoption.places import PLACE_COLUMNS, places, register
from data.adoption.roles import with_roles
from data.adoption.scope import PAIR, in_scope
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.metric import Current
from data.metrics.period import last_day
from data.selection import Selection

STAGES = ("contracted", "staffed", "trained", "live", "in_use")
PROCESSES = {
    "contracted": "business_relationship_management",
    "staffed": "business_relationship_management",
    "trained": "training_management",
    "live": "transition_planning_and_support",
    "in_use": "business_relationship_management",
}
"""The process that answers for a step, and so, by the responsibility matrix, the actor."""
COLUMNS = (
    *PLACE_COLUMNS, "lon", "lat", "joining_type", "wave", "joined_on", "service_id", "requirement", "contracted_on",
    "provisioned_on", "live_on", "roles", "vacant", "staffed_on", "first_staffed_on", "certified_on", "certified_to",
    "trained_by", "evidence", "used_on", "first_used_on", "active_users", "transactions", "in_use", "contracted",
    "staffed", "trained", "live", "stage", "missing", "missing_since", "missing_days",
)  # fmt: skip


@dataclass(frozen=True)
class Stages:
    """on: the day that the stages hold on, None where nothing is loaded. frame: as stages() says."""

    on: date | None
    frame: pd.DataFrame


def stages(connection: Connection, selection: Selection) -> Stages:
    """Every pair of joined municipality and application in scope on the last day of the selection (or of the data).

    In scope: contracted or live and not left, or compulsory for the municipality's kind and type of joining. COLUMNS:
    those of the place (places.py); service_id; requirement (compulsory, optional, none);
    contracted_on, provisioned_on, live_on (of a renewed contract since the first without a gap); roles (0 to 4 local
    roles filled), vacant (those not filled, comma separated), staffed_on (since when all four are filled),
    first_staffed_on (when they first were); certified_on (first certificate of a key user),
    certified_to (last day of those in force, missing where one does not lapse), trained_by (own, office, ""): a key
    user of a joint office works for each of its members; evidence ("" where none), used_on, first_used_on,
    active_users, transactions (evidence.py);
    contracted, staffed, trained, live, in_use (bool, each by itself); stage (0 to 5: how many hold from the first on);
    missing (the first that does not hold, "" where all do), missing_since (since it last held; where it never did,
    since the contract, or the start of live use, that it should have followed; of use since the last sign of it),
    missing_days. A contract without a day counts as none, as in the catalogue's figures.
    Days are Timestamps. Sorted by municipality and application. Selected services, counties, municipalities, types of
    joining and size bands narrow it; actors, priorities, ticket types and sources mean nothing here.
    """
    on = min(filter(None, (selection.last, last_day(connection, None, selection.as_of))), default=None)
    if on is None:
        return Stages(None, pd.DataFrame(columns=list(COLUMNS)))
    current, day = Current(selection.as_of), pd.Timestamp(on)
    pairs = in_scope(connection, current, places(connection, selection, on), on, selection.services)
    pairs = with_roles(connection, current, pairs, day)
    office = register(connection).set_index("municipality_id")["office_id"]
    pairs = with_certificates(connection, current, pairs, office, day)
    pairs = pairs.merge(evidence(connection, selection, on), on=PAIR, how="left")
    return Stages(on, _judged(pairs, day).sort_values(PAIR, ignore_index=True)[list(COLUMNS)])


def _judged(pairs: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Which stages hold, the first that does not and since when."""
    pairs = pairs.assign(
        evidence=pairs["evidence"].fillna("").astype("str"),
        contracted=pairs["contracted_on"].notna(),
        staffed=pairs["roles"] == len(LOCAL_ROLES),
        trained=pairs["trained_by"] != "",
        live=pairs["live_on"].notna(),
        in_use=pairs["in_use"].eq(True).fillna(False).astype("bool"),
    )
    reached = pairs[list(STAGES)].cumprod(axis=1).sum(axis=1).astype("int64")
    pairs["stage"] = reached
    pairs["missing"] = reached.map(dict(enumerate((*STAGES, "")))).astype("str")
    since, open_since = pd.Series(pd.NaT, pairs.index, dtype="datetime64[s]"), _open_since(pairs)
    for name in STAGES:
        since = since.mask(pairs["missing"] == name, open_since[name])
    pairs["missing_since"] = since
    pairs["missing_days"] = (day - since).dt.days.astype("Int64")
    return pairs


def _open_since(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    """Since when each stage has been open, where it is; the later of what went before it and of its own end."""
    contracted = pairs["contracted_on"]
    last_sign = pairs["used_on"] + pd.Timedelta(days=1)
    return {
        "contracted": pairs[["joined_on", "required_on", "left_on"]].max(axis=1),
        "staffed": _later(contracted, pairs["vacated_on"]),
        "trained": _later(contracted, pairs["lapsed_on"]),
        "live": contracted,
        "in_use": _later(pairs["live_on"], last_sign),
    }


def _later(days: pd.Series, others: pd.Series) -> pd.Series:
    """The later of two days of a pair; the first where the other is missing."""
    return days.mask(others > days, others)
