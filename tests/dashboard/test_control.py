"""The control chart: grey but for signals, legible at any length, and the same in its table."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.control_twin import control_twin, figures_twin
from dashboard.figures.control import control, level_words
from dashboard.figures.template import signal_colours
from dashboard.look import Look
from dashboard.tabulate import UNITS
from data.control.chart import Aim, ControlChart
from data.control.judge import judge
from data.metrics.catalogue import metric
from tests.dashboard.charts import GAP, judged, series, wobble

RATE, COUNT, MINUTES = (metric(name) for name in ("sla_resolution_rate", "ticket_count", "resolution_minutes_p90"))
LOOKS = [Look("hu", "light"), Look("en", "dark"), Look("hu", "dark", narrow=True)]
LENGTHS = {"one point": wobble(1), "short": wobble(7), "two years": wobble(24), "ten years": wobble(120)}


def name(cut: str, member: object, language: str) -> str:
    return f"<{member}>"


def drawn(chart: ControlChart, look: Look = LOOKS[0], aims: dict[str, Aim] | None = None) -> go.Figure:
    return control(chart, RATE, look, aims=aims, label=name)


def line_of_values(figure: go.Figure) -> go.Scatter:
    return next(trace for trace in figure.data if trace.mode == "lines+markers")


def texts(figure: go.Figure) -> list[str]:
    return [one.text for one in figure.layout.annotations]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("values", [[], [GAP, GAP]], ids=["nothing", "only gaps"])
def test_nothing_to_draw_is_said(values, look):
    shown = control(judge(series(values), "xmr", "higher", Aim()), RATE, look, label=name)

    assert len(shown.data) == 0
    assert texts(shown)[0].startswith(("Nincs", "There is nothing", "Ebben"))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("values", LENGTHS.values(), ids=LENGTHS)
def test_every_value_is_drawn_on_few_ticks(values, look):
    shown = drawn(judged(values), look)

    assert list(line_of_values(shown).y) == values
    assert len(shown.layout.yaxis.tickvals) <= 5
    assert len(shown.layout.xaxis.tickvals) <= (3 if look.narrow else 6)
    low, high = shown.layout.yaxis.range
    everything = [y for trace in shown.data for y in trace.y if y is not None and not pd.isna(y)]
    assert low <= min(everything) <= max(everything) <= high


def test_only_signalled_points_have_a_colour_and_a_symbol_of_their_own():
    chart = judged([*wobble(20), 0.99, 0.80, 0.9], aim=Aim())
    marker = line_of_values(drawn(chart)).marker
    colours = signal_colours("light")

    assert list(chart.points["signal"])[-3:] == ["improvement", "concern", ""]
    assert list(marker.line.color)[-3:] == [colours["improvement"], colours["concern"], colours["common"]]
    assert list(marker.symbol)[-3:] == ["circle", "diamond", "circle"]
    assert marker.size[-3] > marker.size[-1] < marker.size[-2]
    assert set(marker.line.color[:-3]) == {colours["common"]}


def test_a_gap_stays_a_gap():
    line = line_of_values(drawn(judged([*wobble(10), GAP, *wobble(10)])))

    assert pd.isna(line.y[10])
    assert line.connectgaps is False


def test_limits_of_a_short_series_are_dashed_and_called_trial_ones():
    short, long = drawn(judged(wobble(12))), drawn(judged(wobble(13)))

    assert {trace.line.dash for trace in short.data[:2]} == {"dot"}
    assert {trace.line.dash for trace in long.data[:2]} == {"solid"}
    assert any("próbahatár" in text for text in texts(short))
    assert not any("próbahatár" in text for text in texts(long))


def test_limits_that_begin_anew_stand_apart_behind_a_rule_with_its_reason():
    chart = judged([*wobble(15), *wobble(15, 0.97)], rebases=[(date(2025, 4, 1), "Új szerződés lépett hatályba")])
    shown = drawn(chart)

    rules = [shape for shape in shown.layout.shapes if shape.yref == "paper"]
    assert [rule.x0 for rule in rules] == [14.5]
    assert any("Új szerződés" in text for text in texts(shown))
    first, second = (set(trace.x) for trace in shown.data[:4:2])
    assert not first & second


def test_the_target_steps_where_it_changed():
    chart = judged(wobble(14), aim=Aim(0.95))
    periods = list(chart.points["period"])
    aims = {period: Aim(0.85 if period < "2024-07" else 0.95) for period in periods}
    target = next(trace for trace in drawn(chart, aims=aims).data if trace.line.dash == "dash")

    assert list(target.y) == [0.85] * 6 + [0.95] * 8
    assert target.line.shape == "hvh"
    assert "cél: 95 %" in [text.replace("\u00a0", " ") for text in texts(drawn(chart, aims=aims))]


def test_a_band_has_two_lines():
    chart = judged(wobble(14), better="band", aim=Aim(None, 0.8, 0.95))
    lines = [
        trace
        for trace in control(chart, metric("escalation_rate"), LOOKS[0], label=name).data
        if trace.line.dash == "dash"
    ]

    assert sorted(line.y[0] for line in lines) == [0.8, 0.95]


def test_a_point_says_its_value_what_it_is_made_of_and_why_it_is_a_signal():
    said = line_of_values(drawn(judged([*wobble(20), 0.99]))).hovertext[-1].replace("\u00a0", " ")

    assert "2025. szeptember" in said
    assert "99,0 % (990 / 1 000)" in said
    assert "érdemi javulás (határon kívül)" in said
    assert "átlag: " in said


@pytest.mark.parametrize(
    ("value", "of", "said"), [(2494.51, COUNT, "2 495"), (3.25, COUNT, "3,2"), (91.5, MINUTES, "1 óra 32 perc")]
)
def test_levels_are_written_as_finely_as_they_are_read(value, of, said):
    assert level_words(value, of, "hu").replace("\u00a0", " ") == said


def test_the_table_holds_every_point_of_the_chart():
    chart = judged([*wobble(14), GAP, 0.99])
    table = control_twin(chart, RATE, "hu")

    assert len(table) == len(chart.points)
    assert list(table.iloc[:, 1].dropna()) == list(chart.points["value"].dropna())
    assert list(table["Számláló"]) == list(chart.points["numerator"])
    assert table["Jelzés"].iloc[-1].startswith("érdemi javulás")
    assert set(table["Jelzés"].iloc[:-1]) == {"–"}
    assert table.attrs[UNITS]["Felső határ"] == "rate"


def test_figures_of_a_count_have_no_denominator_and_begin_with_the_newest():
    rows = series([3, 5], of=1).rename(columns={"period": "month"})
    table = figures_twin(rows, COUNT, "hu", "month")

    assert list(table.columns) == ["Hónap", "Sorok száma (n)", "Érték"]
    assert list(table["Érték"]) == ["5", "3"]
