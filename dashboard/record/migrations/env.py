"""Runs the steps on the connection that dashboard.record.migrate hands over."""

from alembic import context

from dashboard.record.migrate import VERSION_TABLE
from dashboard.record.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
