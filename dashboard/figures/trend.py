"""One figure over time against its target."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.ends import CHART_PIXELS, name_ends
from dashboard.figures.gaps import complete
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.marks import few
from dashboard.figures.message import message_figure
from dashboard.figures.targets import missed, target_labels, target_lines, time_range, value_range, value_words
from dashboard.figures.template import SURFACE, signal_colours
from dashboard.look import Look
from data.metrics.metric import Metric


def trend(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    over: str = "month",
    pixels: int = CHART_PIXELS,
    label: Label = words.label,
) -> go.Figure:
    """One line over time with its target. frame: from measure(..., by=[over]); may be empty.

    pixels: height of the plot. Values that miss the target are diamonds in the colour of concern; values of few rows
    are hollow.
    """
    if frame.dropna(subset=["value"]).empty:
        return message_figure(look)
    shown = complete(frame, metric, over)
    figure = go.Figure(_line(shown, metric, look, over, label))
    figure.update_xaxes(**time_range(list(shown[over]), over, look))
    figure.update_yaxes(**value_range(shown["value"], metric, look))
    last = shown["value"].dropna().iloc[-1]
    labels = [*target_labels(metric, look), (last, f"<b>{value_words(last, metric, look.language)}</b>")]
    return name_ends(figure, labels, look, shapes=target_lines(metric, look), pixels=pixels)


def _line(shown: pd.DataFrame, metric: Metric, look: Look, over: str, label: Label) -> go.Scatter:
    signals = signal_colours(look.theme)
    wrong = missed(list(shown["value"]), metric)
    colours = [signals["concern"] if one else signals["common"] for one in wrong]
    scarce = few(metric, shown["n"])
    fills = [SURFACE[look.theme] if one else colour for one, colour in zip(scarce, colours, strict=True)]
    return go.Scatter(
        x=shown[over],
        y=shown["value"],
        mode="lines+markers",
        line={"color": signals["common"], "width": 2},
        marker={
            "size": [10 if one else 7 for one in wrong],
            "symbol": ["diamond" if one else "circle" for one in wrong],
            "color": fills,
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        hovertext=hovers(shown, metric, look.language, (over,), label),
        customdata=leads(shown, metric, (over,)),
        hovertemplate=HOVER,
        cliponaxis=False,
    )
