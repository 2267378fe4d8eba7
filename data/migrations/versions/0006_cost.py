"""Cost per actor: allocation plans and what they made, price index, penalty rules, purpose of ledger lines."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = {
    "cost_month": ["month", "loaded_run"],
    "cost_line": ["municipality_id", "source", "line_id", "application_id", "path", "loaded_run"],
    "cost_share": ["municipality_id", "month", "application_id", "loaded_run"],
    "cost_support": ["municipality_id", "source", "line_id", "application_id", "activity_id", "loaded_run"],
}
PURPOSE = "control: a report of totals to compare with, never summed with the ledger; null: the ledger"
NATURE = "run or change, where the source tags it; null: by its rovat"


def upgrade() -> None:
    op.create_table(
        "allocation_plan",
        sa.Column("version", sa.Text(), nullable=False, comment="version that every allocated figure names"),
        sa.Column(
            "valid_from",
            sa.Date(),
            nullable=False,
            comment="first day; a month goes by the newest plan that its first day is in, date in Europe/Budapest",
        ),
        sa.Column("content", sa.Text(), nullable=False, comment="the plan as it was written: allocation.toml"),
        sa.PrimaryKeyConstraint("version"),
        comment="How cost is shared out: steps, methods and their order, by version; none is ever changed",
    )
    op.create_table(
        "price_index",
        sa.Column("year", sa.Integer(), nullable=False, comment="calendar year"),
        sa.Column(
            "index", sa.Double(), nullable=True, comment="annual average of consumer prices, previous year = 100"
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="where it was published"),
        sa.PrimaryKeyConstraint("year"),
        comment="Consumer price index, for amounts in constant forints",
    )
    op.create_table(
        "penalty_rule",
        sa.Column("metric_id", sa.Text(), nullable=False, comment="figure of the catalogue that the contract promises"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application or component; * for every one"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after the last; null while in force, date in Europe/Budapest",
        ),
        sa.Column(
            "point_share",
            sa.Double(),
            nullable=True,
            comment="share of the month's fee due for each percentage point below the target",
        ),
        sa.Column("most_share", sa.Double(), nullable=True, comment="share of the month's fee that is due at most"),
        sa.Column("basis", sa.Text(), nullable=True, comment="contract it is taken from, or that it is an assumption"),
        sa.PrimaryKeyConstraint("metric_id", "service_id", "valid_from"),
        comment="What is due of a service contract's fee where a promised level of service is missed",
    )
    op.create_table(
        "cost_month",
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column("plan_version", sa.Text(), nullable=False, comment="allocation plan it went by"),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=False,
            comment="hash of the ledger lines and of the plan it was made from",
        ),
        sa.Column("lines", sa.Integer(), nullable=False, comment="ledger lines with an amount"),
        sa.Column("ledger_huf", sa.BigInteger(), nullable=True, comment="expenditure in the ledger, whole forints"),
        sa.Column(
            "placed_huf", sa.BigInteger(), nullable=True, comment="of this, what reached a municipality, whole forints"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="run whose rows and drivers it was made from"),
        sa.Column(
            "superseded_run",
            sa.Integer(),
            nullable=True,
            comment="first run that no longer knew it; null while current",
        ),
        comment="Months of the ledger that are allocated: what reached municipalities, and what could not",
        info={"primary_key": ("month", "loaded_run")},
    )
    op.create_table(
        "cost_line",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="of the ledger line: KSH code; 00000 where it names none that we know",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="of the ledger line"),
        sa.Column("line_id", sa.Text(), nullable=False, comment="of the ledger line"),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor that bears it"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service the ledger books it to"),
        sa.Column("account_id", sa.Text(), nullable=False, comment="rovat"),
        sa.Column("function_id", sa.Text(), nullable=False, comment="government function"),
        sa.Column("nature", sa.Text(), nullable=True, comment="run or change"),
        sa.Column(
            "application_id",
            sa.Text(),
            nullable=False,
            comment="application it comes to; else the service it could not be moved from",
        ),
        sa.Column(
            "path",
            sa.Text(),
            nullable=False,
            comment="steps it went by, each step:method, blank where none; separated by blanks",
        ),
        sa.Column("is_placed", sa.Boolean(), nullable=True, comment="whether it reached municipalities"),
        sa.Column(
            "amount_huf", sa.BigInteger(), nullable=True, comment="part of the line's performance, whole forints"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="run whose rows and drivers it was made from"),
        sa.Column(
            "superseded_run",
            sa.Integer(),
            nullable=True,
            comment="first run that no longer knew it; null while current",
        ),
        comment="Where each ledger line of expenditure comes to: the parts of a line add up to its performance",
        info={"primary_key": ("municipality_id", "source", "line_id", "application_id", "path", "loaded_run")},
    )
    op.create_table(
        "cost_share",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column(
            "application_id",
            sa.Text(),
            nullable=False,
            comment="application; else the service that the amount could not be moved from",
        ),
        sa.Column("amount_huf", sa.BigInteger(), nullable=True, comment="share of the month's cost, whole forints"),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="run whose rows and drivers it was made from"),
        sa.Column(
            "superseded_run",
            sa.Integer(),
            nullable=True,
            comment="first run that no longer knew it; null while current",
        ),
        comment="What each municipality is charged by application and month; 00000 holds what could not be shared out",
        info={"primary_key": ("municipality_id", "month", "application_id", "loaded_run")},
    )
    _create_support()
    _add_columns()
    if op.get_bind().dialect.name == "postgresql":
        for table, key in KEYS.items():
            op.create_primary_key(f"pk_{table}", table, key)


def _create_support() -> None:
    """Cost of support by level."""
    op.create_table(
        "cost_support",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="of the ledger line: KSH code; 00000 where it names none that we know",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="of the ledger line"),
        sa.Column("line_id", sa.Text(), nullable=False, comment="of the ledger line"),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor that bears it"),
        sa.Column(
            "application_id",
            sa.Text(),
            nullable=False,
            comment="application it comes to; else the service it could not be moved from",
        ),
        sa.Column("activity_id", sa.Text(), nullable=False, comment="activity of the plan"),
        sa.Column("level", sa.Integer(), nullable=False, comment="support level: 1 service desk, 2 second level"),
        sa.Column(
            "amount_huf",
            sa.BigInteger(),
            nullable=True,
            comment="part of the line that is the activity's cost, whole forints",
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="run whose rows and drivers it was made from"),
        sa.Column(
            "superseded_run",
            sa.Integer(),
            nullable=True,
            comment="first run that no longer knew it; null while current",
        ),
        comment="Cost of support by level, as the activities of the allocation plan define it",
        info={"primary_key": ("municipality_id", "source", "line_id", "application_id", "activity_id", "loaded_run")},
    )


def _add_columns() -> None:
    """What was loaded before is of the ledger."""
    op.add_column("fact_budget", sa.Column("purpose", sa.Text(), nullable=True, comment=PURPOSE))
    op.add_column("fact_budget", sa.Column("nature", sa.Text(), nullable=True, comment=NATURE))
