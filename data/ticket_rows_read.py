"""The tickets behind a figure: which rows a mark stands for, those that count as good told apart from the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Subquery,
    Text,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.sql.elements import FunctionFilter

from data.errors import UnknownCut
from data.metrics.cuts import PERIODS, Dimensions, cut, dimensions, with_dimensions
from data.metrics.metric import Current, Derived, Metric
from data.metrics.period import period
from data.metrics.points import Points
from data.metrics.statements import between, conditions
from data.metrics.traced import traced
from data.schema import etl_input
from data.schema import fact_ticket as ticket
from data.selection import Selection

Part = Literal["all", "met", "missed"]
MOST_ROWS = 2000
COLUMNS = (
    "source", "ticket_id", "ticket_type", "service_id", "actor_id", "priority", "status", "level", "municipality_id",
    "opened_on", "opened_at", "resolved_at", "resolution_due_on", "resolution_minutes", "sla_minutes",
    "resolved_in_sla", "line", "loaded_run",
)  # fmt: skip
_KEYS = ("municipality_id", "source", "ticket_id")


@dataclass(frozen=True)
class TicketRows:
    """Rows of fact_ticket behind a figure.

    rows: the columns asked for, counted_on (the day the figure counts the row by), is_met (whether the numerator
    counts it; null where the figure is no share), source_name and input; newest first. total: rows behind the figure;
    met: those of them that the numerator counts, None where the figure is no share of rows.
    """

    rows: pd.DataFrame
    total: int
    met: int | None

    def count(self, part: Part) -> int:
        """How many rows a part has, shown or not."""
        if part == "all" or self.met is None:
            return self.total
        return self.met if part == "met" else self.total - self.met


def is_of_tickets(metric: Metric) -> bool:
    """Whether single tickets stand behind a metric."""
    return metric.main_fact.name == ticket.name


def parts_of(metric: Metric) -> bool:
    """Whether the rows of a metric are told apart: those that its numerator counts, and the others. Of a figure about
    people they are not: a ticket's rating is one person's."""
    return _counts_rows(metric) and metric.people is None


def _counts_rows(metric: Metric) -> bool:
    counted = metric.numerator
    return metric.is_share and isinstance(counted, FunctionFilter) and str(counted.func) == "count(*)"


def ticket_rows(
    connection: Connection,
    metric: Metric,
    selection: Selection,
    *,
    cuts: Mapping[str, str] | None = None,
    part: Part = "all",
    columns: Sequence[str] = COLUMNS,
    limit: int | None = MOST_ROWS,
) -> TicketRows:
    """The tickets that measure() counts for the same selection; of a stock those that hold on the last day; of a figure
    that is made of something else (days of service, pairs of periods) the tickets that it is traced to.

    cuts: members of cuts that a Selection has no place for (channel, weekday …). part: met, those that the numerator
    counts; missed, the rest. Empty frame where nothing is counted. Raises UnknownCut.
    """
    assert is_of_tickets(metric), f"{metric.id}: its rows are no tickets"
    found = _Behind.of(connection, metric, selection, cuts or {})
    if found is None:
        return TicketRows(pd.DataFrame(columns=[*columns, "counted_on", "is_met"]), 0, 0 if parts_of(metric) else None)
    counts = connection.execute(found.counts()).one()
    rows = pd.read_sql(found.rows(columns, part, limit), connection)
    return TicketRows(rows, int(counts.total), None if found.criterion is None else int(counts.met))


@dataclass(frozen=True)
class _Behind:
    """FROM and WHERE of the rows behind a figure. day: what they are counted by; criterion: what the numerator asks."""

    source: FromClause
    where: tuple[ColumnElement[bool], ...]
    day: ColumnElement[date]
    criterion: ColumnElement[bool] | None
    current: Current
    derived: CTE | None = None

    @classmethod
    def of(
        cls, connection: Connection, metric: Metric, selection: Selection, cuts: Mapping[str, str]
    ) -> "_Behind | None":
        current = Current(selection.as_of)
        dims = dimensions(current)
        first, last = period(connection, metric, selection)
        if isinstance(metric.fact, Derived) and metric.fact.trace:
            if cuts:
                raise UnknownCut(f"The rows of {metric.id} can't be cut by {', '.join(cuts)}.")
            where = traced(metric.fact, selection, dims, current, first, last)
            return cls(ticket, tuple(where), metric.fact.trace.first_on, None, current)
        rows: FromClause = metric.source
        source, where = rows, conditions(metric, selection, dims, current)
        if metric.kind == "stock":
            if last is None or (first and first > last):
                return None
            source, day = _holding(rows, metric, last)
            # Said once more of the rows alone: few of them are left to be joined to the day.
            where.append(day <= last)
            if metric.ends_on is not None:
                where.append(metric.ends_on.is_(None) | (metric.ends_on > last))
        else:
            assert metric.counted_by is not None, f"{metric.id}: no day to count it by"
            day = metric.counted_by
            where += between(day, first, last)
        source = with_dimensions(source, rows, set(cuts), dims)
        where += [_member(metric, name, member, rows, day, dims) for name, member in cuts.items()]
        if isinstance(metric.numerator, FunctionFilter) and not _counts_rows(metric):
            # It counts something else than rows, of these rows only.
            where.append(cast(metric.numerator.criterion, Boolean))
        derived = _with_keys(metric.fact, current) if isinstance(metric.fact, Derived) else None
        return cls(source, tuple(where), day, _criterion(metric), current, derived)

    def counts(self) -> Select[Any]:
        met = func.count() if self.criterion is None else func.count().filter(self.criterion)
        return self._finished(select(func.count().label("total"), met.label("met")))

    def rows(self, columns: Sequence[str], part: Part, limit: int | None) -> Select[Any]:
        """The newest rows first; where they came from is looked up for these only."""
        chosen = list(dict.fromkeys([*columns, *_KEYS, "input_id", "opened_at"]))
        if self.derived is None:
            picked = self._picked([ticket.c[name] for name in chosen], ticket.c.opened_at.desc(), part, limit)
            return _with_origin(picked, picked, picked, columns)
        # Made of many rows, of which few are shown: those are chosen before they are joined to their tickets.
        keys = [literal_column(f"{self.derived.name}.ticket_{key}", Text).label(key) for key in _KEYS]
        picked = self._picked(keys, None, part, limit)
        same = [ticket.c[key] == picked.c[key] for key in _KEYS]
        joined = picked.join(ticket, same[0] & same[1] & same[2] & self.current(ticket))
        return _with_origin(picked, ticket, joined, columns)

    def _picked(
        self, shown: Sequence[ColumnElement[Any]], then: ColumnElement[Any] | None, part: Part, limit: int | None
    ) -> Subquery:
        is_met: ColumnElement[Any] = literal(None, String) if self.criterion is None else self.criterion
        day = self.day.label("counted_on")
        inner = self._finished(select(*shown, day, is_met.label("is_met")))
        if self.criterion is not None and part != "all":
            inner = inner.where(self.criterion if part == "met" else ~func.coalesce(self.criterion, literal(False)))
        keys = {column.name: column for column in shown}
        inner = inner.order_by(day.desc(), *([] if then is None else [then]), keys["source"], keys["ticket_id"])
        return (inner.limit(limit) if limit else inner).subquery("picked")

    def _finished(self, found: Any) -> Select[Any]:
        found = found.select_from(self.source).where(*self.where)
        return found if self.derived is None else found.add_cte(self.derived)


def _criterion(metric: Metric) -> ColumnElement[bool] | None:
    return metric.numerator.criterion if parts_of(metric) and isinstance(metric.numerator, FunctionFilter) else None


def _holding(rows: FromClause, metric: Metric, last: date) -> tuple[FromClause, ColumnElement[date]]:
    """The rows that hold on a day, which formulas know as POINT, and the day each began to."""
    starts, ends = metric.starts_on, metric.ends_on
    assert starts is not None, f"{metric.id}: no day a row starts to hold"
    points = Points((last,)).table
    holds = starts <= points.c.point
    if ends is not None:
        holds &= ends.is_(None) | (ends > points.c.point)
    return rows.join(points, holds), starts


def _with_keys(fact: Derived, current: Current) -> CTE:
    """Derived rows with the keys of the tickets they were made from."""
    keys = [ticket.c[key].label(f"ticket_{key}") for key in _KEYS]
    return fact.rows(current).add_columns(*keys).cte(fact.table.name)


def _with_origin(picked: Subquery, rows: FromClause, source: FromClause, columns: Sequence[str]) -> Select[Any]:
    """The columns asked for of the rows picked, and the input that delivered each."""
    shown = [*(rows.c[name] for name in columns), picked.c.counted_on, picked.c.is_met]
    return (
        select(*shown, etl_input.c.source.label("source_name"), etl_input.c.input)
        .select_from(source.outerjoin(etl_input, etl_input.c.input_id == rows.c.input_id))
        .order_by(picked.c.counted_on.desc(), rows.c.opened_at.desc(), rows.c.source, rows.c.ticket_id)
    )


def _member(
    metric: Metric, name: str, member: str, rows: FromClause, day: ColumnElement[date], dims: Dimensions
) -> ColumnElement[bool]:
    """That a row belongs to a member of a cut; what a source does not say is unknown."""
    if name not in metric.cut_by or name in PERIODS:
        raise UnknownCut(f"{metric.id} can't be cut by {name}; choose from {', '.join(metric.cut_by)}.")
    expression = cut(name, rows, day, dims)
    if member in ("unknown", ""):
        return or_(expression.is_(None), cast(expression, String) == "unknown")
    if name in ("weekday", "hour", "level"):
        return expression == int(float(member)) if _is_number(member) else literal(False)
    return cast(expression, String) == member


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
