"""Cursors of live sources, rows that a source withdrew, keys of quarantined rows, amendments of contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AMENDMENT_KEY = ["municipality_id", "source", "contract_id", "amendment_id", "loaded_run"]


def upgrade() -> None:
    op.create_table(
        "etl_cursor",
        sa.Column("source", sa.Text(), nullable=False, comment="live source"),
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False, comment="run whose data it belongs to"),
        sa.Column("position", sa.Text(), nullable=False, comment="where the next pull goes on, as a JSON object"),
        sa.Column(
            "shape",
            sa.Text(),
            nullable=False,
            comment="columns and their types that the source has delivered, as a JSON object",
        ),
        sa.Column(
            "description_hash",
            sa.Text(),
            nullable=True,
            comment="SHA-256 of the source's description; with another one everything is read again",
        ),
        sa.Column("reconciled_at", sa.DateTime(), nullable=True, comment="when deleted rows were last looked for, UTC"),
        sa.PrimaryKeyConstraint("source", "run_id"),
        comment="How far each live source has been read: one row per run that got further, the last one counts",
    )
    op.create_table(
        "fact_contract_amendment",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("contract_id", sa.Text(), nullable=False, comment="contract in the source"),
        sa.Column("amendment_id", sa.Text(), nullable=False, comment="key in the source, else made of its content"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor whose contract it is"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service it is about"),
        sa.Column("amended_on", sa.Date(), nullable=True, comment="amended, date in Europe/Budapest"),
        sa.Column("previous_huf", sa.BigInteger(), nullable=True, comment="value before, whole forints"),
        sa.Column("value_huf", sa.BigInteger(), nullable=True, comment="value after, whole forints"),
        sa.Column("previous_to", sa.Date(), nullable=True, comment="last day in force before, date in Europe/Budapest"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day in force after, date in Europe/Budapest"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Amendments of contracts, in the order they were made",
    )
    # The key on PostgreSQL only, as for the other facts.
    if op.get_bind().dialect.name == "postgresql":
        op.create_primary_key("pk_fact_contract_amendment", "fact_contract_amendment", AMENDMENT_KEY)
        op.create_index(
            "ix_fact_contract_amendment_current",
            "fact_contract_amendment",
            AMENDMENT_KEY[1:-1],
            postgresql_where=sa.text("superseded_run IS NULL"),
        )
    op.add_column(
        "etl_input",
        sa.Column(
            "withdrawn",
            sa.BigInteger(),
            nullable=True,
            comment="current rows closed because their source deleted or merged them",
        ),
    )
    op.add_column(
        "quarantine",
        sa.Column("row_key", sa.Text(), nullable=True, comment="key of the row in its source, where it could be read"),
    )
