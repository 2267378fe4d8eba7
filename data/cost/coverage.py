"""Whether what is allocated is the ledger there is: a month may be without a plan, or older than its ledger."""

from datetime import date
from typing import Literal

import pandas as pd
from sqlalchemy import Connection, select

from data.cost.ledger import expenditure
from data.cost.plans import plan_of_month, read_plans
from data.metrics.metric import Current
from data.schema import cost_month

State = Literal["allocated", "stale", "without_plan", "waiting"]
COLUMNS = ("month", "plan_version", "ledger_huf", "allocated_huf", "placed_huf", "unplaced_huf", "state")


def coverage(connection: Connection, first: date, last: date, as_of: int | None = None) -> pd.DataFrame:
    """Each month with a performance in the ledger or an allocation, in order: COLUMNS (whole forints, 0 for none).

    state: allocated; stale (its ledger is another one by now); without_plan (none is valid in it); waiting (there is a
    plan, but it has not been allocated: `asp-data allocation run` does it).
    """
    rows = select(cost_month).where(Current(as_of)(cost_month), cost_month.c.month.between(first, last))
    known = {row.month: row for row in connection.execute(rows)}
    lines, plans = expenditure(connection, first, last, as_of), read_plans(connection)
    ledger = lines[lines["spent_huf"] != 0].groupby("month")["spent_huf"].sum().to_dict()
    found = []
    for month in sorted({*ledger, *known}):
        row, total = known.get(month), int(ledger.get(month, 0))
        allocated, placed = (row.ledger_huf, row.placed_huf) if row else (0, 0)
        version = row.plan_version if row else None
        state: State = "allocated" if row and allocated == total else "stale" if row else "waiting"
        if row is None and plan_of_month(plans, month) is None:
            state = "without_plan"
        found.append((month, version, total, allocated, placed, allocated - placed, state))
    return pd.DataFrame(found, columns=list(COLUMNS))
