"""measure(): one function for pages, exports and the command line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Double, FromClause, Select, cast, func, literal, select

from data.errors import UnknownCut
from data.metrics.cuts import Dimensions, cut, dimensions, with_dimensions, written
from data.metrics.metric import POINT, Current, Derived, Metric
from data.metrics.points import Points, points_of
from data.metrics.responsibility import accountable_actor
from data.schema import dim_actor, etl_input, etl_run
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
}


def measure(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str] = ()) -> pd.DataFrame:
    """Values of a metric, one row per combination of the cuts in by, sorted by them.

    Columns: the cuts; numerator, denominator (whole numbers; a quantile's numerator is the quantile); n (rows behind
    the value); value (float, null where undefined). Nothing counted gives no row when cut, one row of zeros when not.
    Source: metric.fact, in the versions that selection.as_of knew (current ones by default). The period ends at the
    last day that the snapshot has data of at the latest, so what is not yet due is not late.
    Raises UnknownCut when the metric can't be cut that way.
    """
    by = cut_names(metric, by)
    found = statement(connection, metric, selection, by)
    frame = pd.read_sql(found, connection) if found is not None else pd.DataFrame(columns=[*by, *MEASURES])
    return _finished(frame, metric, by)


MEASURES = ("numerator", "denominator", "n")


def cut_names(metric: Metric, by: Sequence[str]) -> list[str]:
    """The cuts asked for, `service_id` read as `service`. Raises UnknownCut."""
    names = [name.removesuffix("_id") for name in by]
    if unknown := sorted(set(names) - set(metric.cut_by)):
        raise UnknownCut(f"{metric.id} can't be cut by {', '.join(unknown)}; choose from {', '.join(metric.cut_by)}.")
    return list(dict.fromkeys(names))


def statement(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> Select[Any] | None:
    """The one statement behind measure(); None where the period holds no day to take a stock at."""
    current = Current(selection.as_of)
    dims = dimensions(current)
    first, last = period(connection, metric, selection)
    rows: FromClause = metric.source
    if metric.kind == "stock":
        points = points_of(connection, metric, first, last, by)
        return None if points is None else _stock(metric, selection, by, dims, current, points)
    counted_by = metric.counted_by
    assert counted_by is not None, f"{metric.id}: no day to count it by"
    cuts = [cut(name, rows, counted_by, dims).label(name) for name in by]
    found: Select[Any] = select(*cuts, *_aggregates(metric)).select_from(with_dimensions(rows, rows, set(by), dims))
    found = found.where(*conditions(metric, selection, dims, current), *_between(counted_by, first, last))
    return _grouped(_with_derived(found, metric, current), cuts)


def period(connection: Connection, metric: Metric, selection: Selection) -> tuple[date | None, date | None]:
    """First and last day to count; the last is not after the last day that the metric's job has data of."""
    if metric.main_fact.name not in JOBS:  # runs and inputs are counted by the day they ran, after any data
        return selection.first, selection.last
    end = last_day(connection, JOBS[metric.main_fact.name], selection.as_of)
    last = min(filter(None, (selection.last, end)), default=None)
    return selection.first, last


def last_day(connection: Connection, job: str | None = None, as_of: int | None = None) -> date | None:
    """The newest day (Budapest) that the loaded inputs have data of; of one job, or of all."""
    newest = select(func.max(etl_input.c.newest_at)).join(etl_run, etl_run.c.run_id == etl_input.c.run_id)
    newest = newest.where(etl_run.c.status == "published", etl_input.c.status == "loaded")
    if job:
        newest = newest.where(etl_run.c.job == job)
    if as_of is not None:
        newest = newest.where(etl_run.c.run_id <= as_of)
    found = connection.scalar(newest)
    return None if found is None else pd.Timestamp(found, tz="UTC").tz_convert("Europe/Budapest").date()


def conditions(metric: Metric, selection: Selection, dims: Dimensions, current: Current) -> list[ColumnElement[bool]]:
    """What the rows of the metric must meet: its own condition, the versions asked for, the selection's members.

    A member list on a dimension that the rows do not have selects nothing away: a budget has no priority.
    """
    found: list[ColumnElement[bool]] = []
    if metric.where is not None:
        found.append(metric.where if isinstance(metric.where, ColumnElement) else metric.where(current))
    if not isinstance(metric.fact, Derived):
        found.append(current(metric.fact))
    return [*found, *_members(metric.source, selection, dims)]


def _members(rows: FromClause, selection: Selection, dims: Dimensions) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column_name, members in (
        ("service_id", selection.services),
        ("actor_id", selection.actors),
        ("municipality_id", selection.municipalities),
        ("priority", selection.priorities),
        ("ticket_type", selection.ticket_types),
        ("source", selection.sources),
    ):
        if members and column_name in rows.c:
            found.append(rows.c[column_name].in_(members))
    for places, of in ((selection.counties, dims.place.c.county), (selection.size_bands, dims.place.c.size_band)):
        if places and "municipality_id" in rows.c:
            found.append(rows.c.municipality_id.in_(select(dims.place.c.municipality_id).where(of.in_(places))))
    if selection.joining_types and "municipality_id" in rows.c:
        joined = select(dims.joining.c.municipality_id).where(dims.joining.c.joining_type.in_(selection.joining_types))
        found.append(rows.c.municipality_id.in_(joined))
    return found


def _stock(
    metric: Metric, selection: Selection, by: Sequence[str], dims: Dimensions, current: Current, points: Points
) -> Select[Any]:
    """Each day joined to the rows that hold on it: started by then, not ended by then."""
    rows = metric.source
    starts, ends = metric.starts_on, metric.ends_on
    assert starts is not None, f"{metric.id}: no day a row starts to hold"
    holds = starts <= POINT
    if ends is not None:
        holds &= (ends.is_(None) | (ends > POINT)) & points.may_hold(starts, ends)
    cuts = [cut(name, rows, POINT, dims).label(name) for name in by]
    source = with_dimensions(rows.join(points.table, holds), rows, set(by), dims)
    found: Select[Any] = select(*cuts, *_aggregates(metric)).select_from(source)
    found = found.where(*conditions(metric, selection, dims, current))
    return _grouped(_with_derived(found, metric, current), cuts)


def _grouped(found: Select[Any], cuts: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return found.group_by(*cuts).order_by(*cuts) if cuts else found


def _with_derived(found: Select[Any], metric: Metric, current: Current) -> Select[Any]:
    if isinstance(metric.fact, Derived):
        return found.add_cte(metric.fact.rows(current).cte(metric.fact.table.name))
    return found


def _aggregates(metric: Metric) -> list[ColumnElement[Any]]:
    """numerator, denominator and n; sums are whole numbers and so stay exact beyond 2^53."""
    numerator: ColumnElement[Any]
    if metric.measured is not None:
        numerator = cast(func.percentile_cont(metric.quantile).within_group(metric.measured), Double)
    else:
        assert metric.numerator is not None, f"{metric.id}: no numerator"
        numerator = func.coalesce(cast(metric.numerator, BigInteger), 0)
    denominator = literal(1) if metric.denominator is None else func.coalesce(cast(metric.denominator, BigInteger), 0)
    return [
        numerator.label("numerator"),
        denominator.label("denominator"),
        cast(metric.counted, BigInteger).label("n"),
    ]


def _between(day: ColumnElement[date], first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [day.is_not(None)]
    if first:
        found.append(day >= first)
    if last:
        found.append(day <= last)
    return found


def _finished(frame: pd.DataFrame, metric: Metric, by: Sequence[str]) -> pd.DataFrame:
    if frame.empty and not by:
        frame = pd.DataFrame([{"numerator": 0, "denominator": 0 if metric.is_share else 1, "n": 0}])
    for name in by:
        frame[name] = written(frame[name], name)
    whole = ["denominator", "n"] if metric.is_quantile else list(MEASURES)
    frame = frame.astype(dict.fromkeys(whole, "int64") | dict.fromkeys(set(MEASURES) - set(whole), "float64"))
    nothing = frame["denominator"] == 0
    if metric.is_quantile:
        nothing |= frame["numerator"].isna()
    value = frame["numerator"].astype("float64") / frame["denominator"].where(~nothing).astype("float64")
    return frame.assign(value=value)


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

    For a stock the rows that hold on the last day. At most limit rows.
    """
    current = Current(selection.as_of)
    dims = dimensions(current)
    first, last = period(connection, metric, selection)
    rows = metric.main_fact
    if rows.name not in JOBS:
        asked = select(rows).where(*_members(rows, selection, dims)).order_by(rows.c.input_id.desc())
        return pd.read_sql(asked.limit(limit), connection)
    where = (
        [current(rows), *_members(rows, selection, dims)]
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
        where += _between(metric.counted_by, first, last)
    found = (
        select(etl_input.c.source.label("source_name"), etl_input.c.input, rows)
        .join_from(rows, etl_input, etl_input.c.input_id == rows.c.input_id)
        .where(*where)
        .order_by(*_newest_first(metric), rows.c.loaded_run.desc(), rows.c.input_id, rows.c.line)
        .limit(limit)
    )
    return pd.read_sql(found, connection)


def _newest_first(metric: Metric) -> list[ColumnElement[Any]]:
    """The order of rows by their day; rows of a derived fact are not the main fact's, so its days do not order them."""
    day = metric.starts_on if metric.kind == "stock" else metric.counted_by
    return [] if day is None or isinstance(metric.fact, Derived) else [day.desc().nulls_last()]
