"""The work list of the reader's selection, read once for all parts of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers import answers
from dashboard.drill import with_query
from dashboard.look import query_of
from dashboard.periods import latest
from dashboard.stage_reading import stages_of
from data.adoption.stages import STAGES
from data.adoption.stuck_items import WorkList, narrowed, work_list
from data.errors import BadSelection
from data.selection import Selection

PATH = "/adoption/stuck"
STEP, IDLE = "step", "idle"
"""Keys of the address that narrow the list alone; charts show all of the selection."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. steps: missing stages, empty for all; idle: only what has not moved."""

    selection: Selection
    steps: tuple[str, ...] = ()
    idle: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        """Raises BadSelection."""
        steps = tuple(one for one in query.get(STEP, "").split(",") if one)
        if unknown := sorted(set(steps) - set(STAGES)):
            raise BadSelection(f"There is no step {unknown[0]!r}.")
        return cls(Selection.from_query(query), steps, query.get(IDLE) == "1")

    def to_query(self) -> dict[str, str]:
        """The query that from_query reads back."""
        own = {STEP: ",".join(self.steps), IDLE: "1" if self.idle else ""}
        return self.selection.to_query() | {key: value for key, value in own.items() if value}


def list_of(selection: Selection) -> WorkList:
    """The whole work list of a selection."""
    asked = latest(selection)
    asked = asked.with_period(None, asked.last)  # it holds on a day, whenever the period begins
    return answers().read(("work list", asked), lambda connection: work_list(connection, asked, stages_of(asked)))


def narrowed_list(wanted: Wanted) -> WorkList:
    """What the address asks for."""
    for key, strange in answers().strangers(wanted.selection).items():
        raise BadSelection(f"There is no {key} {strange[0]!r}.")
    return narrowed(list_of(wanted.selection), steps=wanted.steps, idle=wanted.idle)


def wanted_of(view: Mapping[str, Any] | None) -> Wanted:
    """From the address that the browser reports. Raises BadSelection."""
    return Wanted.from_query(query_of(str((view or {}).get("search") or "")))


def page_href(selection: Selection, **further: str) -> str:
    """This page, narrowed. The last day of data, which cards fill in, is left to move on with the data."""
    if selection.last == answers().last_day():
        selection = selection.with_period(selection.first, None)
    return with_query(PATH, selection.to_query() | further)


def place_href(municipality: str, selection: Selection) -> str:
    """The profile of a municipality; the selection is kept."""
    return with_query(f"/municipality/{municipality}", selection.to_query())
