"""The matrix on a day, its gaps over the whole history, and who answers for figures from before a change."""

from contextlib import closing
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from data.cli import app
from data.errors import AspError
from data.matrix import Matrix, Row, cell, gaps, periods_without_one, read_matrix
from data.metrics.catalogue import METRICS
from data.metrics.measure import accountable
from data.metrics.responsibility import accountable_actor
from data.reference_import import import_table
from data.schema import UNKNOWN, responsibility

FIRST = date(2025, 1, 1)
D = date(2026, 4, 1)
DAYS = st.integers(0, 60).map(lambda count: FIRST + timedelta(days=count))


def row(actor="nisz", raci="A", service="*", first=FIRST, end=None, process="incident_management"):
    return Row(process, service, actor, raci, first, end, "")


def matrix_of(*rows, processes=("incident_management",), actors=("nisz", "menedzsment")):
    return Matrix(
        rows,
        pd.DataFrame({"process_id": list(processes), "stage": "service_operation"}),
        pd.DataFrame({"service_id": ["ADO", "C01_VIRT"], "kind": ["application", "component"]}),
        pd.DataFrame({"actor_id": list(actors), "actor_type": "it_provider"}),
    )


def kinds(found):
    return [one.kind for one in found if not one.is_note]


def test_a_services_own_rows_replace_everyones_all_letters_together():
    rows = [row("nisz", "A"), row("nisz", "R"), row("menedzsment", "I"), row("operator_ado", "A", "ADO"),
            row("operator_ado", "R", "ADO")]  # fmt: skip

    assert cell(rows, "ADO", FIRST).letters == {"operator_ado": "RA"}
    assert cell(rows, "C01_VIRT", FIRST).letters == {"nisz": "RA", "menedzsment": "I"}
    assert cell(rows, "C01_VIRT", FIRST).accountable == ("nisz",)


def test_own_rows_without_an_accountable_actor_leave_everyones_in_charge_and_are_noted():
    rows = (row("nisz", "A"), row("nisz", "R"), row("operator_ado", "R", "ADO"))

    assert cell(rows, "ADO", FIRST).accountable == ("nisz",)
    assert [one.kind for one in gaps(matrix_of(*rows, actors=("nisz",)))] == ["borrowed_accountable"]


def test_the_days_between_two_rows_are_a_gap_and_the_days_of_both_are_another():
    apart = [row("nisz", end=date(2025, 3, 1)), row("menedzsment", first=date(2025, 3, 11))]
    both = [row("nisz", end=date(2025, 3, 11)), row("menedzsment", first=date(2025, 3, 1))]

    (found,) = periods_without_one(apart, "*")
    assert (found.kind, found.first, found.last) == ("no_accountable", date(2025, 3, 1), date(2025, 3, 10))
    (found,) = periods_without_one(both, "*")
    assert (found.kind, found.first, found.last) == ("two_accountable", date(2025, 3, 1), date(2025, 3, 10))
    assert found.actors == ("menedzsment", "nisz")
    assert periods_without_one([row("nisz", end=D), row("menedzsment", first=D)], "*") == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["nisz", "menedzsment"]), DAYS, st.none() | DAYS), min_size=1, max_size=5))
def test_gaps_are_those_of_a_walk_through_every_day(drawn):
    rows = [row(actor, first=first, end=end) for actor, first, end in drawn]
    found = periods_without_one(rows, "*", FIRST)

    for day in (FIRST + timedelta(days=count) for count in range(70)):
        holders = {
            one.actor_id for one in rows if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        }
        here = [one for one in found if one.first <= day and (one.last is None or day <= one.last)]
        expected = {0: ["no_accountable"], 1: [], 2: ["two_accountable"]}[len(holders)]
        assert [one.kind for one in here] == expected


@pytest.mark.parametrize(
    ("rows", "processes", "expected"),
    [
        ([row(), row(raci="R")], ["incident_management"], []),
        ([row()], ["incident_management"], ["no_responsible"]),
        ([row(), row(raci="R")], ["incident_management", "event_management"], ["no_accountable"]),
        ([row(end=D), row(first=date(2026, 3, 1)), row(raci="R")], ["incident_management"], ["overlap"]),
        ([row(), row(raci="R"), row("menedzsment", "A", "ADO"), row("nisz", "A", "ADO"), row(raci="R", service="ADO")],
         ["incident_management"], ["two_accountable"]),
    ],
)  # fmt: skip
def test_each_kind_of_gap_is_found(rows, processes, expected):
    assert kinds(gaps(matrix_of(*rows, processes=processes))) == expected


def test_figures_without_a_process_or_an_owner_are_gaps():
    figures = [METRICS["sla_resolution_rate"], METRICS["change_success_rate"]]
    found = gaps(matrix_of(row(end=D), row(raci="R")), figures)

    assert [(one.kind, one.metric_id) for one in found if one.metric_id] == [
        ("unknown_process", "change_success_rate"),
        ("unowned_metric", "sla_resolution_rate"),
    ]


def test_who_is_accountable_and_never_does_the_work_is_a_note():
    found = gaps(matrix_of(row("menedzsment", "A"), row("nisz", "R")))

    assert [(one.kind, one.actors) for one in found] == [("accountable_only", ("menedzsment",))]


def test_the_packaged_matrix_has_no_gap(connection):
    found = gaps(read_matrix(connection), list(METRICS.values()))

    assert kinds(found) == []


def test_a_day_that_nobody_is_named_for_falls_to_the_newest_owner_and_then_to_nobody(connection):
    process = METRICS["sla_resolution_rate"].process
    assert accountable_actor(connection, process, None, date(1999, 1, 1)) == accountable_actor(connection, process)

    connection.execute(delete(responsibility).where(responsibility.c.process_id == process))
    assert accountable_actor(connection, process, None, FIRST) == UNKNOWN
    assert accountable(connection, METRICS["sla_resolution_rate"], None, FIRST)["actor_id"] == UNKNOWN


# --- a change from a day --------------------------------------------------------------------------------------------


def packaged(store):
    with store.reading() as connection:
        return pd.read_sql(select(responsibility), connection)


def changed(frame):
    """NISZ no longer answers for incidents of everything from D on: the management does."""
    old = (frame["process_id"] == "incident_management") & (frame["service_id"] == "*") & (frame["raci"] == "A")
    assert old.sum() == 1
    new = frame[old].assign(actor_id="menedzsment", valid_from=D.isoformat(), valid_to="")
    ended = frame.assign(valid_to=frame["valid_to"].where(~old, D.isoformat()))
    return pd.concat([ended, new])


def imported(store, frame, path):
    frame.to_csv(path, index=False)
    with store.writing() as session:
        return import_table(session, "responsibility", path)


def owners(store):
    with store.reading() as connection:
        return [
            accountable(connection, METRICS["sla_resolution_rate"], "C01_VIRT", day)["actor_id"]
            for day in (date(2025, 6, 30), D - timedelta(days=1), D, None)
        ]


def test_figures_from_before_a_change_keep_their_owner(store, tmp_path):
    before = owners(store)[0]
    imported(store, changed(packaged(store)), tmp_path / "whole.csv")

    assert before == "nisz"
    assert owners(store) == ["nisz", "nisz", "menedzsment", "menedzsment"]
    with store.reading() as connection:
        assert kinds(gaps(read_matrix(connection), list(METRICS.values()))) == []


def test_a_file_of_the_new_matrix_alone_leaves_the_days_before_it_as_they_were(store, tmp_path):
    whole = changed(packaged(store))
    new = whole[whole["valid_to"].isna() | (whole["valid_to"] == "")].assign(valid_from=D.isoformat())
    imported(store, new, tmp_path / "new.csv")

    assert owners(store) == ["nisz", "nisz", "menedzsment", "menedzsment"]
    with store.reading() as connection:
        assert read_matrix(connection).change_days() == [date(2017, 1, 1), D]


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (date(2026, 4, 11), "0 accountable actors (A) for service * from 2026-04-01 to 2026-04-10"),
        (date(2026, 3, 22), "2 accountable actors (A) for service * from 2026-03-22 to 2026-03-31"),
    ],
)
def test_a_file_with_a_day_that_has_none_or_two_is_refused(duckdb_store, tmp_path, begins, said):
    frame = changed(packaged(duckdb_store))
    frame.loc[frame["actor_id"].eq("menedzsment") & frame["valid_from"].astype(str).eq(D.isoformat()), "valid_from"] = (
        begins.isoformat()
    )

    with pytest.raises(AspError) as refused:
        imported(duckdb_store, frame, tmp_path / "wrong.csv")

    assert f"incident_management has {said}; expected exactly one." in str(refused.value)
    assert owners(duckdb_store)[-1] == "nisz"


def test_the_check_ends_with_1_where_there_is_a_gap(duckdb_store, tmp_path, monkeypatch):
    folder = tmp_path / "reporting"
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{folder}")
    assert CliRunner().invoke(app, ["responsibility", "check"]).exit_code == 0

    with duckdb_store.writing() as session:
        wrong = (responsibility.c.process_id == "incident_management") & (responsibility.c.raci == "A")
        session.connection.execute(update(responsibility).where(wrong).values(valid_to=D))
    with closing(duckdb_store):
        done = CliRunner().invoke(app, ["responsibility", "check"])

    assert done.exit_code == 1
    assert "gap: incident_management, *, from 2026-04-01: nobody is accountable" in done.output
    assert "sla_resolution_rate" in done.output
