"""What is added to the log: items and entries, each chained to the newest row, each form once."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from dashboard.record.chain import FORM, START, Row, digest
from dashboard.record.database import AppDatabase
from dashboard.record.errors import AlreadyRecorded, NotAllowed
from dashboard.record.items import Figure
from dashboard.record.reading import read_item, rows
from dashboard.record.schema import TABLES, decision, decision_entry
from dashboard.record.state import TAKEN, EntryKind, Kind

OWN = (
    "kind", "text", "follows", "view", "responsible_id", "due_on", "author_name", "author_role", "metric_id",
    "selection", "run_id", "decision",
)  # fmt: skip
"""Columns that come from the person who filled in the form."""


@dataclass(frozen=True)
class NewItem:
    """A form that was filled in. token: of the form; view: path of the page it was opened from."""

    token: str
    kind: Kind
    text: str
    follows: int | None
    view: str
    responsible_id: str
    due_on: date
    author_name: str
    author_role: str


@dataclass(frozen=True)
class NewEntry:
    """A form that was filled in, of an entry. due_on: only of due_changed."""

    token: str
    kind: EntryKind
    text: str
    due_on: date | None
    author_name: str
    author_role: str


def add_item(database: AppDatabase, new: NewItem, figure: Figure) -> int:
    """Record a question or a decision; its number. The same form again gives the same number and adds nothing.

    Raises AlreadyRecorded (the form was sent before with another content), NotAllowed (the item that it goes on from
    is not closed), NoSuchItem, LogUnreachable, LogReadOnly.
    """
    columns = asdict(new) | asdict(figure)
    with database.writing() as connection:
        if (known := _sent_before(connection, decision, columns)) is not None:
            return known
        if new.follows is not None and read_item(connection, new.follows).state != "closed":
            raise NotAllowed(f"Item {new.follows} is not closed yet.")
        return _append(connection, decision, columns)


def add_entry(database: AppDatabase, number: int, new: NewEntry) -> int:
    """Record an entry of an item; its number. Raises as add_item() does; NotAllowed where the state takes none such."""
    columns = asdict(new) | {"decision": number}
    with database.writing() as connection:
        if (known := _sent_before(connection, decision_entry, columns)) is not None:
            return known
        if new.kind not in TAKEN[read_item(connection, number).state]:
            raise NotAllowed(f"Item {number} takes no such entry any more.")
        return _append(connection, decision_entry, columns)


def copy_log(source: AppDatabase, target: AppDatabase) -> int:
    """Copy every row, hashes included, into a log without rows; how many. Raises NotAllowed where it has some."""
    with source.reading() as connection:
        found = list(rows(connection))
    with target.writing() as connection:
        if any(connection.scalar(select(func.count()).select_from(table)) for table in TABLES):
            raise NotAllowed("The log to copy to holds rows already. Name an empty application database.")
        for row in found:
            connection.execute(insert(_table(row)), dict(row.columns))
    return len(found)


def _append(connection: Connection, table: Table, columns: dict[str, Any]) -> int:
    number = 1 + int(connection.scalar(select(func.max(table.c.number))) or 0)
    position, newest = _newest(connection)
    row = columns | {
        "number": number,
        "created_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
        "position": position + 1,
        "form": FORM,
        "previous_hash": newest,
    }
    connection.execute(insert(table), row | {"hash": digest(table.name, row)})
    return number


def _newest(connection: Connection) -> tuple[int, str]:
    """Place and hash of the newest row, of either table."""
    found = [
        connection.execute(select(table.c.position, table.c.hash).order_by(table.c.position.desc()).limit(1)).first()
        for table in TABLES
    ]
    return max(((row.position, row.hash) for row in found if row), default=(0, START))


def _sent_before(connection: Connection, table: Table, columns: dict[str, Any]) -> int | None:
    """The number that the form was recorded under; None where it was not."""
    known = connection.execute(select(table).where(table.c.token == columns["token"])).mappings().first()
    if known is None:
        return None
    # The figure is measured anew each time; what the person wrote, and of which figure, must be the same.
    if any(known[name] != columns[name] for name in OWN if name in columns):
        raise AlreadyRecorded(known["decision"] if table is decision_entry else known["number"])
    return int(known["number"])


def _table(row: Row) -> Table:
    return next(table for table in TABLES if table.name == row.table)
