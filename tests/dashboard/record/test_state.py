"""The states of an item: open, answered, closed, and what each takes."""

import itertools
from datetime import date

import pytest

from dashboard.record.state import ENTRY_KINDS, TAKEN, is_overdue, state_of


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([], "open"),
        (["comment"], "open"),
        (["due_changed", "comment"], "open"),
        (["answer"], "answered"),
        (["answer", "comment"], "answered"),
        (["comment", "answer", "answer"], "answered"),
        (["answer", "outcome"], "closed"),
    ],
)
def test_the_state_follows_from_the_entries(entries, state):
    assert state_of(entries) == state


def test_no_way_leads_to_an_outcome_without_an_answer_nor_past_an_outcome():
    """Every sequence of five entries that the states allow, walked one by one."""
    walked = 0
    for wanted in itertools.product(ENTRY_KINDS, repeat=5):
        taken: list[str] = []
        for kind in wanted:
            if kind in TAKEN[state_of(taken)]:
                taken.append(kind)
        if "outcome" in taken:
            walked += 1
            assert taken.index("outcome") == len(taken) - 1
            assert "answer" in taken[:-1]
            assert "due_changed" not in taken[taken.index("answer") :]
    assert walked > 0


@pytest.mark.parametrize(
    ("state", "on", "overdue"),
    [
        ("open", date(2026, 3, 9), False),
        ("open", date(2026, 3, 10), False),
        ("open", date(2026, 3, 11), True),
        ("answered", date(2026, 3, 11), False),
        ("closed", date(2026, 3, 11), False),
    ],
)
def test_an_item_is_overdue_from_the_day_after_it_was_due_until_it_is_answered(state, on, overdue):
    assert is_overdue(state, date(2026, 3, 10), on) is overdue
