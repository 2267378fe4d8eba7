"""Contracts: time elapsed beside money drawn, growth of values, penalties by month, awards by year."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.axes import month_axis
from dashboard.figures.hovers import HOVER
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import quantity_colour, wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.template import GRID, MUTED, SEQUENTIAL, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from data.cost.contracts import DRAWN, MOST_GROWTH

MOST_NAMED = 6


def drawdown(frame: pd.DataFrame, look: Look) -> go.Figure:
    """A point per contract: the share of its time that has passed, the share of its value that is invoiced.

    frame: name, said, link, elapsed_share, invoiced_share, is_off (outside the band of DRAWN; a diamond, named).
    """
    if frame.empty:
        return message_figure(look)
    most = max(1.0, float(frame["invoiced_share"].max()), float(frame["elapsed_share"].max()))
    colours = signal_colours(look.theme)
    off = list(frame["is_off"].astype(bool))
    figure = go.Figure(
        [
            *_band(most, look),
            go.Scatter(
                x=list(frame["elapsed_share"].astype(float)), y=list(frame["invoiced_share"].astype(float)),
                mode="markers", hovertext=list(frame["said"]), hovertemplate=HOVER, customdata=list(frame["link"]),
                marker={
                    "size": 11, "symbol": ["diamond" if one else "circle" for one in off],
                    "color": [colours["concern"] if one else colours["common"] for one in off],
                    "line": {"color": SURFACE[look.theme], "width": 1}, "opacity": 0.9,
                },
            ),
        ]
    )  # fmt: skip
    named = frame[frame["is_off"].astype(bool)].head(MOST_NAMED)
    for row in named.to_dict("records"):
        right = float(row["elapsed_share"]) > most * 0.6
        figure.add_annotation(
            x=float(row["elapsed_share"]), y=float(row["invoiced_share"]), text=str(row["name"]), showarrow=False,
            xanchor="right" if right else "left", xshift=-10 if right else 10,
            font={"size": 12, "color": TEXT[look.theme]},
        )  # fmt: skip
    axis = _percents(most, look)
    figure.update_xaxes(**axis, title={"text": _("share of the term elapsed", look.language)}, showgrid=True)
    return figure.update_yaxes(**axis, title={"text": _("share of the value invoiced", look.language)})


def growth(frame: pd.DataFrame, look: Look) -> go.Figure:
    """A bar per contract whose value was changed, with the limit as a dashed line. frame: name, said, link, growth."""
    if frame.empty:
        return message_figure(look, _("No contract in force has grown or shrunk.", look.language))
    shown = frame.sort_values("growth", kind="stable")
    values, colours = [float(one) for one in shown["growth"]], signal_colours(look.theme)
    over = [value > MOST_GROWTH for value in values]
    figure = go.Figure(
        go.Bar(
            x=values, y=list(shown["key"]), orientation="h", hovertext=list(shown["said"]), hovertemplate=HOVER,
            customdata=list(shown["link"]), text=[formats.percent(value, look.language) for value in values],
            textposition="outside", cliponaxis=False, textfont={"color": TEXT[look.theme], "size": 12},
            marker={
                "color": [colours["concern"] if one else quantity_colour(look) for one in over],
                "pattern": {"shape": ["/" if one else "" for one in over], "size": 5, "solidity": 0.25},
            },
        )
    )  # fmt: skip
    figure.add_vline(x=MOST_GROWTH, line={"color": MUTED[look.theme], "dash": "dash", "width": 1})
    figure.add_annotation(
        x=MOST_GROWTH, y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=_("limit {share}", look.language, share=formats.percent(MOST_GROWTH, look.language, 0)),
        font={"size": 12, "color": MUTED[look.theme]},
    )  # fmt: skip
    figure.update_xaxes(range=[min(0.0, *values) * 1.2, max(MOST_GROWTH, *values) * 1.25], showticklabels=False)
    names = [wrapped(str(one), look, len(shown)) for one in shown["name"]]
    figure.update_yaxes(
        type="category", tickmode="array", tickvals=list(shown["key"]), ticktext=names,
        tickfont={"color": TEXT[look.theme], "size": 12},
    )  # fmt: skip
    return figure.update_layout(bargap=0.35, margin={"t": 28})


def stacked(
    frame: pd.DataFrame, parts: Mapping[str, str], look: Look, *, cut: str, labels: Sequence[str] = ()
) -> go.Figure:
    """Amounts by month or year in parts, one on another. frame: cut and a column of forints for each of parts.

    parts: column and its name, from below; labels: ready text of each row of the axis (months by default).
    """
    shown = frame[[cut, *parts]].sort_values(cut)
    if shown.empty or not shown[list(parts)].to_numpy().sum():
        return message_figure(look)
    totals = shown[list(parts)].sum(axis=1).astype(float)
    scale = amount_scale([float(totals.max())])
    places = [str(one) for one in shown[cut]]
    figure = go.Figure(
        [
            go.Bar(
                x=places, y=[int(one) for one in shown[column]], name=name, hovertemplate=HOVER,
                hovertext=[
                    f"{label} · {name}: {formats.money(int(one), look.language)}"
                    for label, one in zip(_labels(places, labels, look), shown[column], strict=True)
                ],
                marker={
                    "color": SEQUENTIAL[look.theme][(2, 5, 4)[at % 3]],
                    "pattern": {"shape": ("", "/", "x")[at % 3], "size": 5, "solidity": 0.25},
                    "line": {"color": SURFACE[look.theme], "width": 1},
                },
            )
            for at, (column, name) in enumerate(parts.items())
        ]
    )  # fmt: skip
    figure.update_yaxes(**money_axis(0, float(totals.max()), look.language, scale))
    if labels:
        figure.update_xaxes(type="category", tickmode="array", tickvals=places, ticktext=list(labels))
    else:
        figure.update_xaxes(**month_axis(places, look.language, 4 if look.narrow else 8))
    if len(parts) > 1:
        key_of_traces(figure, look)
    return figure.update_layout(barmode="stack", bargap=0.3)


def _labels(places: Sequence[str], labels: Sequence[str], look: Look) -> list[str]:
    return list(labels) or [formats.month(place, look.language, whole=True) for place in places]


def _band(most: float, look: Look) -> list[go.Scatter]:
    """The band in which money keeps step with time, and the even pace in its middle."""
    low, high = DRAWN
    area = go.Scatter(
        x=[0, most, most], y=[0, most * high, most * low], fill="toself", mode="lines", hoverinfo="skip",
        fillcolor=GRID[look.theme], line={"width": 0}, opacity=0.6,
    )  # fmt: skip
    even = go.Scatter(
        x=[0, most], y=[0, most], mode="lines", hoverinfo="skip",
        line={"color": MUTED[look.theme], "dash": "dash", "width": 1},
    )  # fmt: skip
    return [area, even]


def _percents(most: float, look: Look) -> dict[str, object]:
    ticks = [0, 0.25, 0.5, 0.75, 1.0] if most <= 1.5 else [0, 0.5, 1.0, 1.5, 2.0]
    return {
        "tickmode": "array", "tickvals": ticks, "ticktext": [formats.percent(one, look.language, 0) for one in ticks],
        "range": [0, most * 1.06],
    }  # fmt: skip
