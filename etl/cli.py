"""asp-etl: bring facts in, see what became of them, and put right what was set aside.

Exit codes: 0 all well, 1 failed, 2 usage, 3 published with rows set aside.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from data.errors import AspError
from data.reference_load import prepare
from data.store import Store, open_store
from etl import quarantine as waiting
from etl.aliases import add_alias, aliases, unmatched_names
from etl.check import check
from etl.config import load_sources
from etl.demo import generate
from etl.lookups import read_lookups
from etl.pipeline import Options, run_job
from etl.printing import ERR, OUT, print_checked, print_json, print_quarantine, print_runs, print_table
from etl.progress import watching
from etl.retry import retry
from etl.schedule import run_on_schedule
from etl.settings import Settings
from etl.status import PUBLISHED, RunReport, now, record_run, runs

app = typer.Typer(help=__doc__, no_args_is_help=True)
quarantine_app = typer.Typer(help="Rows set aside: list, export, correct and retry, or discard.", no_args_is_help=True)
alias_app = typer.Typer(help="Spellings of municipality names.", no_args_is_help=True)
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(alias_app, name="alias")

# In the order that lets later jobs build on earlier ones.
EVERY_JOB = ("contracts", "training", "budget", "tickets")


class Job(StrEnum):
    """What to run."""

    tickets = "tickets"
    contracts = "contracts"
    training = "training"
    budget = "budget"
    all = "all"


Config = Annotated[Path, typer.Option("--config", help="Description of the sources.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
DEFAULT_CONFIG = Path("sources.toml")


@app.command("run")
def run(
    job: Annotated[Job, typer.Argument(help="Which job, or all of them one after the other.")],
    config: Config = DEFAULT_CONFIG,
    full: Annotated[bool, typer.Option("--full", help="Read inputs again whose content was loaded before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but publish; print the counts.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load the sources of a job and publish what is good."""
    settings = Settings()
    reports = _run(settings, job, config, Options(full, dry_run, settings.rows_per_batch))
    if as_json:
        print_json([report.as_json() for report in reversed(reports)])
    else:
        print_runs(reports)
    raise typer.Exit(exit_code(reports))


@app.command("schedule")
def schedule(
    config: Config = DEFAULT_CONFIG,
    cron: Annotated[str, typer.Option(help="When, in Budapest time: minute hour day month weekday.")] = "0 2 * * *",
) -> None:
    """Run all jobs at set times until stopped."""
    settings = Settings()
    load_sources(config, settings)
    options = Options(rows_per_batch=settings.rows_per_batch)
    run_on_schedule(cron, lambda: exit_code(_run(settings, Job.all, config, options)))


def _run(settings: Settings, job: Job, config: Path, options: Options) -> list[RunReport]:
    """Reports of the jobs, in the order they ran; of all jobs, those that have sources."""
    sources = load_sources(config, settings)
    described = {source.job for source in sources}
    jobs = [name for name in EVERY_JOB if name in described] if job is Job.all else [job.value]
    with closing(_store(settings)) as store, watching(ERR) as watcher:
        prepare(store)
        return [run_job(store, name, sources, config.parent, options, watcher) for name in jobs]


def exit_code(reports: list[RunReport]) -> int:
    """1 when a run or any input of it failed, 3 when rows were set aside, else 0."""
    if any(report.failed for report in reports):
        return 1
    return 3 if any(report.quarantined for report in reports) else 0


@app.command("status")
def status(
    as_json: AsJson = False, limit: Annotated[int, typer.Option(help="Newest runs to show.", min=1)] = 20
) -> None:
    """The newest runs and what became of their inputs."""
    with _reading() as connection:
        found = runs(connection, limit)
    if as_json:
        print_json([report.as_json() for report in found])
    else:
        print_runs(found)


@app.command("check")
def check_sources(
    job: Annotated[Job, typer.Argument(help="Which job's sources.")] = Job.all,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Read the sources without loading them: columns, rows, and problems by reason."""
    settings = Settings()
    sources = [source for source in load_sources(config, settings) if job in (Job.all, source.job)]
    with closing(_store(settings)) as store:
        prepare(store)
        with store.reading() as connection:
            lookups = read_lookups(connection)
    found = list(check(sources, config.parent, lookups, settings.rows_per_batch))
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_checked(found)
    failed, bad = any(one.error for one in found), any(one.problems for one in found)
    raise typer.Exit(1 if failed else 3 if bad else 0)


@app.command("unmatched")
def unmatched(as_json: AsJson = False) -> None:
    """Names of municipalities, services and actors that did not match, most rows first."""
    with _reading() as connection:
        found = unmatched_names(connection)
    if as_json:
        print_json(found)
    else:
        headings = ["source", "kind", "name", "rows", "how", "candidates"]
        print_table(headings, ([*(row[name] for name in headings[:-1]), ", ".join(row["candidates"])] for row in found))


@app.command("demo")
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    months: Annotated[int, typer.Option(help="Whole months.", min=1)] = 24,
    seed: Annotated[int, typer.Option(help="The same seed writes the same files.")] = 1,
    tickets: Annotated[int | None, typer.Option(help="Service desk tickets in all.", min=1)] = None,
    municipalities: Annotated[int | None, typer.Option(help="Part of the country.", min=1)] = None,
    last: Annotated[datetime | None, typer.Option(help="Last day.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Write sample sources and their sources.toml."""
    day: date | None = last.date() if last else None
    files = generate(out, months=months, seed=seed, tickets=tickets, municipalities=municipalities, last=day)
    OUT.print(
        f"{len(files)} files written to {out}. Next: asp-etl run all --config {out / 'sources.toml'}", markup=False
    )


@quarantine_app.command("list")
def list_quarantine(
    as_json: AsJson = False,
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    state: Annotated[str, typer.Option("--status", help="open, retried, discarded or all.")] = waiting.OPEN,
    limit: Annotated[int | None, typer.Option(help="At most so many.", min=1)] = None,
) -> None:
    """Rows set aside, with every reason."""
    if state not in (*waiting.STATUSES, "all"):
        raise typer.BadParameter(f"{state!r} is none of {', '.join(waiting.STATUSES)}, all.", param_hint="--status")
    with _reading() as connection:
        found = waiting.quarantined(connection, source, None if state == "all" else state, limit)
    if as_json:
        print_json([row.as_json() for row in found])
    else:
        print_quarantine(found)


@quarantine_app.command("export")
def export_quarantine(
    file: Annotated[Path, typer.Argument(help="Name ending in .csv or .xlsx.")],
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
) -> None:
    """Write open rows to a spreadsheet to correct them there."""
    with _reading() as connection:
        found = waiting.quarantined(connection, source)
    waiting.export(found, file)
    OUT.print(f"{len(found)} rows written to {file}.", markup=False)


@quarantine_app.command("retry")
def retry_quarantine(
    file: Annotated[
        Path | None, typer.Option("--file", help="Corrected export; without it rows are tried as they are.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Try open rows again; those that pass are loaded, the others stay with their new reasons."""
    settings = Settings()
    sources = load_sources(config, settings)
    corrected = waiting.corrections(file) if file else None
    with closing(_store(settings)) as store:
        prepare(store)
        report = retry(store, sources, corrected)
    if as_json:
        print_json([report.as_json()])
    else:
        print_runs([report])
    raise typer.Exit(exit_code([report]))


@quarantine_app.command("discard")
def discard_quarantine(
    ids: Annotated[list[int], typer.Argument(help="Rows, by id.")],
    reason: Annotated[str, typer.Option(help="Why they may be left out.")],
) -> None:
    """Close rows for good without loading them."""
    if not reason.strip():
        raise typer.BadParameter("say why, in words.", param_hint="--reason")
    started = now()
    with closing(_store(Settings())) as store, store.writing() as session:
        waiting.discard(session, ids, reason.strip())
        told = f"{len(set(ids))} rows discarded"
        record_run(session, RunReport(session.run_id, "quarantine", PUBLISHED, started, now(), "retry", message=told))
    OUT.print(told, markup=False)


@alias_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Spelling met in a source.")],
    code: Annotated[str, typer.Argument(help="KSH code it means.", metavar="KSH")],
    county: Annotated[str | None, typer.Option(help="Only in this county.")] = None,
    basis: Annotated[str, typer.Option(help="Who confirmed it, and why.")] = "confirmed by an analyst",
) -> None:
    """Confirm what a spelling means. Rows loaded before follow with `asp-etl run JOB --full`."""
    with closing(_store(Settings())) as store:
        prepare(store)
        report = add_alias(store, name, code, county, basis)
    OUT.print(report.message, markup=False)


@alias_app.command("list")
def list_aliases(as_json: AsJson = False) -> None:
    """The confirmed spellings."""
    with _reading() as connection:
        found = aliases(connection)
    if as_json:
        print_json(found)
    else:
        headings = ["alias", "county", "municipality_id", "name", "basis"]
        print_table(headings, ([row[name] for name in headings] for row in found))


def _store(settings: Settings) -> Store:
    return open_store(settings.reporting_url)


@contextmanager
def _reading() -> Iterator[Connection]:
    with closing(_store(Settings())) as store, store.reading() as connection:
        yield connection


def main() -> None:
    """Entry point: what a person can act on is printed without a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("asp-etl").setLevel(logging.INFO)
    try:
        app()
    except AspError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(1) from None
