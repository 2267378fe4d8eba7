"""One ticket's history: its versions, its events in order, how long each stage was held, what belongs to it."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from data.schema import etl_input, etl_run, fact_ticket, fact_ticket_event
from data.ticket_history import changed, linked, ticket_history, timeline

SOURCE = "tickets"
AT = datetime(2025, 3, 3, 9)


def at(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def add_event(add_rows, number, minutes, status, **fields):
    row = {"event_id": f"E{number}", "event_at": at(minutes), "event_type": "status", "status": status, "level": 1}
    add_rows(fact_ticket_event, row | fields)


def add_version(connection, ticket_id, run, **changes):
    """Another run closes the current version and adds one that differs."""
    current = fact_ticket.c.ticket_id == ticket_id
    row = dict(connection.execute(select(fact_ticket).where(current)).mappings().one())
    before = row["loaded_run"]
    connection.execute(
        insert(etl_run).values(run_id=run, job="tickets", status="published", finished_at=at(10**6), mode="full")
    )
    given = dict(connection.execute(select(etl_input).where(etl_input.c.run_id == before)).mappings().one())
    connection.execute(insert(etl_input).values(given | {"input_id": run, "run_id": run, "input": "later.csv"}))
    connection.execute(fact_ticket.update().where(current).values(superseded_run=run))
    connection.execute(insert(fact_ticket).values(row | {"loaded_run": run, "input_id": run, "line": 9} | changes))


def test_a_ticket_that_is_not_there_has_no_history(connection, add_tickets):
    add_tickets({"ticket_id": "T1"})

    assert ticket_history(connection, SOURCE, "T2") is None
    assert ticket_history(connection, "elsewhere", "T1") is None


def test_versions_tell_what_each_run_changed(connection, add_tickets):
    add_tickets({"ticket_id": "T1", "priority": "P3", "status": "open"})
    add_version(connection, "T1", 150, priority="P1", status="resolved", resolved_on=date(2025, 3, 5))

    history = ticket_history(connection, SOURCE, "T1")

    assert history.versions["loaded_run"].tolist() == [101, 150]
    assert history.versions["input"].tolist() == ["tickets.csv", "later.csv"]
    assert history.versions["line"].tolist() == [1, 9]
    assert (history.ticket["priority"], history.is_current) == ("P1", True)
    told = {(run, name): (before, str(after)[:10]) for run, name, before, after in changed(history)}
    assert told[(150, "priority")] == ("P3", "P1")
    assert told[(150, "status")] == ("open", "resolved")
    assert told[(150, "resolved_on")][1] == "2025-03-05"
    assert set(told) == {(150, "priority"), (150, "status"), (150, "resolved_on")}


def test_an_earlier_run_knew_an_earlier_version(connection, add_tickets):
    add_tickets({"ticket_id": "T1", "priority": "P3"})
    add_version(connection, "T1", 150, priority="P1")

    assert ticket_history(connection, SOURCE, "T1", as_of=149).ticket["priority"] == "P3"
    assert ticket_history(connection, SOURCE, "T1", as_of=150).ticket["priority"] == "P1"
    assert ticket_history(connection, SOURCE, "T1", as_of=100) is None


def test_a_ticket_that_moved_to_another_municipality_keeps_its_versions(connection, add_tickets):
    add_tickets({"ticket_id": "T1", "municipality_id": "01508"})
    add_version(connection, "T1", 150, municipality_id="00000")

    history = ticket_history(connection, SOURCE, "T1")

    assert [(run, before, after) for run, name, before, after in changed(history)] == [(150, "01508", "00000")]


def test_a_ticket_withdrawn_at_its_source_is_still_shown(connection, add_tickets):
    add_tickets({"ticket_id": "T1", "superseded_run": 120})

    assert ticket_history(connection, SOURCE, "T1").is_current is False


def test_events_are_held_until_the_next_one(connection, add_tickets, add_rows):
    add_tickets({"ticket_id": "T1", "opened_at": AT, "resolved_at": at(100), "closed_at": at(160), "status": "closed"})
    steps = [(0, "open"), (30, "pending"), (75, "open"), (100, "resolved"), (160, "closed")]
    for number, (minutes, status) in enumerate(reversed(steps)):
        add_event(add_rows, number, minutes, status)

    line = timeline(ticket_history(connection, SOURCE, "T1"))

    events = line[line["what"] == "event"]
    assert events["status"].tolist() == [status for _minutes, status in steps]
    held = [following - minutes for (minutes, _s), (following, _t) in itertools.pairwise(steps)]
    assert events["held_minutes"].tolist()[:-1] == held
    assert events["held_minutes"].isna().tolist() == [False, False, False, False, True]
    assert events["is_waiting"].tolist() == [False, True, False, False, False]
    # Opening, resolution and closure are told by the events of the same minute.
    assert line["what"].tolist() == ["event"] * 5


@pytest.mark.parametrize(("until", "held"), [(None, None), (at(90), 60.0), (at(10), None)])
def test_an_open_ticket_is_held_until_the_newest_data(connection, add_tickets, add_rows, until, held):
    add_tickets({"ticket_id": "T1", "opened_at": AT})
    add_event(add_rows, 1, 30, "open")

    line = timeline(ticket_history(connection, SOURCE, "T1"), until)

    last = line[line["what"] == "event"].iloc[-1]
    assert last["held_minutes"] == held or (held is None and last["held_minutes"] is None)


def test_what_the_ticket_records_stands_among_the_events_in_its_order(connection, add_tickets, add_rows):
    add_tickets(
        {
            "ticket_id": "T1", "opened_at": AT, "first_response_at": at(20), "reopened_on": date(2025, 3, 4),
            "ticket_type": "incident",
        }
    )  # fmt: skip
    add_event(add_rows, 1, 0, "open")
    add_event(add_rows, 2, 60 * 24 * 2, "open")

    line = timeline(ticket_history(connection, SOURCE, "T1"))

    assert line["what"].tolist() == ["event", "first_response_at", "reopened_on", "event"]
    midnight = datetime(2025, 3, 3, 23, tzinfo=UTC).replace(tzinfo=None)  # of the 4th in Budapest
    assert line["at"].tolist()[2] == midnight
    assert line["is_day"].tolist() == [False, False, True, False]


def test_a_ticket_without_events_has_its_stages(connection, add_tickets):
    days = {
        "announced_on": date(2025, 1, 5), "analysed_on": date(2025, 1, 10), "decided_on": date(2025, 2, 1),
        "built_on": date(2025, 3, 1), "trained_on": date(2025, 3, 8), "implemented_on": date(2025, 3, 10),
        "effective_on": date(2025, 4, 1),
    }  # fmt: skip
    add_tickets({"ticket_id": "L1", "ticket_type": "demand", "opened_at": datetime(2025, 1, 6, 8), **days})

    line = timeline(ticket_history(connection, SOURCE, "L1"))

    assert line["what"].tolist() == ["announced_on", "opened_at", *list(days)[1:]]
    assert line["held_minutes"].isna().all()


def test_a_problem_leads_to_its_incidents_and_back(connection, add_tickets):
    add_tickets(
        {"ticket_id": "P1", "ticket_type": "problem"},
        {"ticket_id": "C1", "ticket_type": "change"},
        {"ticket_id": "I1", "problem_id": "P1", "caused_by_change_id": "C1"},
        {"ticket_id": "I2", "problem_id": "P1", "opened_at": datetime(2025, 4, 1, 8)},
        {"ticket_id": "I3", "problem_id": "P2"},
        {"ticket_id": "I4", "problem_id": "P1", "superseded_run": 120},
    )

    def links(key):
        found = linked(connection, ticket_history(connection, SOURCE, key).ticket)
        return list(zip(found["link"], found["ticket_id"], strict=True))

    assert links("P1") == [("incident", "I2"), ("incident", "I1")]
    assert links("C1") == [("incident", "I1")]
    assert links("I1") == [("problem", "P1"), ("cause", "C1")]
    assert links("I3") == []
