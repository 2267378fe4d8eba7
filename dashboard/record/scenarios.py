"""Saved scenarios: revisions that are only ever added, each in the chain of all of them; put aside, never deleted."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from dashboard.record.chain import START
from dashboard.record.database import AppDatabase
from dashboard.record.errors import AlreadyRecorded, NoSuchItem, NotAllowed
from dashboard.record.schema import scenario
from data.cost.scenario import MONTHS, Change, Scenario, changes_of_json, changes_to_json

FORM = 1
SIGNED = {
    1: (
        "number", "first", "parent", "name", "note", "base_month", "months", "run_id", "changes", "archived",
        "author_name", "author_role", "created_at", "token", "form", "previous_hash",
    )
}  # fmt: skip
"""What the hash is made of, by the row's form."""


@dataclass(frozen=True)
class NewScenario:
    """A form that was filled in. parent: number of the revision it was made from, None of a new scenario."""

    token: str
    name: str
    note: str
    scenario: Scenario
    author_name: str
    author_role: str
    parent: int | None = None


@dataclass(frozen=True)
class Saved:
    """A revision as it was recorded. newest: number of its scenario's newest one; place: 1 for the first one, and so
    on; archived: whether the newest one puts the scenario aside."""

    number: int
    first: int
    parent: int | None
    name: str
    note: str
    base_month: date
    run_id: int
    changes: tuple[Change, ...]
    author_name: str
    author_role: str
    created_at: datetime
    hash: str
    newest: int
    place: int
    archived: bool

    @property
    def scenario(self) -> Scenario:
        """What is worked out."""
        return Scenario(self.base_month, self.run_id, self.changes)


def add_scenario(database: AppDatabase, new: NewScenario) -> int:
    """Record a revision; its number. The same form again gives the same number and adds nothing.

    Raises AlreadyRecorded (the form was sent before with another content), NoSuchItem (parent), NotAllowed (the
    parent is not the newest revision any more), LogUnreachable, LogReadOnly.
    """
    assert new.scenario.as_of is not None, "a saved scenario names its run"
    columns = {
        "token": new.token, "name": new.name, "note": new.note, "base_month": new.scenario.last_month,
        "months": MONTHS, "run_id": new.scenario.as_of, "changes": changes_to_json(new.scenario.changes),
        "author_name": new.author_name, "author_role": new.author_role, "parent": new.parent, "archived": 0,
    }  # fmt: skip
    return _append(database, columns)


def put_aside(database: AppDatabase, number: int, token: str, author: tuple[str, str], *, aside: bool = True) -> int:
    """Record that a scenario is put aside, or taken up again, as a revision of its own; its number.

    number: the newest revision. author: name and role. Raises as add_scenario() does.
    """
    with database.reading() as connection:
        row = connection.execute(select(scenario).where(scenario.c.number == number)).mappings().first()
    if row is None:
        raise NoSuchItem(f"There is no scenario {number}.")
    kept = {name: row[name] for name in ("name", "note", "base_month", "months", "run_id", "changes")}
    own = {"token": token, "author_name": author[0], "author_role": author[1]}
    return _append(database, kept | own | {"parent": number, "archived": int(aside)})


def saved(connection: Connection, number: int) -> Saved:
    """One revision. Raises NoSuchItem."""
    for one in revisions(connection):
        if one.number == number:
            return one
    raise NoSuchItem(f"There is no scenario {number}.")


def revisions(connection: Connection) -> list[Saved]:
    """Every revision, the newest first."""
    rows = [dict(row) for row in connection.execute(select(scenario).order_by(scenario.c.number)).mappings()]
    families: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        families.setdefault(row["first"], []).append(row)
    return [_saved(row, families[row["first"]]) for row in reversed(rows)]


def current(found: Sequence[Saved], *, aside: bool = False) -> list[Saved]:
    """The newest revision of each scenario: those in use, or those put aside."""
    return [one for one in found if one.number == one.newest and one.archived == aside]


def check_chain(connection: Connection) -> str | None:
    """What is wrong with the first revision that is not as it was recorded; None where all are."""
    head = START
    for number, row in enumerate(connection.execute(select(scenario).order_by(scenario.c.number)).mappings(), 1):
        if row["number"] != number or row["previous_hash"] != head:
            return f"revision {row['number']} does not follow the one before"
        if row["form"] not in SIGNED or digest(dict(row)) != row["hash"]:
            return f"revision {row['number']} is not as it was recorded"
        head = row["hash"]
    return None


def digest(row: dict[str, Any]) -> str:
    """SHA-256 (hex) of a row's content."""
    content = {
        name: row[name].isoformat() if isinstance(row[name], date) else row[name] for name in SIGNED[row["form"]]
    }
    text = json.dumps({"table": "scenario"} | content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _append(database: AppDatabase, columns: dict[str, Any]) -> int:
    with database.writing() as connection:
        sent = connection.execute(select(scenario).where(scenario.c.token == columns["token"])).mappings().first()
        if sent is not None:
            if any(sent[name] != value for name, value in columns.items()):
                raise AlreadyRecorded(sent["number"])
            return int(sent["number"])
        newest = connection.execute(
            select(scenario.c.number, scenario.c.hash).order_by(scenario.c.number.desc()).limit(1)
        ).first()
        number = newest.number + 1 if newest else 1
        row = columns | {
            "number": number,
            "first": _first(connection, columns["parent"]) or number,
            "created_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
            "form": FORM,
            "previous_hash": newest.hash if newest else START,
        }
        connection.execute(insert(scenario), row | {"hash": digest(row)})
        return number


def _first(connection: Connection, parent: int | None) -> int | None:
    """The first revision of the scenario whose newest one is the parent."""
    if parent is None:
        return None
    first = connection.scalar(select(scenario.c.first).where(scenario.c.number == parent))
    if first is None:
        raise NoSuchItem(f"There is no scenario {parent}.")
    after = select(scenario.c.number).where(scenario.c.first == first, scenario.c.number > parent).limit(1)
    if connection.scalar(after) is not None:
        raise NotAllowed(f"Scenario {parent} has a newer revision.")
    return int(first)


def _saved(row: dict[str, Any], family: Sequence[dict[str, Any]]) -> Saved:
    known = {
        "changes": changes_of_json(row["changes"]),
        "newest": family[-1]["number"],
        "place": 1 + family.index(row),
        "archived": bool(family[-1]["archived"]),
    }
    return Saved(**{field.name: (row | known)[field.name] for field in fields(Saved)})


def plain_changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes as a browser keeps them."""
    return [asdict(one) for one in changes]
