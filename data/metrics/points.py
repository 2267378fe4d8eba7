"""The days that stocks are taken at: the end of each period asked for, or the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, FromClause, cast, column, func, literal, select, values

from data.errors import BadSelection
from data.metrics.cuts import PERIODS
from data.metrics.metric import Current, Derived, Metric

ENDS = {"day": "D", "week": "W-SUN", "month": "ME", "quarter": "QE", "year": "YE"}
MOST_POINTS = 800


@dataclass(frozen=True)
class Points:
    """Days, as a table named points with the column point that formulas know as POINT.

    step: the period they end (month …), the last one perhaps cut short; None for a single day.
    """

    days: tuple[date, ...]
    step: str | None = None

    def may_hold(self, starts: ColumnElement[date], ends: ColumnElement[date]) -> ColumnElement[bool]:
        """What every row that holds on one of the days meets: spares joining the many that came and went between two.

        A row holds at the end of a period only if it ends in a later period than it starts in, or on the last day.
        """
        last = ends.is_(None) | (ends > self.days[-1])
        if self.step is None:
            return last
        return last | (func.date_trunc(self.step, starts) < func.date_trunc(self.step, ends))

    @property
    def table(self) -> FromClause:
        days = [(cast(literal(day, Date), Date),) for day in self.days]
        return values(column("point", Date), name="points").data(days)


def points_of(
    connection: Connection,
    metric: Metric,
    first: date | None,
    last: date | None,
    by: Sequence[str],
    not_before: date | None = None,
) -> Points | None:
    """The last day of each period in by, the running one at `last`; without a period in by just `last`.

    not_before: where the period has no first day, the first that is looked at. None when there is no data, or the
    period begins after its last day. Raises BadSelection beyond 800 days.
    """
    if last is None or (first and first > last):
        return None
    step = next((name for name in PERIODS if name in by), None)
    if step is None:
        return Points((last,))
    begin = first or _first_start(connection, metric) or not_before or last
    if not first and not_before:
        begin = max(begin, not_before)
    days = [day.date() for day in pd.date_range(begin, last, freq=ENDS[step])]
    if not days or days[-1] != last:
        days.append(last)
    if len(days) > MOST_POINTS:
        raise BadSelection(
            f"{len(days)} {step}s are too many for one figure; the limit is {MOST_POINTS}. Narrow --from."
        )
    return Points(tuple(days), step)


def _first_start(connection: Connection, metric: Metric) -> date | None:
    if isinstance(metric.fact, Derived) or metric.starts_on is None:
        return None
    return connection.scalar(select(func.min(metric.starts_on)).where(Current(None)(metric.fact)))
