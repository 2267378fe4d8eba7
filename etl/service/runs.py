"""Runs of jobs with all that belongs to them: the description read anew, reports, alerts. For `run` and `schedule`."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from data.errors import AspError, NotPublished, StoreBusy
from data.reference_load import prepare
from data.store import Store, open_store
from etl.config import ConfigError, Source, did_you_mean, load_sources
from etl.pipeline import Options, run_job
from etl.printing import ERR
from etl.progress import Watcher, watching
from etl.service.alerts.rules import stopped_run, trouble
from etl.service.alerts.watch import Watch
from etl.service.history import last_started
from etl.service.operation import EVERY_JOB, Operation, load_operation
from etl.service.schedule import Due, Started, Task
from etl.settings import Settings
from etl.status import FAILED, RunReport, now

LOGGER = logging.getLogger("asp-etl")
FIRST_LINE = 300  # characters


@dataclass(frozen=True)
class Described:
    """What sources.toml says. base: the folder it lies in."""

    sources: tuple[Source, ...]
    operation: Operation
    base: Path

    def jobs(self) -> list[str]:
        """The jobs that have sources, in the order that they are run."""
        described = {source.job for source in self.sources}
        return [job for job in EVERY_JOB if job in described]

    def narrowed(self, names: Sequence[str], live: bool) -> "Described":
        """With these sources only (all of them if none is named), and only the live ones if so asked.

        Raises ConfigError for a name that no source has, and when nothing is left.
        """
        known = [source.name for source in self.sources]
        for name in names:
            if name not in known:
                there = f"{did_you_mean(name, known)}; there are {', '.join(known)}"
                raise ConfigError(f"no source is named '{name}'{there}.")
        left = [
            source
            for source in self.sources
            if (not names or source.name in names) and (not live or source.connect is not None)
        ]
        if not left:
            raise ConfigError("--from and --to read live sources, and none is described; files come whole with --full.")
        return replace(self, sources=tuple(left))

    def of(self, task: Task) -> list[Source]:
        """The sources that a task runs."""
        return [source for source in self.sources if source.name in task.sources]

    def scrub(self, text: str) -> str:
        """The text without the secrets of any source."""
        for source in self.sources:
            text = source.scrub(text)
        return text


def described(config: Path, settings: Settings) -> Described:
    """Read sources.toml, all of it. Raises ConfigError."""
    sources = load_sources(config, settings)
    return Described(tuple(sources), load_operation(config, sources), config.parent)


def run_watched(
    settings: Settings, found: Described, jobs: Sequence[str], options: Options, alerts: bool = True
) -> list[RunReport]:
    """Run jobs one after the other, report them and raise their alerts; a dry run does neither.

    A run that raises is reported as failed, and its error raised again. alerts=False: reports only.
    """
    watch = Watch(settings)
    with closing(open_store(settings.reporting_url)) as store, watching(ERR) as watcher:
        prepare(store)
        if options.dry_run:
            return [run_job(store, job, found.sources, found.base, options, watcher) for job in jobs]
        with _unharmed():
            watch.begin(store)
        try:
            return [_run(store, found, job, options, watcher, watch if alerts else None) for job in jobs]
        finally:
            with _unharmed():
                watch.judge_runs(store, found.operation, quiet=not alerts)
                if alerts:
                    watch.deliver(found.operation)


class Service:
    """The work of the scheduled worker. now: aware UTC."""

    def __init__(self, settings: Settings, config: Path, cron: str, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._config = config
        self._cron = cron
        self._watch = Watch(settings, now)
        self._described: Described | None = None  # as it was when it could last be read

    def tasks(self) -> Sequence[Task]:
        self._described = described(self._config, self._settings)
        return self._described.operation.tasks(self._described.sources, self._cron)

    def started(self, now: datetime) -> Started:
        with closing(self._store()) as store:
            try:
                with store.reading() as connection:
                    return last_started(connection, now)
            except NotPublished:
                return {}

    def run(self, task: Task) -> None:
        found = self._known()
        options = Options(rows_per_batch=self._settings.rows_per_batch)
        with closing(self._store()) as store, watching(ERR) as watcher:
            prepare(store)
            with _unharmed():
                self._watch.begin(store)
            report = run_job(store, task.job, found.of(task), found.base, options, watcher)
        LOGGER.info("%s: run %d %s", task.key, report.run_id, report.status)

    def failed(self, task: Task, began: datetime, error: Exception) -> None:
        tell_stopped(self._watch, self._known(), task.job, began.astimezone(UTC).replace(tzinfo=None), error)
        self._watch.deliver(self._known().operation)

    def watch(self, waiting: Sequence[Due] | None, calm: bool = True) -> None:
        if self._described is None:
            return
        operation = self._described.operation
        if waiting is not None:
            self._judge(operation, waiting if calm else None)
        self._watch.deliver(operation)

    def trouble(self, name: str, message: str | None) -> None:
        told = self._watch.note(trouble(name, message))
        if told and self._described is not None:
            self._watch.deliver(self._described.operation)

    def _judge(self, operation: Operation, waiting: Sequence[Due] | None) -> None:
        """Judge the runs, and unless more are about to come what is late."""
        sources = {source.name: source.job for source in self._known().sources}
        with closing(self._store()) as store:
            self._watch.begin(store)
            try:
                self._watch.judge_runs(store, operation)
                if waiting is None:
                    return
                with store.reading() as connection:
                    self._watch.judge_time(connection, operation, sources, waiting)
            except NotPublished:
                LOGGER.debug("nothing is published yet, so nothing can be judged")

    def _store(self) -> Store:
        return open_store(self._settings.reporting_url)

    def _known(self) -> Described:
        assert self._described is not None, "tasks() comes first"
        return self._described


def tell_stopped(watch: Watch, found: Described, job: str, began: datetime, error: Exception) -> None:
    """Log, report and alert a run that raised.

    What a person can act on is told as it is. Of anything else the log has the type and the first line, alerts and
    reports the type alone: the rest may quote rows.
    """
    kind, first = type(error).__name__, found.scrub((str(error).splitlines() or [""])[0])
    LOGGER.error("%s: the run stopped with %s: %s", job, kind, first[:FIRST_LINE])
    message = found.scrub(str(error)) if isinstance(error, AspError) else kind
    report = RunReport(0, job, FAILED, began, now(), "incremental", message=message)
    watch.stopped(report, stopped_run(job, message), found.operation)


def _run(
    store: Store, found: Described, job: str, options: Options, watcher: Watcher, watch: Watch | None
) -> RunReport:
    began = now()
    try:
        return run_job(store, job, found.sources, found.base, options, watcher)
    except StoreBusy:
        raise
    except Exception as error:
        if watch is not None:
            with _unharmed():
                tell_stopped(watch, found, job, began, error)
        raise


@contextmanager
def _unharmed() -> Iterator[None]:
    """A run stands, whatever becomes of its report and its alerts."""
    try:
        yield
    except (AspError, OSError) as error:
        LOGGER.error("alerts: %s", error)
