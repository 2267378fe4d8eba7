"""Labels at the right end of lines: names, newest values, targets, moved apart where they would overlap."""

import re
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.marks import spread
from dashboard.figures.targets import Drawn
from dashboard.figures.template import TEXT
from dashboard.look import Look

LINE_PIXELS = 17  # what a label needs
CHART_PIXELS = 250  # of a usual card, without its axes
MARKUP = re.compile(r"<[^>]*>")
WIDTH = 7  # pixels of a letter


def name_ends(
    figure: go.Figure,
    labels: Sequence[tuple[float, str]],
    look: Look,
    colours: Sequence[str] = (),
    lines: int = 1,
    shapes: Sequence[Drawn] = (),
    pixels: int = CHART_PIXELS,
) -> go.Figure:
    """Each label beside its value in the right margin. colours: of the labels, else the text's. lines: of a label.

    shapes are drawn as well. pixels: how high the plot is, which says when labels would overlap.
    """
    low, high = figure.layout.yaxis.range
    places = spread([value for value, _ in labels], (high - low) * LINE_PIXELS * lines / pixels, low, high)
    named = [
        {
            "x": 1, "xref": "x domain", "y": place, "text": text, "showarrow": False, "xanchor": "left", "xshift": 6,
            "align": "left",
            "font": {"size": 12, "color": colours[at] if at < len(colours) else TEXT[look.theme]},
        }
        for at, ((_, text), place) in enumerate(zip(labels, places, strict=True))
    ]  # fmt: skip
    said = [MARKUP.sub("", line) for _, text in labels for line in text.split("<br>")]
    longest = max((len(line) for line in said), default=0)
    return figure.update_layout(margin={"r": 16 + WIDTH * longest}, annotations=named, shapes=list(shapes))
