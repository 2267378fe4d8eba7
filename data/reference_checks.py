"""What rows of the reference tables that people keep must meet, beyond types, keys and known members."""

import calendar
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from data.errors import AspError
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric

KINDS = ("tax", "closing", "report")
Row = dict[str, Any]


def check_rows(name: str, frame: pd.DataFrame, place: str) -> None:
    """Raises AspError naming the place and line (the heading is line 1) of the first row that is wrong."""
    checks = CHECKS.get(name, ())
    rows = [
        {str(key): None if pd.isna(value) else value for key, value in row.items()} for row in frame.to_dict("records")
    ]
    for line, row in enumerate(rows, 2):
        for check in checks:
            if wrong := check(row):
                raise AspError(f"{place}, line {line}: {wrong}")
    if name in SCOPES:
        _check_overlaps(rows, SCOPES[name], place)


def _metric_is_known(row: Row) -> str:
    if row["metric_id"] in METRICS:
        return ""
    return f"metric_id {row['metric_id']!r} is not known; `asp-data metrics` lists them."


def _service_fits(row: Row) -> str:
    if row["service_id"] == "*" or "service" in METRICS[row["metric_id"]].cut_by:
        return ""
    return f"{row['metric_id']} cannot be told apart by service; write * as service_id."


def _ends_after_it_begins(row: Row) -> str:
    if row["valid_to"] is None or row["valid_from"] < row["valid_to"]:
        return ""
    return f"valid_to ({row['valid_to']}) is not after valid_from ({row['valid_from']}); it is the day after the last."


def _target_fits(row: Row) -> str:
    """A band wants its two ends, a direction one value, a neutral figure nothing; a proportion lies from 0 to 1."""
    metric = METRICS[row["metric_id"]]
    given = {name: row[name] for name in ("target", "lower", "upper") if row[name] is not None}
    wanted = {"band": {"lower", "upper"}, "neutral": set()}.get(metric.better, {"target"})
    if metric.better == "neutral":
        return f"{metric.id} has no better direction, so it can have no target."
    if set(given) != wanted:
        filled = " and ".join(sorted(wanted))
        return f"{metric.id} wants {filled} filled in and nothing else; found {', '.join(given) or 'nothing'}."
    if metric.better == "band" and row["lower"] > row["upper"]:
        return f"lower ({row['lower']}) is above upper ({row['upper']})."
    return _in_its_unit(metric, given)


def _in_its_unit(metric: Metric, given: dict[str, float]) -> str:
    strange = next((value for value in given.values() if metric.chart == "proportion" and not 0 <= value <= 1), None)
    if strange is not None:
        return f"{strange} is not a proportion; {metric.id} is written from 0 to 1 (95% as 0.95)."
    return ""


def _filled(*names: str) -> Callable[[Row], str]:
    def check(row: Row) -> str:
        empty = [name for name in names if row[name] is None]
        return f"{', '.join(empty)} must be filled in." if empty else ""

    return check


def _window_fits(row: Row) -> str:
    if row["kind"] not in KINDS:
        return f"kind {row['kind']!r} is not known; choose from {', '.join(KINDS)}."
    for end in ("first", "last"):
        month, day = row[f"{end}_month"], row[f"{end}_day"]
        # A leap year, so that a window may end on the 29th of February.
        if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]):
            return f"{end}_month {month} and {end}_day {day} are no day of a year."
    return "" if row["is_frozen"] in (0, 1) else "is_frozen is 1 or 0."


def _check_overlaps(rows: list[Row], scope: tuple[str, ...], place: str) -> None:
    lines: dict[tuple[Any, ...], list[tuple[date, date, int]]] = {}
    for line, row in enumerate(rows, 2):
        held = (row["valid_from"], row["valid_to"] or date.max, line)
        for other in lines.setdefault(tuple(row[name] for name in scope), []):
            if held[0] < other[1] and other[0] < held[1]:
                shared = ", ".join(str(row[name]) for name in scope)
                raise AspError(
                    f"{place}, line {line}: {shared} holds on days that line {other[2]} holds on too. "
                    "End the earlier one (valid_to) on the day the later begins."
                )
        lines[tuple(row[name] for name in scope)].append(held)


def _index_fits(row: Row) -> str:
    """Consumer prices have never halved or doubled in a year here: such an index is of another base."""
    if 50 < row["index"] < 200:
        return ""
    return f"index {row['index']} is not one with the previous year = 100 (4.4 per cent more is 104.4)."


CHECKS: dict[str, tuple[Callable[[Row], str], ...]] = {
    "metric_target": (
        _metric_is_known, _filled("basis"), _service_fits, _ends_after_it_begins, _target_fits,
    ),
    "price_index": (_filled("index", "source"), _index_fits),
    "control_rebase": (_metric_is_known, _filled("reason", "name"), _service_fits),
    "peak_period": (
        _filled(
            "kind", "name_hu", "name_en", "first_month", "first_day", "last_month", "last_day", "is_frozen", "basis"
        ),
        _ends_after_it_begins,
        _window_fits,
    ),
}  # fmt: skip
SCOPES = {"metric_target": ("metric_id", "service_id"), "peak_period": ("peak_id",)}
