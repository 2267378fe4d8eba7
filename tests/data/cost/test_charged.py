"""Who is charged what: sums by group lose nothing, and a share per inhabitant stands beside its peers' median."""

import pandas as pd

from data.cost.charged import grouped, own_share, shares


def test_a_group_takes_in_what_has_no_member_and_loses_nothing():
    charged = pd.DataFrame({"municipality_id": ["1", "1", "2", "00000"], "amount_huf": [5, 7, 11, 13]})
    places = pd.DataFrame({"municipality_id": ["1", "2"], "county": ["Zala", None]})

    found = grouped(charged, places, "county")

    assert found.to_dict("records") == [
        {"county": "Zala", "municipalities": 1, "amount_huf": 12},
        {"county": "unknown", "municipalities": 2, "amount_huf": 24},
    ]


def test_a_share_per_inhabitant_stands_beside_the_median_of_peers():
    table = pd.DataFrame(
        [("1", "ADO", 1000), ("1", "IRAT", 500), ("2", "ADO", 300), ("3", "ADO", 900), ("9", "ADO", 10**9)],
        columns=["municipality_id", "application_id", "amount_huf"],
    )

    found = own_share(table, "1", ["1", "2", "3", "4"], pd.Series({"1": 100, "2": 100, "3": 100, "4": 100, "9": 1}))

    assert found["application_id"].tolist() == ["ADO", "IRAT", ""]
    assert found["amount_huf"].tolist() == [1000, 500, 1500]
    assert found["per_head"].tolist() == [10, 5, 15]
    assert found["peers_per_head"].tolist() == [3, 0, 3]  # the fourth is charged nothing


def test_a_municipality_that_is_charged_nothing_has_a_sum_of_nothing(connection):
    none = shares(connection, pd.Timestamp("2025-01-01").date(), pd.Timestamp("2025-12-31").date())

    found = own_share(none, "1", [], pd.Series({"1": 100}))

    assert found["amount_huf"].tolist() == [0]
