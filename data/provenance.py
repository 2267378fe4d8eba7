"""Where figures come from: runs, inputs, freshness and rows set aside; and the members that a reader can choose."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from data.schema import (
    dim_account,
    dim_actor,
    dim_course,
    dim_municipality,
    dim_process,
    dim_service,
    etl_input,
    etl_run,
    fact_budget,
    fact_contract,
    fact_ticket,
    fact_training,
    fact_usage,
    quarantine,
)


@dataclass(frozen=True)
class Freshness:
    """How new the facts of a job (or of all) are, and what is missing from them.

    run_id and finished_at (UTC) of the newest published run; newest_at (UTC) of the newest event it delivered; all
    None before the first. quarantined: rows still set aside. loaded: rows whose keys are known.
    """

    run_id: int | None = None
    finished_at: datetime | None = None
    newest_at: datetime | None = None
    quarantined: int = 0
    loaded: int = 0

    @property
    def quarantined_rate(self) -> float:
        """Share of the rows that are set aside, 0 to 1; 0 where there are none at all."""
        rows = self.quarantined + self.loaded
        return self.quarantined / rows if rows else 0.0


def freshness(connection: Connection, job: str | None = None, as_of: int | None = None) -> Freshness:
    """Of one job or of all; as a run knew it, where one is named."""
    newest = _limited(
        select(func.max(etl_run.c.run_id), func.max(etl_run.c.finished_at)).where(etl_run.c.status == "published"),
        job,
        as_of,
    )
    delivered = _limited(
        select(func.max(etl_input.c.newest_at), func.coalesce(func.sum(etl_input.c.loaded_new), 0)).join(
            etl_run, etl_run.c.run_id == etl_input.c.run_id
        ),
        job,
        as_of,
    )
    aside = select(func.count()).select_from(quarantine).where(_waiting(as_of))
    run_id, finished_at = connection.execute(newest).one()
    newest_at, loaded = connection.execute(delivered).one()
    quarantined = connection.execute(aside.where(quarantine.c.job == job) if job else aside).scalar_one()
    return Freshness(run_id, finished_at, newest_at, int(quarantined), int(loaded))


def _waiting(as_of: int | None) -> ColumnElement[bool]:
    """Rows that are set aside; where a run is named, those that were after it."""
    if as_of is None:
        return quarantine.c.status == "open"
    still = quarantine.c.closed_run.is_(None) | (quarantine.c.closed_run > as_of)
    return (quarantine.c.run_id <= as_of) & still


def runs(connection: Connection, limit: int = 200) -> pd.DataFrame:
    """Runs, newest first: the columns of etl_run."""
    return pd.read_sql(select(etl_run).order_by(etl_run.c.run_id.desc()).limit(limit), connection)


def inputs(
    connection: Connection, job: str | None = None, as_of: int | None = None, limit: int | None = 500
) -> pd.DataFrame:
    """Inputs, newest run first: job and finished_at of the run, then the columns of etl_input."""
    query = select(etl_run.c.job, etl_run.c.finished_at, etl_input).join(
        etl_run, etl_run.c.run_id == etl_input.c.run_id
    )
    query = _limited(query, job, as_of).order_by(etl_input.c.run_id.desc(), etl_input.c.input_id)
    return pd.read_sql(query.limit(limit) if limit else query, connection)


def services(connection: Connection) -> pd.DataFrame:
    """Applications and components in the order of pages: service_id, kind, short, name_hu, name_en, actor_id."""
    columns = ("service_id", "kind", "short", "name_hu", "name_en", "actor_id")
    query = select(*(dim_service.c[name] for name in columns)).order_by(dim_service.c.sort, dim_service.c.service_id)
    return pd.read_sql(query, connection)


def actors(connection: Connection) -> pd.DataFrame:
    """Organisations of the operating model, by id: the columns of dim_actor."""
    return pd.read_sql(select(dim_actor).order_by(dim_actor.c.actor_id), connection)


def processes(connection: Connection) -> pd.DataFrame:
    """ITIL processes, by id: the columns of dim_process."""
    return pd.read_sql(select(dim_process).order_by(dim_process.c.process_id), connection)


def municipalities(connection: Connection) -> pd.DataFrame:
    """The newest version of each municipality, by name: municipality_id, name, kind, county, district, size_band."""
    columns = ("municipality_id", "name", "kind", "county", "district", "size_band", "valid_from")
    frame = pd.read_sql(select(*(dim_municipality.c[name] for name in columns)), connection)
    newest = frame.sort_values("valid_from").drop_duplicates("municipality_id", keep="last")
    return newest.drop(columns="valid_from").sort_values("name", ignore_index=True)


def courses(connection: Connection) -> pd.DataFrame:
    """Courses met in training sources: course_id, name."""
    return pd.read_sql(select(dim_course.c.course_id, dim_course.c.name), connection)


def accounts(connection: Connection) -> pd.DataFrame:
    """Statutory economic codes in the order of the form: account_id, name_hu, name_en, level."""
    columns = ("account_id", "name_hu", "name_en", "level")
    return pd.read_sql(select(*(dim_account.c[name] for name in columns)).order_by(dim_account.c.sort), connection)


def first_day(connection: Connection) -> date | None:
    """The first day that any fact is counted by; None for an empty database."""
    days = [
        connection.execute(select(func.min(column))).scalar_one()
        for column in (
            fact_ticket.c.opened_on,
            fact_training.c.started_on,
            fact_budget.c.period_on,
            fact_contract.c.signed_on,
            fact_usage.c.period_on,
        )
    ]
    return min((day for day in days if day is not None), default=None)


def _limited(query: Select[Any], job: str | None, as_of: int | None) -> Select[Any]:
    """Only runs of a job, and none newer than a run."""
    if job:
        query = query.where(etl_run.c.job == job)
    if as_of is not None:
        query = query.where(etl_run.c.run_id <= as_of)
    return query
