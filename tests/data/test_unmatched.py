"""Which of the names that runs met still stand."""

from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, update

from data import quality
from data.schema import UNKNOWN_MUNICIPALITY, etl_cursor, etl_input, etl_run, fact_ticket, municipality_alias
from data.schema import unmatched_name as names
from data.unmatched import standing_names

BASE = 100  # runs before it loaded the reference tables


class World:
    """Runs of sources and what they met. Each source has a current row without a municipality until it is placed."""

    def __init__(self, connection: Connection, add_tickets: Any) -> None:
        self.connection, self._add_tickets, self._inputs = connection, add_tickets, 2000

    def run(self, number: int, mode: str = "incremental", source: str = "desk", status: str = "loaded") -> None:
        self._inputs += 1
        self.connection.execute(
            insert(etl_run).values(run_id=BASE + number, job="tickets", status="published", mode=mode)
        )
        values = {"input_id": self._inputs, "run_id": BASE + number, "source": source, "input": "a", "status": status}
        self.connection.execute(insert(etl_input).values(values))
        if number == 1:
            self._add_tickets({"municipality_id": UNKNOWN_MUNICIPALITY, "input_id": self._inputs})

    def met(self, run: int, name: str, rows: int, source: str = "desk", **values: Any) -> None:
        given = {"kind": "municipality", "how": "none", "candidates": ""} | values
        self.connection.execute(insert(names).values(source=source, run_id=BASE + run, name=name, rows=rows, **given))

    def read_live(self, run: int, description: str = "one", source: str = "desk") -> None:
        self.connection.execute(
            insert(etl_cursor).values(
                source=source, run_id=BASE + run, position="{}", shape="{}", description_hash=description
            )
        )  # fmt: skip

    def alias(self, spelling: str, county: str = "*") -> None:
        values = {"alias": spelling, "county": county, "municipality_id": "26408"}
        self.connection.execute(insert(municipality_alias).values(values))

    def standing(self) -> dict[str, int]:
        return {one.name: one.rows for one in standing_names(self.connection)}


@pytest.fixture
def world(connection: Connection, add_tickets: Any) -> World:
    return World(connection, add_tickets)


def test_names_of_a_file_are_those_of_the_newest_run_that_loaded_any(world):
    world.run(1)
    world.met(1, "Old", 3)
    world.run(2)
    world.met(2, "Komlo", 4)
    world.run(3, status="skipped")

    assert world.standing() == {"Komlo": 4}


def test_names_of_a_file_leave_when_the_newest_run_met_none(world):
    world.run(1)
    world.met(1, "Old", 3)
    world.run(2)

    assert world.standing() == {}


def test_rows_tried_again_leave_the_names_of_the_others(world):
    world.run(1)
    world.met(1, "Komlo", 28)
    world.run(2, "retry")
    world.met(2, "Ozd", 1)

    assert world.standing() == {"Komlo": 28, "Ozd": 1}


def test_a_name_of_a_live_source_has_the_most_rows_that_a_run_met(world):
    world.run(1)
    world.read_live(1)
    world.met(1, "Komlo", 28)
    world.run(2)
    world.read_live(2)
    world.met(2, "Komlo", 1)
    world.run(3, "backfill")
    world.met(3, "Komlo", 2)
    world.met(3, "Ozd", 2)

    (first, second) = standing_names(world.connection)

    assert (first.name, first.rows, first.run) == ("Komlo", 28, BASE + 3)
    assert (second.name, second.rows, second.run) == ("Ozd", 2, BASE + 3)


def test_names_of_a_live_source_start_anew_when_it_is_read_as_a_whole(world):
    world.run(1)
    world.read_live(1)
    world.met(1, "Komlo", 28)
    world.run(2, "full")
    world.read_live(2)
    world.met(2, "Ozd", 5)
    world.run(3)
    world.read_live(3)
    world.met(3, "Vac", 1)

    assert world.standing() == {"Ozd": 5, "Vac": 1}


def test_names_of_a_live_source_start_anew_when_its_description_changes_even_back(world):
    for run, description in ((1, "one"), (2, "two"), (3, "two"), (4, "one"), (5, "one")):
        world.run(run)
        world.read_live(run, description)
        world.met(run, f"Met by {run}", run)

    assert world.standing() == {"Met by 5": 5, "Met by 4": 4}


def test_a_full_run_of_another_source_says_nothing(world):
    world.run(1)
    world.read_live(1)
    world.met(1, "Komlo", 28)
    world.run(2, "full", source="phone")

    assert world.standing() == {"Komlo": 28}


def test_an_alias_that_holds_everywhere_hides_the_name_and_one_of_a_county_is_told(world):
    world.run(1)
    world.met(1, "KOMLO Város", 3)
    world.met(1, "Ozd", 2)
    world.met(1, "Ozd", 7, kind="service")
    world.alias("komlo", "baranya")
    world.alias("ozd")

    told = [(one.kind, one.name, one.confirmed) for one in standing_names(world.connection)]

    assert told == [("service", "Ozd", ()), ("municipality", "KOMLO Város", ("baranya",))]
    assert quality.unmatched_names(world.connection)["confirmed"].tolist() == ["", "baranya"]


@pytest.mark.parametrize("change", [{"municipality_id": "26408"}, {"superseded_run": 2}])
def test_names_leave_once_every_row_of_the_source_has_its_place(world, change):
    world.run(1)
    world.met(1, "Komlo", 3)
    world.met(1, "ADOX", 3, kind="service")
    assert world.standing() == {"Komlo": 3, "ADOX": 3}

    world.connection.execute(update(fact_ticket).values(change))

    assert world.standing() == {"ADOX": 3}


def test_a_source_that_loaded_nothing_has_no_names(world):
    world.run(1)
    world.met(1, "Komlo", 3)
    world.connection.execute(delete(etl_input))

    assert world.standing() == {}
