"""Targets in force: the catalogue's proposals until rows replace them, by service and by day."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, insert

from data.control.chart import Aim
from data.metrics.catalogue import metric
from data.schema import metric_target
from data.targets import Targets, aimed, aims, of_rows, targets, with_aim

SLA, ESCALATED, TICKETS = metric("sla_resolution_rate"), metric("escalation_rate"), metric("ticket_count")
JULY = date(2026, 7, 1)


def row(service: str, valid_from: date, valid_to: date | None = None, **numbers: float) -> dict[str, Any]:
    return {
        "metric_id": SLA.id, "service_id": service, "valid_from": valid_from, "valid_to": valid_to, "target": None,
        "lower": None, "upper": None, "basis": "contract",
    } | numbers  # fmt: skip


ROWS = of_rows(
    [
        row("*", date(2025, 1, 1), JULY, target=0.92),
        row("*", JULY, target=0.95),
        row("ADO", date(2026, 3, 1), date(2026, 9, 1), target=0.85),
    ]
)


@pytest.mark.parametrize(
    ("service", "day", "target"),
    [
        (None, date(2024, 12, 31), 0.90),
        (None, date(2025, 1, 1), 0.92),
        (None, date(2026, 6, 30), 0.92),
        (None, JULY, 0.95),
        (None, None, 0.95),
        ("GAZD", JULY, 0.95),
        ("ADO", date(2026, 2, 28), 0.92),
        ("ADO", date(2026, 3, 1), 0.85),
        ("ADO", date(2026, 8, 31), 0.85),
        ("ADO", date(2026, 9, 1), 0.95),
    ],
)
def test_the_target_is_the_one_in_force_for_the_service_on_the_day(service, day, target):
    assert ROWS.aim(SLA, service, day) == Aim(target=target)


def test_without_rows_the_catalogues_own_target_is_aimed_at():
    assert Targets().aim(SLA) == Aim(target=0.90)
    assert Targets().aim(ESCALATED) == Aim(lower=0.20, upper=0.35)
    assert Targets().aim(TICKETS) == Aim()


def test_a_history_has_no_gaps_and_no_overlaps():
    history = ROWS.history(SLA, "ADO")

    assert history["valid_from"].tolist() == [None, date(2025, 1, 1), date(2026, 3, 1), date(2026, 9, 1)]
    assert history["valid_to"].tolist() == [*history["valid_from"].tolist()[1:], None]
    assert history["target"].tolist() == [0.90, 0.92, 0.85, 0.95]
    assert history["basis"].tolist() == [None, "contract", "contract", "contract"]


def test_a_history_says_each_day_what_is_aimed_at():
    for service in (None, "ADO", "GAZD"):
        history = ROWS.history(SLA, service)
        for day in pd.date_range("2024-06-01", "2027-01-01", freq="7D").date:
            held = [
                one["target"]
                for one in history.to_dict("records")
                if (one["valid_from"] is None or one["valid_from"] <= day)
                and (one["valid_to"] is None or day < one["valid_to"])
            ]
            assert held == [ROWS.aim(SLA, service, day).target]


def test_a_target_that_ended_gives_way_to_the_proposal_again():
    rows = of_rows([row("*", date(2025, 1, 1), JULY, target=0.92)])

    assert rows.aim(SLA, None, JULY) == Aim(target=0.90)
    assert rows.history(SLA)["target"].tolist() == [0.90, 0.92, 0.90]


def test_a_metric_keeps_all_but_its_target():
    found = with_aim(SLA, Aim(target=0.5))

    assert (found.target, found.band, found.id) == (0.5, None, SLA.id)
    assert with_aim(SLA, Aim(target=0.90)) is SLA
    assert with_aim(ESCALATED, Aim(lower=0.1, upper=0.2)).band == (0.1, 0.2)


def test_targets_are_read_from_the_database(connection: Connection):
    assert targets(connection).rows == ()
    connection.execute(insert(metric_target), [row("*", JULY, target=0.95)])

    assert aimed(connection, SLA, JULY).target == 0.95
    assert aimed(connection, SLA, date(2026, 6, 30)).target == 0.90
    assert aims(connection, SLA)["target"].tolist() == [0.90, 0.95]
