"""Use of applications, on both engines: borders of months, what is counted once, and what no longer counts.

test_figures.py recounts each figure by a plain loop over a made-up world.
"""

from datetime import date

import pytest

from data.adoption.stages import stages
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure, source_rows
from data.schema import fact_contract, fact_contract_service, fact_usage
from data.selection import Selection

USED, BREADTH, LAPSED, ACTIVE = (
    METRICS[name] for name in ("used_service_rate", "used_breadth_rate", "lapsed_use_count", "active_user_rate")
)
YEAR = Selection.of_year(2025)
COUNTY = "M02"  # a county government: not obliged to local tax
INTERFACE = {"joining_type": "interface"}


def month(number, transactions=5, **row):
    return {"period_on": date(2025, number, 1), "transactions": transactions, **row}


@pytest.fixture
def use(add_rows):
    """Joins municipalities, makes pairs live, and tells of their use."""

    class Use:
        def joined(self, place="01508", **row):
            known = {"contract_id": f"J-{place}", "contract_kind": "joining", "joining_type": "system"}
            add_rows(fact_contract, {**known, "municipality_id": place, "valid_from": date(2020, 1, 1), **row})

        def live(self, **row):
            known = {"contract_id": "C", "contracted_on": date(2020, 1, 1), "live_on": date(2020, 2, 1)}
            add_rows(fact_contract_service, {**known, **row})

        def told(self, *rows):
            add_rows(fact_usage, *rows)

    return Use()


def counted(connection, metric, selection=YEAR, by=("month",)):
    frame = measure(connection, metric, selection, by)
    return {tuple(row[name] for name in by): (row["numerator"], row["denominator"]) for row in frame.to_dict("records")}


def test_a_pair_is_used_by_a_transaction_or_an_active_user_alone(connection, use):
    use.live()
    use.told(month(1), month(2, 0, active_users=1), month(3, 0, active_users=0), month(4, None), month(5, 0))

    assert counted(connection, USED) == {
        ("2025-01",): (1, 1), ("2025-02",): (1, 1), ("2025-03",): (0, 1), ("2025-04",): (0, 1), ("2025-05",): (0, 1),
    }  # fmt: skip
    assert counted(connection, USED, by=()) == {(): (2, 5)}


def test_a_pair_counts_where_it_is_live_at_the_end_of_the_month(connection, use):
    use.live(live_on=date(2025, 1, 31), ended_on=date(2025, 3, 31))
    use.live(municipality_id="26408", live_on=date(2025, 2, 1), ended_on=date(2025, 4, 1))
    use.told(*(month(number) for number in range(1, 5)))

    assert counted(connection, USED) == {("2025-01",): (1, 1), ("2025-02",): (1, 2), ("2025-03",): (0, 1)}


def test_a_pair_of_two_contracts_and_several_rows_counts_once(connection, use):
    use.live()
    use.live(contract_id="D", live_on=date(2024, 1, 1))
    use.told(month(1), month(1, 7, source="another"))

    assert counted(connection, USED) == {("2025-01",): (1, 1)}
    assert counted(connection, BREADTH) == {("2025-01",): (1, 1)}


def test_a_month_or_application_that_is_not_told_of_does_not_count(connection, use):
    use.live()
    use.live(service_id="GAZD")
    use.live(municipality_id="26408")
    use.told(month(1), month(3))

    assert counted(connection, USED, by=("month", "service")) == {
        ("2025-01", "ADO"): (1, 2), ("2025-03", "ADO"): (1, 2),
    }  # fmt: skip


def test_what_is_compulsory_counts_towards_breadth_though_it_was_never_contracted(connection, use):
    use.joined()
    use.joined(COUNTY)
    use.joined("26408", **INTERFACE)
    use.told(month(1), month(1, service_id="GAZD", municipality_id=COUNTY), month(1, service_id="PORTAL"))

    assert counted(connection, BREADTH, by=("service", "municipality")) == {
        ("ADO", "01508"): (1, 1), ("ADO", "26408"): (0, 1), ("GAZD", "01508"): (0, 1), ("GAZD", COUNTY): (1, 1),
    }  # fmt: skip


def test_the_last_month_is_what_the_stages_say(connection, use):
    for place, more in (("01508", {}), ("26408", INTERFACE), (COUNTY, {})):
        use.joined(place, **more)
        use.live(municipality_id=place)
        use.live(municipality_id=place, service_id="GAZD", live_on=None)
    use.told(month(11), month(12, municipality_id="26408"), month(12, 0), month(12, 9, service_id="GAZD"))
    at_the_end = Selection(first=date(2025, 12, 1), last=date(2025, 12, 31))

    pairs = stages(connection, at_the_end).frame
    pairs = pairs[pairs["service_id"].isin(["ADO", "GAZD"])]

    live = pairs[pairs["live"]]
    assert counted(connection, USED, at_the_end, ()) == {(): (live["in_use"].sum(), len(live))}
    assert counted(connection, BREADTH, at_the_end, ()) == {(): (pairs["in_use"].sum(), len(pairs))}
    assert (len(pairs), len(live), pairs["in_use"].sum(), live["in_use"].sum()) == (6, 3, 2, 1)


@pytest.mark.parametrize(
    ("used", "lapsed"),
    [
        ((1, 2, 3), (6, 7, 8)),
        ((3, 7), (6, 10, 11, 12)),
        ((3, 6), (9, 10, 11)),
        ((9,), (12,)),
        ((10,), ()),
        ((), ()),
    ],
)
def test_use_has_lapsed_from_the_third_to_the_fifth_month_without(connection, use, used, lapsed):
    use.live()
    use.told(*(month(number, 5 * (number in used)) for number in range(1, 13)))

    assert {int(at[5:]) for (at,) in counted(connection, LAPSED)} == set(lapsed)


def test_use_has_not_lapsed_where_the_application_stopped_telling_of_it(connection, use):
    use.live()
    use.told(month(1), *(month(number, 0) for number in (2, 3, 5, 6)))

    assert counted(connection, LAPSED) == {}


def test_use_has_not_lapsed_where_the_pair_is_no_longer_live(connection, use):
    use.live(ended_on=date(2025, 5, 1))
    use.told(month(1), *(month(number, 0) for number in range(2, 7)))

    assert counted(connection, LAPSED) == {("2025-04",): (1, 1)}
    assert counted(connection, LAPSED, Selection(first=date(2025, 4, 1), last=date(2025, 6, 30)), ()) == {(): (0, 1)}


def test_active_users_of_months_are_added_up_over_enabled_ones(connection, use):
    use.told(
        month(1, enabled_users=10, active_users=5), month(2, enabled_users=30, active_users=30),
        month(3, enabled_users=8), month(4, active_users=3),
    )  # fmt: skip

    assert counted(connection, ACTIVE, by=()) == {(): (35, 40)}


def test_too_few_users_are_not_told_of(connection, use):
    use.told(
        month(1, enabled_users=4, active_users=4), month(1, service_id="GAZD", enabled_users=3, active_users=0),
        month(1, municipality_id="26408", enabled_users=40, active_users=20),
        month(1, municipality_id="25584", enabled_users=40, active_users=20),
    )  # fmt: skip

    frame = measure(connection, ACTIVE, YEAR, ("municipality",)).set_index("municipality")

    assert frame["withheld"].sum() >= 2
    assert frame.loc["01508", "withheld"]
    assert frame[frame["withheld"]]["value"].isna().all()


@pytest.mark.parametrize(("metric", "months"), [(USED, [5]), (BREADTH, [5]), (LAPSED, [3, 5])])
def test_the_rows_behind_a_figure_are_of_its_period_and_of_a_lapse_those_without_use(connection, use, metric, months):
    use.live()
    use.told(month(1), month(2, 0), month(3, 0), month(4), month(5, 0), month(6, 0))

    rows = source_rows(connection, metric, Selection(first=date(2025, 5, 1), last=date(2025, 5, 31)))

    assert sorted(int(str(day)[5:7]) for day in rows["period_on"]) == months
