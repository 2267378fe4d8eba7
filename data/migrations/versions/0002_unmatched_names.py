"""Aliases an analyst confirmed, and the names that were not matched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality_alias",
        sa.Column("alias", sa.Text(), nullable=False, comment="spelling met in a source, normalised"),
        sa.Column("county", sa.Text(), nullable=False, comment="county it holds in; * everywhere"),
        sa.Column("municipality_id", sa.Text(), nullable=False, comment="KSH code"),
        sa.Column("basis", sa.Text(), nullable=True, comment="who confirmed it and why"),
        sa.PrimaryKeyConstraint("alias", "county"),
        comment="Spellings of municipality names confirmed by an analyst",
    )
    op.create_table(
        "unmatched_name",
        sa.Column("source", sa.Text(), nullable=False, comment="source"),
        sa.Column("kind", sa.Text(), nullable=False, comment="municipality, service, actor"),
        sa.Column("name", sa.Text(), nullable=False, comment="name as delivered"),
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False, comment="run"),
        sa.Column("rows", sa.BigInteger(), nullable=True, comment="rows that carry it"),
        sa.Column("how", sa.Text(), nullable=True, comment="none, or ambiguous"),
        sa.Column("candidates", sa.Text(), nullable=True, comment="KSH codes it could be, comma separated"),
        sa.PrimaryKeyConstraint("source", "kind", "name", "run_id"),
        comment="Names that were not matched, so that each can be given an alias",
    )
