"""Counts of what is stuck: by step and actor, by how long, and as shares of all pairs by kinds of municipality."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.adoption.stages import STAGES
from data.adoption.stuck import IDLE_DAYS
from data.adoption.stuck_items import WorkList
from data.errors import UnknownCut

AGES = ((0, 182), (183, 365), (366, 730), (731, 1825), (1826, None))
"""Classes of days, both ends included: half a year, a year, two, five, more."""
PAIR_CUTS = {
    "step": "missing", "next_step": "next_step", "accountable": "accountable", "turn": "turn", "lacks": "lacks",
    "basis": "basis",
}  # fmt: skip
SCOPE_CUTS = {
    "county": "county", "size_band": "size_band", "joining_type": "joining_type", "office_type": "office_type",
    "service": "service_id", "municipality": "municipality_id", "office": "office_id", "requirement": "requirement",
}  # fmt: skip
CUTS = {**PAIR_CUTS, **SCOPE_CUTS, "actor": "accountable", "size": "size_band", "joining": "joining_type"}
"""Column of a cut, by its name; the last three are the short ones of an address."""


def by_step(work: WorkList) -> pd.DataFrame:
    """One row per missing stage, next step and accountable actor, in the order of the stages; items, pairs,
    municipalities, missing_days_median, missing_days_max (of the items), turn (comma separated)."""
    keys = ["missing", "next_step", "accountable"]
    columns = [*keys, "turn", "items", "pairs", "municipalities", "missing_days_median", "missing_days_max"]
    if work.items.empty:
        return pd.DataFrame(columns=columns)
    days = work.items.groupby(keys)["missing_days"]
    places = work.stuck.groupby(keys)["municipality_id"].nunique()
    counts = days.agg(items="size", missing_days_median="median", missing_days_max="max").assign(
        pairs=work.items.groupby(keys)["pairs"].sum(), municipalities=places,
        turn=work.stuck.groupby(keys)["turn"].agg(_actors),
    )  # fmt: skip
    found = counts.reset_index()
    place = found["missing"].map({stage: at for at, stage in enumerate(STAGES)})
    return found.assign(place=place).sort_values(["place", *keys], ignore_index=True)[columns]


def by_age(work: WorkList) -> pd.DataFrame:
    """Items by missing stage and class of AGES: missing, age (place in AGES), items; combinations without one too."""
    ages = pd.Series(range(len(AGES)), name="age")
    steps = pd.Series([stage for stage in STAGES if stage in set(work.items["missing"])], name="missing", dtype="str")
    found = work.items.assign(age=[_age(int(days)) for days in work.items["missing_days"]])
    counts = found.groupby(["missing", "age"]).size().rename("items").reset_index()
    every = steps.to_frame().merge(ages.to_frame(), how="cross")
    return every.merge(counts, on=["missing", "age"], how="left").fillna({"items": 0}).astype({"items": "int64"})


def shares(work: WorkList, cut: str) -> pd.DataFrame:
    """Stuck pairs of all pairs in scope, by a cut of SCOPE_CUTS: the cut, numerator, denominator, value; by name."""
    column = SCOPE_CUTS[cut]
    known = work.scope.assign(**{column: work.scope[column].fillna("unknown")}) if len(work.scope) else work.scope
    every = known.groupby(column).size().rename("denominator")
    held = work.stuck.groupby(column).size().rename("numerator")
    found = pd.concat([held, every], axis=1).fillna(0).astype("int64").sort_index()
    return found.assign(value=found["numerator"] / found["denominator"]).rename_axis(cut).reset_index()


def counted(work: WorkList, cuts: Sequence[str]) -> pd.DataFrame:
    """Stuck pairs by any of CUTS: the cuts, pairs, municipalities, missing_days_median, missing_days_max; of cuts that
    every pair has also in_scope, all pairs. Sorted by the cuts, steps in their order. Raises UnknownCut."""
    if unknown := [cut for cut in cuts if cut.removesuffix("_id") not in CUTS]:
        raise UnknownCut(f"What is stuck can't be cut by {unknown}; choose from {list(CUTS)}.")
    columns = [CUTS[cut.removesuffix("_id")] for cut in cuts]
    grouped = work.stuck.groupby(columns)
    found = grouped["missing_days"].agg(
        pairs="size", missing_days_median="median", missing_days_max="max"
    ).assign(municipalities=grouped["municipality_id"].nunique())  # fmt: skip
    shown = ["pairs", "municipalities", "missing_days_median", "missing_days_max"]
    if set(columns) <= set(SCOPE_CUTS.values()):
        found = found.join(work.scope.groupby(columns).size().rename("in_scope"), how="outer")
        found[["pairs", "municipalities"]] = found[["pairs", "municipalities"]].fillna(0)
        shown.insert(1, "in_scope")
    whole = dict.fromkeys(("pairs", "municipalities"), "int64")
    places = {stage: f"{at}" for at, stage in enumerate(STAGES)}
    in_order = found[shown].astype(whole).sort_index(key=lambda level: level.map(lambda one: places.get(one, str(one))))
    return in_order.rename_axis([cut.removesuffix("_id") for cut in cuts]).reset_index()


def excused(work: WorkList) -> dict[str, int]:
    """How many pairs are not called stuck, by the reason."""
    found = work.pairs.loc[work.pairs["excused"] != "", "excused"].value_counts()
    return {str(reason): int(count) for reason, count in found.items()}


def _age(days: int) -> int:
    return next(at for at, (_, last) in enumerate(AGES) if last is None or days <= last)


def _actors(turns: pd.Series) -> str:
    return ",".join(sorted({one for turn in turns for one in turn.split(",") if one}))


@dataclass(frozen=True)
class Summary:
    """items, pairs, places (municipalities) that are stuck; scope: all pairs; idle: stuck pairs without progress.

    step: the next step of most items, step_items of them, its longest wait in days, turn and accountable actors.
    """

    items: int
    pairs: int
    places: int
    scope: int
    idle: int
    step: str = ""
    step_items: int = 0
    longest: int = 0
    turn: str = ""
    accountable: str = ""


def summary(work: WorkList) -> Summary:
    """What a sentence says of a work list."""
    pairs = work.stuck
    whole = (len(work.items), len(pairs), pairs["municipality_id"].nunique(), len(work.scope))
    idle = int((pairs["idle_days"] >= IDLE_DAYS).sum()) if len(pairs) else 0
    if work.items.empty:
        return Summary(*whole, idle)
    steps = work.items["next_step"].value_counts()
    step = max(steps.index, key=lambda one: (steps[one], one))
    held = work.items[work.items["next_step"] == step]
    actors = (_actors(held["turn"]), _actors(held["accountable"]))
    return Summary(*whole, idle, step, len(held), int(held["missing_days"].max()), *actors)


def long_waiting(work: WorkList) -> int:
    """Items that have been waiting for more than two years."""
    return int((work.items["missing_days"] > AGES[2][1]).sum()) if len(work.items) else 0
