from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

FIELDS = {
    "ticket_id": "id",
    "opened_at": "opened",
    "waiting_minutes": "whole",
    "handle_hours": "number",
    "made_sla": "flag",
}
DAY = "2025-01-02"


@pytest.fixture
def value(read):
    """What one text becomes in one field: (value, problems)."""

    def one(field, text, *, record="ticket", job="tickets", **settings):
        base = {
            "contract": {"contract_id": "id", "contract_kind": "id"},
            "ticket": {"ticket_id": "id", "opened_at": "day"},
        }
        fields = base[record] | {field: "value"}
        reading = read(
            f"id|day|value\n1|{DAY}|{text}\n", fields=fields, record=record, job=job, delimiter="|", **settings
        )
        return reading.column(field)[0], reading.problems.get(2, [])

    return one


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("29/2/2016 01:16", ["%d/%m/%Y %H:%M"], "2016-02-29 00:16"),
        ("9/2/2016 1:16", ["%d/%m/%Y %H:%M"], "2016-02-09 00:16"),
        ("09-02-2016 01:16", ["%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M"], "2016-02-09 00:16"),
        ("2025.07.01 12:00:30", ["%Y.%m.%d %H:%M:%S"], "2025-07-01 10:00:30"),
        ("1 July 2025", ["%d %B %Y"], "2025-06-30 22:00"),
        ("01/07/25", ["%d/%m/%y"], "2025-06-30 22:00"),
        ("2025-07-01", ["iso"], "2025-06-30 22:00"),
        ("2025-07-01 12:00", ["iso"], "2025-07-01 10:00"),
        ("2025-07-01T12:00:00Z", ["iso"], "2025-07-01 12:00"),
        ("2025-07-01T12:00:00+05:00", ["iso"], "2025-07-01 07:00"),
        ("2025-07-01T12:00:00.250", ["iso"], "2025-07-01 10:00:00.250"),
        ("2025-10-26 02:30", ["iso"], "2025-10-26 00:30"),  # comes twice: the earlier, summer one
        ("2024-02-29 00:00", ["iso"], "2024-02-28 23:00"),
    ],
)
def test_times_are_read_by_the_formats_given_and_kept_in_utc(value, text, formats, expected):
    assert value("opened_at", text, dates=formats) == (pd.Timestamp(expected), [])


@pytest.mark.parametrize(
    ("text", "formats", "reason"),
    [
        ("31/02/2024", ["%d/%m/%Y %H:%M"], "opened_at: '31/02/2024' is not a date (expected %d/%m/%Y %H:%M)"),
        ("31/02/2024 10:00", ["%d/%m/%Y %H:%M"], "is not a date"),
        ("29/02/2023", ["%d/%m/%Y"], "is not a date"),
        ("13/13/2024", ["%d/%m/%Y"], "is not a date"),
        ("1/1/2024 24:00", ["%d/%m/%Y %H:%M"], "is not a date"),
        ("1/1/2024x", ["%d/%m/%Y"], "is not a date"),
        ("01/01/0024", ["%d/%m/%Y"], "outside 1990 to 2100: a swapped or mistyped date"),
        ("2101-01-01", ["iso"], "outside 1990 to 2100"),
        ("1989-12-31", ["iso"], "outside 1990 to 2100"),
        ("20250701", ["iso"], "expected YYYY-MM-DD[ HH:MM]"),
        ("2025-02-30", ["iso"], "is not a date"),
        ("2025-03-30 02:30", ["iso"], "does not exist in Europe/Budapest"),
        ("x" * 100, ["iso"], f"opened_at: '{'x' * 40}…' is not a date"),
    ],
)
def test_what_is_no_time_is_a_problem_of_its_row(value, text, formats, reason):
    found, problems = value("opened_at", text, dates=formats)

    assert found is None
    assert len(problems) == 1
    assert reason in problems[0]


def test_every_hour_of_a_year_is_converted_as_the_time_zone_database_says(read):
    hours = pd.date_range("2024-12-31", "2026-01-02", freq="30min")
    reading = read(
        "id,opened\n" + "".join(f"{n},{hour:%Y-%m-%d %H:%M}\n" for n, hour in enumerate(hours)), rows_per_batch=5000
    )

    zone = ZoneInfo("Europe/Budapest")
    expected = [
        hour.to_pydatetime().replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None) for hour in hours
    ]
    there = [
        utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) == hour
        for utc, hour in zip(expected, hours, strict=True)
    ]
    found = reading.column("opened_at")
    assert there.count(False) == 2
    assert [at for at, exists in zip(found, there, strict=True) if exists] == [
        utc for utc, exists in zip(expected, there, strict=True) if exists
    ]
    assert [at is None for at in found] == [not exists for exists in there]


def test_a_day_is_the_local_day_of_a_time_with_a_zone(value):
    assert value("due_on", "2025-07-01T22:30:00Z")[0] == datetime(2025, 7, 2)
    assert value("due_on", "2025-07-01 23:30")[0] == datetime(2025, 7, 1)


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("12", {}, 12), ("-12", {}, -12), ("+12", {}, 12), ("12.0", {}, 12), ("007", {}, 7), ("\u221212", {}, -12),
        ("1 234 567", {"thousands": [" "]}, 1234567),
        ("1\u00a0234\u00a0567", {}, 1234567),
        ("1.234.567,00", {"thousands": ["."], "decimal": ","}, 1234567),
        ("150000000000", {}, 150_000_000_000),
        ("9223372036854775807", {}, 9223372036854775807),
        ("00000000000000000000000012", {}, 12),
        (".0", {}, 0), ("-.0", {}, 0), ("12.", {}, 12),
    ],
)  # fmt: skip
def test_forints_are_whole_numbers(value, text, settings, expected):
    assert value("value_huf", text, record="contract", job="contracts", **settings) == (expected, [])


@pytest.mark.parametrize(
    ("text", "settings", "reason"),
    [
        ("12.5", {}, "not a whole amount of forints"),
        ("3,87,16,91,111", {"thousands": [","]}, "is not a number"),
        ("3,87,16,91,111", {}, "is not a number"),
        ("1 23", {"thousands": [" "]}, "is not a number"),
        ("1.5E+10", {}, "is not a number"),
        ("12 Ft", {}, "is not a number"),
        ("=1+1", {}, "is not a number"),
        ("9223372036854775808", {}, "is too large"),
        ("-99999999999999999999", {}, "is too large"),
        ("9" * 5000, {}, "is too large"),
        ("#REF!", {}, "is a spreadsheet error"),
        ("#ÉRTÉK!", {}, "is a spreadsheet error"),
        ("Infinity", {}, "is not a number"),
    ],
)
def test_what_is_no_amount_is_a_problem_of_its_row(value, text, settings, reason):
    found, problems = value("value_huf", text, record="contract", job="contracts", **settings)

    assert found is None
    assert [reason in problem for problem in problems] == [True]


def test_fractions_are_rounded_only_when_the_source_says_so(read):
    fields = {"contract_id": "id", "contract_kind": "id", "value_huf": {"column": "value", "round": True}}
    values = ["12.5", "-12.5", "0.49", "7", "20775000.0"]
    text = "id;value\n" + "".join(f"{n};{value}\n" for n, value in enumerate(values))

    assert read(text, fields=fields, record="contract", job="contracts").column("value_huf") == [
        13,
        -13,
        0,
        7,
        20775000,
    ]


def test_a_count_must_fit_its_column(value):
    assert value("waiting_minutes", "2147483647") == (2147483647, [])
    assert "too large" in value("waiting_minutes", "2147483648")[1][0]


def test_numbers_with_a_decimal_comma(value):
    assert value("handle_hours", "1 234,5", decimal=",", thousands=[" "]) == (1234.5, [])
    assert value("handle_hours", ",5", decimal=",") == (0.5, [])
    assert "decimal mark ','" in value("handle_hours", "1.5", decimal=",")[1][0]


@pytest.mark.parametrize(
    ("text", "expected"), [("TRUE", True), ("igen", True), ("1", True), ("Nem", False), ("false", False)]
)
def test_flags_in_both_languages(value, text, expected):
    assert value("made_sla", text) == (expected, [])


def test_another_word_is_no_flag(value):
    assert value("made_sla", "talán") == (
        None,
        ["made_sla: 'talán' is neither true nor false (true/false, 1/0, igen/nem)"],
    )


def test_missing_is_no_problem_in_any_kind(read):
    reading = read("id,opened,whole,number,flag\n1,?,, - ,?\n", fields=FIELDS, missing=["?", "-"])

    assert reading.problems == {}
    assert [reading.column(name) for name in list(FIELDS)[1:]] == [[None]] * 4


def test_types_do_not_depend_on_what_is_delivered(read):
    full = read(f"id,opened,whole,number,flag\n1,{DAY},1,1.5,1\n", fields=FIELDS)
    empty = read("id,opened,whole,number,flag\n1,,,,\n", fields=FIELDS)

    assert full.rows.dtypes.astype(str).to_dict() == empty.rows.dtypes.astype(str).to_dict() == {
        "ticket_id": "str", "opened_at": "datetime64[us]", "waiting_minutes": "Int64", "handle_hours": "Float64",
        "made_sla": "boolean",
    }  # fmt: skip


def test_many_different_values_are_read_like_few(read):
    rows = "".join(f"{n},2025-01-{n % 28 + 1:02} {n % 24:02}:{n % 60:02},{n},{n}.5,1\n" for n in range(6000))
    reading = read("id,opened,whole,number,flag\n" + rows + "x,bad,bad,bad,bad\n", fields=FIELDS, rows_per_batch=10_000)

    assert reading.column("waiting_minutes") == [*range(6000), None]
    assert reading.column("handle_hours")[:2] == [0.5, 1.5]
    assert len(reading.problems[6002]) == 4
    assert list(reading.problems) == [6002]
