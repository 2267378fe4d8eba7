"""Evaluates a naive twin for a selection and cuts: grouping, periods and members in plain Python."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from typing import Any

from data.metrics.metric import Metric
from data.selection import Selection
from tests.data.metrics.naive import TWINS, Twin
from tests.data.metrics.world import BUDAPEST, EARLY_LAST, LATE_LAST, Row, World, local_day

PERIODS = ("day", "week", "month", "quarter", "year")
COLUMNS = {"account": "account_id", "function": "function_id", "course": "course_id"}
IDS = ("service", "actor", "municipality")
PLACE = {"county": "county", "district": "district", "office": "office_id", "size_band": "size_band",
         "legal_status": "legal_status"}  # fmt: skip
FIELDS = (
    ("services", "service_id"), ("actors", "actor_id"), ("municipalities", "municipality_id"), ("sources", "source"),
    ("priorities", "priority"), ("ticket_types", "ticket_type"),
)  # fmt: skip

Cells = dict[tuple[Any, ...], tuple[Any, Any, int]]


def told(world: World, metric: Metric, selection: Selection, by: Sequence[str]) -> Cells:
    """Cut members -> numerator, denominator, n; only cells with rows."""
    twin = TWINS[metric.id]
    known = {
        **world,
        **{name: _known(rows, selection.as_of) for name, rows in world.items() if name.startswith("fact")},
    }
    known["etl_input"] = [
        row for row in world["etl_input"] if selection.as_of is None or row["run_id"] <= selection.as_of
    ]
    joining = _joining_types(known)
    rows = [row for row in twin.rows(known) if _selected(row, selection, known, joining)]
    first, last = selection.first, _last(twin, selection)
    assert first is not None, "a twin is told for a closed period"
    groups: dict[tuple[Any, ...], tuple[date | None, list[Row]]] = {}
    for row, point, day in _placed(twin, rows, first, last, by):
        cell = tuple(_member(name, row, day, known, joining) for name in by)
        groups.setdefault(cell, (point, []))[1].append(row)
    return {cell: _figure(twin, point, found) for cell, (point, found) in groups.items()}


def _figure(twin: Twin, point: date | None, rows: list[Row]) -> tuple[Any, Any, int]:
    figure = twin.figure(rows) if point is None else twin.figure(rows, point)
    return figure if len(figure) == 3 else (*figure, len(rows))


def _known(rows: list[Row], as_of: int | None) -> list[Row]:
    if as_of is None:
        return [row for row in rows if row["superseded_run"] is None]
    return [
        row
        for row in rows
        if row["loaded_run"] <= as_of and (row["superseded_run"] is None or row["superseded_run"] > as_of)
    ]


def _last(twin: Twin, selection: Selection) -> date:
    assert selection.last is not None, "a twin is told for a closed period"
    if twin.job is None:
        return selection.last
    newest = local_day(LATE_LAST if selection.as_of is None else EARLY_LAST)
    return min(day for day in (selection.last, newest) if day is not None)


def _placed(
    twin: Twin, rows: list[Row], first: date, last: date, by: Sequence[str]
) -> Iterator[tuple[Row, date | None, date]]:
    """Each row with the point it holds at (None for counted ones) and the day that its period cuts go by."""
    if twin.counted_by:
        for row in rows:
            day = twin.counted_by(row)
            if day is not None and first <= day <= last:
                yield row, None, day
        return
    assert twin.starts is not None, "neither counted nor a stock"
    assert twin.ends is not None, "neither counted nor a stock"
    for point in _points(first, last, by):
        for row in rows:
            starts, ends = twin.starts(row), twin.ends(row)
            if starts is not None and starts <= point and (ends is None or ends > point):
                yield row, point, point


def _points(first: date, last: date, by: Sequence[str]) -> list[date]:
    step = next((name for name in PERIODS if name in by), None)
    if step is None:
        return [last] if first <= last else []
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day == last or _period(step, day) != _period(step, day + timedelta(days=1))]


def _period(step: str, day: date) -> str:
    if step == "day":
        return day.isoformat()
    if step == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if step == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}" if step == "month" else str(day.year)


def _member(name: str, row: Row, day: date, world: World, joining: dict[str, str | None]) -> Any:
    if name in PERIODS:
        return _period(name, day)
    if name in IDS:
        return row[f"{name}_id"]
    if name in PLACE:
        return world["places"][row["municipality_id"]][PLACE[name]] or "unknown"
    if name == "joining_type":
        return joining.get(row["municipality_id"]) or "unknown"
    if name == "operator":
        return next((one["actor_id"] for one in world["services"] if one["service_id"] == row["service_id"]), "unknown")
    if name == "actor_type":
        return world["actor_types"].get(row["actor_id"], "unknown")
    if name == "account_group":
        return row["account_id"][:2]
    if name in ("hour", "weekday"):
        local = row["opened_at"].replace(tzinfo=UTC).astimezone(BUDAPEST)
        return local.hour if name == "hour" else local.isoweekday()
    return row[COLUMNS.get(name, name)]


def _joining_types(world: World) -> dict[str, str | None]:
    """The joining type of each joined municipality; system wins over interface where contracts disagree."""
    found: dict[str, str | None] = {}
    for row in world["fact_contract"]:
        if row["contract_kind"] == "joining":
            before = found.get(row["municipality_id"])
            found[row["municipality_id"]] = max(filter(None, (before, row["joining_type"])), default=None)
    return found


def _selected(row: Row, selection: Selection, world: World, joining: dict[str, str | None]) -> bool:
    for field, column in FIELDS:
        members = getattr(selection, field)
        if members and column in row and row[column] not in members:
            return False
    if "municipality_id" not in row:
        return True
    place = world["places"][row["municipality_id"]]
    return (
        (not selection.counties or place["county"] in selection.counties)
        and (not selection.size_bands or place["size_band"] in selection.size_bands)
        and (not selection.joining_types or joining.get(row["municipality_id"]) in selection.joining_types)
    )
