"""Budget: whether the year's spending keeps its pace."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.amounts import money_axis
from dashboard.figures.ends import name_ends
from dashboard.figures.hovers import HOVER
from dashboard.figures.message import message_figure
from dashboard.figures.targets import time_range
from dashboard.figures.template import MUTED, TEXT
from dashboard.locale import translate as _
from dashboard.look import Look


def pace(spent: pd.DataFrame, plan: float | None, look: Look) -> go.Figure:
    """Spending of a year added up month by month, beside a plan spread evenly over its twelve months.

    spent: from measure(..., by=["month"]) of one fiscal year; plan: the year's modified appropriation in forints.
    """
    known = spent.dropna(subset=["value"]).sort_values("month")
    if known.empty:
        return message_figure(look)
    year = str(known["month"].iloc[-1])[:4]
    months = [f"{year}-{number:02d}" for number in range(1, 13)]
    so_far = known.assign(total=known["value"].cumsum())
    figure = go.Figure()
    if plan:
        figure.add_trace(_even(months, plan, look))
    figure.add_trace(_running(so_far, plan, look))
    figure.update_xaxes(**time_range(months, "month", look, most=2 if look.narrow else 5), range=[-0.5, 11.5])
    figure.update_yaxes(**money_axis(0, max(float(so_far["total"].max()), plan or 0.0), look.language))
    return name_ends(figure, _labels(so_far, plan, look), look, lines=2)


def _even(months: list[str], plan: float, look: Look) -> go.Scatter:
    steps = [plan * (place + 1) / 12 for place in range(12)]
    said = [
        f"{formats.month(month, look.language, whole=True)} · {_('Even pace', look.language)}: "
        f"{formats.money(round(step), look.language)}"
        for month, step in zip(months, steps, strict=True)
    ]
    return go.Scatter(
        x=months, y=steps, mode="lines", line={"color": MUTED[look.theme], "width": 1.5, "dash": "dash"},
        hovertext=said, hovertemplate=HOVER, cliponaxis=False,
    )  # fmt: skip


def _running(so_far: pd.DataFrame, plan: float | None, look: Look) -> go.Scatter:
    said = []
    for month, total in zip(so_far["month"], so_far["total"], strict=True):
        share = formats.percent(total / plan, look.language) if plan else ""
        text = f"{formats.month(month, look.language, whole=True)} · {_('Spent so far', look.language)}: "
        said.append(text + formats.money(total, look.language) + (f" ({share})" if share else ""))
    return go.Scatter(
        x=so_far["month"], y=so_far["total"], mode="lines+markers", line={"color": TEXT[look.theme], "width": 2},
        marker={"size": 7, "color": TEXT[look.theme]}, hovertext=said,
        hovertemplate=HOVER, cliponaxis=False,
    )  # fmt: skip


def _labels(so_far: pd.DataFrame, plan: float | None, look: Look) -> list[tuple[float, str]]:
    """What is spent, with its share of the plan, and the plan: two lines each, for the right margin."""
    last = so_far.iloc[-1]
    spent = f"<b>{formats.money_short(last['total'], look.language)}</b>"
    if not plan:
        return [(float(last["total"]), spent)]
    share = formats.percent(last["total"] / plan, look.language)
    even = f"{_('Even pace', look.language)}:<br>{formats.money_short(plan, look.language)}"
    return [(float(last["total"]), f"{spent}<br>{share}"), (plan, even)]
