"""measure(): one function for pages, exports and the command line."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, false, literal, select

from data.comparison.disclosure import least_people
from data.errors import UnknownCut
from data.metrics.cells import cells
from data.metrics.covering import PEOPLE, Asked
from data.metrics.cuts import dimensions
from data.metrics.finished import MEASURES, finished
from data.metrics.metric import Current, Derived, Metric
from data.metrics.period import JOBS, last_day, period
from data.metrics.private import enough_people, shown_columns
from data.metrics.protection import protected
from data.metrics.responsibility import accountable_actor
from data.metrics.statements import between, conditions, members, statement
from data.metrics.traced import traced
from data.schema import dim_actor, etl_input, fact_budget
from data.selection import Selection

__all__ = [
    "JOBS", "MEASURES", "accountable", "conditions", "cut_names", "last_day", "measure", "period", "source_rows",
    "statement",
]  # fmt: skip


Count = Callable[[Connection, Metric, Selection, Sequence[str]], pd.DataFrame]


def measure(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str] = ()) -> pd.DataFrame:
    """Values of a metric, one row per combination of the cuts in by, sorted by them.

    Columns: the cuts; numerator, denominator (whole numbers; a quantile's numerator is the quantile); n (rows behind
    the value); value (float, null where undefined). Nothing counted gives no row when cut, one row of zeros when not.
    Source: metric.fact, in the versions that selection.as_of knew (current ones by default). The period ends at the
    last day that the snapshot has data of at the latest, so what is not yet due is not late.
    Raises UnknownCut when the metric can't be cut that way. What has been counted by month at publication is read from
    there, with the same result (cells.py).
    A figure about people (metric.people) has a column more, withheld (bool): where true, numerator, denominator, n and
    value are missing, because they would tell of too few people.
    """
    return _told(connection, metric, selection, cut_names(metric, by), _counted_somewhere)


def of_facts(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """As measure(), from the rows of the facts themselves. by: names that cut_names() has checked."""
    return _told(connection, metric, selection, by, counted)


def _told(
    connection: Connection, metric: Metric, selection: Selection, by: Sequence[str], count: Count
) -> pd.DataFrame:
    if metric.people is None:
        return count(connection, metric, selection, by)
    asked = Asked(connection, metric.cut_by, lambda wider, cuts: count(connection, metric, wider, cuts))
    return protected(asked, selection, by)


def _counted_somewhere(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """From monthly cells where they answer, else from the facts."""
    made = cells(connection, [metric], selection, by)
    return made[metric.id] if made else counted(connection, metric, selection, by)


def counted(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """Every cell, however few people it tells of, with a column people where it tells of any: for data/ alone."""
    found = statement(connection, metric, selection, by)
    names = [*by, *MEASURES, *([] if metric.people is None else [PEOPLE])]
    frame = pd.read_sql(found, connection) if found is not None else pd.DataFrame(columns=names)
    return finished(frame, metric, by)


def cut_names(metric: Metric, by: Sequence[str]) -> list[str]:
    """The cuts asked for, `service_id` read as `service`. Raises UnknownCut."""
    names = [name.removesuffix("_id") for name in by]
    if unknown := sorted(set(names) - set(metric.cut_by)):
        raise UnknownCut(f"{metric.id} can't be cut by {', '.join(unknown)}; choose from {', '.join(metric.cut_by)}.")
    return list(dict.fromkeys(names))


def accountable(
    connection: Connection, metric: Metric, service_id: str | None = None, on: date | None = None
) -> dict[str, str]:
    """The one actor accountable for a metric: of its process for the service, else of its process for all.

    Keys: actor_id, actor_type, name_hu, name_en, short_hu, short_en. on: the day the matrix is read at (default its
    newest state). Raises AssertionError when the matrix names none, which the tests rule out.
    """
    actor_id = accountable_actor(connection, metric.process, service_id, on)
    row = connection.execute(select(dim_actor).where(dim_actor.c.actor_id == actor_id)).mappings().one()
    return {key: row[key] for key in ("actor_id", "actor_type", "name_hu", "name_en", "short_hu", "short_en")}


def source_rows(connection: Connection, metric: Metric, selection: Selection, limit: int = 200) -> pd.DataFrame:
    """Rows of the metric's main fact behind a figure, each with source, input, line and run; newest first: by the day
    that the metric counts them by (a stock's by the day they began to hold), then by the run that loaded them.

    For a stock the rows that hold on the last day. At most limit rows. Of a figure about people none that would
    tell of too few of them; never what a person is known or marked by (private.py).
    """
    current = Current(selection.as_of)
    dims = dimensions(current)
    first, last = period(connection, metric, selection)
    rows = metric.main_fact
    if rows.name not in JOBS:
        asked = select(rows).where(*members(rows, selection, dims)).order_by(rows.c.input_id.desc())
        return pd.read_sql(asked.limit(limit), connection)
    where = (
        traced(metric.fact, selection, dims, current, last if metric.kind == "stock" else first, last)
        if isinstance(metric.fact, Derived)
        else conditions(metric, selection, dims, current)
    )
    if metric.kind == "stock" and not isinstance(metric.fact, Derived):
        assert metric.starts_on is not None, f"{metric.id}: no day a row starts to hold"
        at = literal(last)
        where.append(metric.starts_on <= at)
        if metric.ends_on is not None:
            where.append(metric.ends_on.is_(None) | (metric.ends_on > at))
    elif metric.counted_by is not None and not isinstance(metric.fact, Derived):
        where += between(metric.counted_by, first, last)
    where += enough_people(rows, where, least_people(connection)) + _told_places(connection, metric, selection)
    found = (
        select(etl_input.c.source.label("source_name"), etl_input.c.input, *shown_columns(rows))
        .join_from(rows, etl_input, etl_input.c.input_id == rows.c.input_id)
        .where(*where)
        .order_by(*_newest_first(metric), rows.c.loaded_run.desc(), rows.c.input_id, rows.c.line)
        .limit(limit)
    )
    return pd.read_sql(found, connection)


def _told_places(connection: Connection, metric: Metric, selection: Selection) -> list[ColumnElement[bool]]:
    """Of a figure about people: rows of municipalities whose own figure is not withheld; none where the whole is."""
    if metric.people is None or metric.main_fact is fact_budget:  # a ledger line tells of nobody
        return []
    if measure(connection, metric, selection)["withheld"].any():
        return [false()]
    places = measure(connection, metric, selection, ["municipality"])
    return [metric.main_fact.c.municipality_id.in_(list(places.loc[~places["withheld"], "municipality"]))]


def _newest_first(metric: Metric) -> list[ColumnElement[Any]]:
    """The order of rows by their day; rows of a derived fact are not the main fact's, so its days do not order them."""
    day = metric.starts_on if metric.kind == "stock" else metric.counted_by
    return [] if day is None or isinstance(metric.fact, Derived) else [day.desc().nulls_last()]
