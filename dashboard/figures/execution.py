"""Budget: how much of the appropriation is committed and how much is spent."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.dots import names_axis
from dashboard.figures.hovers import HOVER, Label, plain, words_of
from dashboard.figures.keys import key_line
from dashboard.figures.message import message_figure
from dashboard.figures.stages import SHADES, WIDTHS
from dashboard.figures.template import MUTED, SEQUENTIAL
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

NAMES = (N_("modified appropriation"), N_("commitment"), N_("performance"))


def nested(
    frames: Sequence[pd.DataFrame],
    metrics: Sequence[Metric],
    look: Look,
    *,
    cut: str,
    most: int = 10,
    label: Label = words.label,
) -> go.Figure:
    """Appropriation, commitment and performance of each member as bars within one another, the widest first.

    frames: from measure(..., by=[cut]), one per metric, in that order; all in forints. The most costly on top.
    """
    whole = _wide(frames, cut)
    if whole.empty:
        return message_figure(look)
    whole = whole.sort_values("0").tail(most)
    figure = go.Figure()
    scale = amount_scale(whole[str(len(frames) - 1)])
    for place, (metric, width) in enumerate(zip(metrics, WIDTHS, strict=True)):
        figure.add_trace(_bar(whole, place, metric, width, look, cut, label))
    largest = float(whole[[str(place) for place in range(len(frames))]].max().max())
    figure.update_xaxes(**money_axis(0, largest, look.language), showgrid=True)
    figure.update_yaxes(**names_axis(whole, cut, look, label))
    for member, plan, spent in zip(whole[cut], whole["0"], whole[str(len(frames) - 1)], strict=True):
        share = formats.percent(spent / plan if plan else None, look.language, 0)
        said = f"{formats.money_short(spent, look.language, scale)} · {share}"
        figure.add_annotation(
            x=1, xref="paper", y=member, text=share if look.narrow else said, showarrow=False, xanchor="left",
            xshift=10, font={"size": 12, "color": MUTED[look.theme]},
        )  # fmt: skip
    right = 56 if look.narrow else 140
    entries = [(_(name, look.language), SEQUENTIAL[look.theme][at]) for name, at in zip(NAMES, SHADES, strict=True)]
    key_line(figure, entries, look, right)
    return figure.update_layout(barmode="overlay", margin={"r": right})


def _wide(frames: Sequence[pd.DataFrame], cut: str) -> pd.DataFrame:
    whole = pd.DataFrame({cut: []})
    for place, frame in enumerate(frames):
        part = frame[[cut, "value"]].rename(columns={"value": str(place)})
        whole = part if place == 0 else whole.merge(part, on=cut, how="outer")
    return whole.fillna({str(place): 0.0 for place in range(len(frames))})


def _bar(whole: pd.DataFrame, place: int, metric: Metric, width: float, look: Look, cut: str, label: Label) -> go.Bar:
    colour = SEQUENTIAL[look.theme][SHADES[place]]
    values = whole[str(place)]
    said = [
        f"{plain(label(cut, member, look.language))} · {words_of(metric, look.language)}: "
        f"{formats.money(value, look.language)}"
        for member, value in zip(whole[cut], values, strict=True)
    ]
    return go.Bar(
        x=values, y=whole[cut], orientation="h", width=width, marker={"color": colour}, hovertext=said,
        hovertemplate=HOVER, name=_(NAMES[place], look.language),
    )  # fmt: skip
