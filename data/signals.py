"""Signals: every metric's control chart for what a reader has selected, with who answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data.control.chart import LEAST_POINTS, ControlChart, Rebase
from data.control.judge import judge
from data.control.kinds import adds_up, chart_kind, is_bunched, least
from data.kept import kept
from data.metrics.catalogue import METRICS
from data.metrics.continuity import COVERED_DAYS
from data.metrics.incident import RECURRENCE_DAYS
from data.metrics.measure import cut_names
from data.metrics.metric import Metric
from data.metrics.period import JOBS, last_day
from data.metrics.responsibility import EVERY_SERVICE, accountable_of
from data.metrics.series import series
from data.metrics.service_desk import OLD_DAYS, TICKET_COUNT
from data.peaks import peak_months
from data.periods import first_day, last_of_month, months, months_before, next_month
from data.schema import control_rebase
from data.selection import Selection
from data.targets import targets, with_aim

MONTHS = 36
RIPE_DAYS = {
    "training_completion_rate": 30,  # a course that began later may still be running
    "certificate_cost_huf": 30,
    "municipal_demand_delivery_rate": 365,  # a demand that was accepted later has not had its year
}
STARTS = {"tickets": TICKET_COUNT}  # by job: what there is of in every month since its data begin
LOOKS_BACK = {
    "old_backlog_share": OLD_DAYS + 1,
    "recurrence_rate": RECURRENCE_DAYS,
    "recovery_test_coverage_rate": COVERED_DAYS,
}
"""Days that a figure looks back on: without data of all of them it says how far the data reach, not how it stands."""


@dataclass(frozen=True)
class Signal:
    """A judged figure. metric carries the target in force on the last period; service: None for the whole selection.

    actor_id: who was accountable for that service on the last day of the last period (today where there is none);
    empty where the matrix names nobody.
    """

    metric: Metric
    service: str | None
    chart: ControlChart
    actor_id: str

    @property
    def is_news(self) -> bool:
        """Whether something real has changed at the last point."""
        return self.chart.variation in ("improvement", "concern", "shift")


def signal(connection: Connection, metric: Metric, selection: Selection, service: str | None = None) -> Signal:
    """The control chart of one metric by whole months: see signals(). Raises UnknownCut where it can have none."""
    cut_names(metric, ["month"] if service is None else ["month", "service"])
    return signals(connection, selection, [metric], services=[service])[0]


def signals(
    connection: Connection,
    selection: Selection,
    metrics: Sequence[Metric] | None = None,
    services: Sequence[str | None] = (None,),
) -> list[Signal]:
    """Control charts of metrics (default: all that can be cut by month), each for the whole selection or a service.

    Whole months only: the running one is left out. The selection's period where it holds 13 months or more, else the
    36 months to its end (to the last whole month of data without one). A month with nothing counted is 0 for a count
    or a sum, a gap for any other figure; none before the first month with data. The month that the data begin in, and
    those of which they do not hold all that the figure looks back on, are shown and judge nothing. Order: metrics, then
    services. A metric that cannot be cut by service is left out for a service.
    """
    chosen = [one for one in (METRICS.values() if metrics is None else metrics) if "month" in one.cut_by]
    frames = _frames(connection, chosen, selection, services)
    found = []
    for metric in chosen:
        for service in services:
            if service is None or "service" in metric.cut_by:
                found.append(_judged(connection, metric, service, frames[metric.id, service], selection))
    return found


def window(connection: Connection, metric: Metric, selection: Selection) -> Selection:
    """The selection over the months that are judged: see signals(). Without data, the selection itself."""
    end = last_day(connection, JOBS.get(metric.main_fact.name), selection.as_of)
    if end is None:
        return selection
    last = _whole(min(end - timedelta(days=RIPE_DAYS.get(metric.id, 0)), selection.last or end))
    first = selection.first
    if first is None or len(months(first, last)) < LEAST_POINTS:
        first = months_before(last, MONTHS - 1)
    return selection.with_period(first.replace(day=1), last)


Key = tuple[str, str | None]
Counted = tuple[list[str], NDArray[np.float64]]  # months, and of each its measured numbers
MEASURED = ["numerator", "denominator", "n", "value"]
NONE: Counted = ([], np.empty((0, len(MEASURED))))


def _frames(
    connection: Connection, metrics: Sequence[Metric], selection: Selection, services: Sequence[str | None]
) -> dict[Key, pd.DataFrame]:
    """By metric and service: one row per month from the first with data to the last that is judged."""
    together: dict[Selection, list[Metric]] = {}
    for metric in metrics:
        together.setdefault(window(connection, metric, selection), []).append(metric)
    single = [service for service in services if service is not None]
    found: dict[Key, pd.DataFrame] = {}
    for judged, ones in together.items():
        if None in services:
            found |= _read(connection, ones, judged, [None])
        if single:
            found |= _read(connection, [one for one in ones if "service" in one.cut_by], judged, single)
    return found


def _read(
    connection: Connection, metrics: Sequence[Metric], judged: Selection, services: Sequence[str | None]
) -> dict[Key, pd.DataFrame]:
    """Of the whole selection ([None]), or of services: all metrics together."""
    whole = services[0] is None
    starts = {one.id: STARTS.get(JOBS.get(one.main_fact.name, "")) for one in metrics}
    more = {start.id: start for start in starts.values() if start is not None and start.id not in starts}
    rows = series(connection, [*metrics, *more.values()], judged, ("month",) if whole else ("month", "service"))
    counted = {name: _by_service(frame, whole) for name, frame in rows.items()}
    found = {}
    for metric in metrics:
        start = starts[metric.id]
        for service in services:
            since = counted[start.id].get(service, NONE)[0] if start is not None else []
            found[metric.id, service] = _whole_months(counted[metric.id].get(service, NONE), metric, judged, since)
    return found


def _by_service(rows: pd.DataFrame, whole: bool) -> dict[str | None, Counted]:
    months_, numbers = rows["month"].tolist(), rows[MEASURED].to_numpy(dtype="float64", na_value=np.nan)
    if whole:
        return {None: (months_, numbers)}
    places: dict[str | None, list[int]] = {}
    for place, service in enumerate(rows["service"].tolist()):
        places.setdefault(str(service), []).append(place)
    return {service: ([months_[place] for place in at], numbers[at]) for service, at in places.items()}


def _whole_months(counted: Counted, metric: Metric, judged: Selection, since: Sequence[str]) -> pd.DataFrame:
    """Every month from the first with data to the last judged: a row of zeros, or a gap, where nothing was counted."""
    known, numbers = counted
    first = min([*known, *since], default=None)  # months are written so that they sort as text
    if first is None or judged.last is None:
        periods: list[str] = []
    else:
        periods = months(max(first_day(first), judged.first or date.min), judged.last)
    nothing = [0.0, 1.0, 0.0, 0.0] if adds_up(metric) else [np.nan if metric.is_quantile else 0.0, 0.0, 0.0, np.nan]
    filled = np.tile(nothing, (len(periods), 1))
    places = {period: place for place, period in enumerate(periods)}
    for month, row in zip(known, numbers, strict=True):
        if month in places:
            filled[places[month]] = row  # of a figure that is withheld no number is known: a gap
    columns = dict(zip(MEASURED, filled.T, strict=True))
    return pd.DataFrame({"period": pd.Series(periods, dtype=object), **columns})


def _judged(
    connection: Connection, metric: Metric, service: str | None, frame: pd.DataFrame, selection: Selection
) -> Signal:
    # One service selected is as good as one asked for: its own target, limits and owner.
    scope = service or (selection.services[0] if len(selection.services) == 1 else None)
    on = last_of_month(first_day(frame["period"].iloc[-1])) if len(frame) else None
    aim = targets(connection).aim(metric, scope, on)
    peaks = peak_months(connection, frame["period"]) if metric.seasonal and len(frame) else None
    chart = judge(
        frame,
        chart_kind(metric, frame),
        metric.better,
        aim,
        _rebases(connection, metric, scope),
        peaks,
        least(metric),
        _settled_on(connection, metric, frame, window(connection, metric, selection)),
        is_bunched(metric),
    )
    return Signal(with_aim(metric, aim), service, chart, accountable_on(connection, metric.process, scope, on))


def _settled_on(connection: Connection, metric: Metric, frame: pd.DataFrame, judged: Selection) -> date | None:
    """The first day of the first month that is judged; None where the data reach back far enough for all of them.

    Data begin with the first tickets, or where a series begins within the months asked for. Its first month is never
    whole: what was opened before is not in it, and what was resolved in it was resolved fast.
    """
    if not len(frame):
        return None
    first, start = first_day(frame["period"].iloc[0]), STARTS.get(JOBS.get(metric.main_fact.name, ""))
    begins = None if start is None else _begins(connection, start, judged.as_of)
    if judged.first and first > judged.first:
        begins = max(first, begins or first)
    if begins is None:
        return None
    enough = begins + timedelta(days=LOOKS_BACK.get(metric.id, 0))
    month = next_month(begins)
    while last_of_month(month) < enough:
        month = next_month(month)
    return month


def _begins(connection: Connection, start: Metric, as_of: int | None) -> date | None:
    """The first month that there is anything of."""

    def read() -> date | None:
        known = series(connection, [start], Selection(as_of=as_of), ("month",))[start.id]["month"]
        return None if known.empty else first_day(min(known))

    return kept(connection, ("begins", start.id, as_of), read)


def _rebases(connection: Connection, metric: Metric, service: str | None) -> list[Rebase]:
    """Those of the metric for every service, and for the service."""
    rows = kept(connection, ("rebases",), lambda: connection.execute(select(control_rebase)).all())
    scopes = (EVERY_SERVICE, service)
    return [
        Rebase(row.from_on, row.reason, row.name)
        for row in rows
        if row.metric_id == metric.id and row.service_id in scopes
    ]


def accountable_on(connection: Connection, process: str, service: str | None, on: date | None) -> str:
    """The actor accountable for a process of a service on a day: the service's own, else everyone's.

    on: None, and any day before the matrix begins, is its newest state. Empty where it names nobody.
    """
    return accountable_of(connection, process, service, on) or ""


def _whole(day: date) -> date:
    """The day itself where it ends a month, else the last day of the month before."""
    return day if day == last_of_month(day) else day.replace(day=1) - timedelta(days=1)
