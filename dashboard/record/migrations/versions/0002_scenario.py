"""Scenarios of cost, and the triggers that let revisions only be added, each after the newest one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSED = "scenarios: revisions are only added"
BROKEN = "scenarios: the revision does not follow the newest one"
NUMBER = "(SELECT coalesce(max(number), 0) + 1 FROM scenario)"
HASH = f"coalesce((SELECT hash FROM scenario ORDER BY number DESC LIMIT 1), '{'0' * 64}')"


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column(
            "number", sa.Integer(), autoincrement=False, nullable=False, comment="of all revisions, as links name it"
        ),
        sa.Column("first", sa.Integer(), nullable=False, comment="number of the scenario's first revision"),
        sa.Column(
            "parent",
            sa.Integer(),
            nullable=True,
            comment="number of the revision it was made from; null of a first one",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="plain text"),
        sa.Column("note", sa.Text(), nullable=False, comment="plain text; empty where nothing was noted"),
        sa.Column("base_month", sa.Date(), nullable=False, comment="first day of the last month of the base"),
        sa.Column("months", sa.Integer(), nullable=False, comment="months of the base"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="run as of which the base is taken"),
        sa.Column("changes", sa.Text(), nullable=False, comment="JSON, as data/cost/scenario.py writes it"),
        sa.Column("archived", sa.Integer(), nullable=False, comment="1: this revision puts the scenario aside"),
        sa.Column("author_name", sa.Text(), nullable=False, comment="who recorded it, as given"),
        sa.Column("author_role", sa.Text(), nullable=False, comment="in what role, as given"),
        sa.Column("created_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column(
            "token", sa.Text(), nullable=False, unique=True, comment="of the form, so that sending twice records once"
        ),
        sa.Column("form", sa.Integer(), nullable=False, comment="which fields the hash is made of"),
        sa.Column(
            "previous_hash", sa.String(64), nullable=False, unique=True, comment="SHA-256 of the revision before"
        ),
        sa.Column("hash", sa.String(64), nullable=False, unique=True, comment="SHA-256 of this row's content"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_scenario_first", "scenario", ["first"])
    guard = _guard_postgres if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    guard()


def _guard_sqlite() -> None:
    """The last condition also stands in the way of INSERT OR REPLACE, which fires no DELETE trigger."""
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER scenario_no_{event.lower()} BEFORE {event} ON scenario "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    op.execute(
        "CREATE TRIGGER scenario_follows BEFORE INSERT ON scenario "
        f"WHEN NEW.number IS NOT {NUMBER} OR NEW.previous_hash IS NOT {HASH} "
        "OR EXISTS (SELECT 1 FROM scenario WHERE token = NEW.token OR hash = NEW.hash) "
        f"BEGIN SELECT RAISE(ABORT, '{BROKEN}'); END"
    )


def _guard_postgres() -> None:
    """ENABLE ALWAYS: they also fire in a session that replays changes."""
    op.execute(
        "CREATE FUNCTION scenario_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION scenario_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.number <> {NUMBER} OR NEW.previous_hash <> {HASH} "
        f"THEN RAISE EXCEPTION '{BROKEN}'; END IF; RETURN NEW; END $$"
    )
    for name, when, each, function in (
        ("refuse", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "scenario_refuse"),
        ("follows", "INSERT", "ROW", "scenario_follow"),
    ):
        op.execute(
            f"CREATE TRIGGER scenario_{name} BEFORE {when} ON scenario FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
        op.execute(f"ALTER TABLE scenario ENABLE ALWAYS TRIGGER scenario_{name}")
