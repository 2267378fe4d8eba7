"""Settings of the ETL: one frozen class, read from the environment (prefix ASP_) and `.env`."""

import os
import secrets
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import AspError

_KEY_BYTES = 32
_SHORTEST_KEY = 16


class Settings(BaseSettings):
    """Made once in cli.py and passed down; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="ASP_", env_file=".env", extra="ignore", frozen=True)

    reporting_url: str = Field("duckdb:///var/reporting", description="reporting database")
    config: Path = Field(Path("sources.toml"), description="description of the sources")
    rows_per_batch: int = Field(200_000, gt=0, description="rows held in memory at once")
    person_key: SecretStr | None = Field(None, description="key of the hashes that stand for people")
    person_key_file: Path = Field(
        Path("var/person.key"), description="where the key is kept when ASP_PERSON_KEY is unset"
    )
    max_expanded_bytes: int = Field(20_000_000_000, gt=0, description="most that one compressed input may expand to")
    max_workbook_bytes: int = Field(
        200_000_000, gt=0, description="most that a spreadsheet or JSON document may expand to"
    )
    max_ratio: float = Field(200, gt=1, description="most that an archive or spreadsheet may grow when expanded")
    reports: Path = Field(Path("var/reports"), description="folder of the run reports")
    keep_reports: int = Field(1000, ge=1, description="run reports that are kept; older ones are removed")
    state: Path = Field(Path("var/etl"), description="folder of open alerts and of those still to be delivered")

    def secret(self, variable: str) -> str | None:
        """The secret that an environment variable holds, or `.env`; None when neither does."""
        file = self.model_config.get("env_file")
        kept = dotenv_values(file) if isinstance(file, str) else {}
        return os.environ.get(variable) or kept.get(variable) or None

    def key(self) -> bytes:
        """The key of people's hashes; made and kept in person_key_file on first use when ASP_PERSON_KEY is unset.

        Raises AspError when the key is too short or its file cannot be read or written.
        """
        text = self.person_key.get_secret_value() if self.person_key else _key_from(self.person_key_file)
        if len(text.strip()) < _SHORTEST_KEY:
            where = "ASP_PERSON_KEY" if self.person_key else str(self.person_key_file)
            raise AspError(f"{where}: the key of people's hashes needs at least {_SHORTEST_KEY} characters.")
        return text.strip().encode()


def _key_from(path: Path) -> str:
    try:
        if not path.exists():
            _make_key(path)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AspError(
            f"{path}: the key of people's hashes cannot be read or made ({error}). Set ASP_PERSON_KEY."
        ) from error


def _make_key(path: Path) -> None:
    """Write a new key whole or not at all: two first runs at once must not end with two keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another run was first: its key counts
    finally:
        draft.unlink()
