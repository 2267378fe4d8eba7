"""The days that a figure counts: none after the last day that there is data of."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from data.kept import kept
from data.metrics.metric import Metric
from data.schema import etl_input, etl_run
from data.selection import Selection

# The job whose newest data ends the period of a metric.
JOBS = {
    "fact_ticket": "tickets",
    "fact_ticket_event": "tickets",
    "fact_contract": "contracts",
    "fact_contract_service": "contracts",
    "fact_role_holder": "contracts",
    "fact_training": "training",
    "fact_budget": "budget",
    "fact_usage": "usage",
}


def period(connection: Connection, metric: Metric, selection: Selection) -> tuple[date | None, date | None]:
    """First and last day to count; the last is not after the last day that the metric's job has data of."""
    if metric.main_fact.name not in JOBS:  # runs and inputs are counted by the day they ran, after any data
        return selection.first, selection.last
    end = last_day(connection, JOBS[metric.main_fact.name], selection.as_of)
    last = min(filter(None, (selection.last, end)), default=None)
    return selection.first, last


def last_day(connection: Connection, job: str | None = None, as_of: int | None = None) -> date | None:
    """The newest day (Budapest) that the loaded inputs have data of; of one job, or of all."""
    return kept(connection, ("last day", job, as_of), lambda: _last_day(connection, job, as_of))


def _last_day(connection: Connection, job: str | None, as_of: int | None) -> date | None:
    newest = select(func.max(etl_input.c.newest_at)).join(etl_run, etl_run.c.run_id == etl_input.c.run_id)
    newest = newest.where(etl_run.c.status == "published", etl_input.c.status == "loaded")
    if job:
        newest = newest.where(etl_run.c.job == job)
    if as_of is not None:
        newest = newest.where(etl_run.c.run_id <= as_of)
    found = connection.scalar(newest)
    return None if found is None else pd.Timestamp(found, tz="UTC").tz_convert("Europe/Budapest").date()
