"""What the page of data quality is made of."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from data import quality
from data.schema import etl_input, etl_run, quarantine, unmatched_name

AT = datetime(2026, 11, 22, 20)


def add_run(connection: Connection, run: int, job: str = "tickets", status: str = "published") -> None:
    connection.execute(
        insert(etl_run).values(run_id=run, job=job, status=status, started_at=AT, finished_at=AT.replace(minute=2))
    )


def add_input(connection: Connection, number: int, run: int, **values: Any) -> None:
    counts = dict.fromkeys(("read", *quality.OUTCOMES, "unmatched_municipality"), 0)
    given = {"source": "desk", "input": "a.csv", "status": "loaded", "newest_at": AT} | counts | values
    connection.execute(insert(etl_input).values(input_id=number, run_id=run, **given))


def set_aside(connection: Connection, number: int, reasons: str, status: str = "open") -> None:
    connection.execute(
        insert(quarantine).values(
            quarantine_id=number, run_id=1001, input_id=1001, job="tickets", source="desk", input="a.csv", line=number,
            reasons=reasons, row='{"id": "T1", "empty": null}', status=status,
        )
    )  # fmt: skip


def test_nothing_loaded_gives_empty_frames(connection):
    frames = (
        quality.inputs(connection),
        quality.conservation(connection),
        quality.quarantine_rows(connection),
        quality.quarantine_reasons(connection),
        quality.unmatched_names(connection),
        quality.freshness(connection),
    )

    assert [len(frame) for frame in frames] == [0] * 6
    assert quality.quarantine_count(connection) == 0


def test_runs_sum_their_inputs_and_say_what_is_left_over(connection):
    add_run(connection, 1001)
    add_input(connection, 1001, 1001, read=10, loaded_new=6, loaded_changed=1, unchanged=1, duplicate=1, quarantined=1)
    add_input(connection, 1002, 1001, read=5, loaded_new=4)

    newest = quality.runs(connection).iloc[0]

    assert (newest["run_id"], newest["inputs"], newest["read"], newest["loaded_new"]) == (1001, 2, 15, 10)
    assert newest["residual"] == 1
    assert newest["seconds"] == 120


def test_conservation_leaves_out_what_was_not_published_or_not_read_again(connection):
    add_run(connection, 1001)
    add_run(connection, 1002, status="failed")
    add_run(connection, 1003, job="reference")
    add_input(connection, 1001, 1001, read=10, loaded_new=10)
    add_input(connection, 1002, 1002, read=99)
    add_input(connection, 1003, 1003, read=99)
    add_input(connection, 1004, 1001, status="skipped")

    found = quality.conservation(connection)

    assert found[["source", "inputs", "read", "residual"]].to_dict("records") == [
        {"source": "desk", "inputs": 1, "read": 10, "residual": 0}
    ]


def test_a_row_counts_under_each_of_its_reasons(connection):
    set_aside(connection, 1, "[\"priority is 'P9'; expected one of P1.\"]")
    set_aside(connection, 2, '["priority is \'X\'; expected one of P1.", "ticket_id is missing."]')
    set_aside(connection, 3, '["ticket_id is missing."]', status="discarded")

    found = quality.quarantine_reasons(connection)

    assert found[["reason", "rows"]].to_dict("records") == [
        {"reason": "priority is '…'; expected one of P1.", "rows": 2},
        {"reason": "ticket_id is missing.", "rows": 1},
    ]
    assert quality.quarantine_count(connection) == 2


def test_rows_set_aside_are_readable_and_newest_first(connection):
    set_aside(connection, 1, '["one", "two"]')
    set_aside(connection, 2, '["three"]')

    found = quality.quarantine_rows(connection)

    assert found["reasons"].tolist() == ["three", "one\ntwo"]
    assert found["row"].tolist() == ["id: T1", "id: T1"]
    assert quality.quarantine_rows(connection, source="another").empty


def test_names_carry_their_candidates_in_words(connection, add_tickets):
    add_run(connection, 1001)
    add_input(connection, 1001, 1001)
    add_tickets({"municipality_id": "00000", "input_id": 1001})
    connection.execute(
        insert(unmatched_name).values(
            source="desk", kind="municipality", name="Komlo", run_id=1001, rows=3, how="ambiguous",
            candidates="01508,99999",
        )
    )  # fmt: skip

    found = quality.unmatched_names(connection)

    assert found[["name", "rows", "candidates"]].values.tolist() == [["Komlo", 3, "Ipolyszög (Nógrád), 99999"]]
    assert quality.unmatched_names(connection, limit=0).empty


def test_freshness_is_by_source(connection):
    add_run(connection, 1001)
    add_input(connection, 1001, 1001)
    add_input(connection, 1002, 1001, source="archive", newest_at=datetime(2020, 1, 1))

    found = quality.freshness(connection)

    assert found["source"].tolist() == ["archive", "desk"]
    assert found["newest_at"].tolist() == [datetime(2020, 1, 1), AT]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("opened_at: 'x' is not a date (expected %Y)", "opened_at: '…' is not a date (…)"),
        ("9 columns instead of 30", "… columns instead of …"),
        ("opened_at (\"Nyitva\"): 'x' is not a date (expected %Y)", "opened_at (\"Nyitva\"): '…' is not a date (…)"),
        ("ticket_id is missing; it is required.", "ticket_id is missing; it is required."),
    ],
)
def test_reasons_that_differ_in_a_value_only_are_of_one_kind(reason, kind):
    assert quality.kind_of(reason) == kind


def test_a_source_that_names_no_municipality_has_none_to_miss(connection):
    add_run(connection, 1001)
    add_input(connection, 1001, 1001, unmatched_municipality=None)
    add_input(connection, 1002, 1001, unmatched_municipality=3)

    found = quality.inputs(connection)["unmatched_municipality"]

    assert [None if missing else int(count) for count, missing in zip(found, found.isna(), strict=True)] == [None, 3]
