"""Single rows of service management: major incidents, law changes, open problems, findings, exercises, freezes."""

import random
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from data.exercises import exercises_by_service
from data.frozen import frozen_periods
from data.major import clock_hours, major_incidents
from data.metrics.responsibility import accountable_actor
from data.open_work import open_problems, overdue_findings
from data.readiness import STAGES, law_changes
from data.schema import dim_service, peak_period
from data.selection import Selection

YEAR = Selection.of_year(2025)
ON = date(2025, 12, 31)
LAW = {"ticket_type": "demand", "origin": "law", "decision": "accepted"}


def keys(rows):
    return rows["ticket_id"].tolist()


# --- major incidents ------------------------------------------------------------------------------------------------


def test_a_major_incident_lasts_as_long_as_its_outage_or_until_it_is_resolved(connection, add_tickets):
    opened, resolved = datetime(2025, 3, 3, 9), datetime(2025, 3, 3, 12)
    outage = {"outage_started_at": datetime(2025, 3, 3, 8), "outage_ended_at": datetime(2025, 3, 3, 10)}
    add_tickets(
        {"ticket_id": "A", "is_major": True, "opened_at": opened, "resolved_at": resolved, **outage},
        {"ticket_id": "B", "priority": "P1", "opened_at": opened + timedelta(days=1), "resolved_at": None},
        {"ticket_id": "C", "priority": "P2", "opened_at": opened},
        {
            "ticket_id": "D", "is_major": True, "opened_at": opened - timedelta(days=1), "resolved_at": resolved,
            "outage_minutes": 90, "affected_users": 40,
        },
    )  # fmt: skip

    rows = major_incidents(connection, YEAR)

    assert keys(rows) == ["B", "A", "D"]
    assert rows["is_declared"].tolist() == [False, True, True]
    assert clock_hours(rows, datetime(2025, 3, 4, 15)).tolist() == [6.0, 2.0, 27.0]
    assert clock_hours(rows, None).isna().tolist() == [True, False, False]
    assert rows["lost_hours"].fillna(-1).tolist() == [-1, -1, 60.0]


# --- changes of law -------------------------------------------------------------------------------------------------


def told_law(row, on, unrecorded):
    """What is to be known of a change of law, by its own words."""
    done = row["implemented_on"] is not None and row["implemented_on"] <= on
    missing = (
        ()
        if done
        else tuple(name for name in STAGES if name not in unrecorded and (row[name] is None or row[name] > on))
    )
    late = row["implemented_on"] > row["effective_on"] if done else row["effective_on"] <= on
    return missing, late, (row["effective_on"] - on).days


def test_readiness_is_what_a_plain_loop_finds(connection, add_tickets):
    random_ = random.Random(4)
    laws = []
    for number in range(60):
        effective = date(2024, 12, 1) + timedelta(days=random_.randrange(500))
        days = {name: effective - timedelta(days=random_.randrange(-20, 200)) for name in STAGES}
        days = {name: day if random_.random() < 0.7 else None for name, day in days.items()} | {"built_on": None}
        laws.append({**LAW, "ticket_id": f"L{number:02d}", "effective_on": effective, **days})
    add_tickets(*laws, {**LAW, "ticket_id": "X", "effective_on": ON, "status": "cancelled"})
    add_tickets({**LAW, "ticket_id": "Y", "effective_on": ON + timedelta(days=9), "origin": "municipal"})

    rows = law_changes(connection, YEAR)

    kept = [
        law
        for law in laws
        if ON - timedelta(days=365) < law["effective_on"] <= ON
        or (law["effective_on"] > ON and (law["announced_on"] is None or law["announced_on"] <= ON))
    ]
    ahead = sorted(
        (law for law in kept if law["effective_on"] > ON), key=lambda law: (law["effective_on"], law["ticket_id"])
    )
    past = sorted(
        (law for law in kept if law["effective_on"] <= ON),
        key=lambda law: (-law["effective_on"].toordinal(), law["ticket_id"]),
    )
    assert keys(rows) == [law["ticket_id"] for law in (*ahead, *past)]
    assert set(rows["unrecorded"]) == {("built_on",)}
    for law, (_at, row) in zip((*ahead, *past), rows.iterrows(), strict=True):
        assert (row["missing"], row["is_late"], row["days_left"]) == told_law(law, ON, ("built_on",)), law
        assert row["is_ahead"] == (law in ahead)


@pytest.mark.parametrize(
    ("on", "missing", "late"),
    [
        (date(2025, 5, 30), ("trained_on", "implemented_on"), False),
        (date(2025, 5, 31), ("implemented_on",), False),
        (date(2025, 6, 1), (), False),
    ],
)
def test_a_stage_is_reached_on_its_day(connection, add_tickets, on, missing, late):
    day = date(2025, 5, 1)
    stages = dict.fromkeys(STAGES, day) | {"trained_on": date(2025, 5, 31), "implemented_on": date(2025, 6, 1)}
    add_tickets({**LAW, "ticket_id": "L", "effective_on": date(2025, 6, 1), **stages})

    row = law_changes(connection, Selection(last=on)).iloc[0]

    assert (row["missing"], bool(row["is_late"])) == (missing, late)


def test_no_change_of_law_is_an_empty_list(connection):
    assert law_changes(connection, YEAR).empty


# --- open problems and overdue findings -----------------------------------------------------------------------------


def test_open_problems_stand_with_the_incidents_they_cause(connection, add_tickets):
    problem = {"ticket_type": "problem"}
    add_tickets(
        {**problem, "ticket_id": "P1", "opened_at": datetime(2025, 11, 1, 8)},
        {**problem, "ticket_id": "P2", "opened_at": datetime(2025, 2, 1, 8)},
        {**problem, "ticket_id": "P3", "opened_at": datetime(2025, 2, 1, 8), "ended_on": ON},
        {**problem, "ticket_id": "P4", "opened_at": datetime(2026, 1, 1, 8)},
    )
    for day in (date(2025, 12, 1), date(2025, 12, 2), date(2025, 12, 31), date(2026, 1, 1)):
        add_tickets({"problem_id": "P2", "opened_at": datetime(day.year, day.month, day.day, 9)})

    rows = open_problems(connection, YEAR)

    assert keys(rows) == ["P2", "P1"]
    assert rows["age_days"].tolist() == [333, 60]
    assert rows["incidents"].tolist() == [3, 0]
    assert rows["recent_incidents"].tolist() == [2, 0]  # the 30 days to the 31st begin on the 2nd


def test_overdue_findings_name_who_answers_for_them(connection, add_tickets):
    finding = {"ticket_type": "security_finding", "opened_at": datetime(2025, 1, 5, 9)}
    add_tickets(
        {**finding, "ticket_id": "F1", "due_on": date(2025, 12, 1), "service_id": "ADO"},
        {**finding, "ticket_id": "F2", "due_on": date(2025, 6, 1), "service_id": "C01_VIRT"},
        {**finding, "ticket_id": "F3", "due_on": ON, "service_id": "ADO"},
        {**finding, "ticket_id": "F4", "due_on": date(2025, 6, 1), "ended_on": date(2025, 7, 1)},
    )

    rows = overdue_findings(connection, YEAR)

    assert keys(rows) == ["F2", "F1"]
    assert rows["overdue_days"].tolist() == [213, 30]
    process = "information_security_management"
    assert rows["accountable_id"].tolist() == [
        accountable_actor(connection, process, one, ON) for one in ("C01_VIRT", "ADO")
    ]


def test_nothing_open_gives_no_rows(connection, add_tickets):
    add_tickets({"ticket_id": "I"})
    assert open_problems(connection, YEAR).empty
    assert overdue_findings(connection, YEAR).empty


# --- continuity exercises -------------------------------------------------------------------------------------------


def test_each_application_has_its_last_exercise(connection, add_tickets):
    test = {"ticket_type": "continuity_test", "opened_at": datetime(2024, 1, 1, 9), "service_id": "ADO"}
    add_tickets(
        {**test, "ticket_id": "T1", "resolved_on": date(2025, 2, 1), "outcome": "success"},
        {**test, "ticket_id": "T2", "resolved_on": date(2025, 8, 1), "outcome": "failed"},
        {**test, "ticket_id": "T3", "resolved_on": date(2026, 1, 5), "outcome": "success", "due_on": date(2026, 1, 5)},
        {**test, "ticket_id": "T4", "due_on": date(2026, 3, 1)},
        {**test, "ticket_id": "T5", "resolved_on": date(2024, 12, 31), "outcome": "success", "service_id": "GAZD"},
    )

    rows = exercises_by_service(connection, YEAR).set_index("service_id")

    applications = pd.read_sql(dim_service.select().where(dim_service.c.kind == "application"), connection)
    assert sorted(rows.index) == sorted(applications["service_id"])
    ado, gazd, irat = rows.loc["ADO"], rows.loc["GAZD"], rows.loc["IRAT"]
    assert (ado["ticket_id"], ado["outcome"], ado["is_covered"], ado["held_count"]) == ("T2", "failed", True, 2)
    assert ado["planned_on"] == date(2026, 3, 1)
    # 365 days before the last day are not within a year of it any more.
    assert (gazd["ticket_id"], gazd["is_covered"], gazd["held_count"]) == ("T5", False, 0)
    assert pd.isna(irat["ticket_id"])
    assert exercises_by_service(connection, Selection(last=ON, services=("IRAT",)))["service_id"].tolist() == ["IRAT"]


# --- frozen periods -------------------------------------------------------------------------------------------------


def test_frozen_periods_lie_in_the_calendar(connection):
    connection.execute(peak_period.delete())
    window = {"kind": "closing", "name_hu": "zárás", "name_en": "closing", "is_frozen": 1, "valid_to": None}
    over_new_year = {"first_month": 12, "first_day": 10, "last_month": 1, "last_day": 15}
    spring = {"first_month": 3, "first_day": 1, "last_month": 3, "last_day": 16}
    connection.execute(
        peak_period.insert(),
        [
            window | over_new_year | {"peak_id": "year", "valid_from": date(2010, 1, 1), "basis": ""},
            window
            | spring
            | {"peak_id": "spring", "valid_from": date(2025, 3, 5), "valid_to": date(2026, 3, 4), "basis": ""},
            window | spring | {"peak_id": "open", "valid_from": date(2010, 1, 1), "is_frozen": 0, "basis": ""},
        ],
    )

    rows = frozen_periods(connection, date(2025, 1, 3), date(2026, 3, 31))

    assert [tuple(row) for row in rows[["peak_id", "first", "last"]].itertuples(index=False)] == [
        ("year", date(2025, 1, 3), date(2025, 1, 15)),
        ("spring", date(2025, 3, 5), date(2025, 3, 16)),
        ("year", date(2025, 12, 10), date(2026, 1, 15)),
        ("spring", date(2026, 3, 1), date(2026, 3, 3)),
    ]
