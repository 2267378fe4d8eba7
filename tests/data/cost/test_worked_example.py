"""The month that docs/cost-allocation.md follows by hand is what the program makes of its ledger and drivers."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.cost.plan import Plan
from data.cost.plan_reading import plan_from
from data.cost.run import run
from data.cost.weights import Drivers

DOCUMENT = Path(__file__).parents[3] / "docs" / "cost-allocation.md"
KINDS = {"ADO": "application", "GAZD": "application", "IRAT": "application", "C01_VIRT": "component",
         "C09_LOGGING": "component"}  # fmt: skip


def _tables() -> dict[str, list[dict[str, str]]]:
    """The example's tables, by their heading."""
    found: dict[str, list[dict[str, str]]] = {}
    lines = DOCUMENT.read_text(encoding="utf-8").split("## A month followed by hand")[1].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else [] for line in lines]
    head: list[str] = []
    for row in cells:
        if not row or not head:
            head = row
            found[",".join(row)] = []
        elif not set("".join(row)) <= set("-:"):
            found[",".join(head)].append(dict(zip(head, row, strict=True)))
    return {name: rows for name, rows in found.items() if rows}


def _plan() -> Plan:
    steps = [("platform", "component", "application", "users", []), ("support", "shared", "application", "tickets", []),
             ("last", "application", "municipality", "direct", ["users"])]  # fmt: skip
    told = [
        {"id": name, "name_hu": name, "name_en": name, "from": source, "to": to, "method": method, "otherwise": other}
        for name, source, to, method, other in steps
    ]
    return plan_from({"version": "example", "valid_from": date(2025, 1, 1), "step": told}, "example")


@pytest.fixture(scope="module")
def example():
    """Its tables, and what the program makes of the first two: (line, application, municipality) -> forints."""
    drivers, ledger, applications, municipalities, charged = _tables().values()
    frames = {}
    for name in ("users", "tickets"):
        rows = [(row["application"], place, int(weight)) for row in drivers if row["driver"] == name
                for place, weight in row.items() if place.isdigit()]  # fmt: skip
        frames[name] = pd.DataFrame(rows, columns=["service_id", "municipality_id", "weight"])
    frame = pd.DataFrame(
        [(row["actor"], row["booked to"], row["municipality"], int(row["forints"])) for row in ledger],
        columns=["actor_id", "service_id", "municipality_id", "amount"],
    )
    done = run(_plan(), Drivers(frames, KINDS), frame)
    made = {(pool.key + 1, pool.service_id, "00000"): pool.amount for pool in done.left}
    for share in done.shared:
        for place, part in zip(share.municipalities, share.amounts, strict=True):
            made[share.pool.key + 1, share.pool.service_id, str(place)] = int(part)
    return (applications, municipalities, charged, frame), {key: part for key, part in made.items() if part}


def test_the_parts_of_each_line_by_application_are_those_of_the_document(example):
    (applications, *_), made = example
    told = {(int(row["line"]), name, int(part)) for row in applications for name, part in row.items()
            if name != "line" and part != "0"}  # fmt: skip

    sums: dict[tuple[int, str], int] = {}
    for (line, application, _), part in made.items():
        sums[line, application] = sums.get((line, application), 0) + part
    assert {(*key, part) for key, part in sums.items()} == told


def test_the_parts_of_each_line_by_municipality_are_those_of_the_document(example):
    (_, municipalities, *_), made = example

    assert made == {
        (int(row["line"]), row["application"], place): int(part)
        for row in municipalities for place, part in row.items() if place.isdigit() and part != "0"
    }  # fmt: skip


def test_what_each_municipality_is_charged_adds_up_to_the_ledger(example):
    (_, _, charged, ledger), made = example

    told = {place: int(part) for place, part in charged[0].items() if place}
    assert told.pop("ledger") == ledger["amount"].sum() == sum(told.values())
    assert told == {place: sum(part for key, part in made.items() if key[2] == place) for place in told}
