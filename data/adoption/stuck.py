"""What is stuck: pairs of municipality and application with a stage missing, since when, and whose turn it is.

A pair is asked about its first missing stage only: what comes later cannot be asked for before that.
"""

import pandas as pd
from sqlalchemy import Connection

from data.adoption.evidence import PROXY_DAYS, counted_services
from data.adoption.places import register
from data.adoption.scope import PAIR
from data.adoption.stages import PROCESSES, STAGES, Stages, stages
from data.adoption.stuck_progress import with_progress
from data.adoption.stuck_turns import turns
from data.metrics.metric import Current
from data.selection import Selection

GRACE_DAYS = {"contracted": 90, "staffed": 60, "trained": 90, "live": 180, "in_use": 90}
"""Days that a step may be open before it is called stuck: our assumption until rules of the centre replace it.

A contract and a course take a quarter to arrange; a role that fell vacant needs a decision of the municipality, whose
council meets every month or two; going live takes data to be moved and tested, half a year; use is counted by the
month, and municipalities report to the treasury by the quarter. Where use is told by tickets and trainings alone,
their silence says nothing before PROXY_DAYS.
"""
IDLE_DAYS = 180
"""A pair that no step was taken for in so many days is without progress."""
NEXT_STEPS = {
    "not_contracted": "sign_contract",
    "never_certified": "train_key_user",
    "certificate_lapsed": "train_key_user",
    "not_provisioned": "provision",
    "not_live": "go_live",
    "never_used": "clarify_use",
    "not_used_since": "clarify_use",
    "no_sign_ever": "clarify_use",
    "no_sign_since": "clarify_use",
}
"""What to do about what is missing; about vacant roles it is `appoint_roles`."""
APPOINT = "appoint_roles"
COLUMNS = (
    *PAIR, "name", "county", "joining_type", "size_band", "office_type", "office_id", "office", "requirement",
    "missing", "lacks", "missing_since", "missing_days", "also_missing", "next_step", "basis", "progress_on",
    "idle_days", "accountable", "turn", "responsible", "excused",
)  # fmt: skip


def stuck(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Every pair with a stage missing on the last day of the selection (or of the data); columns: COLUMNS.

    missing: the first stage that does not hold. lacks: what exactly, comma separated: the roles that are vacant, or one
    of NEXT_STEPS; `no_sign_…` is said where nothing counts the use, so that only tickets and trainings could show it.
    also_missing: the later stages that do not hold, comma separated. office: the office's name. basis: usage or proxy,
    what the last stage rests on. progress_on: the newest step taken (stuck_progress.py), idle_days since then.
    accountable, turn, responsible: actors (stuck_turns.py). excused: why it is not called stuck: grace (younger than
    GRACE_DAYS), optional (not in use, and need not be), else "".
    Days are Timestamps. What blocks most comes first: the earliest stage, then what has been missing longest.
    """
    return stuck_of(connection, stages(connection, selection), selection)


def stuck_of(connection: Connection, found: Stages, selection: Selection) -> pd.DataFrame:
    """The same, from stages that are known already."""
    if found.on is None:
        return pd.DataFrame(columns=list(COLUMNS))
    pairs = found.frame[found.frame["missing"] != ""].reset_index(drop=True)
    counted = counted_services(connection, selection, found.on)
    names = register(connection).set_index("municipality_id")["name"]
    pairs = pairs.assign(
        office=pairs["office_id"].map(names),
        basis=["usage" if service in counted else "proxy" for service in pairs["service_id"]],
        also_missing=_also_missing(pairs),
    )
    pairs["lacks"] = _lacks(pairs)
    pairs["next_step"] = pairs["lacks"].map(NEXT_STEPS).fillna(APPOINT)
    pairs = with_progress(connection, Current(selection.as_of), pairs, found.on)
    pairs = pairs.merge(turns(connection, pairs, PROCESSES, found.on), on=["missing", "service_id"], how="left")
    pairs["excused"] = _excused(pairs)
    return ranked(pairs[list(COLUMNS)], PAIR)


def ranked(rows: pd.DataFrame, ties: list[str]) -> pd.DataFrame:
    """Rows by what is missing and for how long; ties by the columns named."""
    place = rows["missing"].map({stage: at for at, stage in enumerate(STAGES)})
    order = rows.assign(place=place).sort_values(["place", "missing_days", *ties], ascending=[True, False, *_up(ties)])
    return order.drop(columns="place").reset_index(drop=True)


def _up(ties: list[str]) -> list[bool]:
    return [True] * len(ties)


def _lacks(pairs: pd.DataFrame) -> pd.Series:
    """What exactly is missing, by stage."""
    # A training before going live is no use of what was not there yet.
    is_counted, has_used = pairs["basis"] == "usage", pairs["used_on"] >= pairs["live_on"]
    sign = has_used.map({True: "no_sign_since", False: "no_sign_ever"})
    used = has_used.map({True: "not_used_since", False: "never_used"})
    of_stage = {
        "contracted": pd.Series("not_contracted", pairs.index),
        "staffed": pairs["vacant"],
        "trained": pairs["certified_on"].notna().map({True: "certificate_lapsed", False: "never_certified"}),
        "live": pairs["provisioned_on"].notna().map({True: "not_live", False: "not_provisioned"}),
        "in_use": used.where(is_counted, sign),
    }
    found = pd.Series("", pairs.index)
    for stage, lacks in of_stage.items():
        found = found.mask(pairs["missing"] == stage, lacks)
    return found


def _also_missing(pairs: pd.DataFrame) -> list[str]:
    """The stages after the first missing one that do not hold either."""
    return [
        ",".join(stage for stage, holds in zip(STAGES, row, strict=True) if not holds and stage != first)
        for first, row in zip(pairs["missing"], pairs[list(STAGES)].to_numpy(), strict=True)
    ]


def _excused(pairs: pd.DataFrame) -> pd.Series:
    """Grace first: what is young may still come."""
    # An absence of tickets since going live is as silent as one since the last ticket.
    silent = (pairs["missing"] == "in_use") & (pairs["basis"] == "proxy")
    grace = pairs["missing"].map(GRACE_DAYS).mask(silent, PROXY_DAYS)
    is_choice = (pairs["missing"] == "in_use") & (pairs["requirement"] != "compulsory")
    return (
        pd.Series("", pairs.index).mask(is_choice, "optional").mask((pairs["missing_days"] < grace).to_numpy(), "grace")
    )
