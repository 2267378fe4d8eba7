"""Judges runs and the passing of time, keeps what is open, writes run reports, and has messages delivered.

Runs are judged from the reporting database, each once: one that was published just before its process was killed is
judged by the next process.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from data.store import Store
from etl.service.alerts import ERROR, LATE, MISSED, RUN, WARNING, Alert, Finding, Notice, rules
from etl.service.alerts.box import Box, State
from etl.service.alerts.channels import CHANNELS, channels, deliver
from etl.service.history import newest_rows, newest_run, runs_after, volumes
from etl.service.operation import Operation
from etl.service.reports import write_report
from etl.service.schedule import Due
from etl.settings import Settings
from etl.status import RunReport

LOGGER = logging.getLogger("asp-etl")
LEVELS = {ERROR: logging.ERROR, WARNING: logging.WARNING}


def _utc() -> datetime:
    return datetime.now(UTC)


class Watch:
    """Alerts and reports of one process. now: aware UTC."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = _utc) -> None:
        self.settings = settings
        self.box = Box(settings.state)
        self._now = now

    def begin(self, store: Store) -> None:
        """Note where judging starts: at the next run, when nothing was judged before or runs were taken back."""
        newest = newest_run(store)
        if (judged := self.box.state().judged) is None or judged > newest:
            with self.box.changing() as state:
                state.judged = newest if state.judged is None else min(state.judged, newest)

    def judge_runs(self, store: Store, operation: Operation, quiet: bool = False) -> list[Notice]:
        """Report every run that was not judged yet, and raise its alerts. quiet: report only."""
        with self.box.changing() as state, store.reading() as connection:
            told: list[Notice] = []
            for report in runs_after(connection, state.judged or 0):
                findings = self._findings(connection, report, operation)
                self._report(report, findings, operation)
                told += [] if quiet else self._take(state, findings)
                state.judged = report.run_id
        return _logged(told)

    def judge_time(
        self, connection: Connection, operation: Operation, sources: Mapping[str, str], waiting: Sequence[Due]
    ) -> None:
        """Late data and runs that did not take place. sources: name -> job; waiting: tasks that wait in vain."""
        now = self._now()
        newest = newest_rows(connection, list(sources))
        found = [*rules.late(newest, operation.alerts, now), *rules.missed(waiting, now)]
        judged = {finding.key for finding in found}
        with self.box.changing() as state:
            ended = [key for key, one in state.open.items() if one.alert.kind == MISSED and key not in judged]
            told = self._take(state, [*found, *map(Finding, ended)])
            state.drop([key for key, one in state.open.items() if _unwatched(one.alert, sources, judged)])
        _logged(told)

    def note(self, finding: Finding) -> list[Notice]:
        """Take in what was judged elsewhere; gives what is to be told."""
        known = self.box.state().open.get(finding.key)
        if finding.alert == (known.alert if known else None):
            return []
        with self.box.changing() as state:
            told = self._take(state, [finding])
        return _logged(told)

    def stopped(self, report: RunReport, finding: Finding, operation: Operation) -> None:
        """Report a run that ended without one of its own, and raise its alert."""
        self._report(report, [finding], operation)
        self.note(finding)

    def deliver(self, operation: Operation) -> None:
        """Send what waits; what cannot be sent goes on waiting."""
        deliver(self.box, channels(operation, self.settings))

    def _findings(self, connection: Connection, report: RunReport, operation: Operation) -> list[Finding]:
        return rules.judge_run(rules.Judged(report, volumes(connection, report)), operation.alerts)

    def _report(self, report: RunReport, findings: Sequence[Finding], operation: Operation) -> None:
        alerts = [finding.alert for finding in findings if finding.alert]
        settings = self.settings
        write_report(settings.reports, report, alerts, operation.alerts.language, settings.keep_reports)

    def _take(self, state: State, findings: Sequence[Finding]) -> list[Notice]:
        return state.take(findings, self._now(), CHANNELS)


def _unwatched(alert: Alert, sources: Mapping[str, str], judged: set[str]) -> bool:
    """Whether an open alert is of a source or job that is not described, or not watched for lateness, any more."""
    if alert.kind == RUN:
        return alert.key not in {rules.run_key(job) for job in sources.values()}
    if alert.kind == LATE and alert.key not in judged:
        return True
    return alert.source is not None and alert.source not in sources


def _logged(told: list[Notice]) -> list[Notice]:
    for notice in told:
        text = notice.alert.text["en"]
        if notice.over:
            LOGGER.info("alert over: %s", text)
        else:
            LOGGER.log(LEVELS.get(notice.alert.severity, logging.INFO), "alert: %s", text)
    return told
