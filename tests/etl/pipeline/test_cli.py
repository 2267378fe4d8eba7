"""asp-etl: what it prints, and how it ends."""

import json
import sys
from datetime import datetime

import pytest
from sqlalchemy import select

from data.schema import metric_cell, municipality_alias
from etl import cli

from .conftest import Desk

pytestmark = pytest.mark.slow

HEAD = "id,opened,where,service,priority"
GOOD = "T1,2025-03-03 09:00,Komló,ADO,P3"
BAD = "T2,2025-03-03 09:00,Komló,ADO,P9"


@pytest.fixture
def command(duckdb_desk: Desk, monkeypatch, capsys):
    """Runs asp-etl in the folder of deliveries: exit code, stdout, stderr."""
    monkeypatch.chdir(duckdb_desk.folder)
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_desk.store.folder}")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["asp-etl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


@pytest.mark.parametrize(
    ("lines", "code"),
    [([HEAD, GOOD], 0), ([HEAD, GOOD, BAD], 3), (["other,columns", "1,2"], 1)],
    ids=["all well", "rows set aside", "unreadable"],
)
def test_the_exit_code_tells_how_a_run_ended(duckdb_desk, command, lines, code):
    duckdb_desk.deliver("tickets/a.csv", *lines)

    assert command("run", "tickets")[0] == code


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        (datetime(2026, 10, 25), datetime(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours long
        (datetime(2026, 7, 1), None, "2026-06-30T22:00", None),
        (None, datetime(2026, 1, 31), None, "2026-01-31T23:00"),
    ],
)
def test_a_backfill_covers_whole_days_of_budapest(since, until, first, last):
    window = cli._window(since, until)

    shown = [day and day.isoformat(timespec="minutes").removesuffix("+00:00") for day in (window.since, window.until)]
    assert shown == [first, last]


def test_a_backfill_of_files_says_that_it_reads_live_sources(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD)

    code, _, told = command("run", "tickets", "--from", "2026-01-01")

    assert (code, "none is described" in told) == (1, True)


def test_a_source_that_is_not_described_is_named(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD)

    code, _, told = command("run", "tickets", "--source", "nobody")

    assert (code, "no source is named 'nobody'" in told) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [("run", "tickets", "--from", "2026-02-02", "--to", "2026-02-01"),
     ("run", "weather"), ("run",), ("run", "tickets", "--sideways"), ("quarantine", "list", "--status", "lost"),
     ("quarantine", "discard", "1", "--reason", " "), ("status", "--limit", "0")],
)  # fmt: skip
def test_wrong_usage_is_two(command, arguments):
    assert command(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "tickets", "--config", "nowhere.toml"), "nowhere.toml"),
        (("quarantine", "export", "rows.pdf"), "rows.pdf"),
        (("quarantine", "discard", "9", "--reason", "none"), "no open row 9"),
        (("alias", "add", "Komlo", "99999"), "99999"),
    ],
)
def test_an_error_is_told_without_a_traceback(command, arguments, told):
    code, _, err = command(*arguments)

    assert code == 1
    assert err.splitlines()[-1].startswith("error: ")
    assert told in err
    assert "Traceback" not in err


def test_a_run_while_another_is_writing_fails(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD)
    with duckdb_desk.store.writing():
        code, _, err = command("run", "tickets")

    assert (code, "another run is writing" in err) == (1, True)


def test_json_has_the_agreed_keys_and_nothing_else_is_on_stdout(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD, BAD)

    _, out, _ = command("run", "all", "--json")

    (run,) = json.loads(out)
    assert {"run", "job", "status", "started_at", "finished_at", "inputs"} <= set(run)
    assert (run["job"], run["status"], run["started_at"][-1]) == ("tickets", "published", "Z")
    agreed = ("source", "input", "read", "new", "changed", "unchanged", "duplicate", "quarantined")
    assert [run["inputs"][0][name] for name in agreed] == ["desk", "tickets/a.csv", 2, 1, 0, 0, 0, 1]
    status = json.loads(command("status", "--json")[1])
    assert status[0] == run
    assert [one["run"] for one in status] == sorted((one["run"] for one in status), reverse=True)


def test_quarantine_from_list_to_retry(duckdb_desk, command, tmp_path):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD, BAD)
    command("run", "tickets")

    (row,) = json.loads(command("quarantine", "list", "--json")[1])
    assert {"id", "run", "source", "input", "line", "reasons", "row"} <= set(row)
    assert (row["line"], row["row"]["id"]) == (3, "T2")
    file = tmp_path / "rows.csv"
    assert command("quarantine", "export", file)[0] == 0
    file.write_text(file.read_text("utf-8-sig").replace("Komló,ADO,P9", "Komló,ADO,P2"), "utf-8")

    code, out, _ = command("quarantine", "retry", "--file", file, "--json")

    assert (code, json.loads(out)[0]["inputs"][0]["new"]) == (0, 1)
    assert json.loads(command("quarantine", "list", "--json")[1]) == []
    assert [one["status"] for one in json.loads(command("quarantine", "list", "--json", "--status", "all")[1])] == [
        "retried"
    ]


def test_discarding_says_how_many(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, BAD)
    command("run", "tickets")

    assert "1 rows discarded" in command("quarantine", "discard", "1", "--reason", "a test")[1]
    assert command("quarantine", "retry")[0] == 0


def test_check_tells_what_would_happen_and_loads_nothing(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD, BAD, BAD.replace("P9", "P7"))
    before = duckdb_desk.store.snapshot_id()

    code, out, _ = command("check", "tickets", "--json")

    (found,) = json.loads(out)
    assert (code, found["rows"], found["good"]) == (3, 3, 1)
    assert found["columns"]["opened_at"] == {"type": "time", "column": "opened", "filled": 3}
    (problem,) = found["problems"].values()
    assert (problem["rows"], problem["lines"]) == (2, [3, 4])
    assert command("check")[0] == 3
    assert duckdb_desk.store.snapshot_id() == before


def test_a_name_that_did_not_match_can_be_given_an_alias(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD.replace("Komló", "Komoro"))
    command("run", "tickets")

    (name,) = json.loads(command("unmatched", "--json")[1])
    assert (name["name"], name["how"], len(name["candidates"])) == ("Komoro", "ambiguous", 2)
    code = name["candidates"][0].split()[0]
    assert command("alias", "add", "Komoro", code)[0] == 0
    assert [one["municipality_id"] for one in json.loads(command("alias", "list", "--json")[1])] == [code]

    command("run", "tickets", "--full")

    assert duckdb_desk.tickets("municipality_id") == [(code,)]
    assert json.loads(command("unmatched", "--json")[1]) == []
    with duckdb_desk.store.reading() as connection:
        assert connection.scalar(select(municipality_alias.c.alias)) == "komoro"


def test_tables_are_printed_for_people(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD, BAD)

    assert "published" in command("run", "tickets")[1]
    for arguments in (["status"], ["quarantine", "list"], ["unmatched"], ["alias", "list"]):
        code, out, _ = command(*arguments)
        assert (code, bool(out)) == (0, True)


def test_dry_run_prints_the_counts(duckdb_desk, command):
    duckdb_desk.deliver("tickets/a.csv", HEAD, GOOD)

    _, out, _ = command("run", "tickets", "--dry-run", "--json")

    assert json.loads(out)[0]["inputs"][0]["new"] == 1
    assert duckdb_desk.tickets("ticket_id") == []


@pytest.mark.usefixtures("with_cells")
def test_demo_sources_load(duckdb_desk, command):
    assert (
        command("demo", "--out", "demo", "--months", "2", "--seed", "5", "--tickets", "60", "--municipalities", "20")[0]
        == 0
    )

    code, out, _ = command("run", "all", "--config", "demo/sources.toml", "--json")

    assert code in (0, 3)
    assert [run["job"] for run in json.loads(out)] == ["tickets", "usage", "budget", "training", "contracts"]
    with duckdb_desk.store.reading() as connection:
        assert set(connection.scalars(select(metric_cell.c.metric_id))) > {"ticket_count", "appropriated_huf"}
