"""`asp-etl init`: what it proposes can be loaded, maps what is plain, and says nothing of a person."""

import json
import shutil
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, select

from data.errors import AspError
from data.schema import fact_ticket
from etl.analyst.init import look, propose, propose_all, propose_live, proposed_in_words, save, settings_of, written
from etl.analyst.init.people import is_address, is_identifier, is_name
from etl.analyst.init.synonyms import synonyms
from etl.analyst.init.values import dates, missing_marks, numbers
from etl.analyst.init.writing import FileThere
from etl.config import Source, load_sources
from etl.demo import generate
from etl.demo.files import gzipped, json_document, open_document, tar_gz, workbook
from etl.pipeline import Options, run_job
from etl.records import RECORDS
from etl.status import PUBLISHED
from tests.etl.fakes.rt import Desk
from tests.etl.fakes.server import serving
from tests.etl.fakes.servicenow import Instance, groups, incident
from tests.etl.kgr_books import book

ROWS = [
    ("B-001", "2026.01.05 08:00", "Lezárt", "1 - Kritikus", "KOMLÓ VÁROS", "Kovács Béla", "kb@komlo.example"),
    ("B-002", "2026.01.06 09:30", "Folyamatban", "3 - Közepes", "Kömlő", "Nagy Éva", "nagy.eva@kömlő.example"),
    ("B-003", "2026.02.13 10:00", "Valami más", "2 - Magas", "Abaújszántó", "Tóth Anna", "toth.anna@abauj.example"),
]  # fmt: skip
HEADINGS = ("Bejelentés száma", "Bejelentve", "Állapot", "Prioritás", "Önkormányzat", "Bejelentő", "Elérhetőség")
MAPPED = {
    "ticket_id": "Bejelentés száma",
    "opened_at": "Bejelentve",
    "status": "Állapot",
    "priority": "Prioritás",
    "municipality": "Önkormányzat",
}
SECRETS = ("Kovács", "Béla", "Nagy Éva", "Tóth", "@", "komlo.example")


def as_csv(delimiter: str = ";") -> str:
    return "".join(f"{delimiter.join(row)}\n" for row in (HEADINGS, *ROWS))


def as_records() -> list[dict[str, str]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]


def as_workbook(title: str | None = None) -> bytes:
    return workbook({"Jegyek": pd.DataFrame(ROWS, columns=list(HEADINGS))}, title)


FILES: dict[str, bytes] = {
    "utf8.csv": as_csv().encode(),
    "bom.csv": as_csv(",").encode("utf-8-sig"),
    "cp1250.csv": as_csv().encode("cp1250"),
    "utf16.csv": as_csv("\t").encode("utf-16"),
    "tabs.tsv": as_csv("\t").encode(),
    "packed.csv.gz": gzipped(as_csv().encode("cp1250")),
    "titled.csv": f"Bejelentések 2026\n\n{as_csv()}".encode(),
    "book.xlsx": as_workbook(),
    "titled.xlsx": as_workbook("Bejelentések"),
    "open.ods": open_document("Jegyek", pd.DataFrame(ROWS, columns=list(HEADINGS))),
    "list.json": json.dumps(as_records()).encode(),
    "deep.json": json_document(as_records(), "result", "items"),
    "lines.jsonl": "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in as_records()).encode(),
    "members.tar.gz": tar_gz({"jan.csv": as_csv().encode(), "feb.csv": as_csv().encode(), "readme.md": b"# read me"}),
}


def proposal_of(path: Path, record: str | None = None, sheet: str | None = None) -> str:
    return written([propose(one, record, None) for one in look(str(path), path.parent, sheet)], path.name)


def sources_of(text: str) -> list[Source]:
    return [Source.model_validate(entry) for entry in tomllib.loads(text)["source"]]


def columns_of(source: Source) -> dict[str, Any]:
    """field -> column, or what stands there instead."""
    return {name: origin.column or origin.value or origin.columns for name, origin in source.fields.items()}


@pytest.fixture
def written_file(tmp_path):
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_mapping_and_reads_back(written_file, name, read_all, etl_settings):
    path = written_file(name, FILES[name])

    (source,) = sources_of(proposal_of(path))

    assert columns_of(source) == MAPPED
    assert (source.record, source.dates) == ("ticket", ("%Y.%m.%d %H:%M",))
    reading = read_all(source.equipped(etl_settings), path.parent)
    assert reading.column("ticket_id")[:3] == ["B-001", "B-002", "B-003"]
    assert reading.column("status")[:2] == ["closed", "open"]
    assert (reading.problems, reading.torn) == ({}, {})


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_person_is_written(written_file, name):
    text = proposal_of(written_file(name, FILES[name]))

    assert [secret for secret in SECRETS if secret in text] == []
    assert "Bejelentő: people" in text


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Felelős", ["Kovács Béla", "Nagy Éva", "Tóth Anna"]),
        ("Megoldó", ["Szabó, Péter", "Kiss Mária dr.", "Varga Zsuzsanna"]),
        ("Kategória", ["hívja: +36 20 123 4567", "06 30 765 4321", "egyéb"]),
        ("Megjegyzés", ["Kovács Béla telefonált, hogy nem tud belépni a rendszerbe", "x y", "z w"]),
        ("TAJ", ["111111110", "111111110", "111111110"]),
        ("Állapot", ["Kovács Béla", "open", "closed"]),
    ],
)
def test_values_that_may_be_people_are_not_quoted_whatever_their_heading(written_file, heading, values):
    lines = [f"Jegy;Nyitva;{heading}", *(f"T{at};2026-01-0{at};{value}" for at, value in enumerate(values, 1))]

    text = proposal_of(written_file("a.csv", "\n".join(lines)))

    assert [
        value for value in values if value in text and any(letter.isupper() or letter == "+" for letter in value)
    ] == []
    assert "111111110" not in text


def test_a_person_is_hashed_where_the_record_has_one(written_file, etl_settings):
    text = proposal_of(written_file("kepzes.csv", "Név,Tanfolyam,Kezdés\nKovács Béla,ADO-1,2026-01-05\n"))

    (source,) = sources_of(text)

    assert (source.record, source.person_fields) == ("training", {"person"})
    assert "Kovács" not in text


def test_a_first_line_of_data_is_refused_without_quoting_it(written_file):
    with pytest.raises(AspError, match="looks like data") as refused:
        proposal_of(
            written_file("a.csv", "Kovács Béla;kovacs@komlo.example;2026-01-05\nNagy Éva;nagy@k.example;2026-01-06\n")
        )

    assert "Kovács" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", "", "empty"),
        ("a.csv", "alma;körte\n1;2\n", "--record"),
        ("a.json", '{"a": 1}', "no list"),
        ("a.xlsx", "PK but no workbook", "spreadsheet"),
        ("a.pdf", "%PDF-1.4", "suffix"),
        ("headings.csv", "Jegy;Nyitva\n", ""),
    ],
)
def test_what_cannot_be_a_source_is_refused_in_words(written_file, name, content, told):
    path = written_file(name, content)
    if name == "headings.csv":
        assert columns_of(sources_of(proposal_of(path))[0]) == {"ticket_id": "Jegy", "opened_at": "Nyitva"}
        return
    with pytest.raises(AspError, match=told) as refused:
        proposal_of(path)
    assert name in str(refused.value)


# --- dates, numbers, missing marks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2026-01-05", "2026-12-31"], ["iso"]),
        (["2026.01.05.", "2026.12.31."], ["%Y.%m.%d."]),
        (["2026. 1. 5.", "2026. 12. 31."], ["%Y. %m. %d."]),
        (["2026.01.05 08:00", "2026.12.31 09:00"], ["%Y.%m.%d %H:%M"]),
        (["05/01/2026", "31/12/2026"], ["%d/%m/%Y"]),
        (["01/05/2026", "12/31/2026"], ["%m/%d/%Y"]),
        (["5.1.2026 08:00:00", "31.12.2026 09:00:00"], ["%d.%m.%Y %H:%M:%S"]),
    ],
)
def test_the_values_prove_how_dates_are_written(values, formats):
    assert dates([values]).formats == formats


def test_the_order_of_day_and_month_is_proved_by_any_column(written_file):
    assert dates([["01/02/2026", "03/04/2026"], ["25/12/2026"]]).formats == ["%d/%m/%Y"]


def test_day_and_month_that_cannot_be_told_apart_are_left_to_the_reader(written_file):
    text = proposal_of(written_file("a.csv", "Jegy;Nyitva\nT1;01/02/2026\nT2;03/04/2026\n"))

    (source,) = sources_of(text)
    assert source.dates == ("iso",)
    assert '# dates = ["%d/%m/%Y"]' in text
    assert '# dates = ["%m/%d/%Y"]' in text


def test_a_time_that_the_clock_skips_in_budapest_is_told(written_file):
    text = proposal_of(written_file("a.csv", "Jegy;Nyitva\nT1;2026-03-29 02:30\nT2;2026-03-30 02:30\n"))

    assert sources_of(text)[0].time_zone == "UTC"


@pytest.mark.parametrize(
    ("values", "decimal", "thousands", "unsure"),
    [
        (["1", "2"], ".", (), False),
        (["1.5", "2"], ".", (), False),
        (["1,5", "2"], ",", (), False),
        (["1 234 567", "12"], ".", (" ",), False),
        (["1.234.567,50", "12"], ",", (".",), False),
        (["1,234,567.50", "12"], ".", (",",), False),
        (["1.234", "12"], ",", (".",), True),
        (["1\u00a0234,5"], ",", (), False),
    ],
)
def test_the_values_tell_how_numbers_are_written(values, decimal, thousands, unsure):
    found = numbers([values])

    assert (found.decimal, found.thousands, found.unsure) == (decimal, thousands, unsure)


def test_a_mark_that_comes_back_among_values_stands_for_missing():
    assert missing_marks([["a", "-", "b", "-"], ["-", "-"], ["?", "c"], ["n/a", "n/a", "1"]]) == ["-", "n/a"]


# --- codes ------------------------------------------------------------------------------------------------------


def test_plain_codes_are_proposed_and_others_are_left_to_the_reader(written_file):
    text = proposal_of(written_file("a.csv", FILES["utf8.csv"]))

    (source,) = sources_of(text)
    assert source.values["status"] == {"Folyamatban": "open", "Lezárt": "closed"}
    assert source.values["priority"] == {"1 - Kritikus": "P1", "2 - Magas": "P2", "3 - Közepes": "P3"}
    assert '# "Valami más" = "…"' in text


def test_bare_digits_of_a_priority_are_not_plain(written_file):
    """GLPI counts 5 as the most urgent, ServiceNow 1."""
    text = proposal_of(written_file("a.csv", "number;opened_at;priority\nT1;2026-01-05;1\nT2;2026-01-06;5\n"))

    assert sources_of(text)[0].values.get("priority", {}) == {}
    assert '# "1" = "P1"' in text


def test_text_that_toml_cannot_hold_as_it_is_comes_back_the_same(written_file):
    odd = 'a "b" \\ #c'
    path = written_file("a.json", json.dumps([{"number": "T1", "opened_at": "2026-01-05", "status": odd}]))
    text = proposal_of(path)

    assert f"# '{odd}' = " in text
    assert sources_of(text)


def test_half_a_character_of_json_is_left_out(written_file):
    path = written_file("a.json", '[{"number": "T1", "opened_at": "2026-01-05", "status": "\\ud800", "\\udfff": 1}]')

    assert set(sources_of(proposal_of(path))[0].fields) == {"ticket_id", "opened_at", "status"}


# --- records ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "row", "record"),
    [
        ("number,opened_at,sys_updated_at,incident_state,sys_mod_count", "INC1,2026-01-05,2026-01-06,New,0", "ticket"),
        ("Jegy,Sor,Időpont,Állapot", "T1,1,2026-01-05,nyitott", "event"),
        ("Szerződésszám,Szállító,Aláírva,Típus", "SZ-1,ASP Kft.,2026-01-05,szállítói", "contract"),
        ("Szerződés,Szolgáltatás,Éles", "C1,ADO,2026-01-05", "contract_service"),
        ("Azonosító,Szerepkör,Önkormányzat,Kezdete", "1,kulcsfelhasználó,01508,2026-01-05", "role_holder"),
        ("Felhasználó,Kurzus,Kezdés,Eredmény", "u1,ADO-1,2026-01-05,megfelelt", "training"),
        ("Év,Rovat,Módosított előirányzat,Teljesítés", "2026,K312,100,50", "budget"),
    ],
)
def test_the_headings_tell_what_a_row_is(written_file, headings, row, record):
    assert sources_of(proposal_of(written_file("a.csv", f"{headings}\n{row}\n")))[0].record == record


def test_rows_that_repeat_a_ticket_are_its_log(written_file):
    head = "number,opened_at,sys_updated_at,incident_state\n"
    rows = "".join(f"INC{at // 4},2026-01-05 08:00,2026-01-0{1 + at % 4} 09:00,Active\n" for at in range(20))

    assert sources_of(proposal_of(written_file("a.csv", head + rows)))[0].record == "event_log"


def test_a_required_field_that_is_not_found_is_named_and_check_says_so(tmp_path, etl_settings):
    (tmp_path / "a.csv").write_text("Jegy;Prioritás\nT1;P1\n", "utf-8")
    tables = look(str(tmp_path / "a.csv"), tmp_path)
    found = propose(tables[0], "ticket", None)

    assert found.missing == ["opened_at"]
    assert "opened_at" in proposed_in_words(found)
    save(written([found], "a.csv"), tmp_path / "sources.toml")
    assert load_sources(tmp_path / "sources.toml", etl_settings)[0].name == "a"


# --- writing ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text("mine", "utf-8")

    with pytest.raises(FileThere, match="is there already"):
        save("theirs", path)

    assert path.read_text("utf-8") == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["sources.toml"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    with pytest.raises(AspError, match="cannot be written"):
        save("text", tmp_path / "nowhere" / "sources.toml")

    assert list(tmp_path.iterdir()) == []


# --- the demo ---------------------------------------------------------------------------------------------------

# What init cannot know: a column that stands for two fields, constants that are knowledge, a lookup of a matrix.
KNOWLEDGE = {
    "igenyek": {"actor"},  # a constant
    "problemak": {"level"},
    "valtoztatasok": {"level"},
    "biztonsagi-megallapitasok": {"resolved_at"},
    "csatlakozasi-szerzodesek": {"actor"},
    "kincstari-jelentes": {"actor", "purpose"},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, months=3, seed=1, tickets=1500, municipalities=150)
    return folder


def test_every_file_of_the_demo_is_mapped_as_its_own_description_maps_it(demo):
    described = tomllib.loads((demo / "sources.toml").read_text("utf-8"))["source"]
    assert len(described) > 10
    wrong = {}
    for entry in described:
        if "unpivot" in entry:
            continue
        own = Source.model_validate(entry)
        path = sorted(demo.glob(own.path[0]))[-1]
        (found,) = [propose(one, None, None) for one in look(str(path), demo, own.sheet[0] if own.sheet else None)]
        (source,) = sources_of(written([found], path.name))
        asked = {name: column for name, column in columns_of(own).items() if name not in KNOWLEDGE.get(own.name, set())}
        got = columns_of(source)
        difference = {name: (column, got.get(name)) for name, column in asked.items() if got.get(name) != column}
        if source.record != own.record or difference:
            wrong[own.name] = (source.record, difference)
    assert wrong == {}


def test_what_a_standard_says_is_not_guessed_at(written_file, tmp_path):
    release = {
        "ocid": "ocds-1",
        "id": "1",
        "tag": ["contract"],
        "contracts": [{"id": "1", "amendments": [{"id": "a"}]}],
    }
    package = json.dumps({"uri": "https://publisher.example", "releases": [release]})

    contracts, amendments = sources_of(proposal_of(written_file("package.json", package)))

    assert (contracts.format, contracts.record, amendments.record) == ("ocds", "contract", "amendment")
    assert contracts.system == amendments.system
    (budget,) = sources_of(proposal_of(book(tmp_path / "report.xlsx")))
    assert (budget.format, columns_of(budget)["municipality"]) == ("kgr", "body")


def test_a_heading_whose_values_do_not_fit_says_so(written_file):
    text = proposal_of(written_file("a.csv", "Jegy;Nyitva;Lezárva\nT1;2026-01-05;igen\nT2;2026-01-06;nem\n"))

    assert "closed_at" not in sources_of(text)[0].fields
    assert "# - Lezárva: its heading says closed_at, its values are none" in text


def test_a_sheet_of_notes_does_not_stand_in_the_way(written_file):
    notes = pd.DataFrame({"alma": ["x"], "körte": ["y"]})
    tickets = pd.DataFrame(ROWS, columns=list(HEADINGS))
    path = written_file("book.xlsx", workbook({"Megjegyzések": notes, "Jegyek": tickets}))

    found, left_out = propose_all(look(str(path), path.parent), None, None)

    assert [one.table.settings["sheet"] for one in found] == ["Jegyek"]
    assert "Megjegyzések" in left_out[0]


def test_a_matrix_of_months_becomes_rows(demo):
    path = next(demo.glob("budget/bevetelek_*.xlsx"))

    (source,) = sources_of(proposal_of(path))

    assert source.record == "budget"
    assert source.unpivot is not None
    assert source.unpivot.id == ("Rovat", "Szervezet", "Szolgáltatás")
    assert {"fiscal_year", "period_on", "account_id", "spent_huf"} <= set(source.fields)


@pytest.mark.slow
class TestCommand:
    """`asp-etl init`, then `asp-etl check` on what it wrote."""

    @pytest.fixture
    def command(self, duckdb_store, tmp_path, monkeypatch, etl_command):
        monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_store.folder}")
        monkeypatch.setenv("ASP_PERSON_KEY", "a key for tests, long enough")
        monkeypatch.chdir(tmp_path)
        return etl_command

    def test_what_is_proposed_is_checked_and_runs(self, command, demo, tmp_path):
        shutil.copytree(demo / "tickets/uj", tmp_path / "uj")

        assert command("init", "uj/*.csv.gz", "--out", "mine.toml", "--name", "desk")[0] == 0
        code, out, _ = command("check", "--config", "mine.toml", "--json")

        found = json.loads(out)
        assert code in (0, 3)
        assert {one["source"] for one in found} == {"desk"}
        assert sum(one["good"] for one in found) > 0.95 * sum(one["rows"] for one in found)
        assert command("run", "tickets", "--config", "mine.toml")[0] in (0, 3)

    def test_every_sheet_with_a_table_is_a_source(self, command, demo, tmp_path):
        shutil.copy(demo / "tickets/problemak_valtoztatasok.xlsx", tmp_path / "book.xlsx")

        command("init", "book.xlsx")
        assert [one.sheet for one in sources_of((tmp_path / "sources.toml").read_text("utf-8"))] == [
            ("Problémák",), ("Változtatások",)
        ]  # fmt: skip
        assert command("init", "book.xlsx", "--out", "one.toml", "--sheet", "Problémák")[0] == 0
        assert len(sources_of((tmp_path / "one.toml").read_text("utf-8"))) == 1
        assert "Problémak" in command("init", "book.xlsx", "--out", "two.toml", "--sheet", "Problémak")[2]

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            ((), 2, ""),
            (("a.csv", "--kind", "rt"), 2, ""),
            (("a.csv", "--record", "weather"), 2, ""),
            (("nowhere.csv",), 1, "no such file"),
            (("a.csv", "--out", "a.csv"), 1, "is there already"),
            (("--kind", "carrier_pigeon"), 1, "carrier_pigeon"),
            (("--kind", "rt"), 1, "url"),
            (("--kind", "rt", "--token-env", "T", "--url", "http://user:hunter2@desk.example"), 1, "login"),
            (("--kind", "rt", "--set", "oops"), 1, "NAME=VALUE"),
        ],
    )
    def test_wrong_use_is_told(self, command, tmp_path, arguments, code, told):
        (tmp_path / "a.csv").write_text("Jegy;Nyitva\nT1;2026-01-05\n", "utf-8")

        ended, _, err = command("init", *arguments)

        assert (ended, told in err, "hunter2" in err) == (code, True, False)
        assert not (tmp_path / "sources.toml").exists()


# --- live systems -----------------------------------------------------------------------------------------------


def test_a_database_is_looked_at_and_described(tmp_path, monkeypatch, etl_settings):
    with sqlite3.connect(tmp_path / "desk.db") as database:
        database.execute("CREATE TABLE jegyek (azonosito TEXT, letrehozva TEXT, allapot TEXT, bejelento TEXT)")
        database.execute("INSERT INTO jegyek VALUES ('T1', '2026-01-05 08:00', 'lezárt', 'Kovács Béla')")
    database.close()
    monkeypatch.setenv("DESK_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    connect = {"url_env": "DESK_URL", "query": "SELECT * FROM jegyek"}

    text = written(propose_live("sql", connect, None, "desk", etl_settings), "sql")

    (source,) = sources_of(text)
    assert source.record == "ticket"
    assert columns_of(source) == {"ticket_id": "azonosito", "opened_at": "letrehozva", "status": "allapot"}
    assert "Kovács" not in text
    assert str(tmp_path) not in text


def test_a_server_is_looked_at_by_what_its_adapter_proposes(monkeypatch, etl_settings):
    desk = Instance(tables={"sys_audit": {}, "sys_audit_delete": {}, "incident": {}})
    desk.add("sys_user_group", *groups(range(1, 4)))
    desk.add("incident", incident(1, "2026-10-01 08:00:00"), incident(2, "2026-10-02 08:00:00", state="6"))
    monkeypatch.setenv("SNOW_PASSWORD", "s3cret/word")
    with serving(desk.handle) as server:
        connect = {"url": server.url, "user": "reader", "password_env": "SNOW_PASSWORD"}
        text = written(propose_live("servicenow", connect, None, "snow", etl_settings), "servicenow")

    tickets, events = sources_of(text)
    assert (tickets.record, events.record) == ("ticket", "event")
    assert tickets.system == events.system == "snow"
    assert columns_of(tickets)["opened_at"] == "opened_at"
    assert columns_of(events)["event_at"] == "event_at"
    assert "s3cret" not in text


@pytest.fixture
def request_tracker(monkeypatch):
    """A desk as many are: numbers as priorities, one type for all, an SLA that nobody fills, service in a field."""
    desk = Desk()
    for number in range(20):
        fields = {"KSH": ["26408"], "Szakrendszer": ["ADÓ" if number % 2 else "GAZD"], "Részleg": ["Pénzügy"]}
        one = desk.create("desk", Type="ticket", CustomFields=fields)
        desk.later(minutes=10)
        desk.set(one, "Queue", "ASP-ADO")
        if number % 3:
            desk.set(one, "Status", "resolved")
    monkeypatch.setenv("ASP_RT_TOKEN", desk.token)
    with serving(desk.handle) as server:
        yield {"url": server.url, "token_env": "ASP_RT_TOKEN"}


def test_fields_whose_values_say_nothing_plain_are_comments(request_tracker, etl_settings):
    text = written(propose_live("rt", request_tracker, None, "rt", etl_settings), "rt")

    tickets, events = sources_of(text)
    told = columns_of(tickets)
    assert not {"ticket_type", "priority", "initial_priority", "made_sla"} & set(told)
    assert told["service"] == "CustomFields.Szakrendszer"
    assert columns_of(events)["service"] == "ticket.CustomFields.Szakrendszer"
    assert tickets.values["service"] == {"ADÓ": "ADO"}
    assert '# priority = "Priority" # e.g. 50; not mapped' in text
    assert '# "50" = "…"' in text
    assert '# second_level = ["…"]' in text
    assert "met: ASP-ADO" in text
    assert '# ended = ["…"]' in text


@pytest.mark.slow
def test_what_is_proposed_for_a_desk_loads_all_of_it(request_tracker, etl_settings, tmp_path, duckdb_store):
    (tmp_path / "sources.toml").write_text(
        written(propose_live("rt", request_tracker, None, "rt", etl_settings), "rt"), "utf-8"
    )

    described = load_sources(tmp_path / "sources.toml", etl_settings)
    report = run_job(duckdb_store, "tickets", described, tmp_path, Options())

    counts = [taken.counts for taken in report.inputs]
    assert report.status == PUBLISHED
    assert (sum(one.read for one in counts) > 20, sum(one.quarantined for one in counts)) == (True, 0)
    with duckdb_store.reading() as connection:
        rows = select(fact_ticket.c.service_id, func.count()).group_by(fact_ticket.c.service_id)
        assert {tuple(row) for row in connection.execute(rows)} == {("ADO", 10), ("GAZD", 10)}


def test_a_field_with_some_values_unknown_stays_and_lists_them(tmp_path):
    (tmp_path / "a.csv").write_text(
        "Jegy;Bejelentve;Állapot;Prioritás\n"
        "T1;2026-01-05 08:00;Lezárt;7\nT2;2026-01-06 09:00;Lezárt;8\nT3;2026-01-07 09:00;Furcsa;P1\n",
        "utf-8",
    )

    (source,) = sources_of(text := proposal_of(tmp_path / "a.csv"))

    assert "priority" not in columns_of(source)
    assert columns_of(source)["status"] == "Állapot"
    assert '# "Furcsa" = "…"' in text
    assert '# "7" = "…"' in text


def test_a_server_that_gives_nothing_is_told(monkeypatch, etl_settings):
    desk = Instance(tables={"sys_audit": {}, "sys_audit_delete": {}, "incident": {}, "sys_user_group": {}})
    monkeypatch.setenv("SNOW_PASSWORD", "s3cret/word")
    with serving(desk.handle) as server, pytest.raises(AspError, match="no ticket"):
        connect = {"url": server.url, "user": "reader", "password_env": "SNOW_PASSWORD"}
        propose_live("servicenow", connect, "ticket", "snow", etl_settings)


@pytest.mark.parametrize(("pair", "value"), [("a=3", 3), ("a=true", True), ('a=["x"]', ["x"]), ("a=x y", "x y")])
def test_other_settings_are_read_as_toml_or_text(pair, value):
    assert settings_of([pair]) == {"a": value}


# --- people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a.b@komlo.example", "+36 20 123 4567", "06-30/765-4321", "tel: 06 1 234 5678"])
def test_addresses_and_numbers_to_call_are_seen(text):
    assert is_address(text)


@pytest.mark.parametrize("text", ["INC0012345", "0000123456", "83 933 000", "013370", "2026.01.05 08:00", "10.0.0.1"])
def test_keys_and_amounts_are_no_telephone_numbers(text):
    assert not is_address(text)


@pytest.mark.parametrize(("text", "is_one"), [("111 111 110", True), ("111111111", False), ("83 933 000", False)])
def test_a_personal_number_has_its_check_digit(text, is_one):
    assert is_identifier(text) == is_one


@pytest.mark.parametrize(("text", "is_one"), [
    ("Kovács Béla", True), ("dr. Nagy Éva", False), ("Tóth-Kis Anna", True), ("John Smith", True),
    ("Komló Város Önkormányzata", False), ("ASP Központ", False), ("Programhiba", False),
])  # fmt: skip
def test_names_are_known_by_a_given_name(text, is_one):
    assert is_name(text) == is_one


def test_every_record_has_words_for_its_required_fields():
    assert all(len(synonyms(record, name)) > 2 for record in RECORDS for name in RECORDS[record].required)
