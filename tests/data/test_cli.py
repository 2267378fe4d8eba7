"""asp-data as a person uses it: what it prints, and how it ends."""

import json

import pandas as pd
import pytest
from sqlalchemy import text

from data.cli import main
from data.metrics.catalogue import METRICS
from data.migrate import newest_revision
from data.schema import fact_ticket
from data.selection import Selection


@pytest.fixture
def asp_data(duckdb_store, monkeypatch, capsys, tmp_path):
    """Runs a command on a prepared database; gives exit code, standard output and standard error."""
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_store.folder}")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["asp-data", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def test_a_figure_is_one_object_per_cell(asp_data, duckdb_store):
    ticket = {
        "municipality_id": "01508", "source": "desk", "ticket_type": "incident", "service_id": "ADO",
        "actor_id": "nisz", "priority": "P3", "opened_at": pd.Timestamp("2025-01-07 09:00"),
        "opened_on": pd.Timestamp("2025-01-07").date(), "input_id": 1, "loaded_run": 1,
    }  # fmt: skip
    with duckdb_store.writing() as session:
        rows = pd.DataFrame([ticket | {"ticket_id": str(number)} for number in range(3)])
        session.load_frame(fact_ticket.name, rows)
        session.connection.exec_driver_sql(
            "INSERT INTO etl_run (run_id, job, status) VALUES (99, 'tickets', 'published')"
        )
        session.connection.exec_driver_sql(
            "INSERT INTO etl_input (input_id, run_id, source, system, input, status, newest_at)"
            " VALUES (99, 99, 'desk', 'desk', 'a.csv', 'loaded', '2025-12-31')"
        )

    code, out, _ = asp_data(
        "metric", "SD01", "--by", "month,service_id", "--where", "county=Nógrád", "--format", "json"
    )

    assert code == 0
    assert json.loads(out) == [
        {"month": "2025-01", "service": "ADO", "numerator": 3, "denominator": 1, "n": 3, "value": 3.0}
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["metric", "no_such"], "asp-data metrics"),
        (["metric", "IN01", "--by", "colour"], "choose from day"),
        (["metric", "IN01", "--where", "county=Zalla"], "Did you mean Zala"),
        (["metric", "IN01", "--where", "service=ADÓ"], "Did you mean ADO"),
        (["metric", "IN01", "--where", "colour=red"], "expected KEY=VALUE"),
        (["metric", "IN01", "--where", "priority=P9"], "P9"),
        (["metric", "IN01", "--as-of", "99"], "no run 99"),
        (["metric", "IN01", "--from", "2026-13"], "2026-13"),
    ],
)
def test_what_cannot_be_asked_is_said_and_ends_with_2(asp_data, arguments, says):
    code, out, err = asp_data(*arguments)

    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_the_catalogue_names_one_accountable_actor_each(asp_data):
    code, out, _ = asp_data("metrics", "--json")

    described = {one["id"]: one for one in json.loads(out)}
    assert code == 0
    assert set(described) == set(METRICS)
    assert all(one["accountable"]["actor_id"] for one in described.values())


def test_the_catalogue_can_be_read_before_anything_is_published(asp_data, monkeypatch, tmp_path):
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{tmp_path}/none")

    code, out, _ = asp_data("metrics", "--json")

    assert code == 0
    assert {one["accountable"]["actor_id"] for one in json.loads(out)} >= {"nisz", "menedzsment"}


@pytest.mark.parametrize(("at", "says"), [("0001", "run `asp-data init`"), ("9999", "a newer version has written it")])
def test_a_database_of_another_migration_is_named_with_what_to_do(asp_data, duckdb_store, at, says):
    with duckdb_store.writing() as session:
        session.connection.execute(text(f"UPDATE alembic_version SET version_num = '{at}'"))

    code, out, error = asp_data("metric", "sla_resolution_rate")

    assert (code, out) == (1, "")
    assert f"is at migration {at}, this version wants {newest_revision()}" in error
    assert says in error


def test_a_reference_table_is_written_edited_and_read_back(asp_data, tmp_path):
    assert asp_data("reference", "export", "sla_target", "targets.csv")[0] == 0
    assert asp_data("reference", "export", "sla_target", "targets.csv")[0] == 1, "a file is never overwritten"

    code, out, _ = asp_data("reference", "import", "sla_target", "targets.csv")

    assert code == 0
    assert "20 rows" in out


def test_snapshots_and_rollback(asp_data, duckdb_store):
    with duckdb_store.writing() as session:
        session.connection.exec_driver_sql("UPDATE etl_run SET message = 'second'")

    newest, first = json.loads(asp_data("snapshots", "--json")[1])
    assert newest["current"]
    assert asp_data("rollback")[1] == f"published: {first['id']}\n"
    assert asp_data("init")[1].endswith("already up to date\n")


def test_a_selection_of_everything_is_no_filter():
    assert Selection.from_query({}).to_query() == {}


def test_signals_say_that_nothing_can_be_judged_without_data(asp_data):
    code, out, _ = asp_data("signals", "--metric", "IN01", "--metric", "SD01", "--format", "json")

    assert code == 0
    assert [(one["id"], one["variation"], one["period"]) for one in json.loads(out)] == [
        ("sla_resolution_rate", "too_early", None),
        ("ticket_count", "too_early", None),
    ]


def test_signals_of_a_service_are_printed_in_each_form(asp_data):
    asked = ("signals", "--metric", "IN01", "--service", "ADO", "--service", "GAZD")

    assert [one["accountable"] for one in json.loads(asp_data(*asked, "--format", "json")[1])] == [
        "operator_ado",
        "operator_gazd",
    ]
    csv = asp_data(*asked, "--format", "csv")[1].splitlines()
    assert csv[0].startswith("id,service,period,value,centre,lower,upper,variation,side,rules,assurance,target")
    assert csv[1].startswith("sla_resolution_rate,ADO,,,,,,too_early,")
    assert asp_data(*asked)[0] == 0


def test_signals_of_what_is_not_known_are_refused(asp_data):
    assert asp_data("signals", "--service", "NOWHERE")[0] == 2
    assert asp_data("signals", "--metric", "no_such_rate")[0] == 2
