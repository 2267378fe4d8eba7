"""Weekday and hour of what comes in, on both engines, against a plain loop; clock changes included."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from data.intake import intake_hours
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.selection import Selection
from tests.data.metrics.world import BUDAPEST

# The nights on which the clocks are changed, and any other time.
BORDERS = (
    datetime(2025, 3, 30, 0, 59),
    datetime(2025, 3, 30, 1, 0),
    datetime(2025, 10, 26, 0, 30),
    datetime(2025, 10, 26, 1, 30),
)


@pytest.mark.parametrize(
    "selection", [Selection(), Selection(date(2025, 3, 1), date(2025, 3, 30)), Selection(services=("GAZD",))]
)
def test_hours_are_those_of_a_loop_and_of_the_metric(connection, add_tickets, selection):
    draw = random.Random(3)
    times = [*BORDERS, *(datetime(2025, 1, 1) + timedelta(minutes=draw.randrange(0, 500_000)) for _ in range(300))]
    tickets = [
        {
            "opened_at": at,
            "service_id": draw.choice(["ADO", "GAZD"]),
            "ticket_type": draw.choice(["incident", "change"]),
        }
        for at in times
    ]
    add_tickets(*tickets)
    expected: Counter = Counter()
    for one in tickets:
        local = one["opened_at"].replace(tzinfo=UTC).astimezone(BUDAPEST)
        inside = (selection.first or date.min) <= local.date() <= (selection.last or date.max)
        if inside and one["ticket_type"] == "incident" and one["service_id"] in (selection.services or ("ADO", "GAZD")):
            expected[local.isoweekday(), local.hour] += 1

    found = intake_hours(connection, selection)

    assert {(row.weekday, row.hour): row.n for row in found.itertuples()} == expected
    by_metric = measure(connection, METRICS["ticket_count"], selection, ["weekday", "hour"])
    assert found["n"].tolist() == by_metric["numerator"].tolist()


def test_nothing_gives_no_rows(connection):
    assert intake_hours(connection, Selection()).empty
