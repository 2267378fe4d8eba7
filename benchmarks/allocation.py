"""python -m benchmarks.allocation --url URL [--months N]: allocating months of a filled database.

Nothing is written: drivers are read and lines are shared out as a publication does it.
"""

import argparse
import time
from datetime import date

from sqlalchemy import select

from benchmarks.machine import described
from data.cost.allocating import as_ledger, tables
from data.cost.driver_history import DriverHistory
from data.cost.ledger import expenditure
from data.cost.plans import plan_of_month, read_plans
from data.cost.run import run
from data.metrics.metric import Current
from data.periods import last_of_month
from data.schema import cost_month
from data.store import open_store


def main() -> None:
    """Print what reading the drivers, sharing out, and the rows of each month took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation", description=__doc__)
    parser.add_argument("--url", required=True, help="a filled database")
    parser.add_argument("--months", type=int, default=12, help="the newest so many")
    arguments = parser.parse_args()
    print(described())
    store = open_store(arguments.url)
    with store.reading() as connection:
        newest = select(cost_month.c.month).where(Current(None)(cost_month)).order_by(cost_month.c.month.desc())
        months: list[date] = sorted(connection.scalars(newest.limit(arguments.months)))
        assert months, "no month is allocated"
        known_plans = read_plans(connection)
        plans = {month: plan for month in months if (plan := plan_of_month(known_plans, month))}
        began = time.perf_counter()
        ledger = as_ledger(expenditure(connection, months[0], last_of_month(months[-1])))
        read = time.perf_counter()
        history = DriverHistory(connection, [(month, plan.window_months) for month, plan in plans.items()])
        drivers = {month: history.of(month, plan.window_months) for month, plan in plans.items()}
        known = time.perf_counter()
        rows = 0
        for month, plan in plans.items():
            lines = ledger[ledger["month"] == month].reset_index(drop=True)
            made = tables(run(plan, drivers[month], lines), lines)
            rows += len(made.lines) + len(made.shares)
        ended = time.perf_counter()
        engine = connection.dialect.name
    print(
        f"{engine}, {len(months)} months, {len(ledger):,} lines, {rows:,} rows made: ledger {read - began:.2f} s,"
        f" drivers {known - read:.2f} s, sharing out {ended - known:.2f} s"
    )
    store.close()


if __name__ == "__main__":
    main()
