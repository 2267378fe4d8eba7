"""A figure that says why there is none."""

import plotly.graph_objects as go

from dashboard.figures.template import MUTED
from dashboard.locale import translate as _
from dashboard.look import Look


def message_figure(look: Look, message: str | None = None) -> go.Figure:
    """An empty figure with a sentence in the middle (default: nothing to count)."""
    figure = go.Figure()
    figure.add_annotation(
        text=message or _("There is nothing to count in this selection.", look.language),
        showarrow=False,
        font={"color": MUTED[look.theme], "size": 14},
    )
    return figure.update_xaxes(visible=False).update_yaxes(visible=False)
