"""What is stuck, on both engines: against plain loops over a generated world, and case by case."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import insert, select, update

from data.adoption.stages import PROCESSES, STAGES, stages
from data.adoption.stuck import GRACE_DAYS, PROXY_DAYS, stuck
from data.adoption.stuck_counts import AGES, by_age, by_step, counted, excused, shares, summary
from data.adoption.stuck_items import narrowed, work_items, work_list
from data.adoption.stuck_rows import stuck_rows
from data.errors import BadSelection, UnknownCut
from data.metrics.responsibility import accountable_actor
from data.schema import (
    dim_municipality,
    fact_contract,
    fact_contract_service,
    fact_role_holder,
    fact_training,
    metadata,
    responsibility,
)
from data.selection import Selection
from tests.data.adoption.world import ROLES, make_world

pytestmark = pytest.mark.slow  # counts a world again

ON = date(2025, 9, 14)
SEAT, MEMBER, OWN = "18786", "20145", "17376"  # Szügy and Csesztve share an office, Aba has its own


@pytest.fixture
def world(connection, add_rows):
    """A small generated country; gives its rows of role holders and trainings as the database holds them."""
    for name, rows in make_world(seed=15).items():
        add_rows(metadata.tables[name], *rows)
    return {
        table: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in (fact_role_holder, fact_training)
    }


@pytest.fixture
def join(add_rows):
    """Municipalities that contracted an application on 1 January 2025; joined with the whole system."""

    def add(*codes, services=("ADO",), roles=ROLES, live=None, provisioned=None, certified=True):
        for code in codes:
            add_rows(fact_contract, {"municipality_id": code})
            for service in services:
                add_rows(fact_contract_service, {"municipality_id": code, "service_id": service, "live_on": live,
                                                 "provisioned_on": provisioned})  # fmt: skip
            for role in roles:
                add_rows(fact_role_holder, {"municipality_id": code, "role": role, "service_id": "NA"})
            if certified:
                certificates = [{"municipality_id": code, "service_id": one, "certified_from": date(2025, 2, 1),
                                 "started_on": date(2024, 12, 1)}
                                for one in services]  # fmt: skip
                add_rows(fact_training, *certificates)

    return add


def pair(connection, code, service="ADO", on=ON):
    rows = stuck(connection, Selection(last=on, services=(service,), municipalities=(code,)))
    return rows.to_dict("records")[0] if len(rows) else None


def naive_progress(world, row, offices):
    """The newest step for a pair, by a loop over the source rows."""
    days = [row[name] for name in ("joined_on", "contracted_on", "provisioned_on", "live_on", "certified_on")]
    found = [day.date() for day in days if pd.notna(day)]
    for held in world[fact_role_holder]:
        mine = held["role"] != "key_user" or held["service_id"] in ("NA", row["service_id"])
        if held["municipality_id"] == row["municipality_id"] and mine and held["appointed_on"]:
            found.append(held["appointed_on"])
    for one in world[fact_training]:
        if offices.get(one["municipality_id"]) == row["office_id"] and one["service_id"] == row["service_id"]:
            day = one["enrolled_on"] or one["started_on"]
            if one["role"] == "key_user" and (one["withdrawn_on"] is None or one["withdrawn_on"] > ON):
                found.append(day)
    return max(day for day in found if day <= ON)


def test_every_pair_with_a_stage_missing_is_there_once_with_all_that_a_plain_loop_says_of_it(connection, world):
    known = stages(connection, Selection(last=ON)).frame
    places = connection.execute(select(dim_municipality.c.municipality_id, dim_municipality.c.office_id))
    offices = {code: office or code for code, office in places}
    counted_use = {"ADO", "IRAT"}  # GAZD's counts are older than three months
    found = stuck(connection, Selection(last=ON))
    rows = {(row["municipality_id"], row["service_id"]): row for row in found.to_dict("records")}

    expected = [row for row in known.to_dict("records") if row["missing"]]
    assert len(expected) > 20
    assert len(found) == len(rows) == len(expected)
    for row in expected:
        said = rows[row["municipality_id"], row["service_id"]]
        basis = "usage" if row["service_id"] in counted_use else "proxy"
        lacks = {
            "contracted": "not_contracted",
            "staffed": row["vacant"],
            "trained": "never_certified" if pd.isna(row["certified_on"]) else "certificate_lapsed",
            "live": "not_provisioned" if pd.isna(row["provisioned_on"]) else "not_live",
            "in_use": {"usage": ("never_used", "not_used_since"), "proxy": ("no_sign_ever", "no_sign_since")}[basis][
                int(pd.notna(row["used_on"]) and row["used_on"] >= row["live_on"])
            ],
        }[row["missing"]]
        later = [one for one in STAGES if not row[one] and one != row["missing"]]
        grace = PROXY_DAYS if (row["missing"], basis) == ("in_use", "proxy") else GRACE_DAYS[row["missing"]]
        choice = "optional" if row["missing"] == "in_use" and row["requirement"] != "compulsory" else ""
        progress = naive_progress(world, row, offices)
        assert (said["basis"], said["lacks"], said["also_missing"]) == (basis, lacks, ",".join(later))
        assert said["excused"] == ("grace" if row["missing_days"] < grace else choice)
        assert (said["progress_on"].date(), said["idle_days"]) == (progress, (ON - progress).days)
        owner = accountable_actor(connection, PROCESSES[row["missing"]], row["service_id"], ON)
        assert (said["missing_days"], said["accountable"]) == (row["missing_days"], owner)


def check_counts(work):
    """Counts are those of a loop over the rows."""
    items, pairs = work.items.to_dict("records"), work.stuck.to_dict("records")
    for row in by_step(work).to_dict("records"):
        mine = [one for one in items if one["next_step"] == row["next_step"]
                and one["accountable"] == row["accountable"]]  # fmt: skip
        assert (row["items"], row["pairs"]) == (len(mine), sum(one["pairs"] for one in mine))
        assert row["missing_days_max"] == max(one["missing_days"] for one in mine)
    for row in by_age(work).to_dict("records"):
        first, last = AGES[row["age"]]
        mine = [one for one in items if one["missing"] == row["missing"]
                and first <= one["missing_days"] <= (last or 10**6)]  # fmt: skip
        assert row["items"] == len(mine)
    assert by_age(work)["items"].sum() == len(items)
    for row in shares(work, "county").to_dict("records"):
        every = [one for one in work.scope.to_dict("records") if one["county"] == row["county"]]
        assert (row["numerator"], row["denominator"]) == (
            len([one for one in pairs if one["county"] == row["county"]]), len(every),
        )  # fmt: skip
    said = summary(work)
    assert (said.items, said.pairs, said.scope) == (len(items), len(pairs), len(work.scope))


def test_every_pair_that_is_not_excused_is_in_just_one_item_what_blocks_most_and_longest_first(connection, world):
    work = work_list(connection, Selection(last=ON))
    for rows, ties in ((work.pairs, ["municipality_id", "service_id"]), (work.items, ["name", "unit_id"])):
        keys = [(STAGES.index(row["missing"]), -row["missing_days"], *(row[tie] for tie in ties))
                for row in rows.to_dict("records")]  # fmt: skip
        assert keys == sorted(keys)
        assert len({key[0] for key in keys}) > 2
    left: list[tuple[str, str, str]] = [
        (row["municipality_id"], row["service_id"], row["missing"])
        for row in work.pairs.to_dict("records") if not row["excused"]
    ]  # fmt: skip
    for item in work.items.to_dict("records"):
        mine = [one for one in left if one[0] in item["members"].split(",") and one[1] in item["services"].split(",")
                and one[2] == item["missing"]]  # fmt: skip
        assert len(mine) == item["pairs"]
        left = [one for one in left if one not in mine]
    assert left == []
    assert sum(excused(work).values()) == len(work.pairs) - int(work.items["pairs"].sum())
    assert {"office", "municipality"} == set(work.items["scope"])
    check_counts(work)


@pytest.mark.parametrize(
    ("days", "said"), [(GRACE_DAYS["live"] - 1, "grace"), (GRACE_DAYS["live"], "")]
)  # fmt: skip
def test_a_pair_is_called_stuck_when_its_time_is_up_and_not_a_day_before(connection, join, days, said):
    join(OWN)
    found = pair(connection, OWN, on=date(2025, 1, 1) + timedelta(days=days))
    assert (found["missing"], found["lacks"], found["excused"]) == ("live", "not_provisioned", said)


def test_what_is_provisioned_waits_for_going_live_and_its_turn_is_the_providers_and_the_operators(connection, join):
    join(OWN, provisioned=date(2025, 1, 20))
    found = pair(connection, OWN)
    assert (found["lacks"], found["next_step"]) == ("not_live", "go_live")
    assert (found["accountable"], found["turn"]) == ("menedzsment", "nisz,operator_ado")


def test_appointments_are_the_municipalitys_turn_and_trainings_the_managements_too(connection, join):
    join(OWN, roles=ROLES[1:], services=("ADO",))
    join(SEAT, certified=False)
    appointed, trained = pair(connection, OWN), pair(connection, SEAT)
    assert (appointed["lacks"], appointed["turn"]) == ("official_representative", "onkormanyzatok")
    assert appointed["responsible"] == "menedzsment"
    assert (trained["lacks"], trained["turn"]) == ("never_certified", "menedzsment,onkormanyzatok")


def test_an_application_that_need_not_be_used_is_never_stuck_for_not_being_used(connection, join):
    join(OWN, services=("ADO", "PORTAL"), live=date(2025, 1, 10))
    day = date(2026, 9, 1)
    said = {one: pair(connection, OWN, one, day) for one in ("ADO", "PORTAL")}
    assert {one["lacks"] for one in said.values()} == {"no_sign_ever"}
    assert [one["excused"] for one in said.values()] == ["", "optional"]


def test_silence_of_tickets_is_no_sign_before_a_year_has_passed(connection, join):
    join(OWN, live=date(2025, 1, 10))
    said = [pair(connection, OWN, on=date(2025, 1, 10) + timedelta(days=PROXY_DAYS + one)) for one in (-1, 0)]
    assert [(one["missing"], one["excused"]) for one in said] == [("in_use", "grace"), ("in_use", "")]


def test_a_training_that_all_members_of_an_office_miss_is_one_item_that_names_them(connection, join):
    join(SEAT, MEMBER, services=("ADO", "GAZD"), certified=False)
    join(OWN, services=("ADO",), certified=False)
    items = work_list(connection, Selection(last=ON, services=("ADO", "GAZD"))).items
    trainings = {row["unit_id"]: row for row in items.to_dict("records") if row["missing"] == "trained"}

    assert set(trainings) == {SEAT, OWN}
    office = trainings[SEAT]
    assert (office["scope"], office["name"], office["pairs"]) == ("office", "Szügy", 4)
    assert (office["members"], office["member_names"]) == (f"{MEMBER},{SEAT}", "Csesztve, Szügy")
    assert (office["services"], office["lacks"]) == ("ADO,GAZD", "never_certified")
    assert trainings[OWN]["scope"] == "municipality"


def test_appointments_stay_each_municipalitys_and_say_which_application_lacks_its_key_user(connection, join, add_rows):
    join(SEAT, MEMBER, services=("ADO", "GAZD"), roles=ROLES[1:2])
    add_rows(fact_role_holder, {"municipality_id": SEAT, "service_id": "ADO"})
    items = work_list(connection, Selection(last=ON, services=("ADO", "GAZD"))).items
    said = {row["unit_id"]: row["lacks"] for row in items.to_dict("records")}
    assert said == {
        SEAT: "official_representative,key_user:GAZD,local_it_operator",
        MEMBER: "official_representative,key_user,local_it_operator",
    }


def test_each_item_has_the_one_actor_who_answers_for_it_on_the_day(connection, join):
    join(OWN, services=("ADO", "GAZD"), certified=False)
    asked = Selection(last=ON, services=("ADO", "GAZD"))
    row = {"process_id": "training_management", "service_id": "GAZD", "valid_from": date(2025, 9, 1), "basis": "test"}
    connection.execute(insert(responsibility), [row | {"actor_id": "operator_gazd", "raci": one} for one in "AR"])

    after = {row["accountable"]: row["services"] for row in work_list(connection, asked).items.to_dict("records")}
    before = work_list(connection, Selection(last=date(2025, 8, 31), services=("ADO", "GAZD"))).items

    assert after == {"menedzsment": "ADO", "operator_gazd": "GAZD"}
    assert list(before["accountable"]) == ["menedzsment"]
    mine = work_list(connection, Selection(last=ON, services=("ADO", "GAZD"), actors=("operator_gazd",)))
    assert list(mine.items["services"]) == ["GAZD"]


def test_a_day_before_the_matrix_begins_is_answered_for_by_its_newest_state(connection, join):
    connection.execute(update(responsibility).values(valid_from=date(2026, 1, 1)))
    join(OWN, certified=False)
    assert pair(connection, OWN)["turn"] == "menedzsment,onkormanyzatok"


def test_rows_to_print_are_cut_filtered_and_written_as_days(connection, world):
    asked = Selection(last=ON)
    work = work_list(connection, asked)
    by = counted(work, ["step", "county"])
    assert by["pairs"].sum() == len(work.stuck)
    assert list(by["step"]) == sorted(by["step"], key=STAGES.index)
    with_all = stuck_rows(connection, asked, ["county"])
    assert (with_all["in_scope"].sum(), with_all["pairs"].sum()) == (len(work.scope), len(work.stuck))
    one = stuck_rows(connection, asked, steps=["staffed"], pairs=True)
    assert set(one["missing"]) == {"staffed"}
    assert all(len(day) == 10 for day in one["missing_since"])
    with pytest.raises(UnknownCut):
        counted(work, ["colour"])
    with pytest.raises(BadSelection):
        stuck_rows(connection, asked, steps=["nothing"])


def test_nothing_loaded_is_nothing_stuck(connection):
    work = work_list(connection, Selection())
    assert work.on is None
    assert work.items.empty
    assert work_items(work.pairs).empty
    assert by_step(work).empty
    assert by_age(work).empty
    assert shares(work, "county").empty
    assert counted(work, ["step"]).empty
    assert narrowed(work, steps=["live"], actors=["nisz"], idle=True).items.empty
    assert summary(work).items == 0
