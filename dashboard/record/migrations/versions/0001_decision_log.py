"""The decision log, and the triggers that let rows only be added, each after the newest one."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("decision", "decision_entry")
NEWEST = "(SELECT position, hash FROM decision UNION ALL SELECT position, hash FROM decision_entry)"
# The refusal is the same on both engines, so that the program knows it by its words.
REFUSED = "decision log: rows are only added"
BROKEN = "decision log: the row does not follow the newest one"


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="as people cite it"),
        sa.Column("kind", sa.Text(), nullable=False, comment="question or decision"),
        sa.Column("text", sa.Text(), nullable=False, comment="plain text"),
        sa.Column("follows", sa.Integer(), nullable=True, comment="number of the closed item that it goes on from"),
        sa.Column("metric_id", sa.Text(), nullable=False, comment="figure of the catalogue"),
        sa.Column("metric_version", sa.Integer(), nullable=False, comment="version of its definition"),
        sa.Column(
            "service_id", sa.Text(), nullable=True, comment="application or component, where the selection names one"
        ),
        sa.Column("selection", sa.Text(), nullable=False, comment="query of the selection, its period written out"),
        sa.Column("view", sa.Text(), nullable=False, comment="path of the page it was recorded from"),
        sa.Column("run_id", sa.Integer(), nullable=True, comment="run as of which the figure was seen"),
        sa.Column("snapshot", sa.Text(), nullable=False, comment="published state that it was measured in"),
        sa.Column("value", sa.Double(), nullable=True, comment="the figure; null where undefined"),
        sa.Column("numerator", sa.Double(), nullable=True, comment="null where nothing was counted"),
        sa.Column("denominator", sa.Double(), nullable=True, comment="null where nothing was counted"),
        sa.Column("n", sa.BigInteger(), nullable=False, comment="rows behind the figure"),
        sa.Column("variation", sa.Text(), nullable=True, comment="what its control chart said; null without one"),
        sa.Column("assurance", sa.Text(), nullable=True, comment="against the target; null without a chart"),
        sa.Column("target", sa.Double(), nullable=True, comment="target in force"),
        sa.Column("target_low", sa.Double(), nullable=True, comment="lower end of a band"),
        sa.Column("target_high", sa.Double(), nullable=True, comment="upper end of a band"),
        sa.Column("accountable_id", sa.Text(), nullable=False, comment="accountable actor at the end of the period"),
        sa.Column("responsible_id", sa.Text(), nullable=False, comment="actor asked to answer"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="day to answer by, in Budapest"),
        *_signed(),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "decision_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="of all entries"),
        sa.Column("decision", sa.Integer(), nullable=False, comment="number of the item"),
        sa.Column("kind", sa.Text(), nullable=False, comment="answer, outcome, comment or due_changed"),
        sa.Column("text", sa.Text(), nullable=False, comment="plain text"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="new day to answer by"),
        *_signed(),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_decision_entry_decision", "decision_entry", ["decision"])
    guard = _guard_postgres if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    guard()


def _signed() -> list[sa.Column]:
    return [
        sa.Column("author_name", sa.Text(), nullable=False, comment="who recorded it, as given"),
        sa.Column("author_role", sa.Text(), nullable=False, comment="in what role, as given"),
        sa.Column("created_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column(
            "position", sa.Integer(), nullable=False, unique=True, comment="place in the chain, over both tables"
        ),
        sa.Column(
            "token", sa.Text(), nullable=False, unique=True, comment="of the form, so that sending twice records once"
        ),
        sa.Column("form", sa.Integer(), nullable=False, comment="which fields the hash is made of (record/chain.py)"),
        sa.Column("previous_hash", sa.String(64), nullable=False, unique=True, comment="SHA-256 of the row before"),
        sa.Column("hash", sa.String(64), nullable=False, unique=True, comment="SHA-256 of this row's content"),
    ]


def _guard_sqlite() -> None:
    """The third trigger also stands in the way of INSERT OR REPLACE, which fires no DELETE trigger."""
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_follows BEFORE INSERT ON {table} "
            f"WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM {NEWEST}) "
            f"OR NEW.previous_hash IS NOT coalesce((SELECT hash FROM {NEWEST} ORDER BY position DESC LIMIT 1), "
            f"'{'0' * 64}') "
            f"OR EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number OR token = NEW.token OR hash = NEW.hash) "
            f"BEGIN SELECT RAISE(ABORT, '{BROKEN}'); END"
        )


def _guard_postgres() -> None:
    """ENABLE ALWAYS: they also fire in a session that replays changes."""
    op.execute(
        "CREATE FUNCTION decision_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION decision_log_follow() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE newest record; BEGIN "
        f"SELECT position, hash INTO newest FROM {NEWEST} AS row ORDER BY position DESC LIMIT 1; "
        "IF NEW.position <> coalesce(newest.position, 0) + 1 "
        f"OR NEW.previous_hash <> coalesce(newest.hash, '{'0' * 64}') "
        f"THEN RAISE EXCEPTION '{BROKEN}'; END IF; RETURN NEW; END $$"
    )
    for table in TABLES:
        for name, when, each, function in (
            ("refuse", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "decision_log_refuse"),
            ("follows", "INSERT", "ROW", "decision_log_follow"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
