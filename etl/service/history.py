"""What the reporting database tells of earlier runs: when sources were last taken in, how much they held, how new it
was."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from data.errors import NotPublished
from data.schema import etl_input, etl_run
from data.store import Store
from etl.service.operation import EVERY_JOB
from etl.status import BACKFILL, FAILED, LOADED, PUBLISHED, RunReport, runs

POINTS = 60  # newest runs that limits are made of: a source that has grown must not be judged by its first year


def last_started(connection: Connection, now: datetime) -> dict[tuple[str, str], datetime]:
    """(job, source) -> when the newest run that took in the source started, aware UTC, published or not.

    Runs of the future are left out: a clock that was wrong once must not stop the schedule. So are backfills, which
    bring nothing new.
    """
    newest = (
        select(etl_run.c.job, etl_input.c.source, func.max(etl_run.c.started_at).label("at"))
        .join_from(etl_run, etl_input, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_run.c.job.in_(EVERY_JOB), etl_run.c.mode != BACKFILL, etl_run.c.started_at <= _naive(now))
        .group_by(etl_run.c.job, etl_input.c.source)
    )
    return {(row.job, row.source): row.at.replace(tzinfo=UTC) for row in connection.execute(newest)}


def newest_rows(connection: Connection, sources: Sequence[str]) -> dict[str, datetime]:
    """Source -> time of the newest row that it delivered, aware UTC; sources without one are left out."""
    newest = (
        select(etl_input.c.source, func.max(etl_input.c.newest_at).label("at"))
        .join_from(etl_input, etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(
            etl_run.c.status == PUBLISHED,
            etl_input.c.status == LOADED,
            etl_input.c.source.in_(sources),
            etl_input.c.newest_at.is_not(None),
        )
        .group_by(etl_input.c.source)
    )
    return {row.source: row.at.replace(tzinfo=UTC) for row in connection.execute(newest)}


def volumes(connection: Connection, report: RunReport) -> Mapping[str, list[int]]:
    """Source -> rows that each of the (60 newest) runs before this one read of it, oldest first.

    Published runs of the same job and mode in which something of the source was loaded and nothing failed.
    """
    read = (
        select(etl_input.c.source, func.sum(case((etl_input.c.status == LOADED, etl_input.c.read), else_=0)).label("n"))
        .join_from(etl_run, etl_input, etl_run.c.run_id == etl_input.c.run_id)
        .where(
            etl_run.c.job == report.job,
            etl_run.c.mode == report.mode,
            etl_run.c.status == PUBLISHED,
            etl_run.c.run_id < report.run_id,
        )
        .group_by(etl_run.c.run_id, etl_input.c.source)
        .having(_times(LOADED) > 0, _times(FAILED) == 0)
        .order_by(etl_run.c.run_id)
    )
    found: dict[str, list[int]] = {}
    for row in connection.execute(read):
        found.setdefault(row.source, []).append(int(row.n or 0))
    return {source: points[-POINTS:] for source, points in found.items()}


def runs_after(connection: Connection, run_id: int) -> list[RunReport]:
    """Runs of the jobs with higher numbers that were published or failed, oldest first."""
    newer = connection.scalar(select(func.count()).select_from(etl_run).where(etl_run.c.run_id > run_id)) or 0
    found = runs(connection, newer)[::-1] if newer else []
    return [run for run in found if run.job in EVERY_JOB and run.status in (PUBLISHED, FAILED)]


def newest_run(store: Store) -> int:
    """The number of the newest run; 0 before the first."""
    try:
        with store.reading() as connection:
            return connection.scalar(select(func.max(etl_run.c.run_id))) or 0
    except NotPublished:
        return 0


def _times(status: str) -> ColumnElement[int]:
    return func.sum(case((etl_input.c.status == status, 1), else_=0))


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
