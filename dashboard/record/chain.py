"""The hash chain: each row carries the SHA-256 of its content, in which the hash of the row before stands. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.errors import AspError

START = "0" * 64
FORM = 1
_SIGNED = ("author_name", "author_role", "created_at", "position", "token", "form", "previous_hash")
# By the row's form: a later version may add columns without breaking the hashes of rows that lack them.
FIELDS: dict[str, dict[int, tuple[str, ...]]] = {
    "decision": {
        1: (
            "number", "kind", "text", "follows", "metric_id", "metric_version", "service_id", "selection", "view",
            "run_id", "snapshot", "value", "numerator", "denominator", "n", "variation", "assurance", "target",
            "target_low", "target_high", "accountable_id", "responsible_id", "due_on", *_SIGNED,
        ),
    },
    "decision_entry": {1: ("number", "decision", "kind", "text", "due_on", *_SIGNED)},
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row of the log: the table it stands in, and its columns by name."""

    table: str
    columns: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How a person finds it."""
        number = self.columns["number"]
        if self.table == "decision":
            return f"decision {number}"
        return f"entry {number} of decision {self.columns['decision']}"


@dataclass(frozen=True)
class Proof:
    """What a check of the chain found. rows: how many; head: hash of the newest (START for none); broken: the first
    row that is not as it was recorded and what is wrong with it, None where all are."""

    rows: int
    head: str
    broken: str | None = None


class BadNote(AspError):
    """What was noted of an earlier check cannot be read."""


def digest(table: str, columns: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a row's content. Raises KeyError for a form that this version does not know."""
    content = {name: _written(columns[name]) for name in FIELDS[table][columns["form"]]}
    text = json.dumps({"table": table} | content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def verify(rows: Iterable[Row]) -> Proof:
    """Follow the chain. rows: of both tables, by position."""
    count, head = 0, START
    numbers = dict.fromkeys(FIELDS, 0)
    for row in rows:
        if wrong := _wrong(row, count, head, numbers):
            return Proof(count, head, f"position {row.columns['position']} ({row.name}): {wrong}")
        count, head = count + 1, row.columns["hash"]
        numbers[row.table] = row.columns["number"]
    return Proof(count, head)


def holds(rows: Sequence[Row], proof: Proof, noted: str) -> Proof:
    """The proof of a sound log, unless a row noted earlier ("POSITION:HASH") is not in it: then the end was cut off or
    everything was written anew. rows: those that were proved. Raises BadNote."""
    position, _, digest_noted = noted.partition(":")
    if not position.isdecimal() or len(digest_noted) != len(START):
        raise BadNote(f"{noted!r} is not a note. Write POSITION:HASH, as `asp-dashboard decisions verify` prints it.")
    place = int(position)
    known = START if place == 0 else rows[place - 1].columns["hash"] if place <= len(rows) else None
    if known == digest_noted:
        return proof
    return replace(proof, broken=f"position {place}: it is not the row noted earlier")


def _wrong(row: Row, count: int, head: str, numbers: Mapping[str, int]) -> str:
    """What is wrong with a row after `count` sound ones; empty where nothing is."""
    columns = row.columns
    if columns["position"] != count + 1:
        return f"position {count + 1} is missing before it"
    if columns["previous_hash"] != head:
        return "it does not follow the row before"
    if columns["form"] not in FIELDS[row.table]:
        return f"its form {columns['form']} is unknown to this version"
    if digest(row.table, columns) != columns["hash"]:
        return "its content is not what was recorded"
    if columns["number"] != numbers[row.table] + 1:
        return f"number {numbers[row.table] + 1} is missing before it"
    if row.table == "decision_entry" and not 1 <= columns["decision"] <= numbers["decision"]:
        return "it belongs to no item recorded before it"
    return ""


def _written(value: Any) -> Any:
    """A value as JSON writes it, whichever engine it comes from."""
    return value.isoformat() if isinstance(value, date) else value
