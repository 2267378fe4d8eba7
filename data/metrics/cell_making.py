"""How monthly cells are counted: by the formulas, rows and conditions of measure(), many metrics in one scan.

Metrics of one fact that are counted by the same day are counted together: where their conditions differ, each
aggregate is filtered by its own. What adds up is counted once by all dimensions, then summed for each grain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Delete,
    FromClause,
    Label,
    Select,
    and_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.sql.elements import FunctionFilter, WithinGroup
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from data.metrics.additive import is_additive
from data.metrics.cells import (
    DERIVED_MONTHS,
    DIMENSIONS,
    MOST_MONTHS,
    YEAR,
    YEARLY,
    dimensions_of,
    grains,
    has_years,
    year_ends,
)
from data.metrics.cuts import Dimensions, cut, dimensions, with_dimensions
from data.metrics.metric import POINT, Current, Derived, Metric
from data.metrics.period import period
from data.metrics.points import Points, points_of
from data.metrics.statements import aggregates, between, conditions, stock_rows, with_derived
from data.periods import last_of_month, months_before
from data.schema import EVERY, metric_cell
from data.selection import Selection

WORK = "cell_work"
ALL = Selection()
EVERY_ROW = "count(*)"


@dataclass(frozen=True)
class Together:
    """Metrics that one scan counts. shared: their conditions differ, so each aggregate is filtered by its own."""

    metrics: tuple[Metric, ...]
    shared: bool

    @property
    def one(self) -> Metric:
        """Any of them: fact, days and dimensions are the same for all."""
        return self.metrics[0]


def together(metrics: Iterable[Metric]) -> list[Together]:
    """The metrics, grouped by the scans that count them."""
    found: dict[tuple[Any, ...], list[Metric]] = {}
    for metric in metrics:
        found.setdefault(_key(metric), []).append(metric)
    return [Together(tuple(group), _is_shareable(group[0])) for group in found.values()]


def make(connection: Connection, group: Together, months: Sequence[date] | None = None) -> None:
    """Count the cells of the metrics anew: of all months, or of those given and of the years that hold one of them."""
    gone = _of(group).where(~metric_cell.c.grain.startswith(YEARLY))
    connection.execute(gone if months is None else gone.where(metric_cell.c.month.in_(months)))
    counted = None if months == [] else _statement(connection, group, months)
    if counted is not None:
        _count(connection, group, counted)
    if has_years(group.one):
        _make_years(connection, group, months)


def _make_years(connection: Connection, group: Together, months: Sequence[date] | None) -> None:
    """Twelve months that nothing has changed in stay as they are."""
    last = period(connection, group.one, ALL)[1]
    ends = year_ends(last) if last else []
    yearly = metric_cell.c.grain.startswith(YEARLY)
    if months is not None:
        there = select(metric_cell.c.month).where(metric_cell.c.metric_id == group.one.id, yearly).distinct()
        known = set(connection.scalars(there)) & set(ends)
        kept = [end for end in known if not any(months_before(end, YEAR - 1) <= month <= end for month in months)]
    else:
        kept = []
    connection.execute(_of(group).where(yearly, metric_cell.c.month.not_in(kept)))
    for end in sorted(set(ends) - set(kept)):
        _count(connection, group, _year_statement(group, end), YEARLY)


def _of(group: Together) -> Delete:
    return delete(metric_cell).where(metric_cell.c.metric_id.in_([metric.id for metric in group.metrics]))


def _count(connection: Connection, group: Together, counted: Select[Any], prefix: str = "") -> None:
    _drop(connection)
    _run(connection, f"CREATE TEMPORARY TABLE {WORK} AS {_text(connection, counted)}")
    for number, metric in enumerate(group.metrics):
        for grain, names in grains(metric).items():
            _run(connection, _insertion(metric, number, prefix + grain, names))
    _drop(connection)


def _statement(connection: Connection, group: Together, months: Sequence[date] | None) -> Select[Any] | None:
    """By month and every dimension: of each metric its figures, and how many rows they are of."""
    one, dims = group.one, dimensions(Current(None))
    first, last = period(connection, one, ALL)
    rows: FromClause = one.source
    day: ColumnElement[date]
    where: list[ColumnElement[bool]]
    if one.kind == "stock":
        points = _points(connection, one, first, last, months)
        if points is None:
            return None
        source, day, where = stock_rows(one, points), POINT, []
    else:
        day = _day(one)
        source, where = rows, between(day, first, last)
        if months is not None:
            where += [day >= min(months), day < months_before(max(months), -1)]
            where.append(cut("month", rows, day, dims).in_(months))
    month = cut("month", rows, day, dims)
    keys = _keys(one, day, dims)
    found = _selected(group, source, [month.label("month"), *keys], where, dims)
    if is_additive(one):
        return found.group_by(month, *(key.element for key in keys))
    return _by_one(found, [month], keys)


def _year_statement(group: Together, end: date) -> Select[Any]:
    """The same of twelve months together."""
    one, dims = group.one, dimensions(Current(None))
    day = _day(one)
    keys = _keys(one, day, dims)
    where = between(day, months_before(end, YEAR - 1), last_of_month(end))
    month = cast(literal(end, Date), Date).label("month")
    return _by_one(_selected(group, one.source, [month, *keys], where, dims), [], keys)


def _selected(
    group: Together,
    source: FromClause,
    keys: Sequence[Label[Any]],
    where: Sequence[ColumnElement[bool]],
    dims: Dimensions,
) -> Select[Any]:
    one, current = group.one, Current(None)
    source = with_dimensions(source, one.source, set(dimensions_of(one)), dims)
    found: Select[Any] = select(*keys, *_figures(group)).select_from(source)
    return with_derived(found.where(*where, *_conditions(group, dims, current)), one, current)


def _keys(metric: Metric, day: ColumnElement[date], dims: Dimensions) -> list[Label[Any]]:
    return [cut(name, metric.source, day, dims).label(DIMENSIONS[name]) for name in dimensions_of(metric)]


def _day(metric: Metric) -> ColumnElement[date]:
    assert metric.counted_by is not None, f"{metric.id}: no day to count it by"
    return metric.counted_by


def _by_one(found: Select[Any], always: Sequence[ColumnElement[Any]], keys: Sequence[Label[Any]]) -> Select[Any]:
    """Grouped by what is always in (the month), and by it and each single dimension; the flag of a dimension tells
    where it counts."""
    flags = [func.grouping(key.element).label(f"no_{key.name}") for key in keys]
    alone = tuple_(*always) if always else text("()")
    sets = [alone, *(tuple_(*always, key.element) for key in keys)]
    return found.add_columns(*flags).group_by(func.grouping_sets(*sets))


def _figures(group: Together) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    for number, metric in enumerate(group.metrics):
        where = _own(metric) if group.shared else None
        measures = [*aggregates(metric), func.count().label("rows")]
        found += [_filtered(one.element, where).label(f"{one.name}_{number}") for one in measures]
    return found


def _conditions(group: Together, dims: Dimensions, current: Current) -> list[ColumnElement[bool]]:
    if not group.shared:
        return conditions(group.one, ALL, dims, current)
    fact = group.one.fact
    assert not isinstance(fact, Derived), "conditions on derived rows are not shared"
    return [current(fact), or_(*(_own(metric) for metric in group.metrics))]


def _own(metric: Metric) -> ColumnElement[bool]:
    assert metric.where is None or isinstance(metric.where, ColumnElement), "a condition that looks at other rows"
    return true() if metric.where is None else metric.where


def _filtered(found: ColumnElement[Any], where: ColumnElement[bool] | None) -> ColumnElement[Any]:
    """The aggregates in an expression, of the rows only that meet a condition."""
    if where is None:
        return found

    def replaced(element: Any, **_: Any) -> Any:
        if isinstance(element, FunctionFilter):
            return element.func.filter(where if element.criterion is None else and_(element.criterion, where))
        if isinstance(element, WithinGroup) or (
            isinstance(element, FunctionElement) and getattr(element, "name", "") in ("count", "sum")
        ):
            return FunctionFilter(element, where)
        return None

    return replacement_traverse(found, {}, replaced)


def _points(
    connection: Connection, metric: Metric, first: date | None, last: date | None, months: Sequence[date] | None
) -> Points | None:
    """Month ends from the first start on, as far back as a figure may be asked for."""
    if last is None:
        return None
    begin = months_before(last, DERIVED_MONTHS if isinstance(metric.fact, Derived) else MOST_MONTHS)
    found = points_of(connection, metric, None, last, ["month"], not_before=begin)
    if found is None or months is None:
        return found
    return Points(tuple(day for day in found.days if day.replace(day=1) in set(months)), "month")


def _insertion(metric: Metric, number: int, grain: str, names: Sequence[str]) -> str:
    """Into metric_cell from what was counted by all dimensions, summed; or of what does not add up, as it is."""
    columns = {name: DIMENSIONS[name] for name in DIMENSIONS}
    members = [f"{columns[name]}" if name in names else f"'{EVERY}'" for name in columns]
    quantile, numerator = (f"numerator_{number}", "NULL") if metric.is_quantile else ("NULL", f"numerator_{number}")
    denominator, n = f"denominator_{number}", f"n_{number}"
    where = [f"rows_{number} > 0"]
    tail = ""
    if is_additive(metric):
        numerator, n = f"CAST(sum({numerator}) AS BIGINT)", f"CAST(sum({n}) AS BIGINT)"
        denominator = f"CAST(sum({denominator}) AS BIGINT)"
        tail = "GROUP BY " + ", ".join(["month", *(columns[name] for name in names)])
    else:
        own = dimensions_of(metric)
        where += [f"no_{columns[name]} = {0 if name in names else 1}" for name in own]
    return (
        f"INSERT INTO {metric_cell.name} (metric_id, month, grain, {', '.join(columns.values())},"
        " quantile, numerator, denominator, n)"
        f" SELECT '{metric.id}', month, '{grain}', {', '.join(members)}, {quantile}, {numerator}, {denominator}, {n}"
        f" FROM {WORK} WHERE {' AND '.join(where)} {tail}"
    )


def _key(metric: Metric) -> tuple[Any, ...]:
    """The same for metrics that one scan can count."""
    where: Any = metric.where if metric.where is None or callable(metric.where) else _sql(metric.where)
    return (
        id(metric.fact),
        metric.kind == "stock",
        is_additive(metric),
        *(None if day is None else _sql(day) for day in (metric.counted_by, metric.starts_on, metric.ends_on)),
        "any" if _is_shareable(metric) else where,
    )


def _is_shareable(metric: Metric) -> bool:
    """Whether it may be counted with metrics of other conditions: n has to tell whether there are rows."""
    return (
        is_additive(metric)
        and not isinstance(metric.fact, Derived)
        and (metric.where is None or isinstance(metric.where, ColumnElement))
    )


def _sql(found: ColumnElement[Any]) -> str:
    compiled = found.compile()
    return f"{compiled.string} {sorted((name, repr(value)) for name, value in compiled.params.items())}"


def _text(connection: Connection, found: Select[Any]) -> str:
    """With its values written in: the same expression is selected and grouped by, and CREATE TABLE takes no values."""
    return str(found.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def _run(connection: Connection, sql: str) -> None:
    connection.exec_driver_sql(sql)


def _drop(connection: Connection) -> None:
    _run(connection, f"DROP TABLE IF EXISTS {WORK}")
