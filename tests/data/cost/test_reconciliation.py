"""Reconciliation: the four totals, and every difference from the treasury's report by name, against naive sums."""

from datetime import date

import pytest
from sqlalchemy import insert

from data.cost.reconciliation import reconcile
from data.schema import cost_line, cost_month, cost_share, fact_budget

FIRST, LAST = date(2025, 1, 1), date(2025, 4, 30)
LEDGER = (
    # id, month, account, original, modified, committed, performed
    ("a", 1, "K337", 900, 1000, 700, 100),
    ("b", 2, "K337", 0, 50, 0, 230),
    ("late", 3, "K337", 0, 0, 40, 41),
    ("c", 3, "K61", 500, 500, 500, 77),
    ("after", 4, "K337", 0, 0, 0, 13),
    ("in", 3, "B402", 300, 300, 0, 299),
)
REPORT = (
    ("r1", 3, "K337", 900, 1050, 700, 330),
    ("r1ebbol", 3, "K3", 900, 1050, 700, 330),
    ("r2", 3, "K71", 500, 500, 500, 77),
    ("r3", 3, "B402", 300, 300, 0, 288),
)
NAMES = ("line_id", "month", "account_id", "original_huf", "appropriated_huf", "committed_huf", "spent_huf")


def rows(lines, **more):
    found = []
    for line in lines:
        row = dict(zip(NAMES, line, strict=True))
        month = row.pop("month")
        side = "revenue" if row["account_id"][0] == "B" else "expenditure"
        found.append(row | {"period_on": date(2025, month, 1), "side": side, "fiscal_year": 2025} | more)
    return found


@pytest.fixture
def add_books(add_rows):
    """The ledger, and a treasury report of its first quarter."""

    def add(ledger=LEDGER, report=REPORT):
        if ledger:
            add_rows(fact_budget, *rows(ledger))
        if report:
            add_rows(fact_budget, *rows(report, source="treasury", purpose="control"))

    return add


@pytest.fixture
def add_allocated(connection):
    """Months allocated to one municipality, but for what is left of each."""

    def add(**months):
        for name, (ledger, left) in months.items():
            month, run = date(2025, int(name[1:]), 1), {"loaded_run": 104}
            line = {
                "municipality_id": "00000", "source": "budget", "month": month, "actor_id": "nisz", "service_id": "NA",
                "account_id": "K337", "function_id": "unknown", "path": "", **run,
            }  # fmt: skip
            parts = [("ADO", True, ledger - left, "01508"), ("UNKNOWN", False, left, "00000")]
            connection.execute(insert(cost_month).values(
                month=month, plan_version="p", fingerprint="f", lines=1, ledger_huf=ledger,
                placed_huf=ledger - left, **run
            ))  # fmt: skip
            for application, placed, amount, place in parts:
                own = {"application_id": application, "amount_huf": amount}
                connection.execute(
                    insert(cost_line).values(**line, line_id=f"{name}{application}", is_placed=placed, **own)
                )
                connection.execute(insert(cost_share).values(municipality_id=place, month=month, **own, **run))

    return add


def test_four_totals_are_the_same_month_by_month(connection, add_books, add_allocated):
    add_books()
    add_allocated(m1=(100, 0), m2=(230, 30), m3=(118, 0), m4=(13, 0))

    found = reconcile(connection, FIRST, LAST)

    naive = {month: sum(one[6] for one in LEDGER if one[1] == month and one[2][0] == "K") for month in (1, 2, 3, 4)}
    assert dict(zip([one.month for one in found.months["month"]], found.months["ledger_huf"], strict=True)) == naive
    for name in ("actor_huf", "application_huf", "municipality_huf"):
        assert found.months[name].tolist() == list(naive.values())
    assert (found.adds_up, found.residual_huf, found.unplaced_huf) == (True, 0, 30)
    assert found.nodes[["node_id", "actor_id", "amount_huf"]].iloc[0].tolist() == ["UNKNOWN", "nisz", 30]
    assert found.months["to_nobody_huf"].tolist() == found.months["unplaced_huf"].tolist() == [0, 30, 0, 0]


def test_a_month_not_allocated_and_one_whose_ledger_changed_are_named(connection, add_books, add_allocated):
    add_books()
    add_allocated(m1=(100, 0), m2=(200, 0), m3=(118, 0))

    found = reconcile(connection, FIRST, LAST)

    assert not found.adds_up
    assert found.residual_huf == 30 + 13
    assert found.missing()["month"].tolist() == [date(2025, 4, 1)]
    assert found.outdated()["month"].tolist() == [date(2025, 2, 1)]


def test_every_difference_from_the_report_has_its_cause(connection, add_books):
    add_books()

    (found,) = reconcile(connection, FIRST, LAST).reports

    assert (found.last, found.after_huf) == (date(2025, 3, 1), 13)
    named = {(gap.account, gap.amount): (gap.cause, gap.huf, gap.other or gap.line_id) for gap in found.found}
    assert named == {
        ("K337", "committed_huf"): ("line", 40, "late"),
        ("K337", "spent_huf"): ("line", 41, "late"),
        **{("K61", name): ("moved", huf, "K71") for name, huf in zip(NAMES[3:], (500, 500, 500, 77), strict=True)},
        **{("K71", name): ("moved", -huf, "K61") for name, huf in zip(NAMES[3:], (500, 500, 500, 77), strict=True)},
        ("B402", "spent_huf"): ("unexplained", 11, ""),
    }
    like = [one for one in LEDGER if one[1] <= 3]
    for at, name in enumerate(NAMES[3:], start=3):
        gap = sum(one[at] for one in like) - sum(one[at] for one in REPORT if one[0] != "r1ebbol")
        assert sum(one.huf for one in found.found if one.amount == name) == gap


def test_a_report_in_thousands_differs_by_rounding(connection, add_books):
    ledger = [("a", 1, "K337", 0, 0, 0, 12_345_678), ("b", 1, "K61", 0, 0, 0, 9_001_499)]
    report = [("r", 1, "K337", 0, 0, 0, 12_346_000), ("s", 1, "K61", 0, 0, 0, 9_000_000)]
    add_books(ledger, report)

    (found,) = reconcile(connection, FIRST, LAST).reports

    assert {gap.account: (gap.cause, gap.huf) for gap in found.found} == {
        "K337": ("rounding", -322), "K61": ("unexplained", 1499)
    }  # fmt: skip


def test_a_report_is_in_none_of_the_ledgers_sums(connection, add_books):
    add_books(LEDGER, None)
    alone = reconcile(connection, FIRST, LAST)
    add_books([], REPORT)

    both = reconcile(connection, FIRST, LAST)

    assert alone.reports == ()
    assert both.months["ledger_huf"].tolist() == alone.months["ledger_huf"].tolist()


def test_without_any_rows_there_is_nothing_and_it_adds_up(connection):
    found = reconcile(connection, FIRST, LAST)

    assert found.months.empty
    assert (found.ledger_huf, found.residual_huf, found.adds_up, found.reports) == (0, 0, True, ())
