"""The log as it is read: items with their entries, in the order they were recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Select, select

from dashboard.record.chain import Row
from dashboard.record.database import record
from dashboard.record.errors import LogReadOnly, LogUnreachable, NoSuchItem
from dashboard.record.items import Entry, Figure, Item, OpenItem, OpenItems, in_order
from dashboard.record.schema import TABLES, decision, decision_entry


def open_items(limit: int = 5) -> OpenItems:
    """At most limit items that are not closed: overdue ones, then by the day they are due, answered ones last.

    Never fails: where the log cannot be read, it is empty and not reachable.
    """
    try:
        with record().reading() as connection:
            found = in_order(read_items(connection, closed=False))
    except (LogUnreachable, LogReadOnly):
        return OpenItems(reachable=False)
    return OpenItems([_opened(item) for item in found[:limit]], len(found))


def items() -> list[Item]:
    """Everything in the log. Raises LogUnreachable, LogReadOnly."""
    with record().reading() as connection:
        return read_items(connection)


def item(number: int) -> Item:
    """One item. Raises NoSuchItem, LogUnreachable, LogReadOnly."""
    with record().reading() as connection:
        return read_item(connection, number)


def read_item(connection: Connection, number: int) -> Item:
    """One item, on a connection. Raises NoSuchItem."""
    found = _items(connection, select(decision).where(decision.c.number == number))
    if not found:
        raise NoSuchItem(f"There is no item {number}.")
    return found[0]


def read_items(connection: Connection, closed: bool | None = None) -> list[Item]:
    """Items by number; closed: only closed ones, or only the others."""
    query = select(decision).order_by(decision.c.number)
    if closed is not None:
        ended = select(decision_entry.c.decision).where(decision_entry.c.kind == "outcome")
        query = query.where(decision.c.number.in_(ended) if closed else decision.c.number.not_in(ended))
    return _items(connection, query)


def rows(connection: Connection) -> Iterator[Row]:
    """Every row of the log as it stands in the database, in the order of the chain."""
    found = [
        Row(table.name, dict(row)) for table in TABLES for row in connection.execute(select(table)).mappings().all()
    ]
    yield from sorted(found, key=lambda row: row.columns["position"])


def _items(connection: Connection, query: Select[Any]) -> list[Item]:
    found = connection.execute(query).mappings().all()
    numbers = [row["number"] for row in found]
    entries: dict[int, list[Entry]] = {number: [] for number in numbers}
    asked = select(decision_entry).order_by(decision_entry.c.number)
    # A long list of numbers costs more than the few entries of items that were not asked for.
    if len(numbers) == 1:
        asked = asked.where(decision_entry.c.decision == numbers[0])
    for row in connection.execute(asked).mappings():
        if row["decision"] in entries:
            entries[row["decision"]].append(_made(Entry, dict(row)))
    followers: dict[int, list[int]] = {}
    for number, before in connection.execute(
        select(decision.c.number, decision.c.follows).where(decision.c.follows.is_not(None)).order_by(decision.c.number)
    ):
        followers.setdefault(before, []).append(number)
    return [_item(dict(row), entries[row["number"]], followers.get(row["number"], ())) for row in found]


def _item(row: dict[str, Any], entries: Sequence[Entry], followers: Sequence[int]) -> Item:
    known: dict[str, Any] = {
        "figure": _made(Figure, row),
        "first_due_on": row["due_on"],
        "entries": tuple(entries),
        "followers": tuple(followers),
    }
    columns: dict[str, Any] = {field.name: (row | known).get(field.name) for field in fields(Item)}
    return Item(**columns)


def _made(of: type[Any], row: Mapping[str, Any]) -> Any:
    return of(**{field.name: row[field.name] for field in fields(of)})


def _opened(item: Item) -> OpenItem:
    return OpenItem(
        item.number,
        item.kind,
        item.text,
        item.responsible_id,
        item.due_on,
        item.is_overdue(),
        item.state == "answered",
        f"/decisions/{item.number}",
    )
