"""The real extracts beside the project, loaded through the commands, against figures recomputed here without them.

Nothing of the project computes what is expected: the files are read with csv, json and openpyxl. The jobs run once per
engine and every test looks at that store.
"""

import csv
import gzip
import json
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy import Table, func, select
from typer.testing import CliRunner

from data import cli as data_cli
from data.reference_load import prepare
from data.schema import (
    UNKNOWN_MUNICIPALITY,
    dim_municipality,
    fact_budget,
    fact_contract,
    fact_ticket,
    fact_ticket_event,
    fact_training,
)
from data.store import open_store
from etl import cli as etl_cli
from etl.config import load_sources
from etl.pipeline import run_job
from etl.settings import Settings

CONFIG = Path(__file__).with_name("sources.toml")
SHARED = Path(__file__).parents[3] / "shared/data"
KEY = "a key for tests, long enough"
COUNTS = ("new", "changed", "unchanged", "duplicate", "quarantined")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real extracts (../shared/data) are not beside this checkout"),
]


class Loaded:
    """A store that all jobs have run on, and the commands that ask it."""

    def __init__(self, url: str) -> None:
        self.environment = {"ASP_REPORTING_URL": url, "ASP_PERSON_KEY": KEY}
        self.store = open_store(url)
        self.first = self._load_log_alone()
        self.runs = {run["job"]: run for run in self.etl("run", "all", "--config", str(CONFIG), code=3)}

    def _load_log_alone(self) -> dict[str, Any]:
        """The ServiceNow log before its re-saved variant, as a delivery of its own."""
        sources = load_sources(CONFIG, Settings(_env_file=None, person_key=KEY))
        prepare(self.store)
        log = [source for source in sources if source.name == "servicenow"]
        return run_job(self.store, "tickets", log, CONFIG.parent).as_json()

    def etl(self, *arguments: str, code: int = 0) -> Any:
        return self._asked(etl_cli.app, *arguments, "--json", code=code)

    def metric(self, name: str, *arguments: str) -> list[dict[str, Any]]:
        return self._asked(data_cli.app, "metric", name, *arguments, "--format", "json", code=0)

    def _asked(self, app: Any, *arguments: str, code: int) -> Any:
        result = CliRunner().invoke(app, arguments, env=self.environment)
        assert result.exit_code == code, result.stderr or result.exception
        return json.loads(result.stdout)

    def rows(self, fact: Table, source: str, *columns: str) -> list[tuple[Any, ...]]:
        """Current versions of a source."""
        wanted = select(*(fact.c[name] for name in columns))
        with self.store.reading() as connection:
            found = connection.execute(wanted.where(fact.c.source == source, fact.c.superseded_run.is_(None)))
            return [tuple(row) for row in found]

    def inputs(self, source: str) -> list[dict[str, Any]]:
        return [one for run in self.runs.values() for one in run["inputs"] if one["source"] == source]

    def counts(self, source: str) -> dict[str, int]:
        """Sums over the inputs of a source, without what is zero."""
        sums = {name: sum(one[name] for one in self.inputs(source)) for name in ("read", *COUNTS)}
        return {name: count for name, count in sums.items() if count}


@pytest.fixture(scope="session", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    if request.param == "duckdb":
        url = f"duckdb:///{tmp_path_factory.mktemp('real') / 'reporting'}"
    else:
        make: Callable[[str | None], Any] = request.getfixturevalue("new_postgres_database")
        url = make(None).render_as_string(hide_password=False)
    loaded = Loaded(url)
    yield loaded
    loaded.store.close()


# --- what the files say ---------------------------------------------------------------------------------------------


@cache
def table(path: str) -> list[dict[str, str]]:
    with gzip.open(SHARED / path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def final_states() -> dict[str, dict[str, str]]:
    """ServiceNow number -> its row with the highest version; of equals the last updated, then the last line."""
    found: dict[str, tuple[tuple[int, datetime], dict[str, str]]] = {}
    for row in table("tickets/incident_event_log.csv.gz"):
        order = int(row["sys_mod_count"]), minute(row["sys_updated_at"])
        if row["number"] not in found or order >= found[row["number"]][0]:
            found[row["number"]] = order, row
    return {number: row for number, (_, row) in found.items()}


def minute(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def in_utc(text: str) -> datetime | None:
    """An ISO time of the bank in UTC, without zone."""
    if not text:
        return None
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC).replace(tzinfo=None)


@cache
def award_files() -> list[list[dict[str, Any]]]:
    with tarfile.open(SHARED / "contracts/hu_kozbeszerzes_2018_2020.tar.gz") as archive:
        return [json.load(archive.extractfile(one), parse_float=Decimal) for one in archive if one.isreg()]  # type: ignore[arg-type]


@cache
def awards() -> dict[tuple[str, ...], dict[str, Any]]:
    """One row per contract: a consortium's stands in the file of each member."""
    keyed = ("link_notice", "procurement_title", "contract_value", "date")
    return {tuple(str(row[name]) for name in keyed): row for rows in award_files() for row in rows}


def forints(value: Any) -> int | None:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP)) if isinstance(value, Decimal) else None


# --- every input ----------------------------------------------------------------------------------------------------


def test_every_row_of_every_input_is_accounted_for(loaded):
    inputs = [one for run in [loaded.first, *loaded.runs.values()] for one in run["inputs"]]

    assert all(one["read"] == sum(one[name] for name in COUNTS) for one in inputs)
    assert all(run["status"] == "published" for run in loaded.runs.values())
    assert {one["status"] for one in inputs} == {"loaded", "skipped"}
    assert [one["source"] for one in inputs if one["skipped"]] == ["servicenow"]


def test_a_second_run_of_everything_skips_every_input(loaded):
    again = loaded.etl("run", "all", "--config", str(CONFIG))

    assert {one["status"] for run in again for one in run["inputs"]} == {"skipped"}


# --- tickets --------------------------------------------------------------------------------------------------------


def test_the_log_gives_its_tickets_with_their_final_verdict(loaded):
    stored = loaded.rows(fact_ticket, "servicenow", "ticket_id", "resolved_in_sla", "sla_basis")

    states = final_states()
    assert {ticket: verdict for ticket, verdict, _ in stored} == {
        number: row["made_sla"] == "true" for number, row in states.items()
    }
    assert len(stored) == len(states) == 20_769
    assert Counter(verdict for _, verdict, _ in stored) == {True: 12_595, False: 8_174}
    assert {basis for *_, basis in stored} == {"source"}


def test_times_and_counts_of_the_final_state_are_stored(loaded):
    stored = loaded.rows(
        fact_ticket, "servicenow", "ticket_id", "opened_at", "closed_at", "reassignment_count", "reopen_count"
    )

    # The one that never left "New" has the closing time of its future on every row.
    expected = {
        (number, minute(row["opened_at"]), None if row["incident_state"] == "New" else minute(row["closed_at"]),
         int(row["reassignment_count"]), int(row["reopen_count"]))
        for number, row in final_states().items()
    }  # fmt: skip
    assert set(stored) == expected


def test_the_rate_within_sla_by_month_adds_up_to_the_source(loaded):
    period = ("--from", "2016-01", "--to", "2017-12", "--where", "source=servicenow")

    (whole,) = loaded.metric("sla_resolution_rate", *period)
    months = loaded.metric("sla_resolution_rate", *period, "--by", "month")

    assert (whole["numerator"], whole["denominator"], whole["n"]) == (12_595, 20_769, 20_769)
    assert sum(one["numerator"] for one in months) == 12_595
    assert sum(one["denominator"] for one in months) == 20_769
    assert whole["value"] == pytest.approx(12_595 / 20_769)


def test_each_line_of_the_log_is_one_event(loaded):
    stored = loaded.rows(fact_ticket_event, "servicenow", "ticket_id", "event_at", "source_version")

    rows = table("tickets/incident_event_log.csv.gz")
    assert Counter(stored) == Counter(
        (row["number"], minute(row["sys_updated_at"]), int(row["sys_mod_count"])) for row in rows
    )


def test_the_resaved_log_changes_nothing_when_it_comes_later(loaded):
    assert (loaded.first["inputs"][0]["read"], loaded.first["inputs"][0]["new"]) == (119_998, 119_998)
    assert loaded.counts("servicenow_resaved") == {"read": 5_998, "unchanged": 5_998}
    with loaded.store.reading() as connection:
        for fact in (fact_ticket, fact_ticket_event):
            late = select(func.count()).where(fact.c.source == "servicenow", fact.c.loaded_run != loaded.first["run"])
            closed = select(func.count()).where(fact.c.superseded_run.is_not(None))
            assert connection.scalars(late.union_all(closed)).all() == [0, 0]


def test_cases_of_the_bank_have_their_times_in_utc(loaded):
    stored = loaded.rows(
        fact_ticket, "rabobank", "ticket_id", "opened_at", "resolved_at", "closed_at", "reopened_on",
        "reassignment_count",
    )  # fmt: skip

    cases = table("tickets/BPIC14_incident_case_attributes.csv.gz")
    # A case that was closed and gives no time of resolution counts as resolved when it was closed.
    expected = {
        (row["incident_id"], in_utc(row["open_time"]), in_utc(row["resolved_time"] or row["close_time"]),
         in_utc(row["close_time"]),
         date.fromisoformat(row["reopen_time"][:10]) if row["reopen_time"] else None, int(row["x_reassignments"]))
        for row in cases
    }  # fmt: skip
    assert len(stored) == len(cases) == 4_000
    assert set(stored) == expected
    assert sum(reopened is not None for *_, reopened, _ in stored) == 183
    assert sum(not row["resolved_time"] for row in cases) == 155


def test_activities_of_the_bank_are_all_there(loaded):
    stored = loaded.rows(fact_ticket_event, "rabobank", "event_id", "ticket_id", "event_at", "event_type")

    rows = table("tickets/BPIC14_incident_log.csv.gz")
    assert len(stored) == len(rows) == 39_911
    assert set(stored) == {
        (row["incident_activity_number"], row["incident_id"], in_utc(row["data_stamp"]), row["incident_activity_type"])
        for row in rows
    }


def test_damaged_hours_are_set_aside_with_the_reason_and_the_line(loaded):
    with (SHARED / "tickets/ITSM_data.csv").open(encoding="utf-8-sig", newline="") as file:
        damaged = list(csv.DictReader(file))

    aside = loaded.etl("quarantine", "list", "--source", "rabobank_damaged")

    assert loaded.counts("rabobank_damaged") == {"read": 40, "quarantined": 40}
    assert {(row["line"], row["row"]["Handle_Time_hrs"]) for row in aside} == {
        (line, row["Handle_Time_hrs"]) for line, row in enumerate(damaged, start=2)
    }
    assert all(f"'{row['row']['Handle_Time_hrs']}' is not a number" in row["reasons"][0] for row in aside)
    assert loaded.rows(fact_ticket, "rabobank_damaged", "ticket_id") == []


# --- contracts ------------------------------------------------------------------------------------------------------


def test_a_consortium_s_contract_is_counted_once(loaded):
    stored = loaded.rows(fact_contract, "awards", "contract_id", "signed_on", "value_huf")

    expected = awards()
    assert len(award_files()) == len(loaded.inputs("awards")) == 2_761
    assert loaded.counts("awards") == {"read": 30_938, "new": 30_938 - 2_406, "duplicate": 2_406}
    assert len(stored) == len(expected) == 28_532
    assert Counter((day, value) for _, day, value in stored) == Counter(
        (datetime.strptime(row["date"], "%d/%m/%Y").date(), forints(row["contract_value"])) for row in expected.values()
    )
    assert sum(value or 0 for *_, value in stored) == 9_342_196_172_188


def test_municipal_buyers_are_matched_and_the_others_listed(loaded):
    stored = dict(loaded.rows(fact_contract, "awards", "buyer", "municipality_id"))

    rows = Counter(row["contracting_authority"].strip() for rows in award_files() for row in rows)
    spellings = set(rows)
    municipal = {name for name in spellings if re.search("önkormányzat", name, re.IGNORECASE)}
    matched = {name for name in municipal if stored[name] != UNKNOWN_MUNICIPALITY}
    unmatched = {name for name in spellings if stored[name] == UNKNOWN_MUNICIPALITY}
    listed = {row["name"]: row["rows"] for row in loaded.etl("unmatched") if row["source"] == "awards"}
    assert set(stored) == spellings
    assert (len(municipal), len(matched)) == (1_922, 1_490)
    assert set(listed) == {name[:200] for name in unmatched}
    assert sum(listed.values()) == sum(rows[name] for name in unmatched)


def test_a_plain_name_means_its_own_municipality(loaded):
    """The register's name with the usual words after it, and nothing else."""
    words = r"(község|községi|nagyközség|nagyközségi|város|városi|megyei jogú város)"
    with loaded.store.reading() as connection:
        named = select(dim_municipality.c.name, dim_municipality.c.municipality_id)
        current = dim_municipality.c.valid_to.is_(None) & (dim_municipality.c.kind == "municipality")
        register = {name.lower(): code for name, code in connection.execute(named.where(current))}

    stored = dict(loaded.rows(fact_contract, "awards", "buyer", "municipality_id"))

    plain = {
        buyer: found[1]
        for buyer in stored
        if (found := re.fullmatch(rf"(.+?) {words} önkormányzata?", buyer.lower())) and found[1] in register
    }
    assert len(plain) > 1_300
    assert {buyer: stored[buyer] for buyer in plain} == {buyer: register[name] for buyer, name in plain.items()}


# --- training -------------------------------------------------------------------------------------------------------


def test_registrations_are_persons_and_days_of_their_run(loaded):
    stored = loaded.rows(
        fact_training, "oulad", "course_id", "run", "enrolled_on", "withdrawn_on", "result", "person_hash",
        "enrolment_id",
    )  # fmt: skip

    rows = table("training/studentRegistration.csv.gz")
    starts = {"B": 2, "J": 10}

    def day(row: dict[str, str], name: str) -> date | None:
        start = date(int(row["code_presentation"][:4]), starts[row["code_presentation"][4]], 1)
        return start + timedelta(int(row[name])) if row[name] else None

    assert len(stored) == len(rows) == 32_593
    assert Counter(row[:4] for row in stored) == Counter(
        (row["code_module"], row["code_presentation"], day(row, "date_registration"), day(row, "date_unregistration"))
        for row in rows
    )
    withdrawn = sum(bool(row["date_unregistration"]) for row in rows)
    assert Counter(row[4] for row in stored) == {"withdrawn": withdrawn, "in_progress": len(rows) - withdrawn}
    assert len({row[5] for row in stored}) == len({row["id_student"] for row in rows}) == 28_785
    assert not {row["id_student"] for row in rows} & {part for row in stored for part in row[6].split("/")}


# --- budget ---------------------------------------------------------------------------------------------------------


def test_the_budget_matrix_adds_up_by_function(loaded):
    stored = loaded.rows(fact_budget, "mintavaros", "function_id", "original_huf")

    with (SHARED / "budget/mintavaros_2018_budget.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))[2:]
    cells = Counter((line[0].zfill(6), int(cell)) for line in lines for cell in line[2:])
    assert Counter(stored) == cells
    assert sum(amount for _, amount in stored) == 29_717_435_760


def test_the_grand_total_is_a_metric_s_too(loaded):
    period = ("--from", "2018-01", "--to", "2018-12", "--where", "source=mintavaros")

    (whole,) = loaded.metric("original_huf", *period)

    assert (whole["numerator"], whole["n"]) == (29_717_435_760, 76 * 49)


def test_the_workbook_adds_up_to_its_own_totals(loaded):
    stored = loaded.rows(fact_budget, "koko", "fiscal_year", "side", "original_huf")

    book = openpyxl.load_workbook(SHARED / "budget/koko_minta_budget.xlsx", data_only=True)
    expected: dict[tuple[int, str], int] = {}
    for name, column, side in [
        ("2020 KIADÁS", None, "expenditure"), ("2021 KIADÁS", None, "expenditure"), ("2025 KIADÁS", 2, "expenditure"),
        ("2020 BEVÉTEL", None, "revenue"), ("2021 BEVÉTEL", None, "revenue"),
    ]:  # fmt: skip
        rows = [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)]
        amount = rows[0].index("Összesen") if column is None else column
        label = next(at for at, heading in enumerate(rows[0]) if heading == "Megnevezés")
        groups = [row for row in rows[1:] if re.search(r"\([BK]\d\)\s*$", str(row[label]))]
        expected[(int(name[:4]), side)] = sum(int(float(str(row[amount]))) for row in groups if row[amount])
    sums: Counter[tuple[int, str]] = Counter()
    for year, side, amount in stored:
        sums[(year, side)] += amount
    assert sums == expected
    assert sums[(2020, "expenditure")] == sums[(2020, "revenue")] == 18_730_016_000
