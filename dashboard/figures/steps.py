"""What waterfalls drawn by rows have in common: the lines that lead from row to row, and what stands beside the rows.

A chart has a row for each end and each step between them, the first at the top.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.targets import Drawn
from dashboard.figures.template import MUTED, TEXT
from dashboard.look import Look


def uprights(at: Sequence[float], look: Look) -> go.Scatter:
    """Thin uprights from each row to the next. at: where the figure stands after each row but the last."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, value in enumerate(at):
        top = len(at) - row
        x += [value, value, None]
        y += [top, top - 1, None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": MUTED[look.theme], "width": 1, "dash": "dot"}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip


def beside(said: Sequence[str], look: Look, *, has_ends: bool = True) -> list[Drawn]:
    """Texts to the right of the rows; the two ends stand out."""
    last = len(said) - 1
    return [
        {
            "x": 1, "xref": "paper", "y": last - row,
            "text": f"<b>{text}</b>" if has_ends and row in (0, last) else text,
            "showarrow": False, "xanchor": "left", "xshift": 10, "font": {"size": 12, "color": TEXT[look.theme]},
        }
        for row, text in enumerate(said)
    ]  # fmt: skip
