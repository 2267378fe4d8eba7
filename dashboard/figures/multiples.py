"""Small multiples: the same small chart for each member, on one scale, so that they can be compared."""

import math

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import formats, words
from dashboard.figures.gaps import complete, months_of
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.marks import member_colour
from dashboard.figures.message import message_figure
from dashboard.figures.pooling import pooled
from dashboard.figures.targets import limits_of, missed, time_range, value_range
from dashboard.figures.template import GRID, TEXT, signal_colours
from dashboard.figures.trends import naming_others, parts_of
from dashboard.look import Look
from data.metrics.metric import Metric


def multiples(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    series: str,
    over: str = "month",
    label: Label = words.label,
) -> go.Figure:
    """A panel per member of series (at most eight, the others as one), its newest value in the panel's title.

    frame: from measure(..., by=[over, series]). Values that miss the target carry a diamond.
    """
    label = naming_others(label)
    shown = pooled(frame, metric, series, over).dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    parts = parts_of(shown, series)
    columns = 2 if look.narrow else min(4, len(parts))
    rows = math.ceil(len(parts) / columns)
    figure = make_subplots(
        rows, columns, shared_yaxes="all", shared_xaxes="all", horizontal_spacing=0.03, vertical_spacing=0.22 / rows,
        subplot_titles=[_heading(part, metric, look, series, label) for part in parts],
    )  # fmt: skip
    for position, one in enumerate(parts):
        part = complete(one, metric, over).assign(**{series: one[series].iloc[0]})
        row, column = divmod(position, columns)
        _panel(figure, part, metric, look, (over, series), (row + 1, column + 1), label)
    return _finished(figure, shown, metric, look, over)


def _heading(part: pd.DataFrame, metric: Metric, look: Look, series: str, label: Label) -> str:
    name = label(series, part[series].iloc[0], look.language)
    return f"<b>{name}</b> {formats.value(part['value'].iloc[-1], metric.unit, look.language)}"


def _panel(
    figure: go.Figure,
    part: pd.DataFrame,
    metric: Metric,
    look: Look,
    cuts: tuple[str, str],
    place: tuple[int, int],
    label: Label,
) -> None:
    over, series = cuts
    colour = member_colour(series, part[series].iloc[0], look)
    concern = signal_colours(look.theme)["concern"]
    wrong = missed(list(part["value"]), metric)
    figure.add_scatter(
        x=part[over],
        y=part["value"],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "size": [7 if one else 3 for one in wrong],
            "symbol": ["diamond" if one else "circle" for one in wrong],
            "color": [concern if one else colour for one in wrong],
            "opacity": 1,
        },
        hovertext=hovers(part, metric, look.language, cuts, label),
        hovertemplate=HOVER,
        cliponaxis=False,
        row=place[0],
        col=place[1],
    )
    for limit in limits_of(metric):
        figure.add_hline(
            y=limit, line={"color": TEXT[look.theme], "width": 1, "dash": "dash"}, row=place[0], col=place[1]
        )


def _finished(figure: go.Figure, shown: pd.DataFrame, metric: Metric, look: Look, over: str) -> go.Figure:
    axis = value_range(shown["value"], metric, look)
    title = axis.pop("title", None)
    figure.update_yaxes(**axis, gridcolor=GRID[look.theme])
    figure.update_yaxes(title=title, col=1, row=1)
    periods = months_of(shown, over)
    # A panel has room for one label a year.
    ends = [period for period in periods if period.endswith("-01")] or periods[:1]
    ends = ends[-1:] if look.narrow else ends[-2:]
    figure.update_xaxes(**time_range(periods, over, look))
    figure.update_xaxes(tickvals=ends, ticktext=[words.label(over, end, look.language) for end in ends])
    figure.update_annotations(font={"size": 13, "color": TEXT[look.theme]})
    return figure.update_layout(margin={"t": 28, "r": 28})
