"""Makes one change of a scenario to its base. Pure; amounts stay whole forints and add up exactly."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.cost.plan import Plan, Step
from data.cost.scenario import FEES, WHOLE, BadScenario, Change, Contract, Method, Price, Volume
from data.cost.weights import Drivers

if TYPE_CHECKING:
    from data.cost.scenario_run import Base


def changed(base: "Base", change: Change, number: int) -> "Base":
    """The base with a change made to it. number: its place among the changes, which errors name.

    Raises BadScenario where the base has nothing that the change is about.
    """
    match change:
        case Price():
            lines = base.lines
            of = _of(lines, change.actors, change.services, change.groups)
            return replace(base, lines=_rescaled(lines, of, WHOLE + change.more, WHOLE, number))
        case Volume():
            return _with_volume(base, change, number)
        case Contract():
            of = _of(base.lines, (change.actor,), (change.service,), (FEES,))
            booked = int(base.lines.loc[of, "amount"].sum())
            if booked <= 0:
                raise _unfit(number, f"{FEES} of {change.actor} for {change.service}")
            return replace(base, lines=_rescaled(base.lines, of, change.fee_huf, booked, number))
    plans = {month: _with_method(plan, change) for month, plan in base.plans.items()}
    if plans == base.plans and not any(_has(plan, change) for plan in base.plans.values()):
        raise _unfit(number, f"step {change.step}")
    return replace(base, plans=plans)


def scaled(amounts: Sequence[int], numerator: int, denominator: int) -> list[int]:
    """amounts × numerator ÷ denominator in whole forints, each within one of its exact value, amounts below zero too.

    Their sum is that of the amounts, scaled and rounded to the nearest whole (half a forint up): what rounding down
    leaves goes, one each, to the largest remainders, of equal ones to the first. denominator: above 0.
    """
    exact = [int(amount) * numerator for amount in amounts]
    parts = [one // denominator for one in exact]
    left = (2 * sum(exact) + denominator) // (2 * denominator) - sum(parts)
    order = sorted(range(len(exact)), key=lambda place: -(exact[place] % denominator))
    for place in order[:left]:
        parts[place] += 1
    return parts


def _rescaled(lines: pd.DataFrame, of: pd.Series, numerator: int, denominator: int, number: int) -> pd.DataFrame:
    if not (of & (lines["amount"] != 0)).any():
        raise _unfit(number, "ledger lines")
    amounts = lines["amount"].copy()
    amounts[of] = np.array(scaled(amounts[of].tolist(), numerator, denominator), dtype="int64")
    return lines.assign(amount=amounts)


def _of(lines: pd.DataFrame, actors: Sequence[str], services: Sequence[str], groups: Sequence[str]) -> pd.Series:
    found = pd.Series(True, index=lines.index)
    if actors:
        found &= lines["actor_id"].isin(actors)
    if services:
        found &= lines["service_id"].isin(services)
    if groups:
        found &= lines["account_id"].str.startswith(tuple(groups))
    return found


def _with_volume(base: "Base", change: Volume, number: int) -> "Base":
    counted = [_counts(one, change) for one in base.drivers.values()]
    if not any(counted):
        raise _unfit(number, f"{change.driver} of {change.service}")
    drivers = {month: _scaled_driver(one, change) for month, one in base.drivers.items()}
    made = replace(base, drivers=drivers)
    if not change.follows:
        return made
    of = _of(base.lines, (), (change.service,), (FEES,))
    # more and follows are thousandths, so their product is millionths.
    most = WHOLE * WHOLE
    return replace(made, lines=_rescaled(base.lines, of, most + change.more * change.follows, most, number))


def _counts(drivers: Drivers, change: Volume) -> bool:
    rows = drivers.frames.get(change.driver)
    return rows is not None and bool(rows.loc[rows["service_id"] == change.service, "weight"].sum())


def _scaled_driver(drivers: Drivers, change: Volume) -> Drivers:
    """Weights stay whole: those of the service are multiplied by its new thousandths, all others by a thousand.

    Only what weights are in proportion to each other counts, so nothing is rounded. What can be taken out of all of
    them again is, or they would grow with each change.
    """
    rows = drivers.frames.get(change.driver)
    if rows is None or rows.empty:
        return drivers
    factors = np.where(rows["service_id"] == change.service, WHOLE + change.more, WHOLE)
    weights = rows["weight"].to_numpy(dtype="int64") * factors
    common = int(np.gcd.reduce(weights)) or 1
    frame = rows.assign(weight=weights // common)
    return replace(drivers, frames={**drivers.frames, change.driver: frame})


def _with_method(plan: Plan, change: Method) -> Plan:
    if not _has(plan, change):
        return plan
    return replace(plan, steps=tuple(_by(step, change) if step.id == change.step else step for step in plan.steps))


def _has(plan: Plan, change: Method) -> bool:
    for step in plan.steps:
        if step.id == change.step:
            if change.method == "fixed" and step.to == "municipality":
                said = f"Step {step.id} goes to municipalities: fixed shares by application do not fit it."
                raise BadScenario("method", "step", said)
            return True
    return False


def _by(step: Step, change: Method) -> Step:
    """The step by the new method; those that stand in for it stay, but for the new one itself."""
    otherwise = tuple(one for one in step.otherwise if one not in (change.method, "fixed"))
    return replace(step, method=change.method, otherwise=otherwise, shares=dict(change.shares))


def _unfit(number: int, what: str) -> BadScenario:
    return BadScenario("changes", "unfit", f"Change {number + 1}: the base has no {what} that it could change.")
