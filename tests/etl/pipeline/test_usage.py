"""Months of use: an optional job; loaded once, corrected, set aside, seen as of a run, and missed by nobody."""

from datetime import date, datetime

import pytest

from data import quality
from data.metrics.catalogue import METRICS
from data.metrics.measure import last_day, measure
from data.schema import fact_usage
from data.selection import Selection
from etl.analyst.aliases import add_alias
from etl.analyst.trace import trace
from etl.quarantine import quarantined
from etl.retry import retry
from etl.service.operation import load_operation

from .conftest import TICKETS, added_up, all_became

USAGE = """
[[source]]
name = "framework"
job = "usage"
record = "usage"
path = "usage/*"
delimiter = ";"
dates = ["%Y.%m"]
thousands = [" "]
[source.fields]
municipality = "where"
service = "what"
period_on = "month"
enabled_users = "enabled"
active_users = "active"
transactions = "done"
"""
HEAD = "where;what;month;enabled;active;done"
MARCH = (HEAD, "Komló;ADO;2025.03;20;15;12 345", "Kömlő;ADO;2025.03;4;0;0", "Nincsfalva;ADO;2025.03;2;1;7")
ACTIVE = METRICS["active_user_rate"]
ALL = ("municipality_id", "service_id", "period_on", "enabled_users", "active_users", "transactions")


@pytest.fixture
def used(desk):
    desk.describe(USAGE)
    return desk


def test_months_of_use_are_loaded_by_pair(used):
    used.deliver("usage/a.csv", *MARCH, "Komló;ADO;2025.03;20;15;12 345", "Komló;GAZD;2025.04;;;3")

    report = used.run("usage")

    assert all_became(report) == [{"read": 5, "loaded_new": 4, "duplicate": 1}]
    assert report.inputs[0].unmatched == (1, 0, None)
    march, april = date(2025, 3, 1), date(2025, 4, 1)
    assert used.rows(fact_usage, *ALL) == [
        ("00000", "ADO", march, 2, 1, 7), ("14535", "ADO", march, 4, 0, 0), ("26408", "ADO", march, 20, 15, 12345),
        ("26408", "GAZD", april, None, None, 3),
    ]  # fmt: skip


def test_a_correction_is_a_new_version_and_the_earlier_one_is_still_known(used):
    used.deliver("usage/a.csv", *MARCH)
    first = used.run("usage")
    used.deliver("usage/b.csv", MARCH[0], MARCH[1].replace("15", "10"), MARCH[2], "Komló;ADO;2025.04;20;18;1")

    second, again, full = used.run("usage"), used.run("usage"), used.run("usage", full=True)

    assert all_became(second) == [{}, {"read": 3, "loaded_new": 1, "loaded_changed": 1, "unchanged": 1}]
    assert [taken.status for taken in again.inputs] == ["skipped", "skipped"]
    assert all_became(full) == [{"read": 3, "unchanged": 2, "duplicate": 1}] * 2
    assert added_up([*second.inputs, *full.inputs])
    with used.store.reading() as connection:
        march = Selection(first=date(2025, 3, 1), last=date(2025, 3, 31))
        known = Selection(first=march.first, last=march.last, as_of=first.run_id)
        now, then = (measure(connection, ACTIVE, one)["numerator"].item() for one in (march, known))
    assert (now, then) == (11, 16)


def test_a_name_that_gets_an_alias_moves_its_row(used):
    used.deliver("usage/a.csv", *MARCH)
    used.run("usage")
    add_alias(used.store, "Nincsfalva", "01508", None, "test")

    full = used.run("usage", full=True)

    assert all_became(full) == [{"read": 3, "loaded_changed": 1, "unchanged": 2}]
    assert [row[0] for row in used.rows(fact_usage, "municipality_id")] == ["01508", "14535", "26408"]


def test_a_row_that_cannot_be_is_set_aside_and_can_be_corrected(used):
    used.deliver("usage/a.csv", *MARCH, "Komló;IRAT;2025.03;5;6;1", ";IRAT;2025.03;5;5;1", "Komló;IRAT;soha;5;5;1")

    report = used.run("usage")

    assert all_became(report) == [{"read": 6, "loaded_new": 3, "quarantined": 3}]
    with used.store.reading() as connection:
        waiting = sorted(quarantined(connection, "framework"), key=lambda row: row.line)
    assert [row.reasons[0] for row in waiting] == [
        'active_users ("active") (6) is more than enabled_users ("enabled") (5).',
        'municipality ("where") is missing; it is required.',
        "period_on (\"month\"): 'soha' is not a date (expected %Y.%m)",
    ]

    passed = retry(used.store, used.sources(), {waiting[0].id: waiting[0].row | {"active": "4"}})

    assert all_became(passed) == [{"read": 1, "loaded_new": 1}]
    assert ("26408", "IRAT", 4) in used.rows(fact_usage, "municipality_id", "service_id", "active_users")


def test_data_reach_to_the_end_of_the_month_that_they_tell_of(used):
    used.deliver("usage/a.csv", *MARCH)
    used.run("usage")

    with used.store.reading() as connection:
        assert last_day(connection, "usage") == date(2025, 3, 31)


def test_of_a_month_that_is_not_over_data_reach_no_further_than_their_loading(used):
    used.deliver("usage/a.csv", *MARCH, "Komló;ADO;2099.03;20;15;1")
    report = used.run("usage")

    with used.store.reading() as connection:
        assert last_day(connection, "usage") <= datetime.now().date()
    assert all_became(report) == [{"read": 4, "loaded_new": 4}]


def test_a_month_of_use_is_traced_by_its_key(used):
    used.deliver("usage/a.csv", *MARCH)
    used.run("usage")
    keys = dict(used.rows(fact_usage, "municipality_id", "usage_id"))

    with used.store.reading() as connection:
        (row,) = trace(connection, "usage", keys["26408"]).rows

    assert [(one.source, one.line) for one in row.versions] == [("framework", 2)]


def test_without_a_source_of_use_nothing_is_missed(duckdb_desk):
    duckdb_desk.describe(TICKETS)
    duckdb_desk.deliver("tickets/a.csv", "id,opened,where,service", "T1,2025-03-03 09:00,Komló,ADO")
    operation = load_operation(duckdb_desk.config, duckdb_desk.sources())

    report = duckdb_desk.run()

    assert report.status == "published"
    assert [task.job for task in operation.tasks(duckdb_desk.sources(), "0 2 * * *")] == ["tickets"]
    with duckdb_desk.store.reading() as connection:
        assert quality.freshness(connection)["job"].tolist() == ["tickets"]
        assert measure(connection, METRICS["read_count"], Selection(), ["job"])["job"].tolist() == ["tickets"]
        assert measure(connection, METRICS["used_service_rate"], Selection())["n"].tolist() == [0]
