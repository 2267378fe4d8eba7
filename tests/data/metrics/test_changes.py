"""What has come in since a run, counted on both engines, against the rows gone through one by one."""

from datetime import date

import pytest
from sqlalchemy import select

from data.metrics.catalogue import metric
from data.metrics.changes import changed_rows
from data.schema import fact_ticket
from data.selection import Selection
from tests.conftest import RUNS

MARCH = Selection(first=date(2025, 3, 1), last=date(2025, 3, 31))


@pytest.fixture
def versions(connection, add_tickets):
    """Tickets of March and May by the run that loaded them; of two an older version is closed."""
    run = RUNS["tickets"]
    ticket = {"resolution_due_on": date(2025, 3, 9), "resolution_minutes": 60, "sla_minutes": 480}
    add_tickets(
        ticket | {"ticket_id": "old", "loaded_run": run},
        ticket | {"ticket_id": "corrected", "loaded_run": run, "superseded_run": run + 1},
        ticket | {"ticket_id": "corrected", "loaded_run": run + 1},
        ticket | {"ticket_id": "new", "loaded_run": run + 2},
        ticket | {"ticket_id": "new too", "loaded_run": run + 2, "service_id": "GAZD"},
        ticket | {"ticket_id": "withdrawn", "loaded_run": run + 1, "superseded_run": run + 2},
        ticket | {"ticket_id": "later", "loaded_run": run + 2, "resolution_due_on": date(2025, 5, 1)},
        ticket | {"ticket_id": "request", "loaded_run": run + 2, "ticket_type": "service_request"},
    )  # fmt: skip
    return run


@pytest.mark.parametrize(("since", "service"), [(0, ()), (1, ()), (2, ()), (0, ("ADO",)), (1, ("GAZD",))])
def test_rows_that_came_or_were_corrected_since_a_run_are_counted(connection, versions, since, service):
    run = versions + since
    found = changed_rows(
        connection, metric("sla_resolution_rate"), Selection(MARCH.first, MARCH.last, services=service, as_of=run), run
    )

    naive = 0
    for row in connection.execute(select(fact_ticket)).mappings():
        current = row["superseded_run"] is None and row["loaded_run"] > run
        asked = row["ticket_type"] == "incident" and row["resolution_due_on"].month == 3
        naive += current and asked and (not service or row["service_id"] in service)
    assert found == naive
    assert found == {(0, ()): 3, (1, ()): 2, (2, ()): 0, (0, ("ADO",)): 2, (1, ("GAZD",)): 1}[since, service]


def test_of_a_figure_made_of_several_facts_or_of_runs_nothing_is_said(connection):
    assert changed_rows(connection, metric("quarantine_rate"), MARCH, 0) is None
    assert changed_rows(connection, metric("key_user_coverage_rate"), MARCH, 0) is None


def test_a_stock_counts_rows_that_still_hold_on_its_day(connection, add_tickets):
    run = RUNS["tickets"]
    add_tickets(
        {"ticket_id": "held", "opened_on": date(2025, 1, 5), "loaded_run": run + 1},
        {"ticket_id": "ended", "opened_on": date(2025, 1, 5), "ended_on": date(2025, 3, 1), "loaded_run": run + 1},
        {"ticket_id": "not yet", "opened_on": date(2025, 4, 5), "loaded_run": run + 1},
        {"ticket_id": "known", "opened_on": date(2025, 1, 5), "loaded_run": run},
    )
    assert changed_rows(connection, metric("backlog_count"), MARCH, run) == 1
