"""What has come in since a run: why a figure seen then differs from the same figure now."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, func, select

from data.metrics import measure as measuring
from data.metrics.cuts import dimensions
from data.metrics.metric import Current, Derived, Metric
from data.selection import Selection


def changed_rows(connection: Connection, metric: Metric, selection: Selection, since: int) -> int | None:
    """How many of the rows that the figure is made of now were loaded or corrected by runs after `since`.

    Of the selection's members and period, whichever run it names. None where the figure is not made of the rows of one
    fact, or is withheld. Rows that were withdrawn are not among them.
    """
    if isinstance(metric.fact, Derived) or metric.main_fact.name not in measuring.JOBS:
        return None
    current = Current(None)
    now = replace(selection, as_of=None)
    if metric.people is not None and measuring.measure(connection, metric, now)["withheld"].any():
        return None
    first, last = measuring.period(connection, metric, now)
    day = metric.starts_on if metric.kind == "stock" else metric.counted_by
    assert day is not None, f"{metric.id}: no day to count it by"
    where: list[ColumnElement[bool]] = [
        metric.main_fact.c.loaded_run > since,
        *measuring.conditions(metric, now, dimensions(current), current),
    ]
    if first and metric.kind != "stock":
        where.append(day >= first)
    if last:
        where.append(day <= last)
    if metric.kind == "stock" and metric.ends_on is not None and last:
        where.append(metric.ends_on.is_(None) | (metric.ends_on > last))
    return connection.scalar(select(func.count()).select_from(metric.main_fact).where(*where))
