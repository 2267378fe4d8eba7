"""What became of runs and their inputs: written by the pipeline, read by `asp-etl status` and `--json`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data.schema import etl_input, etl_run
from data.store import Session
from etl.counts import Counts

LOADED, SKIPPED, FAILED, PUBLISHED = "loaded", "skipped", "failed", "published"
BACKFILL = "backfill"  # the mode of a run that read a past window


@dataclass(frozen=True)
class InputReport:
    """What became of one input: its rows, and why it failed or was skipped.

    names: which of municipality, service and actor the source names at all. unmatched: rows without a known one of
    each; None where the source names none, which is no fault of its rows. withdrawn: current rows ended because their
    source deleted or merged them. message: also what is to be known of one that was loaded.
    """

    input_id: int
    source: str
    system: str
    record: str
    input: str
    status: str = LOADED
    content_hash: str | None = None
    message: str | None = None
    counts: Counts = field(default_factory=Counts)
    names: tuple[bool, bool, bool] = (True, True, True)
    unmatched: tuple[int | None, int | None, int | None] = (0, 0, 0)
    newest_at: datetime | None = None
    withdrawn: int = 0

    def as_json(self) -> dict[str, Any]:
        """The keys that other programs rely on, then status and message."""
        counts = self.counts
        return {
            "source": self.source,
            "input": self.input,
            "read": counts.read,
            "new": counts.loaded_new,
            "changed": counts.loaded_changed,
            "unchanged": counts.unchanged,
            "duplicate": counts.duplicate,
            "quarantined": counts.quarantined,
            "withdrawn": self.withdrawn,
            "status": self.status,
            "skipped": self.status == SKIPPED,
            "message": self.message,
        }


@dataclass(frozen=True)
class RunReport:
    """A run of a job and its inputs; times UTC."""

    run_id: int
    job: str
    status: str
    started_at: datetime
    finished_at: datetime
    mode: str
    inputs: tuple[InputReport, ...] = ()
    message: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the run, or any of its inputs, failed."""
        return self.status == FAILED or any(taken.status == FAILED for taken in self.inputs)

    @property
    def quarantined(self) -> int:
        return sum(taken.counts.quarantined for taken in self.inputs)

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run_id,
            "job": self.job,
            "status": self.status,
            "started_at": zulu(self.started_at),
            "finished_at": zulu(self.finished_at),
            "inputs": [taken.as_json() for taken in self.inputs],
            "mode": self.mode,
            "message": self.message,
        }


def now() -> datetime:
    """UTC without zone, as the database keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


def zulu(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds") + "Z"


def record_run(session: Session, report: RunReport) -> None:
    """Write a run and its inputs into the reporting database, as part of the session."""
    session.connection.execute(
        insert(etl_run).values(
            run_id=report.run_id,
            job=report.job,
            status=report.status,
            started_at=report.started_at,
            finished_at=report.finished_at,
            mode=report.mode,
            version=version("asp-dashboard"),
            message=report.message,
        )
    )
    if report.inputs:
        session.connection.execute(insert(etl_input), [_row(report.run_id, taken) for taken in report.inputs])


def _row(run_id: int, taken: InputReport) -> dict[str, object]:
    counts = taken.counts
    municipality, service, actor = taken.unmatched
    return {
        "input_id": taken.input_id,
        "run_id": run_id,
        "source": taken.source,
        "system": taken.system,
        "record": taken.record,
        "input": taken.input,
        "content_hash": taken.content_hash,
        "status": taken.status,
        "message": taken.message,
        "read": counts.read,
        "loaded_new": counts.loaded_new,
        "loaded_changed": counts.loaded_changed,
        "unchanged": counts.unchanged,
        "duplicate": counts.duplicate,
        "quarantined": counts.quarantined,
        "withdrawn": taken.withdrawn,
        "unmatched_municipality": municipality,
        "unmatched_service": service,
        "unmatched_actor": actor,
        "newest_at": taken.newest_at,
    }


def next_input_id(connection: Connection) -> int:
    return (connection.scalar(select(func.max(etl_input.c.input_id))) or 0) + 1


@dataclass(frozen=True)
class KnownContents:
    """Contents that a source has loaded. hashes: all of them; last: input -> its last one."""

    hashes: frozenset[str]
    last: Mapping[str, str]

    def has(self, name: str, content_hash: str | None) -> bool:
        """Whether reading the input again would bring nothing. One that went back to an earlier content would."""
        return content_hash in self.hashes and self.last.get(name, content_hash) == content_hash


def known_contents(connection: Connection, source: str) -> KnownContents:
    """What the source has loaded so far."""
    loaded = (
        select(etl_input.c.input, etl_input.c.content_hash)
        .where(etl_input.c.source == source, etl_input.c.status == LOADED, etl_input.c.content_hash.is_not(None))
        .order_by(etl_input.c.input_id)
    )
    rows = connection.execute(loaded).all()
    return KnownContents(frozenset(row.content_hash for row in rows), {row.input: row.content_hash for row in rows})


def runs(connection: Connection, limit: int) -> list[RunReport]:
    """The newest runs, newest first, with their inputs in the order they were read."""
    found = connection.execute(select(etl_run).order_by(etl_run.c.run_id.desc()).limit(limit)).mappings().all()
    ids = [run["run_id"] for run in found]
    rows = connection.execute(
        select(etl_input).where(etl_input.c.run_id.in_(ids)).order_by(etl_input.c.input_id)
    ).mappings()
    inputs: dict[int, list[InputReport]] = {}
    for row in rows:
        inputs.setdefault(row["run_id"], []).append(_input_report(row))
    return [
        RunReport(
            run["run_id"], run["job"], run["status"], run["started_at"], run["finished_at"], run["mode"],
            tuple(inputs.get(run["run_id"], ())), run["message"],
        )
        for run in found
    ]  # fmt: skip


def _input_report(row: Any) -> InputReport:
    parts = ("read", "loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")
    return InputReport(
        row["input_id"],
        row["source"],
        row["system"],
        row["record"],
        row["input"],
        row["status"],
        row["content_hash"],
        row["message"],
        Counts(**{part: row[part] or 0 for part in parts}),
        newest_at=row["newest_at"],
        withdrawn=row["withdrawn"] or 0,
    )


def counted(report: InputReport, outcomes: Iterable[tuple[str, int]]) -> InputReport:
    """The report with what its rows became; raises ConservationError when they do not add up."""
    parts = {"new": "loaded_new", "changed": "loaded_changed", "unchanged": "unchanged", "duplicate": "duplicate"}
    counts = replace(report.counts, **{parts[outcome]: rows for outcome, rows in outcomes})
    counts.check(f"{report.source}, {report.input}")
    return replace(report, counts=counts)
