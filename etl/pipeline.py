"""Extract, validate, conform, stage, merge, publish: the one path that every job takes.

A run is one session of the store: it is published whole or not at all. An input that cannot be read fails by name and
leaves nothing behind; the others go on.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from data.errors import AspError
from data.store import Session, Store
from etl.ahead import ahead
from etl.config import ConfigError, Source
from etl.conform import take
from etl.counts import ConservationError
from etl.intake import Intake
from etl.lookups import read_lookups
from etl.pool import Pool, Pooled, joined
from etl.progress import Silent, Watcher
from etl.pulls import Pull, Window, begun
from etl.records import RECORDS
from etl.sources import Input, batches, inputs
from etl.sources.live import live_inputs
from etl.status import (
    BACKFILL,
    FAILED,
    LOADED,
    PUBLISHED,
    SKIPPED,
    InputReport,
    RunReport,
    known_contents,
    now,
    record_run,
)

LOGGER = logging.getLogger("asp-etl")
ROWS_PER_BATCH = 200_000
LARGE = 5_000_000  # bytes of an input that is worth a thread of its own


@dataclass(frozen=True)
class Options:
    """How to run.

    full: read inputs again whose content was loaded before, live sources from their beginning. dry_run: publish
    nothing. window: read what changed then at live sources, and leave their cursors and the files alone.
    """

    full: bool = False
    dry_run: bool = False
    rows_per_batch: int = ROWS_PER_BATCH
    window: Window | None = None

    @property
    def mode(self) -> str:
        return BACKFILL if self.window else "full" if self.full else "incremental"


DEFAULTS = Options()
SILENT = Silent()


class _NotPublished(Exception):
    """Leaves a session without publishing it, with the report of what would have been."""

    def __init__(self, report: RunReport) -> None:
        super().__init__(report.job)
        self.report = report


def run_job(
    store: Store,
    job: str,
    sources: Sequence[Source],
    base: Path,
    options: Options = DEFAULTS,
    watcher: Watcher = SILENT,
) -> RunReport:
    """Run a job over its sources (others are left out) and publish what was good.

    base: folder that relative paths of the sources start from. The report's status is failed when nothing could be read
    or the counts did not add up; the run is recorded then with nothing loaded. Raises StoreBusy, and ConfigError for a
    source that does not map what its record needs.
    """
    chosen = [source for source in sources if source.job == job]
    for source in chosen:
        _check_mapping(source)
    started = now()
    try:
        with store.writing() as session:
            report = _Run(session, base, options, watcher).over(job, chosen, started)
            if options.dry_run:
                raise _NotPublished(report)
    except _NotPublished as held_back:
        return held_back.report
    except ConservationError as error:
        return _recorded_failure(
            store, RunReport(0, job, FAILED, started, now(), options.mode, message=str(error)), options
        )
    return report


def _check_mapping(source: Source) -> None:
    if missing := [name for name in RECORDS[source.record].required if name not in source.fields]:
        raise ConfigError(
            f"Source '{source.name}': a record '{source.record}' needs the field(s) {', '.join(missing)}."
            " Map them in sources.toml, under [source.fields]."
        )


def _recorded_failure(store: Store, report: RunReport, options: Options) -> RunReport:
    if options.dry_run:
        return report
    with store.writing() as session:
        report = replace(report, run_id=session.run_id)
        record_run(session, report)
    return report


class _Run:
    """One run of a job in its session."""

    def __init__(self, session: Session, base: Path, options: Options, watcher: Watcher) -> None:
        self._session = session
        self._base = base
        self._options = options
        self._watcher = watcher
        self._intake = Intake(session)
        self._lookups = read_lookups(session.connection)
        self._broken: dict[int, Exception] = {}
        self._pulls: list[Pull] = []
        self._owned: dict[int, Callable[[str], bool]] = {}

    def over(self, job: str, sources: Sequence[Source], started: datetime) -> RunReport:
        """Read, merge and record; the caller publishes."""
        for source in sources:
            self._watcher.starts(source.name)
            self._watcher.ends(self._read_source(source, started))
        self._intake.reports = [
            _failed(report, self._broken[report.input_id]) if report.input_id in self._broken else report
            for report in self._intake.reports
        ]
        self._watcher.starts(f"{job}: merge")
        self._intake.merge()
        for pull in self._pulls:
            self._settle(pull)
        for source in sources:
            self._intake.end_owned(source, self._owners(source))
        self._watcher.ends("done")
        reports = tuple(self._intake.reports)
        message = _why_nothing(job, reports)
        status = FAILED if message else PUBLISHED
        report = RunReport(self._session.run_id, job, status, started, now(), self._options.mode, reports, message)
        record_run(self._session, report)
        self._intake.set_aside(job, [pull.source.name for pull in self._pulls])
        self._intake.record_names()
        return report

    def _read_source(self, source: Source, started: datetime) -> str:
        """Stage the inputs of a source; says in words what was read."""
        if source.connect is not None:
            return self._read_live(source, started)
        if self._options.window is not None:
            return "a file: not part of a backfill"
        seen = known_contents(self._session.connection, source.name)
        pool = Pool(self._options.rows_per_batch)
        first = len(self._intake.reports)
        try:
            for delivered in inputs(source, self._base):
                report = self._described(source, delivered.name, delivered.content_hash)
                if not self._options.full and seen.has(delivered.name, delivered.content_hash):
                    report = replace(report, status=SKIPPED, message="same content as loaded before")
                else:
                    report = self._read_input(source, delivered, report, pool)
                    if delivered.owns is not None:
                        self._owned[report.input_id] = delivered.owns
                self._intake.reports.append(report)
        except AspError as error:
            report = self._described(source, source.address, None)
            self._intake.reports.append(_failed(report, error))
        self._take(source, pool.drain())
        return _told(self._intake.reports[first:])

    def _read_live(self, source: Source, started: datetime) -> str:
        """Stage the slices of a live source up to where it breaks, if it does."""
        pull = begun(self._session, source, started, self._options.full, self._options.window)
        self._pulls.append(pull)
        pool = Pool(self._options.rows_per_batch)
        first = len(self._intake.reports)
        try:
            for delivered in ahead(live_inputs(source, pull.span, pull.known)):
                report = self._read_input(source, delivered, self._described(source, delivered.name, None), pool)
                self._intake.reports.append(report)
                if report.status == FAILED:
                    break
                pull.took(report.input_id, delivered)
            else:
                pull.ended = True
        except AspError as error:
            self._intake.reports.append(_failed(self._described(source, source.address, None), error))
        self._take(source, pool.drain())
        return _told(self._intake.reports[first:])

    def _owners(self, source: Source) -> dict[int, Callable[[str], bool]]:
        """The inputs of a source that were read whole and alone have certain keys."""
        return {
            report.input_id: self._owned[report.input_id]
            for report in self._intake.reports
            if report.source == source.name and report.status == LOADED and report.input_id in self._owned
        }

    def _settle(self, pull: Pull) -> None:
        """After the merge: end what the source deleted, and keep how far it was read, with the data itself."""
        reached = pull.until_broken(self._broken)
        compared = self._intake.withdraw(pull.source, reached)
        if reached.last is not None and (note := pull.notes(reached)):
            LOGGER.warning("source '%s': %s", pull.source.name, note)
            self._intake.note(reached.last, note)
        pull.keep(self._session, reached, compared)

    def _described(self, source: Source, name: str, content_hash: str | None) -> InputReport:
        named = ("municipality" in source.fields, "service" in source.fields, "actor" in source.fields)
        number = self._intake.new_id()
        return InputReport(number, source.name, source.system, source.record, name, LOADED, content_hash, names=named)

    def _read_input(self, source: Source, delivered: Input, report: InputReport, pool: Pool) -> InputReport:
        """Pool the rows of an input, staging what is pooled whenever it is enough."""
        try:
            read = batches(delivered, source, self._options.rows_per_batch)
            for batch in ahead(read) if delivered.size > LARGE else read:
                if not pool.takes(batch):
                    self._take(source, pool.drain())
                pool.add(batch, report.input_id)
                self._watcher.advances(delivered.name, len(batch.lines) + len(batch.torn))
        except Exception as error:
            # Whatever a broken file does to a parser, it is this input that fails, not the run.
            pool.drop(report.input_id)
            self._intake.forget(report.input_id)
            return _failed(report, error)
        return report

    def _take(self, source: Source, parts: list[Pooled]) -> None:
        if not parts:
            return
        try:
            taken = take(joined(parts), RECORDS[source.record], self._lookups, self._intake.names(source.name))
        except Exception as error:
            self._take_apart(source, parts, error)
        else:
            self._intake.stage(taken, source.system)

    def _take_apart(self, source: Source, parts: list[Pooled], error: Exception) -> None:
        """One of the inputs can't be taken: find out which, and let it fail alone."""
        if len(parts) > 1:
            for part in parts:
                self._take(source, [part])
            return
        for owner in parts[0].read:
            self._intake.forget(owner)
            self._broken[owner] = error


def _failed(report: InputReport, error: Exception) -> InputReport:
    """The report of an input of which nothing is loaded, and why."""
    if isinstance(error, AspError):
        message = str(error)
    else:
        LOGGER.debug("%s", report.input, exc_info=error)
        advice = "Check that the file is whole and is what its name says."
        message = f"{report.input}: reading it stopped with {type(error).__name__}. {advice}"
    LOGGER.error("%s", message)
    return replace(report, status=FAILED, message=message)


def _why_nothing(job: str, reports: Sequence[InputReport]) -> str | None:
    """Why a run has nothing to publish; None when it has."""
    if not reports:
        return f"No source of job {job} is described in sources.toml."
    return "No input could be read." if all(report.status == FAILED for report in reports) else None


def _told(reports: Sequence[InputReport]) -> str:
    states = Counter(report.status for report in reports)
    return ", ".join(f"{count} {status}" for status, count in states.items()) or "nothing"
