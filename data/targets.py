"""Targets in force: the catalogue's starting proposals until reference rows (metric_target) replace them.

A row for a service goes before one for every service (*) on the days it holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.control.chart import Aim
from data.kept import kept
from data.metrics.metric import Metric
from data.schema import metric_target

EVERY_SERVICE = "*"
COLUMNS = ["valid_from", "valid_to", "target", "lower", "upper", "basis"]


@dataclass(frozen=True)
class Targets:
    """The rows of metric_target, to be asked about any metric, service and day."""

    rows: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def _by_metric(self) -> dict[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.rows:
            found.setdefault(row["metric_id"], []).append(row)
        return found

    def row(self, metric: Metric, service: str | None, day: date) -> Mapping[str, Any] | None:
        """The row that holds for a service (None: for every service) on a day."""
        holding = [
            row
            for row in self._by_metric.get(metric.id, [])
            if row["valid_from"] <= day and (row["valid_to"] is None or day < row["valid_to"])
        ]
        for scope in (service, EVERY_SERVICE):
            if found := [row for row in holding if row["service_id"] == scope]:
                return max(found, key=lambda row: row["valid_from"])
        return None

    def aim(self, metric: Metric, service: str | None = None, day: date | None = None) -> Aim:
        """What is aimed at on a day (the newest state without one)."""
        row = self.row(metric, service, day or date.max)
        return proposed(metric) if row is None else Aim(row["target"], row["lower"], row["upper"])

    def history(self, metric: Metric, service: str | None = None) -> pd.DataFrame:
        """As aims()."""
        rows = [row for row in self._by_metric.get(metric.id, []) if row["service_id"] in (service, EVERY_SERVICE)]
        days = sorted({row["valid_from"] for row in rows} | {row["valid_to"] for row in rows if row["valid_to"]})
        held = [(day, self.row(metric, service, day)) for day in (date.min, *days)]
        found: list[dict[str, Any]] = []
        for day, row in held:
            if found and found[-1]["row"] is row:
                continue
            if found:
                found[-1]["valid_to"] = day
            aim = proposed(metric) if row is None else Aim(row["target"], row["lower"], row["upper"])
            found.append(
                {
                    "row": row, "valid_from": None if day == date.min else day, "valid_to": None, "target": aim.target,
                    "lower": aim.lower, "upper": aim.upper, "basis": None if row is None else row["basis"],
                }
            )  # fmt: skip
        columns = {name: pd.Series([one[name] for one in found], dtype=object) for name in COLUMNS}
        return pd.DataFrame(columns)


def targets(connection: Connection) -> Targets:
    """The targets that are loaded."""
    return kept(
        connection, ("targets",), lambda: of_rows(map(dict, connection.execute(select(metric_target)).mappings()))
    )


def of_rows(rows: Iterable[Mapping[str, Any]]) -> Targets:
    """Targets of rows of metric_target; a missing number is None."""
    return Targets(tuple({key: None if pd.isna(value) else value for key, value in row.items()} for row in rows))


def aims(connection: Connection, metric: Metric, service: str | None = None) -> pd.DataFrame:
    """What was aimed at when, the oldest first, without gaps or overlaps.

    Columns: valid_from (null: from the beginning), valid_to (the day after the last; null while in force), target,
    lower, upper (null where there is none), basis (null for the catalogue's own starting proposal). At least one row.
    """
    return targets(connection).history(metric, service)


def aimed(connection: Connection, metric: Metric, day: date | None = None, service: str | None = None) -> Metric:
    """The metric with the target in force on a day (the newest state without one)."""
    return with_aim(metric, targets(connection).aim(metric, service, day))


def proposed(metric: Metric) -> Aim:
    """The catalogue's own target, a starting proposal."""
    return Aim(metric.target, *(metric.band or (None, None)))


def with_aim(metric: Metric, aim: Aim) -> Metric:
    """The metric with another target; itself where the target is its own."""
    if aim == proposed(metric):
        return metric
    band = None if aim.lower is None or aim.upper is None else (aim.lower, aim.upper)
    return replace(metric, target=aim.target, band=band)
