"""The yardstick of a load: DuckDB's own read_csv of the same files into a table, as a process of its own."""

import sys
from itertools import groupby
from pathlib import Path

import duckdb


def main() -> None:
    """Arguments: database file, then the CSV files; files of one folder go into one table."""
    database, *files = sys.argv[1:]
    connection = duckdb.connect(database)
    for number, (_, group) in enumerate(groupby(files, key=lambda name: Path(name).parent)):
        connection.execute(
            f"CREATE TABLE tickets_{number} AS SELECT * FROM read_csv(?, delim=';', header=true, ignore_errors=true)",
            [list(group)],
        )
    connection.close()


if __name__ == "__main__":
    main()
