"""What became of the rows of each source: every row read is in exactly one part of its bar."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.template import SEQUENTIAL, SURFACE, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

NAMES = {
    "loaded_new": N_("new"),
    "loaded_changed": N_("changed"),
    "unchanged": N_("unchanged"),
    "duplicate": N_("duplicate"),
    "quarantined": N_("quarantined"),
}
PATTERNS = {"loaded_new": "", "loaded_changed": "/", "unchanged": "", "duplicate": ".", "quarantined": "x"}


def conservation(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Shares of the rows read, a bar per source. frame: from data.quality.conservation; may be empty.

    The parts are told apart by pattern and name as well; set-aside rows stand at the right end.
    """
    shown = frame[frame["read"] > 0] if len(frame) else frame
    if shown.empty:
        return message_figure(look, _("No source has been loaded yet.", look.language))
    shown = shown.iloc[::-1]
    figure = go.Figure([_part(shown, name, look) for name in NAMES])
    figure.update_xaxes(range=[0, 1], tickvals=[0, 0.5, 1], showgrid=False)
    figure.update_xaxes(ticktext=[formats.percent(tick, look.language, 0) for tick in (0, 0.5, 1)])
    figure.update_xaxes(title=_("share of the rows read", look.language))
    figure.update_yaxes(
        tickvals=list(shown["source"]),
        ticktext=[wrapped(plain(name), look, len(shown)) for name in shown["source"]],
        type="category",
        showgrid=False,
    )
    key_of_traces(figure, look)
    return figure.update_layout(barmode="stack", bargap=0.35, margin={"r": 24})


def part_colours(look: Look) -> dict[str, str]:
    """Colour of each outcome; only rows set aside carry a signal."""
    shades, signals = SEQUENTIAL[look.theme], signal_colours(look.theme)
    return {
        "loaded_new": shades[4],
        "loaded_changed": shades[2],
        "unchanged": shades[0],
        "duplicate": signals["common"],
        "quarantined": signals["concern"],
    }


def _part(shown: pd.DataFrame, name: str, look: Look) -> go.Bar:
    colour = part_colours(look)[name]
    word = _(NAMES[name], look.language)
    said = [
        f"{plain(source)} · {word}: {formats.number(rows, look.language)} / {formats.number(read, look.language)} "
        f"({formats.percent(rows / read, look.language, 2)})"
        for source, rows, read in zip(shown["source"], shown[name], shown["read"], strict=True)
    ]
    return go.Bar(
        x=shown[name] / shown["read"],
        y=shown["source"],
        orientation="h",
        name=word,
        marker={
            "color": colour,
            "pattern": {"shape": PATTERNS[name], "fillmode": "overlay", "fgcolor": SURFACE[look.theme], "size": 6},
            "line": {"color": SURFACE[look.theme], "width": 1},
        },
        hovertext=said,
        hovertemplate=HOVER,
    )
