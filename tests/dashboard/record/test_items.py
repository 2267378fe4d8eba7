"""What is recorded is read back as it was, in the order a page lists it; a form counts once."""

import pytest

from dashboard.record.database import AppDatabase
from dashboard.record.errors import AlreadyRecorded, NoSuchItem, NotAllowed
from dashboard.record.items import in_order
from dashboard.record.reading import read_item, read_items
from dashboard.record.writing import add_entry, add_item, copy_log
from tests.dashboard.record.forms import FIGURE, in_days, new_entry, new_item


def test_an_item_keeps_what_was_recorded(database, add, enter):
    long = "Miért romlott?\n\n„Idézet” – <b>nem HTML</b> & 100 % 🙂"
    number = add(text=long, kind="decision", due_on=in_days(3))
    enter(number, "due_changed", due_on=in_days(30), text="Két hét kevés.")
    enter(number, "answer", text="A")

    with database.reading() as connection:
        found = read_item(connection, number)

    assert (found.text, found.kind, found.figure) == (long, "decision", FIGURE)
    assert found.figure.value == 0.1 + 0.2
    assert (found.first_due_on, found.due_on, found.state) == (in_days(3), in_days(30), "answered")
    assert [(entry.kind, entry.text) for entry in found.entries] == [("due_changed", "Két hét kevés."), ("answer", "A")]
    assert (found.author_name, found.author_role) == ("Minta Anna", "felügyelő")


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ([], "outcome"),
        (["answer"], "due_changed"),
        (["answer", "outcome"], "answer"),
        (["answer", "outcome"], "comment"),
        (["answer", "outcome"], "outcome"),
    ],
)
def test_an_entry_that_the_state_does_not_take_is_refused(database, add, enter, before, refused):
    number = add()
    for kind in before:
        enter(number, kind)
    with pytest.raises(NotAllowed):
        enter(number, refused)
    with database.reading() as connection:
        assert [entry.kind for entry in read_item(connection, number).entries] == before


def test_only_a_closed_item_is_followed_by_another(database, add, enter):
    first = add()
    with pytest.raises(NotAllowed):
        add(follows=first)
    enter(first, "answer")
    enter(first, "outcome")
    second = add(follows=first)
    with pytest.raises(NoSuchItem):
        add(follows=99)
    with database.reading() as connection:
        assert read_item(connection, first).followers == (second,)
        assert read_item(connection, second).follows == first


def test_a_form_sent_twice_is_recorded_once_and_never_silently_with_another_text(database, add, enter):
    form = new_item()
    number = add_item(database, form, FIGURE)
    assert add_item(database, form, FIGURE) == number
    with pytest.raises(AlreadyRecorded) as told:
        add_item(database, new_item(token=form.token, text="Mást kérdezek."), FIGURE)
    assert told.value.number == number

    answer = new_entry("answer")
    entry = add_entry(database, number, answer)
    assert add_entry(database, number, answer) == entry
    with pytest.raises(AlreadyRecorded):
        add_entry(database, number, new_entry("answer", token=answer.token, text="Más."))
    with database.reading() as connection:
        assert len(read_items(connection)) == 1
        assert len(read_item(connection, number).entries) == 1


def test_open_items_come_first_by_the_day_they_are_due_and_closed_ones_last(database, add, enter):
    late, soon, answered, closed, closed_later = (add(due_on=in_days(days)) for days in (-9, 2, -20, 1, 1))
    for number in (answered, closed, closed_later):
        enter(number, "answer")
    for number in (closed, closed_later):
        enter(number, "outcome")
    with database.reading() as connection:
        found = in_order(read_items(connection))
        assert [item.number for item in read_items(connection, closed=True)] == [closed, closed_later]
        assert [item.number for item in read_items(connection, closed=False)] == [late, soon, answered]
    assert [item.number for item in found] == [late, soon, answered, closed_later, closed]
    assert [item.is_overdue() for item in found] == [True, False, False, False, False]


def test_there_is_no_item_of_an_unknown_number(database):
    with database.reading() as connection, pytest.raises(NoSuchItem):
        read_item(connection, 1)
    with pytest.raises(NoSuchItem):
        add_entry(database, 1, new_entry("comment"))


def test_a_log_is_copied_to_another_database_with_its_hashes(database, add, enter, tmp_path):
    add()
    enter(1, "answer")
    target = AppDatabase(f"sqlite:///{tmp_path}/copy.db")

    assert copy_log(database, target) == 2

    with database.reading() as one, target.reading() as other:
        assert read_items(one) == read_items(other)
    with pytest.raises(NotAllowed):
        copy_log(database, target)
