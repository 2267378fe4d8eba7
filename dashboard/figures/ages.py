"""How old the open tickets are: a bar per holder, in parts by age."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.leads import leads
from dashboard.figures.marks import wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.template import SEQUENTIAL, SURFACE, TEXT
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

PATTERNS = ("", "/", "x", "")  # the last is the darkest: told apart without colour
SHADES = (1, 3, 4, 6)
LEVELS = {0: N_("level unknown"), 1: N_("level 1"), 2: N_("level 2")}
Band = tuple[int, int | None]


def ages(
    frame: pd.DataFrame, bands: Sequence[Band], metric: Metric, look: Look, label: Label = words.label
) -> go.Figure:
    """A bar per actor and level, the oldest backlog on top. frame: from data.backlog.backlog_ages; bands: its BANDS.

    metric: what is counted; each bar leads to the tickets of its holder.
    """
    if frame.empty:
        return message_figure(look)
    held = by_holder(frame, len(bands))
    names = [holder_name(actor, level, look.language, label, short=look.narrow) for actor, level in held.index]
    places = [f"{actor} {level}" for actor, level in held.index]
    figure = go.Figure([_band(held, places, names, bands, place, look) for place in range(len(bands))])
    holders = pd.DataFrame(list(held.index), columns=["actor", "level"])
    figure.update_traces(customdata=leads(holders, metric, ("actor", "level")))
    totals = held.sum(axis=1)
    axis = value_axis(0, float(totals.max()), "count", look.language, title=False)
    axis["range"] = [0, float(totals.max()) * 1.15]
    figure.update_xaxes(**axis, showticklabels=False)
    figure.update_yaxes(
        type="category", tickmode="array", tickvals=places, categoryorder="array", categoryarray=places,
        ticktext=[wrapped(plain(name), look, len(names)) for name in names], tickfont={"color": TEXT[look.theme]},
    )  # fmt: skip
    key_of_traces(figure, look)
    said = [
        {"x": float(total), "y": place, "text": formats.number(int(total), look.language), "showarrow": False}
        | {"xanchor": "left", "xshift": 6, "font": {"size": 12, "color": TEXT[look.theme]}}
        for place, total in zip(places, totals, strict=True)
    ]
    return figure.update_layout(barmode="stack", bargap=0.35, annotations=said)


def by_holder(frame: pd.DataFrame, bands: int) -> pd.DataFrame:
    """Counts by (actor, level) and band; those with the most that is older than the second band come last."""
    wide = frame.pivot_table(index=["actor", "level"], columns="band", values="n", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=range(bands), fill_value=0).astype("int64")
    order = pd.DataFrame({"old": wide[list(range(bands))[2:]].sum(axis=1), "all": wide.sum(axis=1)})
    return wide.loc[order.sort_values(["old", "all"], kind="stable").index]


def band_name(band: Band, language: str) -> str:
    """`0–7 nap`, `91 nap felett`."""
    first, last = band
    if last is None:
        return _("over {days} days", language, days=first - 1)
    return _("{first}–{last} days", language, first=first, last=last)


def holder_name(actor: str, level: int, language: str, label: Label = words.label, *, short: bool = False) -> str:
    """`NISZ · 1. szint`; short `NISZ (1)`."""
    if short:
        return f"{label('actor', actor, language)} ({level or '?'})"
    return f"{label('actor', actor, language)} · {_(LEVELS.get(int(level), LEVELS[0]), language)}"


def _band(
    held: pd.DataFrame, places: list[str], names: list[str], bands: Sequence[Band], place: int, look: Look
) -> go.Bar:
    colour = SEQUENTIAL[look.theme][SHADES[place % len(SHADES)]]
    called = band_name(bands[place], look.language)
    values = [int(value) for value in held[place]]
    said = [
        f"{plain(name)} · {called}: {formats.number(value, look.language)}"
        for name, value in zip(names, values, strict=True)
    ]
    return go.Bar(
        x=values, y=places, orientation="h", name=called, hovertext=said, hovertemplate=HOVER,
        marker={
            "color": colour, "line": {"color": SURFACE[look.theme], "width": 1},
            "pattern": {"shape": PATTERNS[place % len(PATTERNS)], "size": 5, "solidity": 0.25},
        },
    )  # fmt: skip
