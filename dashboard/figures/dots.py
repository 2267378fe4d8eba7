"""Members against a target: a dot each on one scale, with the way to the target drawn."""

from collections.abc import Collection, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.hovers import HOVER, Label, hovers, plain
from dashboard.figures.leads import leads
from dashboard.figures.marks import MANY, few, member_colour, ordered, wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.targets import (
    Drawn,
    limits_of,
    missed,
    rule_words,
    sparse,
    target_rules,
    value_range,
    value_words,
)
from dashboard.figures.template import GRID, MUTED, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric


def dots(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    cut: str,
    by_value: bool = True,
    marked: Collection[str] = (),
    label: Label = words.label,
) -> go.Figure:
    """A dot per member, its value beside it. frame: from measure(..., by=[cut]).

    by_value puts the best on top, otherwise the order is that of every page. A dot that misses the target is a
    diamond, one of few rows is hollow. marked: members that stand out, in the colour of concern and bold; where it is
    empty, those that miss the target are coloured.
    """
    shown = frame.dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    shown = arranged(shown, metric, cut, by_value)
    colours = _colours(shown, metric, look, cut, marked)
    figure = go.Figure()
    if len(limits_of(metric)) == 1:
        figure.add_trace(_ways(shown, limits_of(metric)[0], cut, look))
    figure.add_trace(_dots(shown, metric, look, cut, colours, label))
    axis = sparse(value_range(shown["value"], metric, look), look)
    said = [value_words(value, metric, look.language) for value in shown["value"]]
    return figure.update_layout(
        xaxis=axis | {"showgrid": True, "gridcolor": GRID[look.theme]},
        yaxis=names_axis(shown, cut, look, label, marked, metric),
        shapes=target_rules(metric, look),
        annotations=[*_values(shown[cut], said, look, marked), *rule_words(metric, look, *axis["range"])],
        margin={"t": 28 if limits_of(metric) else 8, "r": 20 + 7 * max(len(text) for text in said)},
    )


def arranged(shown: pd.DataFrame, metric: Metric, cut: str, by_value: bool) -> pd.DataFrame:
    """Rows from the bottom of the chart up."""
    if by_value:
        return shown.sort_values("value", ascending=metric.better != "lower", kind="stable")
    order = ordered([str(name) for name in shown[cut]], cut, dict(zip(shown[cut], shown["n"], strict=True)))
    return shown.set_index(cut).loc[order[::-1]].reset_index()


def names_axis(
    shown: pd.DataFrame, cut: str, look: Look, label: Label, marked: Collection[str] = (), metric: Metric | None = None
) -> dict[str, object]:
    """Arguments of an axis of names; with the metric given, names of few rows say so."""
    names = [wrapped(plain(label(cut, member, look.language)), look, len(shown)) for member in shown[cut]]
    said = [f"<b>{name}</b>" if member in marked else name for name, member in zip(names, shown[cut], strict=True)]
    scarce = few(metric, shown["n"]) if metric else [False] * len(said)
    note = _("few", look.language)
    return {
        "tickmode": "array",
        "tickvals": list(shown[cut]),
        "ticktext": [f"{name} ({note})" if one else name for name, one in zip(said, scarce, strict=True)],
        "type": "category",
        "showgrid": False,
        "categoryorder": "array",
        "categoryarray": list(shown[cut]),
        "tickfont": {"color": TEXT[look.theme], "size": 11 if look.narrow and len(shown) > MANY[True] else 12},
    }


def _colours(shown: pd.DataFrame, metric: Metric, look: Look, cut: str, marked: Collection[str]) -> list[str]:
    signals = signal_colours(look.theme)
    if marked:
        return [signals["concern"] if member in marked else signals["common"] for member in shown[cut]]
    if cut == "service":
        return [member_colour(cut, member, look) for member in shown[cut]]
    return [signals["concern"] if one else signals["common"] for one in missed(list(shown["value"]), metric)]


def _dots(shown: pd.DataFrame, metric: Metric, look: Look, cut: str, colours: list[str], label: Label) -> go.Scatter:
    return go.Scatter(
        x=shown["value"],
        y=shown[cut],
        mode="markers",
        marker={
            "size": 12,
            "symbol": ["diamond" if one else "circle" for one in missed(list(shown["value"]), metric)],
            "color": [
                SURFACE[look.theme] if scarce else colour
                for scarce, colour in zip(few(metric, shown["n"]), colours, strict=True)
            ],
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        hovertext=hovers(shown, metric, look.language, (cut,), label),
        customdata=leads(shown, metric, (cut,)),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _ways(shown: pd.DataFrame, limit: float, cut: str, look: Look) -> go.Scatter:
    """From each dot to the target."""
    x: list[float | None] = []
    y: list[object] = []
    for value, member in zip(shown["value"], shown[cut], strict=True):
        x += [value, limit, None]
        y += [member, member, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": GRID[look.theme], "width": 3}, hoverinfo="skip")


def _values(members: pd.Series, said: Sequence[str], look: Look, marked: Collection[str]) -> list[Drawn]:
    """Annotations: the value of each on the right edge, one below another like a column of a table."""
    return [
        {
            "x": 1, "xref": "paper", "y": member, "text": f"<b>{text}</b>" if member in marked else text,
            "showarrow": False, "xanchor": "left", "xshift": 12,
            "font": {"size": 12, "color": TEXT[look.theme] if member in marked else MUTED[look.theme]},
        }
        for member, text in zip(members, said, strict=True)
    ]  # fmt: skip
