"""Times in bins and the age of what is open, on both engines, against a plain loop."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import insert, update

from data import time_rows
from data.backlog import BANDS, backlog_ages
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.schema import etl_run, fact_ticket, ticket_time
from data.selection import Selection
from data.ticket_times import EDGES, LONGEST_DAYS, clocks, read_period, time_bins
from tests.data.metrics.world import local_day

YEAR = Selection.of_year(2025)
PLACES = ("01508", "02219", "03355")
LIMITS = {"P1": 240, "P2": 480, "P3": 1200, "P4": 2400, None: None}


def made_up(seed: int, count: int = 400) -> list[dict]:
    """Tickets whose times often equal an end of a bin or what is agreed."""
    draw = random.Random(seed)
    found = []
    for _number in range(count):
        opened = datetime(2025, 1, 1) + timedelta(minutes=draw.randrange(0, 500_000))
        priority = draw.choice(list(LIMITS))
        limit = LIMITS[priority]
        ended = draw.choice([True, True, False])
        took = draw.choice([draw.randrange(0, 30_000), draw.choice(EDGES), limit, None])
        found.append({
            "opened_at": opened, "priority": priority, "service_id": draw.choice(["ADO", "GAZD"]),
            "ticket_type": draw.choice(["incident", "service_request", "problem"]), "level": draw.choice([1, 2, None]),
            "actor_id": draw.choice(["nisz", "operator_ado"]), "response_minutes": draw.choice([5, 6, 60, None]),
            "response_sla_minutes": draw.choice([30, 60]), "sla_minutes": limit,
            "resolution_minutes": took if ended else None,
            "resolved_on": opened.date() + timedelta(days=draw.randrange(0, 200)) if ended else None,
        })  # fmt: skip
    return found


def in_bin(took: int) -> int:
    return sum(took > edge for edge in EDGES)


@pytest.mark.parametrize("selection", [YEAR, Selection(date(2025, 3, 1), date(2025, 7, 10), services=("ADO",))])
def test_bins_hold_what_a_loop_counts(connection, add_tickets, selection):
    tickets = made_up(seed=5)
    add_tickets(*tickets)
    expected: dict[tuple[str, int], Counter] = {}
    for one in tickets:
        wanted = one["ticket_type"] == "incident" and one["resolution_minutes"] is not None
        if not wanted or not selection.first <= one["resolved_on"] <= selection.last:
            continue
        if selection.services and one["service_id"] not in selection.services:
            continue
        cell = expected.setdefault((one["priority"] or "unknown", in_bin(one["resolution_minutes"])), Counter())
        cell["n"] += 1
        cell["agreed"] += one["sla_minutes"] is not None
        cell["beyond"] += one["sla_minutes"] is not None and one["resolution_minutes"] > one["sla_minutes"]

    found = time_bins(connection, selection, "resolution")

    assert {(row.priority, row.bin): (row.n, row.agreed, row.beyond) for row in found.itertuples()} == {
        key: (cell["n"], cell["agreed"], cell["beyond"]) for key, cell in expected.items()
    }
    assert len(found) > 10, "a world with hardly any bins tests nothing"
    assert found.dropna()["least_agreed"].tolist() == [LIMITS[name] for name in found.dropna()["priority"]]


def test_responses_are_those_of_requests_too(connection, add_tickets):
    tickets = made_up(seed=6)
    add_tickets(*tickets)
    found = time_bins(connection, YEAR, "response")

    expected = [
        one for one in tickets
        if one["ticket_type"] != "problem" and one["response_minutes"] is not None and one["opened_at"].year == 2025
    ]  # fmt: skip
    assert found["n"].sum() == len(expected)
    assert found["beyond"].sum() == sum(one["response_minutes"] > one["response_sla_minutes"] for one in expected)


def test_a_time_that_is_agreed_exactly_is_not_beyond_it(connection, add_tickets):
    solved = {"resolved_on": date(2025, 3, 4), "sla_minutes": 240}
    add_tickets(*[solved | {"resolution_minutes": minutes} for minutes in (240, 241)])

    found = time_bins(connection, YEAR, "resolution")

    assert found[["bin", "n", "beyond"]].values.tolist() == [[EDGES.index(240), 1, 0], [EDGES.index(240) + 1, 1, 1]]


def test_a_year_at_most_is_read(connection, add_tickets):
    add_tickets(*[{"resolution_minutes": 1, "resolved_on": date(2024, month, 31)} for month in (1, 12)])
    long, leap = Selection(date(2016, 1, 1), date(2025, 12, 14)), Selection.of_year(2024)

    assert read_period(connection, long, "resolution") == (date(2025, 1, 1), long.last)
    assert time_bins(connection, long, "resolution").empty
    assert read_period(connection, leap, "resolution") == (leap.first, leap.last)
    assert (leap.last - leap.first).days == LONGEST_DAYS - 1
    assert time_bins(connection, leap, "resolution")["n"].sum() == 2


MADE = [
    {},
    {"services": ("ADO",), "actors": ("nisz",)},
    {"counties": ("Nógrád", "Pest"), "priorities": ("P1", "P3")},
    {"services": ("ADO",), "counties": ("Zala",)},
    {"ticket_types": ("incident",), "actors": ("nisz", "operator_ado")},
    {"municipalities": ("01508",)},
    {"counties": ("unknown",)},
]
SPANS = [
    Selection(), YEAR, Selection(date(2025, 2, 1), date(2025, 4, 30)), Selection(date(2025, 2, 3), date(2025, 4, 30)),
    Selection(last=date(2025, 5, 31)), Selection(date(2025, 3, 1), date(2025, 3, 17)), Selection(date(2031, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("of", ["response", "resolution"])
@pytest.mark.parametrize("chosen", MADE, ids=lambda chosen: "+".join(chosen) or "all")
def test_bins_counted_before_are_those_that_the_tickets_give(connection, add_tickets, chosen, of):
    draw = random.Random(8)
    add_tickets(*[one | {"municipality_id": draw.choice(PLACES)} for one in made_up(seed=8)])
    asked = [replace(span, **chosen) for span in SPANS]
    expected = [time_bins(connection, one, of) for one in asked]

    assert time_rows.refresh(connection)

    for one, frame in zip(asked, expected, strict=True):
        pd.testing.assert_frame_equal(time_bins(connection, one, of), frame, obj=str(one))
    assert any(len(frame) for frame in expected) == (chosen != {"counties": ("unknown",)})


def test_bins_are_read_from_what_was_counted_before_until_a_newer_run_is_published(connection, add_tickets):
    add_tickets(*made_up(seed=9))
    expected = time_bins(connection, YEAR, "resolution")
    time_rows.refresh(connection)
    connection.execute(update(ticket_time).values(n=0))
    assert set(time_bins(connection, YEAR, "resolution")["n"]) == {0}

    connection.execute(insert(etl_run).values(run_id=901, job="tickets", status="published"))

    pd.testing.assert_frame_equal(time_bins(connection, YEAR, "resolution"), expected)


def test_a_later_run_counts_the_months_it_touched_again(connection, add_tickets):
    add_tickets({"resolution_minutes": 3, "resolved_on": date(2025, 3, 4), "ticket_id": "A"})
    add_tickets({"resolution_minutes": 3, "resolved_on": date(2025, 5, 4), "ticket_id": "B"})
    time_rows.refresh(connection)
    marked = ticket_time.c.month == date(2025, 5, 1)
    connection.execute(update(ticket_time).where(marked).values(n=77))

    connection.execute(insert(etl_run).values(run_id=901, job="tickets", status="published"))
    connection.execute(update(fact_ticket).where(fact_ticket.c.ticket_id == "A").values(superseded_run=901))
    add_tickets({"resolution_minutes": 9, "resolved_on": date(2025, 4, 4), "ticket_id": "A", "loaded_run": 901})

    assert time_rows.refresh(connection)
    assert not time_rows.refresh(connection)
    assert time_bins(connection, YEAR, "resolution")[["bin", "n"]].values.tolist() == [[0, 77], [1, 1]]


def test_the_clock_of_each_priority_is_that_of_its_target(connection):
    assert clocks(connection) == {"P1": "clock", "P2": "clock", "P3": "business", "P4": "business"}
    assert set(clocks(connection, ("incident", "problem")).values()) == {"mixed", "business"}


@pytest.mark.parametrize("last", [date(2025, 6, 30), date(2025, 12, 31)])
def test_ages_are_what_a_loop_counts_and_add_up_to_the_backlog(connection, add_tickets, last):
    tickets = made_up(seed=7)
    add_tickets(*tickets)
    expected: Counter = Counter()
    for one in tickets:
        day = local_day(one["opened_at"])
        if one["ticket_type"] == "problem" or day > last or (one["resolved_on"] and one["resolved_on"] <= last):
            continue
        band = next(place for place, (_first, end) in enumerate(BANDS) if end is None or (last - day).days <= end)
        expected[one["actor_id"], one["level"] or 0, band] += 1
    selection = Selection(last=last)

    found = backlog_ages(connection, selection)

    assert {(row.actor, row.level, row.band): row.n for row in found.itertuples()} == expected
    assert found["n"].sum() == measure(connection, METRICS["backlog_count"], selection)["value"].iloc[0]


@pytest.mark.parametrize(("days", "band"), [(0, 0), (7, 0), (8, 1), (30, 1), (31, 2), (90, 2), (91, 3), (900, 3)])
def test_bands_end_where_they_say(connection, add_tickets, days, band):
    add_tickets({"opened_at": datetime(2025, 6, 30, 9) - timedelta(days=days)})

    assert backlog_ages(connection, Selection(last=date(2025, 6, 30)))["band"].tolist() == [band]


def test_nothing_open_gives_no_rows(connection):
    assert backlog_ages(connection, YEAR).empty
    assert time_bins(connection, YEAR, "response").empty
