"""The funnel as a figure: what is quiet, what is marked and named, where marks lead."""

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.funnel import funnels
from dashboard.figures.template import signal_colours
from dashboard.look import Look
from data.comparison.funnel import funnel
from data.comparison.units import Comparison, Part


def drawn(look=None, better="higher", parts=("",), count=60):
    counts = np.array([18] * (count - 2) + [4, 20])
    rows = pd.DataFrame({"numerator": counts, "denominator": 20, "unit": [f"M{one}" for one in range(count)]})
    rows["href"] = "/municipality/" + rows["unit"]
    made = Comparison(tuple(Part(one, funnel(rows, "proportion")) for one in parts), 0, 0)
    return funnels(
        made, look or Look("en"), better=better, unit="rate", size="size", name=lambda row: row["unit"], member=str
    )


def marks(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_units_on_one_place_are_one_quiet_dot_and_only_those_outside_are_marked():
    quiet, flagged = marks(drawn())

    assert (len(quiet.x), len(flagged.x)) == (2, 1)
    assert quiet.marker.size[0] > quiet.marker.size[1]
    assert "M0, M1, M2, M3, M4, M5 and 52 more" in quiet.hovertext[0]
    assert flagged.marker.symbol == "triangle-down"
    assert "M58" in [note.text for note in drawn().layout.annotations]


@pytest.mark.parametrize(
    ("better", "signal"), [("higher", "concern"), ("lower", "improvement"), ("neutral", "neutral")]
)
def test_the_colour_of_a_mark_tells_whether_it_is_the_good_side(better, signal):
    assert marks(drawn(better=better))[1].marker.color == signal_colours("light")[signal]


def test_a_mark_of_one_unit_leads_to_it_and_one_of_several_nowhere():
    quiet, flagged = marks(drawn())

    assert list(flagged.customdata) == ["/municipality/M58"]
    assert list(quiet.customdata) == ["", "/municipality/M59"]


def test_each_segment_has_a_panel_and_none_a_message():
    assert len({trace.yaxis for trace in drawn(parts=("own", "joint")).data}) == 2
    assert "too few" in drawn(parts=()).layout.annotations[0].text
