"""Rows set aside: kept once, exported, corrected, retried, discarded."""

import json

import pandas as pd
import pytest
from sqlalchemy import select

from data.errors import AspError
from data.schema import fact_budget, fact_training, quarantine
from etl.quarantine import corrections, discard, export, quarantined
from etl.retry import retry
from etl.status import PUBLISHED, RunReport, now, record_run

from .conftest import TICKETS, all_became

HEAD = "id,opened,where,service,priority,status,resolved,version,category"
GOOD = "T1,2025-03-03 09:00,Komló,ADO,P3,,,,a"
BAD = "T2,never,Komló,ADO,P9,,,,=1+1"
TORN = "T3,2025-03-03"


def waiting(desk, status="open"):
    with desk.store.reading() as connection:
        return quarantined(connection, status=status)


def try_again(desk, corrected=None):
    return retry(desk.store, desk.sources(), corrected)


@pytest.fixture
def bad_desk(desk):
    """One good row, one with two faults, one torn."""
    desk.deliver("tickets/a.csv", HEAD, GOOD, BAD, TORN)
    desk.run()
    return desk


def test_a_row_is_kept_whole_with_its_place_and_every_reason(bad_desk):
    bad, torn = waiting(bad_desk)

    assert (bad.source, bad.input, bad.line, torn.line) == ("desk", "tickets/a.csv", 3, 4)
    assert [reason.split()[0].strip(":") for reason in bad.reasons] == ["opened_at", "priority"]
    assert (bad.row["id"], bad.row["opened"], bad.row["category"]) == ("T2", "never", "=1+1")
    assert torn.row == {}
    assert torn.reasons


def test_the_same_row_is_counted_again_but_kept_once(bad_desk):
    report = bad_desk.run(full=True)

    assert all_became(report) == [{"read": 3, "unchanged": 1, "quarantined": 2}]
    assert len(waiting(bad_desk)) == 2


def test_a_discarded_row_stays_discarded(bad_desk):
    with bad_desk.store.writing() as session:
        discard(session, [1], "a test row")
        record_run(session, RunReport(session.run_id, "quarantine", PUBLISHED, now(), now(), "retry"))
    bad_desk.run(full=True)

    assert [row.id for row in waiting(bad_desk, None)] == [1, 2]
    assert [row.id for row in waiting(bad_desk, "discarded")] == [1]
    with bad_desk.store.reading() as connection:
        assert connection.scalar(select(quarantine.c.note).where(quarantine.c.quarantine_id == 1)) == "a test row"


def test_only_open_rows_can_be_discarded(bad_desk):
    with pytest.raises(AspError, match="no open row 77"), bad_desk.store.writing() as session:
        discard(session, [1, 77], "both")

    assert len(waiting(bad_desk)) == 2


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_corrected_rows_take_the_same_path_with_their_old_place(bad_desk, tmp_path, suffix):
    file = tmp_path / f"export.{suffix}"
    export(waiting(bad_desk), file)
    corrected = corrections(file)
    corrected[1] |= {"opened": "2025-03-04 10:00", "priority": "P1"}

    report = try_again(bad_desk, corrected)

    assert all_became(report) == [{"read": 1, "loaded_new": 1}]
    assert bad_desk.tickets("ticket_id", "priority", "category", "line", "input_id")[1] == (
        "T2", "P1", "=1+1", 3, bad_desk.tickets("input_id")[0][0],
    )  # fmt: skip
    assert [row.id for row in waiting(bad_desk)] == [2]
    assert [row.id for row in waiting(bad_desk, "retried")] == [1]


def test_a_torn_row_can_be_filled_in(bad_desk):
    report = try_again(bad_desk, {2: {"id": "T3", "opened": "2025-03-05", "where": "Pécs", "service": "ADO",
                                      "priority": "P2", "status": None, "resolved": None, "version": None,
                                      "category": None}})  # fmt: skip

    assert all_became(report) == [{"read": 1, "loaded_new": 1}]
    assert ("T3", 4) in bad_desk.tickets("ticket_id", "line")


def test_rows_that_fail_again_stay_as_delivered_with_their_new_reasons(bad_desk):
    before = waiting(bad_desk)

    report = try_again(bad_desk, {1: before[0].row | {"opened": "2025-03-04"}})

    assert all_became(report) == [{"read": 1, "quarantined": 1}]
    after = waiting(bad_desk)
    assert [row.row for row in after] == [row.row for row in before]
    assert after[0].reasons == ["priority is 'P9'; expected one of P1, P2, P3, P4."]


def test_after_a_mapping_was_mended_rows_pass_as_they_are(bad_desk):
    bad_desk.describe(
        TICKETS.replace("[source.fields]", 'missing = ["never"]\n[source.fields]').replace('"opened"', '"resolved"')
    )
    assert all_became(try_again(bad_desk)) == [{"read": 1, "quarantined": 1}]

    bad_desk.describe(
        TICKETS.replace('opened_at = "opened"', 'opened_at = { value = "2025-03-03" }')
        + '[source.values.priority]\nP9 = "P4"\n'
    )
    assert all_became(try_again(bad_desk)) == [{"read": 1, "loaded_new": 1}]
    assert bad_desk.tickets("ticket_id", "priority") == [("T1", "P3"), ("T2", "P4")]


def test_a_row_that_lacks_a_column_which_is_read_now_is_not_guessed(bad_desk):
    bad_desk.describe(TICKETS + 'channel = "channel"\n')

    assert all_became(try_again(bad_desk)) == [{"read": 1, "quarantined": 1}]
    assert "--full" in waiting(bad_desk)[0].reasons[0]


def test_a_row_that_is_late_does_not_replace_what_came_after_it(bad_desk):
    bad_desk.deliver("tickets/b.csv", HEAD, "T2,2025-03-03 09:00,,,P3,,,,newer")
    bad_desk.run()

    report = try_again(bad_desk, {1: waiting(bad_desk)[0].row | {"opened": "2025-03-04", "priority": "P1"}})

    assert all_became(report) == [{"read": 1, "unchanged": 1}]
    assert ("T2", "newer") in bad_desk.tickets("ticket_id", "category")


def test_a_correction_of_a_row_that_is_not_open_is_refused(bad_desk):
    with pytest.raises(AspError, match="no open row 99"):
        try_again(bad_desk, {99: {"id": "T9"}})


def test_a_correction_of_a_run_that_was_rolled_back_is_refused(bad_desk):
    (row, *_) = waiting(bad_desk)

    with pytest.raises(AspError, match="which was rolled back"):
        try_again(bad_desk, {row.id: row.row | {"quarantine_run": str(row.run - 1), "priority": "P1"}})


def test_an_export_holds_no_formula(duckdb_desk, tmp_path):
    duckdb_desk.deliver("tickets/a.csv", HEAD, BAD)
    duckdb_desk.run()
    export(waiting(duckdb_desk), tmp_path / "export.csv")

    assert pd.read_csv(tmp_path / "export.csv")["category"].tolist() == ["'=1+1"]
    assert corrections(tmp_path / "export.csv")[1]["category"] == "=1+1"


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b"x,y\n1,2\n"), ("a.xlsx", b"no workbook"), ("a.csv", b"\xff\xfe\x00")]
)
def test_a_file_that_is_no_export_says_so(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(AspError, match="a\\."):
        corrections(tmp_path / name)


def test_an_export_to_another_kind_of_file_says_so(tmp_path):
    with pytest.raises(AspError, match=r"\.csv or \.xlsx"):
        export([], tmp_path / "export.pdf")


def test_ledger_lines_of_the_same_dimensions_are_all_kept(desk):
    desk.describe(
        """
[[source]]
name = "ledger"
job = "budget"
record = "budget"
path = "ledger/*"
[source.fields]
fiscal_year = { value = 2025 }
account_id = "account"
spent_huf = "spent"
"""
    )
    desk.deliver("ledger/a.csv", "account,spent", "K312,100", "K312,50", "K312,100", "K9Z,1", "B34,7")

    first, full = desk.run("budget"), desk.run("budget", full=True)

    assert all_became(first) == [{"read": 5, "loaded_new": 3, "duplicate": 1, "quarantined": 1}]
    assert all_became(full) == [{"read": 5, "unchanged": 3, "duplicate": 1, "quarantined": 1}]
    assert desk.rows(fact_budget, "account_id", "side", "spent_huf") == [
        ("B34", "revenue", 7),
        ("K312", "expenditure", 100),
        ("K312", "expenditure", 50),
    ]


def test_people_stay_out(desk):
    desk.describe(
        """
[[source]]
name = "courses"
job = "training"
record = "training"
path = "courses/*"
[source.fields]
person = "who"
course_id = "course"
started_on = "start"
score = "score"
"""
    )
    desk.deliver(
        "courses/a.csv", "who,course,start,score", "kovacs.anna,ADO-1,2025-03-03,90", "nagy.bela,ADO-1,2025-03-03,900"
    )

    report = desk.run("training")

    assert all_became(report) == [{"read": 2, "loaded_new": 1, "quarantined": 1}]
    (bad,) = waiting(desk)
    assert "nagy" not in json.dumps(bad.as_json())
    assert bad.row["who"].startswith("hmac:")
    passed = try_again(desk, {1: bad.row | {"score": "90"}})
    assert all_became(passed) == [{"read": 1, "loaded_new": 1}]
    hashes = [row[0] for row in desk.rows(fact_training, "person_hash")]
    assert len(set(hashes)) == 2
    assert not any("hmac" in value or "." in value for value in hashes)
