"""Brings a reporting database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data.errors import OtherSchema

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run every step up to revision, inside the caller's transaction. Does nothing when it is up to date."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def schema_revision(connection: Connection) -> str | None:
    """The step the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def check_schema(connection: Connection) -> None:
    """Raises OtherSchema where the database is at another step than this version of the program expects."""
    found, wanted = schema_revision(connection), newest_revision()
    if found == wanted:
        return
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    is_older = found is None or found in known
    raise OtherSchema(
        f"The reporting database is at migration {found or 'none'}, this version wants {wanted}: "
        + ("run `asp-data init`." if is_older else "a newer version has written it; install that one.")
    )


def newest_revision() -> str:
    """The step that this version of the program expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there are no migrations"
    return head


def _config() -> Config:
    config = Config()
    # Alembic reads % as interpolation; a folder may hold one.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
