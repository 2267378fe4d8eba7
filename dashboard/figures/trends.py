"""Several members over time: a line each, named at its end."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.contrast import readable
from dashboard.figures.ends import name_ends
from dashboard.figures.gaps import complete, months_of
from dashboard.figures.hovers import HOVER, Label, hovers
from dashboard.figures.leads import leads
from dashboard.figures.marks import GLYPHS, OTHERS, member_colour, member_style, ordered
from dashboard.figures.message import message_figure
from dashboard.figures.pooling import pooled
from dashboard.figures.targets import target_labels, target_lines, time_range, value_range
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric


def trends(
    frame: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    series: str,
    over: str = "month",
    crop: bool = False,
    label: Label = words.label,
) -> go.Figure:
    """A line per member of series; more than seven show the accountable few and the others as one.

    crop: values far from zero are not drawn from it. frame: from measure(..., by=[over, series]). Lines are told apart
    by name, dash and symbol, not by colour alone.
    """
    label = naming_others(label)
    shown = pooled(frame, metric, series, over).dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    parts = parts_of(shown, series)
    months = months_of(shown, over)
    parts = [complete(part, metric, over).assign(**{series: part[series].iloc[0]}) for part in parts]
    figure = go.Figure(
        [_line(part, metric, look, (over, series), position, label) for position, part in enumerate(parts)],
        {"xaxis": time_range(months, over, look), "yaxis": value_range(shown["value"], metric, look, crop=crop)},
    )
    members = [str(part[series].iloc[0]) for part in parts]
    colours = [readable(member_colour(series, name, look, place), look) for place, name in enumerate(members)]
    names = [
        _marked(label(series, name, look.language), series, name, place, look) for place, name in enumerate(members)
    ]
    ends = [(float(part["value"].dropna().iloc[-1]), name) for part, name in zip(parts, names, strict=True)]
    return name_ends(figure, [*ends, *target_labels(metric, look)], look, colours, shapes=target_lines(metric, look))


def _marked(name: str, series: str, member: str, position: int, look: Look) -> str:
    """A name behind the symbol and in the colour of its line."""
    colour, symbol = member_colour(series, member, look, position), member_style(series, member, position)[1]
    return f'<span style="color:{colour}">{GLYPHS[symbol]}</span> {name}'


def parts_of(shown: pd.DataFrame, series: str) -> list[pd.DataFrame]:
    """The rows of each member, members in the order they are read."""
    totals = {str(member): float(part["n"].sum()) for member, part in shown.groupby(series)}
    return [shown[shown[series] == member] for member in ordered(list(totals), series, totals)]


def naming_others(label: Label) -> Label:
    """The same names, and a word for what is pooled."""

    def named(cut: str, member: object, language: str) -> str:
        return _("others", language) if member == OTHERS else label(cut, member, language)

    return named


def _line(
    part: pd.DataFrame, metric: Metric, look: Look, cuts: tuple[str, str], position: int, label: Label
) -> go.Scatter:
    over, series = cuts
    member = str(part[series].iloc[0])
    colour = member_colour(series, member, look, position)
    dash, symbol = member_style(series, member, position)
    return go.Scatter(
        x=part[over],
        y=part["value"],
        name=label(series, member, look.language),
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"size": 6, "symbol": symbol, "color": colour},
        hovertext=hovers(part, metric, look.language, cuts, label),
        customdata=leads(part, metric, cuts),
        hovertemplate=HOVER,
        cliponaxis=False,
    )
