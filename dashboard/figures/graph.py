"""The one factory of dcc.Graph: the reader's locale, no cloud button, no logo, a name for screen readers."""

from typing import Any

import plotly.graph_objects as go
from dash import dcc, html

from dashboard.locale import language

# plotly.js 4 would otherwise offer to send the figure to a server of its maker.
GRAPH_CONFIG: Any = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "displayModeBar": False,
    "showTips": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


def graph(
    id: Any, figure: go.Figure | None = None, *, height: int = 320, label: str | None = None, caption_id: Any = None
) -> html.Figure:
    """A chart in a <figure>, described by its caption: label (ready text), or text that callbacks put in caption_id.

    The caption is read by screen readers only; assets/charts.js names the drawing itself by it.
    """
    caption = {"id": caption_id} if caption_id is not None else {}
    return html.Figure(
        [
            html.Figcaption(label, className="visually-hidden", **caption),
            dcc.Graph(
                id=id,
                **({"figure": figure} if figure is not None else {}),
                config=GRAPH_CONFIG | {"locale": language()},
                style={"height": f"{height}px"},
                className="chart",
            ),
        ],
        className="chart-figure",
    )
