"""Which months the rows touch that have come or gone since a run: no other month's figures can have changed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, cast, func, or_, select

from data.metrics.cell_making import Together
from data.metrics.metric import Metric
from data.metrics.period import JOBS, last_day
from data.periods import months_before

TOO_MANY = 50_000  # different changes: counting everything anew is quicker than telling what they touch


class Touched:
    """The months touched by versions that runs after `since` loaded or superseded."""

    def __init__(self, connection: Connection, since: int) -> None:
        self._connection = connection
        self._since = since

    def months(self, group: Together) -> list[date] | None:
        """First days of the months to count again; None for all of them.

        Where the data have got further, also those from the last day before on: what was not yet due is now.
        """
        one = group.one
        job = JOBS.get(one.main_fact.name)
        before, now = last_day(self._connection, job, self._since), last_day(self._connection, job)
        if job is None or before is None or now is None:
            return None
        rows = self._changed(one)
        if len(rows) > TOO_MANY:
            return None
        last = now.replace(day=1)
        further = [] if before == now else _span(min(before, now), last)
        return sorted({month for row in rows for month in _of(row, last)} | set(further))

    def _changed(self, metric: Metric) -> list[tuple[Any, ...]]:
        """Months, each once: of the day that rows count by; for a stock of the first and last day that they hold."""
        fact = metric.main_fact
        days = [metric.counted_by] if metric.kind != "stock" else [metric.starts_on, metric.ends_on]
        months: list[ColumnElement[Any]] = [_month(day) for day in days if day is not None]
        changed = or_(fact.c.loaded_run > self._since, fact.c.superseded_run > self._since)
        found = select(*months).where(changed, months[0].is_not(None)).distinct().limit(TOO_MANY + 1)
        rows: list[tuple[Any, ...]] = [tuple(row) for row in self._connection.execute(found)]
        # A stock without an end lasts to the last month, as does one whose end is not known yet.
        return [(*row, None) if metric.kind == "stock" and len(row) == 1 else row for row in rows]


def _of(row: Any, last: date) -> Iterator[date]:
    if len(row) == 1:
        yield row[0]
    else:
        yield from _span(row[0], last if row[1] is None else min(row[1], last))


def _span(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = months_before(month, -1)


def _month(day: ColumnElement[date]) -> ColumnElement[date]:
    return cast(func.date_trunc("month", day), Date)
