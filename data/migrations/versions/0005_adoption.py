"""Use of applications by month, what a type of joining entitles to, imported boundaries."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = ["municipality_id", "source", "usage_id", "loaded_run"]


def upgrade() -> None:
    op.create_table(
        "boundary",
        sa.Column("layer", sa.Text(), nullable=False, comment="municipality, district, county"),
        sa.Column("shapes", sa.Integer(), nullable=False, comment="number of shapes"),
        sa.Column("content", sa.Text(), nullable=False, comment="the layer as TopoJSON, shapes keyed by code"),
        sa.Column(
            "attribution",
            sa.Text(),
            nullable=False,
            comment="whose geometry it is and under which licence, shown on the map",
        ),
        sa.Column("origin", sa.Text(), nullable=False, comment="file it was read from"),
        sa.PrimaryKeyConstraint("layer"),
        comment="Imported official boundaries; while there are none the map draws cells made of points",
    )
    op.create_table(
        "entitlement",
        sa.Column("joining_type", sa.Text(), nullable=False, comment="system or interface"),
        sa.Column(
            "municipality_kind", sa.Text(), nullable=False, comment="kind of dim_municipality, or * for every kind"
        ),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after the last; null while in force, date in Europe/Budapest",
        ),
        sa.Column("requirement", sa.Text(), nullable=True, comment="compulsory, optional, none"),
        sa.Column(
            "basis", sa.Text(), nullable=True, comment="law or contract it is taken from, or that it is an assumption"
        ),
        sa.PrimaryKeyConstraint("joining_type", "municipality_kind", "service_id", "valid_from"),
        comment="Applications that a municipality is entitled to by its type of joining; its own kind goes first",
    )
    op.create_table(
        "fact_usage",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column(
            "usage_id",
            sa.Text(),
            nullable=False,
            comment="key in the source, else made of municipality, application and month",
        ),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application"),
        sa.Column("period_on", sa.Date(), nullable=False, comment="first day of the month, date in Europe/Budapest"),
        sa.Column("enabled_users", sa.Integer(), nullable=True, comment="users enabled at the end of the month"),
        sa.Column(
            "active_users",
            sa.Integer(),
            nullable=True,
            comment="users with at least one business transaction in the month",
        ),
        sa.Column("transactions", sa.BigInteger(), nullable=True, comment="business transactions in the month"),
        sa.Column(
            "cases",
            sa.BigInteger(),
            nullable=True,
            comment="cases of the kinds that can be begun on the portal, all channels",
        ),
        sa.Column(
            "online_cases",
            sa.BigInteger(),
            nullable=True,
            comment="of these, begun on the portal, assisted ones included",
        ),
        sa.Column("forms_started", sa.BigInteger(), nullable=True, comment="portal forms begun"),
        sa.Column("forms_submitted", sa.BigInteger(), nullable=True, comment="of these, submitted"),
        sa.Column(
            "files_due", sa.Integer(), nullable=True, comment="files due to the municipal data warehouse in the month"
        ),
        sa.Column("files_on_time", sa.Integer(), nullable=True, comment="of these, accepted by their deadline"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Use of an application by a municipality in a month, as the application counts it; no person is in it",
        info={"key": ("source", "usage_id"), "primary_key": ("municipality_id", "source", "usage_id", "loaded_run")},
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_primary_key("pk_fact_usage", "fact_usage", KEY)
        op.create_index(
            "ix_fact_usage_current",
            "fact_usage",
            ["source", "usage_id"],
            postgresql_where=sa.text("superseded_run IS NULL"),
        )
