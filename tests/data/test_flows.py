"""The flow of tickets: every hand-off once, held by whom for how long, made at publication or asked of the events."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import insert, select, update

from data.flows import EDGE, SUMS, flows, known_since, refresh
from data.schema import etl_run, fact_ticket, fact_ticket_event, rollup_state, ticket_flow
from data.selection import Selection

BUDAPEST = ZoneInfo("Europe/Budapest")
PLACES = ("01508", "02219", "03355")
HOLDERS = (("nisz", 1), ("nisz", 2), ("operator_ado", 2), ("operator_gazd", 2), ("operator_gazd", None))
IN_COUNTY = ("01508", "02219")
ENDED = {"resolved", "closed", "cancelled"}
OUTSIDE = ("*", 0)


def day(at: datetime) -> date:
    return at.replace(tzinfo=UTC).astimezone(BUDAPEST).date()


def made_up(seed: int, count: int = 120) -> tuple[list[dict], list[dict]]:
    """Tickets and their events: ties in time, levels and states not told, reopenings, logs that begin late."""
    draw = random.Random(seed)
    tickets, events = [], []
    for number in range(count):
        opened = datetime(2025, 1, 30) + timedelta(minutes=draw.randrange(0, 120 * 24 * 60))
        ticket = {
            "ticket_id": f"T{number}", "municipality_id": draw.choice(PLACES),
            "priority": draw.choice(["P2", "P3", None]),
            "ticket_type": draw.choice(["incident", "service_request", "service_request", "change"]),
            "service_id": draw.choice(["ADO", "GAZD"]), "opened_at": opened, "source": draw.choice(["north", "south"]),
        }  # fmt: skip
        tickets.append(ticket)
        at = opened + (timedelta(days=draw.randrange(1, 4)) if draw.random() < 0.2 else timedelta())
        for step in range(draw.randrange(0, 8)):
            actor, level = draw.choice(HOLDERS)
            events.append({
                "ticket_id": ticket["ticket_id"], "municipality_id": ticket["municipality_id"],
                "source": ticket["source"], "event_id": str(number * 10 + step), "event_at": at,
                "line": len(events) + 1,
                "actor_id": actor, "level": level, "service_id": "UNKNOWN",
                "status": draw.choice(["open", "open", "pending", "resolved", "closed", "cancelled", None]),
            })  # fmt: skip
            at += timedelta(minutes=draw.choice([0, 0, 7, 90, 60 * 30, 60 * 24 * 20]))
    return tickets, events


def walked(tickets: list[dict], events: list[dict]) -> list[tuple]:
    """Every movement by a plain walk along each ticket: (ticket, time, giver, taker, minutes held or None)."""
    moves = []
    for ticket in tickets:
        holder, ended, since, level, status = None, False, None, None, None
        own = [one for one in events if one["ticket_id"] == ticket["ticket_id"]]
        for place, one in enumerate(sorted(own, key=lambda event: (event["event_at"], event["line"]))):
            at = one["event_at"]
            level = one["level"] if one["level"] is not None else level
            status = one["status"] if one["status"] is not None else status
            now, over = (one["actor_id"], level or 0), (status or "open") in ENDED
            if place == 0:
                opening = day(at) == day(ticket["opened_at"])
                since = at if opening else None
                if opening:
                    moves.append((ticket, at, OUTSIDE, now, None))
                if over:
                    moves.append((ticket, at, now, OUTSIDE, since and 0))
            elif ended:
                if not over:
                    moves.append((ticket, at, OUTSIDE, now, None))
                    since = at
            else:
                if now != holder:
                    moves.append((ticket, at, holder, now, since and minutes(since, at)))
                    since = at
                if over:
                    moves.append((ticket, at, now, OUTSIDE, since and minutes(since, at)))
            if place == 0 and over and since is not None:
                moves[-1] = (*moves[-1][:4], 0)
            holder, ended = now, over
    return moves


def minutes(since: datetime, at: datetime) -> int:
    return int((at - since).total_seconds() // 60)


def summed(moves: list[tuple], keep=lambda ticket, at: True) -> dict[tuple, tuple[int, int, int]]:
    """Movements of incidents and service requests by giver and taker."""
    found: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for ticket, at, giver, taker, held in moves:
        if ticket["ticket_type"] != "change" and keep(ticket, at):
            cell = found[(*giver, *taker)]
            cell[0] += 1
            cell[1] += held is not None
            cell[2] += held or 0
    return {key: tuple(cell) for key, cell in found.items()}


def cells(frame: pd.DataFrame) -> dict[tuple, tuple[int, int, int]]:
    return {
        tuple(row[name] for name in EDGE): tuple(int(row[name]) for name in SUMS) for row in frame.to_dict("records")
    }


@pytest.fixture
def log(add_rows):
    """Two hundred made-up tickets in the database, and their movements by the plain walk."""
    tickets, events = made_up(seed=11)
    add_rows(fact_ticket, *tickets)
    add_rows(fact_ticket_event, *events)
    return walked(tickets, events)


SELECTIONS = {
    "everything": (Selection(), lambda ticket, at: True),
    "a month": (
        Selection.from_query({"from": "2025-03", "to": "2025-03"}),
        lambda ticket, at: day(at).strftime("%Y-%m") == "2025-03",
    ),
    "two days": (
        Selection.from_query({"from": "2025-03-10", "to": "2025-04-20"}),
        lambda ticket, at: date(2025, 3, 10) <= day(at) <= date(2025, 4, 20),
    ),
    "a municipality": (
        Selection(municipalities=("02219",)), lambda ticket, at: ticket["municipality_id"] == "02219",
    ),
    "a service and a priority": (
        Selection(services=("GAZD",), priorities=("P2",)),
        lambda ticket, at: ticket["service_id"] == "GAZD" and ticket["priority"] == "P2",
    ),
    "a county": (
        Selection.from_query({"from": "2025-02", "to": "2025-04", "county": "Nógrád,Veszprém"}),
        lambda ticket, at: ticket["municipality_id"] in IN_COUNTY and date(2025, 2, 1) <= day(at) <= date(2025, 4, 30),
    ),
    "months and days": (
        Selection.from_query({"from": "2025-02-11", "to": "2025-06-07"}),
        lambda ticket, at: date(2025, 2, 11) <= day(at) <= date(2025, 6, 7),
    ),
    "months and days of a county": (
        Selection.from_query({"from": "2025-02-11", "to": "2025-06-07", "county": "Nógrád,Veszprém"}),
        lambda ticket, at: ticket["municipality_id"] in IN_COUNTY and date(2025, 2, 11) <= day(at) <= date(2025, 6, 7),
    ),
    "one type from one source": (
        Selection(ticket_types=("incident",), sources=("north",)),
        lambda ticket, at: ticket["ticket_type"] == "incident" and ticket["source"] == "north",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize("made", [False, True], ids=["from events", "made before"])
def test_the_flow_is_what_a_walk_along_each_ticket_counts(connection, log, name, made):
    selection, keep = SELECTIONS[name]
    if made:
        refresh(connection)

    assert cells(flows(connection, selection)) == summed(log, keep)


@pytest.mark.parametrize("name", SELECTIONS)
def test_after_a_later_run_the_flow_is_that_of_all_rows(connection, log, add_rows, name):
    selection, keep = SELECTIONS[name]
    refresh(connection)
    tickets, events = made_up(seed=11)
    changed = {one["ticket_id"] for one in tickets[::7]}
    connection.execute(insert(etl_run).values(run_id=901, job="tickets", status="published"))
    replaced = fact_ticket.c.ticket_id.in_(changed)
    connection.execute(update(fact_ticket).where(replaced).values(superseded_run=901))
    draw = random.Random(3)
    later = [one | {"priority": draw.choice(["P2", "P4"])} for one in tickets if one["ticket_id"] in changed]
    add_rows(fact_ticket, *[one | {"loaded_run": 901} for one in later])
    more = [
        one | {"event_id": f"more {place}", "event_at": one["event_at"] + timedelta(days=3), "line": 10_000 + place}
        for place, one in enumerate(events[::9])
    ]
    add_rows(fact_ticket_event, *[one | {"loaded_run": 901} for one in more])

    assert refresh(connection)

    known = [one for one in tickets if one["ticket_id"] not in changed] + later
    assert cells(flows(connection, selection)) == summed(walked(known, events + more), keep)


def test_a_later_run_leaves_months_alone_that_its_tickets_did_not_move_in(connection, log, add_rows):
    refresh(connection)
    connection.execute(update(ticket_flow).where(ticket_flow.c.month == date(2025, 3, 1)).values(handoffs=7))
    connection.execute(insert(etl_run).values(run_id=901, job="tickets", status="published"))
    add_rows(fact_ticket, {"ticket_id": "new", "opened_at": datetime(2025, 12, 3), "loaded_run": 901})
    event = {"ticket_id": "new", "event_at": datetime(2025, 12, 3), "actor_id": "nisz", "level": 1, "status": "open"}
    add_rows(fact_ticket_event, event | {"loaded_run": 901})

    assert refresh(connection)

    asked = Selection.from_query({"from": "2025-03"})
    found = flows(connection, asked, by_month=True).set_index("month")
    assert found.loc[["2025-12"]][list(EDGE)].values.tolist() == [["*", 0, "nisz", 1]]
    assert (found.loc["2025-03"]["handoffs"] % 7 == 0).all(), "March is as it was marked"


def test_what_comes_to_a_holder_and_what_leaves_it_differ_by_what_it_holds(connection, add_tickets, add_rows):
    add_tickets({"ticket_id": "A"}, {"ticket_id": "B"}, {"ticket_id": "C"})
    steps = [("A", 9, "nisz", 1, "open"), ("A", 10, "operator_ado", 2, "open"),
             ("A", 12, "operator_ado", 2, "resolved"), ("B", 9, "nisz", 1, "open"),
             ("B", 11, "nisz", 1, "closed"), ("C", 9, "nisz", 1, "open")]  # fmt: skip
    add_rows(fact_ticket_event, *[
        {"ticket_id": ticket, "event_at": datetime(2025, 3, 3, hour)}
        | {"actor_id": actor, "level": level, "status": status}
        for ticket, hour, actor, level, status in steps
    ])  # fmt: skip

    assert cells(flows(connection, Selection())) == {
        ("*", 0, "nisz", 1): (3, 0, 0),
        ("nisz", 1, "operator_ado", 2): (1, 1, 60),
        ("nisz", 1, "*", 0): (1, 1, 120),
        ("operator_ado", 2, "*", 0): (1, 1, 120),
    }


def test_a_selected_actor_sees_what_it_gave_and_got(connection, log):
    found = cells(flows(connection, Selection(actors=("operator_ado",))))

    expected = {key: cell for key, cell in summed(log).items() if "operator_ado" in (key[0], key[2])}
    assert found == expected


def test_months_are_those_of_budapest(connection, add_tickets, add_rows):
    add_tickets({"ticket_id": "A", "opened_at": datetime(2025, 3, 31, 22, 30)})
    add_rows(
        fact_ticket_event, {"ticket_id": "A", "event_at": datetime(2025, 3, 31, 22, 30), "actor_id": "nisz", "level": 1}
    )
    refresh(connection)

    for selection in (Selection(), Selection(municipalities=("01508",))):
        assert flows(connection, selection, by_month=True)["month"].tolist() == ["2025-04"]
    assert known_since(connection) == date(2025, 4, 1)


def test_a_newer_run_makes_what_was_made_stale(connection, log):
    assert refresh(connection)
    assert not refresh(connection)
    connection.execute(update(ticket_flow).values(handoffs=0))
    assert set(flows(connection, Selection())["handoffs"]) == {0}, "it is read from what was made"

    run = {"run_id": 901, "job": "tickets", "status": "published", "started_at": datetime(2028, 2, 1)}
    connection.execute(insert(etl_run).values(**run))

    assert cells(flows(connection, Selection())) == summed(log)
    assert refresh(connection)
    assert connection.scalar(select(rollup_state.c.run_id).where(rollup_state.c.rollup_id == "ticket_flow")) == 901


def test_another_definition_makes_what_was_made_stale(connection, log):
    refresh(connection)
    connection.execute(update(ticket_flow).values(handoffs=0))
    connection.execute(update(rollup_state).values(definition="of an earlier version"))

    assert cells(flows(connection, Selection())) == summed(log)


def test_as_of_a_run_the_events_of_later_ones_are_not_known(connection, log):
    refresh(connection)

    assert flows(connection, Selection(as_of=100)).empty


def test_no_events_give_no_flow(connection):
    assert flows(connection, Selection()).empty
    assert list(flows(connection, Selection()).columns) == [*EDGE, *SUMS]
    assert known_since(connection) is None
