"""Temporary tables that hold the rows of a run on their way into a fact."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    null,
)
from sqlalchemy.types import TypeEngine

from data.store import Session

PROVENANCE = ("input_id", "line", "loaded_run", "superseded_run")
OWN: dict[str, TypeEngine[Any]] = {"seq": BigInteger(), "counted_for": Integer(), "order_at": DateTime()}


@dataclass
class Staging:
    """Rows of one fact, and what is decided about each.

    rows: seq (order of delivery), counted_for (etl_input they count for), order_at (time of the event that tells a
    ticket's state) and those columns of the fact that some source delivers: the others would only take up memory.
    decided: seq, counted_for, outcome.
    """

    fact: Table
    rows: Table
    decided: Table

    @property
    def key(self) -> tuple[str, ...]:
        """What makes a current row of the fact unique."""
        return tuple(self.fact.info["key"])

    @property
    def payload(self) -> list[str]:
        """Columns of the fact by which versions are compared."""
        return [column.name for column in self.fact.c if column.name not in (*self.key, *PROVENANCE)]

    @property
    def delivered(self) -> list[str]:
        """Columns of the fact that the rows have."""
        return [column.name for column in self.fact.c if column.name in self.rows.c]

    def given(self, rows: FromClause, name: str) -> ColumnElement[Any]:
        """A column of the fact as staged: missing everywhere where no source delivers it."""
        return rows.c[name] if name in rows.c else null()


def staging(connection: Connection, fact: Table) -> Staging:
    """Empty staging tables, dropped with the connection or (PostgreSQL) with the transaction."""
    always = [Column(name, fact.c[name].type) for name in ("source", *fact.info["key"], "input_id", "line")]
    named = {column.name: column for column in [*always, Column("seq", OWN["seq"]), Column("counted_for", Integer())]}
    rows = temporary(connection, f"staged_{fact.name}", *named.values())
    outcome: list[Column[Any]] = [Column("seq", BigInteger), Column("counted_for", Integer), Column("outcome", Text)]
    return Staging(fact, rows, temporary(connection, f"decided_{fact.name}", *outcome))


def append(session: Session, stage: Staging, frame: pd.DataFrame) -> None:
    """Add rows; a column that none had before is added to the table first, missing in the rows before."""
    for name in map(str, frame.columns.difference(list(stage.rows.c.keys()))):
        kind = OWN[name] if name in OWN else stage.fact.c[name].type
        _widen(session.connection, stage.rows, Column(name, kind))
    session.load_frame(stage.rows.name, frame)


def _widen(connection: Connection, table: Table, column: Column[Any]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    kind = column.type.compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} ADD COLUMN {quote(column.name)} {kind}")
    table.append_column(column)


def temporary(connection: Connection, name: str, *columns: Column[Any]) -> Table:
    """An empty table of this session only."""
    options: dict[str, Any] = {"postgresql_on_commit": "DROP"} if connection.dialect.name == "postgresql" else {}
    table = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"], **options)
    table.create(connection)
    return table


def analyse(connection: Connection, table: Table) -> None:
    """PostgreSQL knows nothing of a table that was just filled, and would plan for an empty one."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def unstage(connection: Connection, stage: Staging, input_id: int) -> None:
    """Forget the rows of an input that turned out to be unreadable."""
    connection.execute(delete(stage.rows).where(stage.rows.c.counted_for == input_id))
