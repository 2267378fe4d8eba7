"""Peers: alike in joining type, size and office, near where there are enough; and a value beside theirs."""

import pandas as pd
import pytest

from data.comparison.peers import Peers, beside, peers


def place(number, county="Zala", size="under_500", office="joint_member", joining="system"):
    return {
        "municipality_id": f"{number:05d}", "county": county, "size_band": size, "office_type": office,
        "joining_type": joining,
    }  # fmt: skip


def test_ten_alike_in_the_county_are_enough():
    places = pd.DataFrame([*(place(one) for one in range(11)), *(place(one, county="Vas") for one in range(20, 60))])

    found = peers(places, "00000")

    assert found.rule == ("joining_type", "size_band", "office", "county")
    assert found.ids == tuple(f"{one:05d}" for one in range(1, 11))


def test_fewer_than_ten_nearby_are_sought_in_the_country():
    places = pd.DataFrame([*(place(one) for one in range(10)), *(place(one, county="Vas") for one in range(20, 40))])

    found = peers(places, "00000")

    assert found.rule == ("joining_type", "size_band", "office")
    assert len(found.ids) == 29


def test_the_seat_of_a_joint_office_is_a_peer_of_its_members_but_not_of_an_own_office():
    places = pd.DataFrame(
        [
            place(0),
            *(place(one, office="joint_seat") for one in range(1, 11)),
            *(place(one, office="own") for one in range(20, 60)),
        ]
    )

    assert peers(places, "00000").ids == tuple(f"{one:05d}" for one in range(1, 11))


def test_where_few_are_alike_less_has_to_be_shared_and_never_the_municipality_itself():
    places = pd.DataFrame(
        [place(0, size="over_50000", office="own", joining="interface"), *(place(one) for one in range(1, 5))]
    )

    found = peers(places, "00000")

    assert (found.rule, len(found.ids)) == ((), 4)
    assert peers(places, "99999") == Peers("99999", (), ())


def frame(values, withheld=()):
    return pd.DataFrame(
        {
            "municipality": [f"{one:05d}" for one in range(len(values))],
            "value": [None if one in withheld else value for one, value in enumerate(values)],
            "withheld": [one in withheld for one in range(len(values))],
        }
    )


def test_a_value_stands_beside_the_median_and_quartiles_of_its_peers_alone():
    of = Peers("00000", tuple(f"{one:05d}" for one in range(1, 6)), ())

    found = beside(frame([0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 99.0]), of)

    assert (found.value, found.median, found.lower, found.upper, found.n) == pytest.approx((0.9, 0.3, 0.2, 0.4, 5))


def test_withheld_values_are_not_counted_nor_quartiles_of_few_told():
    of = Peers("00000", tuple(f"{one:05d}" for one in range(1, 6)), ())

    found = beside(frame([0.9, 0.1, 0.2, 0.3, 0.4, 0.5], withheld=(0, 3)), of)

    assert (found.value, found.median, found.n, found.withheld) == (None, None, 4, True)
