"""Figures of cost on both engines: whom a municipality counts for, what was known when, the ledger lines behind.

test_figures.py recounts each figure by a plain loop over a made-up world.
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select

from data.metrics.catalogue import METRICS
from data.metrics.measure import measure, source_rows
from data.schema import (
    UNKNOWN_MUNICIPALITY,
    cost_line,
    cost_month,
    cost_share,
    dim_municipality,
    fact_budget,
    fact_contract_service,
    fact_usage,
)
from data.selection import Selection
from tests.conftest import RUNS

PLACE, HEADS = METRICS["municipality_cost_huf"], METRICS["inhabitant_cost_huf"]
JANUARY = date(2025, 1, 1)
YEAR = Selection.of_year(2025)
FIRST, SECOND = "01508", "26408"


@pytest.fixture
def allocated(connection, add_rows):
    """Adds a ledger line of January with what it came to: (municipality, application, forints)."""

    def add(number, *shares, run=RUNS["budget"], ended=None, service="NA"):
        versions = {"loaded_run": run, "superseded_run": ended}
        booked = {"line_id": f"L{number}", "municipality_id": UNKNOWN_MUNICIPALITY, "source": "ledger"}
        total = sum(huf for _, _, huf in shares)
        add_rows(fact_budget, {**booked, "period_on": JANUARY, "fiscal_year": 2025, "side": "expenditure",
                               "account_id": "K311", "function_id": "unknown", "actor_id": "nisz",
                               "service_id": service, "spent_huf": total, **versions})  # fmt: skip
        if run not in connection.scalars(select(cost_month.c.loaded_run)).all():
            head = {"plan_version": "p", "fingerprint": str(number), "lines": 1, "ledger_huf": total}
            connection.execute(insert(cost_month).values(month=JANUARY, **head, **versions))
        for place, application, huf in shares:
            shared = {"month": JANUARY, "application_id": application, "amount_huf": huf, **versions}
            connection.execute(insert(cost_share).values(municipality_id=place, **shared))
            connection.execute(insert(cost_line).values(
                **booked, actor_id="nisz", service_id=service, account_id="K311", function_id="unknown", path=place,
                is_placed=True, **shared,
            ))  # fmt: skip

    return add


def figures(connection, metric, selection=YEAR, by=()):
    rows = measure(connection, metric, selection, by).to_dict("records")
    return {tuple(row[name] for name in by): (row["numerator"], row["denominator"]) for row in rows}


def live(add_rows, *pairs):
    known = {"contract_id": "C", "contracted_on": date(2020, 1, 1), "live_on": date(2020, 2, 1)}
    add_rows(fact_contract_service, *({**known, "municipality_id": a, "service_id": b} for a, b in pairs))


def test_a_municipality_live_with_two_applications_counts_once_and_so_do_its_inhabitants(
    connection, add_rows, allocated
):
    live(add_rows, (FIRST, "ADO"), (FIRST, "GAZD"), (SECOND, "ADO"))
    allocated(1, (FIRST, "ADO", 10), (FIRST, "GAZD", 20), (SECOND, "ADO", 5), (UNKNOWN_MUNICIPALITY, "ADO", 99))
    people = dict(connection.execute(select(dim_municipality.c.municipality_id, dim_municipality.c.population)).all())
    both, one = people[FIRST] + people[SECOND], people[FIRST]

    assert figures(connection, PLACE) == {(): (35, 2)}
    assert figures(connection, PLACE, by=("service",)) == {("ADO",): (15, 2), ("GAZD",): (20, 1)}
    assert figures(connection, HEADS) == {(): (35_000, both)}
    assert figures(connection, HEADS, by=("service",)) == {("ADO",): (15_000, both), ("GAZD",): (20_000, one)}


def test_a_figure_as_of_a_run_is_what_was_allocated_then(connection, add_rows, allocated):
    live(add_rows, (FIRST, "ADO"))
    allocated(1, (FIRST, "ADO", 10), ended=110)
    allocated(2, (FIRST, "ADO", 12), run=110)

    assert figures(connection, METRICS["allocated_cost_huf"]) == {(): (12, 1)}
    assert figures(connection, METRICS["allocated_cost_huf"], replace(YEAR, as_of=109)) == {(): (10, 1)}
    assert figures(connection, PLACE, replace(YEAR, as_of=109)) == {(): (10, 1)}


def test_behind_an_applications_cost_stand_the_lines_that_came_to_it(connection, allocated):
    allocated(1, (FIRST, "ADO", 10))
    allocated(2, (SECOND, "GAZD", 20))
    allocated(3, (FIRST, "GAZD", 1), service="GAZD")

    for metric in ("allocated_cost_huf", "municipality_cost_huf"):
        chosen = replace(YEAR, services=("GAZD",))
        assert set(source_rows(connection, METRICS[metric], chosen)["line_id"]) == {"L2", "L3"}
    of_place = replace(YEAR, municipalities=(FIRST,), services=("ADO",))
    assert set(source_rows(connection, PLACE, of_place)["line_id"]) == {"L1"}


def test_only_applications_and_months_that_told_their_users_count_and_few_users_are_withheld(
    connection, add_rows, allocated
):
    allocated(1, (FIRST, "ADO", 10_000), (SECOND, "ADO", 50), (FIRST, "GAZD", 7))
    use = {"service_id": "ADO", "period_on": JANUARY, "enabled_users": 40}
    add_rows(fact_usage, {**use, "active_users": 30}, {**use, "municipality_id": SECOND, "active_users": 1},
             {**use, "service_id": "GAZD", "active_users": None})  # fmt: skip
    metric = METRICS["user_cost_huf"]

    assert figures(connection, metric) == {(): (10_050, 31)}
    by_place = measure(connection, metric, YEAR, ["municipality"]).set_index("municipality")
    assert by_place["withheld"].to_dict()[SECOND]


def test_the_residual_tells_what_is_not_allocated(connection, add_rows, allocated):
    allocated(1, (FIRST, "ADO", 10))
    assert figures(connection, METRICS["allocation_residual_huf"]) == {(): (0, 1)}

    add_rows(fact_budget, {"line_id": "late", "period_on": JANUARY, "fiscal_year": 2025, "side": "expenditure",
                           "account_id": "K311", "actor_id": "nisz", "service_id": "ADO", "spent_huf": 3})  # fmt: skip
    assert figures(connection, METRICS["allocation_residual_huf"]) == {(): (3, 1)}
