"""The one statement behind a figure: what is counted, over which rows, cut by what."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Double, FromClause, Select, cast, func, literal, select

from data.metrics.cuts import Dimensions, cut, dimensions, with_dimensions
from data.metrics.metric import POINT, Current, Derived, Metric
from data.metrics.period import period
from data.metrics.points import Points, points_of
from data.selection import Selection


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
    found: Select[Any] = select(*cuts, *aggregates(metric)).select_from(with_dimensions(rows, rows, set(by), dims))
    found = found.where(*conditions(metric, selection, dims, current), *between(counted_by, first, last))
    return _grouped(with_derived(found, metric, current), cuts)


def conditions(metric: Metric, selection: Selection, dims: Dimensions, current: Current) -> list[ColumnElement[bool]]:
    """What the rows of the metric must meet: its own condition, the versions asked for, the selection's members.

    A member list on a dimension that the rows do not have selects nothing away: a budget has no priority.
    """
    found: list[ColumnElement[bool]] = []
    if metric.where is not None:
        found.append(metric.where if isinstance(metric.where, ColumnElement) else metric.where(current))
    if not isinstance(metric.fact, Derived):
        found.append(current(metric.fact))
    return [*found, *members(metric.source, selection, dims)]


def members(rows: FromClause, selection: Selection, dims: Dimensions) -> list[ColumnElement[bool]]:
    """What the rows of the members selected meet; nothing for a dimension that the rows do not have."""
    found: list[ColumnElement[bool]] = []
    for column_name, chosen in (
        ("service_id", selection.services),
        ("actor_id", selection.actors),
        ("municipality_id", selection.municipalities),
        ("priority", selection.priorities),
        ("ticket_type", selection.ticket_types),
        ("source", selection.sources),
    ):
        if chosen and column_name in rows.c:
            found.append(rows.c[column_name].in_(chosen))
    for places, of in ((selection.counties, dims.place.c.county), (selection.size_bands, dims.place.c.size_band)):
        if places and "municipality_id" in rows.c:
            found.append(rows.c.municipality_id.in_(select(dims.place.c.municipality_id).where(of.in_(places))))
    if selection.joining_types and "municipality_id" in rows.c:
        joined = select(dims.joining.c.municipality_id).where(dims.joining.c.joining_type.in_(selection.joining_types))
        found.append(rows.c.municipality_id.in_(joined))
    return found


def stock_rows(metric: Metric, points: Points) -> FromClause:
    """Each day joined to the rows that hold on it: started by then, not ended by then."""
    starts, ends = metric.starts_on, metric.ends_on
    assert starts is not None, f"{metric.id}: no day a row starts to hold"
    holds = starts <= POINT
    if ends is not None:
        holds &= (ends.is_(None) | (ends > POINT)) & points.may_hold(starts, ends)
    return metric.source.join(points.table, holds)


def _stock(
    metric: Metric, selection: Selection, by: Sequence[str], dims: Dimensions, current: Current, points: Points
) -> Select[Any]:
    rows = metric.source
    cuts = [cut(name, rows, POINT, dims).label(name) for name in by]
    source = with_dimensions(stock_rows(metric, points), rows, set(by), dims)
    found: Select[Any] = select(*cuts, *aggregates(metric)).select_from(source)
    found = found.where(*conditions(metric, selection, dims, current))
    return _grouped(with_derived(found, metric, current), cuts)


def _grouped(found: Select[Any], cuts: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return found.group_by(*cuts).order_by(*cuts) if cuts else found


def with_derived(found: Select[Any], metric: Metric, current: Current) -> Select[Any]:
    """The statement with the rows of a derived fact, in the versions asked for."""
    if isinstance(metric.fact, Derived):
        return found.add_cte(metric.fact.rows(current).cte(metric.fact.table.name))
    return found


def aggregates(metric: Metric) -> list[ColumnElement[Any]]:
    """numerator, denominator and n; sums are whole numbers and so stay exact beyond 2^53. Of a figure about people, how
    many there are as well."""
    numerator: ColumnElement[Any]
    if metric.measured is not None:
        numerator = cast(func.percentile_cont(metric.quantile).within_group(metric.measured), Double)
    else:
        assert metric.numerator is not None, f"{metric.id}: no numerator"
        numerator = func.coalesce(cast(metric.numerator, BigInteger), 0)
    denominator = literal(1) if metric.denominator is None else func.coalesce(cast(metric.denominator, BigInteger), 0)
    people = [] if metric.people is None else [func.coalesce(cast(metric.people, BigInteger), 0).label("people")]
    return [
        numerator.label("numerator"),
        denominator.label("denominator"),
        cast(metric.counted, BigInteger).label("n"),
        *people,
    ]


def between(day: ColumnElement[date], first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Rows whose day lies in the period; those without a day never do."""
    found: list[ColumnElement[bool]] = [day.is_not(None)]
    if first:
        found.append(day >= first)
    if last:
        found.append(day <= last)
    return found
