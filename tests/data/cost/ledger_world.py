"""A small ledger with its drivers, brought in run by run; and what its allocation holds."""

import random
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, insert, select, update

from data.cost.refreshing import refresh
from data.metrics.metric import Current
from data.schema import cost_line, cost_month, cost_share, etl_run, fact_budget

PLACES = ("01508", "01526", "02015", "02024", "02033")
MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)
LINES = [
    {"line_id": "a", "period_on": MARCH, "actor_id": "nisz", "service_id": "C01_VIRT", "spent_huf": 1_000_003},
    {"line_id": "b", "period_on": MARCH, "actor_id": "operator_ado", "service_id": "ADO", "spent_huf": 77_777},
    {"line_id": "c", "period_on": MARCH, "actor_id": "nisz", "service_id": "UNKNOWN", "spent_huf": 500},
    {"line_id": "d", "period_on": APRIL, "actor_id": "menedzsment", "service_id": "NA", "spent_huf": 10_001},
    {"line_id": "e", "period_on": APRIL, "actor_id": "nisz", "service_id": "NA", "spent_huf": -333},
    {"line_id": "f", "period_on": APRIL, "actor_id": "operator_ado", "service_id": "ADO", "spent_huf": 50,
     "municipality_id": "02015"},
]  # fmt: skip
USAGE = [
    {"municipality_id": place, "service_id": service, "period_on": date(2025, 2, 1), "enabled_users": number}
    for number, place in enumerate(PLACES, 1)
    for service in ("ADO", "GAZD")
]


def next_run(connection: Connection, run_id: int, job: str = "budget") -> None:
    """A later run has been published."""
    at = datetime(2028, 2, 1)
    connection.execute(
        insert(etl_run).values(run_id=run_id, job=job, status="published", started_at=at, finished_at=at, mode="full")
    )


def replace_line(connection: Connection, line_id: str, run_id: int, **changed: Any) -> None:
    """The line as a later run delivers it; without a change it is gone."""
    mine = (fact_budget.c.line_id == line_id) & fact_budget.c.superseded_run.is_(None)
    row = dict(connection.execute(select(fact_budget).where(mine)).mappings().one())
    connection.execute(update(fact_budget).where(mine).values(superseded_run=run_id))
    if changed:
        connection.execute(insert(fact_budget).values(row | changed | {"loaded_run": run_id, "superseded_run": None}))
    next_run(connection, run_id)
    refresh(connection)


def rows(connection: Connection, table: Table, as_of: int | None = None) -> list[tuple[Any, ...]]:
    """Rows of a table of the allocation without their runs, sorted."""
    columns = [column for column in table.c if column.name not in ("loaded_run", "superseded_run")]
    found = connection.execute(select(*columns).where(Current(as_of)(table)))
    return sorted((tuple(row) for row in found), key=str)


def whole(connection: Connection, as_of: int | None = None) -> list[Any]:
    """All that is allocated."""
    return [rows(connection, table, as_of) for table in (cost_month, cost_line, cost_share)]


def made_by(connection: Connection) -> dict[date, int]:
    """The run that each month is of."""
    asked = select(cost_month.c.month, cost_month.c.loaded_run).where(Current(None)(cost_month))
    return {row.month: row.loaded_run for row in connection.execute(asked)}


def random_lines(seed: int, count: int) -> list[dict[str, Any]]:
    """Lines of any sign and place; some book nothing."""
    one = random.Random(seed)
    actors, services = (
        ("nisz", "menedzsment", "unknown", "operator_gazd"),
        ("NA", "UNKNOWN", "ADO", "GAZD", "C09_LOGGING"),
    )
    return [
        {
            "line_id": f"R{number}",
            "period_on": one.choice((MARCH, APRIL, MAY)),
            "actor_id": one.choice(actors),
            "service_id": one.choice(services),
            "account_id": one.choice(("K1101", "K312", "K64")),
            "municipality_id": one.choice(("00000", "00000", *PLACES)),
            "nature": one.choice((None, "run", "change")),
            "spent_huf": one.choice((0, None, one.randint(-(10**6), 10**6), one.randint(1, 10**13))),
        }
        for number in range(count)
    ]


def sums(frame: pd.DataFrame, by: list[str], amount: str) -> dict[Any, int]:
    """Sums that are not 0, by a naive loop."""
    found: dict[Any, int] = {}
    for row in frame.to_dict("records"):
        key = tuple(row[name] for name in by)
        found[key] = found.get(key, 0) + int(row[amount] or 0)
    return {key: value for key, value in found.items() if value}
