"""Fiscal Data Package: columns by columnType, phases as amounts, forints only."""

import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, select

from data.schema import fact_budget
from etl.pipeline import run_job
from etl.sources.errors import UnreadableInput

FIELDS = [
    {"name": "Év", "type": "integer", "columnType": "date:fiscal-year"},
    {"name": "Rovat", "type": "string", "columnType": "economic-classification:generic:level1:code"},
    {"name": "Funkció", "type": "string", "columnType": "functional-classification:cofog:group:code"},
    {"name": "Szakasz", "type": "string", "columnType": "phase:id"},
    {"name": "Összeg", "type": "number", "columnType": "value", "decimalChar": ",", "groupChar": " "},
]
CURRENCY = [{"name": "Pénznem", "type": "string", "columnType": "value-currency:code", "constant": "HUF"}]
ROWS = [
    "2025;K1101;011130;approved;1 000 000",
    "2025;K1101;011130;adjusted;1 100 000",
    "2025;K1101;011130;executed;900 000",
    "2025;K1101;011130;executed;100 000",
    "2025;K1101;066010;executed;7,00",
    "2025;K2;011130;Executed;\u22125",
    "2025;K2;011130;executed;",
]
MAPPED = {
    "fiscal_year": "date:fiscal-year",
    "account_id": "economic-classification:generic:level1:code",
    "function_id": "functional-classification:cofog:group:code",
    "original_huf": "approved",
    "appropriated_huf": "adjusted",
    "spent_huf": "executed",
    "municipality": {"value": "01508"},
    "actor": {"value": "menedzsment"},
}


def package(fields=FIELDS, extra=CURRENCY, path="data/budget.csv", **more):
    resource = {
        "name": "budget",
        "path": path,
        "dialect": {"delimiter": ";"},
        "schema": {"fields": fields, "extraFields": extra},
    }
    codes = {"name": "codes", "path": "codes.csv", "schema": {"fields": [{"name": "code", "type": "string"}]}}
    return {"name": "town", "profile": "fiscal-data-package", "resources": [codes, {**resource, **more}]}


@pytest.fixture
def fdp(source_of):
    def make(path="datapackage.json", **settings):
        return source_of(
            **{"job": "budget", "record": "budget", "path": path, "format": "fdp", "fields": MAPPED} | settings
        )

    return make


@pytest.fixture
def written(tmp_path):
    def write(rows=ROWS, head="Év;Rovat;Funkció;Szakasz;Összeg", **description):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data/budget.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        (tmp_path / "datapackage.json").write_text(
            json.dumps(package(**description), ensure_ascii=False), encoding="utf-8"
        )
        return tmp_path

    return write


@pytest.fixture
def amounts(written, fdp, read_all):
    def read(source=None, **written_as):
        reading = read_all(source or fdp(), written(**written_as))
        names = [
            name
            for name in ("account_id", "function_id", "original_huf", "appropriated_huf", "spent_huf")
            if name in reading.rows
        ]
        return [tuple(reading.column(name)[at] for name in names) for at in range(len(reading.rows))], reading

    return read


def test_phases_become_amounts_of_one_row(amounts):
    rows, reading = amounts()

    assert rows == [
        ("K1101", "011130", 1_000_000, 1_100_000, 1_000_000),
        ("K1101", "066010", None, None, 7),
        ("K2", "011130", None, None, -5),
    ]
    assert (reading.lines, reading.problems, reading.torn) == ([2, 6, 7], {}, {})


def test_a_packed_package_says_the_same(tmp_path, amounts, fdp, read_all):
    expected, _ = amounts()
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as packed:
        for name in ("data/budget.csv", "datapackage.json"):
            packed.write(tmp_path / name, f"town/{name}")

    reading = read_all(fdp("town.zip"), tmp_path)

    assert reading.column("spent_huf") == [row[-1] for row in expected]


def test_a_column_per_phase(amounts):
    fields = [*FIELDS[:3],
              {"name": "Terv", "type": "number", "normalize": {"Phase": "Approved"}, "factor": 1000},
              {"name": "Tény", "type": "number", "normalize": {"Phase": "Actual"}, "factor": 1000}]  # fmt: skip
    extra = [*CURRENCY, {"name": "Amount", "columnType": "value", "normalizationTarget": True},
             {"name": "Phase", "columnType": "phase:id"}]  # fmt: skip

    lines, head = ["2025;K2;011130;5;4.5", "2025;K3;011130;;1"], "Év;Rovat;Funkció;Terv;Tény"

    rows, _ = amounts(rows=lines, head=head, fields=fields, extra=extra)

    assert [row[:3] + row[4:] for row in rows] == [("K2", "011130", 5000, 4500), ("K3", "011130", None, 1000)]


def test_a_constant_phase_and_year(amounts, fdp):
    extra = [*CURRENCY, {"name": "Phase", "columnType": "phase:id", "constant": "executed"},
             {"name": "Year", "columnType": "date:fiscal:year", "constant": 2024}]  # fmt: skip

    rows, reading = amounts(
        rows=["K2;011130;5"], head="Rovat;Funkció;Összeg", fields=[*FIELDS[1:3], FIELDS[4]], extra=extra
    )

    assert rows == [("K2", "011130", None, None, 5)]
    assert reading.column("fiscal_year") == [2024]


def test_a_source_that_maps_value_keeps_the_rows_of_the_phases_it_wants(amounts, fdp):
    fields = {"fiscal_year": "Év", "account_id": "Rovat", "spent_huf": "value"}

    rows, _ = amounts(source=fdp(fields=fields, only={"phase:id": "(?i)executed"}))

    assert rows == [("K1101", 900_000), ("K1101", 100_000), ("K1101", 7), ("K2", -5)]


def test_an_amount_that_is_none_is_a_problem_of_its_row(amounts):
    rows, reading = amounts(rows=[*ROWS, "2025;K3;011130;executed;sok", "2025;K3"])

    assert reading.problems == {
        9: ["spent_huf: 'sok' is not a number (decimal mark '.', thousands marks in threes: none)"]
    }
    assert len(reading.torn) == 1
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("description", "told"),
    [
        (
            {"extra": [CURRENCY[0] | {"constant": "EUR"}]},
            "data/budget.csv, line 2: has amounts in EUR. Only amounts in forints",
        ),
        ({"extra": []}, 'says nowhere which currency .*write currency = "HUF" into the source'),
        ({"fields": [*FIELDS[:3], FIELDS[4]]}, "columns? 'approved'.* not found; the headings are .*'value'"),
        ({"path": "../budget.csv"}, "places a table elsewhere"),
        ({"path": "https://town.example/budget.csv"}, "places a table elsewhere"),
        ({"path": "missing.csv"}, "missing.csv: cannot be read"),
        ({"path": ["a.csv", "b.csv"]}, "is not one file beside it"),
        ({"fields": FIELDS[:4]}, "has no table with a column of amounts"),
        (
            {"rows": ["2025;K2;011130;guessed;5"]},
            "has the phase 'guessed', which is none. Phases are proposed, approved",
        ),
        ({"rows": ["2025;K2;011130;;5"]}, "line 2: gives an amount without its phase"),
        ({"head": "Év;Rovat;Funkció;Fázis;Összeg"}, "column 'Szakasz' .*not found"),
    ],
)
def test_what_cannot_be_told_is_refused(amounts, description, told):
    with pytest.raises(UnreadableInput, match=told):
        amounts(**description)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "datapackage.json: is not JSON"),
        ("[]", "lists no resources"),
        (json.dumps({**package(), "model": {"measures": {}}}), "is of version 0.3 or older"),
    ],
)
def test_a_descriptor_that_is_none_is_refused(tmp_path, fdp, read_all, content, told):
    (tmp_path / "datapackage.json").write_text(content)

    with pytest.raises(UnreadableInput, match=told):
        read_all(fdp(), tmp_path)


def test_a_package_lands_in_the_facts_once_and_a_changed_table_again(written, store, fdp):
    base = written()
    run_job(store, "budget", [fdp()], base)
    assert run_job(store, "budget", [fdp()], base).inputs[0].status == "skipped"

    written(rows=[*ROWS[:-2], "2025;K2;011130;executed;6"])
    report = run_job(store, "budget", [fdp()], base)

    assert (report.inputs[0].counts.loaded_changed, report.inputs[0].counts.unchanged) == (1, 2)
    amounts = [func.sum(fact_budget.c[name]) for name in ("original_huf", "appropriated_huf", "spent_huf")]
    with store.reading() as connection:
        query = select(*amounts).where(
            fact_budget.c.superseded_run.is_(None), fact_budget.c.period_on == date(2025, 1, 1)
        )
        assert tuple(map(int, connection.execute(query).one())) == (1_000_000, 1_100_000, 1_000_013)
