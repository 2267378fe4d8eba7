"""Shares of members against their target, each with the interval that its few or many rows leave open."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.certainty import intervals, surely_missing
from dashboard.figures.dots import arranged, dots, names_axis
from dashboard.figures.hovers import Label
from dashboard.figures.marks import SMALL
from dashboard.figures.message import message_figure
from dashboard.figures.targets import limits_of, sparse, value_range
from dashboard.figures.template import GRID, MUTED
from dashboard.look import Look
from data.metrics.metric import Metric


def shares(
    frame: pd.DataFrame, metric: Metric, look: Look, *, cut: str, by_value: bool = True, label: Label = words.label
) -> go.Figure:
    """A dot per member with its 99.8 per cent interval; bold where all of it lies beyond the target.

    frame: from measure(..., by=[cut]) of a share of rows. Otherwise as dots().
    """
    shown = frame.dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    shown = arranged(shown, metric, cut, by_value)
    figure = dots(frame, metric, look, cut=cut, by_value=by_value, label=label)
    points = figure.data[-1]
    figure.data = (points,)
    figure.add_trace(_whiskers(shown, cut, look))
    figure.data = figure.data[::-1]
    axis = sparse(value_range(_extent(shown), metric, look), look)
    return figure.update_layout(
        xaxis=axis | {"showgrid": True, "gridcolor": GRID[look.theme]},
        yaxis=names_axis(shown, cut, look, label, sure_ones(shown, metric, cut), metric),
    )


def sure_ones(frame: pd.DataFrame, metric: Metric, cut: str) -> list[str]:
    """Members that miss the target by more than chance, in the order of the frame. Of fewer than ten rows nothing is
    sure: the interval is too narrow for so few, and one late ticket of one would do."""
    limits = limits_of(metric)
    if len(limits) != 1:
        return []
    known = frame.dropna(subset=["value"])
    wrong = surely_missing(known, limits[0], metric.better)
    enough = known["denominator"] >= SMALL
    return [str(member) for member, one, many in zip(known[cut], wrong, enough, strict=True) if one and many]


def _whiskers(shown: pd.DataFrame, cut: str, look: Look) -> go.Scatter:
    x: list[float | None] = []
    y: list[object] = []
    for (low, high), member in zip(intervals(shown), shown[cut], strict=True):
        x += [low, high, None]
        y += [member, member, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": MUTED[look.theme], "width": 1.5}, hoverinfo="skip")


def _extent(shown: pd.DataFrame) -> pd.Series:
    """What must fit on the axis: every value, and the intervals of those that have enough rows."""
    ends = [
        end for pair, rows in zip(intervals(shown), shown["denominator"], strict=True) if rows >= SMALL for end in pair
    ]
    return pd.Series([*shown["value"], *ends], dtype="float64")
