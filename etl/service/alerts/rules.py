"""What is worth an alert. Pure: a run report, what earlier runs read, and the clock in; findings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil, floor

from etl.counts import Counts
from etl.service.alerts import CHANGED, INPUT, LATE, MISSED, QUARANTINE, RUN, VOLUME, WORKER, Alert, Finding
from etl.service.alerts.limits import limits
from etl.service.alerts.words import short, text
from etl.service.operation import AlertSettings
from etl.service.schedule import Due
from etl.status import FAILED, LOADED, InputReport, RunReport

FEWEST_ROWS = 20  # of which a share set aside says anything
MISSED_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Judged:
    """A run, and what the published runs before it in the same mode read of each source, oldest first."""

    report: RunReport
    earlier: Mapping[str, Sequence[int]]


def judge_run(judged: Judged, settings: AlertSettings) -> list[Finding]:
    """Everything that one run tells."""
    report = judged.report
    found = [failed_run(report)]
    for source, taken in by_source(report).items():
        found += [failed_input(source, taken, report.run_id), *quarantine_rate(source, taken, report.run_id, settings)]
        found += changed(source, taken, report.run_id)
        if settings.volume:
            found += volume(source, taken, report.run_id, judged.earlier.get(source, ()))
    return found


def by_source(report: RunReport) -> dict[str, list[InputReport]]:
    """The inputs of each source, in the order they were read."""
    found: dict[str, list[InputReport]] = {}
    for taken in report.inputs:
        found.setdefault(taken.source, []).append(taken)
    return found


def run_key(job: str) -> str:
    """Key of the alert that a job's run failed."""
    return f"run:{job}"


def failed_run(report: RunReport) -> Finding:
    """Whether a run was published."""
    key = run_key(report.job)
    if report.status != FAILED:
        return Finding(key)
    told = text("run_failed", job=report.job, message=short(report.message or ""))
    return Finding(key, Alert(key, RUN, told, run=report.run_id))


def stopped_run(job: str, error: str) -> Finding:
    """A run that ended without a report. error: its type, or a message that a person may read."""
    key = run_key(job)
    return Finding(key, Alert(key, RUN, text("run_stopped", job=job, error=short(error).rstrip("."))))


def failed_input(source: str, taken: Sequence[InputReport], run: int) -> Finding:
    """Whether every input of the source could be read."""
    failed = [one for one in taken if one.status == FAILED]
    key = f"input:{source}"
    if not failed:
        return Finding(key)
    what = "source_failed" if len(failed) == len(taken) else "input_failed"
    told = text(what, source=source, count=len(failed), message=short(failed[0].message or ""))
    return Finding(key, Alert(key, INPUT, told, source, run))


def quarantine_rate(source: str, taken: Sequence[InputReport], run: int, settings: AlertSettings) -> list[Finding]:
    """Whether more rows than allowed were set aside: of the source, or of one of its inputs.

    Nothing where fewer than 20 rows were read: the rate of before still counts then.
    """
    loaded = [one for one in taken if one.status == LOADED]
    read, bad = sum(one.counts.read for one in loaded), sum(one.counts.quarantined for one in loaded)
    if read < FEWEST_ROWS:
        return []
    most = max(loaded, key=lambda one: one.counts.quarantined)
    whole = replace(most, counts=Counts(read, quarantined=bad))
    parts = sorted((one for one in loaded if one.counts.read >= FEWEST_ROWS), key=_rate, reverse=True)
    key, limit = f"quarantine:{source}", settings.rate_limit(source)
    over = next((one for one in (whole, *parts) if _rate(one) > limit), None)
    if over is None:
        return [Finding(key)]
    told = text(
        "quarantine_rate", source=source, read=over.counts.read, bad=over.counts.quarantined, rate=_rate(over),
        limit=limit, input=over.input,
    )  # fmt: skip
    return [Finding(key, Alert(key, QUARANTINE, told, source, run))]


def volume(source: str, taken: Sequence[InputReport], run: int, earlier: Sequence[int]) -> list[Finding]:
    """Whether the rows read lie within the limits of the source's own earlier runs, or are none where never before.

    Nothing for fewer than 13 earlier runs, for a source of which nothing was read anew, and for one that failed in
    part: what it read says nothing of what it held.
    """
    read = volume_of(taken)
    expected = limits(earlier)
    if read is None or expected is None:
        return []
    key = f"volume:{source}"
    if expected.holds(read) and (read > 0 or min(earlier) == 0):
        return [Finding(key)]
    fewest = 0 if min(earlier) == 0 else 1
    low, high = max(fewest, ceil(expected.low)), floor(expected.high)
    told = text("volume", source=source, read=read, runs=len(earlier), low=low, high=high)
    return [Finding(key, Alert(key, VOLUME, told, source, run))]


def volume_of(taken: Sequence[InputReport]) -> int | None:
    """Rows that a run read of a source; None when its inputs were skipped, or one failed."""
    states = {one.status for one in taken}
    if LOADED not in states or FAILED in states:
        return None
    return sum(one.counts.read for one in taken)


def changed(source: str, taken: Sequence[InputReport], run: int) -> list[Finding]:
    """What the source delivers otherwise than before, as the pipeline noted it beside inputs that were loaded."""
    loaded = [one for one in taken if one.status == LOADED]
    if not loaded:
        return []
    key = f"changed:{source}"
    notes = list(dict.fromkeys(one.message for one in loaded if one.message))
    if not notes:
        return [Finding(key)]
    told = text("source_changed", source=source, message=short(" ".join(notes)))
    return [Finding(key, Alert(key, CHANGED, told, source, run))]


def late(newest: Mapping[str, datetime], settings: AlertSettings, now: datetime) -> list[Finding]:
    """Sources whose newest row is older than they allow. newest: by source, aware UTC; those without are left out."""
    found = []
    for source, at in newest.items():
        hours = settings.hours(source)
        if hours is None:
            continue
        key = f"late:{source}"
        if now - at <= timedelta(hours=hours):
            found.append(Finding(key))
            continue
        told = text("late_data", source=source, newest=at, hours=f"{hours:g}")
        found.append(Finding(key, Alert(key, LATE, told, source)))
    return found


def missed(waiting: Sequence[Due], now: datetime) -> list[Finding]:
    """Tasks that have been due for more than an hour."""
    found = []
    for one in waiting:
        if now - one.since > MISSED_AFTER:
            key = f"missed:{one.task.cron}:{one.task.key}"
            sources = ", ".join(one.task.sources)
            told = text("missed_schedule", job=one.task.job, sources=sources, named=one.since)
            found.append(Finding(key, Alert(key, MISSED, told)))
    return found


def trouble(name: str, message: str | None) -> Finding:
    """Whether the worker can work at all. name: config or database; message: what is wrong with it."""
    if message is None:
        return Finding(name)
    return Finding(name, Alert(name, WORKER, text(name, message=short(message))))


def _rate(taken: InputReport) -> float:
    return taken.counts.quarantined / taken.counts.read if taken.counts.read else 0.0
