"""Histories of tickets: the events they are made of, and the columns that follow from them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from etl.sources.api.desk import rules
from etl.sources.api.history import Change, Rules, State, derived, events, first_state
from tests.etl.desks import described

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
RULES = Rules(second_level=("ASP-ADO",), ended=("resolved", "rejected"))
FIRST = State(OPENED, "new", "desk", "50")


def at(minutes: int) -> datetime:
    return OPENED + timedelta(minutes=minutes)


def change(minutes: int, field: str, new: str | None, by_customer: bool | None = False) -> Change:
    return Change(f"{field}-{minutes}", at(minutes), field, None, new, by_customer)  # type: ignore[arg-type]


def test_a_ticket_that_never_changed_is_its_creation() -> None:
    assert events("1", FIRST, [], RULES) == [
        {
            "ticket_id": "1",
            "event_id": "created",
            "event_at": OPENED,
            "event_type": "created",
            "status": "new",
            "group": "desk",
            "priority": "50",
            "level": 1,
        }
    ]


def test_each_event_has_the_whole_state_after_it_whatever_order_the_changes_came_in() -> None:
    changes = [change(9, "status", "resolved"), change(3, "group", "ASP-ADO"), change(5, "priority", "80")]

    told = [
        (one["event_type"], one["status"], one["group"], one["priority"], one["level"])
        for one in events("1", FIRST, changes, RULES)
    ]

    assert told == [
        ("created", "new", "desk", "50", 1),
        ("assignment", "new", "ASP-ADO", "50", 2),
        ("priority", "new", "ASP-ADO", "80", 2),
        ("status", "resolved", "ASP-ADO", "80", 2),
    ]


def test_a_change_to_what_was_there_is_no_event_and_neither_is_an_owner_or_an_answer() -> None:
    changes = [change(1, "status", "new"), change(2, "owner", "changed"), change(3, "answer", None)]

    assert [one["event_type"] for one in events("1", FIRST, changes, RULES)] == ["created"]


def test_the_state_before_the_first_change_is_its_old_value_else_the_present_one() -> None:
    changes = [Change("2", at(4), "group", "portal", "ASP-ADO"), Change("1", at(2), "group", "desk", "portal")]

    assert first_state(OPENED, State(at(9), "open", "ASP-ADO", "50"), changes) == State(OPENED, "open", "desk", "50")


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ([], "reassignment_count", 0),
        ([change(1, "group", "portal"), change(2, "group", "ASP-ADO")], "reassignment_count", 2),
        ([change(1, "group", None), change(2, "group", "portal")], "reassignment_count", 1),
        ([change(1, "status", "open"), change(2, "status", "resolved")], "reopen_count", 0),
        ([change(1, "status", "resolved"), change(2, "status", "rejected")], "reopen_count", 0),
        ([change(1, "status", "Resolved"), change(2, "status", "open")], "reopen_count", 1),
        ([change(1, "status", "resolved"), change(2, "status", "open")], "reopened_at", at(2)),
        ([change(4, "group", "asp-ado ")], "escalated_at", at(4)),
        ([change(4, "group", "portal")], "escalated_at", None),
        ([change(4, "group", "ASP-ADO")], "level", 2),
        ([change(4, "group", "ASP-ADO"), change(5, "group", "desk")], "level", 1),
        ([change(2, "status", "open"), change(4, "group", "ASP-ADO")], "acknowledged_at", None),
        ([change(4, "group", "ASP-ADO"), change(4, "owner", None), change(9, "owner", "changed")],
         "acknowledged_at", at(9)),
        ([change(4, "group", "ASP-ADO"), change(4, "status", "new")], "acknowledged_at", None),
        ([change(4, "group", "ASP-ADO"), change(6, "owner", None)], "acknowledged_at", None),
        ([change(4, "group", "ASP-ADO"), change(5, "answer", None, True), change(6, "answer", None)],
         "acknowledged_at", at(6)),
        ([change(3, "answer", None, None), change(5, "answer", None, True), change(6, "answer", None)],
         "first_response_at", at(6)),
    ],
)  # fmt: skip
def test_what_follows_from_a_history(changes: list[Change], column: str, value: object) -> None:
    assert derived(FIRST, changes, RULES)[column] == value


@pytest.mark.parametrize(
    ("first", "changes", "waiting"),
    [
        ("new", [], []),
        ("new", [change(5, "status", "Stalled "), change(9, "status", "open")], [[5, 9]]),
        ("new", [change(5, "status", "stalled"), change(7, "owner", "x"), change(9, "status", "hold")], [[5, None]]),
        ("stalled", [change(3, "group", "portal"), change(4, "status", "resolved"), change(6, "status", "hold")],
         [[0, 4], [6, None]]),
    ],
)  # fmt: skip
def test_a_ticket_waits_while_its_status_says_so(first: str, changes: list[Change], waiting: list[Any]) -> None:
    told = derived(State(OPENED, first), changes, Rules(pending=("stalled", "hold")))["waiting"]

    stamps = [[None if one is None else f"2026-03-02T08:{one:02}:00Z" for one in span] for span in waiting]
    assert json.loads(told) == stamps


def test_a_ticket_opened_with_the_operators_was_theirs_from_the_start() -> None:
    told = derived(State(OPENED, "new", "ASP-ADO"), [change(7, "status", "open")], RULES)

    assert (told["escalated_at"], told["acknowledged_at"], told["level"]) == (OPENED, at(7), 2)


def test_a_first_group_is_no_reassignment() -> None:
    assert derived(State(OPENED, "new"), [change(1, "group", "desk")], RULES)["reassignment_count"] == 0


def test_without_groups_of_operators_no_level_is_claimed() -> None:
    told = derived(FIRST, [change(1, "group", "ASP-ADO")], Rules())

    assert (told["level"], told["escalated_at"]) == (None, None)


@pytest.mark.parametrize(
    ("column", "values", "ended", "pending"),
    [
        ("state", {}, {"solved", "resolved", "closed"}, {"hold", "pending"}),
        ("state", {"Megoldott": "resolved", "Vár": "pending"}, {"megoldott", "solved"}, {"vár", "hold"}),
        ("state", {"solved": "open", "Hold": "open"}, {"resolved"}, {"pending"}),
        ("state", {"solved": "pending"}, {"resolved"}, {"solved", "hold"}),
        ("state", {"Kész": "Closed", "*": "open"}, {"kész"}, set()),
        ("state_id", {"4": "closed", "*": "open"}, {"4", "solved"}, {"hold"}),
    ],
)
def test_values_say_first_which_statuses_are_ended_or_wait(
    column: str, values: dict[str, str], ended: set[str], pending: set[str]
) -> None:
    fields = {"ticket_id": "id", "opened_at": "created_at", "status": column}
    connect = {"url": "https://desk.example", "token_env": "TOKEN"}
    read = described("zammad", "ticket", fields, {}, values={"status": values}, connect=connect)

    found = rules(read, "state", ("solved",), ("hold",))

    names = ["solved", "resolved", "closed", "hold", "pending", "megoldott", "vár", "kész", "4", "new"]
    told_ended, told_pending = {n for n in names if found.is_ended(n)}, {n for n in names if found.is_pending(n)}
    assert ended <= told_ended
    assert pending <= told_pending
    assert not told_ended & told_pending
    assert "new" not in told_ended | told_pending
    if "*" in values and column == "state":
        assert (told_ended, told_pending) == (ended, pending)
    for name, status in values.items():
        if status == "open" and name != "*":
            assert not found.is_ended(name)
            assert not found.is_pending(name)
