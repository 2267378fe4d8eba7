"""Outages, stages of law changes, targets, rebased limits, peaks of the year, and tables made from the facts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metric_target",
        sa.Column("metric_id", sa.Text(), nullable=False, comment="metric of the catalogue"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service, or * for every service"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after the last; null while in force, date in Europe/Budapest",
        ),
        sa.Column(
            "target", sa.Double(), nullable=True, comment="value aimed at, in the metric's own unit (a rate as 0 to 1)"
        ),
        sa.Column(
            "lower",
            sa.Double(),
            nullable=True,
            comment="lower end of the band, for a metric that is good between two limits",
        ),
        sa.Column("upper", sa.Double(), nullable=True, comment="upper end of the band"),
        sa.Column("basis", sa.Text(), nullable=True, comment="contract or decision it is taken from"),
        sa.PrimaryKeyConstraint("metric_id", "service_id", "valid_from"),
        comment="Targets that replace the catalogue's starting proposals, with the days they hold",
    )
    op.create_table(
        "control_rebase",
        sa.Column("metric_id", sa.Text(), nullable=False, comment="metric of the catalogue"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service, or * for every service"),
        sa.Column("from_on", sa.Date(), nullable=False, comment="first day that is judged by new limits"),
        sa.Column("reason", sa.Text(), nullable=False, comment="the known change that explains it"),
        sa.Column("name", sa.Text(), nullable=False, comment="role that decided it"),
        sa.PrimaryKeyConstraint("metric_id", "service_id", "from_on"),
        comment="Dates from which the limits of a control chart are computed anew",
    )
    op.create_table(
        "peak_period",
        sa.Column("peak_id", sa.Text(), nullable=False, comment="window of the year"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after the last; null while in force, date in Europe/Budapest",
        ),
        sa.Column("kind", sa.Text(), nullable=True, comment="tax, closing, report"),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("name_en", sa.Text(), nullable=True, comment="name"),
        sa.Column("first_month", sa.Integer(), nullable=True, comment="month it begins in"),
        sa.Column("first_day", sa.Integer(), nullable=True, comment="day of that month"),
        sa.Column(
            "last_month",
            sa.Integer(),
            nullable=True,
            comment="month it ends in; before first_month when it runs over the new year",
        ),
        sa.Column("last_day", sa.Integer(), nullable=True, comment="last day, included"),
        sa.Column(
            "is_frozen", sa.Integer(), nullable=True, comment="1 when no change but an emergency may go into production"
        ),
        sa.Column(
            "basis", sa.Text(), nullable=True, comment="law or decision it is taken from, or that it is an assumption"
        ),
        sa.PrimaryKeyConstraint("peak_id", "valid_from"),
        comment="Yearly peaks of municipal work: tax deadlines, year-end closing, reports to the treasury",
    )
    op.create_table(
        "metric_cell",
        sa.Column("metric_id", sa.Text(), nullable=False, comment="metric of the catalogue"),
        sa.Column(
            "month", sa.Date(), nullable=False, comment="first day of the month; of twelve months, of the last one"
        ),
        sa.Column(
            "grain",
            sa.Text(),
            nullable=False,
            comment="which dimensions the cell is of, the others are *; year_…: of twelve months",
        ),
        sa.Column("service_id", sa.Text(), nullable=True, comment="service; * every one"),
        sa.Column("actor_id", sa.Text(), nullable=True, comment="actor; * every one"),
        sa.Column("priority", sa.Text(), nullable=True, comment="priority; * every one"),
        sa.Column("county", sa.Text(), nullable=True, comment="county; * every one"),
        sa.Column("quantile", sa.Double(), nullable=True, comment="the value, where it is a quantile"),
        sa.Column("numerator", sa.BigInteger(), nullable=True, comment="numerator"),
        sa.Column("denominator", sa.BigInteger(), nullable=True, comment="denominator"),
        sa.Column("n", sa.BigInteger(), nullable=True, comment="rows behind the cell"),
        comment="Monthly figures of the catalogue, made from the facts at each publication so that pages need not",
    )
    op.create_table(
        "ticket_flow",
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month of the hand-off"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service"),
        sa.Column("priority", sa.Text(), nullable=True, comment="priority"),
        sa.Column("ticket_type", sa.Text(), nullable=True, comment="ticket type"),
        sa.Column("county", sa.Text(), nullable=False, comment="county; * every one"),
        sa.Column("from_actor_id", sa.Text(), nullable=False, comment="actor that held the ticket; * it was opened"),
        sa.Column("from_level", sa.Integer(), nullable=True, comment="support level that held it"),
        sa.Column("to_actor_id", sa.Text(), nullable=False, comment="actor that got it; * it was resolved"),
        sa.Column("to_level", sa.Integer(), nullable=True, comment="support level that got it"),
        sa.Column("handoffs", sa.BigInteger(), nullable=True, comment="hand-offs"),
        sa.Column("timed", sa.BigInteger(), nullable=True, comment="hand-offs whose holding time is known"),
        sa.Column(
            "held_clock_minutes",
            sa.BigInteger(),
            nullable=True,
            comment="clock minutes the giving side had held them, summed over timed",
        ),
        comment="Hand-offs between levels and actors by month, made from the ticket events at each publication",
    )
    op.create_table(
        "ticket_time",
        sa.Column("measure", sa.Text(), nullable=False, comment="response or resolution"),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month that the tickets are counted in"),
        sa.Column(
            "grain",
            sa.Text(),
            nullable=False,
            comment="which dimensions the row is of: holder (service, actor) or place (county)",
        ),
        sa.Column("service_id", sa.Text(), nullable=True, comment="service; * every one"),
        sa.Column("actor_id", sa.Text(), nullable=True, comment="actor; * every one"),
        sa.Column("county", sa.Text(), nullable=True, comment="county; * every one"),
        sa.Column("priority", sa.Text(), nullable=True, comment="priority"),
        sa.Column("ticket_type", sa.Text(), nullable=True, comment="ticket type"),
        sa.Column(
            "bin",
            sa.Integer(),
            nullable=False,
            comment="place of the time among the bins' upper ends (data/ticket_times.py)",
        ),
        sa.Column("n", sa.BigInteger(), nullable=True, comment="tickets"),
        sa.Column("beyond", sa.BigInteger(), nullable=True, comment="tickets that took longer than agreed"),
        sa.Column("agreed", sa.BigInteger(), nullable=True, comment="tickets that have an agreed time"),
        sa.Column("least_agreed", sa.Integer(), nullable=True, comment="shortest agreed minutes"),
        sa.Column("most_agreed", sa.Integer(), nullable=True, comment="longest agreed minutes"),
        comment="Tickets by length of time and month, made from the facts at each publication",
    )
    op.create_table(
        "rollup_state",
        sa.Column("rollup_id", sa.Text(), nullable=False, comment="metric, or table made from the facts"),
        sa.Column("definition", sa.Text(), nullable=False, comment="hash of the statement it was made by"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="newest published run whose rows are in it"),
        sa.PrimaryKeyConstraint("rollup_id"),
        comment="What the tables made from the facts were made of; anything else is asked of the facts themselves",
    )
    op.add_column(
        "fact_ticket",
        sa.Column("outage_started_at", sa.DateTime(), nullable=True, comment="service out of reach from, UTC"),
    )
    op.add_column(
        "fact_ticket",
        sa.Column("outage_ended_at", sa.DateTime(), nullable=True, comment="service within reach again, UTC"),
    )
    op.add_column(
        "fact_ticket",
        sa.Column(
            "outage_scope",
            sa.Text(),
            nullable=True,
            comment="whole: no user group could reach the service; part: some could",
        ),
    )
    op.add_column(
        "fact_ticket",
        sa.Column(
            "built_on", sa.Date(), nullable=True, comment="development finished (demands), date in Europe/Budapest"
        ),
    )
    op.add_column(
        "fact_ticket",
        sa.Column("trained_on", sa.Date(), nullable=True, comment="users trained (demands), date in Europe/Budapest"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_metric_cell", "metric_cell", ["metric_id", "grain", "month"])
        op.create_index("ix_ticket_flow", "ticket_flow", ["county", "month"])
        op.create_index("ix_ticket_time", "ticket_time", ["measure", "grain", "month"])
        op.create_index("ix_fact_ticket_opened", "fact_ticket", ["opened_on"])
        # Few among millions of calls, and listed one by one.
        op.create_index(
            "ix_fact_ticket_rare",
            "fact_ticket",
            ["ticket_type"],
            postgresql_where=sa.text(
                "ticket_type IN ('problem', 'change', 'demand', 'security_finding', 'continuity_test')"
            ),
        )
