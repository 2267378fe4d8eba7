"""A figure by month as a control chart among others on a page: titled by its subject and by what it signals."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.answers import Ask
from dashboard.components.card import Answered, Card, Text, chart_card
from dashboard.components.kpi_cards import (
    chart_of,
    control_note,
    control_subtitle,
    control_summary,
    control_table,
    draw_line,
)
from dashboard.figures.control import control
from dashboard.figures.targets import time_range
from dashboard.kpi_periods import charted_of
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.signal_words import signal_words

AROUND = 70  # pixels of axis and margins
TICKS = 4  # months that there is room for in half a page, beside the names of the limits


def judged_card(
    id: str,
    metric: str,
    title: str,
    height: int = 300,
    *,
    note: Text = None,
    more: Text = None,
    beside: Sequence[Ask] = (),
) -> Card:
    """Declare it. title: message id of the subject; the signal's words, and `more`, are added to it.

    note: stands before what is said of the limits. beside: questions whose answers note and more need besides.
    """

    def noted(answered: Answered, look: Look) -> str:
        return " · ".join(one for one in (_said(note, answered, look), control_note(answered, look)) if one)

    def draw(answered: Answered, look: Look) -> go.Figure:
        chart, judged = chart_of(answered)
        if chart.last is None:
            return draw_line(answered, look)
        figure = control(chart, judged, look, pixels=height - AROUND)
        return figure.update_xaxes(
            **time_range(list(chart.points["period"]), "month", look, most=2 if look.narrow else TICKS)
        )

    return chart_card(
        id, [Ask(metric, ("month",), charted_of(metric)), *beside], draw=draw, table=control_table,
        title=_titled(title, more), subtitle=control_subtitle, summary=control_summary, note=noted, height=height,
    )  # fmt: skip


def _titled(title: str, more: Text) -> Text:
    def said(answered: Answered, look: Look) -> str:
        chart, _metric = chart_of(answered)
        if chart.last is None:
            return _(title, look.language)
        words = (signal_words(chart, look.language), _said(more, answered, look))
        return f"{_(title, look.language)}: {'; '.join(one for one in words if one)}"

    return said


def _said(text: Text, answered: Answered, look: Look) -> str:
    if text is None:
        return ""
    return text(answered, look) if callable(text) else _(text, look.language)
