"""asp-etl: bring facts in, see what became of them, and put right what was set aside.

Exit codes: 0 all well, 1 failed, 2 usage, 3 published with rows set aside.
"""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from data.errors import AspError
from data.migrate import check_schema
from data.reference_load import prepare
from data.store import Store, open_store
from etl import quarantine as waiting
from etl.analyst.aliases import add_alias, aliases, jobs_that_met, remove_alias, unmatched_names
from etl.analyst.check import check
from etl.analyst.init import look, propose_all, propose_live, proposed_in_words, save, settings_of, written
from etl.analyst.init.writing import FileThere
from etl.analyst.printing import print_trace, say_nothing_found
from etl.analyst.suggestions import read_suggester
from etl.analyst.trace import What, trace, trace_quarantined
from etl.config import ConfigError, load_sources
from etl.demo import generate
from etl.fields import FIELDS
from etl.lookups import read_lookups
from etl.pipeline import Options
from etl.printing import OUT, print_checked, print_json, print_quarantine, print_runs, print_table, print_unmatched
from etl.pulls import Window
from etl.retry import retry
from etl.service.alerts.commands import NIGHTLY
from etl.service.alerts.commands import app as alerts_app
from etl.service.runs import Service, described, run_watched
from etl.service.schedule import BUDAPEST, check_expression
from etl.service.worker import Stop, Worker
from etl.settings import Settings
from etl.status import PUBLISHED, RunReport, now, record_run, runs

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)
quarantine_app = typer.Typer(help="Rows set aside: list, export, correct and retry, or discard.", no_args_is_help=True)
alias_app = typer.Typer(help="Spellings of municipality names.", no_args_is_help=True)
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(alias_app, name="alias")
app.add_typer(alerts_app, name="alerts")


class Job(StrEnum):
    """What to run."""

    tickets = "tickets"
    contracts = "contracts"
    training = "training"
    budget = "budget"
    usage = "usage"
    all = "all"


Config = Annotated[Path, typer.Option("--config", help="Description of the sources.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
DEFAULT_CONFIG = Path("sources.toml")
DAY = "%Y-%m-%d"


@app.command("run")
def run(
    job: Annotated[Job, typer.Argument(help="Which job, or all of them one after the other.")],
    config: Config = DEFAULT_CONFIG,
    full: Annotated[bool, typer.Option("--full", help="Read inputs again whose content was loaded before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but publish; print the counts.")] = False,
    source: Annotated[list[str] | None, typer.Option("--source", help="This source only; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", help="Live sources only: changes from this day on.", formats=[DAY])
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", help="… to the end of this day. The cursors stay.", formats=[DAY])
    ] = None,
    alerts: Annotated[bool, typer.Option("--alerts/--no-alerts", help="Raise alerts for what is wrong.")] = True,
    as_json: AsJson = False,
) -> None:
    """Load the sources of a job and publish what is good."""
    settings = Settings()
    window = _window(since, until)
    found = described(config, settings).narrowed(source or [], live=window is not None)
    jobs = found.jobs() if job is Job.all else [job.value]
    reports = run_watched(settings, found, jobs, Options(full, dry_run, settings.rows_per_batch, window), alerts)
    if as_json:
        print_json([report.as_json() for report in reversed(reports)])
    else:
        print_runs(reports)
    raise typer.Exit(exit_code(reports))


def _window(since: datetime | None, until: datetime | None) -> Window | None:
    """Whole days in Budapest, the last one included."""
    if since is None and until is None:
        return None
    if since is not None and until is not None and until < since:
        raise typer.BadParameter("the last day is before the first.", param_hint="--to")
    after = until + timedelta(days=1) if until is not None else None
    first, last = (day.replace(tzinfo=BUDAPEST).astimezone(UTC) if day else None for day in (since, after))
    return Window(first, last)


@app.command("schedule")
def schedule(
    config: Config = DEFAULT_CONFIG,
    cron: Annotated[
        str, typer.Option(help="When all jobs run, if the file has no [[schedule]]; Budapest time.")
    ] = NIGHTLY,
) -> None:
    """Run what [[schedule]] names at its times, write reports and send alerts, until stopped (SIGTERM)."""
    check_expression(cron)
    if not config.exists():
        raise ConfigError(f"{config}: no such file. Name your description of the sources with --config.")
    stop = Stop()
    stop.install()
    service = Service(Settings(), config, cron, _utc)
    Worker(service, _utc, time.sleep, stop).forever()


def _utc() -> datetime:
    return datetime.now(UTC)


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
            lookups, suggester = read_lookups(connection), read_suggester(connection)
    found = list(check(sources, config.parent, lookups, settings.rows_per_batch, suggester))
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_checked(found)
    failed, bad = any(one.error for one in found), any(one.problems for one in found)
    raise typer.Exit(1 if failed else 3 if bad else 0)


@app.command("init")
def init(
    path: Annotated[str | None, typer.Argument(help="A file, or a pattern of files in quotation marks.")] = None,
    out: Annotated[Path, typer.Option(help="File to write; one that exists is never overwritten.")] = DEFAULT_CONFIG,
    record: Annotated[str | None, typer.Option(help="What its rows are, where you know it.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the source.")] = None,
    sheet: Annotated[str | None, typer.Option(help="One sheet of a workbook.")] = None,
    kind: Annotated[str | None, typer.Option(help="A live system: rt, zammad, jira, moodle, sql …")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the live system.")] = None,
    url_env: Annotated[str | None, typer.Option(help="Variable that holds the address of a database.")] = None,
    user: Annotated[str | None, typer.Option(help="User that reads.")] = None,
    token_env: Annotated[str | None, typer.Option(help="Variable that holds the token.")] = None,
    password_env: Annotated[str | None, typer.Option(help="Variable that holds the password.")] = None,
    query: Annotated[str | None, typer.Option(help="SQL, or what narrows the records down.")] = None,
    table: Annotated[str | None, typer.Option(help="A table to read whole, instead of --query.")] = None,
    more: Annotated[list[str] | None, typer.Option("--set", help="Other settings of [source.connect].")] = None,
) -> None:
    """Look at a file or a live system and write a commented sources.toml to start from."""
    if (path is None) == (kind is None):
        raise typer.BadParameter("give either a file or --kind.")
    if record is not None and record not in FIELDS:
        raise typer.BadParameter(f"{record!r} is none of {', '.join(FIELDS)}.", param_hint="--record")
    if out.exists():
        raise FileThere(out)
    if path is not None:
        found, left_out = propose_all(look(path, out.parent, sheet), record, name)
    else:
        given = {"url": url, "url_env": url_env, "user": user, "token_env": token_env, "password_env": password_env}
        given |= {"query": f"SELECT * FROM {table}" if table else query}
        if table and kind != "sql":
            given |= {"query": query, "table": table}
        connect = {key: value for key, value in given.items() if value is not None} | settings_of(more or [])
        found, left_out = propose_live(str(kind), connect, record, name, Settings()), []
    save(written(found, path or f"{kind} {url or ''}".strip()), out)
    for told in (*map(proposed_in_words, found), *(f"left out: {reason}" for reason in left_out)):
        OUT.print(told, markup=False, highlight=False, soft_wrap=True)
    OUT.print(f"{out} written. Read it, then: asp-etl check --config {out}", markup=False, soft_wrap=True)


@app.command("trace")
def trace_row(
    ticket: Annotated[str | None, typer.Option(help="Key of a ticket.", metavar="KEY")] = None,
    contract: Annotated[str | None, typer.Option(help="Key of a contract.", metavar="KEY")] = None,
    enrolment: Annotated[str | None, typer.Option(help="Key of an enrolment.", metavar="KEY")] = None,
    budget_line: Annotated[str | None, typer.Option(help="Key of a budget line.", metavar="KEY")] = None,
    usage: Annotated[str | None, typer.Option(help="Key of a month's use.", metavar="KEY")] = None,
    quarantine: Annotated[int | None, typer.Option(help="A row set aside, by id.", metavar="ID")] = None,
    source: Annotated[str | None, typer.Option(help="Only of this system or source.", metavar="SYSTEM")] = None,
    as_json: AsJson = False,
) -> None:
    """Where a row came from: its versions, what changed in each, its events, and rows of that key set aside."""
    keys: dict[What, str | None] = {
        "ticket": ticket, "contract": contract, "enrolment": enrolment, "budget_line": budget_line, "usage": usage,
    }  # fmt: skip
    given = [(what, key) for what, key in keys.items() if key is not None]
    if len(given) + (quarantine is not None) != 1:
        raise typer.BadParameter(
            "give exactly one of --ticket, --contract, --enrolment, --budget-line, --usage, --quarantine."
        )
    with _reading() as connection:
        if quarantine is not None:
            found = trace_quarantined(connection, quarantine)
        else:
            found = trace(connection, *given[0], source)
    if as_json:
        print_json(found.as_json())
    elif found.found:
        print_trace(found)
    else:
        say_nothing_found(found)
    raise typer.Exit(0 if found.found else 1)


@app.command("unmatched")
def unmatched(as_json: AsJson = False) -> None:
    """Names of municipalities, services and actors that did not match, most rows first."""
    with _reading() as connection:
        found = unmatched_names(connection)
    if as_json:
        print_json(found)
    else:
        print_unmatched(found)


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
        _say_what_follows(store, add_alias(store, name, code, county, basis), name)


@alias_app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="Spelling that has an alias.")],
    county: Annotated[str | None, typer.Option(help="The alias of this county.")] = None,
) -> None:
    """Take a confirmed spelling back. Rows loaded before follow with `asp-etl run JOB --full`."""
    with closing(_store(Settings())) as store:
        prepare(store)
        _say_what_follows(store, remove_alias(store, name, county), name)


def _say_what_follows(store: Store, report: RunReport, name: str) -> None:
    with store.reading() as connection:
        jobs = jobs_that_met(connection, name)
    OUT.print(report.message, markup=False)
    if jobs:
        commands = ", ".join(f"asp-etl run {job} --full" for job in jobs)
        OUT.print(f"New rows follow it from now on; those loaded before with: {commands}", markup=False, soft_wrap=True)


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
        check_schema(connection)
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
