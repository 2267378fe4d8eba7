"""From a ledger's file to what municipalities are charged: to the forint, and only what is the ledger's."""

import csv
import random
from collections import Counter

import pandas as pd
from sqlalchemy import select

from data.schema import cost_line, cost_share, fact_budget
from tests.etl.pipeline.conftest import Desk, all_became

BOOKS = """
[[source]]
name = "books"
job = "budget"
record = "budget"
path = "books.csv"
[source.fields]
line_id = "id"
fiscal_year = "year"
period_on = "booked"
account_id = "rovat"
actor = { column = "actor", optional = true }
service = { column = "service", optional = true }
municipality = { column = "where", optional = true }
spent_huf = "paid"
purpose = { column = "purpose", optional = true }
nature = { column = "nature", optional = true }
"""
HEAD = "id,year,booked,rovat,actor,service,where,paid,purpose,nature"


def _books(seed: int, count: int = 60) -> list[str]:
    one = random.Random(seed)
    return [
        ",".join((
            f"L{number}", "2025", f"2025-0{one.randint(1, 3)}-{one.randint(1, 28):02}",
            one.choice(("K1101", "K312", "B404")),
            one.choice(("nisz", "menedzsment", "operator_ado", "")), one.choice(("C01_VIRT", "ADO", "GAZD", "NA", "")),
            one.choice(("", "", "01508")), str(one.choice((0, one.randint(-5000, 5000), one.randint(1, 10**12)))),
            one.choice(("", "", "ledger", "control")), one.choice(("", "run", "change")),
        ))
        for number in range(count)
    ]  # fmt: skip


def test_what_is_charged_is_what_a_plain_reading_of_the_file_gives(desk: Desk):
    desk.store.rollups = True
    desk.describe(BOOKS)
    path = desk.deliver("books.csv", HEAD, *_books(3))

    desk.run("budget")

    by_line, by_month = Counter(), Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["rovat"].startswith("K") and row["purpose"] != "control":
                by_line[row["id"]] += int(row["paid"])
                by_month[row["booked"][:7]] += int(row["paid"])
    with desk.store.reading() as connection:
        lines, shares = (pd.read_sql(select(table), connection) for table in (cost_line, cost_share))
    shares["month"] = pd.to_datetime(shares["month"]).dt.strftime("%Y-%m")
    found = lines.groupby("line_id")["amount_huf"].sum().to_dict()
    assert found == {line: amount for line, amount in by_line.items() if amount}
    assert shares.groupby("month")["amount_huf"].sum().to_dict() == dict(by_month)


def test_lines_delivered_again_stay_as_they_are_and_a_new_nature_is_a_change(desk: Desk):
    desk.describe(BOOKS)
    rows = _books(4, 12)
    desk.deliver("books.csv", HEAD, *rows)
    assert all_became(desk.run("budget")) == [{"read": 12, "loaded_new": 12}]

    assert all_became(desk.run("budget", full=True)) == [{"read": 12, "unchanged": 12}]

    other = rows[0].rpartition(",")[0] + (",run" if not rows[0].endswith(",run") else ",change")
    desk.deliver("books.csv", HEAD, other, *rows[1:])
    assert all_became(desk.run("budget")) == [{"read": 12, "loaded_changed": 1, "unchanged": 11}]


def test_a_line_is_of_the_ledger_unless_it_says_that_it_is_a_report_to_compare_with(duckdb_desk: Desk):
    duckdb_desk.describe(BOOKS)
    line = "2025,2025-03-01,K312,nisz,ADO,,100"
    duckdb_desk.deliver(
        "books.csv",
        HEAD,
        f"a,{line},ledger,run",
        f"b,{line},,",
        f"c,{line},control,change",
        f"d,{line},plan,",
        f"e,{line},,x",
    )

    report = duckdb_desk.run("budget")

    assert duckdb_desk.rows(fact_budget, "line_id", "purpose", "nature") == [
        ("a", None, "run"), ("b", None, None), ("c", "control", "change")
    ]  # fmt: skip
    assert all_became(report) == [{"read": 5, "loaded_new": 3, "quarantined": 2}]
