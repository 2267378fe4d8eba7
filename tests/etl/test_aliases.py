"""Spellings confirmed and taken back: `asp-etl alias`."""

import json

import pytest
from sqlalchemy import select

from data.schema import etl_run
from etl.analyst.aliases import add_alias, aliases, remove_alias

pytestmark = pytest.mark.slow

SOURCES = """
[[source]]
name = "desk"
job = "tickets"
record = "ticket"
path = "a.csv"
[source.fields]
ticket_id = "id"
opened_at = "opened"
municipality = "where"
county = "county"
"""
KOMLO, KOMLO_WITH_ACCENT = "26408", "14535"  # Komló in Baranya, Kömlő in Heves


@pytest.fixture
def command(duckdb_store, tmp_path, monkeypatch, etl_command):
    monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_store.folder}")
    monkeypatch.chdir(tmp_path)
    lines = ("id,opened,where,county", "T1,2025-03-03,Komlóska puszta,Baranya", "T2,2025-03-03,Komlóska puszta,Heves")
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    (tmp_path / "sources.toml").write_text(SOURCES, "utf-8")
    return etl_command


def unmatched(command):
    return [(one["name"], one["rows"], one["confirmed"]) for one in json.loads(command("unmatched", "--json")[1])]


def test_an_alias_of_one_county_leaves_the_name_listed_and_says_so(command):
    command("run", "tickets")
    assert command("alias", "add", "Komlóska puszta", KOMLO, "--county", "baranya megye")[0] == 0

    assert unmatched(command) == [("Komlóska puszta", 2, ["baranya"])]
    assert "confirmed in baranya only" in command("unmatched")[1]

    command("run", "tickets", "--full")

    assert unmatched(command) == [("Komlóska puszta", 1, ["baranya"])]


def test_an_alias_is_taken_back_with_the_same_advice_and_as_a_run(command, duckdb_store):
    command("run", "tickets")
    command("alias", "add", "Komlóska puszta", KOMLO)
    command("run", "tickets", "--full")
    assert unmatched(command) == []

    code, out, _ = command("alias", "remove", "KOMLÓSKA PUSZTA")

    assert (code, "asp-etl run tickets --full" in out) == (0, True)
    assert json.loads(command("alias", "list", "--json")[1]) == []
    command("run", "tickets", "--full")
    assert unmatched(command) == [("Komlóska puszta", 2, [])]
    with duckdb_store.reading() as connection:
        told = connection.scalars(select(etl_run.c.message).where(etl_run.c.message.is_not(None))).all()
    assert "alias 'komlóska puszta' (*) removed" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "Komlóska puszta", KOMLO, "--county", "Barnya"), "did you mean 'baranya'?"),
        (("add", "Komlóska puszta", KOMLO, "--county", ""), "no county"),
        (("add", "KÖMLŐ Község Önkormányzata", KOMLO), "take over all its rows"),
        (("add", " ", KOMLO), "is no name"),
        (("remove", "Komlóska puszta"), "has no alias for the whole country"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(command, arguments, told):
    code, _, err = command("alias", *arguments)

    assert (code, told in err) == (1, True)
    assert json.loads(command("alias", "list", "--json")[1]) == []


def test_an_alias_of_a_county_is_removed_by_its_county(command, duckdb_store):
    add_alias(duckdb_store, "Kömlő", KOMLO, "Baranya", "asked")
    add_alias(duckdb_store, "Kömlő", KOMLO_WITH_ACCENT, None, "it is")

    code, _, err = command("alias", "remove", "Kömlő", "--county", "Zala")
    assert (code, "*, baranya" in err) == (1, True)
    remove_alias(duckdb_store, "Kömlő", "Baranya")

    with duckdb_store.reading() as connection:
        assert [(one["county"], one["municipality_id"]) for one in aliases(connection)] == [("*", KOMLO_WITH_ACCENT)]
