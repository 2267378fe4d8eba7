"""Which figures of months add up to those of a year: what is taken for one that does must."""

import pytest
from sqlalchemy import Double, cast, distinct, func, literal

from data.metrics.additive import constant, is_additive, shape
from data.metrics.catalogue import METRICS
from data.schema import fact_budget, fact_ticket

SPENT, SERVICE = fact_budget.c.spent_huf, fact_ticket.c.service_id


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        (func.count(), "additive"),
        (func.count().filter(SERVICE == "ADO"), "additive"),
        (func.sum(SPENT), "additive"),
        (func.coalesce(func.sum(SPENT), 0) - func.coalesce(func.sum(SPENT), 0), "additive"),
        (func.sum(SPENT) * 60, "additive"),
        (func.sum(func.greatest(SPENT - 5, 0)), "additive"),
        (literal(60), "constant"),
        (None, "constant"),
        (func.sum(SPENT) + 1, "other"),
        (func.coalesce(func.sum(SPENT), 1), "other"),
        (func.count(distinct(SERVICE)), "other"),
        (func.sum(cast(SPENT, Double)), "other"),
        (func.sum(SPENT / 3), "other"),
        (func.sum(SPENT) / func.count(), "other"),
        (func.max(SPENT), "other"),
        (func.greatest(func.sum(SPENT), 0), "other"),
        (func.percentile_cont(0.5).within_group(SPENT), "other"),
    ],
)
def test_only_counts_and_sums_of_whole_numbers_add_up(aggregate, expected):
    assert shape(aggregate) == expected


@pytest.mark.parametrize(
    ("name", "adds_up", "denominator"),
    [
        ("ticket_count", True, 1),
        ("user_lost_hours", True, 60),
        ("sla_resolution_rate", True, None),
        ("variance_huf", True, 1),
        ("resolution_minutes_p90", False, 1),
        ("joined_municipality_count", False, 1),
        ("runway_months", False, None),
    ],
)
def test_metrics_that_add_up(name, adds_up, denominator):
    assert is_additive(METRICS[name]) == adds_up
    assert constant(METRICS[name]) == denominator
