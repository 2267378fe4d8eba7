"""Figures are pure: a frame in, a figure out, whatever the frame lacks."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.figures.bars import bars, columns
from dashboard.figures.between import between
from dashboard.figures.conservation import conservation
from dashboard.figures.dots import dots
from dashboard.figures.execution import nested
from dashboard.figures.flow import flow
from dashboard.figures.multiples import multiples
from dashboard.figures.pace import pace
from dashboard.figures.stages import stages
from dashboard.figures.trend import trend
from dashboard.figures.trends import trends
from dashboard.look import Look
from data.metrics.catalogue import metric
from data.quality import OUTCOMES

RATE, COUNT, MINUTES, HUF = (
    metric(name) for name in ("sla_resolution_rate", "ticket_count", "resolution_minutes_p90", "spent_huf")
)
GROWTH = metric("contract_growth_rate")
LOOKS = [Look("hu", "light"), Look("en", "dark"), Look("hu", "dark", narrow=True)]
MONTHS = ["2026-01", "2026-02", "2026-03"]
MEASURES = ("numerator", "denominator", "n", "value")


def name(cut: str, member: object, language: str) -> str:
    return f"<{member}>"


def rates(cuts: dict[str, list[str]], hits: list[int], of: int = 100) -> pd.DataFrame:
    frame = pd.DataFrame(cuts).assign(numerator=hits, denominator=of, n=of)
    return frame.assign(value=frame["numerator"] / frame["denominator"].where(frame["denominator"] != 0))


def amounts(cuts: dict[str, list[str]], values: list[int]) -> pd.DataFrame:
    return pd.DataFrame(cuts).assign(numerator=values, denominator=1, n=20, value=[float(one) for one in values])


def empty(*cuts: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[*cuts, *MEASURES])


def texts(figure: go.Figure) -> list[str]:
    return [one.text for one in figure.layout.annotations]


def hovered(figure: go.Figure) -> list[str]:
    return [text for trace in figure.data for text in (trace.hovertext if trace.hovertext is not None else ())]


EMPTIES: list[tuple[str, Any]] = [
    ("trend", lambda look: trend(empty("month"), RATE, look, label=name)),
    ("undefined", lambda look: trend(rates({"month": MONTHS}, [0, 0, 0], of=0), RATE, look, label=name)),
    ("trends", lambda look: trends(empty("month", "service"), RATE, look, series="service", label=name)),
    ("multiples", lambda look: multiples(empty("month", "service"), RATE, look, series="service", label=name)),
    ("dots", lambda look: dots(empty("service"), RATE, look, cut="service", label=name)),
    ("bars", lambda look: bars(empty("supplier"), HUF, look, cut="supplier", label=name)),
    ("columns", lambda look: columns(empty("month"), COUNT, look, label=name)),
    ("flow", lambda look: flow(empty("month"), empty("month"), (COUNT, COUNT), look, label=name)),
    ("between", lambda look: between(
        empty("service"), empty("service"), (MINUTES, MINUTES), look, cut="service", names=("a", "b"), label=name
    )),
    ("nested", lambda look: nested([empty("actor")] * 3, [HUF] * 3, look, cut="actor", label=name)),
    ("pace", lambda look: pace(empty("month"), 12.0, look)),
    ("stages", lambda look: stages(empty("service"), empty("service"), RATE, look, cut="service", label=name)),
    ("conservation", lambda look: conservation(pd.DataFrame(columns=["job", "source", "read", *OUTCOMES]), look)),
]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("draw", [draw for _, draw in EMPTIES], ids=[name for name, _ in EMPTIES])
def test_nothing_to_show_is_said(draw, look: Look):
    figure = draw(look)

    assert len(figure.data) == 0
    assert len(texts(figure)) == 1
    assert texts(figure)[0].endswith(".")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_trend_marks_what_misses_the_target_by_shape_and_colour(look: Look):
    figure = trend(rates({"month": MONTHS}, [95, 90, 80]), RATE, look, label=name)

    line = figure.data[0]
    assert list(line.marker.symbol) == ["circle", "circle", "diamond"]
    assert len(set(line.marker.color)) == 2
    assert figure.layout.shapes[0].y0 == RATE.target


def test_a_trend_hovers_as_a_sentence():
    figure = trend(rates({"month": MONTHS}, [95, 90, 80]), RATE, Look("hu"), label=name)

    assert hovered(figure)[-1] == "2026.\u00a0március · Határidőre megoldva: 80,0\u00a0% (80 / 100)"


def test_a_trend_says_when_it_does_not_start_at_zero():
    high = trend(rates({"month": MONTHS}, [95, 90, 80]), RATE, Look("en"), label=name)
    low = trend(rates({"month": MONTHS}, [95, 90, 10]), RATE, Look("en"), label=name)

    assert "does not start at zero" in high.layout.yaxis.title.text
    assert "does not start at zero" not in low.layout.yaxis.title.text
    assert low.layout.yaxis.range[0] <= 0


def test_a_month_that_nothing_was_due_in_is_a_gap():
    figure = trend(rates({"month": ["2026-01", "2026-03"]}, [95, 80]), RATE, Look(), label=name)

    assert list(figure.data[0].x) == MONTHS
    assert pd.isna(figure.data[0].y[1])


def test_few_rows_are_shown_hollow():
    figure = trend(rates({"month": MONTHS}, [3, 3, 3], of=4), RATE, Look(), label=name)

    assert set(figure.data[0].marker.color) == {"#FFFFFF"}


def test_lines_are_named_at_their_ends_and_differ_in_dash_and_symbol():
    cuts = {"month": MONTHS * 2, "service": ["ADO"] * 3 + ["GAZD"] * 3}
    figure = trends(rates(cuts, [95, 96, 97, 85, 86, 87]), RATE, Look(), series="service", label=name)

    assert [trace.name for trace in figure.data] == ["<ADO>", "<GAZD>"]
    assert len({trace.line.dash for trace in figure.data}) == 2
    assert len({trace.marker.symbol for trace in figure.data}) == 2
    assert any("<ADO>" in text for text in texts(figure))


def test_beyond_seven_lines_the_rest_is_one():
    members = [f"C{number:02d}_X" for number in range(1, 12)]
    cuts = {"month": ["2026-01"] * 11, "service": members}
    figure = trends(rates(cuts, list(range(80, 91))), RATE, Look("en"), series="service", label=name)

    assert len(figure.data) == 7
    assert figure.data[-1].name == "others"
    assert "(440 / 500)" in hovered(figure)[-1]  # five members, sums over sums


def test_panels_share_one_scale():
    cuts = {"month": MONTHS * 2, "service": ["ADO"] * 3 + ["GAZD"] * 3}
    figure = multiples(rates(cuts, [95, 96, 97, 45, 46, 47]), RATE, Look(), series="service", label=name)

    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert "<b><ADO></b> 97,0\u00a0%" in texts(figure)


def test_dots_put_the_best_on_top_unless_the_order_is_a_natural_one():
    actors = dots(rates({"actor": ["a", "b"]}, [80, 95]), RATE, Look(), cut="actor", label=name)
    sizes = dots(
        rates({"size_band": ["over_50000", "under_500"]}, [99, 80]), RATE, Look(), cut="size_band", by_value=False,
        label=name,
    )  # fmt: skip

    assert list(actors.layout.yaxis.tickvals) == ["a", "b"]
    assert list(sizes.layout.yaxis.tickvals) == ["over_50000", "under_500"]


def test_a_marked_member_stands_out_by_weight_and_colour():
    figure = dots(rates({"county": ["Zala", "Vas"]}, [91, 60]), RATE, Look(), cut="county", marked=["Vas"], label=name)

    assert "<b>&lt;Vas></b>" in figure.layout.yaxis.ticktext
    assert len(set(figure.data[-1].marker.color)) == 2


def test_a_band_is_said_once():
    figure = dots(rates({"service": ["ADO"]}, [8]), GROWTH, Look("en"), cut="service", label=name)

    assert "target: 0.0% – 15.0%" in texts(figure)
    assert len(figure.layout.shapes) == 2


def test_bars_start_at_zero_and_keep_the_others_at_the_bottom():
    suppliers = [f"S{number}" for number in range(12)]
    figure = bars(amounts({"supplier": suppliers}, [10**9 - number for number in range(12)]), HUF, Look("hu"),
                  cut="supplier", label=name)  # fmt: skip

    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.yaxis.tickvals[0] == "…"
    assert figure.data[0].text[-1] == "1\u00a0Mrd\u00a0Ft"


def test_a_month_that_is_not_over_is_hatched():
    figure = columns(amounts({"month": MONTHS}, [5, 6, 2]), COUNT, Look("en"), partial="2026-03", label=name)

    assert list(figure.data[0].marker.pattern.shape) == ["", "", "/"]
    assert hovered(figure)[-1].endswith("not over yet")


def test_nothing_open_at_the_end_of_a_month_is_zero():
    figure = flow(amounts({"month": MONTHS}, [5, 6, 2]), amounts({"month": MONTHS[:1]}, [3]), (COUNT, COUNT), Look(),
                  label=name)  # fmt: skip

    assert list(figure.data[1].y) == [3, 0, 0]


def test_spending_is_added_up_and_put_beside_an_even_pace():
    figure = pace(amounts({"month": MONTHS}, [10, 20, 30]), 1200.0, Look("en"))

    assert list(figure.data[0].y)[2] == pytest.approx(300)
    assert list(figure.data[1].y) == [10, 30, 60]
    assert any("5.0%" in text for text in texts(figure))


def test_stages_of_a_budget_stand_within_one_another():
    frames = [amounts({"actor": ["a", "b"]}, values) for values in ([100, 50], [80, 40], [60, 10])]
    figure = nested(frames, [HUF] * 3, Look("en"), cut="actor", label=name)

    assert [trace.width for trace in figure.data] == sorted((trace.width for trace in figure.data), reverse=True)
    assert any("60%" in text for text in texts(figure))


def test_stages_of_adoption_count_municipalities():
    live, ready = rates({"service": ["ADO"]}, [90]), rates({"service": ["ADO"]}, [95])
    figure = stages(ready, live, RATE, Look("en"), cut="service", label=name)

    assert [list(trace.x) for trace in figure.data] == [[100], [95], [90]]


def test_every_row_is_in_one_part_of_the_bar():
    row = {"job": "tickets", "source": "desk", "read": 10, "loaded_new": 5, "loaded_changed": 1, "unchanged": 2}
    figure = conservation(pd.DataFrame([row | {"duplicate": 1, "quarantined": 1}]), Look())

    assert sum(trace.x[0] for trace in figure.data) == pytest.approx(1)
    assert len({(trace.marker.color, trace.marker.pattern.shape) for trace in figure.data}) == 5


@pytest.mark.parametrize(("minutes", "said"), [((60, 240), "60 / 240\u00a0perc"), ((60, 480), "1,0 / 8,0\u00a0óra")])
def test_two_values_are_named_and_said(minutes, said):
    near, far = (amounts({"service": ["ADO"]}, [value]) for value in minutes)
    figure = between(near, far, (MINUTES, MINUTES), Look("hu"), cut="service", names=("fele", "zöme"), label=name)

    assert said in texts(figure)
    assert any("fele" in text and "zöme" in text for text in texts(figure))
