"""Saved scenarios: only ever added to, put aside but never gone, and nothing can be rewritten unseen."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.record.errors import AlreadyRecorded, LogReadOnly, LogUnreachable, NoSuchItem, NotAllowed
from dashboard.record.scenarios import NewScenario, add_scenario, check_chain, current, put_aside, revisions, saved
from data.cost.scenario import Method, Price, Scenario

TOKENS = count(1)
SCENARIO = Scenario(date(2026, 10, 1), 7, (Price(55, services=("ADO",)), Method("platform", "fixed", {"ADO": 2})))


def new(**given) -> NewScenario:
    filled = {"token": f"scenario {next(TOKENS)}", "name": "Olcsóbb üzemeltetés", "note": "", "scenario": SCENARIO,
              "author_name": "Minta Anna", "author_role": "elemző"}  # fmt: skip
    return NewScenario(**filled | given)


def test_a_scenario_is_read_back_as_it_was_saved(database):
    number = add_scenario(database, new(note="Miért ne?"))
    with database.reading() as connection:
        found = saved(connection, number)
    assert found.scenario == SCENARIO
    assert (found.name, found.note, found.author_name) == ("Olcsóbb üzemeltetés", "Miért ne?", "Minta Anna")
    assert (found.place, found.newest, found.parent, found.archived) == (1, number, None, False)


def test_a_change_makes_a_revision_and_the_earlier_one_stays(database):
    first = add_scenario(database, new())
    other = add_scenario(database, new(name="Más"))
    second = add_scenario(database, new(name="Olcsóbb üzemeltetés, 2.", parent=first))
    with database.reading() as connection:
        found = revisions(connection)
        earlier = saved(connection, first)
    assert [one.number for one in found] == [second, other, first]
    assert [one.number for one in current(found)] == [second, other]
    assert (earlier.name, earlier.newest, earlier.place) == ("Olcsóbb üzemeltetés", second, 1)
    assert (found[0].parent, found[0].first, found[0].place) == (first, first, 2)
    with pytest.raises(NotAllowed):
        add_scenario(database, new(parent=first))
    with pytest.raises(NoSuchItem):
        add_scenario(database, new(parent=99))


def test_a_form_sent_twice_saves_once(database):
    form = new()
    assert add_scenario(database, form) == add_scenario(database, form)
    with pytest.raises(AlreadyRecorded):
        add_scenario(database, replace(form, name="Másik név"))


def test_a_scenario_is_put_aside_and_taken_up_again(database):
    number = add_scenario(database, new())
    aside = put_aside(database, number, "a", ("Próba Béla", "vezető"))
    with database.reading() as connection:
        found = revisions(connection)
        assert current(found) == []
        assert [one.number for one in current(found, aside=True)] == [aside]
        assert saved(connection, number).scenario == SCENARIO
        assert found[0].author_name == "Próba Béla"
    put_aside(database, aside, "b", ("Próba Béla", "vezető"), aside=False)
    with database.reading() as connection:
        assert len(current(revisions(connection))) == 1
        assert check_chain(connection) is None


@pytest.mark.parametrize("statement", ["UPDATE scenario SET name = 'x'", "DELETE FROM scenario"])
def test_no_revision_is_changed_or_removed(database, statement):
    add_scenario(database, new())
    with pytest.raises((LogUnreachable, LogReadOnly, DBAPIError)), database.writing() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert len(revisions(connection)) == 1


def test_a_revision_rewritten_behind_the_triggers_is_found(database):
    add_scenario(database, new())
    add_scenario(database, new(name="Más"))
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE scenario DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER scenario_no_update"))
        connection.execute(text("UPDATE scenario SET note = 'szebb' WHERE number = 1"))
    with database.reading() as connection:
        assert check_chain(connection) == "revision 1 is not as it was recorded"
