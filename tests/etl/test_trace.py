"""Tracing a row: its versions and what changed, its events, rows of that key set aside, the way to file and line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from data.schema import etl_run, fact_ticket
from data.store import Store
from etl.analyst.trace import Trace, trace, trace_quarantined
from etl.config import load_sources
from etl.pipeline import Options, run_job
from etl.quarantine import discard
from etl.retry import retry
from etl.settings import Settings

CONFIG = """
[[source]]
name = "desk"
job = "tickets"
record = "ticket"
path = "tickets*.csv"
[source.fields]
ticket_id = "Jegy"
opened_at = "Nyitva"
priority = "Prioritás"
status = "Állapot"
closed_at = "Lezárva"

[[source]]
name = "log"
system = "desk"
job = "tickets"
record = "event"
path = "log*.csv"
[source.fields]
ticket_id = "Jegy"
event_id = "Sor"
event_at = "Mikor"
status = "Állapot"

[[source]]
name = "joined"
job = "contracts"
record = "contract"
path = "contracts*.csv"
[source.fields]
contract_id = "id"
contract_kind = { value = "joining" }
valid_to = "until"

[[source]]
name = "services"
system = "joined"
job = "contracts"
record = "contract_service"
path = "services*.csv"
[source.fields]
contract_id = "id"
service = "service"
live_on = "live"
"""
TICKETS = "Jegy,Nyitva,Prioritás,Állapot,Lezárva"
OPEN = "T1,2025-03-03 09:00,P3,open,"
CLOSED = "T1,2025-03-03 09:00,P3,closed,2025-03-04 09:00"


class Desk:
    """Deliveries to a store, one after the other."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store
        (folder / "sources.toml").write_text(CONFIG, "utf-8")

    def sources(self):
        return load_sources(self.folder / "sources.toml", Settings(_env_file=None, person_key="a key, long enough"))

    def load(self, job: str, **files: list[str]) -> int:
        """Write files of lines and run the job; the run's number."""
        for name, lines in files.items():
            (self.folder / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        described = [one for one in self.sources() if any(self.folder.glob(one.path[0]))]
        return run_job(self.store, job, described, self.folder, Options()).run_id

    def trace(self, *arguments) -> Trace:
        with self.store.reading() as connection:
            return trace(connection, *arguments)


@pytest.fixture
def desk(tmp_path, store) -> Desk:
    return Desk(tmp_path, store)


@pytest.fixture
def duckdb_desk(tmp_path, duckdb_store) -> Desk:
    return Desk(tmp_path, duckdb_store)


def test_versions_say_what_changed_and_where_each_came_from(desk):
    first = desk.load("tickets", tickets=[TICKETS, OPEN])
    second = desk.load("tickets", tickets2=[TICKETS, "T9,2025-03-03,P1,open,", CLOSED])

    (history,) = desk.trace("ticket", "T1").rows

    one, two = history.versions
    assert history.key == {"system": "desk", "ticket_id": "T1"}
    assert not history.withdrawn
    assert (one.run, one.until_run, one.ended, one.input, one.line) == (first, second, "superseded", "tickets.csv", 2)
    assert (two.run, two.until_run, two.ended, two.input, two.line) == (second, None, None, "tickets2.csv", 3)
    assert one.changed["status"] == (None, "open")
    assert two.changed["status"] == ("open", "closed")
    assert "priority" not in two.changed


def test_events_stand_in_the_order_they_happened_with_their_inputs(desk):
    head = "Jegy,Sor,Mikor,Állapot"
    desk.load("tickets", tickets=[TICKETS, OPEN], log=[head, "T1,2,2025-03-04 09:00,closed", "T2,7,2025-03-04,open"])
    later = desk.load("tickets", log2=[head, "T1,1,2025-03-03 09:00,open"])

    found = desk.trace("ticket", "T1")

    assert [history.key["event_id"] for history in found.more] == ["1", "2"]
    assert [(one.versions[0].input, one.versions[0].line) for one in found.more] == [("log2.csv", 2), ("log.csv", 2)]
    assert found.more[0].versions[0].run == later
    assert set(found.runs) >= {later}


def test_a_row_that_its_source_no_longer_has_is_withdrawn(desk):
    first = desk.load("tickets", tickets=[TICKETS, OPEN])
    with desk.store.writing() as session:
        gone = session.run_id
        session.connection.execute(update(fact_ticket).values(superseded_run=gone))
        session.connection.execute(insert(etl_run).values(run_id=gone, job="tickets", status="published"))

    (history,) = desk.trace("ticket", "T1").rows

    assert history.withdrawn
    assert [(one.run, one.until_run, one.ended) for one in history.versions] == [(first, gone, "withdrawn")]


def test_a_row_that_came_back_says_so(desk):
    desk.load("tickets", tickets=[TICKETS, OPEN])
    with desk.store.writing() as session:
        gone = session.run_id
        session.connection.execute(update(fact_ticket).values(superseded_run=gone))
        session.connection.execute(insert(etl_run).values(run_id=gone, job="tickets", status="published"))
    desk.load("tickets", tickets3=[TICKETS, OPEN, "T2,2025-03-03,P1,open,"])

    (history,) = desk.trace("ticket", "T1").rows

    assert [one.ended for one in history.versions] == ["withdrawn", None]
    assert history.versions[1].changed == {}


def test_a_contract_comes_with_its_services(desk):
    desk.load("contracts", contracts=["id,until", "C1,2030-01-01"], services=["id,service,live", "C1,ADO,2020-01-01"])

    found = desk.trace("contract", "C1")

    assert [history.fact for history in (*found.rows, *found.more)] == ["fact_contract", "fact_contract_service"]
    assert found.more[0].key["service_id"] == "ADO"


def test_rows_of_the_key_set_aside_are_shown_whatever_became_of_them(desk):
    desk.load("tickets", tickets=[TICKETS, OPEN, "T1,2025-03-05,P9,open,", " T1 ,never,P1,open,", "T12,x,P1,open,"])
    with desk.store.writing() as session:
        discard(session, [1], "a test")

    found = desk.trace("ticket", "T1")

    assert [(row.line, row.status, row.note) for row in found.quarantined] == [
        (3, "discarded", "a test"),
        (4, "open", None),
    ]
    assert found.quarantined[0].reasons == ["priority (\"Prioritás\") is 'P9'; expected one of P1, P2, P3, P4."]
    assert found.quarantined[0].columns_of("T1") == ["Jegy"]


def test_a_row_mended_in_quarantine_leads_back_to_its_line(desk):
    first = desk.load("tickets", tickets=[TICKETS, "T1,2025-03-05,P9,open,"])
    mended = {"Jegy": "T1", "Nyitva": "2025-03-05", "Prioritás": "P1", "Állapot": "open", "Lezárva": None}
    again = retry(desk.store, desk.sources(), {1: mended}).run_id

    with desk.store.reading() as connection:
        found = trace_quarantined(connection, 1)

    (version,) = found.rows[0].versions
    assert found.quarantined[0].status == "retried"
    assert (version.run, version.delivered_run, version.input, version.line) == (again, first, "tickets.csv", 2)
    assert set(found.runs) == {first, again}


def test_a_key_of_several_systems_shows_them_all_or_the_one_asked_for(desk):
    desk.load("tickets", tickets=[TICKETS, OPEN])
    (desk.folder / "sources.toml").write_text(CONFIG.replace('name = "desk"', 'name = "other"', 1), "utf-8")
    desk.load("tickets", tickets=[TICKETS, CLOSED])

    assert [one.key["system"] for one in desk.trace("ticket", "T1").rows] == ["desk", "other"]
    assert [one.key["system"] for one in desk.trace("ticket", "T1", "other").rows] == ["other"]
    assert not desk.trace("ticket", "T1", "nobody").found


@pytest.mark.parametrize(
    ("asked", "near"),
    [("inc001234", "INC001234"), ("INC001235", "INC001234"), ("1234", "INC001234"), ("00INC001234", "INC001234")],
)
def test_a_key_not_found_is_answered_with_keys_that_look_like_it(desk, asked, near):
    desk.load("tickets", tickets=[TICKETS, OPEN.replace("T1", "INC001234"), OPEN.replace("T1", "CHG000001")])

    found = desk.trace("ticket", asked)

    assert not found.found
    assert found.near[0] == {"system": "desk", "key": near}


@pytest.mark.parametrize("asked", ["100%", "a_b", "", "'; drop table fact_ticket; --"])
def test_keys_of_any_letters_are_only_keys(desk, asked):
    desk.load("tickets", tickets=[TICKETS, OPEN])

    assert desk.trace("ticket", asked).near == []


@pytest.mark.slow
class TestCommand:
    """`asp-etl trace`."""

    @pytest.fixture
    def command(self, duckdb_desk, monkeypatch, etl_command):
        monkeypatch.chdir(duckdb_desk.folder)
        monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_desk.store.folder}")
        duckdb_desk.load("tickets", tickets=[TICKETS, OPEN, "T1,2025-03-05,P9,open,"])
        duckdb_desk.load("tickets", tickets2=[TICKETS, CLOSED])
        return etl_command

    def test_people_find_file_line_run_and_change(self, command):
        code, out, _ = command("trace", "--ticket", "T1")

        assert code == 0
        for told in (
            "tickets.csv, line 2",
            "tickets2.csv, line 2",
            "open -> closed",
            "superseded by run",
            "quarantine 1",
        ):
            assert told in out

    def test_programs_find_the_same(self, command):
        found = json.loads(command("trace", "--ticket", "T1", "--json")[1])

        assert set(found) == {"what", "key", "found", "rows", "more", "quarantined", "runs", "municipalities", "near"}
        one, two = found["rows"][0]["versions"]
        assert (one["current"], two["current"], two["changed"]["status"]) == (False, True, ["open", "closed"])
        assert {one["run"], two["run"]} <= {run["run"] for run in found["runs"]}

    def test_a_row_set_aside_is_shown_as_delivered(self, command):
        code, out, _ = command("trace", "--quarantine", "1")

        assert code == 0
        assert "Prioritás" in out

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (("--ticket", "T11"), 1, "T1 (desk)"),
            (("--quarantine", "99"), 1, "no row 99"),
            ((), 2, ""),
            (("--ticket", "T1", "--contract", "C1"), 2, ""),
        ],
    )
    def test_how_it_ends_when_there_is_nothing_to_show(self, command, arguments, code, told):
        ended, out, _ = command("trace", *arguments)

        assert (ended, told in out) == (code, True)
