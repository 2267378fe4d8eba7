"""Bars: amounts of members side by side, or month by month. Always from zero."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.amounts import amount_scale
from dashboard.figures.axes import value_axis
from dashboard.figures.dots import arranged, names_axis
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.marks import OTHERS, member_colour, quantity_colour
from dashboard.figures.message import message_figure
from dashboard.figures.pooling import pooled
from dashboard.figures.targets import time_range
from dashboard.figures.template import TEXT
from dashboard.figures.trends import naming_others
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric


def bars(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    cut: str,
    most: int = 8,
    by_value: bool = True,
    label: Label = words.label,
) -> go.Figure:
    """A horizontal bar per member with its amount at its end; beyond `most` the others as one.

    frame: from measure(..., by=[cut]).
    """
    label = naming_others(label)
    shown = pooled(frame, metric, cut, most=most).dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    by_size = others_first(shown.sort_values("value", kind="stable"), cut)
    shown = by_size if by_value else arranged(shown, metric, cut, by_value=False)
    largest, smallest = float(shown["value"].max()), float(shown["value"].min())
    scale = amount_scale(shown["value"])
    figure = go.Figure(
        go.Bar(
            x=shown["value"],
            y=shown[cut],
            orientation="h",
            marker={"color": [_colour(cut, member, look) for member in shown[cut]]},
            text=[amount(value, metric, look.language, scale) for value in shown["value"]],
            textposition="outside",
            textfont={"color": TEXT[look.theme], "size": 12},
            hovertext=hovers(shown, metric, look.language, (cut,), label),
            customdata=leads(shown, metric, (cut,)),
            hovertemplate=HOVER,
            cliponaxis=False,
        )
    )
    axis = value_axis(min(0.0, smallest), largest, metric.unit, look.language, title=False)
    figure.update_xaxes(**axis, showticklabels=False)
    # Room for the amounts that stand beyond the ends of the bars: letters of 7 pixels in a plot of about so many.
    longest = max(len(text) for text in figure.data[0].text)
    room = 1 / (1 - min(7 * longest / (190 if look.narrow else 340), 0.6))
    figure.update_xaxes(range=[axis["range"][0], largest * room or 1])
    figure.update_yaxes(**names_axis(shown, cut, look, label))
    return figure.update_layout(bargap=0.35)


def others_first(shown: pd.DataFrame, cut: str) -> pd.DataFrame:
    """What is pooled or unknown at the bottom of the chart, which is drawn from there up."""
    last = [str(member).lower() in ("unknown", OTHERS) for member in shown[cut]]
    return shown.assign(last=last).sort_values("last", ascending=False, kind="stable").drop(columns="last")


def columns(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    over: str = "month",
    partial: str | None = None,
    label: Label = words.label,
) -> go.Figure:
    """An upright bar per month. partial: a month that is not over yet, drawn hatched."""
    shown = frame.dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    figure = go.Figure(column_bars(shown, metric, look, over, partial, label))
    figure.update_yaxes(**value_axis(0, float(shown["value"].max()), metric.unit, look.language))
    figure.update_xaxes(**time_range(list(shown[over]), over, look))
    return figure.update_layout(bargap=0.25)


def column_bars(
    shown: pd.DataFrame, metric: Metric, look: Look, over: str, partial: str | None, label: Label
) -> go.Bar:
    """The bars alone."""
    said = hovers(shown, metric, look.language, (over,), label)
    unfinished = [period == partial for period in shown[over]]
    note = _("not over yet", look.language)
    colour = quantity_colour(look)
    return go.Bar(
        x=shown[over],
        y=shown["value"],
        marker={
            "color": colour,
            "pattern": {"shape": ["/" if one else "" for one in unfinished], "fillmode": "replace", "size": 6},
            "line": {"color": colour, "width": [1 if one else 0 for one in unfinished]},
        },
        hovertext=[f"{text} · {note}" if one else text for text, one in zip(said, unfinished, strict=True)],
        customdata=leads(shown, metric, (over,)),
        hovertemplate=HOVER,
    )


def amount(value: float, metric: Metric, language: str, scale: formats.Scale) -> str:
    """An amount at the end of its bar, all bars in one scale."""
    if metric.unit == "huf":
        return formats.money_short(value, language, scale)
    return formats.value(value, metric.unit, language)


def _colour(cut: str, member: object, look: Look) -> str:
    return member_colour(cut, member, look) if cut == "service" else quantity_colour(look)
