"""One municipality among all: who it is, how it joined, which office works for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.adoption.places import places, register
from data.metrics.period import last_day
from data.selection import Selection

JOINED = ["joining_type", "wave", "joined_on"]
JOINT = ("joint_seat", "joint_member")


@dataclass(frozen=True)
class Head:
    """place: the municipality's row of every_place(). office: rows of the members of its joint office, the seat first,
    then by name; empty where it has an office of its own or none."""

    place: Mapping[str, Any]
    office: pd.DataFrame

    @property
    def code(self) -> str:
        """The KSH code."""
        return str(self.place["municipality_id"])

    @property
    def members(self) -> tuple[str, ...]:
        """The codes of those that the office works for; its own where there is no joint office."""
        return tuple(self.office["municipality_id"]) if len(self.office) else (self.code,)

    @property
    def is_joined(self) -> bool:
        """Whether a joining contract is in force."""
        return isinstance(self.place["joining_type"], str)


def every_place(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Every municipality of the register by KSH code: columns of places.register(), and joining_type, wave, joined_on
    (missing where no joining contract is in force on the last day of the selection, or of the data)."""
    known = register(connection)
    days = [day for day in (selection.last, last_day(connection, None, selection.as_of)) if day]
    if not days:
        return known.reindex(columns=[*known.columns, *JOINED])
    joined = places(connection, Selection(as_of=selection.as_of), min(days))
    return known.merge(joined[["municipality_id", *JOINED]], on="municipality_id", how="left")


def head_of(every: pd.DataFrame, municipality_id: str) -> Head | None:
    """A municipality among those of every_place(); None where there is no such code."""
    found = every[every["municipality_id"] == municipality_id]
    if found.empty:
        return None
    place = {str(name): value for name, value in found.iloc[0].to_dict().items()}
    if place["office_type"] not in JOINT:
        return Head(place, every.head(0))
    office = every[(every["office_id"] == place["office_id"]) & every["office_type"].isin(JOINT)]
    is_member = office["municipality_id"] != office["office_id"]
    order = office.assign(_is_member=is_member).sort_values(["_is_member", "name"])
    return Head(place, order.drop(columns="_is_member").reset_index(drop=True))
