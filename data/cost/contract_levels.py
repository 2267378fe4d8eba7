"""SLA attainment of contracts (CT03): the figures that each promises, month by month, of the days it is in force.

Which figures a contract promises is not public: those of PROMISES are taken, with the target in force for its service.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.metrics.catalogue import metric as metric_of
from data.metrics.measure import measure, period
from data.schema import dim_service
from data.selection import Selection
from data.targets import targets


@dataclass(frozen=True)
class Promise:
    """A figure of the catalogue. of: kinds of services that it is promised of. by_holder: counted are only the tickets
    that the contract's actor holds, since others answer for theirs."""

    metric_id: str
    of: tuple[str, ...] = ("application", "component")
    by_holder: bool = False


PROMISES = (
    Promise("sla_resolution_rate", by_holder=True),
    Promise("first_response_sla_rate", by_holder=True),
    Promise("request_sla_resolution_rate", by_holder=True),
    Promise("service_availability_rate", ("application",)),
    Promise("component_availability_rate", ("component",)),
    Promise("law_change_on_time_rate", ("application",)),
)
COLUMNS = [
    "source", "contract_id", "metric_id", "month", "first_on", "last_on", "numerator", "denominator", "target",
    "is_met", "is_over", "in_period",
]  # fmt: skip
Days = dict[tuple[str, str], pd.DataFrame]


def levels(connection: Connection, selection: Selection, contracts: pd.DataFrame) -> pd.DataFrame:
    """One row per contract, figure promised and calendar month, since the contract began. contracts: as register().

    Columns: COLUMNS. numerator, denominator (int; 0 of 0: not measured) of the days from first_on to last_on, on
    which the contract was in force; is_met (compared exactly, equal is met; None where not measured); is_over: all
    days of the month in force have data; in_period: they lie in the selection's period, so the row is an item of CT03.
    """
    first, last = period(connection, metric_of(PROMISES[0].metric_id), selection)
    begun = [row for row in contracts.to_dict("records") if row["valid_from"] and last and row["valid_from"] <= last]
    if not begun or last is None:
        return pd.DataFrame(columns=COLUMNS)
    whole = Selection(min(row["valid_from"] for row in begun), last, as_of=selection.as_of)
    kinds = {row.service_id: row.kind for row in connection.execute(select(dim_service))}
    made: list[dict[str, Any]] = []
    aims = targets(connection)
    for promise in PROMISES:
        days = _by_day(connection, promise, whole)
        metric = metric_of(promise.metric_id)
        for row in begun:
            if kinds.get(row["service_id"]) not in promise.of:
                continue
            counted = days.get((row["service_id"], row["actor_id"] if promise.by_holder else ""))
            for start, end, is_over in months_of(row["valid_from"], row["valid_to"], last):
                target = aims.aim(metric, row["service_id"], end).target
                if target is not None:
                    item = _item(counted, start, end, target)
                    told = {"is_over": is_over, "in_period": first is None or start >= first}
                    made.append({**_key(row), "metric_id": promise.metric_id, **item, **told})
    return pd.DataFrame(made, columns=COLUMNS).astype({"is_met": object})


def attainment(measured: pd.DataFrame) -> pd.DataFrame:
    """CT03 by contract: source, contract_id, promised, measured, met (int), value (met ÷ measured; null of none).

    measured: as levels(); only its items of the period count.
    """
    inside = measured[measured["in_period"].astype(bool)]
    known = inside["is_met"].map(lambda one: one is not None)
    counted = inside.assign(measured=known, met=inside["is_met"].map(bool), promised=1)
    found = counted.groupby(["source", "contract_id"], as_index=False)[["promised", "measured", "met"]].sum()
    return found.assign(value=found["met"].astype("Float64") / found["measured"].where(found["measured"] > 0))


def by_figure(measured: pd.DataFrame) -> pd.DataFrame:
    """Of each contract and figure the whole period: numerator, denominator, value, target (the last month's), months
    promised, measured and met."""
    inside = measured[measured["in_period"].astype(bool)]
    counted = inside.assign(
        promised=1, measured=inside["is_met"].map(lambda one: one is not None), met=inside["is_met"].map(bool)
    )
    keys = ["source", "contract_id", "metric_id"]
    sums = {name: (name, "sum") for name in ("numerator", "denominator", "promised", "measured", "met")}
    found = counted.groupby(keys, as_index=False, sort=False).agg(**sums, target=("target", "last"))
    value = found["numerator"].astype("Float64") / found["denominator"].where(found["denominator"] > 0)
    return found.assign(value=value)


def months_of(first: date, valid_to: date | None, last: date) -> Iterator[tuple[date, date, bool]]:
    """Calendar months of a contract up to the last day of data: its first and last day in each, and whether the month
    is over (the contract has no day in it after the last day of data)."""
    start = first
    while start <= min(valid_to or last, last):
        month_end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        in_force_to = min(valid_to or month_end, month_end)
        yield start, min(in_force_to, last), in_force_to <= last
        start = month_end + timedelta(days=1)


def _by_day(connection: Connection, promise: Promise, selection: Selection) -> Days:
    """The figure day by day, of each service (and holder): a contract may begin on any day."""
    by = ["day", "service", "actor"] if promise.by_holder else ["day", "service"]
    frame = measure(connection, metric_of(promise.metric_id), replace(selection), by)
    if not promise.by_holder:
        frame = frame.assign(actor="")
    return {(str(key[0]), str(key[1])): days for key, days in frame.groupby(["service", "actor"])}


def _item(counted: pd.DataFrame | None, start: date, end: date, target: float) -> dict[str, Any]:
    numerator = denominator = 0
    if counted is not None:
        inside = counted[counted["day"].between(start.isoformat(), end.isoformat())]
        numerator, denominator = int(inside["numerator"].sum()), int(inside["denominator"].sum())
    is_met = None if denominator == 0 else Fraction(numerator, denominator) >= Fraction(str(target))
    return {
        "month": start.strftime("%Y-%m"), "first_on": start, "last_on": end, "numerator": numerator,
        "denominator": denominator, "target": target, "is_met": is_met,
    }  # fmt: skip


def _key(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {"source": row["source"], "contract_id": row["contract_id"]}
