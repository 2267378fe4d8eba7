from datetime import date

import pytest

from data.errors import BadSelection
from data.selection import Selection


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({"from": "2025-01", "to": "2025-02"}, date(2025, 1, 1), date(2025, 2, 28)),
        ({"from": "2024-02", "to": "2024-02"}, date(2024, 2, 1), date(2024, 2, 29)),
        ({"from": "2025-03-10", "to": "2025-03-10"}, date(2025, 3, 10), date(2025, 3, 10)),
        ({"to": "2025-12"}, None, date(2025, 12, 31)),
        ({}, None, None),
    ],
)
def test_a_period_is_read_by_month_or_by_day(query, first, last):
    selection = Selection.from_query(query)

    assert (selection.first, selection.last) == (first, last)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2025-01", "to": "2025-12", "service": "ADO,GAZD", "run": "7"},
        {"from": "2025-01-02", "to": "2025-12-30", "county": "Zala", "municipality": "01508", "joining": "interface"},
        {"priority": "P1,P2", "type": "incident", "size": "under_500", "actor": "nisz", "source": "desk"},
    ],
)
def test_an_address_reads_back_to_the_same_selection(query):
    assert Selection.from_query(query).to_query() == query


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"from": "2025-13"}, "2025-13"),
        ({"from": "tavaly"}, "tavaly"),
        ({"from": "2025-02-30"}, "2025-02-30"),
        ({"from": "2025-05", "to": "2025-04"}, "ends"),
        ({"run": "hetedik"}, "hetedik"),
    ],
)
def test_what_cannot_be_read_is_said(query, says):
    with pytest.raises(BadSelection, match=says):
        Selection.from_query(query)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2025-04", "2025-06", {"from": "2025-01", "to": "2025-03"}),
        ("2025-01", "2025-12", {"from": "2024-01", "to": "2024-12"}),
        ("2025-03-11", "2025-03-20", {"from": "2025-03", "to": "2025-03-10"}),
    ],
)
def test_the_period_before_is_as_long_and_ends_the_day_before(first, last, before):
    assert Selection.from_query({"from": first, "to": last}).previous().to_query() == before
