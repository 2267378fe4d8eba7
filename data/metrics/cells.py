"""Monthly cells: what measure() would count of whole months, counted once at publication and read from there.

Figures that add up (counts and sums, over counts and sums) have cells of each month × service × actor × priority
(grain holder) and × service × county (grain place), and their totals by service and for the whole. The others, medians
and counts of what is distinct, have cells of each month: of the whole and of each single member of a dimension; and
of the twelve months that pages ask for (year_ends), for a year's median is not that of its months.
A question that cells answer gets, to the last digit, what the facts would give; any other is asked of the facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Date, Select, and_, cast, extract, func, or_, select

from data.metrics.additive import constant, is_additive
from data.metrics.cell_state import is_current
from data.metrics.finished import MEASURES, finished
from data.metrics.metric import ROWS, Derived, Metric
from data.metrics.period import JOBS, last_day, period
from data.periods import last_of_month, months_before
from data.schema import metric_cell as cell
from data.selection import Selection

DIMENSIONS = {"service": "service_id", "actor": "actor_id", "priority": "priority", "county": "county"}
FILTERS = {"service": "services", "actor": "actors", "priority": "priorities", "county": "counties"}
# Column of a metric's rows -> what selects by it and has no cells.
UNANSWERED = {
    "municipality_id": ("municipalities", "joining_types", "size_bands"),
    "ticket_type": ("ticket_types",),
    "source": ("sources",),
}
UNKNOWN_PLACE = "unknown"
ADDITIVE = {"month": (), "service": ("service",), "holder": ("service", "actor", "priority"),
            "place": ("service", "county")}  # fmt: skip
SINGLE = {"month": (), **{name: (name,) for name in DIMENSIONS}}
STEPS = {"month": tuple(range(1, 13)), "quarter": (3, 6, 9, 12), "year": (12,)}
DERIVED_MONTHS = 36  # before the last, of stocks made of several facts: as many as a control chart shows
YEAR = 12
YEARLY = "year_"  # before the grain of cells of twelve months
MOST_MONTHS = 790  # fewer than the days that a figure may be asked for


@dataclass(frozen=True)
class Asked:
    """Which cells answer a question. first, last: months, None for any. ends: months of the year that a stock is taken
    at the end of, beside the last one."""

    grain: str
    first: date | None
    last: date | None
    ends: tuple[int, ...]
    members: tuple[tuple[str, tuple[str, ...]], ...]


def grains(metric: Metric) -> dict[str, tuple[str, ...]]:
    """The grains that a metric has cells of, with the dimensions of each that its rows have; the coarsest first."""
    has = dimensions_of(metric)
    found: dict[str, tuple[str, ...]] = {}
    for grain, names in (ADDITIVE if is_additive(metric) else SINGLE).items():
        own = tuple(name for name in names if name in has)
        if own not in found.values():
            found[grain] = own
    return found


def has_cells(metric: Metric) -> bool:
    """Whether months of it are counted at publication: of a figure about people where rows tell how many they are."""
    return "month" in metric.cut_by and (metric.people is None or metric.people is ROWS)


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """The dimensions of cells that the metric's rows have: where it cannot be cut by one, it can be selected by it."""
    columns = metric.source.c
    return tuple(
        name for name, column in DIMENSIONS.items() if ("municipality_id" if name == "county" else column) in columns
    )


def cells(
    connection: Connection, metrics: Iterable[Metric], selection: Selection, by: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """What the facts would give, by metric, of those that cells answer, nothing withheld; all read in one statement.

    by: as cut_names() gives it. A metric that is left out has to be asked of the facts.
    """
    known = {metric.id: metric for metric in metrics}
    asked = {name: found for name, metric in known.items() if (found := asked_of(connection, metric, selection, by))}
    if not asked:
        return {}
    constants = {name: constant(known[name]) for name in asked}
    rows: dict[str, Rows] = {name: [] for name in asked}
    for name, *cuts, quantile, numerator, denominator, n in connection.execute(_statement(asked, by)).all():
        metric, same = known[name], constants.get(name)
        figure = quantile if metric.is_quantile else numerator
        rows[name].append((*cuts, figure, denominator if same is None else same, n))
    return _frames(rows, known, by)


Rows = list[tuple[Any, ...]]


def asked_of(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> Asked | None:
    """The cells that answer a question; None where none do."""
    if selection.as_of is not None or not has_cells(metric) or not is_answerable(metric, selection, by):
        return None
    grain = _grain(metric, selection, by)
    if grain is None or not is_current(connection, metric):
        return None
    first, last = period(connection, metric, selection)
    if last is not None and last != last_of_month(last) and last != _end_of_data(connection, metric):
        return None
    months = _stock_months if metric.kind == "stock" else _counted_months
    members = _members(metric, selection)
    found = months(metric, first, last, by)
    if found is not None:
        return Asked(grain, *found, members=members)
    end = _year_end(connection, metric, first, last, by)
    return None if end is None else Asked(YEARLY + grain, end, end, STEPS["month"], members)


def is_answerable(metric: Metric, selection: Selection, by: Sequence[str]) -> bool:
    """Whether the cuts and the members selected are those of cells."""
    if not set(by) <= {*STEPS, *DIMENSIONS} or UNKNOWN_PLACE in selection.counties:
        return False  # a place without a county is cut as unknown, but not selected by it
    columns = metric.source.c
    return not any(
        getattr(selection, field) for column, fields in UNANSWERED.items() if column in columns for field in fields
    )


Months = tuple[date | None, date | None, tuple[int, ...]]


def _counted_months(metric: Metric, first: date | None, last: date | None, by: Sequence[str]) -> Months | None:
    """Whole months; of a figure that does not add up, each by itself."""
    if first and first.day != 1:
        return None
    one_month = first is not None and last is not None and _month(first) == _month(last)
    if not (is_additive(metric) or "month" in by or one_month):
        return None
    return first, last and _month(last), STEPS["month"]


def has_years(metric: Metric) -> bool:
    """Whether the figure of twelve months has to be counted by itself."""
    return metric.kind != "stock" and not is_additive(metric) and metric.main_fact.name in JOBS


def year_ends(last: date) -> list[date]:
    """The last months (first days) of the twelve months that have cells, given the last day of data: the newest whole
    ones, those before them, and two calendar years."""
    whole = _month(last) if last == last_of_month(last) else months_before(last, 1)
    return sorted({whole, months_before(whole, YEAR), *(date(whole.year - back, YEAR, 1) for back in (1, 2))})


def _year_end(
    connection: Connection, metric: Metric, first: date | None, last: date | None, by: Sequence[str]
) -> date | None:
    """The last month of a period of twelve whole months that has cells."""
    if first is None or last is None or last != last_of_month(last) or first != months_before(last, YEAR - 1):
        return None
    end = _end_of_data(connection, metric)
    if not has_years(metric) or set(by) & set(STEPS) or end is None:
        return None
    return _month(last) if _month(last) in year_ends(end) else None


def _stock_months(metric: Metric, first: date | None, last: date | None, by: Sequence[str]) -> Months | None:
    """The months at whose ends it is taken; the last one perhaps before its end, where the data do."""
    if last is None or (first and first > last):
        return None
    step = next((name for name in STEPS if name in by), None)
    if step is None:
        return _month(last), _month(last), STEPS["month"]
    derived = isinstance(metric.fact, Derived)
    if first is None and derived:
        return _month(last), _month(last), STEPS[step]
    if first and first < months_before(last, DERIVED_MONTHS if derived else MOST_MONTHS):
        return None
    return first and _month(first), _month(last), STEPS[step]


def _grain(metric: Metric, selection: Selection, by: Sequence[str]) -> str | None:
    selected = dict(_members(metric, selection))
    if not is_additive(metric) and any(len(chosen) > 1 and name not in by for name, chosen in selected.items()):
        return None
    needed = {*selected, *(name for name in by if name in DIMENSIONS)}
    return next((grain for grain, names in grains(metric).items() if needed <= set(names)), None)


def _members(metric: Metric, selection: Selection) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Members selected, by dimension; those of a dimension that the rows do not have select nothing away."""
    chosen = ((name, tuple(getattr(selection, FILTERS[name]))) for name in dimensions_of(metric))
    return tuple((name, members) for name, members in chosen if members)


def _end_of_data(connection: Connection, metric: Metric) -> date | None:
    name = metric.main_fact.name
    return last_day(connection, JOBS[name]) if name in JOBS else None


def _statement(asked: Mapping[str, Asked], by: Sequence[str]) -> Select[Any]:
    """metric_id, the cuts, then quantile, numerator, denominator, n: sums, or the one cell that there is."""
    together: dict[Asked, list[str]] = defaultdict(list)
    for name, one in asked.items():
        together[one].append(name)
    cuts = [_cut(name).label(name) for name in by]
    sums = [cast(func.sum(cell.c[name]), BigInteger).label(name) for name in MEASURES]
    # What all have in common comes first, so that the database need not look through the cells of other grains.
    common = [cell.c.metric_id.in_(asked), cell.c.grain.in_({one.grain for one in together})]
    parts = [and_(cell.c.metric_id.in_(names), *_conditions(one)) for one, names in together.items()]
    found = select(cell.c.metric_id, *cuts, func.max(cell.c.quantile).label("quantile"), *sums)
    return found.where(*common, or_(*parts)).group_by(cell.c.metric_id, *cuts).order_by(cell.c.metric_id, *cuts)


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found = [cell.c.grain == asked.grain]
    if asked.first:
        found.append(cell.c.month >= asked.first)
    if asked.last:
        found.append(cell.c.month <= asked.last)
    if asked.ends != STEPS["month"]:
        found.append(extract("month", cell.c.month).in_(asked.ends) | (cell.c.month == asked.last))
    return [*found, *(cell.c[DIMENSIONS[name]].in_(members) for name, members in asked.members)]


def _cut(name: str) -> ColumnElement[Any]:
    if name in DIMENSIONS:
        return cell.c[DIMENSIONS[name]]
    return cell.c.month if name == "month" else cast(func.date_trunc(name, cell.c.month), Date)


def _frames(rows: Mapping[str, Rows], known: Mapping[str, Metric], by: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The frame of each metric, as measure() gives it. Those of one kind are finished as one and then divided: pandas
    takes as long for a frame of twelve rows as for one of ten thousand."""
    found: dict[str, pd.DataFrame] = {}
    for quantiles in (False, True):
        names = [name for name in rows if known[name].is_quantile == quantiles]
        parts = {name: rows[name] if rows[name] or by else [_nothing(known[name])] for name in names}
        if not names:
            continue
        empty = _frame([], known[names[0]], by)
        whole, start = _frame([row for part in parts.values() for row in part], known[names[0]], by), 0
        for name, part in parts.items():
            own = whole.iloc[start : start + len(part)].set_axis(pd.RangeIndex(len(part)))
            start += len(part)
            # A dimension of which nothing is known has another type than one of which something is.
            unknown = any(own[cut].isna().all() for cut in by if cut in DIMENSIONS)
            found[name] = _frame(part, known[name], by) if part and unknown else own if part else empty.copy()
    return {name: found[name] for name in rows}


def _nothing(metric: Metric) -> tuple[Any, ...]:
    """An aggregate of no rows."""
    same = constant(metric)
    return None if metric.is_quantile else 0, 0 if same is None else same, 0


def _frame(rows: Rows, metric: Metric, by: Sequence[str]) -> pd.DataFrame:
    return finished(pd.DataFrame.from_records(rows, columns=[*by, *MEASURES]), metric, by)


def _month(day: date) -> date:
    return day.replace(day=1)
