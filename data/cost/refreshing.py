"""Keeps the allocation of the ledger's months: a month is allocated again only where its ledger or its plan changed.

Drivers that change later (a late ticket) leave an allocated month as it is: what was reported stays as reported, and
the run that a month was made from tells which drivers those were. Only a driver that there was nothing of, and now is,
makes a month anew: else a ledger that is loaded before the tickets would be shared out evenly for good.
"""

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, delete, func, inspect, select, update

from data.cost.activities import Activity, read_activities, support
from data.cost.allocating import Made, as_ledger, tables
from data.cost.driver_history import DriverHistory
from data.cost.ledger import BEGINNING, END, expenditure, expenditure_query
from data.cost.marks import is_made_of, lacking, made_of, marked
from data.cost.plan import Plan
from data.cost.plans import plan_of_month, read_plans
from data.cost.run import run
from data.cost.touched import touched_months
from data.made import ALL_ANEW, remember, stale_since
from data.metrics.cell_state import Definition, written
from data.metrics.metric import Current
from data.periods import last_of_month
from data.schema import allocation_plan, cost_line, cost_month, cost_share, cost_support, dim_account, etl_run
from data.session import Session

log = logging.getLogger(__name__)
ROLLUP = cost_month.name
JOBS = frozenset({"budget", "tickets", "usage", "contracts"})


def refresh(connection: Connection) -> bool:
    """Allocate the months that are new or whose ledger or plan changed; end those that are gone. True when any did."""
    if not inspect(connection).has_table(cost_month.name):
        return False
    since = stale_since(connection, ROLLUP, _own())
    if since is None:
        return False
    known = _known(connection)
    months = None if since == ALL_ANEW else touched_months(connection, since, known)
    done = bring_up(connection, known, months) if months is None or months else False
    remember(connection, ROLLUP, _own())
    return done


def make_anew(connection: Connection, months: Collection[date]) -> bool:
    """Allocate months again by the drivers there are now, whatever they were allocated by. True when any was."""
    known = {month: "" if month in months else mark for month, mark in _known(connection).items()}
    return bring_up(connection, known, set(months))


def bring_up(connection: Connection, known: Mapping[date, str], months: Collection[date] | None) -> bool:
    """Make what differs from `known` (month -> fingerprint) among the months (None: all). True when anything did."""
    chosen = {month: mark for month, mark in known.items() if months is None or month in months}
    ledger = _ledger(connection, months)
    wanted = _wanted(ledger, read_plans(connection))
    session = Session(connection, _newest_run(connection))
    gone = sorted(set(chosen) - set(wanted))
    for month in gone:
        _end(session, month)
    uncertain = {month: found for month, found in wanted.items() if _may_differ(chosen.get(month, ""), found[1])}
    history = DriverHistory(connection, [(month, plan.window_months) for month, (plan, _) in uncertain.items()])
    versions = {plan.version for plan, _ in uncertain.values()}
    activities = {version: read_activities(connection, version) for version in versions}
    made = 0
    for month, (plan, text) in uncertain.items():
        drivers = history.of(month, plan.window_months)
        mark = marked(text, drivers)
        if mark != chosen.get(month):
            lines = as_ledger(ledger[ledger["month"] == month])
            _end(session, month)
            done = tables(run(plan, drivers, lines), lines)
            _store(session, _head(month, plan, mark, lines), done, activities[plan.version])
            made += 1
    return bool(made or gone)


def _known(connection: Connection) -> dict[date, str]:
    current = select(cost_month.c.month, cost_month.c.fingerprint).where(Current(None)(cost_month))
    return {row.month: row.fingerprint for row in connection.execute(current)}


def _newest_run(connection: Connection) -> int:
    found = connection.scalar(select(func.max(etl_run.c.run_id)).where(etl_run.c.status == "published"))
    assert found is not None, "a ledger without a published run"
    return found


def _ledger(connection: Connection, months: Collection[date] | None) -> pd.DataFrame:
    first, last = (min(months), last_of_month(max(months))) if months else (BEGINNING, END)
    found = expenditure(connection, first, last)
    found = found[found["spent_huf"] != 0]
    return found[found["month"].isin(list(months))] if months else found


def _wanted(ledger: pd.DataFrame, plans: list[Plan]) -> dict[date, tuple[Plan, str]]:
    """Each month of the ledger that a plan is valid in, with the plan and what it is made of."""
    found: dict[date, tuple[Plan, str]] = {}
    without = []
    for month in sorted(set(ledger["month"])):
        plan = plan_of_month(plans, month)
        if plan is None:
            without.append(f"{month:%Y-%m}")
        else:
            found[month] = (plan, made_of(ledger[ledger["month"] == month], plan))
    if without:
        log.warning("no allocation plan is valid in %s: their cost stays unallocated", ", ".join(without))
    return found


def _may_differ(mark: str, text: str) -> bool:
    return not is_made_of(mark, text) or bool(lacking(mark))


def _end(session: Session, month: date) -> None:
    """The month's rows are no longer current; what this very run made before is taken back, nobody has seen it."""
    for table in (cost_month, cost_line, cost_share, cost_support):
        current = (table.c.month == month) & table.c.superseded_run.is_(None)
        session.connection.execute(delete(table).where(current, table.c.loaded_run == session.run_id))
        session.connection.execute(update(table).where(current).values(superseded_run=session.run_id))


def _head(month: date, plan: Plan, mark: str, lines: pd.DataFrame) -> dict[str, object]:
    total = int(lines["amount"].sum())
    return {
        "month": month, "plan_version": plan.version, "fingerprint": mark, "lines": len(lines), "ledger_huf": total,
    }  # fmt: skip


def _store(session: Session, head: dict[str, object], made: Made, activities: Sequence[Activity]) -> None:
    whole, shared = int(made.lines["amount_huf"].sum()), int(made.shares["amount_huf"].sum())
    if not head["ledger_huf"] == whole == shared:
        raise AssertionError(f"{head['month']}: the allocation does not add up to the ledger's {head['ledger_huf']} Ft")
    head["placed_huf"] = int(made.lines.loc[made.lines["is_placed"], "amount_huf"].sum())
    for table, frame in (
        (cost_month, pd.DataFrame([head])),
        (cost_line, made.lines),
        (cost_share, made.shares),
        (cost_support, support(made.lines, activities)),
    ):
        session.load_frame(table.name, frame.assign(loaded_run=session.run_id))


def _own() -> Definition:
    text = hashlib.sha256(written(expenditure_query(BEGINNING, END)).encode()).hexdigest()
    return Definition(text, JOBS, frozenset({allocation_plan.name, dim_account.name}))
