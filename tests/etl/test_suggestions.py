"""Municipalities that a name may have meant: offered, with both of a pair that accents alone tell apart."""

import json
import shlex

import pytest

from data.reference import register
from etl.analyst.suggestions import Suggester, Suggestion

ROWS = [
    ("26408", "Komló", "Baranya"),
    ("21050", "Kömlő", "Heves"),
    ("23612", "Komoró", "Szabolcs-Szatmár-Bereg"),
    ("27146", "Kömörő", "Szabolcs-Szatmár-Bereg"),
    ("08314", "Hódmezővásárhely", "Csongrád-Csanád"),
    ("14827", "Székesfehérvár", "Fejér"),
]


@pytest.fixture(scope="module")
def country() -> Suggester:
    frame = register.municipalities()
    rows = frame[["municipality_id", "name", "county"]].astype(object).where(frame.notna(), "")
    return Suggester(rows.itertuples(index=False))


def names(found: list[Suggestion]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("spelling", "first"),
    [
        ("Hódmezővásárhel", "Hódmezővásárhely"),
        ("SZEKESFEHERVARR", "Székesfehérvár"),
        ("Hodmezövasarhely Város Önkormányzata", "Hódmezővásárhely"),
    ],
)
def test_the_likest_name_comes_first(country, spelling, first):
    assert names(country.near(spelling))[0] == first


@pytest.mark.parametrize(
    ("spelling", "both"),
    [("Komlo1", {"Komló", "Kömlő"}), ("Kömló", {"Komló", "Kömlő"}), ("Komorö", {"Komoró", "Kömörő"})],
)
def test_names_that_accents_alone_tell_apart_come_together(country, spelling, both):
    found = country.near(spelling)

    assert both <= set(names(found))
    assert len({one.likeness for one in found if one.name in both}) == 1


@pytest.mark.parametrize("spelling", ["ASP Központ", "Mintafalva", "26408", "?", ""])
def test_nothing_is_offered_for_what_is_like_no_name(country, spelling):
    assert country.near(spelling) == []


def test_an_ambiguous_name_is_offered_its_candidates_only():
    offered = Suggester(ROWS).offered("Komlo", "21050,26408")

    assert [one["municipality_id"] for one in offered] == ["21050", "26408"]


@pytest.mark.parametrize("spelling", ["Komlo", 'Komló "Város"', "a $(b) `c`", "d'e"])
def test_the_command_is_one_word_of_a_shell(spelling):
    command = Suggestion("26408", "Komló", "Baranya", 1.0).command(spelling)

    assert shlex.split(command) == ["asp-etl", "alias", "add", spelling, "26408"]


@pytest.mark.slow
class TestUnmatched:
    """`asp-etl unmatched` and what follows a confirmed alias."""

    @pytest.fixture
    def command(self, duckdb_store, tmp_path, monkeypatch, capsys, etl_command):
        monkeypatch.setenv("ASP_REPORTING_URL", f"duckdb:///{duckdb_store.folder}")
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.csv").write_text("id,opened,where\nT1,2025-03-03,Hodmezovasarhel\nT2,2025-03-03,Komorö\n")
        (tmp_path / "sources.toml").write_text(
            '[[source]]\nname = "desk"\njob = "tickets"\nrecord = "ticket"\npath = "a.csv"\n[source.fields]\n'
            'ticket_id = "id"\nopened_at = "opened"\nmunicipality = "where"\n'
        )
        return etl_command

    def test_offers_commands_that_work_and_applies_none_by_itself(self, command):
        command("run", "tickets")

        by_name = {one["name"]: one for one in json.loads(command("unmatched", "--json")[1])}

        assert json.loads(command("alias", "list", "--json")[1]) == []
        assert {one["name"] for one in by_name["Komorö"]["suggestions"]} == {"Komoró", "Kömörő"}
        first = by_name["Hodmezovasarhel"]["suggestions"][0]
        assert (first["name"], first["county"]) == ("Hódmezővásárhely", "Csongrád-Csanád")
        shown = command("unmatched")[1]
        assert first["command"] in shown
        assert "--full" in shown

        code, out, _ = command(*shlex.split(first["command"])[1:])

        assert code == 0
        assert "asp-etl run tickets --full" in out
        assert [one["name"] for one in json.loads(command("unmatched", "--json")[1])] == ["Komorö"]

    def test_check_offers_them_before_anything_is_loaded(self, command):
        (found,) = json.loads(command("check", "tickets", "--json")[1])

        offered = {one["name"]: [near["name"] for near in one["suggestions"]] for one in found["unmatched"]}
        assert offered["Hodmezovasarhel"][0] == "Hódmezővásárhely"
        assert "Hódmezővásárhely" in command("check")[1]
