"""Jira's fields: which ones a mapping asks for, and what their values are as columns. People and texts are not asked
for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl.config import Source, did_you_mean
from etl.sources.api.desk import HISTORY
from etl.sources.errors import SourceError
from etl.sources.headings import INPUT_COLUMNS
from etl.sources.pull import moment, zulu

SLA = "sla."
OWN = ("id", "key")
EVENT = frozenset(
    {"ticket_id", "event_id", "event_at", "event_type", "status", "group", "priority", "level"}
)  # what the history gives
_PEOPLE = frozenset({"assignee", "reporter", "creator", "watches", "votes", "user"})
_TEXTS = frozenset({"summary", "description", "environment", "comment", "attachment", "worklog"})
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_MAIN = ("value", "name", "rating", "key", "id")


@dataclass(frozen=True)
class Fields:
    """The fields of a server and the columns that are mapped to them: column -> (id of its field, part of it)."""

    source: Source
    known: Sequence[Mapping[str, Any]]

    def columns(self) -> dict[str, tuple[str, str]]:
        """Raises SourceError for a field that is not there, or that names people or holds what they wrote."""
        own = EVENT if self.source.record == "event" else frozenset[str]()
        mapped = (str(one) for one in (*self.source.headings, *self.source.optional_headings, *self.source.expect))
        left_out = {*INPUT_COLUMNS, *OWN, *own, *self._absent()}
        return {
            column: self.split(column)
            for column in mapped
            if column not in left_out and not column.startswith((HISTORY, SLA))
        }

    def _absent(self) -> set[str]:
        """Columns that may be absent, and are."""
        optional = (str(one) for one in self.source.optional_headings)
        return {one for one in optional if not self._ids(one) and not self._ids(one.split(".", 1)[0])}

    def split(self, column: str) -> tuple[str, str]:
        """The field's id and the part of it that a column takes; a field goes by its id or its name."""
        ids = self._ids(column)
        name, part = (column, "") if ids else column.split(".", 1) if "." in column else (column, "")
        ids = ids or self._ids(name)
        if len(ids) != 1:
            raise SourceError(f"source '{self.source.name}': {self._unclear(name, ids)}")
        self._check(ids[0])
        return ids[0], part

    def _ids(self, name: str) -> list[str]:
        ids = [str(field["id"]) for field in self.known]
        return [name] if name in ids else [str(one["id"]) for one in self.known if _same(one.get("name"), name)]

    def _unclear(self, name: str, ids: Sequence[str]) -> str:
        if ids:
            return f"several fields of Jira are named '{name}': {', '.join(ids)}. Map the one that is meant by its id."
        names = [str(word) for field in self.known for word in (field["id"], field.get("name"))]
        return f"Jira has no field '{name}'{did_you_mean(name, names)}; name it by its id or its name."

    def _check(self, field: str) -> None:
        schema = next((one.get("schema") or {} for one in self.known if one["id"] == field), {})
        person = field in _PEOPLE or "user" in (schema.get("type"), schema.get("items"))
        if person or field in _TEXTS or str(schema.get("custom", "")).endswith(":textarea"):
            what = "tells who somebody is" if person else "is what people wrote"
            raise SourceError(f"source '{self.source.name}': field '{field}' {what}, which is not read. Leave it out.")


def record(issue: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """An issue as columns; id and key always."""
    values = issue.get("fields") or {}
    told = {column: parts(values.get(field)).get(part) for column, (field, part) in columns.items()}
    return {"id": str(issue["id"]), "key": issue.get("key"), **told}


def parts(value: Any) -> dict[str, Any]:
    """What a value says: under "" the value itself, under id, key, category, child … what else it has.

    Times become ISO 8601 in UTC; several values one text; a person, or a text with a layout, nothing.
    """
    if isinstance(value, list):
        several = [str(one) for one in (parts(item).get("") for item in value) if one is not None]
        return {"": "; ".join(several) or None}
    if not isinstance(value, dict):
        return {"": zulu(moment(value)) if isinstance(value, str) and _TIME.fullmatch(value) else value}
    if {"accountId", "emailAddress", "displayName"} & value.keys() or value.get("type") == "doc":
        return {}
    if "completedCycles" in value or "ongoingCycle" in value:
        return sla_parts(value)
    if isinstance(value.get("requestType"), dict):
        return parts(value["requestType"])
    main = next((value[name] for name in _MAIN if value.get(name) is not None), None)
    category, child = value.get("statusCategory") or {}, value.get("child") or {}
    return {"": main, "id": value.get("id"), "key": value.get("key"), "category": category.get("key"),
            "child": child.get("value")}  # fmt: skip


def sla_parts(clock: Mapping[str, Any]) -> dict[str, Any]:
    """An SLA clock: "" and met: whether it was kept (None while that is open); breached: whether in any cycle;
    elapsed_minutes, goal_minutes: on the clock's own calendar; first_stopped_at, stopped_at: of its first and last
    completed cycle; paused."""
    done = sorted(clock.get("completedCycles") or [], key=lambda cycle: _epoch(cycle.get("startTime")))
    going = clock.get("ongoingCycle")
    cycles = [*done, going] if going else done
    breached = any(bool(cycle.get("breached")) for cycle in cycles)
    met = False if breached else None if going or not done else True
    return {
        "": met,
        "met": met,
        "breached": breached if cycles else None,
        "elapsed_minutes": sum(_minutes(cycle.get("elapsedTime")) for cycle in cycles) if cycles else None,
        "goal_minutes": _minutes(cycles[-1].get("goalDuration")) if cycles else None,
        "first_stopped_at": _time(done[0].get("stopTime")) if done else None,
        "stopped_at": _time(done[-1].get("stopTime")) if done else None,
        "paused": bool(going.get("paused")) if going else None,
    }


def sla_columns(clocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Every clock of a request as columns sla.<name of the clock>.<part>."""
    return {
        f"{SLA}{clock.get('name')}.{part}": value
        for clock in clocks
        for part, value in sla_parts(clock).items()
        if part
    }


def _minutes(duration: Mapping[str, Any] | None) -> int:
    return int((duration or {}).get("millis") or 0) // 60_000


def _epoch(time: Mapping[str, Any] | None) -> int:
    return int((time or {}).get("epochMillis") or 0)


def _time(time: Mapping[str, Any] | None) -> str | None:
    text = (time or {}).get("iso8601")
    return zulu(moment(text)) if text else None


def _same(one: object, other: str) -> bool:
    return str(one or "").strip().casefold() == other.strip().casefold()
