"""What comes in and what is left open: two panels on one time axis, each with its own scale."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import words
from dashboard.figures.axes import value_axis
from dashboard.figures.bars import column_bars
from dashboard.figures.gaps import complete
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.message import message_figure
from dashboard.figures.targets import time_range
from dashboard.figures.template import TEXT, signal_colours
from dashboard.look import Look
from data.metrics.metric import Metric


def flow(
    intake: pd.DataFrame,
    backlog: pd.DataFrame,
    metrics: tuple[Metric, Metric],
    look: Look,
    *,
    over: str = "month",
    partial: str | None = None,
    label: Label = words.label,
) -> go.Figure:
    """Intake as bars above, the stock left at the end of each period as a line below.

    Both frames from measure(..., by=[over]). partial: the period that is not over yet.
    """
    if intake.dropna(subset=["value"]).empty and backlog.dropna(subset=["value"]).empty:
        return message_figure(look)
    periods = sorted({*intake[over], *backlog[over]})
    intake, backlog = complete(intake, metrics[0], over, periods), complete(backlog, metrics[1], over, periods)
    figure = make_subplots(
        2, 1, shared_xaxes=True, vertical_spacing=0.16, row_heights=[0.55, 0.45],
        subplot_titles=[words.metric_name(metric, look.language) for metric in metrics],
    )  # fmt: skip
    figure.add_trace(column_bars(intake.dropna(), metrics[0], look, over, partial, label), row=1, col=1)
    figure.add_trace(_line(backlog.dropna(), metrics[1], look, over, label), row=2, col=1)
    for row, (frame, metric) in enumerate(zip((intake, backlog), metrics, strict=True), 1):
        largest = float(frame["value"].max()) if len(frame) else 0.0
        figure.update_yaxes(**value_axis(0, largest, metric.unit, look.language, title=False), row=row, col=1)
    figure.update_xaxes(**time_range(sorted({*intake[over], *backlog[over]}), over, look))
    figure.update_xaxes(showticklabels=False, row=1, col=1)
    figure.update_annotations(x=0, xanchor="left", font={"size": 13, "color": TEXT[look.theme]})
    return figure.update_layout(margin={"t": 24}, bargap=0.25)


def _line(shown: pd.DataFrame, metric: Metric, look: Look, over: str, label: Label) -> go.Scatter:
    colour = signal_colours(look.theme)["common"]
    return go.Scatter(
        x=shown[over],
        y=shown["value"],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 6, "color": colour},
        hovertext=hovers(shown, metric, look.language, (over,), label),
        customdata=leads(shown, metric, (over,)),
        hovertemplate=HOVER,
        cliponaxis=False,
    )
