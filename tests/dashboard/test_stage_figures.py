"""Figures, tables and sentences of the stages: what a reader is told, from hand-made pairs."""

from datetime import date

import pandas as pd
import pytest

from dashboard.components.stage_tables import days_table, offices_table, steps_table
from dashboard.figures.cohort_lines import cohort_lines
from dashboard.figures.funnel_stages import funnel_stages
from dashboard.figures.stage_heat import stage_heat
from dashboard.figures.template import signal_colours
from dashboard.look import Look
from dashboard.stage_words import stages_sentence
from data.adoption.stages import STAGES, Stages
from data.adoption.summary import cohorts, days_to, office_totals, progress
from tests.data.adoption.test_summary import NOTHING, frame_of

WIDE, NARROW = Look("en"), Look("hu", "dark", narrow=True)
PAIRS = frame_of(
    *[{} for _ in range(12)], *[{"staffed": False} for _ in range(6)],
    {"in_use": False}, {"evidence": "ticket"}, {"joining_type": "interface"},
)  # fmt: skip


@pytest.mark.parametrize("look", [WIDE, NARROW])
def test_the_step_that_loses_most_is_coloured_and_the_proxy_is_hatched(look):
    figure = funnel_stages(progress(PAIRS, ["joining_type"]), look)

    solid, hatched, interface = figure.data
    rows = STAGES[::-1]  # from the bottom up
    assert list(solid.y) == list(range(5))
    concern = signal_colours(look.theme)["concern"]
    assert [stage for stage, one in zip(rows, solid.marker.color, strict=True) if one == concern] == ["staffed"]
    assert dict(zip(rows, hatched.x, strict=True))["in_use"] == pytest.approx(1 / 20)
    assert dict(zip(rows, solid.x, strict=True))["in_use"] == pytest.approx(12 / 20)
    assert interface.marker.color.count(concern) == 0
    said = " ".join(note.text for note in figure.layout.annotations)
    assert ("step: 70.0%" if look is WIDE else "lépés: 70,0\u00a0%") in said
    assert ("proxy: by tickets" if look is WIDE else "közelítés: bejelentés") in said


def test_a_cell_says_how_many_hold_the_stage_by_itself_and_few_pairs_have_no_tint():
    frame = PAIRS.assign(size_band=["under_500"] * 19 + ["over_50000"] * 2)

    (heat,) = stage_heat(progress(frame, ["size_band"]), WIDE, cut="size_band").data

    assert list(heat.y) == ["over_50000", "under_500"]
    assert heat.text[1][STAGES.index("staffed")] == "68.4%"
    assert heat.z[1][STAGES.index("staffed")] == pytest.approx(6 / 19)
    assert heat.text[0][STAGES.index("staffed")] == "<i>100.0%*</i>"
    assert set(heat.z[0]) == {0.0}


def test_nothing_to_draw_says_so():
    for figure in (funnel_stages(progress(NOTHING, ["joining_type"]), WIDE),
                   cohort_lines(cohorts(NOTHING, None, {}), WIDE),
                   stage_heat(progress(NOTHING, ["service_id"]), WIDE, cut="service_id")):  # fmt: skip
        assert not figure.data
        assert figure.layout.annotations[0].text


def test_a_wave_is_a_line_of_the_shares_of_those_that_could_be_observed():
    frame = frame_of(
        {"contracted_on": date(2024, 1, 1), "live_on": date(2024, 2, 1)}, {"contracted_on": date(2024, 1, 1)},
        {"contracted_on": date(2024, 1, 1), "wave": pd.NA, "live_on": date(2024, 1, 1)},
    )  # fmt: skip

    lines = cohort_lines(cohorts(frame, date(2024, 8, 1), {}), WIDE).data

    assert [(line.name, list(line.x), list(line.y)) for line in lines[:2]] == [
        ("wave 1", ["3", "6"], [0.5, 0.5]), ("no wave named", ["3", "6"], [1.0, 1.0])
    ]  # fmt: skip


@pytest.mark.usefixtures("in_app")
def test_the_sentence_says_who_is_complete_where_most_stop_and_what_use_rests_on():
    said = stages_sentence(Stages(date(2025, 6, 30), PAIRS), "en")

    assert said.startswith("Of 21 joined municipalities 14 (66.7%) have come through all five stages")
    assert "“local roles filled”: 6 of 21 pairs of municipality and application (28.6%)." in said
    assert said.endswith("Every application here counts its use itself.")
    proxy = stages_sentence(Stages(date(2025, 6, 30), PAIRS.assign(evidence="ticket")), "hu")
    assert "közelítés (bejelentés vagy oktatás) alapján" in proxy
    assert stages_sentence(Stages(None, NOTHING), "en").startswith("No municipality has joined")


@pytest.mark.usefixtures("in_app")
def test_tables_are_ready_to_be_read():
    steps = steps_table(progress(PAIRS, ["joining_type"]), "joining_type", "en")
    assert steps.iloc[6].tolist() == [
        "system joining", "local roles filled", "20", "14", "70.0%", "70.0%", "14", "70.0%", "0"
    ]  # fmt: skip
    days = days_table(days_to(frame_of({"contracted_on": date(2024, 1, 9), "live_on": date(2024, 1, 1)}), {}), "hu")
    assert days.iloc[0].tolist() == ["éles üzemben", "−8", "−8", "1", "1"]
    offices = frame_of({"office_id": "S", "active_users": 6}, {"office_id": "S", "active_users": 2, "trained": False})
    assert offices_table(office_totals(offices), "en").iloc[0].tolist()[1:] == [
        "1", "1", "2", "1 (50.0%)", "2 (100.0%)", "at least 6", "8"
    ]  # fmt: skip
    few = offices_table(office_totals(offices.assign(active_users=2)), "en")
    assert few.iloc[0].tolist()[-2:] == ["too few to be told", "too few to be told"]
