"""Changes inside frozen periods: which days are in a window of the year, and which changes count."""

from datetime import date

import pytest
from sqlalchemy import delete, insert

from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.schema import peak_period
from data.selection import Selection

BREACHES = METRICS["freeze_breach_count"]
WINDOW = {
    "peak_id": "closing", "valid_from": date(2010, 1, 1), "valid_to": None, "kind": "closing", "name_hu": "zárás",
    "name_en": "closing", "first_month": 12, "first_day": 10, "last_month": 1, "last_day": 15, "is_frozen": 1,
    "basis": "test",
}  # fmt: skip


@pytest.fixture
def breaches(connection, add_tickets):
    """How many of these changes count, with these windows alone."""

    def count(changes, *windows):
        connection.execute(delete(peak_period))
        connection.execute(insert(peak_period), [WINDOW | window for window in windows])
        if changes:
            add_tickets(*({"ticket_type": "change", "is_emergency": False} | change for change in changes))
        return measure(connection, BREACHES, Selection(first=date(2025, 1, 1))).iloc[0]["value"]

    return count


@pytest.mark.parametrize(
    ("day", "is_breach"),
    [
        (date(2025, 12, 9), 0),
        (date(2025, 12, 10), 1),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 1), 1),
        (date(2026, 1, 15), 1),
        (date(2026, 1, 16), 0),
        (date(2026, 6, 30), 0),
    ],
)
def test_a_window_may_run_over_the_new_year_and_holds_both_its_ends(breaches, day, is_breach):
    assert breaches([{"implemented_on": day}], {}) == is_breach


@pytest.mark.parametrize(
    ("day", "is_breach"),
    [
        (date(2025, 2, 28), 0),
        (date(2025, 3, 1), 1),
        (date(2025, 3, 16), 1),
        (date(2025, 3, 17), 0),
        (date(2026, 3, 5), 0),  # the window was given up
    ],
)
def test_a_window_within_a_year_holds_while_it_is_in_force(breaches, day, is_breach):
    tax = {"first_month": 3, "first_day": 1, "last_month": 3, "last_day": 16, "valid_to": date(2026, 1, 1)}

    assert breaches([{"implemented_on": day}], tax) == is_breach


@pytest.mark.parametrize(
    ("change", "is_breach"),
    [
        ({}, 1),
        ({"is_emergency": True}, 0),
        ({"is_emergency": None}, 1),
        ({"outcome": "rolled_back"}, 1),
        ({"ticket_type": "incident"}, 0),
        ({"implemented_on": None, "resolved_on": date(2025, 12, 20)}, 1),
        ({"implemented_on": None}, 0),
    ],
)
def test_every_change_but_an_emergency_counts(breaches, change, is_breach):
    assert breaches([{"implemented_on": date(2025, 12, 20)} | change], {}) == is_breach


def test_a_peak_that_is_not_frozen_and_windows_that_overlap_count_no_change_twice(breaches):
    changes = [{"implemented_on": date(2025, 12, 20)}]

    assert breaches(changes, {"is_frozen": 0}) == 0
    assert breaches([], {}, {"peak_id": "other", "first_month": 12, "first_day": 1}) == 1
