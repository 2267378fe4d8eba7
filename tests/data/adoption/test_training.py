"""Coverage, what lapses, courses and changes of law, on both engines, against loops over the rows that were put in."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import select, update

from data.adoption.training import STEPS, coverage, funnel
from data.adoption.training_laws import law_trainings
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.schema import dim_municipality, etl_input, fact_contract, fact_contract_service, fact_training
from data.selection import Selection

ON = date(2025, 9, 30)
JOINED = date(2020, 1, 1)
MANY = 7


@pytest.fixture
def places(connection, add_rows) -> dict[str, list[str]]:
    """Two members of a joint office and MANY with offices of their own, all live with ADO."""
    place = dim_municipality.c
    codes = select(place.municipality_id).order_by(place.municipality_id)
    seat = connection.scalar(
        select(place.office_id).where(place.office_type == "joint_member").order_by(place.office_id)
    )
    joint = list(connection.scalars(codes.where(place.office_id == seat)))[:2]
    own = list(connection.scalars(codes.where(place.office_type == "own")))[:MANY]
    for code in (*joint, *own):
        add_rows(fact_contract, {"municipality_id": code, "valid_from": JOINED, "signed_on": JOINED})
        add_rows(fact_contract_service, {"municipality_id": code, "contracted_on": JOINED, "live_on": JOINED})
    return {"joint": joint, "own": own}


@pytest.fixture
def at_the_end(connection):
    """After the rows are in: data reach to ON."""

    def end() -> None:
        connection.execute(update(etl_input).values(newest_at=ON))

    return end


def certified(code, person, last, **further):
    return {
        "municipality_id": code, "person_hash": person, "completed_on": date(2025, 3, 20), "result": "passed",
        "certified_from": date(2025, 3, 20), "certified_to": last, **further,
    }  # fmt: skip


def test_coverage_counts_people_once_and_pairs_by_office(connection, add_rows, places, at_the_end):
    add_rows(
        fact_training,
        *(certified(code, f"p{at}", date(2026, 3, 20)) for at, code in enumerate(places["own"][:5])),
        certified(places["own"][0], "p0", date(2026, 9, 20), enrolment_id="again"),
        certified(places["own"][5], "lapsed", ON - timedelta(days=1)),
        certified(places["joint"][0], "of the office", ON),
    )
    at_the_end()
    found = coverage(connection, Selection())
    row = found.frame[(found.frame["service_id"] == "ADO") & (found.frame["role"] == "key_user")].iloc[0]
    assert found.on == ON
    assert (row["people"], row["certified"], row["pairs"], row["covered"]) == (7, 6, 9, 7)
    assert row["value"] == pytest.approx(7 / 9)


def test_few_people_are_not_told_of(connection, add_rows, places, at_the_end):
    add_rows(fact_training, *(certified(code, code, None) for code in places["own"][:4]))
    at_the_end()
    found = coverage(connection, Selection()).frame
    row = found[found["role"] == "key_user"].iloc[0]
    assert row["withheld"]
    assert pd.isna(row["people"])
    assert pd.isna(row["certified"])
    assert row["covered"] == 4
    assert funnel(connection, Selection())["enrolled"].isna().all()


def test_municipalities_chosen_by_name_are_not_counted_for_two_choices_would_tell_of_one(
    connection, add_rows, places, at_the_end
):
    one, two = places["own"][:2]
    add_rows(
        fact_training, *(certified(code, f"{code} {at}", None) for code, n in ((one, 9), (two, 3)) for at in range(n))
    )
    at_the_end()
    for chosen in ((one, two), (one,)):
        found = coverage(connection, Selection(municipalities=chosen)).frame
        row = found[found["role"] == "key_user"].iloc[0]
        assert row["withheld"]
        assert pd.isna(row["certified"])
        assert row["covered"] == len(chosen)  # pairs are no people


def test_a_course_is_withheld_where_its_share_completed_is(connection, add_rows, places, at_the_end):
    """Nine people of two municipalities, two of them of one: alone withheld, the course of both may be told."""
    big, small = places["own"][:2]
    add_rows(fact_training, *(certified(big, f"p{at}", None, course_id="A") for at in range(9)))
    add_rows(fact_training, *(certified(small, f"q{at}", None, course_id="A") for at in range(2)))
    add_rows(fact_training, *(certified(big, f"r{at}", None, course_id="B") for at in range(9)))
    at_the_end()
    for selection in (Selection(), Selection(municipalities=(big,)), Selection(municipalities=(big, small))):
        told = measure(connection, METRICS["training_completion_rate"], selection, ["course"])
        found = funnel(connection, selection)
        assert found["withheld"].tolist() == told["withheld"].tolist(), selection
        assert found["enrolled"].isna().tolist() == told["withheld"].tolist(), selection
    assert measure(connection, METRICS["training_completion_rate"], Selection(municipalities=(big,)))["withheld"].all()


def test_what_lapses_is_counted_to_the_day_and_pairs_only_where_nobody_else_is_certified(
    connection, add_rows, places, at_the_end
):
    own = places["own"]
    last = {days: ON + timedelta(days=days) for days in (0, 30, 31, 90, 180, 181)}
    rows = [certified(code, f"p{code}", day) for code, day in zip(own, last.values(), strict=False)]
    # One has a second certificate that lasts, one has a colleague, one never lapses.
    rows += [certified(own[0], f"p{own[0]}", ON + timedelta(days=900), enrolment_id="renewed")]
    rows += [certified(own[1], "colleague", None), certified(own[6], "endless", None)]
    add_rows(fact_training, *rows)
    at_the_end()
    ahead = coverage(connection, Selection()).ahead
    windows = {row["days"]: (row["people"], row["pairs"]) for row in ahead.windows.to_dict("records")}
    pairs = {days: two[1] for days, two in windows.items()}
    assert pairs == {30: 0, 90: 2, 180: 3}
    assert [pd.isna(people) for people, _pairs in windows.values()] == [True] * 3
    assert ahead.months["pairs"].sum() == 3
    assert ahead.months["at_risk"].iloc[-1] == 3
    assert list(ahead.months["month"])[:2] == ["2025-09", "2025-10"]


def test_steps_of_a_course_are_those_of_its_enrolments(connection, add_rows, places, at_the_end):
    started = date(2025, 3, 3)
    rows = [
        {"person_hash": "a", "completed_on": date(2025, 3, 9), "result": "passed", "certified_from": date(2025, 3, 9)},
        {"person_hash": "a", "completed_on": date(2025, 4, 9), "result": "passed", "started_on": date(2025, 4, 3)},
        {"person_hash": "b", "completed_on": date(2025, 3, 9), "result": "failed"},
        {"person_hash": "c", "withdrawn_on": started - timedelta(days=1), "result": "withdrawn"},
        {"person_hash": "d", "withdrawn_on": started + timedelta(days=1), "result": "withdrawn"},
        {"person_hash": "e"},
        {"person_hash": "f", "started_on": date(2024, 12, 31)},
    ]
    add_rows(fact_training, *rows)
    at_the_end()
    row = funnel(connection, Selection(first=date(2025, 1, 1), last=ON)).iloc[0]
    assert (row["people"], *(row[step] for step in STEPS)) == (5, 6, 5, 3, 2, 1)


def test_before_a_change_of_law_trainings_count_from_its_promulgation_to_its_day(
    connection, add_rows, add_tickets, places, at_the_end
):
    effective, announced = date(2025, 7, 1), date(2025, 5, 1)
    change = {"ticket_type": "demand", "origin": "law", "status": "closed", "effective_on": effective}
    add_tickets(
        change | {"ticket_id": "L1", "announced_on": announced},
        change | {"ticket_id": "L2", "effective_on": date(2025, 12, 1), "announced_on": date(2025, 5, 1)},
        change | {"ticket_id": "component", "service_id": "C01_VIRT", "announced_on": announced},
    )
    own, joint = places["own"], places["joint"]
    days = [announced - timedelta(days=1), announced, effective, effective + timedelta(days=1)]
    add_rows(
        fact_training,
        *(
            certified(code, f"p{at}", None, completed_on=day)
            for at, (code, day) in enumerate(zip(own, days, strict=False))
        ),
        *(certified(own[1], f"more {at}", None, completed_on=announced) for at in range(3)),
        certified(joint[0], "office", None, completed_on=effective),
    )
    at_the_end()
    rows = {row["ticket_id"]: row for row in law_trainings(connection, Selection()).to_dict("records")}
    assert set(rows) == {"L1", "L2"}
    first = rows["L1"]
    # Two of their own and both members of the joint office.
    assert (first["pairs"], first["trained"], first["people"]) == (9, 4, 6)
    assert (first["counted_from"], first["value"]) == (announced, pytest.approx(4 / 9))
    assert (rows["L2"]["is_ahead"], rows["L2"]["trained"]) == (True, 5)


def test_before_anybody_joined_there_is_nothing_to_cover(connection, add_rows, places, at_the_end):
    add_rows(fact_training, certified(places["own"][0], "p", date(2026, 3, 20)))
    at_the_end()
    found = coverage(connection, Selection(last=JOINED - timedelta(days=1)))
    assert found.on == JOINED - timedelta(days=1)
    assert found.frame.empty
    assert found.ahead.months.empty


def test_without_facts_there_is_nothing_to_tell(connection):
    assert coverage(connection, Selection()).frame.empty
    assert funnel(connection, Selection()).empty
    assert law_trainings(connection, Selection()).empty
