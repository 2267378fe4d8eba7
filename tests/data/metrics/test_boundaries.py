"""Where a definition turns: equality, first and last days, nothing to divide by, an earlier run."""

from datetime import date, datetime

import pytest
from sqlalchemy import insert, update

from data.metrics.catalogue import METRICS
from data.metrics.measure import counted, measure, source_rows
from data.schema import (
    dim_municipality,
    etl_input,
    etl_run,
    fact_budget,
    fact_contract,
    fact_contract_service,
    fact_role_holder,
    fact_ticket,
    fact_training,
)
from data.selection import Selection

YEAR = Selection.of_year(2025)
DAY = date(2025, 6, 30)
HALF = Selection(first=date(2025, 1, 1), last=DAY)


@pytest.fixture
def figure(connection):
    """(numerator, denominator) of a metric, of however few people."""

    def ask(name, selection=YEAR):
        row = counted(connection, METRICS[name], selection, []).iloc[0]
        return row["numerator"], row["denominator"]

    return ask


@pytest.mark.parametrize(
    ("name", "row", "met"),
    [
        ("law_change_on_time_rate", {"implemented_on": date(2025, 6, 30)}, 1),
        ("law_change_on_time_rate", {"implemented_on": date(2025, 7, 1)}, 0),
        ("law_change_on_time_rate", {"implemented_on": None}, 0),
        ("impact_analysis_on_time_rate", {"analysed_on": date(2025, 6, 11)}, 1),
        ("impact_analysis_on_time_rate", {"analysed_on": date(2025, 6, 12)}, 0),
        ("impact_analysis_on_time_rate", {"analysed_on": None}, 0),
        ("finding_on_time_rate", {"ended_on": date(2025, 6, 30)}, 1),
        ("finding_on_time_rate", {"ended_on": date(2025, 7, 1)}, 0),
        ("finding_on_time_rate", {"ended_on": None, "resolved_on": None}, 0),
        ("rto_met_rate", {"recovery_minutes": 240}, 1),
        ("rto_met_rate", {"recovery_minutes": 241}, 0),
        ("rto_met_rate", {"recovery_minutes": None}, 0),
        ("rpo_met_rate", {"data_loss_minutes": 60}, 1),
        ("rpo_met_rate", {"data_loss_minutes": 61}, 0),
        ("ping_pong_rate", {"reassignment_count": 2}, 0),
        ("ping_pong_rate", {"reassignment_count": 3}, 1),
        ("satisfaction_rate", {"satisfaction": 3}, 0),
        ("satisfaction_rate", {"satisfaction": 4}, 1),
        ("first_response_sla_rate", {"responded_in_sla": None}, 0),
        ("sla_resolution_rate", {"resolved_in_sla": None}, 0),
        ("first_contact_resolution_rate", {"level": 1, "reopen_count": 0}, 1),
        ("first_contact_resolution_rate", {"level": 1, "reopen_count": 1}, 0),
        ("first_contact_resolution_rate", {"level": 1, "reassignment_count": 1}, 0),
        ("first_contact_resolution_rate", {"level": None}, 0),
    ],
)
def test_equality_with_the_limit_meets_it_and_what_is_missing_does_not(figure, add_tickets, name, row, met):
    kinds = {"law": "demand", "imp": "demand", "fin": "security_finding", "rto": "continuity_test",
             "rpo": "continuity_test"}  # fmt: skip
    about = {
        "ticket_type": kinds.get(name[:3], "incident"), "origin": "law", "effective_on": DAY, "due_on": DAY,
        "announced_on": date(2025, 6, 1), "rto_minutes": 240, "rpo_minutes": 60, "resolved_on": DAY,
        "response_due_on": DAY, "resolution_due_on": DAY,
    }  # fmt: skip
    add_tickets(about | row)

    assert figure(name) == (met, 1)


@pytest.mark.parametrize(
    ("opened_on", "root_cause_on", "met"),
    [
        # 20 working days from 31 March 2025: Good Friday (18 April), Easter Monday (21 April), 1 and 2 May are none.
        (date(2025, 3, 31), date(2025, 4, 30), 1),
        (date(2025, 3, 31), date(2025, 5, 1), 0),
        # 17 May 2025 was a Saturday worked for 2 May: a problem opened on the Friday before gains a day by it.
        (date(2025, 5, 16), date(2025, 6, 13), 1),
        (date(2025, 5, 16), date(2025, 6, 14), 0),
        (date(2025, 5, 18), date(2025, 6, 16), 1),
        (date(2025, 5, 18), date(2025, 6, 17), 0),
    ],
)
def test_a_root_cause_is_due_on_the_twentieth_working_day(figure, add_tickets, opened_on, root_cause_on, met):
    add_tickets({"ticket_type": "problem", "opened_on": opened_on, "root_cause_on": root_cause_on})

    assert figure("root_cause_on_time_rate") == (met, 1)


@pytest.mark.parametrize(("opened_on", "old"), [(date(2025, 5, 31), 0), (date(2025, 5, 30), 1)])
def test_a_ticket_is_old_after_more_than_thirty_days(figure, add_tickets, opened_on, old):
    add_tickets({"opened_on": opened_on})

    assert figure("old_backlog_share", HALF) == (old, 1)


@pytest.mark.parametrize(("ended_on", "open_at_the_end"), [(DAY, 0), (date(2025, 7, 1), 1), (None, 1)])
def test_a_ticket_is_open_until_the_day_before_it_ended(figure, add_tickets, ended_on, open_at_the_end):
    add_tickets({"opened_on": date(2025, 6, 1), "ended_on": ended_on})

    assert figure("backlog_count", HALF) == (open_at_the_end, 1)


@pytest.mark.parametrize(
    ("opened_at", "month"),
    [
        (datetime(2025, 3, 31, 21, 59), "2025-03"),
        (datetime(2025, 3, 31, 22, 0), "2025-04"),  # summer time: midnight in Budapest
        (datetime(2025, 10, 31, 22, 59), "2025-10"),
        (datetime(2025, 10, 31, 23, 0), "2025-11"),  # winter time
    ],
)
def test_a_month_begins_at_midnight_in_budapest(connection, add_tickets, opened_at, month):
    add_tickets({"opened_at": opened_at, "escalated_at": opened_at, "acknowledged_at": opened_at,
                 "acknowledge_minutes": 0})  # fmt: skip

    for name in ("ticket_count", "escalation_acceptance_minutes_p90"):
        assert measure(connection, METRICS[name], YEAR, ["month"])["month"].tolist() == [month]


@pytest.mark.parametrize(
    ("name", "value"), [("sla_resolution_rate", None), ("resolution_minutes_p90", None), ("ticket_count", 0.0)]
)
def test_nothing_counted_is_a_row_of_zeros_uncut_and_no_row_cut(connection, name, value):
    uncut = measure(connection, METRICS[name], YEAR)

    assert uncut["n"].tolist() == [0]
    assert [None if value is None else 0.0] == uncut["value"].astype(object).where(
        uncut["value"].notna(), None
    ).tolist()
    assert measure(connection, METRICS[name], YEAR, ["month"]).empty


def test_a_quotient_by_zero_has_no_value(connection, add_rows):
    add_rows(fact_training, *({"cost_huf": 20_000, "person_hash": f"hash of {one}"} for one in range(5)))

    values = measure(connection, METRICS["certificate_cost_huf"], YEAR)

    assert values[["numerator", "denominator", "n"]].values.tolist() == [[100_000, 0, 5]]
    assert values["value"].isna().all()


def test_what_is_not_yet_due_on_the_last_day_of_data_is_not_late(connection, figure, add_tickets):
    add_tickets({"resolution_due_on": date(2025, 6, 29)}, {"resolution_due_on": date(2025, 6, 30)})
    connection.execute(update(etl_input).values(newest_at=datetime(2025, 6, 29, 21, 59)))

    assert figure("sla_resolution_rate") == (0, 1)


def test_an_earlier_run_still_gives_its_figure(connection, figure, add_tickets):
    add_tickets(
        {"ticket_id": "A", "resolution_due_on": DAY, "resolved_in_sla": True, "loaded_run": 101, "superseded_run": 150},
        {"ticket_id": "A", "resolution_due_on": DAY, "resolved_in_sla": False, "loaded_run": 150},
        {"ticket_id": "B", "resolution_due_on": DAY, "resolved_in_sla": True, "loaded_run": 150},
    )

    assert figure("sla_resolution_rate") == (1, 2)
    for run, known in ((100, (0, 0)), (101, (1, 1)), (149, (1, 1)), (150, (1, 2))):
        assert figure("sla_resolution_rate", Selection(first=YEAR.first, last=YEAR.last, as_of=run)) == known


@pytest.mark.parametrize(
    ("contract", "expiring"),
    [
        ({"valid_to": date(2025, 12, 27)}, 1),  # in 180 days
        ({"valid_to": date(2025, 12, 28)}, 0),
        ({"valid_to": DAY}, 1),  # the last day in force
        ({"valid_to": date(2025, 6, 29)}, 0),
        ({"valid_to": None}, 0),
        ({"valid_to": DAY, "renewal_started_on": DAY}, 0),
        ({"valid_to": DAY, "renewal_started_on": date(2025, 7, 1)}, 1),
    ],
)
def test_a_contract_expires_soon_from_180_days_before_its_last(figure, add_rows, contract, expiring):
    add_rows(fact_contract, {"contract_kind": "service"} | contract)

    assert figure("expiring_contract_count", HALF) == (expiring, 1)


@pytest.mark.parametrize(("valid_to", "covered"), [(DAY, 1), (date(2025, 6, 29), 0), (None, 1)])
def test_an_application_is_covered_to_the_last_day_of_its_contract(figure, add_rows, valid_to, covered):
    add_rows(
        fact_contract,
        {"contract_kind": "service", "service_id": "ADO", "valid_to": valid_to},
        {"contract_kind": "underpinning", "service_id": "GAZD"},
    )

    assert figure("contract_cover_rate", HALF) == (covered, 7)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "joined"),
    [
        (DAY, None, 1),
        (date(2025, 7, 1), None, 0),
        (date(2025, 1, 1), DAY, 1),
        (date(2025, 1, 1), date(2025, 6, 29), 0),
    ],
)
def test_a_contract_holds_from_its_first_day_to_its_last(figure, add_rows, valid_from, valid_to, joined):
    add_rows(fact_contract, {"valid_from": valid_from, "valid_to": valid_to})
    add_rows(
        fact_contract,
        {"contract_kind": "service", "service_id": "ADO", "valid_from": valid_from, "valid_to": valid_to},
    )

    assert figure("joined_rate", HALF) == (joined, 3197)
    assert figure("joined_municipality_count", HALF) == (joined, 1)
    assert figure("contract_cover_rate", HALF) == (joined, 7)


@pytest.mark.parametrize(("due_on", "overdue"), [(date(2025, 6, 29), 1), (DAY, 0), (None, 0)])
def test_a_finding_is_overdue_from_the_day_after_its_deadline(figure, add_tickets, due_on, overdue):
    add_tickets({"ticket_type": "security_finding", "priority": "P1", "due_on": due_on})

    assert figure("overdue_finding_count", HALF) == (overdue, 1)
    assert figure("critical_overdue_finding_count", HALF) == (overdue, 1)
    assert figure("overdue_finding_days_median", HALF)[0] == (
        1 if overdue else pytest.approx(float("nan"), nan_ok=True)
    )


@pytest.mark.parametrize(("resolved_on", "covered"), [(date(2024, 6, 30), 0), (date(2024, 7, 1), 1), (DAY, 1)])
def test_a_recovery_test_counts_for_365_days(figure, add_tickets, resolved_on, covered):
    add_tickets({"ticket_type": "continuity_test", "outcome": "success", "resolved_on": resolved_on})

    assert figure("recovery_test_coverage_rate", HALF) == (covered, 7)


@pytest.mark.parametrize(
    ("certified_from", "certified_to", "role", "covered"),
    [
        (date(2025, 3, 10), DAY, "key_user", 1),
        (date(2025, 3, 10), date(2025, 6, 29), "key_user", 0),
        (date(2025, 3, 10), None, "key_user", 1),
        (date(2025, 3, 10), None, "contact_person", 0),
        (DAY, None, "key_user", 1),
        (date(2025, 7, 1), None, "key_user", 0),
    ],
)
def test_a_key_user_covers_an_application_while_the_certificate_is_valid(
    figure, add_rows, certified_from, certified_to, role, covered
):
    add_rows(fact_contract_service, {"live_on": DAY}, {"service_id": "GAZD", "live_on": DAY}, {"live_on": None})
    certificate = {"certified_from": certified_from, "certified_to": certified_to, "role": role}
    add_rows(fact_training, certificate, certificate)

    assert figure("key_user_coverage_rate", HALF) == (covered, 2)


def test_a_role_is_filled_once_however_many_hold_it_and_vacant_from_the_day_it_ended(figure, add_rows):
    add_rows(fact_contract, {}, {"contract_kind": "joining"})
    add_rows(
        fact_role_holder,
        {"role": "key_user"},
        {"role": "key_user", "service_id": "GAZD"},
        {"role": "contact_person", "ended_on": DAY},
        {"role": "local_it_operator", "appointed_on": DAY},
        {"role": "official_representative", "appointed_on": date(2025, 7, 1)},
        {"role": "official_representative", "municipality_id": "00000"},
    )

    assert figure("local_role_filled_rate", HALF) == (2, 4)


def test_every_local_government_of_the_register_could_join_once(connection, figure, add_rows):
    add_rows(fact_contract, {}, {}, {"municipality_id": "00000"})
    connection.execute(
        insert(dim_municipality).values(municipality_id="01508", valid_from=date(2025, 1, 1), name="Ipolyszög")
    )

    assert figure("joined_rate", HALF) == (1, 3197)


@pytest.mark.parametrize(
    ("lines", "spent"),
    [
        ([("K3", 100), ("K31", 60), ("K311", 60), ("K33", 40)], 100),  # a form with its subtotals
        ([("K3", 100), ("K312", 0)], 100),  # detail lines that say nothing
        ([("K3", 100), ("K3", 7)], 107),
        ([("B34", 50), ("B34.1", 30)], 0),  # revenue, of which
        ([("K311", 60), ("K312", 40)], 100),
    ],
)
def test_a_forint_of_a_form_is_summed_once(figure, add_rows, lines, spent):
    add_rows(
        fact_budget,
        *(
            {"account_id": code, "spent_huf": amount, "side": "revenue" if code[0] == "B" else "expenditure"}
            for code, amount in lines
        ),
    )

    assert figure("spent_huf") == (spent, 1)


def test_a_plan_by_main_rovat_and_payments_by_detailed_ones_are_both_summed(figure, add_rows):
    add_rows(
        fact_budget,
        {"account_id": "K3", "appropriated_huf": 1000},
        {"account_id": "K311", "spent_huf": 400},
        {"account_id": "K3", "spent_huf": 500, "actor_id": "nisz"},
    )

    assert figure("execution_rate") == (900, 1000)


def test_of_which_revenue_is_never_summed(figure, add_rows):
    add_rows(
        fact_budget,
        {"account_id": "B34", "side": "revenue", "spent_huf": 50},
        {"account_id": "B34.1", "side": "revenue", "spent_huf": 30},
    )

    assert figure("revenue_huf") == (50, 1)


def test_a_surplus_elsewhere_does_not_fund_a_commitment(figure, add_rows):
    add_rows(
        fact_budget,
        {"account_id": "K3", "appropriated_huf": 100},
        {"account_id": "K311", "committed_huf": 130},
        {"account_id": "K6", "appropriated_huf": 500, "committed_huf": 20},
    )

    assert figure("unfunded_commitment_huf") == (30, 1)


@pytest.mark.parametrize(
    ("approved_on", "unauthorised"), [(None, 1), (DAY, 0), (date(2025, 6, 29), 0), (date(2025, 7, 1), 1)]
)
def test_a_change_must_be_approved_by_the_day_it_goes_live(figure, add_tickets, approved_on, unauthorised):
    add_tickets({"ticket_type": "change", "implemented_on": DAY, "approved_on": approved_on})

    assert figure("unauthorised_change_count") == (unauthorised, 1)


@pytest.mark.parametrize(
    ("second", "recurring"),
    [
        ({"opened_at": datetime(2025, 4, 2, 9), "category": "A"}, 1),  # 30 days after
        ({"opened_at": datetime(2025, 4, 3, 9), "category": "A"}, 0),
        ({"category": "B"}, 0),
        ({"category": "A", "problem_id": "P1"}, 0),
        ({"category": "A", "service_id": "GAZD"}, 0),
        ({"category": "A", "municipality_id": "01526"}, 0),
    ],
)
def test_an_incident_recurs_at_the_same_place_with_the_same_cause_within_30_days(
    figure, add_tickets, second, recurring
):
    add_tickets({"category": "A"}, {"opened_at": datetime(2025, 3, 20, 9)} | second)

    assert figure("recurrence_rate") == (recurring, 2)


def test_quarantine_is_counted_by_the_day_the_run_finished_in_budapest(connection):
    connection.execute(
        insert(etl_run).values(run_id=70, job="tickets", status="published", finished_at=datetime(2025, 5, 31, 22, 10))
    )
    connection.execute(
        insert(etl_input).values(
            input_id=70, run_id=70, source="desk", input="a.csv", status="loaded", read=200, quarantined=1
        )
    )

    values = measure(connection, METRICS["quarantine_rate"], YEAR, ["month", "source"])

    assert values[["month", "source", "numerator", "denominator"]].values.tolist() == [["2025-06", "desk", 1, 200]]
    assert values["value"].tolist() == [METRICS["quarantine_rate"].target]
    for run, known in ((69, 0), (70, 200)):
        as_of = Selection(first=YEAR.first, last=YEAR.last, as_of=run)
        assert measure(connection, METRICS["quarantine_rate"], as_of)["denominator"].tolist() == [known]


def test_a_ticket_row_can_be_told_by_its_days_alone(figure, add_rows):
    add_rows(fact_ticket, {"opened_on": date(2025, 12, 31)}, {"opened_on": date(2026, 1, 1)})

    assert figure("ticket_count") == (1, 1)


def test_the_rows_behind_key_user_coverage_are_the_certificates_of_the_office_that_hold_on_the_day(
    connection, add_rows
):
    of_office = {"municipality_id": "13657", "certified_from": date(2025, 3, 10)}  # the seat of 01508's joint office
    add_rows(
        fact_training,
        {"enrolment_id": "here", "certified_from": DAY},
        of_office | {"enrolment_id": "seat"},
        of_office | {"enrolment_id": "neighbour", "municipality_id": "33880"},
        of_office | {"enrolment_id": "lapsed", "certified_to": date(2025, 6, 29)},
        of_office | {"enrolment_id": "of another application", "service_id": "GAZD"},
        of_office | {"enrolment_id": "no key user", "role": "contact_person"},
        of_office | {"enrolment_id": "there", "municipality_id": "01526"},
        {"enrolment_id": "none"},
    )
    told = connection.execution_options(least_people=1)

    asked = Selection(last=DAY, municipalities=("01508",), services=("ADO",))
    rows = source_rows(told, METRICS["key_user_coverage_rate"], asked)
    elsewhere = source_rows(told, METRICS["key_user_coverage_rate"], Selection(last=DAY, counties=("Heves",)))

    assert sorted(rows["enrolment_id"]) == ["here", "neighbour", "seat"]
    assert set(rows["input"]) == {"training.csv"}
    assert elsewhere.empty


def test_the_key_user_of_a_joint_office_covers_each_of_its_members(connection, add_rows):
    members = ("01508", "13657", "33880")
    add_rows(fact_contract_service, *({"municipality_id": code, "live_on": DAY} for code in (*members, "01526")))
    add_rows(fact_training, {"municipality_id": "33880", "certified_from": DAY})

    values = measure(connection, METRICS["key_user_coverage_rate"], Selection(last=DAY), ["municipality"])

    assert dict(zip(values["municipality"], values["numerator"], strict=True)) == dict.fromkeys(members, 1) | {
        "01526": 0
    }
    assert values["denominator"].tolist() == [1, 1, 1, 1]


def test_the_rows_behind_a_figure_come_newest_first(connection, add_rows):
    days = [date(2025, 3, 3), date(2025, 3, 5), date(2025, 3, 4)]
    add_rows(fact_ticket, *[{"ticket_id": str(day), "opened_on": day} for day in days])
    contracts = [{"contract_id": f"C{day.day}", "valid_from": day, "value_huf": 1} for day in days]
    add_rows(fact_contract, *contracts)

    tickets = source_rows(connection, METRICS["ticket_count"], Selection())
    held = source_rows(connection, METRICS["joined_municipality_count"], Selection())

    assert tickets["ticket_id"].tolist() == ["2025-03-05", "2025-03-04", "2025-03-03"]
    assert held["valid_from"].astype(str).str[:10].tolist() == ["2025-03-05", "2025-03-04", "2025-03-03"]
