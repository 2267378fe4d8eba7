"""Logs with several rows per ticket, and activities of tickets that are known from elsewhere."""

from datetime import datetime

from data.schema import fact_ticket, fact_ticket_event

from .conftest import TICKETS, all_became

LOG = """
[[source]]
name = "log"
system = "desk"
job = "tickets"
record = "event_log"
path = "log/*"
[source.fields]
ticket_id = "id"
opened_at = "opened"
event_at = "at"
status = "status"
municipality = "where"
service = "service"
resolved_at = "resolved"
source_version = { column = "version", optional = true }
"""
HEAD = "id,opened,at,status,where,service,resolved,version"
LINES = (
    "T1,2025-03-03 09:00,2025-03-03 09:00,open,Komló,ADO,2025-03-03 12:00,0",
    "T1,2025-03-03 09:00,2025-03-03 12:00,resolved,Komló,ADO,2025-03-03 12:00,2",
    "T1,2025-03-03 09:00,2025-03-03 10:00,pending,Komló,ADO,2025-03-03 12:00,1",
    "T2,2025-03-04 09:00,2025-03-04 09:00,open,Komló,ADO,2025-03-05 12:00,0",
)


def test_every_row_is_an_event_and_the_last_version_is_the_ticket(desk):
    desk.describe(LOG)
    desk.deliver("log/a.csv", HEAD, *LINES)

    report = desk.run(rows_per_batch=2)

    assert all_became(report) == [{"read": 4, "loaded_new": 4}]
    assert len(desk.rows(fact_ticket_event, "event_id")) == 4
    assert desk.tickets("ticket_id", "status", "source_version", "resolved_at") == [
        ("T1", "resolved", 2, datetime(2025, 3, 3, 11)),
        ("T2", "open", 0, None),
    ]


def test_without_versions_the_latest_event_is_the_state(desk):
    desk.describe(LOG)
    desk.deliver("log/a.csv", HEAD.removesuffix(",version"), *(line.rpartition(",")[0] for line in LINES))

    desk.run(rows_per_batch=1)

    assert desk.tickets("ticket_id", "status") == [("T1", "resolved"), ("T2", "open")]


def test_the_beginning_of_the_same_log_saved_again_changes_nothing(desk):
    desk.describe(LOG.replace("[source.fields]", 'dates = ["iso", "%d-%m-%Y %H:%M"]\n[source.fields]'))
    desk.deliver("log/a.csv", HEAD, *LINES)
    desk.run()
    before = [desk.rows(fact, *fact.c.keys(), every=True) for fact in (fact_ticket, fact_ticket_event)]
    desk.deliver("log/b.csv", HEAD, LINES[0].replace("2025-03-03", "03-03-2025"))

    report = desk.run()

    assert all_became(report) == [{}, {"read": 1, "unchanged": 1}]
    assert [desk.rows(fact, *fact.c.keys(), every=True) for fact in (fact_ticket, fact_ticket_event)] == before


def test_an_equal_event_comes_once_and_a_changed_one_is_noticed(desk):
    desk.describe(LOG.replace("event_at =", 'event_id = "event"\nevent_at ='))
    lines = [f"{line},E{number}" for number, line in enumerate(LINES)]
    desk.deliver("log/a.csv", f"{HEAD},event", *lines, lines[0])
    assert all_became(desk.run()) == [{"read": 5, "loaded_new": 4, "duplicate": 1}]

    desk.deliver("log/b.csv", f"{HEAD},event", lines[1].replace("Komló", "Pécs"))

    assert all_became(desk.run())[1] == {"read": 1, "loaded_changed": 1}


def test_an_activity_belongs_where_its_ticket_does(desk):
    activities = """
[[source]]
name = "activities"
system = "desk"
job = "tickets"
record = "event"
path = "activities/*"
[source.fields]
ticket_id = "id"
event_at = "at"
event_type = "kind"
"""
    desk.describe(TICKETS + activities)
    desk.deliver("tickets/a.csv", "id,opened,where,service", "T1,2025-03-03 09:00,Komló,ADO")
    desk.deliver("activities/a.csv", "id,at,kind", "T1,2025-03-03 09:05,call", "T9,2025-03-03 09:06,call")

    report = desk.run()

    assert desk.rows(fact_ticket_event, "ticket_id", "municipality_id", "service_id", "actor_id") == [
        ("T1", "26408", "ADO", "operator_ado"),
        ("T9", "00000", "UNKNOWN", "unknown"),
    ]
    assert report.inputs[1].unmatched == (None, None, None), "a source that names none has nothing to match"
    assert all_became(desk.run(full=True))[1] == {"read": 2, "unchanged": 2}
