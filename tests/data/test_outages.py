"""Outages one by one: their counted minutes add up to what availability lacks, and the rest has a reason."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from data.outages import availability_by_service, hours_on, outages
from data.schema import service_hours
from data.selection import Selection
from tests.data.metrics.test_availability import chance, outage, utc

BUDAPEST = ZoneInfo("Europe/Budapest")
MARCH = Selection(first=date(2025, 3, 1), last=date(2025, 3, 31))


@pytest.mark.parametrize(
    ("row", "minutes", "counted", "why"),
    [
        ({}, 60, 60, ""),
        ({"outage_scope": "part"}, 60, 0, "part"),
        ({"outage_scope": None}, 60, 0, "unknown_scope"),
        ({"ticket_type": "change"}, 60, 0, "planned"),
        ({"status": "cancelled"}, 60, 0, "cancelled"),
        ({"service_id": "UNKNOWN"}, 60, 0, "no_service"),
        ({"outage_ended_at": utc(2025, 3, 3, 9, 30)}, 30, 30, ""),
        ({"outage_started_at": utc(2025, 3, 2, 9), "outage_ended_at": utc(2025, 3, 2, 10)}, 0, 0, "outside_hours"),
        ({"outage_started_at": utc(2025, 2, 28, 14), "outage_ended_at": utc(2025, 3, 3, 8)}, 30, 30, ""),
        ({"outage_started_at": utc(2025, 3, 31, 16), "outage_ended_at": utc(2025, 4, 1, 12)}, 60, 60, ""),
    ],
)
def test_what_does_not_count_says_why(connection, add_tickets, row, minutes, counted, why):
    add_tickets({"opened_at": datetime(2025, 1, 2, 9)}, outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10)) | row)

    found = outages(connection, MARCH).iloc[0]

    assert (found["service_minutes"], found["counted_minutes"], found["why"]) == (minutes, counted, why)


def test_an_outage_inside_another_adds_nothing_and_one_that_outlasts_it_adds_the_rest(connection, add_tickets):
    add_tickets(
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 11), ticket_id="first"),
        outage(utc(2025, 3, 3, 9, 30), utc(2025, 3, 3, 10), ticket_id="inside"),
        outage(utc(2025, 3, 3, 10), utc(2025, 3, 3, 11, 15), ticket_id="longer"),
        outage(utc(2025, 3, 3, 10), utc(2025, 3, 3, 11, 15), ticket_id="other", service_id="GAZD"),
    )

    found = outages(connection, MARCH).set_index("ticket_id")

    assert found["counted_minutes"].to_dict() == {"first": 120, "inside": 0, "longer": 15, "other": 75}
    assert found["why"].to_dict() == {"first": "", "inside": "overlap", "longer": "overlap", "other": ""}


@pytest.mark.parametrize(
    ("row", "basis", "ended_at"),
    [
        ({"outage_ended_at": utc(2025, 3, 3, 10)}, "told", utc(2025, 3, 3, 10)),
        ({"outage_minutes": 7, "resolved_at": utc(2025, 3, 3, 10)}, "length", None),
        ({"resolved_at": utc(2025, 3, 3, 10)}, "resolved", utc(2025, 3, 3, 10)),
        ({}, "lasting", None),
    ],
)
def test_an_end_says_where_it_is_taken_from(connection, add_tickets, row, basis, ended_at):
    add_tickets(outage(utc(2025, 3, 3, 9)) | row)

    found = outages(connection, MARCH).astype(object)

    assert found["basis"].tolist() == [basis]
    assert [None if found["ended_at"].isna().iloc[0] else found["ended_at"].iloc[0]] == [ended_at]


def test_only_outages_that_touch_the_period_are_listed(connection, add_tickets):
    add_tickets(
        outage(utc(2025, 2, 28, 9), utc(2025, 2, 28, 10), ticket_id="before"),
        outage(None, opened_at=utc(2025, 2, 20, 9), outage_minutes=10, ticket_id="short"),
        outage(None, opened_at=utc(2025, 2, 20, 9), outage_minutes=9_000, ticket_id="long"),
        outage(utc(2025, 2, 1, 9), ticket_id="lasts"),
        outage(utc(2025, 4, 1, 9), utc(2025, 4, 1, 10), ticket_id="after"),
        outage(utc(2025, 3, 31, 20), utc(2025, 4, 1, 1), ticket_id="night"),
    )

    assert set(outages(connection, MARCH)["ticket_id"]) == {"long", "lasts", "night"}
    assert outages(connection, MARCH.with_period(date(2024, 1, 1), date(2024, 2, 1))).empty


@pytest.mark.parametrize("seed", range(4))
def test_counted_minutes_add_up_to_what_availability_lacks(connection, add_tickets, seed):
    draw = random.Random(seed)
    tickets = [chance(draw) for _ in range(40)]
    for row in tickets:
        if row["outage_started_at"] is None:
            row["outage_ended_at"] = None
    add_tickets({"opened_at": datetime(2025, 1, 2, 9)}, *tickets)
    for first in (date(2025, 3, 26), date(2025, 4, 1)):
        period = Selection(first=first, last=first + timedelta(days=4))
        rows = outages(connection, period)
        counted = rows.groupby("service_id")["counted_minutes"].sum()
        lacking = availability_by_service(connection, period).set_index("service_id")["down_minutes"]
        assert lacking[lacking > 0].astype(int).to_dict() == counted[counted > 0].to_dict()
        assert (rows["counted_minutes"] <= rows["service_minutes"]).all()
        assert (
            (rows["why"] == "") == (rows["counted_minutes"] == rows["service_minutes"]) & (rows["service_minutes"] > 0)
        ).all()


def test_outages_are_those_of_the_services_and_operators_chosen(connection, add_tickets):
    add_tickets(
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), actor_id="nisz"),
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), service_id="GAZD"),
    )

    of_gazd = outages(connection, Selection(services=("GAZD",)))
    of_operator = outages(connection, Selection(actors=("operator_ado",)))

    assert of_gazd["service_id"].tolist() == ["GAZD"]
    assert of_operator["service_id"].tolist() == ["ADO"]


def test_hours_are_those_that_hold_on_the_day(connection):
    connection.execute(
        insert(service_hours),
        [{"weekday": 1, "valid_from": date(2025, 3, 10), "opens": "08:00", "closes": "12:00", "basis": "test"}],
    )

    before, after = (hours_on(connection, day).set_index("weekday") for day in (date(2025, 3, 9), date(2025, 3, 10)))

    assert (before.at[1, "opens"], after.at[1, "opens"], after.at[2, "opens"]) == ("07:30", "08:00", "07:30")
    assert len(hours_on(connection, date(2000, 1, 1))) == 7


def test_no_data_gives_no_outages(connection):
    assert outages(connection).empty
