"""Which part of the ledger is the cost of an activity (support), as the allocation plan defines it: [[activity]].

A ledger line belongs to an activity by its actor, service and rovat, with a share in per cent. The cost of an activity
is rounded to whole forints for each line and application; so its sums are exact sums of what was rounded.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.cost.plan import BadPlan
from data.cost.plan_reading import check_keys, check_texts, names_of, place_in
from data.cost.plans import place_of, plan_text_of

KEYS = {"id", "name_hu", "name_en", "level", "actors", "services", "accounts", "share", "basis"}
LEVELS = (1, 2)
KEPT = ("municipality_id", "source", "line_id", "month", "actor_id", "application_id")
Level = Literal[1, 2]


@dataclass(frozen=True)
class Activity:
    """Support of a level: `share` per cent of the lines of `actors`, booked to `services`, in `accounts` (rovats with
    those below them); an empty set is every one. basis: where the share is taken from, or that it is an assumption."""

    id: str
    name: Mapping[str, str]
    level: Level
    share: int
    actors: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    basis: str = ""

    def holds(self, lines: pd.DataFrame) -> "pd.Series[bool]":
        """Which of the lines (actor_id, service_id as booked, account_id) belong to it."""
        found = pd.Series(True, index=lines.index)
        if self.actors:
            found &= lines["actor_id"].isin(self.actors)
        if self.services:
            found &= lines["service_id"].isin(self.services)
        if self.accounts:
            found &= lines["account_id"].str.startswith(tuple(sorted(self.accounts)))
        return found


def activities_of(text: str, place: str) -> tuple[Activity, ...]:
    """The activities of a plan as it is stored; none where it names none. place: what errors name. Raises BadPlan."""
    found = tomllib.loads(text).get("activity", [])
    if not isinstance(found, list):
        raise BadPlan(f"{place}: write each activity as [[activity]].")
    made = tuple(_activity(one, number, place) for number, one in enumerate(found, 1))
    _check_shares(made, place)
    return made


def read_activities(connection: Connection, version: str) -> tuple[Activity, ...]:
    """The activities of a stored plan; none where there is no such plan."""
    text = plan_text_of(connection, version)
    return () if text is None else activities_of(text, place_of(version))


def support(lines: pd.DataFrame, activities: Sequence[Activity]) -> pd.DataFrame:
    """Cost of each activity by ledger line and application: KEPT, activity_id, level, amount_huf (whole forints).

    lines: parts of lines as in cost_line. Halves are rounded away from zero. Parts of nothing are left out.
    """
    frames = []
    for one in activities:
        mine = lines[one.holds(lines)].groupby(list(KEPT), as_index=False)["amount_huf"].sum()
        mine["amount_huf"] = _share_of(mine["amount_huf"].to_numpy(dtype="int64"), one.share)
        frames.append(mine.assign(activity_id=one.id, level=one.level))
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*KEPT, "amount_huf"])
    return whole[whole["amount_huf"] != 0].reset_index(drop=True)


def _share_of(amounts: Any, share: int) -> Any:
    return np.sign(amounts) * ((np.abs(amounts) * share + 50) // 100)


def _activity(found: Mapping[str, Any], number: int, place: str) -> Activity:
    here = place_in(place, "activity", number, found)
    check_keys(found, KEYS, here)
    check_texts(found, ("id", "name_hu", "name_en", "basis"), here)
    level, share = found.get("level"), found.get("share")
    if type(level) is not int or level not in LEVELS:
        raise BadPlan(f"{here}: level is {level!r}; it is 1 (service desk) or 2 (second level).")
    if type(share) is not int or not 1 <= share <= 100:
        raise BadPlan(f"{here}: share is {share!r}; give whole per cent, 1 to 100.")
    names = {key: names_of(found, key, here) for key in ("actors", "services", "accounts")}
    name = {"hu": found["name_hu"], "en": found["name_en"]}
    return Activity(found["id"], name, cast("Level", level), share, **names, basis=found["basis"])


def _check_shares(made: Collection[Activity], place: str) -> None:
    """Each id once; no line may be given to activities by more than all of it."""
    ids = [one.id for one in made]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise BadPlan(f"{place}: two activities are called {', '.join(twice)}.")
    for one in made:
        together = [other for other in made if _meet(one, other)]
        if sum(other.share for other in together) > 100:
            names = ", ".join(other.id for other in together)
            raise BadPlan(f"{place}: activities {names} may claim more than 100 per cent of the same line.")


def _meet(one: Activity, other: Activity) -> bool:
    """Whether a line can belong to both."""
    same = [(one.actors, other.actors), (one.services, other.services)]
    if any(a and b and not a & b for a, b in same):
        return False
    if not one.accounts or not other.accounts:
        return True
    return any(a.startswith(b) or b.startswith(a) for a in one.accounts for b in other.accounts)
