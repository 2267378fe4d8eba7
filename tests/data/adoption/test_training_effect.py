"""The effect of training read from the database, on both engines: what is counted, of whom, per 100 of what."""

import json
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select, update

from data.adoption.training_effect import COLUMNS, training_effect
from data.adoption.training_print import effect_document
from data.schema import (
    dim_municipality,
    etl_input,
    fact_contract,
    fact_contract_service,
    fact_training,
    fact_usage,
)
from data.selection import Selection

DONE = date(2025, 6, 2)
END = date(2025, 12, 31)
JOINED = date(2020, 1, 1)


@pytest.fixture
def alike(connection) -> list[str]:
    """Municipalities of one size band with offices of their own, so that all of them may be compared."""
    place = dim_municipality.c
    query = select(place.municipality_id).where(place.office_type == "own", place.size_band == "2000_4999")
    return list(connection.scalars(query.order_by(place.municipality_id)))[:8]


@pytest.fixture
def country(connection, add_rows, add_tickets, alike):
    """Eight alike municipalities live with ADO for years, with two how-to tickets before DONE and two after it; the
    first one's key user is trained on DONE and asks once after it. Of a sixth of January are a first ticket of another
    application and a training of a place that is not among them, from which on both are known."""
    for code in alike:
        add_rows(fact_contract, {"municipality_id": code, "valid_from": JOINED, "signed_on": JOINED})
        add_rows(fact_contract_service, {"municipality_id": code, "contracted_on": JOINED, "live_on": JOINED})
        after = (10,) if code == alike[0] else (10, 20)
        for days in (-30, -20, *after):
            add_tickets(asked(code, days))
    add_tickets({"category": "how_to", "service_id": "GAZD", "opened_on": date(2025, 1, 6)})
    add_rows(fact_training, trained("01508", date(2025, 1, 6)), trained(alike[0], DONE))
    connection.execute(update(etl_input).values(newest_at=END))
    return alike


def asked(code, days, **further):
    return {"municipality_id": code, "category": "how_to", "opened_on": DONE + timedelta(days=days), **further}


def trained(code, day, **further):
    return {"municipality_id": code, "completed_on": day, "result": "passed", **further}


def whole(connection, selection=None):
    found = training_effect(connection, selection or Selection())
    rows = found.frame[found.frame["cut"] == "all"].to_dict("records")
    return found, (rows[0] if rows else None)


def test_an_event_is_compared_with_alike_municipalities_without_training(connection, country):
    found, row = whole(connection)
    assert (found.on, found.completions, sum(found.left_out.values())) == (END, 1, 0)
    assert (row["basis"], row["events"], row["controls"], row["tickets"]) == ("municipalities", 1, 5, 3)
    assert (row["before"], row["after"], row["control_before"], row["control_after"]) == (200, 100, 200, 200)
    assert (row["effect"], row["relative"], row["verdict"]) == (-100, -0.5, "few")
    assert list(found.frame.columns) == list(COLUMNS)
    assert set(found.frame["cut"]) >= {"all", "service", "size_band"}


def test_only_how_to_tickets_of_people_count(connection, country, add_tickets):
    first = country[0]
    add_tickets(
        asked(first, 5, category="defect"), asked(first, 6, channel="monitoring"),
        asked(first, 7, ticket_type="change"), asked(first, 8, service_id="GAZD"),
        *(asked(first, days) for days in (0, 61, -61)),
    )  # fmt: skip
    assert whole(connection)[1]["after"] == 100
    add_tickets(asked(first, 60, channel="phone", ticket_type="service_request"))
    assert whole(connection)[1]["after"] == 200


def test_where_users_are_counted_it_is_per_100_users_by_the_median_of_the_months(connection, country, add_rows):
    months = [date(2025, month, 1) for month in (4, 5, 6, 7, 8)]
    for code in country:
        users = (10, 10, 20, 30, 500) if code == country[0] else (20,) * 5
        add_rows(
            fact_usage,
            *({"municipality_id": code, "period_on": month, "enabled_users": count}
              for month, count in zip(months, users, strict=True)),
        )  # fmt: skip
    row = whole(connection)[1]
    assert (row["basis"], row["before"], row["after"], row["effect"]) == ("users", 10, 5, -5)


def test_a_municipality_without_a_count_of_users_is_left_out_where_others_have_one(connection, country, add_rows):
    add_rows(fact_usage, {"municipality_id": country[1], "period_on": date(2025, 6, 1), "enabled_users": 9})
    found, row = whole(connection)
    assert (row, found.left_out["no_users"]) == (None, 1)


@pytest.mark.parametrize(
    ("selection", "events"),
    [
        (Selection(first=date(2025, 6, 1), last=date(2025, 6, 30)), 1),
        (Selection(first=date(2025, 7, 1)), 0),
        (Selection(services=("GAZD",)), 0),
        (Selection(joining_types=("interface",)), 0),
        (Selection(size_bands=("2000_4999",)), 1),
    ],
    ids=["its month", "later", "another application", "another joining", "its size"],
)
def test_a_selection_chooses_the_trained_and_not_whom_they_are_compared_with(connection, country, selection, events):
    row = whole(connection, selection)[1]
    assert (row["events"] if row else 0) == events
    if row:
        assert row["controls"] == 5


def test_one_municipality_selected_is_still_compared_with_others(connection, country):
    assert whole(connection, Selection(municipalities=(country[0],)))[1]["controls"] == 5
    assert whole(connection, Selection(municipalities=(country[1],)))[1] is None


def test_of_late_joiners_and_the_trained_nobody_is_a_control(connection, country, add_rows):
    add_rows(fact_training, *(trained(code, DONE + timedelta(days=30), role="contact_person") for code in country[1:4]))
    late = fact_contract_service.c.municipality_id.in_(country[4:7])
    connection.execute(update(fact_contract_service).where(late).values(live_on=DONE - timedelta(days=59)))
    assert whole(connection)[1]["controls"] == 1


def test_nothing_loaded_gives_an_empty_answer(connection):
    found = training_effect(connection, Selection())
    assert (found.on, found.completions, len(found.frame)) == (None, 0, 0)


def test_the_document_of_the_command_line_says_what_it_means(connection, country):
    told = json.loads(json.dumps(effect_document(connection, Selection())))
    assert (told["code"], told["accountable"], told["on"]) == ("TR05", "menedzsment", END.isoformat())
    assert told["rows"][0]["effect"] == -100
    assert not np.isnan(told["rows"][0]["p"])
