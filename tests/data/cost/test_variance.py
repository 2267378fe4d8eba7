"""Waterfalls add up to the forint, whatever the budget; transfers against a naive loop."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cost.books import books_of
from data.cost.transfers import transfers, transfers_of
from data.cost.variance import BY, due, variance_of
from data.metrics.budget_lines import AMOUNTS
from data.schema import fact_budget
from data.selection import Selection
from tests.data.cost.budget_worlds import line

AMOUNT = st.integers(-(10**12), 10**12)
LINES = st.lists(
    st.tuples(
        st.sampled_from([2024, 2025, 2026]), st.integers(1, 12), st.sampled_from("abc"),
        st.sampled_from(["K1101", "K2", "K321", "K61"]), AMOUNT, AMOUNT, AMOUNT, AMOUNT,
    ),
    min_size=1, max_size=40,
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from("abc"), st.sampled_from(["K1101", "K321", "K337"]), AMOUNT),
    max_size=30,
)


@settings(max_examples=20, deadline=None)
@given(LINES)
def test_a_waterfall_leaves_no_forint_unexplained(rows):
    known = books_of(pd.DataFrame([line(*row[:4], **dict(zip(AMOUNTS, row[4:], strict=True))) for row in rows]))
    of_year = known.lines[known.lines["year"] == known.year]
    for subject, first, last in (
        ("performance", None, "spent_huf"),
        ("commitment", "appropriated_huf", "committed_huf"),
        ("appropriation", "original_huf", "appropriated_huf"),
    ):
        for by in BY:
            found = variance_of(known, subject, by)
            assert found.remainder == 0
            assert found.after == of_year[last].sum()
            assert first is None or found.before == of_year[first].sum()
            assert found.before == variance_of(known, subject, BY[0]).before


def test_the_appropriation_due_follows_past_years_and_is_even_without_them():
    rows = [line(2025, month, "a", "K321", 10 if month <= 6 else 30) for month in range(1, 13)]
    rows += [line(2026, 1, "a", "K321", 10, appropriated_huf=4001)]
    rows += [line(2026, month, "a", "K321", 10) for month in range(2, 7)]
    amounts, basis = due(books_of(pd.DataFrame(rows)))
    assert (amounts.tolist(), basis) == ([1000], "seasonal")

    amounts, basis = due(books_of(pd.DataFrame(rows[12:])))
    assert (amounts.tolist(), basis) == ([2000], "even")

    whole = [line(2026, month, "a", "K321", 10, appropriated_huf=7) for month in range(1, 13)]
    amounts, basis = due(books_of(pd.DataFrame(whole)))
    assert (amounts.tolist(), basis) == ([84], "whole")


def moved(rows: list[tuple[int, str, str, int]], month: int, key) -> int:
    """What nets out in a month, by a loop."""
    up: dict[object, int] = {}
    down: dict[object, int] = {}
    for at, actor, account, change in rows:
        if at == month:
            side = up if change > 0 else down
            member = key(actor, account[:2])
            side[member] = side.get(member, 0) + abs(change)
    return sum(min(up.get(member, 0), down.get(member, 0)) for member in {*up, *down})


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_what_nets_out_within_each_member_is_counted_as_a_loop_counts_it(rows):
    rows = [row for row in rows if row[3]]
    lines = pd.DataFrame(rows, columns=["month", "actor", "account", "change_huf"])
    lines = lines.astype({"month": "int64", "change_huf": "int64"})
    found = transfers_of(lines.assign(account_group=lines["account"].str[:2]), 2026)
    assert found.months["month"].tolist() == sorted({row[0] for row in rows})
    for row in found.months.itertuples():
        assert row.within_both_huf == moved(rows, row.month, lambda actor, group: (actor, group))
        assert row.within_actor_huf == moved(rows, row.month, lambda actor, _group: actor)
        assert row.within_group_huf == moved(rows, row.month, lambda _actor, group: group)
        assert row.transferred_huf == moved(rows, row.month, lambda _actor, _group: None)
        assert row.net_huf == sum(one[3] for one in rows if one[0] == row.month)
    assert found.cells["net_huf"].sum() == sum(row[3] for row in rows)


def test_changes_are_traced_to_their_ledger_lines(connection, add_rows):
    def planned(month: int, original: int, modified: int, **more: object) -> dict[str, object]:
        return {
            "period_on": date(2027, month, 1), "fiscal_year": 2027, "account_id": "K321", "actor_id": "nisz",
            "side": "expenditure", "service_id": "ADO", "line_id": f"L{month}", "original_huf": original,
            "appropriated_huf": modified, "committed_huf": 0, "spent_huf": 1,
        } | more  # fmt: skip

    add_rows(
        fact_budget,
        planned(1, 500, 500),
        planned(3, 0, -200),
        planned(3, 0, 150, line_id="L3b", actor_id="menedzsment"),
        planned(4, 0, 30, purpose="control", line_id="report"),
        planned(6, 0, 30, line_id="later"),
    )

    found = transfers(connection, Selection(last=date(2027, 5, 31)))

    assert found.lines[["line_id", "change_huf", "input"]].to_numpy().tolist() == [
        ["L3b", 150, "budget.csv"], ["L3", -200, "budget.csv"],
    ]  # fmt: skip
    (row,) = found.months.to_dict("records")
    assert (row["increase_huf"], row["decrease_huf"], row["transferred_huf"], row["net_huf"]) == (150, 200, 150, -50)
    assert (row["within_group_huf"], row["within_actor_huf"]) == (150, 0)


def test_a_budget_without_changes_has_no_transfers():
    empty = pd.DataFrame({name: pd.Series(dtype=np.int64) for name in ("month", "change_huf")})
    found = transfers_of(empty.assign(actor="", account_group="", account=""), None)
    assert found.months.empty
    assert found.cells.empty


@pytest.mark.parametrize("by", BY)
def test_the_largest_difference_comes_first(by):
    rows = [line(2026, 1, "a", "K1101", original_huf=5, appropriated_huf=9)]
    rows += [line(2026, 1, "b", "K321", original_huf=50, appropriated_huf=20)]
    steps = variance_of(books_of(pd.DataFrame(rows)), "appropriation", by).steps
    assert steps["difference_huf"].tolist() == [-30, 4]
