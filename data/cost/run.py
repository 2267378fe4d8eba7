"""Running a plan: each ledger amount is carried from node to node, and nothing is lost or made on the way.

Each amount is shared out by itself, so a ledger line can be followed to whom it was charged, and what a municipality
is charged back to the ledger lines; both are sums of the same entries, to the forint.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.cost.apportion import apportion
from data.cost.plan import Plan, Step
from data.cost.weights import Drivers, Weights
from data.schema import NO_SERVICE, UNKNOWN, UNKNOWN_MUNICIPALITY


@dataclass(frozen=True)
class Pool:
    """An amount on its way. key: what it is of (position in the ledger handed in); service_id: the node it stands on;
    municipality_id: whose alone it is (UNKNOWN_MUNICIPALITY: nobody's); path: (step, method) of each move."""

    key: int
    actor_id: str
    service_id: str
    amount: int
    municipality_id: str
    path: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shares:
    """Amounts of one pool over municipalities, in the order of `municipalities`; some may be 0."""

    pool: Pool
    municipalities: NDArray[np.str_]
    amounts: NDArray[np.int64]


@dataclass(frozen=True)
class Allocated:
    """shared: what reached municipalities. left: what did not (unplaced, or nothing to share it by), where it stands.

    Σ shared + Σ left = Σ ledger, to the forint, and of each row of the ledger too.
    """

    shared: tuple[Shares, ...]
    left: tuple[Pool, ...]


def run(plan: Plan, drivers: Drivers, ledger: pd.DataFrame) -> Allocated:
    """Carry each row of the ledger through the plan's steps.

    Columns: actor_id, service_id, municipality_id, amount (whole forints). Rows of nothing are left out. A row whose
    actor or service is not known stays where it stands: nobody is charged what could not be placed.
    """
    weights = Weights(drivers)
    pools, shared = _pools(ledger), list[Shares]()
    for step in plan.steps:
        staying: list[Pool] = []
        for pool in pools:
            if not _is_of(step, pool, drivers.kinds):
                staying.append(pool)
            elif step.to != "municipality":
                staying += _to_services(step, pool, weights)
            elif (found := to_municipalities(step, pool, weights)) is not None:
                shared.append(found)
            else:
                staying.append(pool)
        pools = _joined(staying)
    return Allocated(tuple(shared), tuple(pools))


def to_municipalities(step: Step, pool: Pool, weights: Weights) -> Shares | None:
    """The pool over municipalities by the step's first method that has something to share by; None without one."""
    for method in step.methods:
        path = (*pool.path, (step.id, method))
        if method == "direct":
            if pool.municipality_id != UNKNOWN_MUNICIPALITY:
                own, amounts = np.array([pool.municipality_id]), np.array([pool.amount], dtype=np.int64)
                return Shares(replace(pool, path=path), own, amounts)
            continue
        targets = weights.of_municipalities(step, method, pool.service_id)
        if (parts := apportion(pool.amount, targets.weights)) is not None:
            return Shares(replace(pool, path=path), targets.names, parts)
    return None


def _pools(ledger: pd.DataFrame) -> list[Pool]:
    rows = ledger[["actor_id", "service_id", "amount", "municipality_id"]].itertuples(index=False)
    return [
        Pool(key, str(actor), str(service), int(amount), str(municipality))
        for key, (actor, service, amount, municipality) in enumerate(rows)
        if amount
    ]


def _is_of(step: Step, pool: Pool, kinds: Mapping[str, str]) -> bool:
    kind = "shared" if pool.service_id == NO_SERVICE else kinds.get(pool.service_id, "")
    return (
        kind == step.source
        and pool.actor_id != UNKNOWN
        and (not step.actors or pool.actor_id in step.actors)
        and (not step.services or pool.service_id in step.services)
    )


def _to_services(step: Step, pool: Pool, weights: Weights) -> Iterator[Pool]:
    for method in step.methods:
        targets = weights.of_services(step, method)
        if (parts := apportion(pool.amount, targets.weights)) is not None:
            path = (*pool.path, (step.id, method))
            for name, part in zip(targets.names.tolist(), parts.tolist(), strict=True):
                if part:
                    yield replace(pool, service_id=name, amount=part, path=path)
            return
    yield pool


def _joined(pools: Iterable[Pool]) -> list[Pool]:
    """What came to a node from one row by one path is one amount: from there it goes on as one."""
    sums: dict[tuple[object, ...], Pool] = {}
    for pool in pools:
        key = (pool.key, pool.service_id, pool.path)
        before = sums.get(key)
        sums[key] = pool if before is None else replace(before, amount=before.amount + pool.amount)
    return list(sums.values())
