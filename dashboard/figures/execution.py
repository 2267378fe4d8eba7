"""Budget: how much of the appropriation is committed and how much is spent."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.dots import names_axis
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_room, key_words
from dashboard.figures.message import message_figure
from dashboard.figures.stages import SHADES, WIDTHS
from dashboard.figures.targets import Drawn, sparse
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
    last = str(len(frames) - 1)
    scale = amount_scale(whole[last])
    said = [_spent(plan, spent, scale, look) for plan, spent in zip(whole["0"], whole[last], strict=True)]
    right = 20 + 7 * max(len(text) for text in said)
    entries = [(_(name, look.language), SEQUENTIAL[look.theme][at]) for name, at in zip(NAMES, SHADES, strict=True)]
    largest = float(whole[[str(place) for place in range(len(frames))]].max().max())
    # The bars take the whole width: a tick beyond the longest would leave it empty.
    axis = sparse(money_axis(0, largest, look.language, scale), look) | {"range": [0, largest * 1.02 or 1]}
    return go.Figure(
        [
            _bar(whole, place, metric, width, look, cut, label)
            for place, (metric, width) in enumerate(zip(metrics, WIDTHS, strict=True))
        ],
        {
            "xaxis": axis | {"showgrid": True},
            "yaxis": names_axis(whole, cut, look, label),
            "annotations": [*_amounts(whole[cut], said, look), key_words(entries, look, right)],
            "barmode": "overlay",
            "margin": {"t": key_room(entries, look), "r": right},
        },
    )


def _spent(plan: float, spent: float, scale: formats.Scale, look: Look) -> str:
    """`2 066 M Ft · 68 %`, in the scale of the axis; on a narrow screen the share alone."""
    share = formats.percent(spent / plan if plan else None, look.language, 0)
    return share if look.narrow else f"{formats.money_short(spent, look.language, scale)} · {share}"


def _amounts(members: pd.Series, said: Sequence[str], look: Look) -> list[Drawn]:
    """Annotations: what is spent, in the right margin."""
    return [
        {
            "x": 1, "xref": "paper", "y": member, "text": text, "showarrow": False, "xanchor": "left", "xshift": 10,
            "font": {"size": 12, "color": MUTED[look.theme]},
        }
        for member, text in zip(members, said, strict=True)
    ]  # fmt: skip


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
        f"{plain(label(cut, member, look.language))} · {words.metric_name(metric, look.language)}: "
        f"{formats.money(value, look.language)}"
        for member, value in zip(whole[cut], values, strict=True)
    ]
    return go.Bar(
        x=values, y=whole[cut], orientation="h", width=width, marker={"color": colour}, hovertext=said,
        hovertemplate=HOVER, name=_(NAMES[place], look.language),
    )  # fmt: skip
