"""Small multiples: the same small chart for each member, on one scale, so that they can be compared."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import words
from dashboard.figures.gaps import complete, months_of
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.marks import member_colour
from dashboard.figures.message import message_figure
from dashboard.figures.pooling import pooled
from dashboard.figures.targets import Drawn, missed, sparse, target_lines, time_range, value_range, value_words
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
        rows, columns, shared_yaxes="all", shared_xaxes="all", horizontal_spacing=0.03, vertical_spacing=0.22 / rows
    )
    whole = [complete(one, metric, over).assign(**{series: one[series].iloc[0]}) for one in parts]
    at = [divmod(position, columns) for position in range(len(parts))]
    figure.add_traces(
        [_panel(part, metric, look, (over, series), label) for part in whole],
        rows=[row + 1 for row, _ in at],
        cols=[column + 1 for _, column in at],
    )
    names = [_heading(part, metric, look, series, label) for part in parts]
    return _finished(figure, shown, metric, look, over, names, rows)


def _heading(part: pd.DataFrame, metric: Metric, look: Look, series: str, label: Label) -> str:
    name = label(series, part[series].iloc[0], look.language)
    return f"<b>{name}</b> {value_words(part['value'].iloc[-1], metric, look.language)}"


def _panel(part: pd.DataFrame, metric: Metric, look: Look, cuts: tuple[str, str], label: Label) -> go.Scatter:
    over, series = cuts
    colour = member_colour(series, part[series].iloc[0], look)
    concern = signal_colours(look.theme)["concern"]
    wrong = missed(list(part["value"]), metric)
    return go.Scatter(
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
        customdata=leads(part, metric, cuts),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _finished(
    figure: go.Figure, shown: pd.DataFrame, metric: Metric, look: Look, over: str, names: Sequence[str], rows: int
) -> go.Figure:
    axis = sparse(value_range(shown["value"], metric, look), look)
    title = axis.pop("title", None)
    figure.update_yaxes(**axis, gridcolor=GRID[look.theme])
    # Beside the middle row: beside the first a long title would be cut off at the top.
    figure.update_yaxes(title=title, col=1, row=(rows + 1) // 2)
    periods = months_of(shown, over)
    # A panel has room for one label a year.
    ends = [period for period in periods if period.endswith("-01")] or periods[:1]
    ends = ends[-1:] if look.narrow else ends[-2:]
    ticks = {"tickvals": ends, "ticktext": [words.label(over, end, look.language) for end in ends]}
    figure.update_xaxes(**time_range(periods, over, look) | ticks)
    panels = range(1, len(names) + 1)
    return figure.update_layout(
        margin={"t": 28, "r": 28},
        annotations=[_title(name, panel, look) for panel, name in zip(panels, names, strict=True)],
        shapes=[shape for panel in panels for shape in target_lines(metric, look, panel)],
    )


def _title(name: str, panel: int, look: Look) -> Drawn:
    """Annotation: the member's name and newest value above its panel."""
    number = "" if panel == 1 else str(panel)
    return {
        "x": 0.5, "xref": f"x{number} domain", "y": 1, "yref": f"y{number} domain", "yanchor": "bottom",
        "text": name, "showarrow": False, "font": {"size": 13, "color": TEXT[look.theme]},
    }  # fmt: skip
