"""Reading ahead in a second thread."""

import threading

import pytest

from etl.ahead import ahead


def test_items_come_in_order():
    assert list(ahead(iter(range(500)))) == list(range(500))
    assert list(ahead(iter([]))) == []


def test_what_goes_wrong_while_reading_is_raised_after_the_items_before_it():
    def reading():
        yield 1
        yield 2
        raise ValueError("torn")

    found = []
    with pytest.raises(ValueError, match="torn"):
        for item in ahead(reading()):
            found.append(item)
    assert found == [1, 2]


def test_leaving_early_ends_the_thread():
    before = threading.active_count()
    items = ahead(iter(range(1_000_000)))

    assert next(items) == 0
    items.close()

    assert threading.active_count() == before
