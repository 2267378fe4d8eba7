"""What comes of a scenario beside the present plan, by actor and application, to the forint.

Both sides go through the same run as the stored allocation (run.py): the base by the plan and the drivers that each
month was allocated by, the scenario by the changed ones. So what no change touches differs by nothing at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data.cost.allocating import as_ledger
from data.cost.changing import changed
from data.cost.drivers import drivers
from data.cost.ledger import expenditure
from data.cost.plan import Plan
from data.cost.plans import plan_of_month, read_plans
from data.cost.run import Allocated, run
from data.cost.scenario import MONTHS, BadScenario, Change, Scenario
from data.cost.weights import Drivers
from data.metrics.metric import Current
from data.periods import last_of_month, months_before, next_month
from data.schema import UNKNOWN_MUNICIPALITY, cost_month, dim_municipality

CELL = ("actor_id", "application_id")
UNPLACED_BAND = "unplaced"


@dataclass(frozen=True)
class Base:
    """What a side is worked out from. lines: of the ledger, with month, actor_id, service_id, municipality_id,
    account_id and amount (whole forints), numbered 0 …; plans, drivers: by month, of each month in lines."""

    lines: pd.DataFrame
    plans: Mapping[date, Plan]
    drivers: Mapping[date, Drivers]

    @property
    def months(self) -> list[date]:
        """The months there are, in order."""
        return sorted(self.plans)


@dataclass(frozen=True)
class Contribution:
    """What a change does after those before it: effect_huf on the whole; moved_huf from some applications to others
    (half of the sum of their differences, without the effect); by_application: application_id, difference_huf."""

    change: Change
    effect_huf: int
    moved_huf: int
    by_application: pd.DataFrame


@dataclass(frozen=True)
class Outcome:
    """cells: actor_id, application_id, present_huf, scenario_huf, difference_huf, sorted; months: those compared;
    missing: months of the base that have not been allocated, on neither side. steps: one per change, in order.

    Σ differences = Σ effects of the steps = scenario total - present total.
    """

    cells: pd.DataFrame
    steps: tuple[Contribution, ...]
    months: tuple[date, ...]
    missing: tuple[date, ...] = ()

    @property
    def present_huf(self) -> int:
        """The whole by the present plan."""
        return int(self.cells["present_huf"].sum())

    @property
    def scenario_huf(self) -> int:
        """The whole in the scenario."""
        return int(self.cells["scenario_huf"].sum())

    def by(self, column: str) -> pd.DataFrame:
        """Sums by actor_id or application_id: present_huf, scenario_huf, difference_huf; the dearest first."""
        sums = self.cells.groupby(column, as_index=False)[["present_huf", "scenario_huf", "difference_huf"]].sum()
        return sums.sort_values(["present_huf", column], ascending=[False, True], ignore_index=True)


def base_of(
    connection: Connection, last_month: date, as_of: int | None, *, by_service: bool = False
) -> tuple[Base, tuple[date, ...]]:
    """The base of twelve months, and which of them have not been allocated. Raises BadScenario where none has.

    Each month by the drivers and the plan that it was allocated by, as run as_of knew it. by_service: with drivers of
    services only, which by_cell() asks for alone.
    """
    wanted = base_months(last_month)
    known = connection.execute(
        select(cost_month.c.month, cost_month.c.plan_version, cost_month.c.loaded_run).where(
            Current(as_of)(cost_month), cost_month.c.month.between(wanted[0], wanted[-1])
        )
    ).all()
    if not known:
        raise BadScenario(
            "month", "empty", f"No month up to {last_month:%Y-%m} has been allocated. Choose another last month."
        )
    plans = read_plans(connection)
    named = {plan.version: plan for plan in plans}
    by_month = {row.month: named.get(row.plan_version) or plan_of_month(plans, row.month) for row in known}
    used = {month: plan for month, plan in by_month.items() if plan is not None}
    runs = {row.month: row.loaded_run for row in known}
    lines = expenditure(connection, wanted[0], last_of_month(wanted[-1]), as_of)
    lines = as_ledger(lines[lines["month"].isin(set(used))])
    found = {
        month: drivers(connection, month, plan.window_months, runs[month], by_service=by_service)
        for month, plan in used.items()
    }
    base = Base(lines, used, found)
    return base, tuple(month for month in wanted if month not in used)


def base_months(last_month: date) -> list[date]:
    """The first days of the months of a base."""
    found = [months_before(last_month, MONTHS - 1)]
    while found[-1] < last_month:
        found.append(next_month(found[-1]))
    return found


def evaluate(connection: Connection, scenario: Scenario) -> Outcome:
    """The scenario beside the present plan. Raises BadScenario where a change does not fit the base."""
    base, missing = base_of(connection, scenario.last_month, scenario.as_of, by_service=True)
    return replace(compare(base, scenario.changes), missing=missing)


def compare(base: Base, changes: Sequence[Change]) -> Outcome:
    """Pure: the base beside itself with the changes made one after the other."""
    present = before = by_cell(base)
    steps = []
    for made, change in zip(stages(base, changes), changes, strict=True):
        after = by_cell(made)
        steps.append(_contribution(change, before, after))
        before = after
    both = pd.DataFrame({"present_huf": present, "scenario_huf": before}).fillna(0).astype("int64")
    cells = both.assign(difference_huf=both["scenario_huf"] - both["present_huf"])
    return Outcome(cells.rename_axis(list(CELL)).sort_index().reset_index(), tuple(steps), tuple(base.months))


def stages(base: Base, changes: Sequence[Change]) -> list[Base]:
    """The base after each change."""
    found = []
    for number, change in enumerate(changes):
        base = changed(base, change, number)
        found.append(base)
    return found


def by_cell(base: Base) -> pd.Series:
    """Forints by actor (who bears it) and application (where it comes to), as cost_line has them."""
    found: dict[tuple[str, str], int] = {}
    for done in _runs(base, _to_applications):
        for pool in (*(share.pool for share in done.shared), *done.left):
            key = (pool.actor_id, pool.service_id)
            found[key] = found.get(key, 0) + pool.amount
    index = pd.MultiIndex.from_tuples(list(found), names=CELL) if found else pd.MultiIndex.from_arrays([[], []])
    return pd.Series(list(found.values()), index=index, dtype="int64")


def by_municipality(base: Base) -> pd.Series:
    """Forints by municipality; 00000 holds what reached none, as in cost_share."""
    found = pd.Series({UNKNOWN_MUNICIPALITY: 0}, dtype="int64")
    for done in _runs(base, lambda plan: plan):
        found = found.add(_reached(done), fill_value=0).astype("int64")
    return found


def evaluate_by_size(connection: Connection, scenario: Scenario) -> pd.DataFrame:
    """What reaches municipalities, by size band: size_band, present_huf, scenario_huf, difference_huf.

    Band "unplaced" holds what reaches none. Dearer than evaluate(): everything is shared out to every municipality.
    """
    base, _ = base_of(connection, scenario.last_month, scenario.as_of)
    after = stages(base, scenario.changes)[-1] if scenario.changes else base
    table = dim_municipality
    asked = select(table.c.municipality_id, table.c.size_band).order_by(table.c.municipality_id, table.c.valid_from)
    bands = {row.municipality_id: row.size_band for row in connection.execute(asked)}
    bands[UNKNOWN_MUNICIPALITY] = UNPLACED_BAND
    sides = {
        name: by_municipality(side).groupby(lambda one: bands.get(one) or "unknown").sum()
        for name, side in (("present_huf", base), ("scenario_huf", after))
    }
    both = pd.DataFrame(sides).fillna(0).astype("int64")
    both = both[(both != 0).any(axis=1)].rename_axis("size_band").reset_index()
    return both.assign(difference_huf=both["scenario_huf"] - both["present_huf"])


def _runs(base: Base, narrowed: Callable[[Plan], Plan]) -> list[Allocated]:
    by_month = dict(tuple(base.lines.groupby("month"))) if len(base.lines) else {}
    return [
        run(narrowed(base.plans[month]), base.drivers[month], by_month[month])
        for month in base.months
        if month in by_month
    ]


def _reached(done: Allocated) -> pd.Series:
    left = sum(pool.amount for pool in done.left)
    names = np.concatenate([*(one.municipalities.astype(object) for one in done.shared), [UNKNOWN_MUNICIPALITY]])
    amounts = np.concatenate([*(one.amounts for one in done.shared), [left]])
    places, known = pd.factorize(names)
    sums = np.zeros(len(known), dtype="int64")
    np.add.at(sums, places, amounts.astype("int64"))
    return pd.Series(sums, index=known)


def _to_applications(plan: Plan) -> Plan:
    """The plan without its last steps to municipalities: they do not change which application an amount comes to."""
    kept = list(plan.steps)
    while kept and kept[-1].to == "municipality":
        kept.pop()
    return replace(plan, steps=tuple(kept))


def _contribution(change: Change, before: pd.Series, after: pd.Series) -> Contribution:
    by_application = after.groupby(level=1).sum().sub(before.groupby(level=1).sum(), fill_value=0).astype("int64")
    effect = int(by_application.sum())
    moved = (int(by_application.abs().sum()) - abs(effect)) // 2
    frame = by_application.rename_axis("application_id").reset_index(name="difference_huf")
    return Contribution(change, effect, moved, frame)
