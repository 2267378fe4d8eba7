"""Availability, on both engines, against a loop over every minute of every day."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select

from data.metrics.catalogue import METRICS
from data.metrics.measure import measure, source_rows
from data.schema import dim_date, dim_service, service_hours
from data.selection import Selection
from data.ticket_rows_read import ticket_rows

BUDAPEST = ZoneInfo("Europe/Budapest")
MINUTE = timedelta(minutes=1)
RATE, COMPONENTS, BETWEEN = (
    METRICS[name]
    for name in ("service_availability_rate", "component_availability_rate", "time_between_failures_hours")
)
APPLICATIONS = 7


def utc(*local):
    """The UTC time, without zone, of a time in Budapest."""
    return datetime(*local, tzinfo=BUDAPEST).astimezone(UTC).replace(tzinfo=None)


def outage(started_at, ended_at=None, **row):
    """A P1 incident during which nobody could reach the service."""
    known = {"opened_at": started_at, "outage_started_at": started_at, "outage_ended_at": ended_at}
    return {"outage_scope": "whole", **known, **row}


def minutes_of_service(connection, day):
    """Every minute of service of a day, as the UTC time it begins at; by the hours' own days of validity."""
    calendar = connection.execute(select(dim_date).where(dim_date.c.date == day)).mappings().one()
    rows = connection.execute(
        select(service_hours).where(service_hours.c.weekday == day.isoweekday()).order_by(service_hours.c.valid_from)
    ).mappings()
    known = list(rows)
    in_force = [row for row in known if row is known[0] or row["valid_from"] <= day]
    if not calendar["is_working_day"] or not in_force:
        return set()
    hours = in_force[-1]
    if hours["valid_to"] is not None and hours["valid_to"] <= day:
        return set()
    clock = [[int(part) for part in hours[name].split(":")] for name in ("opens", "closes")]
    at, end = (utc(day.year, day.month, day.day, *parts) for parts in clock)
    found = set()
    while at < end:
        found.add(at)
        at += MINUTE
    return found


def told(connection, tickets, first, last):
    """Service and day -> agreed minutes, minutes down, failures: one minute at a time."""
    services = [
        row.service_id for row in connection.execute(select(dim_service)) if row.kind in ("application", "component")
    ]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    opened = min(row["opened_at"] for row in tickets if row.get("ticket_type", "incident") == "incident")
    began = opened.replace(tzinfo=UTC).astimezone(BUDAPEST).date()
    service = {day: minutes_of_service(connection, day) for day in days if day >= began}
    every = sorted(at for minutes in service.values() for at in minutes)
    found = {}
    for name in services:
        down, starts = set(), set()
        mine = sorted(
            (row for row in tickets if row.get("service_id", "ADO") == name and counts(row)),
            key=lambda row: minute(row["outage_started_at"] or row["opened_at"]),
        )
        reached = None
        for row in mine:
            hit = minutes_hit(row, every)
            if not hit:
                continue
            if reached is None or hit[0] > reached:
                starts.add(hit[0])
            reached = max(hit[-1], reached or hit[-1])
            down |= set(hit)
        for day, minutes in service.items():
            if minutes:
                found[name, day] = len(minutes), len(minutes & down), len(minutes & starts)
    return found


def counts(row):
    return (
        row.get("ticket_type", "incident") == "incident"
        and row.get("status") != "cancelled"
        and row.get("outage_scope") == "whole"
        and (row["outage_started_at"] is not None or (row.get("outage_minutes") or 0) > 0)
    )


def minute(at):
    return at.replace(second=0, microsecond=0)


def minutes_hit(row, every):
    """Minutes of service in an outage: until its end, else so many as it lasted, else until the ticket was resolved,
    else all that come."""
    start = minute(row["outage_started_at"] or row["opened_at"])
    later = [at for at in every if at >= start]
    end = row.get("outage_ended_at")
    if end is None and row.get("outage_minutes") is not None:
        return later[: row["outage_minutes"]]
    end = end or row.get("resolved_at") or row.get("closed_at")
    return later if end is None else [at for at in later if at < minute(end)]


def figures(connection, metric, selection, by):
    values = measure(connection, metric, selection, by)
    return {
        tuple(row[name] for name in by): (row["numerator"], row["denominator"], row["n"])
        for row in values.to_dict("records")
    }


@pytest.mark.parametrize(
    ("tickets", "down", "failures"),
    [
        # Monday 3 March 2025, 7:30 to 17:00.
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10, 30))], 90, 1),
        ([outage(utc(2025, 3, 3, 6), utc(2025, 3, 3, 8))], 30, 1),
        ([outage(utc(2025, 3, 3, 16, 40), utc(2025, 3, 3, 22))], 20, 1),
        ([outage(utc(2025, 3, 3, 17), utc(2025, 3, 4, 7, 30))], 0, 0),
        ([outage(utc(2025, 3, 3, 16), utc(2025, 3, 4, 8))], 90, 1),
        # Overlapping ones count once, those that only touch are two failures.
        (
            [outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10)), outage(utc(2025, 3, 3, 9, 30), utc(2025, 3, 3, 11))],
            120,
            1,
        ),
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 12)), outage(utc(2025, 3, 3, 10), utc(2025, 3, 3, 11))], 180, 1),
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10)), outage(utc(2025, 3, 3, 10), utc(2025, 3, 3, 11))], 120, 2),
        # Seconds are left off.
        ([outage(utc(2025, 3, 3, 9, 0, 59), utc(2025, 3, 3, 9, 1, 1))], 1, 1),
        ([outage(utc(2025, 3, 3, 9, 0, 1), utc(2025, 3, 3, 9, 0, 59))], 0, 0),
        # Over the weekend: Friday closes at 14:30.
        ([outage(utc(2025, 3, 7, 14), utc(2025, 3, 10, 7, 45))], 30 + 15, 1),
        ([outage(utc(2025, 3, 8, 9), utc(2025, 3, 9, 12))], 0, 0),
        # 2 May 2025 was free, worked on Saturday 17 May (7:30 to 14:30); 1 May and 21 April are holidays.
        ([outage(utc(2025, 5, 2, 9), utc(2025, 5, 2, 12))], 0, 0),
        ([outage(utc(2025, 5, 17, 9), utc(2025, 5, 17, 18))], 330, 1),
        ([outage(utc(2025, 4, 21, 9), utc(2025, 4, 21, 12))], 0, 0),
        # The nights when the clocks change: an hour less, an hour more, and neither in service.
        ([outage(utc(2025, 3, 28, 14), utc(2025, 3, 31, 7, 40))], 30 + 10, 1),
        ([outage(utc(2024, 10, 25, 14), utc(2024, 10, 28, 7, 40))], 30 + 10, 1),
        ([outage(utc(2025, 10, 26, 1), utc(2025, 10, 26, 4))], 0, 0),
        # Part of the users, unknown scope, planned work, a withdrawn report: none of them counts.
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), outage_scope="part")], 0, 0),
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), outage_scope=None)], 0, 0),
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), ticket_type="change")], 0, 0),
        ([outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), status="cancelled")], 0, 0),
        # No end told: so long as it lasted; else until it was resolved.
        ([outage(utc(2025, 3, 3, 9), resolved_at=utc(2025, 3, 3, 9, 40))], 40, 1),
        ([outage(utc(2025, 3, 3, 9), outage_minutes=30, resolved_at=utc(2025, 3, 3, 9, 40))], 30, 1),
        # Its length alone: so many minutes of service from the opening of the ticket on, be it at night.
        ([outage(None, opened_at=utc(2025, 3, 3, 16, 50), outage_minutes=45)], 45, 1),
        ([outage(None, opened_at=utc(2025, 3, 1, 3), outage_minutes=45)], 45, 1),
        ([outage(None, opened_at=utc(2025, 3, 3, 9), outage_minutes=0)], 0, 0),
        ([outage(None, opened_at=utc(2025, 3, 3, 9))], 0, 0),
    ],
)
def test_minutes_down_are_those_of_service_in_which_nobody_reached_it(connection, add_tickets, tickets, down, failures):
    earlier = {"opened_at": datetime(2024, 1, 2, 9), "outage_started_at": None}
    add_tickets(earlier, *tickets)
    known = [earlier, *tickets]
    opened_on = tickets[0]["opened_at"].date()
    span = opened_on - timedelta(days=3), opened_on + timedelta(days=9)

    expected = told(connection, known, *span)
    ado = Selection(first=span[0], last=span[1], services=("ADO",))
    row = measure(connection, RATE, ado).iloc[0]

    assert row["denominator"] - row["numerator"] == down
    assert measure(connection, BETWEEN, ado).iloc[0]["n"] == failures
    mine = [figure for (name, _), figure in expected.items() if name == "ADO"]
    assert (sum(agreed for agreed, _, _ in mine), sum(one for _, one, _ in mine)) == (row["denominator"], down)
    assert sum(one for _, _, one in mine) == failures


def test_an_outage_that_lasts_counts_until_the_last_day_of_data_and_one_from_before_counts_from_the_first(
    connection, add_tickets
):
    tickets = [
        outage(utc(2027, 12, 30, 16), service_id="GAZD"),  # the data ends with 2027
        outage(utc(2025, 1, 1, 12), utc(2025, 3, 3, 8), opened_at=utc(2025, 3, 3, 7)),
    ]
    add_tickets(*tickets)

    gazd = measure(connection, RATE, Selection(first=date(2027, 12, 1), services=("GAZD",)), ("day",))
    ado = measure(connection, RATE, Selection(services=("ADO",), last=date(2025, 3, 4)), ("day",))

    down = gazd.assign(down=gazd["denominator"] - gazd["numerator"]).set_index("day")["down"]
    assert down[down > 0].to_dict() == {"2027-12-30": 60, "2027-12-31": 7 * 60}
    assert ado["day"].tolist() == ["2025-03-03", "2025-03-04"]
    assert (ado["denominator"] - ado["numerator"]).tolist() == [30, 0]
    failed = measure(connection, BETWEEN, Selection(services=("ADO",), last=date(2025, 3, 4)))
    assert (failed["n"].tolist(), failed["value"].isna().tolist()) == ([0], [True])


def test_hours_hold_from_their_own_days_and_may_span_the_change_of_the_clocks(connection, add_tickets):
    connection.execute(delete(service_hours))
    basis = {"valid_to": None, "basis": "test"}
    connection.execute(
        insert(service_hours),
        [
            {"weekday": 1, "valid_from": date(2025, 2, 1), "opens": "08:00", "closes": "12:00"} | basis,
            {"weekday": 1, "valid_from": date(2025, 3, 10), "opens": "00:00", "closes": "23:59"} | basis,
            {"weekday": 2, "valid_from": date(2025, 2, 1), "opens": "08:00", "closes": "12:00"} | basis
            | {"valid_to": date(2025, 3, 11)},
            {"weekday": 7, "valid_from": date(2025, 2, 1), "opens": "00:00", "closes": "12:00"} | basis,
        ],
    )  # fmt: skip
    change = dim_date.c.date.in_([date(2025, 3, 30), date(2025, 10, 26)])
    connection.execute(dim_date.update().where(change).values(is_working_day=True))
    tickets = [
        outage(utc(2025, 1, 6, 7), utc(2025, 1, 7, 9)),  # before the first day the hours are valid on
        outage(utc(2025, 3, 3, 11), utc(2025, 3, 4, 9)),
        outage(utc(2025, 3, 10, 1), utc(2025, 3, 11, 9)),
        outage(utc(2025, 3, 30, 1), utc(2025, 3, 30, 4)),
        outage(utc(2025, 10, 26, 1), utc(2025, 10, 26, 4)),
    ]
    add_tickets(*tickets)
    span = date(2025, 1, 1), date(2025, 10, 31)

    expected = told(connection, tickets, *span)
    found = figures(connection, RATE, Selection(first=span[0], last=span[1], services=("ADO",)), ("service", "day"))

    assert {key: (agreed - down, agreed) for (name, day), (agreed, down, _) in expected.items() if name == "ADO"
            for key in [(name, day.isoformat())]} == {key: row[:2] for key, row in found.items()}  # fmt: skip
    of_change = {day: agreed - kept for (_, day), (kept, agreed, _) in found.items() if day[5:] in ("03-30", "10-26")}
    assert of_change == {"2025-03-30": 2 * 60, "2025-10-26": 4 * 60}


def chance(draw):
    """An outage of some kind somewhere in a few weeks, often overlapping others."""
    day = date(2025, 3, 24) + timedelta(days=draw.randrange(0, 16))
    started = utc(
        day.year, day.month, day.day, draw.randrange(4, 20), draw.choice((0, 15, 30, 59)), draw.choice((0, 7))
    )
    lasted = timedelta(minutes=draw.choice((0, 5, 60, 240, 1500, 5000)))
    told_end = draw.random() < 0.6
    return {
        "opened_at": started + timedelta(minutes=draw.choice((0, 3, 600))),
        "outage_started_at": started if draw.random() < 0.8 else None,
        "outage_ended_at": started + lasted if told_end else None,
        "resolved_at": started + lasted + timedelta(hours=11) if draw.random() < 0.8 else None,
        "outage_minutes": None if told_end or draw.random() < 0.5 else draw.choice((0, 10, 700, 2_000_000)),
        "outage_scope": draw.choice(("whole", "whole", "whole", "part", None)),
        "service_id": draw.choice(("ADO", "ADO", "KERET", "C01_VIRT", "UNKNOWN")),
        "status": draw.choice(("resolved", "resolved", "resolved", "cancelled")),
        "ticket_type": draw.choice(("incident", "incident", "incident", "change")),
    }


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_a_loop_over_every_minute(connection, add_tickets, seed):
    draw = random.Random(seed)
    tickets = [{"opened_at": datetime(2025, 3, 3, 9), "outage_started_at": None}]
    tickets += [chance(draw) for _ in range(draw.choice((3, 25)))]
    for row in tickets:
        if row["outage_started_at"] is None and row.get("outage_ended_at") is not None:
            row["outage_ended_at"] = None  # such a row does not pass validation
    add_tickets(*tickets)
    first, last = date(2025, 3, 20), date(2025, 4, 30)

    expected = told(connection, tickets, first, last)
    selection = Selection(first=first, last=last)
    found = figures(connection, RATE, selection, ("service", "day"))
    found |= figures(connection, COMPONENTS, selection, ("service", "day"))
    assert {
        (name, day.isoformat()): (agreed - down, agreed) for (name, day), (agreed, down, _) in expected.items()
    } == {key: row[:2] for key, row in found.items()}
    between = figures(connection, BETWEEN, selection, ("service",))
    for name in ("ADO", "KERET", "GAZD"):
        mine = [row for (of, _), row in expected.items() if of == name]
        agreed, failed = sum(row[0] for row in mine), sum(row[2] for row in mine)
        assert between[(name,)] == (agreed, failed * 60, failed)


def test_whoever_operates_a_service_has_its_figure_whatever_actor_holds_the_ticket(connection, add_tickets):
    add_tickets(outage(utc(2025, 3, 3, 9), utc(2025, 3, 3, 10), actor_id="nisz"))
    selection = Selection(first=date(2025, 3, 3), last=date(2025, 3, 3))

    found = figures(connection, RATE, selection, ("actor",))

    assert found[("operator_ado",)][:2] == (570 - 60, 570)
    assert found[("operator_keret",)][:2] == (2 * 570, 2 * 570)
    assert sum(row[1] for row in found.values()) == APPLICATIONS * 570


def test_behind_a_figure_stand_the_outages_of_its_period(connection, add_tickets):
    add_tickets(
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 4, 10), ticket_id="over", actor_id="nisz"),
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 4, 10), ticket_id="component", service_id="C01_VIRT"),
        outage(utc(2025, 3, 2, 9), utc(2025, 3, 3, 10), ticket_id="into"),
        outage(utc(2025, 2, 1, 9), utc(2025, 2, 2, 10), ticket_id="before"),
        outage(utc(2025, 2, 1, 9), ticket_id="still"),
        outage(utc(2025, 4, 1, 9), utc(2025, 4, 1, 10), ticket_id="after"),
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 4, 10), ticket_id="part", outage_scope="part"),
        {"opened_at": utc(2025, 3, 3, 9), "ticket_id": "other"},
    )

    march = Selection(first=date(2025, 3, 3), last=date(2025, 3, 31), actors=("operator_ado",))

    assert set(source_rows(connection, RATE, march)["ticket_id"]) == {"over", "into", "still"}
    assert set(ticket_rows(connection, RATE, march).rows["ticket_id"]) == {"over", "into", "still"}
    assert source_rows(connection, COMPONENTS, march).empty


def test_outages_of_unknown_scope_are_counted_beside_the_figure(connection, add_tickets):
    add_tickets(
        outage(utc(2025, 3, 3, 9), utc(2025, 3, 4, 10), outage_scope=None),
        outage(None, opened_at=utc(2025, 3, 3, 9), outage_minutes=5, outage_scope=None),
        outage(None, opened_at=utc(2025, 3, 3, 9), outage_minutes=0, outage_scope=None),
        outage(utc(2025, 3, 3, 9), outage_scope="part"),
        outage(utc(2025, 3, 3, 9), outage_scope=None, ticket_type="change"),
    )

    row = measure(connection, METRICS["unknown_scope_outage_count"], Selection.of_year(2025)).iloc[0]

    assert row["value"] == 2
