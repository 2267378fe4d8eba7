"""From valid rows to fact_ticket: status, minutes, deadlines, verdicts."""

from datetime import date, datetime

import pandas as pd
import pytest

from data.reference.calendar import working_calendar
from data.reference.register import service_hours, sla_targets
from etl.clock import BusinessClock
from etl.jobs.tickets import conform, conform_events, last_states
from etl.targets import SlaTargets

CLOCK = BusinessClock.of(working_calendar(date(2024, 1, 1), date(2026, 12, 31)), service_hours())
TARGETS = SlaTargets(sla_targets())
MONDAY = datetime(2025, 3, 3, 8)  # 9:00 in Budapest; P3: 240 minutes to respond, 1200 to resolve
TYPES = {"waiting_minutes": "Int64", "level": "Int64", "source_version": "Int64", "made_sla": "boolean"}


def rows_of(*rows):
    """Valid, placed rows; a test states only what it is about."""
    filled = [
        {"ticket_id": f"T{n}", "opened_at": MONDAY, "municipality_id": "01508", "service_id": "ADO", "actor_id": "nisz"}
        | row
        for n, row in enumerate(rows)
    ]
    frame = pd.DataFrame(filled)
    times = {name: "datetime64[us]" for name in frame if name.endswith(("_at", "_on"))}
    own = {name: TYPES.get(name, "str") for name in frame if name not in times}
    return frame.astype(times | own)


def fact(**row):
    """The fact of one row, missing values as None."""
    facts = conform(rows_of(row), TARGETS, CLOCK)
    return {name: None if pd.isna(facts[name].iloc[0]) else facts[name].iloc[0] for name in facts}


@pytest.mark.parametrize(
    ("row", "status", "resolved_on", "ended_on"),
    [
        ({}, "open", None, None),
        ({"resolved_at": datetime(2025, 3, 4, 23, 30)}, "resolved", "2025-03-05", "2025-03-05"),
        ({"closed_at": datetime(2025, 3, 5)}, "closed", "2025-03-05", "2025-03-05"),
        (
            {"resolved_at": datetime(2025, 3, 4), "closed_at": datetime(2025, 3, 9)},
            "closed",
            "2025-03-04",
            "2025-03-04",
        ),
        ({"status": "open", "resolved_at": datetime(2025, 3, 4)}, "open", None, None),
        ({"status": "closed", "updated_at": datetime(2025, 3, 6)}, "closed", None, "2025-03-06"),
        ({"status": "cancelled", "closed_at": datetime(2025, 3, 6)}, "cancelled", None, "2025-03-06"),
    ],
)
def test_status_and_end_follow_from_what_is_known(row, status, resolved_on, ended_on):
    found = fact(**row)

    assert found["status"] == status
    assert found["resolved_on"] == (resolved_on and pd.Timestamp(resolved_on))
    assert found["ended_on"] == (ended_on and pd.Timestamp(ended_on))


@pytest.mark.parametrize(
    ("row", "minutes", "in_sla"),
    [
        ({"resolved_at": datetime(2025, 3, 3, 9)}, 60, True),
        ({"resolved_at": datetime(2025, 3, 5, 9, 0)}, 1200, True),
        ({"resolved_at": datetime(2025, 3, 5, 9, 1)}, 1201, False),
        ({"resolved_at": datetime(2025, 3, 5, 9, 1), "waiting_minutes": 1}, 1200, True),
        ({"resolved_at": datetime(2025, 3, 3, 9), "waiting_minutes": 600}, 0, True),
        ({"priority": "P1", "resolved_at": datetime(2025, 3, 3, 12, 0)}, 240, True),
        ({"priority": "P1", "resolved_at": datetime(2025, 3, 3, 12, 1)}, 241, False),
        ({}, None, False),
        ({"status": "cancelled", "closed_at": datetime(2025, 3, 3, 9)}, None, None),
        ({"resolved_at": datetime(2026, 3, 3), "made_sla": True}, 111_111, True),
        ({"made_sla": True}, None, True),
    ],
)
def test_a_ticket_is_in_time_up_to_and_including_its_target(row, minutes, in_sla):
    found = fact(**row)

    assert found["resolved_in_sla"] == in_sla
    assert found["sla_basis"] == ("source" if "made_sla" in row else "computed")
    assert minutes in (found["resolution_minutes"], 111_111)


OPEN_WAIT = '[["2025-03-03T09:00:00Z", null]]'
CLOSED_WAITS = (
    '[["2025-03-03T07:00:00Z", "2025-03-03T09:00:00Z"], ["2025-03-03T12:00:00+01:00", "2025-03-04T10:00:00Z"]]'
)


@pytest.mark.parametrize(
    ("row", "waiting", "minutes"),
    [  # Monday 9:00 in Budapest; hours are 7:30 to 17:00
        ({"waiting": "[]", "resolved_at": datetime(2025, 3, 3, 10)}, 0, 120),
        ({"waiting": None, "resolved_at": datetime(2025, 3, 3, 10)}, None, 120),
        ({"waiting": OPEN_WAIT, "resolved_at": datetime(2025, 3, 3, 10)}, 60, 60),
        ({"waiting": OPEN_WAIT}, 0, None),
        ({"waiting": OPEN_WAIT, "waiting_minutes": 7, "resolved_at": datetime(2025, 3, 3, 10)}, 7, 113),
        ({"waiting": OPEN_WAIT, "waiting_minutes": None, "resolved_at": datetime(2025, 3, 3, 10)}, 60, 60),
        ({"waiting": CLOSED_WAITS}, 60 + 300 + 210, None),
        ({"waiting": CLOSED_WAITS, "resolved_at": datetime(2025, 3, 4, 8)}, 60 + 300 + 90, 480 + 90 - 450),
        ({"waiting": CLOSED_WAITS, "resolved_at": datetime(2025, 3, 3, 8, 30)}, 30, 0),
        ({"waiting": CLOSED_WAITS, "priority": "P1", "resolved_at": datetime(2025, 3, 4, 10)}, 60 + 1380, 120),
    ],
)
def test_waiting_is_counted_on_the_clock_of_the_ticket_between_opening_and_resolution(row, waiting, minutes):
    found = fact(**row)

    assert (found["waiting_minutes"], found["resolution_minutes"]) == (waiting, minutes)
    assert "waiting" not in found


def test_each_ticket_waits_by_its_own_spans():
    waits = [OPEN_WAIT, None, CLOSED_WAITS, OPEN_WAIT]
    rows = rows_of(*({"waiting": wait, "resolved_at": datetime(2025, 3, 4, 8)} for wait in waits))

    facts = conform(rows.set_axis([7, 3, 5, 1]), TARGETS, CLOCK)

    assert facts["waiting_minutes"].astype(object).where(facts["waiting_minutes"].notna(), None).to_dict() == {
        7: 420 + 90, 3: None, 5: 450, 1: 420 + 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ({}, "2025-03-05"),
        ({"waiting_minutes": 500}, "2025-03-06"),
        ({"priority": "P1", "opened_at": datetime(2025, 3, 8, 22)}, "2025-03-09"),
        ({"status": "cancelled", "closed_at": datetime(2025, 3, 3, 9)}, None),
    ],
)
def test_a_deadline_waits_with_the_ticket(row, due):
    assert fact(**row)["resolution_due_on"] == (due and pd.Timestamp(due))


def test_a_response_is_judged_only_where_the_source_tells_responses():
    assert "response_due_on" not in fact()
    silent = fact(first_response_at=None)
    prompt = fact(first_response_at=datetime(2025, 3, 3, 12))
    late = fact(first_response_at=datetime(2025, 3, 3, 12, 1))

    assert (silent["response_due_on"], silent["responded_in_sla"]) == (pd.Timestamp("2025-03-03"), None)
    assert (prompt["response_minutes"], prompt["responded_in_sla"]) == (240, True)
    assert (late["response_minutes"], late["responded_in_sla"]) == (241, False)


def test_what_a_source_leaves_out_has_a_default():
    found = fact(channel="fax", escalated_at=datetime(2025, 3, 3, 9), acknowledged_at=datetime(2025, 3, 3, 9, 30))

    assert (found["ticket_type"], found["priority"], found["channel"]) == ("incident", "P3", "other")
    assert (found["level"], found["acknowledge_minutes"]) == (2, 30)


def test_no_rows_give_no_facts():
    empty = rows_of({"resolved_at": MONDAY, "first_response_at": MONDAY, "priority": "P1", "channel": "email"}).iloc[:0]

    assert conform(empty, TARGETS, CLOCK).empty
    assert conform_events(empty.assign(event_at=empty["opened_at"])).empty


@pytest.mark.parametrize(
    ("order", "last"),
    [
        ({"source_version": [1, 3, 2], "event_at": [3, 1, 2]}, 1),
        ({"source_version": [1, 1, None], "event_at": [3, 1, 5]}, 0),
        ({"event_at": [3, 3, 1]}, 1),
    ],
    ids=["version", "then time, a version before none", "then line"],
)
def test_the_state_of_a_ticket_is_its_last_row(order, last):
    values = pd.DataFrame(order)
    log = rows_of({"ticket_id": "T"}, {"ticket_id": "T"}, {"ticket_id": "T"}).assign(
        event_at=pd.to_datetime(values["event_at"], unit="D").astype("datetime64[us]")
    )
    if "source_version" in values:
        log["source_version"] = values["source_version"].astype("Int64")

    states = last_states(log, pd.Series([2, 3, 4]))

    assert states.index.tolist() == [last]


def test_an_event_without_a_key_is_known_by_what_it_says():
    log = rows_of(
        {"event_at": MONDAY, "status": "open"},
        {"event_at": MONDAY, "status": "open", "ticket_id": "T0"},
        {"event_at": MONDAY, "status": "pending", "ticket_id": "T0"},
    ).assign(category=pd.Series(["a", "b", "a"], dtype="str"))

    events = conform_events(log)

    assert events["event_id"].duplicated().tolist() == [False, True, False]
    assert events["content_hash"].nunique() == 3


# --- outages ----------------------------------------------------------------------------------------------------------

EVENING, NEXT_DAY = datetime(2025, 3, 3, 15, 30), datetime(2025, 3, 4, 7)  # 16:30 and, the day after, 8:00


@pytest.mark.parametrize(
    ("row", "minutes"),
    [
        ({"outage_started_at": EVENING, "outage_ended_at": NEXT_DAY}, 60),  # 30 until 17:00, 30 from 7:30
        ({"outage_started_at": datetime(2025, 3, 8), "outage_ended_at": datetime(2025, 3, 9)}, 0),  # a Saturday
        ({"outage_started_at": datetime(2025, 5, 17, 6), "outage_ended_at": datetime(2025, 5, 17, 6, 45)}, 45),  # moved
        ({"outage_started_at": datetime(2025, 3, 29), "outage_ended_at": datetime(2025, 3, 31, 6)}, 30),  # summer time
        ({"outage_started_at": EVENING, "outage_ended_at": NEXT_DAY, "outage_minutes": 7}, 7),
        ({"outage_started_at": EVENING, "outage_ended_at": None}, None),
        ({"outage_minutes": 12}, 12),
    ],
)
def test_minutes_of_an_outage_are_those_told_else_those_inside_service_hours(row, minutes):
    rows = rows_of(row)
    given = {"outage_minutes": "Int64", "outage_started_at": "datetime64[us]", "outage_ended_at": "datetime64[us]"}
    facts = conform(rows.astype({name: kind for name, kind in given.items() if name in rows}), TARGETS, CLOCK)

    found = facts["outage_minutes"].iloc[0]
    assert (None if pd.isna(found) else found) == minutes
