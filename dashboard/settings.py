"""Settings of the dashboard, read from the environment and `.env`, made once in cli.py or wsgi.py and passed down."""

import ipaddress
import secrets
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import AspError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class UnsafeSettings(AspError):
    """The settings would put the dashboard where it must not be yet."""


class DashboardSettings(BaseSettings):
    """Where the dashboard reads, where it listens, and how it starts."""

    model_config = SettingsConfigDict(env_prefix="ASP_", env_file=".env", extra="ignore", frozen=True)

    reporting_url: str = Field("duckdb:///var/reporting", description="folder of snapshots, or postgresql+psycopg://…")
    app_url: str = Field("sqlite:///var/app.db", description="the decision log: a file, or postgresql+psycopg://…")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8050, ge=0, le=65535, description="port to listen on")
    allow_public: bool = Field(False, description="listen beyond this machine although there is no sign-in yet")
    secret_key: SecretStr | None = Field(None, description="signs sessions; made anew at each start when unset")
    workers: int = Field(1, ge=1, description="processes; more than one needs ASP_SECRET_KEY")
    threads: int = Field(8, ge=1, description="threads of each process")
    language: Literal["hu", "en"] = Field("hu", description="language of a reader who has not chosen one")
    cache_answers: int = Field(512, ge=0, description="answers kept in memory by each process")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is reachable from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_binding(settings: DashboardSettings) -> None:
    """Raises UnsafeSettings where the server would be open to others without the setting that says so."""
    if settings.allow_public or is_loopback(settings.host):
        return
    raise UnsafeSettings(
        f"The dashboard has no sign-in yet, so it does not listen on {settings.host}, where others could reach it. "
        "Keep ASP_HOST=127.0.0.1, or set ASP_ALLOW_PUBLIC=1 if everyone who can reach the port may see every figure."
    )


def signing_key(settings: DashboardSettings) -> str:
    """The key that signs sessions. Raises UnsafeSettings where several processes would each make their own."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if settings.workers > 1 or not is_loopback(settings.host):
        raise UnsafeSettings(
            "Set ASP_SECRET_KEY to a long random text: several processes, or a public address, need one that lasts."
        )
    return secrets.token_urlsafe(32)
