"""What is asked of ServiceNow's rows and what records become of them. People and what they wrote are not asked for."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from etl.config import Source
from etl.sources.api.desk import HISTORY, wants
from etl.sources.errors import SourceError
from etl.sources.headings import INPUT_COLUMNS

EVENT = frozenset({"ticket_id", "event_id", "event_at", "event_type", "status", "group", "priority", "level"})
"""Columns of an event record that its history gives."""
ALWAYS = ("sys_id", "number", "sys_class_name", "sys_updated_on", "sys_created_on", "opened_at")
_PARTS = ("value", "minutes")
_PEOPLE = frozenset(
    {
        "caller_id", "opened_by", "closed_by", "resolved_by", "assigned_to", "requested_for", "requested_by",
        "sys_created_by", "sys_updated_by", "watch_list", "work_notes_list", "additional_assignee_list", "reopened_by",
        "user_input",
    }
)  # fmt: skip
_WORDS = frozenset(
    {
        "short_description", "description", "comments", "work_notes", "comments_and_work_notes", "close_notes",
        "work_around", "cause_notes", "fix_notes",
    }
)  # fmt: skip
_OF_A_PERSON = frozenset(
    {
        "sys_id", "name", "first_name", "middle_name", "last_name", "user_name", "email", "phone", "mobile_phone",
        "home_phone", "employee_number", "photo", "street",
    }
)  # fmt: skip
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wanted(source: Source) -> list[str]:
    """The columns that the source maps, without those that its history gives.

    Raises SourceError for one that names a person or is what somebody wrote, and for a record of another kind.
    """
    if source.record not in ("ticket", "event"):
        raise SourceError(f"source '{source.name}': ServiceNow has records 'ticket' and 'event' only.")
    columns = [str(one) for one in (*source.headings, *source.optional_headings, *source.expect)]
    own = EVENT if source.record == "event" else frozenset[str]()
    columns = [one for one in columns if one not in INPUT_COLUMNS and one not in own and not one.startswith(HISTORY)]
    for column in columns:
        _check(column, source)
    return list(dict.fromkeys(columns))


def asked(columns: Iterable[str]) -> list[str]:
    """The fields to ask for: a column without the part of a cell that it takes."""
    return list(dict.fromkeys(_split(column)[0] for column in columns))


def needs_history(source: Source) -> bool:
    """Whether any column follows from the changes of a row."""
    return source.record == "event" or wants(source, HISTORY)


def record(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """A row as columns: display text, times as ISO 8601 in UTC; NAME.value as stored; NAME.minutes of a duration.

    A column that the server does not deliver is left out, so that a misspelled one is noticed.
    """
    split = {column: _split(column) for column in columns}
    return {column: _cell(row[name], part) for column, (name, part) in split.items() if name in row}


def zulu_of(text: str) -> str | None:
    """A time of the database, which is always UTC, as ISO 8601; None for none."""
    return f"{text.replace(' ', 'T')}Z" if _TIME.fullmatch(text) else None


def stamp(at: datetime) -> str:
    """A time as encoded queries take it, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _cell(cell: Any, part: str) -> Any:
    both = cell if isinstance(cell, dict) else {"value": cell, "display_value": cell}
    value, shown = both.get("value"), both.get("display_value")
    if part == "value":
        return value
    lasting = _minutes(str(value or ""), str(shown or ""))
    if part == "minutes":
        return lasting
    return shown if lasting is not None else zulu_of(str(value or "")) or shown


def _minutes(value: str, shown: str) -> int | None:
    """Whole minutes of a duration, which is stored as a time from the beginning of 1970 on and shown in words."""
    at = zulu_of(value)
    if at is None or not value.startswith("19") or "19" in shown:
        return None
    return int((datetime.fromisoformat(at) - _EPOCH).total_seconds() // 60)


def _split(column: str) -> tuple[str, str]:
    name, dot, part = column.rpartition(".")
    return (name, part) if dot and part in _PARTS else (column, "")


def _check(column: str, source: Source) -> None:
    head, *rest = _split(column)[0].split(".")
    if head in _PEOPLE and (not rest or _OF_A_PERSON.intersection(rest)):
        raise SourceError(
            f"source '{source.name}': column '{column}' tells who somebody is, and people are not read. Map what the"
            f" person belongs to instead, for example {head}.company."
        )
    if head in _WORDS or (rest and rest[-1] in _WORDS):
        raise SourceError(
            f"source '{source.name}': column '{column}' is what people wrote, which is not read. Map a coded column."
        )
