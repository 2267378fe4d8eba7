"""What the stages of all pairs come to: how many hold each, the way from one to the next, days, cohorts, offices.

Every function takes the frame of stages() (one row per municipality and application) and reads nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import pandas as pd

from data.adoption.known import Since
from data.adoption.stages import STAGES
from data.comparison.disclosure import LEAST_PEOPLE, WITHHELD, withhold

STEP_DAYS = {
    "staffed": "first_staffed_on", "trained": "certified_on", "live": "live_on", "in_use": "first_used_on",
}  # fmt: skip
"""The day on which a pair came to a stage first."""
PROXIES = ("ticket", "training")
MONTHS = (3, 6, 12, 24, 36)
COHORT_STAGES = ("live", "in_use")


def progress(frame: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """How many pairs hold each stage: one row per member of `by` and stage, in the order of STAGES.

    Columns: by; stage; pairs (in scope); alone (that hold it, whatever the others); reached (that hold it and every
    stage before it); before (that reached the one before; of the first, pairs); alone_rate, reached_rate (of pairs),
    conversion (reached of before), each missing where it divides by nothing; proxy (of reached, those that rest on
    tickets and trainings alone). Empty without pairs.
    """
    names = list(by)
    rows = frame[[*names, *STAGES, "stage", "evidence"]].assign(all=0)
    keys = [*names, "all"]
    is_proxy = rows["evidence"].isin(PROXIES)
    found = []
    for place, name in enumerate(STAGES):
        counted = rows.assign(
            pairs=1, alone_=rows[name], reached=rows["stage"] > place, before=rows["stage"] >= place,
            proxy=(rows["stage"] > place) & is_proxy & (name == "in_use"),
        )  # fmt: skip
        sums = counted.groupby(keys, dropna=False)[["pairs", "alone_", "reached", "before", "proxy"]].sum()
        found.append(sums.reset_index().assign(stage=name, place=place))
    told = pd.concat(found).rename(columns={"alone_": "alone"})
    told = told.astype(dict.fromkeys(("pairs", "alone", "reached", "before", "proxy"), "int64"))
    told = told.assign(
        alone_rate=_share(told["alone"], told["pairs"]),
        reached_rate=_share(told["reached"], told["pairs"]),
        conversion=_share(told["reached"], told["before"]),
    )
    order = [
        *names,
        "stage",
        "pairs",
        "alone",
        "reached",
        "before",
        "proxy",
        "alone_rate",
        "reached_rate",
        "conversion",
    ]
    return told.sort_values([*names, "place"], ignore_index=True)[order]


@dataclass(frozen=True)
class Gap:
    """A stage at which pairs are left behind: of `pairs`, `before` came to the one before it and `reached` to it."""

    stage: str
    pairs: int
    before: int
    reached: int

    @property
    def lost(self) -> int:
        return self.before - self.reached


def widest_gap(steps: pd.DataFrame) -> Gap | None:
    """The stage that most pairs are left behind at, of rows of progress() that are not cut; None where none is."""
    gaps = [
        Gap(str(stage), int(pairs), int(before), int(reached))
        for stage, pairs, before, reached in steps[["stage", "pairs", "before", "reached"]].itertuples(index=False)
    ]
    widest = max(gaps, key=lambda gap: gap.lost, default=None)
    return widest if widest is not None and widest.lost else None


def completeness(frame: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Municipalities in scope, and those complete: every stage holds in each of their applications.

    Columns: by (of places); municipalities, complete, rate. One row of zeros for nothing when not cut.
    """
    names = list(by)
    if frame.empty:
        zeros = pd.DataFrame({"municipalities": [0], "complete": [0], "rate": [float("nan")]})
        return zeros.iloc[: 0 if names else 1].reindex(columns=[*names, "municipalities", "complete", "rate"])
    places = frame.assign(is_complete=frame["stage"] == len(STAGES), all=0)
    places = places.groupby(["municipality_id", *names, "all"], dropna=False)["is_complete"].all().reset_index()
    of = places.groupby([*names, "all"], dropna=False)["is_complete"]
    told = of.agg(municipalities="size", complete="sum").reset_index().drop(columns="all")
    return told.assign(rate=_share(told["complete"], told["municipalities"]))


def days_to(frame: pd.DataFrame, since: Since, by: Sequence[str] = ()) -> pd.DataFrame:
    """Days from the contract to the day on which each stage was first reached, of pairs contracted now.

    One row per member of `by` and stage of STEP_DAYS. Columns: by; stage; n; median; p90; before (how many came to it
    before the contract: their days are below zero). Only pairs contracted since their source tells of the stage
    (known.py): of the others it may have been reached long before. First use is known to the month.
    """
    names, found = [*by, "stage"], []
    for name, column in STEP_DAYS.items() if len(frame) else ():
        rows = _observed(frame, since, name)
        rows = rows[rows[column].notna()].assign(stage=name)
        days = rows.assign(days=(rows[column] - rows["contracted_on"]).dt.days).assign(
            before=lambda rows: rows["days"] < 0
        )
        of = days.groupby(names, dropna=False)
        told = of.agg(n=("days", "size"), median=("days", "median"), before=("before", "sum"))
        found.append(told.assign(p90=of["days"].quantile(0.9)).reset_index())
    columns = [*names, "n", "median", "p90", "before"]
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found).sort_values(names, ignore_index=True, key=_in_order)[columns]


def cohorts(frame: pd.DataFrame, on: date | None, since: Since, months: Sequence[int] = MONTHS) -> pd.DataFrame:
    """Of the pairs of each joining wave, how many were live, or in use, within so many months of the contract.

    Columns: wave (missing where the contract names none), stage (live, in_use), months, n (pairs contracted at least so
    long before the day, so that they could be observed), reached, rate. Pairs that ended are not among them. Of which
    pairs it is told: as days_to() does. Rows without an observed pair are left out.
    """
    found = []
    for stage in COHORT_STAGES if len(frame) and on else ():
        rows = _observed(frame, since, stage)[["wave", "contracted_on", STEP_DAYS[stage]]]
        for count in months:
            end = rows["contracted_on"] + pd.DateOffset(months=count)
            seen = rows.assign(reached=rows[STEP_DAYS[stage]] <= end)[end <= pd.Timestamp(cast("date", on))]
            told = seen.groupby("wave", dropna=False)["reached"].agg(["size", "sum"]).reset_index()
            found.append(told.set_axis(["wave", "n", "reached"], axis=1).assign(stage=stage, months=count))
    columns = ["wave", "stage", "months", "n", "reached", "rate"]
    if not found:
        return pd.DataFrame(columns=columns)
    told = pd.concat(found).assign(rate=lambda rows: _share(rows["reached"], rows["n"]))
    return told.sort_values(["stage", "wave", "months"], ignore_index=True, key=_in_order)[columns]


def _observed(frame: pd.DataFrame, since: Since, stage: str) -> pd.DataFrame:
    """Pairs contracted now, since the day that the source of a stage tells from."""
    if stage not in since:
        return frame[frame["contracted_on"].notna()]
    return frame[frame["contracted_on"] >= frame["service_id"].map(since[stage])]


def offices(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per office and application: a joint office counts once for its users, once per member for coverage.

    Columns: office_id, service_id, municipalities (members in scope), trained (of them), live (of them), in_use (of
    them), users (active users of the last month, the office's people counted once: as many as the member with the most
    has, since the same people work for every member; so the least there can be), users_by_member (their sum, which
    counts who works for three members three times). Users are missing where no use is counted.
    """
    if frame.empty:
        return pd.DataFrame(columns=["office_id", "service_id", *_COUNTS, "users", "users_by_member"])
    of = frame.assign(users=frame["active_users"]).groupby(["office_id", "service_id"], sort=True)
    users = of["users"]
    return of.agg(
        municipalities=("municipality_id", "size"), trained=("trained", "sum"), live=("live", "sum"),
        in_use=("in_use", "sum"),
    ).assign(users=users.max(), users_by_member=users.sum(min_count=1)).reset_index()  # fmt: skip


_COUNTS = ("municipalities", "trained", "live", "in_use")


def office_totals(frame: pd.DataFrame, least: int = LEAST_PEOPLE) -> pd.DataFrame:
    """offices() by application: service_id, offices, joint (offices of more than one member in scope), municipalities,
    trained, live, in_use, users, users_by_member (missing where no use is counted), withheld (bool: users are fewer
    than `least`, so they are not told)."""
    rows = offices(frame)
    columns = ["service_id", "offices", "joint", *_COUNTS, "users", "users_by_member"]
    if rows.empty:
        return pd.DataFrame(columns=[*columns, WITHHELD])
    of = rows.assign(is_joint=rows["municipalities"] > 1).groupby("service_id")
    users = of[["users", "users_by_member"]].sum(min_count=1)
    counts = of[list(_COUNTS)].sum()
    told = counts.assign(offices=of.size(), joint=of["is_joint"].sum()).join(users)
    return withhold(told.reset_index()[columns], people="users", values=["users_by_member"], groups=(), least=least)


def bases(frame: pd.DataFrame) -> pd.DataFrame:
    """What "in use" rests on, by application: service_id, pairs, in_use, by_usage, by_proxy (of those in use), counted
    (whether any of its use is counted)."""
    columns = ["service_id", "pairs", "in_use", "by_usage", "by_proxy", "counted"]
    if frame.empty:
        return pd.DataFrame(columns=columns)
    of = frame.assign(
        by_usage=frame["in_use"] & frame["evidence"].eq("usage"),
        by_proxy=frame["in_use"] & frame["evidence"].isin(PROXIES),
        counted=frame["evidence"].eq("usage"),
    ).groupby("service_id")
    told = of[["in_use", "by_usage", "by_proxy"]].sum().assign(pairs=of.size(), counted=of["counted"].any())
    return told.reset_index()[columns]


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype("float64") / whole.astype("float64").where(whole != 0)


def _in_order(values: pd.Series) -> pd.Series:
    """Stages in their own order; the rest as it is."""
    return values.map({name: place for place, name in enumerate(STAGES)}) if values.name == "stage" else values
