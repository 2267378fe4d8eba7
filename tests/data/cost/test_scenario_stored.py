"""The present side of a scenario is what is stored, on both engines; and stays so whatever comes later."""

import pandas as pd
import pytest
from sqlalchemy import select

from data.cost.refreshing import refresh
from data.cost.scenario import BadScenario, Price, Scenario, Volume
from data.cost.scenario_run import evaluate, evaluate_by_size
from data.schema import cost_line, cost_month, dim_municipality, fact_budget, fact_contract_service, fact_usage
from tests.data.cost import ledger_world as world
from tests.data.cost.ledger_world import APRIL, MARCH, MAY


@pytest.fixture
def ledger(connection, add_rows):
    """March and April, allocated; May has no line."""
    add_rows(fact_usage, *world.USAGE)
    add_rows(fact_contract_service, {"municipality_id": world.PLACES[0], "service_id": "GAZD", "live_on": MARCH})
    add_rows(fact_budget, *({"municipality_id": "00000"} | line for line in world.LINES))
    refresh(connection)
    return connection


def _present(outcome) -> dict:
    return world.sums(outcome.cells, ["actor_id", "application_id"], "present_huf")


def _stored(connection) -> dict:
    lines = pd.read_sql(select(cost_line).where(cost_line.c.superseded_run.is_(None)), connection)
    return world.sums(lines, ["actor_id", "application_id"], "amount_huf")


def test_the_present_side_is_what_is_stored_and_months_without_a_ledger_are_named(ledger):
    outcome = evaluate(ledger, Scenario(MAY, None))

    assert _present(outcome) == _stored(ledger)
    assert outcome.months == (MARCH, APRIL)
    assert MAY in outcome.missing
    assert len(outcome.missing) == 10
    assert not outcome.cells["difference_huf"].any()


def test_a_scenario_shows_the_same_after_a_later_run_has_changed_the_ledger(ledger):
    scenario = Scenario(APRIL, 105, (Price(100, services=("ADO",)), Volume("users", "ADO", 200)))
    before = evaluate(ledger, scenario)

    world.replace_line(ledger, "a", 201, spent_huf=5)

    pd.testing.assert_frame_equal(evaluate(ledger, scenario).cells, before.cells)
    assert evaluate(ledger, Scenario(APRIL, None)).present_huf == before.present_huf - 1_000_003 + 5


def test_size_bands_add_up_to_both_sides(ledger):
    scenario = Scenario(APRIL, None, (Price(100, actors=("nisz",)), Volume("users", "ADO", 200)))

    outcome, bands = evaluate(ledger, scenario), evaluate_by_size(ledger, scenario)

    assert bands["present_huf"].sum() == outcome.present_huf
    assert bands["scenario_huf"].sum() == outcome.scenario_huf
    known = set(ledger.scalars(select(dim_municipality.c.size_band)))
    assert set(bands["size_band"]) <= known | {"unplaced"}
    # Line c is of no service that we know, so it reaches nobody: 500 Ft, and a tenth more.
    unplaced = bands.set_index("size_band").loc["unplaced"]
    assert (unplaced["present_huf"], unplaced["scenario_huf"]) == (500, 550)


def test_a_base_without_an_allocated_month_is_refused(connection):
    assert connection.execute(select(cost_month)).first() is None
    with pytest.raises(BadScenario, match="2025-03"):
        evaluate(connection, Scenario(MARCH, None))
