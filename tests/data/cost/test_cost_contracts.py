"""Contracts: the register, the levels that each promises and the penalties they make due, beside naive loops."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import insert

from data.cost import contract_market
from data.cost.contract_levels import attainment, by_figure, levels, months_of
from data.cost.contract_penalties import by_contract, due_of, fees, penalties, rule_of
from data.cost.contracts import book, register
from data.metrics.catalogue import metric
from data.metrics.measure import measure
from data.schema import fact_contract, fact_contract_amendment
from data.selection import Selection
from tests.conftest import RUNS

ADO = {
    "contract_id": "ado", "contract_kind": "service", "service_id": "ADO", "actor_id": "operator_ado",
    "supplier": "Egy Kft.", "valid_from": date(2025, 1, 20), "valid_to": date(2025, 12, 31), "value_huf": 1_200_007,
    "original_huf": 1_000_000, "invoiced_huf": 700_000, "penalty_due_huf": 90, "penalty_applied_huf": 40,
}  # fmt: skip
VIRT = {
    "contract_id": "virt", "contract_kind": "underpinning", "service_id": "C01_VIRT", "actor_id": "nisz",
    "supplier": "Két Kft.", "valid_from": date(2025, 3, 1), "valid_to": date(2027, 2, 28), "value_huf": 600_000,
    "original_huf": 600_000, "invoiced_huf": 100_000,
}  # fmt: skip
OLD = {
    "contract_id": "old", "contract_kind": "service", "service_id": "ADO", "actor_id": "operator_ado",
    "signed_on": date(2024, 1, 1), "valid_from": date(2024, 1, 20), "valid_to": date(2025, 1, 19), "value_huf": 365,
}  # fmt: skip
NEXT = {
    "contract_id": "next", "contract_kind": "service", "service_id": "ADO", "actor_id": "operator_ado",
    "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), "value_huf": None,
}  # fmt: skip
PERIOD = Selection(first=date(2025, 1, 1), last=date(2025, 8, 15))
HELD = "sla_resolution_rate"


def random_tickets(seed: int) -> list[dict[str, object]]:
    """Incidents due in 2024 and 2025 of two services, held by who operates them or by somebody else."""
    chance = random.Random(seed)
    return [
        {
            "service_id": service, "actor_id": chance.choice([holder, holder, "menedzsment"]),
            "resolution_due_on": date(2024, 6, 1) + timedelta(days=chance.randrange(460)),
            "resolved_in_sla": chance.random() < 0.85,
        }
        for service, holder in (("ADO", "operator_ado"), ("C01_VIRT", "nisz"))
        for _ in range(150)
    ]  # fmt: skip


def naive_items(contract: dict, tickets: list[dict], last: date) -> dict[str, tuple[int, int]]:
    """In time and all, by month, of the tickets that a contract answers for: day after day."""
    found: dict[str, tuple[int, int]] = {}
    day = contract["valid_from"]
    while day <= min(contract["valid_to"], last):
        month = day.isoformat()[:7]
        in_time, all_ = found.get(month, (0, 0))
        for ticket in tickets:
            mine = (ticket["service_id"], ticket["actor_id"]) == (contract["service_id"], contract["actor_id"])
            if mine and ticket["resolution_due_on"] == day:
                in_time, all_ = in_time + bool(ticket["resolved_in_sla"]), all_ + 1
        found[month] = in_time, all_
        day += timedelta(days=1)
    return found


@pytest.fixture
def contracts(add_rows):
    add_rows(fact_contract, ADO, VIRT, OLD, NEXT, {"contract_id": "joined"})


@pytest.mark.parametrize("seed", [1, 2])
def test_items_are_those_of_a_naive_loop_over_days_and_tickets(connection, contracts, add_tickets, seed):
    tickets = random_tickets(seed)
    add_tickets(*tickets)

    found = levels(connection, PERIOD, register(connection, PERIOD))

    told = found[found["metric_id"] == HELD]
    for contract in (ADO, VIRT, OLD):
        of = told[told["contract_id"] == contract["contract_id"]]
        counted = zip(of["numerator"], of["denominator"], strict=True)
        assert dict(zip(of["month"], counted, strict=True)) == naive_items(contract, tickets, PERIOD.last)
    assert list(told["is_met"]) == [
        None if all_ == 0 else in_time >= all_ * 0.9
        for in_time, all_ in zip(told["numerator"], told["denominator"], strict=True)
    ]
    assert set(told.loc[~told["is_over"].astype(bool), "month"]) == {"2025-08"}
    assert "next" not in set(told["contract_id"])


def test_attainment_is_what_met_over_what_was_measured_in_the_period(connection, contracts, add_tickets):
    add_tickets(*random_tickets(3))
    found = levels(connection, PERIOD, register(connection, PERIOD))

    reached = {row["contract_id"]: row for row in attainment(found).to_dict("records")}

    for name, row in reached.items():
        items = [one for one in found.to_dict("records") if one["contract_id"] == name and one["month"] >= "2025-01"]
        measured = [one for one in items if one["denominator"] > 0]
        met = [
            one for one in measured if Fraction(one["numerator"], one["denominator"]) >= Fraction(str(one["target"]))
        ]
        assert (row["promised"], row["measured"], row["met"]) == (len(items), len(measured), len(met))
        assert row["value"] == pytest.approx(len(met) / len(measured))
    assert reached["ado"]["promised"] == 8 * 5  # months × incidents, responses, requests, availability, changes of law
    assert reached["virt"]["promised"] == 6 * 4


def test_availability_of_a_contract_is_that_of_its_days(connection, contracts, add_tickets):
    add_tickets({})
    found = by_figure(levels(connection, PERIOD, register(connection, PERIOD)))

    row = found[(found["contract_id"] == "ado") & (found["metric_id"] == "service_availability_rate")].iloc[0]

    days = Selection(first=ADO["valid_from"], last=PERIOD.last, services=("ADO",))
    whole = measure(connection, metric("service_availability_rate"), days).iloc[0]
    assert (row["numerator"], row["denominator"]) == (whole["numerator"], whole["denominator"])
    assert row["denominator"] > 0


@pytest.mark.parametrize(
    ("first", "last", "value", "months"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), 1_200_000, {f"2025-{at:02}": 100_000 for at in range(1, 13)}),
        (date(2025, 1, 1), date(2025, 3, 31), 100, {"2025-01": 34, "2025-02": 33, "2025-03": 33}),
        # 15 of 30 days are half a month: 1.5 months share 300.
        (date(2025, 4, 16), date(2025, 5, 31), 300, {"2025-04": 100, "2025-05": 200}),
        (date(2025, 1, 31), date(2025, 1, 31), 7, {"2025-01": 7}),
    ],
)  # fmt: skip
def test_fees_are_the_value_by_month_to_the_forint(first, last, value, months):
    assert fees(value, first, last) == months


@pytest.mark.parametrize("seed", range(8))
def test_fees_always_add_up_to_the_value(seed):
    chance = random.Random(seed)
    first = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
    last = first + timedelta(days=chance.randrange(1500))
    value = chance.randrange(10**11)

    found = fees(value, first, last)

    assert sum(found.values()) == value
    assert len(found) == len(list(months_of(first, last, last)))


@pytest.mark.parametrize(
    ("reached", "due"),
    [
        (Fraction(9, 10), 0),  # equal is met
        (Fraction(95, 100), 0),
        (Fraction(89, 100), 10_000),  # a point below: one per cent of the fee
        (Fraction(885, 1000), 15_000),  # a part of a point counts in part
        (Fraction(1, 2), 100_000),  # ten per cent at most
    ],
)
def test_a_penalty_is_a_share_of_the_fee_for_each_point_below_the_target(reached, due):
    rule = {"point_share": 0.01, "most_share": 0.1}

    assert due_of(1_000_000, reached, Fraction("0.9"), rule)[1] == due


def test_penalties_are_those_of_a_naive_loop_over_months(connection, contracts, add_tickets):
    tickets = random_tickets(5)
    add_tickets(*tickets)
    rows = register(connection, PERIOD)

    found = penalties(connection, rows, levels(connection, PERIOD, rows))

    told = found[(found["metric_id"] == HELD) & (found["contract_id"] == "ado")].set_index("month")
    fee_of = fees(ADO["value_huf"], ADO["valid_from"], ADO["valid_to"])
    for month, (in_time, all_) in naive_items(ADO, tickets, PERIOD.last).items():
        row = told.loc[month]
        if month == "2025-08":
            assert row["why"] == "running"
        elif not all_:
            assert row["why"] == "not_measured"
        else:
            points = max(0.0, 90 - 100 * in_time / all_)
            assert row["due_huf"] == pytest.approx(fee_of[month] * min(points * 0.01, 0.1), abs=0.51)
    due = by_contract(found).set_index("contract_id")["due_huf"]
    assert due["ado"] == sum(one for one in found.loc[found["contract_id"] == "ado", "due_huf"].dropna()) > 0


def test_a_rule_for_the_service_goes_before_one_for_every_service():
    every = {"metric_id": HELD, "service_id": "*", "valid_from": date(2017, 1, 1), "valid_to": None}
    own = every | {"service_id": "ADO", "valid_from": date(2025, 1, 1), "valid_to": date(2026, 1, 1)}

    assert rule_of([every, own], HELD, "ADO", date(2025, 6, 1)) is own
    assert rule_of([every, own], HELD, "ADO", date(2026, 1, 1)) is every
    assert rule_of([every, own], HELD, "GAZD", date(2025, 6, 1)) is every
    assert rule_of([every, own], "reopen_rate", "ADO", date(2025, 6, 1)) is None


def test_the_register_tells_the_state_time_and_money_of_each_contract(connection, contracts):
    rows = register(connection, PERIOD).set_index("contract_id")

    assert dict(rows["state"]) == {"ado": "in_force", "virt": "in_force", "old": "ended", "next": "to_come"}
    assert rows.loc["ado", "days_left"] == (date(2025, 12, 31) - date(2025, 8, 15)).days
    assert rows.loc["ado", "elapsed_share"] == pytest.approx(208 / 346)
    assert rows.loc["ado", "growth"] == pytest.approx(0.200007)
    assert dict(rows["is_expiring"]) == {"ado": True, "virt": False, "old": False, "next": False}
    assert register(connection, Selection(first=date(2025, 2, 1), last=PERIOD.last))["contract_id"].tolist() == [
        "ado", "virt", "next",
    ]  # fmt: skip


def test_the_register_agrees_with_the_figures_of_the_catalogue(connection, contracts):
    day = Selection(last=PERIOD.last)
    rows = register(connection, day)

    expiring = measure(connection, metric("expiring_contract_count"), day).iloc[0]
    drawn = measure(connection, metric("contract_drawdown_ratio"), day, ["service"]).set_index("service")
    grown = measure(connection, metric("contract_growth_rate"), day, ["service"]).set_index("service")

    assert expiring["value"] == rows["is_expiring"].sum() == 1
    for row in rows[rows["state"] == "in_force"].to_dict("records"):
        assert row["drawdown"] == pytest.approx(drawn.loc[row["service_id"], "value"])
        assert row["growth"] == pytest.approx(grown.loc[row["service_id"], "value"])


def test_the_book_holds_amendments_of_its_contracts_and_counts_joining_ones(connection, contracts):
    row = {
        "municipality_id": "01508", "source": "contracts", "input_id": RUNS["contracts"], "line": 1,
        "loaded_run": RUNS["contracts"], "contract_id": "ado", "amendment_id": "1", "actor_id": "operator_ado",
        "service_id": "ADO", "amended_on": date(2025, 5, 1), "previous_huf": 1_000_000, "value_huf": 1_200_007,
    }  # fmt: skip
    stranger = row | {"contract_id": "gone", "amendment_id": "2"}
    connection.execute(insert(fact_contract_amendment), [row, stranger])

    found = book(connection, PERIOD)

    assert found.on == PERIOD.last
    assert found.amendments[["contract_id", "previous_huf", "value_huf"]].to_numpy().tolist() == [
        ["ado", 1_000_000, 1_200_007]
    ]
    assert found.joining == 1


def test_an_empty_database_gives_an_empty_book(connection):
    found = book(connection, PERIOD)

    assert found.joining == 0
    assert all(one.empty for one in (found.rows, found.levels, found.due, found.amendments))
    assert all(one.empty for one in (attainment(found.levels), by_figure(found.levels), by_contract(found.due)))
    assert contract_market.concentration(found.rows).empty
    assert contract_market.summed_by(contract_market.awards(connection, Selection()), "year").empty


def test_suppliers_are_concentrated_as_the_squares_of_their_shares(connection, contracts):
    found = contract_market.concentration(register(connection, PERIOD))

    assert found["supplier"].tolist() == ["Egy Kft.", "Két Kft."]
    assert found["share"].sum() == pytest.approx(1)
    both = 1_200_007 / 1_800_007, 600_000 / 1_800_007
    assert contract_market.hhi(list(found["share"])) == pytest.approx(10_000 * (both[0] ** 2 + both[1] ** 2))
    assert contract_market.hhi([1.0]) == 10_000


def test_awards_by_year_and_buyer_agree_with_the_figures_of_the_catalogue(connection, add_rows):
    chance = random.Random(7)
    rows = [
        {
            "contract_kind": "award", "signed_on": date(chance.choice([2023, 2024, 2025]), 5, 2), "valid_from": None,
            "buyer": chance.choice(["Város", "Község", None]), "bids_count": chance.choice([None, 1, 2, 5]),
            "original_huf": chance.choice([None, 10, 2000]), "value_huf": chance.choice([None, 30]),
        }
        for _ in range(40)
    ]  # fmt: skip
    add_rows(fact_contract, *rows)

    found = contract_market.awards(connection, Selection(last=date(2025, 12, 31)))

    years = contract_market.summed_by(found, "year").set_index("year")
    shares = measure(connection, metric("single_bid_share"), Selection(), ["year"]).set_index("year")
    sums = measure(connection, metric("awarded_huf"), Selection(), ["year"]).set_index("year")
    for year in (2023, 2024, 2025):
        assert years.loc[year, "single_share"] == pytest.approx(shares.loc[str(year), "value"])
        assert years.loc[year, "awarded_huf"] == sums.loc[str(year), "value"]
    buyers = contract_market.summed_by(found, "buyer").set_index("buyer")
    for buyer in ("Város", "Község", ""):
        mine = [row for row in rows if (row["buyer"] or "") == buyer]
        assert buyers.loc[buyer, "awards"] == len(mine)
        assert buyers.loc[buyer, "no_value"] == sum(
            row["original_huf"] is None and row["value_huf"] is None for row in mine
        )
