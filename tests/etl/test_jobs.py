"""Contracts, training, budget and use: from valid rows to facts; and what makes a row valid."""

import pandas as pd
import pytest

from etl.fields import FIELDS, Kind, kind_of
from etl.jobs import budget, contracts, training, usage
from etl.records import RECORDS
from etl.validate import judge

PLACE = {"municipality_id": "01508", "service_id": "ADO", "actor_id": "operator_ado"}
NO_PROBLEMS = pd.DataFrame({"row": pd.Series([], dtype="int64"), "reason": pd.Series([], dtype="str")})


def typed(rows):
    """Rows as a source gives them."""
    frame = pd.DataFrame(rows)
    kinds = {}
    for name in frame:
        if name.endswith(("_at", "_on")) or name in ("valid_from", "valid_to", "certified_from", "certified_to"):
            kinds[name] = "datetime64[us]"
        elif kind_of(name) in (Kind.WHOLE, Kind.LONG, Kind.HUF):
            kinds[name] = "Int64"
        else:
            kinds[name] = {"score": "Float64", "attempted": "boolean", "made_sla": "boolean"}.get(name, "str")
    return frame.astype(kinds)


GOOD = {
    "ticket": {"ticket_id": "T1", "opened_at": "2025-03-03"},
    "event": {"ticket_id": "T1", "event_at": "2025-03-03"},
    "event_log": {"ticket_id": "T1", "opened_at": "2025-03-03", "event_at": "2025-03-03"},
    "contract": {"contract_id": "C1", "contract_kind": "joining"},
    "amendment": {"contract_id": "C1", "amendment_id": "A1"},
    "contract_service": {"contract_id": "C1", "service": "ADO"},
    "role_holder": {"holder_key": "H1", "role": "key_user"},
    "training": {"person": "p", "course_id": "ADO-1", "started_on": "2025-03-03"},
    "budget": {"fiscal_year": 2025, "account_id": "K312"},
    "usage": {"municipality": "Komló", "service": "ADO", "period_on": "2025-03-31"},
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_schema_names_the_fields_of_its_record(name):
    assert set(RECORDS[name].schema.columns) == set(FIELDS[name])


@pytest.mark.parametrize("name", RECORDS)
def test_a_row_of_required_fields_is_valid_and_without_any_of_them_is_not(name):
    record = RECORDS[name]
    assert set(record.required) == set(GOOD[name])

    for field in record.required:
        verdict = judge(typed([GOOD[name], GOOD[name] | {field: None}]), record.schema, NO_PROBLEMS)

        assert verdict.good.index.tolist() == [0]
        assert verdict.reasons == {1: [f"{field} is missing; it is required."]}


OUTAGE = {"outage_started_at": "2025-03-03 09:00", "outage_ended_at": "2025-03-03 10:00"}


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ({"outage_scope": "whole", "outage_minutes": 60}, []),
        ({"outage_minutes": 61}, []),  # rounded up
        (
            {"outage_minutes": 62},
            ["outage_minutes is more than the time from outage_started_at to outage_ended_at."],
        ),
        ({"outage_ended_at": None, "outage_minutes": 600}, []),
        (
            {"outage_started_at": None},
            ["outage_ended_at is there, but no outage_started_at."],
        ),
        (
            {"outage_ended_at": "2025-03-03 08:00", "outage_minutes": 3},
            ["outage_ended_at (2025-03-03 08:00 UTC) is before outage_started_at (2025-03-03 09:00 UTC)."],
        ),
        ({"outage_scope": "some"}, ["outage_scope is 'some'; expected one of whole, part."]),
        ({"outage_minutes": -1}, ["outage_minutes is '-1'; expected 0 to 2147483647."]),
    ],
)
def test_an_outage_that_contradicts_itself_is_set_aside(row, reasons):
    found = judge(typed([GOOD["ticket"] | OUTAGE | row]), RECORDS["ticket"].schema, NO_PROBLEMS).reasons

    assert found == ({0: reasons} if reasons else {})


@pytest.mark.parametrize(
    ("name", "row", "reasons"),
    [
        ("ticket", {"priority": "urgent"}, ["priority is 'urgent'; expected one of P1, P2, P3, P4."]),
        *(
            (
                "ticket",
                {"waiting": waiting},
                [
                    f"waiting is '{waiting}'; expected a JSON list of [from, to]: times in ISO 8601 with their zone,"
                    " one span after the other, to null in the last one while it still waits."
                ],
            )
            for waiting in (
                "72 hours",
                "3",
                "[3]",
                "[[1, 2]]",
                '[["2026-03-02"]]',
                '{"a": 1}',
                '[["2026-03-02T08:00", null]]',
                '[["0001-01-01T00:00+01:00", null]]',
                "[[null, null]]",
            )
        ),
        ("ticket", {"level": 3}, ["level is '3'; expected one of 1, 2."]),
        ("ticket", {"reopen_count": -1}, ["reopen_count is '-1'; expected 0 to 2147483647."]),
        ("ticket", {"satisfaction": 6}, ["satisfaction is '6'; expected 1 to 5."]),
        (
            "ticket",
            {"resolved_at": "2025-03-01 12:00", "closed_at": "2025-03-02"},
            [
                "resolved_at (2025-03-01 12:00 UTC) is before opened_at (2025-03-03).",
                "closed_at (2025-03-02) is before opened_at (2025-03-03).",
            ],
        ),
        (
            "ticket",
            {"opened_at": "1970-01-01"},
            ["opened_at is '1970-01-01'; expected 2010-01-01 to 2030-12-31."],
        ),
        (
            "ticket",
            {"status": "closed"},
            ["status says that it ended, but no resolved_at, closed_at or updated_at says when."],
        ),
        ("ticket", {"category": "x" * 10_001}, [f"category is '{'x' * 39}…'; expected at most 10000 characters."]),
        (
            "contract",
            {"contract_kind": "lease"},
            ["contract_kind is 'lease'; expected one of joining, service, underpinning, award."],
        ),
        (
            "contract",
            {"valid_from": "2025-02-01", "valid_to": "2025-01-01"},
            ["valid_to (2025-01-01) is before valid_from (2025-02-01)."],
        ),
        (
            "role_holder",
            {"role": "mayor"},
            ["role is 'mayor'; expected one of official_representative, contact_person, key_user, local_it_operator."],
        ),
        (
            "training",
            {"enrolled_on": "2025-03-03", "completed_on": "2025-03-01", "score": 101.0},
            [
                "score is '101.0'; expected 0 to 100.",
                "completed_on (2025-03-01) is before enrolled_on (2025-03-03).",
            ],
        ),
        ("usage", {"transactions": -1}, ["transactions is '-1'; expected 0 to 1000000000000."]),
        (
            "usage",
            {"enabled_users": 3, "active_users": 4, "cases": 10, "online_cases": 11, "forms_started": 0}
            | {"forms_submitted": 1, "files_due": 4, "files_on_time": 5},
            [
                "active_users (4) is more than enabled_users (3).",
                "online_cases (11) is more than cases (10).",
                "forms_submitted (1) is more than forms_started (0).",
                "files_on_time (5) is more than files_due (4).",
            ],
        ),
    ],
)
def test_a_row_is_set_aside_with_every_reason(name, row, reasons):
    verdict = judge(typed([GOOD[name] | row]), RECORDS[name].schema, NO_PROBLEMS)

    assert verdict.reasons == {0: reasons}
    assert verdict.good.empty


def test_a_rule_finds_the_wrong_row_beside_a_missing_value():
    rows = [{"person": "p", "course_id": "c", "started_on": "2025-03-03", "score": score} for score in (None, 700, 50)]

    verdict = judge(typed(rows), RECORDS["training"].schema, NO_PROBLEMS)

    assert verdict.reasons == {1: ["score is '700.0'; expected 0 to 100."]}


def test_a_value_that_could_not_be_read_is_the_first_reason_and_no_second_one():
    problems = pd.DataFrame({"row": [0], "reason": ["opened_at: 'never' is not a date"]})

    verdict = judge(typed([GOOD["ticket"] | {"opened_at": None, "level": 5}]), RECORDS["ticket"].schema, problems)

    assert verdict.reasons == {0: ["opened_at: 'never' is not a date", "level is '5'; expected one of 1, 2."]}


def test_a_column_that_the_schema_does_not_name_goes_no_further():
    verdict = judge(typed([GOOD["ticket"] | {"caller": "someone"}]), RECORDS["ticket"].schema, NO_PROBLEMS)

    assert "caller" not in verdict.good


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ({}, "in_progress"),
        ({"completed_on": "2025-03-05"}, "passed"),
        ({"completed_on": "2025-03-05", "withdrawn_on": "2025-03-04"}, "withdrawn"),
        ({"completed_on": "2025-03-05", "result": "failed"}, "failed"),
    ],
)
def test_a_result_follows_from_the_dates_where_there_is_none(row, result):
    facts = training.conform(typed([GOOD["training"] | PLACE | row]))

    assert facts["result"].tolist() == [result]


def test_an_enrolment_without_a_key_is_a_person_in_a_run():
    rows = [
        GOOD["training"] | PLACE | more for more in ({"run": "A"}, {"run": "A"}, {"run": "B"}, {"enrolment_id": "own"})
    ]

    keys = training.conform(typed(rows))["enrolment_id"].tolist()

    assert keys[0] == keys[1] != keys[2]
    assert keys[3] == "own"


def test_courses_are_met_once_with_their_last_name():
    rows = [GOOD["training"] | PLACE | {"course_name": name} for name in ("Adó", "Helyi adó")]

    assert training.courses(typed(rows)).to_dict("records") == [
        {"course_id": "ADO-1", "name": "Helyi adó", "service_id": "ADO"}
    ]


def test_a_budget_line_has_a_side_a_day_and_a_function():
    rows = [
        GOOD["budget"] | PLACE | more for more in ({"function_id": "11130"}, {"function_id": "9", "account_id": "B34"})
    ]

    facts = budget.conform(typed(rows), {"K312": "expenditure", "B34": "revenue"}, frozenset({"011130"}))

    assert facts["side"].tolist() == ["expenditure", "revenue"]
    assert facts["function_id"].tolist() == ["011130", "unknown"]
    assert facts["period_on"].tolist() == [pd.Timestamp("2025-01-01")] * 2
    assert facts["line_id"].str.startswith("#").all()


@pytest.mark.parametrize(
    ("field", "value", "known"), [("purpose", "plan", "ledger, control"), ("nature", "opex", "run, change")]
)
def test_a_purpose_or_nature_that_is_not_known_is_refused(field, value, known):
    verdict = judge(typed([GOOD["budget"], GOOD["budget"] | {field: value}]), RECORDS["budget"].schema, NO_PROBLEMS)

    assert verdict.reasons == {1: [f"{field} is {value!r}; expected one of {known}."]}


def test_an_account_that_is_no_rovat_is_refused():
    rows = typed([GOOD["budget"], GOOD["budget"] | {"account_id": "K99999"}])

    failures = budget.unknown_accounts(rows, {"K312": "expenditure"})

    assert judge(rows, RECORDS["budget"].schema, NO_PROBLEMS, failures).reasons == {
        1: ["account_id is 'K99999'; expected a rovat code such as K11 or B34."]
    }


def test_contracts_keep_what_was_delivered():
    rows = typed([GOOD["contract"] | PLACE | {"joining_type": "system", "value_huf": -5, "buyer": "Komló"}])

    fact = contracts.conform(rows).iloc[0]

    assert (fact["contract_kind"], fact["joining_type"], fact["value_huf"], fact["buyer"]) == (
        "joining",
        "system",
        -5,
        "Komló",
    )


def test_a_part_as_large_as_its_whole_or_without_one_is_right():
    rows = [
        GOOD["usage"] | counts
        for counts in (
            {"enabled_users": 3, "active_users": 3, "cases": 0, "online_cases": 0},
            {"enabled_users": None, "active_users": 3, "cases": 5, "online_cases": None},
        )
    ]

    assert judge(typed(rows), RECORDS["usage"].schema, NO_PROBLEMS).reasons == {}


def test_any_day_of_a_month_stands_for_it():
    rows = [GOOD["usage"] | PLACE | {"period_on": day} for day in ("2025-02-28", "2025-03-01", "2025-03-31")]

    facts = usage.conform(typed(rows))

    assert facts["period_on"].dt.strftime("%Y-%m-%d").tolist() == ["2025-02-01", "2025-03-01", "2025-03-01"]
    assert facts["usage_id"].nunique() == 2


def test_a_months_use_without_a_key_is_known_by_the_names_its_source_gives():
    names = [
        ("Komló", "ADO"), ("KOMLÓ ", "ADÓ"), ("Kömlő", "ADO"), ("Komlo", "ADO"), ("Komló", "GAZD"),
        ("01508", "ADO"), ("1508", "ado"), ("1508", "IRAT"),
    ]  # fmt: skip
    rows = [GOOD["usage"] | PLACE | {"municipality": place, "service": service} for place, service in names]
    rows += [GOOD["usage"] | PLACE | {"usage_id": "own"}]

    keys = usage.conform(typed(rows))["usage_id"].tolist()

    assert keys[0] == keys[1]
    assert keys[5] == keys[6]
    assert len(set(keys)) == 7
    assert keys[-1] == "own"
