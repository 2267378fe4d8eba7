"""What is allocated adds up to the ledger, changes only with it, and can be asked as it was."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import insert, select, update

from data.cost.coverage import coverage
from data.cost.driver_history import DriverHistory
from data.cost.drivers import drivers
from data.cost.refreshing import make_anew, refresh
from data.cost.trace import trace_line, trace_municipality
from data.schema import (
    allocation_plan,
    cost_line,
    cost_month,
    cost_share,
    fact_budget,
    fact_contract_service,
    fact_usage,
)
from tests.data.cost import ledger_world as world
from tests.data.cost.ledger_world import APRIL, MARCH, MAY, PLACES

NOBODY = {"municipality_id": "00000"}
TICKETS = [{"municipality_id": place, "service_id": service, "resolved_on": date(2025, 2, day + 1)}
           for day, place in enumerate(PLACES) for service in ("ADO", "IRAT")]  # fmt: skip
LIVE = [{"municipality_id": place, "service_id": service, "contract_id": f"{place}{service}",
         "live_on": date(2024, 1, 1)}
        for place in PLACES[1:] for service in ("ADO", "GAZD", "IRAT")]  # fmt: skip


@pytest.fixture
def ledger(connection, add_rows, add_tickets):
    """The small world, allocated by run 105."""
    add_tickets(*TICKETS)
    add_rows(fact_contract_service, *LIVE)
    add_rows(fact_usage, *world.USAGE)
    add_rows(fact_budget, *(NOBODY | line for line in world.LINES))
    refresh(connection)
    return connection


def test_every_line_and_month_adds_up_to_a_naive_sum_of_a_random_ledger(connection, add_rows, add_tickets):
    lines = world.random_lines(7, 60)
    add_tickets(*TICKETS)
    add_rows(fact_contract_service, *LIVE)
    add_rows(fact_usage, *world.USAGE)
    add_rows(fact_budget, *lines)

    assert refresh(connection)

    told = pd.DataFrame([{"month": line["period_on"], **line} for line in lines], dtype=object)
    stored, shared = (pd.read_sql(select(table), connection) for table in (cost_line, cost_share))
    for frame in (stored, shared):
        frame["month"] = pd.to_datetime(frame["month"]).dt.date
    assert world.sums(stored, ["line_id"], "amount_huf") == world.sums(told, ["line_id"], "spent_huf")
    assert world.sums(shared, ["month"], "amount_huf") == world.sums(told, ["month"], "spent_huf")
    by_application = ["month", "application_id"]
    assert world.sums(shared, by_application, "amount_huf") == world.sums(stored, by_application, "amount_huf")
    unknown = told[(told["actor_id"] == "unknown") | (told["service_id"] == "UNKNOWN")]
    left = stored[~stored["is_placed"].astype(bool)]
    assert world.sums(left, ["line_id"], "amount_huf") == world.sums(unknown, ["line_id"], "spent_huf")


def test_a_share_is_traced_to_lines_that_add_up_to_it_and_a_line_to_whom_it_was_charged(ledger):
    shares = pd.read_sql(select(cost_share), ledger)
    for (place, month), mine in shares.groupby(["municipality_id", "month"]):
        traced = trace_municipality(ledger, pd.Timestamp(month).date(), place)

        assert world.sums(traced, ["application_id"], "share_huf") == world.sums(mine, ["application_id"], "amount_huf")
        for row in traced.dropna(subset="weight").to_dict("records"):
            exact = row["part_huf"] * row["weight"] / row["total_weight"]
            assert abs(row["share_huf"] - exact) < 1
    for line in world.LINES:
        charged = trace_line(ledger, "budget", line["line_id"])

        assert charged["amount_huf"].sum() == line["spent_huf"]
        assert set(charged["month"]) == {line["period_on"]}
    assert trace_line(ledger, "budget", "f")["municipality_id"].tolist() == ["02015"]
    assert trace_line(ledger, "budget", "c")[["municipality_id", "is_placed"]].values.tolist() == [["00000", False]]
    assert trace_line(ledger, "budget", "none").empty
    assert trace_municipality(ledger, MAY, "01508").empty


def test_a_run_that_changes_nothing_leaves_every_month_as_it_is(ledger):
    before = world.whole(ledger)
    assert not refresh(ledger)

    world.next_run(ledger, 110)

    assert not refresh(ledger)
    assert world.whole(ledger) == before
    assert world.made_by(ledger) == {MARCH: 105, APRIL: 105}


def test_a_changed_line_makes_only_its_month_anew_and_the_earlier_one_can_be_asked(ledger):
    before = world.whole(ledger)

    world.replace_line(ledger, "d", 110, spent_huf=20_002)

    assert world.made_by(ledger) == {MARCH: 105, APRIL: 110}
    assert world.whole(ledger, as_of=105) == before
    assert trace_line(ledger, "budget", "d")["amount_huf"].sum() == 20_002
    assert trace_line(ledger, "budget", "d", as_of=105)["amount_huf"].sum() == 10_001


def test_a_month_that_leaves_the_ledger_ends(ledger):
    world.replace_line(ledger, "d", 110, spent_huf=0)
    world.replace_line(ledger, "e", 111)
    assert world.made_by(ledger)[APRIL] == 111

    world.replace_line(ledger, "f", 112)

    assert set(world.made_by(ledger)) == {MARCH}
    assert {row[1] for row in world.rows(ledger, cost_share)} == {MARCH}
    assert {row[1] for row in world.rows(ledger, cost_share, as_of=105)} == {MARCH, APRIL}


def test_drivers_that_change_leave_a_month_as_it_was_reported_until_someone_asks(ledger, add_rows):
    before = world.whole(ledger)
    ledger.execute(insert(fact_usage).values(_usage(ledger, "late", 110, enabled_users=5_000)))
    world.next_run(ledger, 110, "usage")

    assert not refresh(ledger)
    assert world.whole(ledger) == before
    shared = trace_municipality(ledger, MARCH, "01508")
    assert world.sums(shared, ["application_id"], "share_huf") == {
        (row[2],): row[3] for row in before[2] if row[:2] == ("01508", MARCH)
    }

    assert make_anew(ledger, {MARCH})
    assert world.made_by(ledger) == {MARCH: 110, APRIL: 105}
    assert world.whole(ledger) != before
    assert world.whole(ledger, as_of=105) == before


def test_a_driver_that_there_was_nothing_of_makes_its_months_anew_when_it_comes(connection, add_rows):
    add_rows(fact_budget, *(NOBODY | line for line in world.LINES))
    refresh(connection)
    placed = select(cost_month.c.month, cost_month.c.placed_huf).where(cost_month.c.superseded_run.is_(None))
    assert {row.placed_huf for row in connection.execute(placed)} == {
        0,
        50,
    }  # only the line that names its municipality

    add_rows(fact_usage, *world.USAGE)
    connection.execute(update(fact_usage).values(loaded_run=110))
    world.next_run(connection, 110, "usage")

    assert refresh(connection)
    assert world.made_by(connection) == {MARCH: 110, APRIL: 110}
    assert {row.month: row.placed_huf for row in connection.execute(placed)}[MARCH] == 1_000_003 + 77_777


def test_a_month_made_twice_by_one_run_stands_once(ledger):
    assert make_anew(ledger, {MARCH})
    assert make_anew(ledger, {MARCH})

    assert len(world.rows(ledger, cost_month)) == 2
    assert (
        ledger.execute(select(cost_month.c.superseded_run).where(cost_month.c.superseded_run.is_not(None))).all() == []
    )


def test_months_without_a_plan_stay_unallocated_and_are_told_by_name(ledger, caplog):
    text = ledger.scalar(select(allocation_plan.c.content))
    text = text.replace("valid_from = 2017-01-01", "valid_from = 2017-01-01\nvalid_to = 2025-04-01")
    ledger.execute(update(allocation_plan).values(content=text))
    _plan_changed(ledger, 110)

    assert refresh(ledger)

    assert set(world.made_by(ledger)) == {MARCH}
    assert "no allocation plan is valid in 2025-04" in caplog.text
    told = coverage(ledger, date(2025, 1, 1), date(2025, 12, 31))
    assert told[["month", "state", "ledger_huf", "allocated_huf"]].values.tolist() == [
        [MARCH, "allocated", 1_078_280, 1_078_280],
        [APRIL, "without_plan", 9_718, 0],
    ]


def test_a_ledger_that_has_moved_on_since_is_told_as_stale(ledger):
    """Where publishing refreshes nothing (ASP_ROLLUPS=false), pages see which months are not of the ledger any more."""
    ledger.execute(update(fact_budget).where(fact_budget.c.line_id == "a").values(spent_huf=7))

    told = coverage(ledger, MARCH, date(2025, 3, 31))

    assert told[["state", "ledger_huf", "allocated_huf", "unplaced_huf"]].values.tolist() == [
        ["stale", 78_284, 1_078_280, 500]
    ]


def test_drivers_of_many_months_read_at_once_are_those_of_each(ledger):
    asked = [(date(2025, month, 1), window) for month, window in ((1, 12), (2, 1), (3, 2), (4, 12))]
    history = DriverHistory(ledger, asked)

    for month, window in asked:
        one, many = drivers(ledger, month, window), history.of(month, window)
        assert one.kinds == many.kinds
        for name, frame in one.frames.items():
            both = [
                world.sums(found, ["service_id", "municipality_id"], "weight") for found in (frame, many.frames[name])
            ]
            assert both[0] == both[1]


def _usage(connection, key: str, run_id: int, **changed):
    row = connection.execute(select(fact_usage).limit(1)).mappings().one()
    return dict(row) | {"usage_id": key, "loaded_run": run_id, **changed}


def _plan_changed(connection, run_id: int) -> None:
    from data.reference_load import record_reference_run
    from data.session import Session

    record_reference_run(Session(connection, run_id), _now(), [("allocation_plan", "x", 1)], "plan.toml")


def _now():
    from datetime import datetime

    return datetime(2028, 2, 1)
