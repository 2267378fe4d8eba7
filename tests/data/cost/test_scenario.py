"""What a scenario comes to, against sums made by hand; and what is refused."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cost.changing import scaled
from data.cost.plan_reading import plan_from
from data.cost.scenario import (
    BadScenario,
    Contract,
    Method,
    Price,
    Scenario,
    Volume,
    change_of,
    changes_of_json,
    changes_to_json,
    forints,
    shares_of,
    thousandths,
)
from data.cost.scenario_run import Base, base_months, by_cell, by_municipality, compare, stages
from data.cost.weights import Drivers
from tests.data.cost import naive_run as naive

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
STEP = {"name_hu": "l", "name_en": "s"}
PLAN = plan_from(
    {
        "version": "1",
        "valid_from": date(2020, 1, 1),
        "step": [
            STEP | {"id": "platform", "from": "component", "to": "application", "method": "users"},
            STEP | {"id": "rest", "from": "shared", "to": "application", "method": "tickets", "otherwise": ["even"]},
            STEP | {"id": "out", "from": "application", "to": "municipality", "method": "users"},
        ],
    },
    "test",
)
USERS = [("A1", "10001", 3), ("A1", "10002", 1), ("A2", "10001", 2), ("A3", "10003", 4)]
LINES = [
    (MARCH, "alfa", "C1", "K321", 1_000_003), (MARCH, "beta", "A1", "K312", 700_000), (MARCH, "beta", "A1", "K61", 99),
    (APRIL, "alfa", "NA", "K1101", 50_001), (APRIL, "beta", "A1", "K351", 300_001), (APRIL, "beta", "A1", "K312", -7),
]  # fmt: skip
CHANGES = (
    Price(105, actors=("alfa",)),
    Volume("users", "A1", 500, follows=250),
    Contract("beta", "A1", 600_000),
    Method("rest", "fixed", {"A2": 1, "A3": 2}),
)


def _base(lines=LINES, users=USERS, plan=PLAN) -> Base:
    frame = pd.DataFrame(lines, columns=["month", "actor_id", "service_id", "account_id", "amount"])
    frame = frame.assign(municipality_id="00000")
    columns = ["service_id", "municipality_id", "weight"]
    drivers = Drivers({"users": pd.DataFrame(users, columns=columns).astype({"weight": "int64"})}, naive.KINDS)
    months = {line[0] for line in lines}
    return Base(frame, dict.fromkeys(months, plan), dict.fromkeys(months, drivers))


def _by_hand(base: Base) -> dict[tuple[str, str], int]:
    """By actor and application, every month and line by itself with fractions."""
    found: dict[tuple[str, str], int] = {}
    for month, plan in base.plans.items():
        rows = base.lines[base.lines["month"] == month].to_dict("records")
        for (row, node, _), amount in naive.by_hand(plan, base.drivers[month], rows).items():
            key = (rows[row]["actor_id"], node)
            found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in found.items() if amount}


def _cells(sums: pd.Series) -> dict[tuple[str, str], int]:
    return {key: int(amount) for key, amount in sums.items() if amount}


def test_both_sides_are_what_a_naive_allocation_gives():
    base = _base()

    outcome = compare(base, CHANGES)

    after = stages(base, CHANGES)[-1]
    cells = outcome.cells.set_index(["actor_id", "application_id"])
    assert _cells(cells["present_huf"]) == _by_hand(base)
    assert _cells(cells["scenario_huf"]) == _by_hand(after)
    assert int(by_municipality(after).sum()) == outcome.scenario_huf


def test_each_change_does_what_it_says():
    base = _base()
    first, second, third, fourth = stages(base, CHANGES)

    amounts = [one.lines["amount"].tolist() for one in (first, second, third)]
    # alfa bears 1 050 004 Ft; 10,5 % of that is 110 250,42.
    assert sum(amounts[0]) - sum(base.lines["amount"]) == 110_250
    # A quarter of +50 % on the K3 lines of A1 (999 994 Ft), which are 124 999,25 Ft more; K61 is none of them.
    assert sum(amounts[1]) - sum(amounts[0]) == 124_999
    assert amounts[2][1] + amounts[2][4] + amounts[2][5] == 600_000
    assert amounts[2][2] == 99
    weights = second.drivers[MARCH].frames["users"]["weight"].tolist()
    # 3, 1, 2, 4 with the first two half as much again: in proportion to 9, 3, 4, 8.
    assert [Fraction(one, weights[2]) for one in weights] == [Fraction(one, 4) for one in (9, 3, 4, 8)]
    assert fourth.plans[MARCH].steps[1].method == "fixed"
    assert fourth.plans[MARCH].steps[0] == PLAN.steps[0]


def test_without_a_change_nothing_differs():
    outcome = compare(_base(), ())

    assert outcome.cells["difference_huf"].tolist() == [0] * len(outcome.cells)
    assert outcome.steps == ()


def test_a_volume_alone_moves_cost_and_leaves_the_whole():
    outcome = compare(_base(), (Volume("users", "A1", 1000),))

    assert outcome.present_huf == outcome.scenario_huf
    assert outcome.steps[0].effect_huf == 0
    moved = outcome.by("application_id").set_index("application_id")["difference_huf"]
    assert outcome.steps[0].moved_huf == moved["A1"] > 0
    assert outcome.by("actor_id")["difference_huf"].tolist() == [0, 0]


amount = st.integers(-(10**6), 10**9)
lines = st.lists(
    st.tuples(
        st.sampled_from((MARCH, APRIL)), st.sampled_from(("alfa", "beta")), st.sampled_from(("NA", "C1", "A1", "A2")),
        st.sampled_from(("K1101", "K312", "K61")), amount,
    ),
    min_size=1, max_size=8,
)  # fmt: skip
weights = st.lists(
    st.tuples(st.sampled_from(naive.APPLICATIONS), st.sampled_from(naive.PLACES), st.integers(0, 10**6)), max_size=6
)
more = st.integers(-1000, 10_000).filter(bool)
change = st.one_of(
    st.builds(Price, more, actors=st.sampled_from(((), ("alfa",))), groups=st.sampled_from(((), ("K3",)))),
    st.builds(Volume, st.just("users"), st.sampled_from(naive.APPLICATIONS), more, st.sampled_from((0, 300, 1000))),
    st.builds(Contract, st.just("beta"), st.just("A1"), st.integers(0, 10**9)),
    st.builds(Method, st.just("platform"), st.sampled_from(("even", "tickets"))),
)


@settings(max_examples=60, deadline=None)
@given(lines, weights, st.lists(change, max_size=4))
def test_differences_by_actor_by_application_and_by_change_add_up_to_the_same(lines, weights, changes):
    base = _base(lines, weights)
    try:
        outcome = compare(base, changes)
    except BadScenario:  # nothing of the base is what a change is about
        return
    difference = outcome.scenario_huf - outcome.present_huf
    assert outcome.by("actor_id")["difference_huf"].sum() == difference
    assert outcome.by("application_id")["difference_huf"].sum() == difference
    assert sum(step.effect_huf for step in outcome.steps) == difference
    assert outcome.present_huf == sum(line[4] for line in lines)
    assert outcome.scenario_huf == sum(_cells(by_cell(stages(base, changes)[-1] if changes else base)).values())


@given(st.lists(st.integers(-(10**12), 10**12), max_size=8), st.integers(0, 10**7), st.integers(1, 10**7))
def test_scaled_amounts_add_up_to_the_rounded_whole_and_each_is_within_one(amounts, numerator, denominator):
    parts = scaled(amounts, numerator, denominator)

    exact = [Fraction(one * numerator, denominator) for one in amounts]
    assert abs(sum(parts) - sum(exact)) <= Fraction(1, 2)
    assert all(abs(part - one) < 1 for part, one in zip(parts, exact, strict=True))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_read_back_as_it_was_written(change):
    assert changes_of_json(changes_to_json([change])) == (change,)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"kind": "rumour"}, "kind", "kind"),
        ({"kind": "price", "more": 0}, "more", "zero"),
        ({"kind": "price", "more": -1001}, "more", "tenths"),
        ({"kind": "price", "more": 10, "groups": ["B1"]}, "groups", "missing"),
        ({"kind": "volume", "driver": "rain", "service": "ADO", "more": 5}, "driver", "missing"),
        ({"kind": "volume", "driver": "users", "service": "", "more": 5}, "service", "missing"),
        ({"kind": "volume", "driver": "users", "service": "ADO", "more": 5, "follows": 1001}, "follows", "whole"),
        ({"kind": "contract", "actor": "nisz", "service": "ADO", "fee_huf": -1}, "fee_huf", "whole"),
        ({"kind": "method", "step": "platform", "method": "direct"}, "method", "missing"),
        ({"kind": "method", "step": "platform", "method": "fixed"}, "shares", "shares"),
        ({"kind": "method", "step": "platform", "method": "even", "shares": {"ADO": 1}}, "shares", "shares"),
    ],
)
def test_what_is_wrong_with_a_change_is_told_by_its_field(given, field, code):
    with pytest.raises(BadScenario) as told:
        change_of(given)
    assert (told.value.field, told.value.code) == (field, code)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (Contract("alfa", "A1", 5), "K3 of alfa for A1"),
        (Volume("tickets", "A1", 5), "tickets of A1"),
        (Price(5, services=("A2",)), "ledger lines"),
        (Method("nowhere", "even"), "step nowhere"),
    ],
)
def test_a_change_of_what_the_base_does_not_have_is_refused(change, what):
    with pytest.raises(BadScenario, match=what):
        compare(_base(), (Price(10), change))


def test_fixed_shares_by_application_are_refused_for_a_step_to_municipalities():
    with pytest.raises(BadScenario, match="out"):
        compare(_base(), (Method("out", "fixed", {"A1": 1}),))


def test_the_same_thing_is_changed_once():
    with pytest.raises(BadScenario, match="twice"):
        Scenario(MARCH, 1, (Volume("users", "A1", 5), Price(5), Volume("users", "A1", 7)))


@pytest.mark.parametrize(("text", "found"), [("5", 50), ("-2,5 %", -25), ("\u22120.1", -1), ("1 000", 10_000)])
def test_percentages_are_read_as_people_write_them(text, found):
    assert thousandths(text) == found


@pytest.mark.parametrize("text", ["", "x", "0,25", "1001", "NaN", "1e9"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(BadScenario):
        thousandths(text)


@pytest.mark.parametrize(
    ("text", "found"), [("450 000 000 Ft", 450_000_000), ("1,234", 1234), ("1.234.567", 1_234_567)]
)
def test_amounts_are_read_as_people_write_them(text, found):
    assert forints(text) == found


@pytest.mark.parametrize("text", ["", "-5", "1,5", "12 ezer", "12345678901234"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadScenario):
        forints(text)


def test_shares_are_read_with_their_applications():
    assert shares_of("ADO=3, GAZD = 1", ("ADO", "GAZD")) == {"ADO": 3, "GAZD": 1}
    for wrong in ("ADO", "ADO=x", "XYZ=1", "ADO=1, ADO=2"):
        with pytest.raises(BadScenario):
            shares_of(wrong, ("ADO", "GAZD"))


def test_the_base_is_the_twelve_months_that_end_with_the_last():
    assert base_months(MARCH) == [date(2024, month, 1) for month in range(4, 13)] + [
        date(2025, month, 1) for month in (1, 2, 3)
    ]
