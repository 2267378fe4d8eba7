"""What each page asks of the database: through measure(), and as the bare SQL of the same statement."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

from data.metrics.catalogue import METRICS
from data.metrics.measure import measure, statement
from data.selection import Selection
from data.store import open_store

ASKED: dict[str, list[tuple[str, list[str]]]] = {
    "scorecard": [
        ("sla_resolution_rate", []),
        ("first_response_sla_rate", []),
        ("ticket_count", []),
        ("backlog_count", []),
        ("sla_resolution_rate", ["month"]),
    ],
    "service": [
        ("sla_resolution_rate", ["month"]),
        ("first_response_sla_rate", ["month"]),
        ("ticket_count", ["month"]),
        ("backlog_count", ["month"]),
        ("sla_resolution_rate", ["service"]),
        ("sla_resolution_rate", ["actor", "priority"]),
        ("resolution_minutes_p90", ["month"]),
        ("first_contact_resolution_rate", ["month"]),
        ("reopen_rate", ["month"]),
    ],
}
REPEATS = 7


@dataclass(frozen=True)
class PageTime:
    """Median seconds of a page's data over repeats, through measure() and as bare SQL on the same connection."""

    page: str
    rows: int
    measured: float
    bare: float


def page_times(url: str, year: int) -> list[PageTime]:
    """Each page's questions about one year, warm: the first round is not counted."""
    store = open_store(url)
    selection = Selection.of_year(year)
    try:
        with store.reading() as connection:
            return [_page(connection, page, selection) for page in ASKED]
    finally:
        store.close()


def _page(connection: Connection, page: str, selection: Selection) -> PageTime:
    asked = [(METRICS[name], by) for name, by in ASKED[page]]
    statements = [statement(connection, metric, selection, by) for metric, by in asked]
    bare = [_prepared(connection, one) for one in statements if one is not None]
    rows = 0

    def through_measure() -> None:
        nonlocal rows
        rows = sum(len(measure(connection, metric, selection, by)) for metric, by in asked)

    def as_sql() -> None:
        for sql, given in bare:
            connection.exec_driver_sql(sql, given).fetchall()

    measured, fetched = _median(through_measure), _median(as_sql)
    return PageTime(page, rows, measured, fetched)


def _prepared(connection: Connection, query: Select[Any]) -> tuple[str, Any]:
    """The SQL text that the driver gets, and its parameters."""
    compiled = query.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    given = compiled.construct_params()
    return compiled.string, tuple(given[name] for name in compiled.positiontup or ()) if compiled.positional else given


def _median(action: Callable[[], None]) -> float:
    action()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
