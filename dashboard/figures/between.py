"""Two values of each member and the way between them: median and P90, contracted and live, before and after."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import value_axis
from dashboard.figures.dots import arranged, names_axis
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.marks import member_colour
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn, sparse
from dashboard.figures.template import GRID, MUTED, SURFACE, TEXT
from dashboard.look import Look
from data.metrics.metric import Metric

IN_MINUTES = 360  # where the longest time is below six hours, all are written in minutes


def between(
    near: pd.DataFrame,
    far: pd.DataFrame,
    metrics: tuple[Metric, Metric],
    look: Look,
    *,
    cut: str,
    names: tuple[str, str],
    by_value: bool = False,
    label: Label = words.label,
) -> go.Figure:
    """A hollow mark for the near value, a full one for the far value, a bar between them.

    Both frames from measure(..., by=[cut]), of metrics in the same unit; names: what the two marks are called (ready
    text), written above the topmost member.
    """
    both = far.merge(near[[cut, "value"]], on=cut, how="left", suffixes=("", "_near")).dropna(subset=["value"])
    if both.empty:
        return message_figure(look)
    both = arranged(both, metrics[1], cut, by_value)
    nearby = near.set_index(cut).reindex(both[cut]).reset_index()
    axis = value_axis(0, float(max(both["value"].max(), both["value_near"].max())), metrics[1].unit, look.language)
    short = float(both["value"].max()) < IN_MINUTES
    said = [
        _pair(first, second, metrics[1].unit, look.language, short)
        for first, second in zip(both["value_near"], both["value"], strict=True)
    ]
    return go.Figure(
        [
            _ways(both, cut, look),
            _marks(nearby, metrics[0], look, cut, True, label),
            _marks(both, metrics[1], look, cut, False, label),
        ],
        {
            "xaxis": sparse(axis, look) | {"showgrid": True, "gridcolor": GRID[look.theme]},
            "yaxis": names_axis(both, cut, look, label, metric=metrics[1]),
            "annotations": [*_values(both, said, look, cut), _key(look, names)],
            "margin": {
                "r": 16 if look.narrow else 24 + 7 * max(len(text) for text in said),
                "t": 44 if look.narrow else 28,
            },
        },
    )


def _ways(both: pd.DataFrame, cut: str, look: Look) -> go.Scatter:
    x: list[float | None] = []
    y: list[object] = []
    for first, second, member in zip(both["value_near"], both["value"], both[cut], strict=True):
        x += [first, second, None]
        y += [member, member, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": GRID[look.theme], "width": 6}, hoverinfo="skip")


def _marks(shown: pd.DataFrame, metric: Metric, look: Look, cut: str, hollow: bool, label: Label) -> go.Scatter:
    colours = [member_colour(cut, member, look, 1) for member in shown[cut]]
    return go.Scatter(
        x=shown["value"],
        y=shown[cut],
        mode="markers",
        marker={
            "size": 11,
            "symbol": "circle",
            "color": [SURFACE[look.theme]] * len(shown) if hollow else colours,
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        hovertext=hovers(shown, metric, look.language, (cut,), label),
        customdata=leads(shown, metric, (cut,)),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _values(both: pd.DataFrame, said: Sequence[str], look: Look, cut: str) -> list[Drawn]:
    """Annotations: both values of each member in the right margin, where there is room for them."""
    return [
        {
            "x": 1, "xref": "paper", "y": member, "text": text, "showarrow": False, "xanchor": "left", "xshift": 12,
            "font": {"size": 12, "color": MUTED[look.theme]},
        }
        for member, text in zip(both[cut], said, strict=True)
        if not look.narrow
    ]  # fmt: skip


def _pair(first: float, second: float, unit: str, language: str, short: bool) -> str:
    """Both values, in one unit said once: `6,6 / 23,6 óra`, short ones `51 / 178 perc`; the hover has them to the
    minute."""
    if unit != "minutes":
        return " / ".join(formats.value(value, unit, language) for value in (first, second))
    if short:
        minutes = " / ".join(formats.number(value, language) for value in (first, second))
        return f"{minutes}{formats.SPACE}{'perc' if language == 'hu' else 'min'}"
    hours = " / ".join(formats.number(value / 60, language, 1) for value in (first, second))
    return f"{hours}{formats.SPACE}{'óra' if language == 'hu' else 'h'}"


def _key(look: Look, names: tuple[str, str]) -> Drawn:
    """Annotation: the two names as a key above the chart: ○ median ● P90."""
    return {
        "x": 0, "xref": "paper", "y": 1, "yref": "paper", "yshift": 10, "xanchor": "left", "yanchor": "bottom",
        "text": ("<br>" if look.narrow else " \u00a0 ").join((f"○ {names[0]}", f"● {names[1]}")), "align": "left",
        "showarrow": False, "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
