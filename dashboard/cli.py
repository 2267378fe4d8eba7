"""asp-dashboard: serves the dashboard."""

import json
import logging
from contextlib import closing
from typing import Annotated, Any

import typer
from gunicorn.app.base import BaseApplication
from pydantic import ValidationError

from dashboard.app import create_app
from dashboard.record.chain import Proof, holds, verify
from dashboard.record.database import AppDatabase
from dashboard.record.reading import rows
from dashboard.record.writing import copy_log
from dashboard.settings import DashboardSettings, check_binding
from data.errors import AspError

app = typer.Typer(help="The supervision dashboard of the municipal ASP centre.", no_args_is_help=True)
decisions = typer.Typer(help="The decision log.", no_args_is_help=True)
app.add_typer(decisions, name="decisions")

REQUEST_SECONDS = 120


@app.callback()
def command() -> None:
    """Settings come from ASP_ variables and .env; options of a command go before them."""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (ASP_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (ASP_PORT).")] = None,
    dev: Annotated[bool, typer.Option("--dev", help="Reload on changes and show errors in the page.")] = False,
) -> None:
    """Serve the dashboard until interrupted: on this machine only, unless ASP_ALLOW_PUBLIC says otherwise."""
    given = {"host": host, "port": port}
    settings = DashboardSettings.model_validate(
        DashboardSettings().model_dump() | {key: value for key, value in given.items() if value is not None}
    )
    check_binding(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if dev:
        _serve_for_development(settings)
    else:
        _Server(settings).run()


@app.command()
def init() -> None:
    """Make the application database (ASP_APP_URL), or bring it up to date. Starting the dashboard does it, too."""
    with closing(AppDatabase(DashboardSettings().app_url)) as database:
        database.prepare()
    typer.echo("The application database is up to date.")


@decisions.command("verify")
def verify_log(
    against: Annotated[
        str | None, typer.Option(help="POSITION:HASH noted at an earlier check; the log must still hold it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object instead of a sentence.")] = False,
) -> None:
    """Prove that no row of the log was changed, removed or put in between; else name the first broken one (exit 1).

    Note POSITION:HASH somewhere else: nobody can then cut off or rewrite what stood in the log at that time.
    """
    with closing(AppDatabase(DashboardSettings().app_url)) as database, database.reading() as connection:
        found = list(rows(connection))
    proof = verify(found)
    if against and proof.broken is None:
        proof = holds(found, proof, against)
    typer.echo(json.dumps(_proof(proof)) if as_json else _said(proof))
    if proof.broken is not None:
        raise typer.Exit(1)


@decisions.command("copy")
def copy(source: Annotated[str, typer.Option("--from", help="The application database to copy from.")]) -> None:
    """Copy the log, hashes included, into the application database of ASP_APP_URL, whose log must be empty."""
    with closing(AppDatabase(source)) as old, closing(AppDatabase(DashboardSettings().app_url)) as new:
        count = copy_log(old, new)
        with new.reading() as connection:
            proof = verify(rows(connection))
    typer.echo(f"{count} rows copied. {_said(proof)}")
    if proof.broken is not None:
        raise typer.Exit(1)


def main() -> None:
    """The command; errors that a person can act on are printed without a traceback."""
    try:
        app()
    except (AspError, ValidationError) as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from error


def address(settings: DashboardSettings) -> str:
    """What to open in a browser."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _said(proof: Proof) -> str:
    if proof.broken is not None:
        return f"BROKEN at {proof.broken}. The {proof.rows} rows before it are sound."
    return f"Sound: {proof.rows} rows. Note: {proof.rows}:{proof.head}"


def _proof(proof: Proof) -> dict[str, Any]:
    return {"sound": proof.broken is None, "rows": proof.rows, "head": proof.head, "broken": proof.broken}


class _Server(BaseApplication):
    """gunicorn with threads, configured here instead of by files and variables."""

    def __init__(self, settings: DashboardSettings) -> None:
        self.settings = settings
        self.dash = create_app(settings)
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        for name, value in {
            "bind": f"{host}:{self.settings.port}",
            "workers": self.settings.workers,
            "worker_class": "gthread",
            "threads": self.settings.threads,
            "timeout": REQUEST_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,  # it would write below the home folder
            "proc_name": "asp-dashboard",
            "when_ready": lambda arbiter: typer.echo(f"Serving on {address(self.settings)} (stop with Ctrl+C)"),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.dash.server


def _serve_for_development(settings: DashboardSettings) -> None:
    typer.echo(f"Serving for development on {address(settings)}")
    create_app(settings).run(
        host=settings.host,
        port=str(settings.port),
        debug=True,
        dev_tools_disable_version_check=True,
        dev_tools_ui=False,
    )
