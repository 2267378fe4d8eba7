"""Tables of tickets by month that are made from the facts when a run publishes: whether they may be read instead."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from data.metrics.cell_state import Definition, is_made, read_newest, read_states, written
from data.metrics.cells import UNKNOWN_PLACE
from data.metrics.period import last_day
from data.schema import dim_municipality, etl_run, rollup_state
from data.selection import Selection

ALL_ANEW = 0


def definition(*statements: Select[Any]) -> Definition:
    """Of a table made by statements over tickets, by county among others."""
    text = " ".join(map(written, statements))
    return Definition(
        hashlib.sha256(text.encode()).hexdigest(), frozenset({"tickets"}), frozenset({dim_municipality.name})
    )


def answers(connection: Connection, name: str, own: Definition, selection: Selection) -> bool:
    """Whether the table may be read: whole months, nothing selected that it does not hold, made of the newest rows."""
    unheld = (selection.municipalities, selection.joining_types, selection.size_bands, selection.sources)
    if selection.as_of is not None or any(unheld) or UNKNOWN_PLACE in selection.counties:
        return False
    return is_whole_months(connection, selection) and is_made(connection, name, own)


def is_whole_months(connection: Connection, selection: Selection) -> bool:
    """Whether the period begins and ends with a month; one that ends with the data or later ends a month as well."""
    first, last = selection.first, selection.last
    if first and first.day != 1:
        return False
    if last is None or (last + timedelta(days=1)).day == 1:
        return True
    end = last_day(connection, "tickets")
    return end is not None and last >= end


def stale_since(connection: Connection, name: str, own: Definition) -> int | None:
    """The run whose rows are in the table, where newer ones are not (ALL_ANEW: none can be told); None: it is new."""
    newest = read_newest(connection)
    text, run = read_states(connection).get(name, ("", ALL_ANEW))
    now = newest.run(own)
    if now is None or (text, run) == (own.text, now):
        return None
    published = connection.scalar(
        select(etl_run.c.run_id).where(etl_run.c.run_id == run, etl_run.c.status == "published")
    )
    return run if text == own.text and published and newest.changed(own) <= run else ALL_ANEW


def remember(connection: Connection, name: str, own: Definition) -> None:
    """The table is now of the newest rows."""
    connection.execute(delete(rollup_state).where(rollup_state.c.rollup_id == name))
    run = read_newest(connection).run(own)
    connection.execute(insert(rollup_state).values(rollup_id=name, definition=own.text, run_id=run))
