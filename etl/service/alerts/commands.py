"""asp-etl alerts: what is open, whether messages arrive, and a look from outside the worker."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from data.errors import NotPublished
from data.store import open_store
from etl.printing import OUT, print_json, print_table
from etl.service.alerts import TEST, Alert, Notice
from etl.service.alerts.box import Box
from etl.service.alerts.channels import Undelivered, channels
from etl.service.alerts.watch import Watch
from etl.service.alerts.words import KIND, text
from etl.service.history import last_started
from etl.service.runs import described
from etl.service.schedule import due
from etl.settings import Settings

app = typer.Typer(help="Alerts: what is open, whether messages arrive.", no_args_is_help=True, rich_markup_mode=None)
Config = Annotated[Path, typer.Option("--config", help="Description of the sources.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
DEFAULT_CONFIG = Path("sources.toml")
NIGHTLY = "0 2 * * *"  # when jobs run without a [[schedule]]


@app.command("list")
def list_open(
    as_json: AsJson = False,
    language: Annotated[str, typer.Option(help="hu or en.")] = "hu",
) -> None:
    """Open alerts, oldest first, and how many messages still wait for a channel."""
    if language not in ("hu", "en"):
        raise typer.BadParameter(f"{language!r} is none of hu, en.", param_hint="--language")
    state = Box(Settings().state).state()
    found = sorted(state.open.values(), key=lambda one: one.since)
    if as_json:
        print_json([one.alert.as_json() | {"since": one.since.isoformat()} for one in found])
        return
    headings = ["since", "severity", "kind", "alert"]
    print_table(
        headings,
        (
            [
                f"{one.since:%Y-%m-%d %H:%M}Z",
                one.alert.severity,
                KIND[one.alert.kind][language],
                one.alert.text[language],
            ]
            for one in found
        ),
    )
    OUT.print(f"{len(found)} open, {len(state.waiting)} messages waiting", markup=False, highlight=False)


@app.command("test")
def send_test(config: Config = DEFAULT_CONFIG) -> None:
    """Send a test message through every channel and say what happened."""
    settings = Settings()
    working = channels(described(config, settings).operation, settings)
    failed = False
    for name, send in working.items():
        try:
            send([_example()])
            OUT.print(f"{name}: delivered", markup=False, highlight=False)
        except Undelivered as error:
            failed = True
            OUT.print(f"{name}: not delivered: {error}", markup=False, highlight=False, soft_wrap=True)
    if not working:
        OUT.print(f"{config} names no channel under [alerts]: alerts go to the log only.", markup=False)
    raise typer.Exit(1 if failed else 0)


@app.command("check")
def check(
    config: Config = DEFAULT_CONFIG,
    cron: Annotated[str, typer.Option(help="As given to `asp-etl schedule`, without [[schedule]].")] = NIGHTLY,
) -> None:
    """Judge late data and missed runs now, and deliver: for a system's own cron, in case the worker is down."""
    settings, now = Settings(), datetime.now(UTC)
    found = described(config, settings)
    watch = Watch(settings)
    sources = {source.name: source.job for source in found.sources}
    with closing(open_store(settings.reporting_url)) as store:
        try:
            watch.begin(store)
            watch.judge_runs(store, found.operation)
            with store.reading() as connection:
                tasks = found.operation.tasks(found.sources, cron)
                waiting = due(tasks, last_started(connection, now), {}, now)
                watch.judge_time(connection, found.operation, sources, waiting)
        except NotPublished as error:
            OUT.print(str(error), markup=False, soft_wrap=True)
    watch.deliver(found.operation)
    raise typer.Exit(1 if watch.box.state().open else 0)


def _example() -> Notice:
    now = datetime.now(UTC)
    return Notice(f"test-{now:%Y%m%d%H%M%S}", Alert("test", TEST, text("test")), now)
