"""From files to facts: what is new, changed, unchanged, duplicate, set aside; run after run."""

import pytest
from sqlalchemy import func, select

from data.errors import StoreBusy
from data.schema import etl_run, fact_ticket
from etl.config import ConfigError

from .conftest import TICKETS, added_up, all_became

HEAD = "id,opened,where,service,priority,status,resolved,version,category"
ONE = "T1,2025-03-03 09:00,Komló,ADO,P3,closed,2025-03-03 11:00,,a"
TWO = "T2,2025-03-04 09:00,,GAZD,P1,open,,,b"


def test_rows_are_loaded_with_their_place(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE, TWO)

    report = desk.run()

    assert all_became(report) == [{"read": 2, "loaded_new": 2}]
    assert desk.tickets("ticket_id", "municipality_id", "service_id", "line", "loaded_run") == [
        ("T1", "26408", "ADO", 2, report.run_id),
        ("T2", "00000", "GAZD", 3, report.run_id),
    ]
    assert report.inputs[0].unmatched == (1, 0, None)


def test_the_same_file_is_skipped_and_a_full_run_changes_nothing(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE, TWO)
    desk.run()
    before = desk.tickets(*fact_ticket.c.keys(), every=True)

    again, full = desk.run(), desk.run(full=True)

    assert [taken.status for taken in again.inputs] == ["skipped"]
    assert all_became(again) == [{}]
    assert all_became(full) == [{"read": 2, "unchanged": 2}]
    assert desk.tickets(*fact_ticket.c.keys(), every=True) == before


def test_a_changed_row_closes_the_version_before(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE, TWO)
    first = desk.run()
    desk.deliver("tickets/b.csv", HEAD, ONE.replace(",a", ",c"), TWO)

    second = desk.run()

    assert all_became(second) == [{}, {"read": 2, "loaded_changed": 1, "unchanged": 1}]
    assert desk.tickets("ticket_id", "category", "loaded_run", "superseded_run", every=True) == [
        ("T1", "a", first.run_id, second.run_id),
        ("T1", "c", second.run_id, None),
        ("T2", "b", first.run_id, None),
    ]


@pytest.mark.parametrize(
    ("rows", "kept", "duplicates"),
    [
        (["T1,2025-03-03,,,,,,,a", "T1,2025-03-03,,,,,,,b"], "b", 1),
        (["T1,2025-03-03,,,,,,2,a", "T1,2025-03-03,,,,,,1,b"], "a", 1),
        (["T1,2025-03-03,,,,,,1,a", "T1,2025-03-03,,,,,,,b", "T1,2025-03-03,,,,,,1,c"], "c", 2),
    ],
    ids=["the last counts", "the highest version counts", "a version counts more than none"],
)
def test_of_a_key_that_comes_again_one_row_is_kept(desk, rows, kept, duplicates):
    desk.deliver("tickets/a.csv", HEAD, *rows)

    report = desk.run()

    assert all_became(report) == [{"read": len(rows), "loaded_new": 1, "duplicate": duplicates}]
    assert desk.tickets("ticket_id", "category", every=True) == [("T1", kept)]


def test_of_equal_rows_the_first_is_kept_whatever_file_it_is_in(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    desk.deliver("tickets/b.csv", HEAD, TWO, ONE)

    assert all_became(desk.run()) == [{"read": 1, "loaded_new": 1}, {"read": 2, "loaded_new": 1, "duplicate": 1}]


def test_files_of_one_run_end_with_one_current_version_and_a_full_run_repeats_it(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE, TWO)
    desk.deliver("tickets/b.csv", HEAD, ONE.replace(",a", ",c"))

    first, full = desk.run(), desk.run(full=True)

    assert all_became(first) == [{"read": 2, "loaded_new": 1, "duplicate": 1}, {"read": 1, "loaded_new": 1}]
    assert all_became(full) == [{"read": 2, "unchanged": 1, "duplicate": 1}, {"read": 1, "unchanged": 1}]
    assert desk.tickets("ticket_id", "category", every=True) == [("T1", "c"), ("T2", "b")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "outcome", "category"),
    [("1", "unchanged", "a"), ("2", "loaded_changed", "z"), ("3", "loaded_changed", "z"), ("", "loaded_changed", "z")],
)
def test_an_older_version_never_replaces_a_newer_one(desk, version, outcome, category):
    desk.deliver("tickets/a.csv", HEAD, "T1,2025-03-03,,,,,,2,a")
    desk.run()
    desk.deliver("tickets/b.csv", HEAD, f"T1,2025-03-03,,,,,,{version},z")

    assert all_became(desk.run())[1] == {"read": 1, outcome: 1}
    assert desk.tickets("category") == [(category,)]


def test_a_file_that_went_back_to_its_first_content_is_read_again(desk):
    for content in (ONE, ONE.replace(",a", ",c"), ONE):
        desk.deliver("tickets/a.csv", HEAD, content)
        desk.run()

    assert desk.tickets("category") == [("a",)]
    assert len(desk.tickets("category", every=True)) == 3


def test_a_changed_description_reads_the_file_again(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    desk.run()
    desk.describe(TICKETS + '[source.values.category]\na = "alpha"\n')

    assert all_became(desk.run()) == [{"read": 1, "loaded_changed": 1}]
    assert desk.tickets("category") == [("alpha",)]


def test_an_unreadable_input_fails_by_name_and_the_others_go_on(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    desk.deliver("tickets/b.csv.gz", HEAD, TWO).write_bytes(b"no gzip at all")
    desk.deliver("tickets/c.csv", "other,columns", "1,2")

    report = desk.run()

    assert (report.status, report.failed) == ("published", True)
    assert [taken.status for taken in report.inputs] == ["loaded", "failed", "failed"]
    assert "tickets/b.csv.gz" in report.inputs[1].message
    assert "'id'" in report.inputs[2].message
    assert desk.tickets("ticket_id") == [("T1",)]


def test_an_input_that_breaks_off_leaves_nothing_behind(desk):
    lines = [HEAD, *(f"T{number},2025-03-03 09:00,,,,,,," for number in range(3000)), "BAD,never,,,,,,,"]
    whole = desk.deliver("tickets/a.csv.gz", *lines).read_bytes()
    (desk.folder / "tickets/a.csv.gz").write_bytes(whole[:-200])
    desk.deliver("tickets/b.csv", HEAD, TWO)

    report = desk.run(rows_per_batch=500)

    assert [taken.status for taken in report.inputs] == ["failed", "loaded"]
    assert all_became(report) == [{}, {"read": 1, "loaded_new": 1}]
    assert desk.tickets("ticket_id") == [("T2",)]


def test_a_run_of_which_nothing_can_be_read_is_recorded_as_failed(desk):
    desk.deliver("tickets/a.csv", "other,columns", "1,2")

    report = desk.run()

    assert (report.status, report.message) == ("failed", "No input could be read.")
    with desk.store.reading() as connection:
        assert connection.scalar(select(etl_run.c.status).where(etl_run.c.run_id == report.run_id)) == "failed"


def test_a_source_without_files_fails_by_name(desk):
    report = desk.run()

    assert report.status == "failed"
    assert "tickets/*" in report.inputs[0].message


def test_rows_that_do_not_add_up_are_not_published(desk, monkeypatch):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    monkeypatch.setattr("etl.intake.merge", lambda session, stage: [])

    report = desk.run()

    assert report.status == "failed"
    assert "1 rows read, 0 accounted for" in report.message
    assert desk.tickets("ticket_id", every=True) == []


def test_a_dry_run_counts_and_publishes_nothing(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    snapshot = desk.store.snapshot_id()

    report = desk.run(dry_run=True)

    assert all_became(report) == [{"read": 1, "loaded_new": 1}]
    assert desk.store.snapshot_id() == snapshot
    assert desk.tickets("ticket_id") == []


def test_a_source_must_map_what_its_record_needs(desk):
    desk.describe(TICKETS.replace('opened_at = "opened"\n', ""))

    with pytest.raises(ConfigError, match="opened_at"):
        desk.run()


def test_another_run_at_the_same_time_is_refused(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    with desk.store.writing(), pytest.raises(StoreBusy):
        desk.run()


@pytest.mark.slow
def test_small_batches_and_one_large_give_the_same_facts(desk, tmp_path):
    lines = [f"T{number % 700},2025-03-03 09:00,Zalaegerszeg,ADO,P3,,,{number},{number % 7}" for number in range(1000)]
    desk.deliver("tickets/a.csv", HEAD, *lines, "T9,never,,,,,,,")

    report = desk.run(rows_per_batch=60)

    assert all_became(report) == [{"read": 1001, "loaded_new": 700, "duplicate": 300, "quarantined": 1}]
    assert desk.tickets("ticket_id", "source_version") == sorted(
        ((f"T{number % 700}", number) for number in range(300, 1000)), key=repr
    )


@pytest.mark.slow
def test_many_small_files_add_up_one_by_one(desk):
    for number in range(60):
        desk.deliver(
            f"tickets/{number:03}.csv", HEAD, f"T{number},2025-03-03,,,,,,,", "TX,2025-03-03,,,,,,,", ",,,,,,,,"
        )

    report = desk.run()

    assert added_up(report.inputs)
    assert sum(taken.counts.loaded_new for taken in report.inputs) == 61
    assert {taken.counts.quarantined for taken in report.inputs} == {1}
    with desk.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(fact_ticket)) == 61


def test_sources_of_one_job_may_deliver_different_columns(desk):
    other = TICKETS.replace('"desk"', '"other"').replace("tickets/*", "other/*") + 'satisfaction = "stars"\n'
    desk.describe(TICKETS + other)
    desk.deliver("tickets/a.csv", HEAD, ONE)
    desk.deliver("other/a.csv", "id,opened,stars", "T1,2025-03-03,4")

    first, full = desk.run(), desk.run(full=True)

    assert all_became(first) == [{"read": 1, "loaded_new": 1}] * 2
    assert all_became(full) == [{"read": 1, "unchanged": 1}] * 2
    assert desk.tickets("source", "category", "satisfaction") == [("desk", "a", None), ("other", None, 4)]


def test_a_column_that_is_delivered_no_more_is_a_change(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE)
    desk.run()
    desk.deliver("tickets/a.csv", HEAD.removesuffix(",category"), ONE.removesuffix(",a"))

    assert all_became(desk.run()) == [{"read": 1, "loaded_changed": 1}]
    assert desk.tickets("category") == [(None,)]


def test_characters_that_no_text_should_hold_do_not_stop_a_run(desk):
    desk.deliver("tickets/a.csv", HEAD, ONE, "T9,2025-03-03,Kom\x00ló,ADO,P3,,,,b\x00c", "T8,2025-03-03,,,,,,,\x1b[31m")

    report = desk.run()

    assert report.status == "published"
    assert added_up(report.inputs)
