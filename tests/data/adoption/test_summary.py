"""What stages come to, from hand-made pairs and against plain loops."""

import random
from datetime import date
from statistics import median

import pandas as pd
import pytest

from data.adoption.stages import COLUMNS, STAGES
from data.adoption.summary import bases, cohorts, completeness, days_to, office_totals, offices, progress, widest_gap

ON = date(2025, 6, 30)
SINCE = {"in_use": pd.Series({"ADO": pd.Timestamp(2024, 11, 1), "GAZD": pd.Timestamp(2025, 1, 1)})}
NOTHING = pd.DataFrame(columns=list(COLUMNS))
DAYS = (
    "contracted_on", "live_on", "first_staffed_on", "certified_on", "first_used_on",
)  # fmt: skip


def frame_of(*rows):
    """Pairs with good defaults: complete, of one municipality each unless said."""
    made = []
    for number, row in enumerate(rows):
        holds = dict.fromkeys(STAGES, True) | {name: row[name] for name in STAGES if name in row}
        stage = next((place for place, name in enumerate(STAGES) if not holds[name]), len(STAGES))
        made.append(
            {"municipality_id": f"M{number}", "office_id": row.get("municipality_id", f"M{number}"),
             "service_id": "ADO", "evidence": "usage", "active_users": pd.NA, "wave": 1, "joining_type": "system"}
            | {"stage": stage} | holds | row
        )  # fmt: skip
    frame = pd.DataFrame(made).reindex(columns=list(COLUMNS))
    for name in DAYS:
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"active_users": "Int64", "wave": "Int64"} | dict.fromkeys(STAGES, "bool"))


def test_stages_are_counted_each_by_itself_and_with_all_before_and_add_up_to_a_plain_loop():
    chance = random.Random(5)
    rows = [
        {name: chance.random() < 0.7 for name in STAGES}
        | {"joining_type": chance.choice(["system", "interface"]), "evidence": chance.choice(["usage", "ticket", ""])}
        for _ in range(200)
    ]
    frame = frame_of(*rows)

    told = progress(frame, ["joining_type"]).set_index(["joining_type", "stage"])

    for kind in ("system", "interface"):
        mine = [row for row in rows if row["joining_type"] == kind]
        before = len(mine)
        for place, name in enumerate(STAGES):
            reached = [row for row in mine if all(row[one] for one in STAGES[: place + 1])]
            alone = sum(row[name] for row in mine)
            proxy = sum(row["evidence"] == "ticket" for row in reached) if name == "in_use" else 0
            found = told.loc[(kind, name)]
            assert found[["pairs", "alone", "reached", "before", "proxy"]].tolist() == [
                len(mine), alone, len(reached), before, proxy
            ]  # fmt: skip
            assert found["alone_rate"] == pytest.approx(alone / len(mine))
            assert found["conversion"] == pytest.approx(len(reached) / before)
            before = len(reached)
    assert progress(frame)["stage"].tolist() == list(STAGES)


def test_a_step_that_nobody_came_to_has_no_conversion():
    told = progress(frame_of({"contracted": False})).set_index("stage")

    assert told["reached"].tolist() == [0] * 5
    assert told["conversion"].isna().tolist() == [False, True, True, True, True]
    assert told.loc["live", "alone_rate"] == 1


def test_the_widest_gap_is_where_most_are_left_behind_not_where_most_lack_a_stage():
    steps = progress(frame_of({"staffed": False}, {"staffed": False, "live": False}, {"live": False}, {}))

    assert (widest_gap(steps).stage, widest_gap(steps).lost) == ("staffed", 2)
    assert widest_gap(progress(frame_of({}))) is None
    assert widest_gap(progress(NOTHING)) is None


def test_a_municipality_is_complete_when_all_its_applications_are():
    frame = frame_of(
        {"municipality_id": "A"}, {"municipality_id": "A", "service_id": "GAZD"},
        {"municipality_id": "B"}, {"municipality_id": "B", "service_id": "GAZD", "trained": False},
    ).assign(size_band=["small", "small", "big", "big"])  # fmt: skip

    assert completeness(frame).to_dict("records") == [{"municipalities": 2, "complete": 1, "rate": 0.5}]
    assert completeness(frame, ["size_band"])["complete"].tolist() == [0, 1]


def test_days_count_from_the_contract_and_are_below_zero_before_it():
    contracted = date(2024, 1, 10)
    days = [date(2024, 1, 5), date(2024, 1, 20), date(2024, 2, 9), date(2024, 3, 10), None]
    frame = frame_of(*({"contracted_on": contracted, "certified_on": day} for day in days))

    told = days_to(frame, SINCE)

    taken = [-5, 10, 30, 60]
    assert told.to_dict("records") == [
        {"stage": "trained", "n": 4, "median": median(taken), "p90": pytest.approx(51.0), "before": 1}
    ]


def test_first_use_is_told_only_of_contracts_since_it_has_been_counted():
    frame = frame_of(
        {"contracted_on": date(2020, 1, 1), "first_used_on": date(2024, 11, 1)},  # counting began after the contract
        {"contracted_on": date(2024, 11, 1), "first_used_on": date(2025, 1, 1)},
        {"contracted_on": date(2024, 12, 1), "service_id": "GAZD"},
    )

    told = days_to(frame, SINCE).set_index("stage")
    in_use = cohorts(frame, ON, SINCE, months=(1, 3, 12)).query("stage == 'in_use'")

    assert told.loc["in_use", ["n", "median"]].tolist() == [1, 61]
    assert in_use[["months", "n", "reached"]].to_numpy().tolist() == [[1, 1, 0], [3, 1, 1]]


def test_a_cohort_counts_pairs_that_could_be_observed_so_long():
    frame = frame_of(
        {"contracted_on": date(2024, 1, 31), "live_on": date(2024, 4, 30)},  # within three months to the day
        {"contracted_on": date(2024, 1, 31), "live_on": date(2024, 5, 1)},
        {"contracted_on": date(2025, 3, 30), "live_on": None},
        {"contracted_on": date(2025, 3, 31), "live_on": date(2025, 4, 1)},
        {"contracted_on": date(2024, 1, 31), "live_on": date(2023, 12, 1), "wave": 2},
        {"contracted_on": None, "live_on": date(2023, 12, 1)},
    )

    told = cohorts(frame, ON, SINCE, months=(3, 12)).query("stage == 'live'")

    # The last day of a quarter ends three months from 30 and from 31 March alike.
    assert told[["wave", "months", "n", "reached"]].to_numpy().tolist() == [
        [1, 3, 4, 2], [1, 12, 2, 2], [2, 3, 1, 1], [2, 12, 1, 1]
    ]  # fmt: skip


def test_a_joint_office_counts_once_for_its_users_and_once_per_member_for_coverage():
    frame = frame_of(
        {"office_id": "S", "active_users": 5}, {"office_id": "S", "active_users": 2},
        {"office_id": "S", "active_users": None, "trained": False},
        {"office_id": "O", "active_users": 3}, {"office_id": "S", "service_id": "GAZD", "in_use": False},
    )  # fmt: skip

    told = offices(frame).set_index(["office_id", "service_id"])
    totals = office_totals(frame).set_index("service_id")

    assert told.loc[("S", "ADO")].tolist() == [3, 2, 3, 3, 5, 7]
    assert told.loc[("O", "ADO")].tolist() == [1, 1, 1, 1, 3, 3]
    assert told.loc[("S", "GAZD"), "users":].isna().all()
    assert totals.loc["ADO"].tolist() == [2, 1, 4, 3, 4, 4, 8, 10, False]
    assert totals.loc["GAZD", ["offices", "joint", "municipalities", "in_use"]].tolist() == [1, 0, 1, 0]


def test_few_users_are_not_told():
    told = office_totals(frame_of({"active_users": 4}, {"active_users": 5, "service_id": "GAZD"})).set_index(
        "service_id"
    )

    assert told.loc["ADO", ["users", "users_by_member"]].isna().all()
    assert told["withheld"].to_dict() == {"ADO": True, "GAZD": False}


def test_what_use_rests_on_is_told_by_application():
    frame = frame_of(
        {}, {"evidence": "usage", "in_use": False}, {"evidence": ""} | {"in_use": False},
        {"service_id": "IRAT", "evidence": "ticket"}, {"service_id": "IRAT", "evidence": "training", "in_use": False},
    )  # fmt: skip

    assert bases(frame).to_numpy().tolist() == [["ADO", 3, 1, 1, 0, True], ["IRAT", 2, 1, 0, 1, False]]


def test_nothing_comes_to_nothing():
    assert progress(NOTHING).empty
    assert completeness(NOTHING).to_dict("records")[0]["municipalities"] == 0
    for found in (completeness(NOTHING, ["size_band"]), days_to(NOTHING, SINCE), cohorts(NOTHING, None, SINCE),
                  cohorts(NOTHING, ON, SINCE),
                  offices(NOTHING), office_totals(NOTHING), bases(NOTHING)):  # fmt: skip
        assert found.empty
