"""asp-dashboard: serves the dashboard."""

import logging
from typing import Annotated, Any

import typer
from gunicorn.app.base import BaseApplication
from pydantic import ValidationError

from dashboard.app import create_app
from dashboard.settings import DashboardSettings, check_binding
from data.errors import AspError

app = typer.Typer(help="The supervision dashboard of the municipal ASP centre.", no_args_is_help=True)

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
