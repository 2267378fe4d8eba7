"""One run of writing: a connection to a private state, and bulk loads into it."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

COPY_ROWS = 20_000


@dataclass(frozen=True)
class Snapshot:
    """A published state: its id, the newest run in it, when it was published (UTC), whether readers get it."""

    id: str
    run_id: int
    published_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Session:
    """One run of writing: a connection to a private state, and the number of the run."""

    connection: Connection
    run_id: int

    def load_frame(self, table_name: str, frame: pd.DataFrame) -> None:
        """Append a frame to a table, columns matched by name. Arrow on DuckDB, COPY on PostgreSQL."""
        if self.connection.dialect.name == "duckdb":
            _append_arrow(self.connection, table_name, frame)
        else:
            _append_copy(self.connection, table_name, frame)


def _append_arrow(connection: Connection, table_name: str, frame: pd.DataFrame) -> None:
    """By a relation of DuckDB's own: a registered view would keep every frame of the run alive until the commit."""
    import pyarrow as pa

    duck = connection.connection.driver_connection
    assert duck is not None, "a connection without its driver"
    quoted = _quoted(connection, table_name)
    rows = duck.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    columns = duck.table(quoted).columns
    if strange := sorted(set(frame.columns) - set(columns)):
        raise KeyError(f"{table_name} has no column {', '.join(strange)}")
    given = set(frame.columns)
    rows.project(", ".join(_quoted(connection, name) if name in given else "NULL" for name in columns)).insert_into(
        quoted
    )


def _append_copy(connection: Connection, table_name: str, frame: pd.DataFrame) -> None:
    """COPY in the CSV form that Arrow writes: text always quoted, missing values bare, so '' and null stay apart."""
    import pyarrow as pa
    from pyarrow import csv

    table = pa.Table.from_pandas(frame, preserve_index=False)
    # Arrow's CSV writer knows no dictionaries.
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    columns = ", ".join(_quoted(connection, name) for name in table.column_names)
    driver = connection.connection.driver_connection
    assert driver is not None, "a connection without its driver"
    statement = f"COPY {_quoted(connection, table_name)} ({columns}) FROM STDIN (FORMAT csv)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for part in table.cast(pa.schema(plain)).to_batches(max_chunksize=COPY_ROWS):
            buffer = pa.BufferOutputStream()
            csv.write_csv(part, buffer, csv.WriteOptions(include_header=False, quoting_style="needed"))
            copy.write(buffer.getvalue().to_pybytes())


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
