"""Runs the steps on the connection that data.migrate hands over."""

from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl

from data.schema import metadata


class DuckDBImpl(PostgresqlImpl):
    """DuckDB speaks PostgreSQL's dialect, its DDL included."""

    __dialect__ = "duckdb"


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
