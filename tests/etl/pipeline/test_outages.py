"""Outages through the pipeline: what is loaded, set aside, changed and withdrawn; from files and from a live source."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from data.schema import fact_ticket, quarantine
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.settings import Settings

FIELDS = {
    "ticket_id": "id", "opened_at": "opened", "service": "service", "outage_minutes": "minutes",
    "outage_started_at": "down_from", "outage_ended_at": "down_to", "outage_scope": "scope",
}  # fmt: skip
SCOPES = {"outage_scope": {"teljes": "whole", "részleges": "part"}}
HEAD = "id;opened;service;minutes;down_from;down_to;scope"
KEPT = ("ticket_id", "outage_minutes", "outage_started_at", "outage_ended_at", "outage_scope")


@pytest.fixture
def load(duckdb_store, tmp_path):
    """Loads lines as a file of the desk; a run of a live source where rows of a database are given instead."""

    def run(*lines, **options):
        (tmp_path / "a.csv").write_text("\n".join([HEAD, *lines]) + "\n")
        return run_job(duckdb_store, "tickets", [_source(path="a.csv", delimiter=";")], tmp_path, Options(**options))

    return run


def _source(**more):
    entry = {"name": "desk", "job": "tickets", "record": "ticket", "fields": FIELDS, "values": SCOPES, **more}
    return Source.model_validate(entry).equipped(Settings(_env_file=None, person_key="a key for tests, long enough"))


def current(store, *, history=False):
    with store.reading() as connection:
        query = select(*(fact_ticket.c[name] for name in KEPT)).order_by(
            fact_ticket.c.ticket_id, fact_ticket.c.loaded_run
        )
        if not history:
            query = query.where(fact_ticket.c.superseded_run.is_(None))
        return [tuple(row) for row in connection.execute(query)]


def test_times_are_those_of_budapest_and_minutes_those_inside_service_hours(load, duckdb_store):
    load("1;2025-03-03 16:20;ADO;;2025-03-03 16:15;2025-03-04 08:00;teljes", "2;2025-03-03 16:20;ADO;12;;;részleges")

    assert current(duckdb_store) == [
        ("1", 75, datetime(2025, 3, 3, 15, 15), datetime(2025, 3, 4, 7), "whole"),
        ("2", 12, None, None, "part"),
    ]


def test_an_outage_that_ended_since_closes_the_version_in_which_it_lasted(load, duckdb_store):
    load("1;2025-03-03 09:20;ADO;;2025-03-03 09:15;;")
    report = load("1;2025-03-03 09:20;ADO;;2025-03-03 09:15;2025-03-03 10:15;teljes")

    assert report.inputs[0].as_json()["changed"] == 1
    assert [row[1:4:2] + row[4:] for row in current(duckdb_store, history=True)] == [
        (None, None, None),
        (60, datetime(2025, 3, 3, 9, 15), "whole"),
    ]
    again = load("1;2025-03-03 09:20;ADO;;2025-03-03 09:15;2025-03-03 10:15;teljes", full=True)
    assert again.inputs[0].as_json()["unchanged"] == 1


def test_what_contradicts_itself_waits_with_its_reason(load, duckdb_store):
    load(
        "1;2025-03-03 09:20;ADO;;2025-03-03 09:15;2025-03-03 08:15;teljes",
        "2;2025-03-03 09:20;ADO;500;2025-03-03 09:15;2025-03-03 10:15;teljes",
        "3;2025-03-03 09:20;ADO;;;2025-03-03 10:15;teljes",
        "4;2025-03-03 09:20;ADO;;;;félig",
    )

    with duckdb_store.reading() as connection:
        reasons = [
            json.loads(row) for row in connection.scalars(select(quarantine.c.reasons).order_by(quarantine.c.line))
        ]
    assert current(duckdb_store) == []
    assert [len(one) for one in reasons] == [1, 1, 1, 1]
    said = [one[0] for one in reasons]
    assert said[0].startswith(
        'outage_ended_at ("down_to") (2025-03-03 07:15 UTC) is before outage_started_at ("down_from")'
    )
    assert said[1].startswith('outage_minutes ("minutes") is more than')
    assert said[2].startswith('outage_ended_at ("down_to") is there, but no')
    assert said[3] == "outage_scope (\"scope\") is 'félig'; expected one of whole, part."


def test_a_live_source_maps_outages_and_stages_by_its_description_alone(duckdb_store, tmp_path):
    url = f"duckdb:///{tmp_path / 'desk.duckdb'}"
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("""
            CREATE TABLE desk AS SELECT 'D1' AS id, TIMESTAMP '2025-03-03 08:00' AS opened, 'IRAT' AS service,
            NULL::integer AS minutes, TIMESTAMP '2025-03-03 08:00' AS down_from,
            TIMESTAMP '2025-03-03 09:30' AS down_to,
            'teljes' AS scope, DATE '2025-04-01' AS ready, DATE '2025-04-10' AS taught
        """))  # fmt: skip
    engine.dispose()
    connect = {"kind": "sql", "url": url, "query": "SELECT * FROM desk"}
    stages = {"built_on": "ready", "trained_on": "taught", "ticket_type": {"value": "incident"}}
    live = _source(connect=connect, fields=FIELDS | stages, time_zone="UTC")

    report = run_job(duckdb_store, "tickets", [live], Path())

    assert (report.message, report.inputs[0].as_json()["new"]) == (None, 1)
    assert current(duckdb_store) == [("D1", 90, datetime(2025, 3, 3, 8), datetime(2025, 3, 3, 9, 30), "whole")]
    with duckdb_store.reading() as connection:
        days = connection.execute(select(fact_ticket.c.built_on, fact_ticket.c.trained_on)).one()
    assert [str(day) for day in days] == ["2025-04-01", "2025-04-10"]
