"""The real extracts beside the project, by description alone: every row accounted for, sums as in the source."""

import csv
import gzip
from pathlib import Path

import pytest

from etl.config import load_sources

REAL = Path(__file__).parents[1] / "real"
SHARED = REAL / "../../../shared/data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real extracts are not beside this checkout"),
]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    from etl.settings import Settings

    key = tmp_path_factory.mktemp("key") / "person.key"
    return {one.name: one for one in load_sources(REAL / "sources.toml", Settings(_env_file=None, person_key_file=key))}


@pytest.fixture
def reading(sources, read_all):
    return lambda name: read_all(sources[name], REAL, 200_000)


def delivered(path: str) -> list[dict[str, str]]:
    with gzip.open(SHARED / path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "path", "column"),
    [
        ("servicenow", "tickets/incident_event_log.csv.gz", "number"),
        ("rabobank", "tickets/BPIC14_incident_case_attributes.csv.gz", "incident_id"),
        ("rabobank_activities", "tickets/BPIC14_incident_log.csv.gz", "incident_id"),
    ],
)
def test_every_row_is_read_in_its_line(reading, name, path, column):
    found = reading(name)

    rows = delivered(path)
    assert found.column("ticket_id") == [row[column] for row in rows]
    assert found.lines == [*range(2, len(rows) + 2)]
    assert (found.problems, found.torn) == ({}, {})


def test_the_resaved_log_says_the_same_as_the_original(reading):
    original, resaved = reading("servicenow").rows, reading("servicenow_resaved").rows

    assert len(resaved) == 5998
    assert original.head(5998).equals(resaved)


def test_hours_that_cannot_be_recovered_are_problems(reading):
    found = reading("rabobank_damaged")

    assert len(found.problems) == len(found.lines) == 40
    assert all(
        "handle_hours: '" in reasons[0] and "is not a number" in reasons[0] for reasons in found.problems.values()
    )


def test_registrations_count_from_the_start_of_their_run_and_hold_no_person(reading):
    found = reading("oulad")

    rows = delivered("training/studentRegistration.csv.gz")
    assert len(found.rows) == len(rows) == 32_593
    assert found.rows["person"].nunique() == 28_785
    assert found.rows["enrolment_id"].is_unique
    assert found.rows["enrolled_on"].isna().sum() == sum(not row["date_registration"] for row in rows)
    assert (found.rows["withdrawn_on"] < found.rows["started_on"]).sum() == sum(
        int(row["date_unregistration"] or 0) < 0 for row in rows
    )
    assert not set(found.raw["id_student"]) & {row["id_student"] for row in rows}


def test_the_budget_matrix_adds_up_to_the_forint(reading):
    found = reading("mintavaros")

    assert found.rows["original_huf"].sum() == 29_717_435_760
    assert len(found.rows) == 76 * 49
    assert found.rows["account_id"].str.fullmatch(r"K\d+").all()
    assert found.rows["function_id"].str.len().eq(6).all()


@pytest.mark.parametrize(
    ("name", "sums"),
    [
        ("koko_expenditure", {2020: 18_730_016_000, 2021: 22_256_329_000}),
        ("koko_expenditure_2025", {2025: 27_050_000_000}),
        ("koko_revenue", {2020: 18_730_016_000, 2021: 22_256_329_000}),
    ],
)
def test_main_groups_of_the_workbook_add_up_to_its_totals(reading, name, sums):
    found = reading(name)

    assert found.rows.groupby("fiscal_year")["original_huf"].sum().to_dict() == sums
    assert not found.rows.duplicated(["fiscal_year", "account_id"]).any()
