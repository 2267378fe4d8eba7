"""How many are at each stage: contracted, provisioned, live, as bars within one another."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import value_axis
from dashboard.figures.dots import arranged, names_axis
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_room, key_words
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn, sparse
from dashboard.figures.template import MUTED, SEQUENTIAL
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

CONTRACTED, PROVISIONED, LIVE = N_("contracted"), N_("provisioned"), N_("live")
SHADES, WIDTHS = (1, 3, 6), (0.72, 0.46, 0.2)
RIGHT = 64  # pixels for the shares beside the bars


def stages(
    provisioned: pd.DataFrame,
    live: pd.DataFrame,
    metric: Metric,
    look: Look,
    *,
    cut: str,
    label: Label = words.label,
) -> go.Figure:
    """A member's contracted services as a wide bar, the provisioned and the live ones within it.

    Both frames from measure(..., by=[cut]) of shares of the contracted ones: their denominators are the contracted.
    """
    counts = _counts(provisioned, live, cut)
    if counts.empty:
        return message_figure(look)
    counts = arranged(counts.assign(value=counts["contracted"]), metric, cut, by_value=False)
    names = (CONTRACTED, PROVISIONED, LIVE)
    largest = float(counts["contracted"].max())
    axis = sparse(value_axis(0, largest, "count", look.language, title=False), look)
    shades = [SEQUENTIAL[look.theme][place] for place in SHADES]
    entries = [(_(name, look.language), shade) for name, shade in zip(names, shades, strict=True)]
    pairs = _("pairs of municipality and application", look.language)
    return go.Figure(
        [_bar(counts, name, place, look, cut, label) for place, name in enumerate(names)],
        {
            # The bars take the whole width: a tick beyond the longest would leave it empty.
            "xaxis": axis | {"range": [0, largest * 1.02 or 1], "title": {"text": pairs}, "showgrid": True},
            "yaxis": names_axis(counts, cut, look, label),
            "annotations": [*_shares(counts, look, cut), key_words(entries, look, RIGHT)],
            "barmode": "overlay",
            "margin": {"t": key_room(entries, look), "r": RIGHT},
        },
    )


def _shares(counts: pd.DataFrame, look: Look, cut: str) -> list[Drawn]:
    """Annotations: the share that is live, of each."""
    return [
        {
            "x": 1, "xref": "paper", "y": member, "showarrow": False, "xanchor": "left", "xshift": 10,
            "text": formats.percent(done / all_of_it if all_of_it else None, look.language),
            "font": {"size": 12, "color": MUTED[look.theme]},
        }
        for member, all_of_it, done in zip(counts[cut], counts["contracted"], counts["live"], strict=True)
    ]  # fmt: skip


def _counts(provisioned: pd.DataFrame, live: pd.DataFrame, cut: str) -> pd.DataFrame:
    """Columns: cut, n, contracted, provisioned, live."""
    counted = live.rename(columns={"denominator": "contracted", "numerator": "live"})
    ready = provisioned.rename(columns={"numerator": "provisioned"})[[cut, "provisioned"]]
    whole = counted[[cut, "n", "contracted", "live"]].merge(ready, on=cut, how="left")
    return whole[whole["contracted"] > 0]


def _bar(counts: pd.DataFrame, name: str, place: int, look: Look, cut: str, label: Label) -> go.Bar:
    said = [
        f"{plain(label(cut, member, look.language))} · {_(name, look.language)}: {formats.number(count, look.language)}"
        f" / {formats.number(all_of_it, look.language)}"
        for member, count, all_of_it in zip(counts[cut], counts[name], counts["contracted"], strict=True)
    ]
    return go.Bar(
        x=counts[name], y=counts[cut], orientation="h", width=WIDTHS[place], name=_(name, look.language),
        marker={"color": SEQUENTIAL[look.theme][SHADES[place]]}, hovertext=said, hovertemplate=HOVER,
    )  # fmt: skip
