"""Whatever the drivers, the plan and the ledger: not a forint is lost or made at any node, at any step."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cost.apportion import apportion
from data.cost.run import Allocated, run
from tests.data.cost import naive_run as naive

COLUMNS = ["actor_id", "service_id", "municipality_id", "amount"]


def _run(plan, drivers, ledger) -> Allocated:
    return run(plan, drivers, pd.DataFrame(ledger, columns=COLUMNS))


def _entries(done: Allocated) -> dict[tuple[int, str, str], int]:
    found: dict[tuple[int, str, str], int] = {}
    parts = [(share.pool, str(place), int(part)) for share in done.shared
             for place, part in zip(share.municipalities, share.amounts, strict=True)]  # fmt: skip
    for pool, place, amount in [*parts, *((pool, "00000", pool.amount) for pool in done.left)]:
        key = (pool.key, pool.service_id, place)
        found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in found.items() if amount}


@given(
    st.one_of(st.integers(-1000, 1000), st.integers(-(10**18), 10**18)),
    st.lists(st.one_of(st.integers(0, 3), st.integers(0, 10**12), st.integers(0, 9 * 10**18)), max_size=12),
)
def test_parts_add_up_and_each_is_within_one_forint_of_its_exact_share(whole, weights):
    parts = apportion(whole, weights)

    total = sum(weights)
    if total == 0:
        assert parts is None
        return
    assert sum(parts.tolist()) == whole
    assert all(abs(part * total - whole * weight) < total for part, weight in zip(parts.tolist(), weights, strict=True))
    assert parts.tolist() == naive.hamilton(whole, weights)


def test_of_equal_remainders_the_first_gets_the_forint():
    assert apportion(2, [1, 1, 1]).tolist() == [1, 1, 0]
    assert apportion(-2, [1, 1, 1]).tolist() == [-1, -1, 0]


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        apportion(5, [2, -1])


@settings(max_examples=80, deadline=None)
@given(naive.plans(), naive.drivers_of, naive.ledgers)
def test_every_line_goes_where_it_would_by_hand(plan, drivers, ledger):
    done = _run(plan, drivers, ledger)

    assert _entries(done) == naive.by_hand(plan, drivers, ledger)


@settings(max_examples=60, deadline=None)
@given(naive.plans(), naive.drivers_of, naive.ledgers)
def test_no_step_leaves_or_makes_a_forint_at_any_node(plan, drivers, ledger):
    nodes, charged = _nodes(ledger), 0
    for count in range(1, len(plan.steps) + 1):
        step = plan.steps[count - 1]
        done = _run(replace(plan, steps=plan.steps[:count]), drivers, ledger)
        now, reached = _standing(done), sum(int(share.amounts.sum()) for share in done.shared)

        assert sum(now.values()) + reached == sum(nodes.values()) + charged
        for node in {*now, *nodes}:
            kind = "shared" if node == "NA" else naive.KINDS.get(node, "")
            if kind not in (step.source, step.to):
                assert now.get(node, 0) == nodes.get(node, 0)  # a step touches what it names, and nothing else
        nodes, charged = now, reached
    by_row = dict.fromkeys(range(len(ledger)), 0)
    for (row, _, _), amount in _entries(done).items():
        by_row[row] += amount
    assert list(by_row.values()) == [line["amount"] for line in ledger]


@settings(max_examples=30, deadline=None)
@given(naive.plans(), naive.drivers_of, naive.ledgers)
def test_what_has_no_actor_or_service_that_we_know_stays_where_it_stands(plan, drivers, ledger):
    unplaced = [{**line, "service_id": "UNKNOWN"} for line in ledger] + [
        {**line, "actor_id": "unknown"} for line in ledger
    ]

    done = _run(plan, drivers, unplaced)

    assert done.shared == ()
    assert [(pool.service_id, pool.amount) for pool in done.left] == [
        (line["service_id"], line["amount"]) for line in unplaced if line["amount"]
    ]


def _nodes(ledger) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in ledger:
        found[line["service_id"]] = found.get(line["service_id"], 0) + line["amount"]
    return found


def _standing(done: Allocated) -> dict[str, int]:
    return _nodes([{"service_id": pool.service_id, "amount": pool.amount} for pool in done.left])


def test_amounts_are_whole_numbers_of_64_bits():
    assert apportion(10, [1, 2]).dtype == np.int64
