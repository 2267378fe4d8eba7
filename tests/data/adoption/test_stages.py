"""Stages of hand-made facts, on both engines."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import delete, select, update

from data.adoption.stages import COLUMNS, stages
from data.schema import (
    dim_municipality,
    entitlement,
    etl_input,
    fact_contract,
    fact_contract_service,
    fact_role_holder,
    fact_ticket,
    fact_training,
    fact_usage,
)
from data.selection import Selection
from tests.conftest import RUNS

pytestmark = pytest.mark.slow  # many small worlds

DAY = date(2025, 6, 30)
BEFORE = date(2025, 1, 1)
SEAT, MEMBER = "13657", "01508"  # of one joint office
LOCAL = ("official_representative", "contact_person", "local_it_operator")


@pytest.fixture
def told(connection):
    """stages() of ADO of one municipality on DAY, its only row; others are asked for by name."""

    def ask(municipality=MEMBER, service="ADO", on=DAY, **members):
        frame = stages(connection, Selection(last=on, **members)).frame
        rows = frame[(frame["municipality_id"] == municipality) & (frame["service_id"] == service)]
        assert len(rows) <= 1
        return rows.iloc[0].to_dict() if len(rows) else None

    return ask


@pytest.fixture
def complete(add_rows):
    """A municipality that is complete in ADO, but for what is left out."""

    def add(*left_out: str, municipality=MEMBER):
        of = {"municipality_id": municipality}
        add_rows(fact_contract, of)
        add_rows(fact_contract_service, of | {"live_on": None if "live" in left_out else BEFORE})
        for role in (*LOCAL, "key_user"):
            if role not in left_out:
                add_rows(fact_role_holder, of | {"role": role, "service_id": "ADO" if role == "key_user" else "NA"})
        if "trained" not in left_out:
            add_rows(fact_training, of | {"certified_from": BEFORE, "started_on": BEFORE})
        if "in_use" not in left_out:
            add_rows(fact_ticket, of)

    return add


@pytest.fixture
def offices(connection):
    """A joint office for each case of a table: the codes of a member, of its seat and of another member."""
    found = {}
    for code, kind, office in connection.execute(
        select(dim_municipality.c.municipality_id, dim_municipality.c.office_type, dim_municipality.c.office_id)
        .where(dim_municipality.c.office_type.in_(["joint_seat", "joint_member"]))
        .order_by(dim_municipality.c.municipality_id)
    ):
        found.setdefault(office, {}).setdefault(kind, []).append(code)
    return [
        (of["joint_member"][0], of["joint_seat"][0], of["joint_member"][1])
        for of in found.values()
        if len(of.get("joint_member", ())) > 1 and "joint_seat" in of
    ]


@pytest.fixture
def each(connection, add_rows, complete, offices):
    """Rows of stages() of ADO on DAY for a table of cases, each in an office of its own, all asked at once.

    table: takes the case's row, whose municipality_id is a place in the office (0 the member that is told of, 1 the
    seat, 2 another member, 3 a member of the next case's office).
    """

    def ask(table, cases, *left_out):
        for number, rows in enumerate(cases):
            members = (*offices[number], offices[number + 1][2])
            complete(*left_out, municipality=members[0])
            for row in rows if isinstance(rows, list) else [rows]:
                add_rows(table, row | {"municipality_id": members[row.get("municipality_id", 0)]})
        frame = stages(connection, Selection(last=DAY, services=("ADO",))).frame.set_index("municipality_id")
        return [frame.loc[offices[number][0]] for number in range(len(cases))]

    return ask


def test_a_pair_that_has_everything_misses_nothing(told, complete):
    complete()

    found = told()

    assert (found["stage"], found["missing"], found["evidence"], found["trained_by"]) == (5, "", "ticket", "own")
    assert pd.isna(found["missing_since"])
    assert pd.isna(found["missing_days"])
    assert [found[name] for name in ("contracted_on", "live_on", "staffed_on", "certified_on")] == [
        pd.Timestamp(BEFORE)
    ] * 4


def test_what_is_compulsory_and_not_contracted_is_missing_since_the_joining(told, complete):
    complete()

    found = told(service="GAZD")

    assert (found["requirement"], found["stage"], found["missing"]) == ("compulsory", 0, "contracted")
    assert found["missing_since"] == pd.Timestamp(BEFORE)
    assert found["missing_days"] == (DAY - BEFORE).days
    assert told(service="PORTAL") is None  # optional, and not contracted


def test_the_type_of_joining_says_what_is_compulsory_and_a_municipalitys_own_kind_goes_first(told, add_rows):
    add_rows(fact_contract, {"joining_type": "interface"}, {"municipality_id": "M02"}, {"municipality_id": "02015"})
    add_rows(fact_contract_service, {"service_id": "GAZD"})

    assert told()["requirement"] == "compulsory"
    assert told(service="GAZD")["requirement"] == "none"  # contracted all the same
    assert told(service="KERET") is None
    assert told("M02", "ADO") is None
    assert told("M02", "GAZD")["requirement"] == "compulsory"


def test_of_two_joining_contracts_the_newest_tells_the_type_and_the_first_since_when(told, add_rows):
    add_rows(
        fact_contract,
        {"joining_type": "interface", "valid_from": date(2023, 1, 1), "wave": 1, "valid_to": date(2024, 5, 31)},
        {"joining_type": "interface", "valid_from": date(2024, 6, 1), "wave": None},
        {"joining_type": "system", "valid_from": date(2025, 2, 1), "wave": 3},
        {"joining_type": "interface", "valid_from": date(2025, 7, 1), "wave": 3},
    )

    found = told()

    assert (found["joining_type"], found["wave"], found["joined_on"]) == ("system", 1, pd.Timestamp(2023, 1, 1))


def test_who_left_and_came_back_has_joined_anew(told, add_rows):
    add_rows(
        fact_contract,
        {"valid_from": date(2023, 1, 1), "valid_to": date(2024, 5, 31), "wave": 1},
        {"valid_from": date(2024, 6, 2), "valid_to": DAY, "wave": 2},
    )

    assert (told()["joined_on"], told()["wave"]) == (pd.Timestamp(2024, 6, 2), 2)
    assert told(on=date(2025, 7, 1)) is None


def test_a_renewed_contract_goes_on_with_the_one_before(told, add_rows):
    add_rows(fact_contract, {})
    add_rows(
        fact_contract_service,
        {"contracted_on": date(2023, 1, 1), "live_on": date(2023, 3, 1), "ended_on": date(2025, 2, 1)},
        {"contracted_on": date(2025, 1, 10), "live_on": date(2025, 2, 1)},
    )

    assert (told()["contracted_on"], told()["live_on"]) == (pd.Timestamp(2023, 1, 1), pd.Timestamp(2023, 3, 1))


def test_a_contract_that_ended_is_missing_since_then(told, add_rows):
    add_rows(fact_contract, {})
    add_rows(fact_contract_service, {"live_on": BEFORE, "ended_on": date(2025, 4, 1)})

    assert (told()["missing"], told()["missing_since"], told()["live"]) == (
        "contracted", pd.Timestamp(2025, 4, 1), False
    )  # fmt: skip


def test_services_outside_the_applications_are_no_pairs(connection, add_rows):
    add_rows(fact_contract, {"joining_type": "interface"}, {"municipality_id": "00000"})
    add_rows(fact_contract_service, {"service_id": "C01_VIRT"}, {"service_id": "UNKNOWN"}, {"service_id": "NO_SUCH"})
    add_rows(fact_ticket, {"service_id": "C01_VIRT"})
    add_rows(fact_usage, {"service_id": "NO_SUCH", "period_on": date(2025, 6, 1), "transactions": 3})

    frame = stages(connection, Selection(last=DAY)).frame

    assert frame[["municipality_id", "service_id"]].to_numpy().tolist() == [[MEMBER, "ADO"]]


KEY_USERS = [
    ({"service_id": "ADO"}, True),
    ({"service_id": "NA"}, True),
    ({"service_id": "GAZD"}, False),
    ({"service_id": "UNKNOWN"}, False),
    ({"service_id": "ADO", "municipality_id": 1}, False),
    ({"service_id": "NA", "appointed_on": None}, False),
    ({"service_id": "NA", "ended_on": DAY}, False),
    ({"service_id": "NA", "ended_on": date(2025, 7, 1)}, True),
    ({"service_id": "NA", "appointed_on": date(2025, 7, 1)}, False),
]


def test_a_key_user_is_of_the_application_or_of_all_where_none_is_named(each):
    rows = each(fact_role_holder, [{"role": "key_user"} | one for one, _staffed in KEY_USERS], "key_user")

    for (case, staffed), found in zip(KEY_USERS, rows, strict=True):
        expected = (True, 4, "") if staffed else (False, 3, "key_user")
        assert (found["staffed"], found["roles"], found["vacant"]) == expected, case


def test_a_successor_leaves_no_gap_and_a_stage_is_open_since_the_first_role_was_left(told, complete, add_rows):
    complete("contact_person", "local_it_operator")
    add_rows(
        fact_role_holder,
        {"role": "contact_person", "ended_on": date(2025, 2, 1)},
        {"role": "contact_person", "appointed_on": date(2025, 2, 1), "ended_on": date(2025, 4, 1)},
        {"role": "local_it_operator", "ended_on": date(2025, 5, 1)},
    )

    assert told(on=date(2025, 3, 31))["staffed_on"] == pd.Timestamp(BEFORE)
    found = told()
    assert found["vacant"] == "contact_person,local_it_operator"
    assert (found["missing"], found["missing_since"]) == ("staffed", pd.Timestamp(2025, 4, 1))
    assert found["first_staffed_on"] == pd.Timestamp(BEFORE)


def test_a_stage_that_never_held_is_missing_since_the_contract(told, complete, add_rows):
    complete("contact_person", "local_it_operator")
    add_rows(fact_role_holder, {"role": "local_it_operator", "ended_on": date(2025, 5, 1)})

    assert told()["missing_since"] == pd.Timestamp(BEFORE)


CERTIFICATES = [
    ({"certified_to": None}, "own", None),
    ({"certified_to": DAY}, "own", DAY),
    ({"certified_to": date(2025, 6, 29)}, "", None),
    ({"certified_to": None, "role": "contact_person"}, "", None),
    ({"certified_from": date(2025, 7, 1)}, "", None),
    ({"certified_from": None}, "", None),
    ({"municipality_id": 1}, "office", None),
    ({"municipality_id": 2, "certified_to": DAY}, "office", DAY),
    ({"service_id": "GAZD"}, "", None),
    ({"service_id": "NA"}, "", None),
    ({"municipality_id": 3}, "", None),  # the last, so that the office next to it is nobody's
]


def test_a_certificate_counts_to_its_last_day_for_each_member_of_the_office(each):
    rows = each(fact_training, [{"certified_from": BEFORE} | one for one, _by, _until in CERTIFICATES], "trained")

    for (case, trained_by, until), found in zip(CERTIFICATES, rows, strict=True):
        last = None if pd.isna(found["certified_to"]) else found["certified_to"].date()
        assert (found["trained"], found["trained_by"], last) == (trained_by != "", trained_by, until), case


def test_of_several_certificates_one_that_does_not_lapse_leaves_no_last_day(told, complete, add_rows):
    complete()
    add_rows(fact_training, {"certified_from": BEFORE, "certified_to": DAY, "municipality_id": SEAT})

    assert pd.isna(told()["certified_to"])


def test_a_lapsed_certificate_is_missing_since_the_day_after_its_last(told, complete, add_rows):
    complete("trained")
    add_rows(fact_training, {"certified_from": BEFORE, "certified_to": date(2025, 5, 31)})

    assert (told()["missing"], told()["missing_since"]) == ("trained", pd.Timestamp(2025, 6, 1))


SIGNS = [
    ({"opened_on": date(2024, 7, 1)}, True),
    ({"opened_on": date(2024, 6, 30)}, False),
    ({"opened_on": date(2025, 7, 1)}, False),
    ({"ticket_type": "problem"}, False),
    ({"channel": "monitoring"}, False),
    ({"channel": "phone"}, True),
    ({"service_id": "GAZD"}, False),
    ({"municipality_id": 1}, True),  # of the joint office
    ({"municipality_id": 3}, False),
]


def test_a_ticket_of_a_year_is_a_sign_of_use_where_the_application_does_not_count_it(each):
    rows = each(fact_ticket, [{"channel": "portal"} | one for one, _in_use in SIGNS], "in_use", "trained")

    for (case, in_use), found in zip(SIGNS, rows, strict=True):
        assert found["in_use"] == in_use, case


def test_use_that_was_never_seen_is_missing_since_the_start_and_seen_before_it_too(told, complete, add_rows):
    complete("in_use", "trained")
    add_rows(fact_training, {"certified_from": BEFORE, "started_on": date(2023, 1, 1), "municipality_id": "14535"})
    add_rows(fact_training, {"certified_from": BEFORE, "withdrawn_on": BEFORE})
    assert told()["missing_since"] == pd.Timestamp(BEFORE)

    add_rows(fact_ticket, {"opened_on": date(2024, 3, 1)})

    assert (told()["used_on"], told()["missing_since"]) == (pd.Timestamp(2024, 3, 1), pd.Timestamp(BEFORE))


@pytest.mark.parametrize(
    ("counted", "in_use", "evidence"),
    [
        ([("2025-06-01", 3, None)], True, "usage"),
        ([("2025-06-01", None, 1)], True, "usage"),
        ([("2025-06-01", 0, 0), ("2025-05-01", 9, 9)], False, "usage"),
        ([("2025-06-01", 0, 0)], False, ""),  # counted, and nothing ever: tickets say nothing any more
        ([("2025-03-01", 9, 9)], True, "ticket"),  # too old: treated as not counted
        ([("2025-04-01", 9, 9)], True, "usage"),
        ([("2025-07-01", 9, 9)], True, "ticket"),
    ],
)
def test_what_the_application_counts_goes_before_tickets_while_it_is_new(
    told, complete, add_rows, counted, in_use, evidence
):
    complete()
    add_rows(
        fact_usage,
        *({"period_on": date.fromisoformat(month), "transactions": done, "active_users": users}
          for month, done, users in counted),
    )  # fmt: skip

    assert (told()["in_use"], told()["evidence"]) == (in_use, evidence)


def test_use_that_stopped_is_missing_since_the_month_after(told, complete, add_rows):
    complete()
    add_rows(
        fact_usage,
        {"period_on": date(2025, 6, 1), "transactions": 0},
        {"period_on": date(2025, 4, 1), "transactions": 2, "active_users": 1},
        {"period_on": date(2025, 3, 1), "transactions": 2},
    )

    found = told(on=date(2025, 7, 12))  # the last whole month is June

    assert (found["missing"], found["missing_since"]) == ("in_use", pd.Timestamp(2025, 5, 1))
    assert (found["used_on"], found["first_used_on"]) == (pd.Timestamp(2025, 4, 30), pd.Timestamp(2025, 3, 1))
    assert (found["transactions"], pd.isna(found["active_users"])) == (0, True)


def test_earlier_runs_are_told_as_they_were_known(connection, told, complete):
    complete()
    later = RUNS["usage"] + 10
    connection.execute(update(fact_training).values(superseded_run=later))
    connection.execute(update(fact_ticket).values(loaded_run=later))

    now, then = told(), told(as_of=later - 1)
    assert (now["missing"], now["evidence"]) == ("trained", "ticket")
    assert (then["missing"], then["evidence"]) == ("", "training")


def test_without_an_entitlement_only_what_is_contracted_is_in_scope(connection, complete):
    complete()
    connection.execute(delete(entitlement))

    frame = stages(connection, Selection(last=DAY)).frame

    assert frame[["service_id", "requirement", "stage"]].to_numpy().tolist() == [["ADO", "none", 5]]


def test_before_any_data_and_without_any_there_are_no_pairs_but_every_column(connection, complete):
    nothing = stages(connection, Selection())
    complete()
    early = stages(connection, Selection(last=date(2010, 1, 1)))
    chosen = stages(connection, Selection(last=DAY, services=("NO_SUCH",)))
    connection.execute(delete(fact_contract))
    unjoined = stages(connection, Selection(last=DAY))

    assert (nothing.on, early.on, unjoined.on) == (None, date(2010, 1, 1), DAY)
    for found in (nothing, early, chosen, unjoined):
        assert found.frame.empty
        assert tuple(found.frame.columns) == COLUMNS


def test_the_selection_ends_with_the_data(connection, complete):
    complete()
    connection.execute(update(etl_input).values(newest_at=pd.Timestamp(2025, 6, 30, 12)))

    assert stages(connection, Selection(last=date(2026, 1, 1))).on == DAY
