"""Stages of a small generated world, on both engines, against plain loops over the same rows."""

from collections import Counter
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from data.adoption.known import known_since
from data.adoption.narrowing import part_of
from data.adoption.stages import STAGES, stages
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.schema import dim_municipality, dim_service, entitlement, metadata
from data.selection import Selection
from tests.data.adoption.recount import Recount
from tests.data.adoption.world import make_world

pytestmark = pytest.mark.slow  # loops over every day of a world

ON = (date(2025, 8, 31), date(2025, 9, 14))
SAID = (
    *STAGES, "requirement", "missing", "missing_since", "stage", "joined_on", "contracted_on", "live_on", "staffed_on",
    "first_staffed_on", "certified_on", "roles", "vacant",
)  # fmt: skip


@pytest.fixture
def world(connection, add_rows):
    """The rows as the database holds them, after it has been given them."""
    made = make_world(seed=17)
    for name, rows in made.items():
        add_rows(metadata.tables[name], *rows)
    found = {name: [dict(row) for row in connection.execute(select(metadata.tables[name])).mappings()] for name in made}
    places = [dict(row) for row in connection.execute(select(dim_municipality)).mappings()]
    applications = select(dim_service.c.service_id).where(dim_service.c.kind == "application")
    return found | {
        "places": {row["municipality_id"]: row for row in places},
        "entitlements": [dict(row) for row in connection.execute(select(entitlement)).mappings()],
        "applications": list(connection.scalars(applications)),
    }


@pytest.mark.parametrize(
    "chosen",
    [
        {"services": ("ADO",)}, {"size_bands": ("under_500", "500_1999")}, {"joining_types": ("interface",)}, "county",
        "municipality",
    ],
)  # fmt: skip
def test_a_part_of_the_whole_is_what_is_read_for_it_alone(connection, world, chosen):
    whole = stages(connection, Selection(last=ON[0]))
    if isinstance(chosen, str):
        column, key = {"county": ("county", "counties"), "municipality": ("municipality_id", "municipalities")}[chosen]
        chosen = {key: (whole.frame[column].iloc[0],)}
    wanted = Selection(last=ON[0], **chosen)

    expected = stages(connection, wanted)
    found = part_of(whole, wanted)

    assert found.on == expected.on
    assert 0 < len(found.frame) < len(whole.frame)
    pd.testing.assert_frame_equal(found.frame, expected.frame)


def told(row: dict, name: str):
    value = row[name]
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


@pytest.mark.parametrize("on", ON)
def test_every_stage_is_what_a_plain_loop_finds_and_so_is_what_is_missing_since_when(connection, world, on):
    expected = Recount(world, on).pairs()

    found = stages(connection, Selection(last=on))

    rows = {(row["municipality_id"], row["service_id"]): row for row in found.frame.to_dict("records")}
    assert found.on == on
    assert list(rows) == sorted(expected)
    for pair, said in expected.items():
        assert {name: told(rows[pair], name) for name in SAID} == said, pair
    # A world in which nothing is missing, or everything, would show nothing.
    assert set(Counter(said["missing"] for said in expected.values())) == {"", *STAGES}
    assert found.frame["missing_days"].dropna().eq((pd.Timestamp(on) - found.frame["missing_since"]).dt.days).all()


def test_key_user_coverage_is_the_share_of_live_pairs_that_are_trained_on_the_same_day(connection, world):
    on = ON[0]
    pairs = stages(connection, Selection(last=on)).frame
    live = pairs[pairs["live"]].set_index(["municipality_id", "service_id"])["trained"]

    figures = measure(
        connection, METRICS["key_user_coverage_rate"], Selection(last=on), ["municipality", "service"]
    ).set_index(["municipality", "service"])

    assert live.any()
    assert not live.all()
    assert figures.loc[live.index, "numerator"].eq(1).tolist() == live.tolist()
    # What else the figure counts is live without a joining contract in force, or no application.
    joined = Recount(world, on)
    assert not [
        pair for pair in figures.index.difference(live.index)
        if joined.joined(pair, on) and pair[1] in world["applications"]
    ]  # fmt: skip


def test_a_joint_office_covers_its_members_though_its_seat_is_not_selected(connection, world):
    whole = stages(connection, Selection(last=ON[0])).frame
    members = whole[whole["municipality_id"] == "01508"].reset_index(drop=True)

    alone = stages(connection, Selection(last=ON[0], municipalities=("01508",))).frame

    assert "office" in set(members["trained_by"])
    pd.testing.assert_frame_equal(alone, members)


FILTERS = (
    (Selection(services=("ADO", "IRAT")), lambda rows: rows["service_id"].isin(["ADO", "IRAT"])),
    (Selection(counties=("Nógrád",)), lambda rows: rows["county"] == "Nógrád"),
    (Selection(joining_types=("interface",)), lambda rows: rows["joining_type"] == "interface"),
    (Selection(size_bands=("500_1999",)), lambda rows: rows["size_band"] == "500_1999"),
    (Selection(priorities=("P1",), actors=("nisz",), sources=("x",)), lambda rows: rows["stage"] >= 0),
)


@pytest.mark.usefixtures("world")
def test_a_filter_takes_rows_away_and_changes_none(connection):
    whole = stages(connection, Selection(last=ON[0])).frame

    for selection, meets in FILTERS:
        chosen = stages(connection, selection.with_period(None, ON[0])).frame

        assert len(chosen), selection
        pd.testing.assert_frame_equal(chosen, whole[meets(whole)].reset_index(drop=True), obj=str(selection))


def test_what_the_sources_tell_from_is_their_first_day_of_each_application(connection, world):
    since = known_since(connection)

    appointed = min(row["appointed_on"] for row in world["fact_role_holder"] if row["appointed_on"])
    assert set(since["staffed"].dt.date) == {appointed}
    for stage, fact, day in (("trained", "fact_training", "certified_from"), ("in_use", "fact_usage", "period_on")):
        for service, first in since[stage].items():
            days = [row[day] for row in world[fact] if row["service_id"] == service and row[day]]
            assert (None if pd.isna(first) else first.date()) == min(days, default=None), (stage, service)
    assert known_since(connection, as_of=1)["staffed"].isna().all()
