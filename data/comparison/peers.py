"""Peers: the municipalities that one may fairly be compared with, and its value beside theirs."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.comparison.disclosure import LEAST_PEOPLE, WITHHELD

ENOUGH_NEARBY = 10
ENOUGH = 20
ALIKE = ("joining_type", "size_band", "office")
LADDER = (
    (*ALIKE, "county"),
    ALIKE,
    ("joining_type", "size_band"),
    ("size_band",),
    ("office",),
)
"""What peers share, the closest first; the first set that gives enough of them decides."""
ADDED = "office"


@dataclass(frozen=True)
class Peers:
    """ids: KSH codes, in order, without the municipality itself. rule: what they share with it, of joining_type,
    size_band, office (own or joint) and county; empty where they are all others."""

    ksh: str
    ids: tuple[str, ...]
    rule: tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """A municipality's value beside the median and the quartiles of its peers; None where unknown or withheld.

    n: peers with a value that may be known. withheld: whether its own value is withheld.
    """

    value: float | None
    median: float | None
    lower: float | None
    upper: float | None
    n: int
    withheld: bool


def peers(places: pd.DataFrame, ksh: str) -> Peers:
    """The peers of a municipality among places (data.adoption.places.places(): the joined ones).

    In its county where there are ENOUGH_NEARBY alike, else in the country, where ENOUGH; then alike in less. None at
    all, by no rule, for a municipality that is not among places.
    """
    if ksh not in set(places["municipality_id"]):
        return Peers(ksh, (), ())
    known = places.assign(**{ADDED: office_kind(places["office_type"])})
    own = known[known["municipality_id"] == ksh].iloc[0]
    others = known[known["municipality_id"] != ksh]
    for rule in LADDER:
        alike = others[(others[list(rule)] == own[list(rule)]).all(axis=1)]
        if len(alike) >= (ENOUGH_NEARBY if "county" in rule else ENOUGH):
            return Peers(ksh, tuple(sorted(alike["municipality_id"])), rule)
    return Peers(ksh, tuple(sorted(others["municipality_id"])), ())


def office_kind(office_type: pd.Series) -> pd.Series:
    """own, joint or none, of the register's own, joint_seat, joint_member, none."""
    return office_type.where(~office_type.isin(["joint_seat", "joint_member"]), "joint")


def beside(frame: pd.DataFrame, of: Peers, value: str = "value", least: int = LEAST_PEOPLE) -> Beside:
    """A municipality's value beside its peers'. frame: one row per municipality_id (or municipality, as measure() calls
    it), a column of values, and perhaps `withheld`. Quartiles of fewer than `least` peers are not told."""
    key = "municipality_id" if "municipality_id" in frame else "municipality"
    known = frame.set_index(key)
    own = known.loc[of.ksh] if of.ksh in known.index else None
    others = known.loc[known.index.isin(of.ids), value].dropna().astype("float64")
    said: list[Any] = list(others.quantile([0.5, 0.25, 0.75])) if len(others) >= least else [None] * 3
    median, lower, upper = (None if one is None else float(one) for one in said)
    is_withheld = own is not None and WITHHELD in known and bool(own[WITHHELD])
    mine = None if own is None or pd.isna(own[value]) else float(own[value])
    return Beside(mine, median, lower, upper, len(others), is_withheld)
