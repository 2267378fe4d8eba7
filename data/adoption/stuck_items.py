"""The work list: what one letter or one visit covers, instead of one row per municipality and application."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.adoption.stages import STAGES, Stages, stages
from data.adoption.stuck import IDLE_DAYS, ranked, stuck_of
from data.metrics.adoption import LOCAL_ROLES
from data.selection import Selection

AT_THE_OFFICE = frozenset({"train_key_user", "clarify_use"})
"""Steps that the joint office's staff take for every member: one key user may serve all, and the same people work in
the application. Contracts, appointments and going live are each municipality's own."""
ITEM_COLUMNS = (
    "missing", "next_step", "scope", "unit_id", "name", "county", "joining_type", "size_band", "members",
    "member_names", "services", "lacks", "pairs", "missing_since", "missing_days", "also_missing", "basis",
    "progress_on", "idle_days", "accountable", "turn",
)  # fmt: skip
_TYPES = {
    "missing_days": "Int64", "idle_days": "Int64", "missing_since": "datetime64[s]", "progress_on": "datetime64[s]"
}  # fmt: skip
Row = Mapping[Any, Any]


@dataclass(frozen=True)
class WorkList:
    """on: the day it holds on, None where nothing is loaded. scope: every pair (stages()). pairs: those with a stage
    missing (stuck()). items: work_items() of the pairs that are not excused."""

    on: date | None
    scope: pd.DataFrame
    pairs: pd.DataFrame
    items: pd.DataFrame

    @property
    def stuck(self) -> pd.DataFrame:
        """The pairs that are not excused."""
        return self.pairs[self.pairs["excused"] == ""]


def work_list(connection: Connection, selection: Selection, found: Stages | None = None) -> WorkList:
    """All that is stuck on the last day of the selection; actors selected narrow it to what is theirs. found: its
    stages, where they are known already."""
    found = found or stages(connection, selection)
    pairs = stuck_of(connection, found, selection)
    whole = WorkList(found.on, found.frame, pairs, work_items(pairs))
    return narrowed(whole, actors=selection.actors)


def narrowed(
    work: WorkList, *, steps: Collection[str] = (), actors: Collection[str] = (), idle: bool = False
) -> WorkList:
    """The part of a list that is about missing stages, is an actor's (accountable, or its turn), or has not moved."""
    pairs = work.pairs
    if steps:
        pairs = pairs[pairs["missing"].isin(steps)]
    if actors:
        pairs = pairs[_is_of(pairs, actors)]
    if idle:
        pairs = pairs[pairs["idle_days"] >= IDLE_DAYS]
    pairs = pairs.reset_index(drop=True)
    return work if len(pairs) == len(work.pairs) else replace(work, pairs=pairs, items=work_items(pairs))


def work_items(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per municipality (or joint office) and next step; columns: ITEM_COLUMNS. pairs: from stuck().

    Excused pairs are left out. scope: municipality, or office where the step is the office's (AT_THE_OFFICE) and
    concerns several members; unit_id: its KSH code, of an office its seat's, name of the same. county, joining_type,
    size_band, members, member_names, services, also_missing, basis, turn: what the pairs have, comma separated.
    lacks: what is missing, comma separated; `key_user:ADO+GAZD` where it is so for some of the services only.
    pairs: how many. missing_since, missing_days: of the one that has been missing longest. progress_on, idle_days: of
    the newest step taken for any of them. Ranked like stuck(), ties by name and code.
    """
    open_ = pairs[pairs["excused"] == ""]
    if open_.empty:
        return pd.DataFrame(columns=list(ITEM_COLUMNS))
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in open_.to_dict("records"):
        unit = row["office_id"] if row["next_step"] in AT_THE_OFFICE else row["municipality_id"]
        groups.setdefault((row["missing"], row["next_step"], unit, row["accountable"]), []).append(row)
    items = pd.DataFrame([_item(part) for part in groups.values()], columns=list(ITEM_COLUMNS))
    return ranked(items.astype(_TYPES), ["name", "unit_id"])


def _item(part: Sequence[Row]) -> dict[str, object]:
    first = part[0]
    places = dict(sorted(((row["municipality_id"], row["name"]) for row in part), key=lambda one: (one[1], one[0])))
    is_office = len(places) > 1
    oldest = min(part, key=lambda row: row["missing_since"])
    newest = max(part, key=lambda row: row["progress_on"])
    return {
        **{name: first[name] for name in ("missing", "next_step", "accountable")},
        "scope": "office" if is_office else "municipality",
        "unit_id": first["office_id"] if is_office else first["municipality_id"],
        "name": first["office"] if is_office else first["name"],
        **{name: _joined(row[name] for row in part) for name in ("county", "joining_type", "size_band", "basis")},
        "members": ",".join(places),
        "member_names": ", ".join(places.values()),
        "services": _joined(row["service_id"] for row in part),
        "lacks": _lacks(part),
        "pairs": len(part),
        **{name: oldest[name] for name in ("missing_since", "missing_days")},
        "also_missing": _joined((row["also_missing"] for row in part), STAGES),
        **{name: newest[name] for name in ("progress_on", "idle_days")},
        "turn": _joined(row["turn"] for row in part),
    }


def _joined(values: Iterable[str], order: Sequence[str] = ()) -> str:
    """What the values hold, each once: in a given order, else by name."""
    known = {one for value in values for one in str(value).split(",") if one}
    place = {name: at for at, name in enumerate(order)}
    return ",".join(sorted(known, key=lambda one: (place.get(one, len(place)), one)))


def _lacks(part: Sequence[Row]) -> str:
    """Codes of what is missing, with the services where not all of them lack it."""
    lacking: dict[str, set[str]] = {}
    for row in part:
        for code in row["lacks"].split(","):
            lacking.setdefault(code, set()).add(row["service_id"])
    every = {row["service_id"] for row in part}
    place = {role: at for at, role in enumerate(LOCAL_ROLES)}
    ordered = sorted(lacking, key=lambda code: (place.get(code, len(place)), code))
    return ",".join(code if lacking[code] == every else f"{code}:{'+'.join(sorted(lacking[code]))}" for code in ordered)


def _is_of(pairs: pd.DataFrame, actors: Collection[str]) -> pd.Series:
    wanted = set(actors)
    its_turn = [bool(wanted.intersection(turn.split(","))) for turn in pairs["turn"]]
    return pairs["accountable"].isin(wanted) | pd.Series(its_turn, pairs.index)
