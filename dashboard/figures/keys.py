"""The key of a figure whose marks cannot be named one by one: a line of words above it."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.targets import Drawn
from dashboard.figures.template import TEXT
from dashboard.look import Look

ROOM, LINE = 28, 18  # pixels above the plot, and for each line more


def key_of_traces(figure: go.Figure, look: Look) -> None:
    """The names of the traces in their order, patterns included; it breaks where there is no room."""
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "xanchor": "left",
            "y": 1.01,
            "yanchor": "bottom",
            "font": {"size": 12, "color": TEXT[look.theme]},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"t": 72 if look.narrow else 32},
    )


def key_words(entries: Sequence[tuple[str, str]], look: Look, right: int) -> Drawn:
    """Annotation: names behind squares of their colours, ending at the right edge of the card.

    On a narrow screen each has a line of its own. right: the figure's right margin.
    """
    parts = [f'<span style="color:{colour}">■</span> {name}' for name, colour in entries]
    return {
        "text": ("<br>" if look.narrow else " \u00a0 ").join(parts),
        "x": 1, "xref": "paper", "xanchor": "right", "xshift": right - 4, "y": 1, "yref": "paper", "yanchor": "bottom",
        "yshift": 6, "showarrow": False, "align": "left", "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def key_room(entries: Sequence[tuple[str, str]], look: Look) -> int:
    """Pixels above the plot that the key takes."""
    return ROOM + (LINE * (len(entries) - 1) if look.narrow else 0)
