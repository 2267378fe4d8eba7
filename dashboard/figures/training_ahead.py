"""What lapses in the months ahead: certificates by month, and the pairs that are left without one, added up."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.axes import value_axis
from dashboard.figures.ends import name_ends
from dashboard.figures.hovers import HOVER
from dashboard.figures.marks import quantity_colour
from dashboard.figures.message import message_figure
from dashboard.figures.targets import time_range
from dashboard.figures.template import TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

NOTHING = N_("No certificate lapses in the months ahead.")
IN_MONTH, SO_FAR = N_("in the month: {count}"), N_("so far: {count}")


def lapsing_bars(months: pd.DataFrame, look: Look) -> go.Figure:
    """People whose certificate lapses, by month; no bar where withheld. months: data.adoption.training_ahead.Ahead."""
    if months.empty or not (months["people"].fillna(0).sum() or months["withheld"].any()):
        return message_figure(look, _(NOTHING, look.language))
    people = months["people"].astype("Float64").to_numpy(dtype=float, na_value=float("nan"))
    said = [_people(value, look.language) for value in months["people"]]
    figure = go.Figure(
        go.Bar(
            x=months["month"], y=people, marker={"color": quantity_colour(look)}, text=said, textposition="outside",
            cliponaxis=False, hovertext=[f"{formats.month(month, look.language, whole=True)} · {one}"
                                         for month, one in zip(months["month"], said, strict=True)],
            hovertemplate=HOVER,
        )
    )  # fmt: skip
    figure.update_yaxes(**value_axis(0, float(months["people"].max() or 0), "count", look.language))
    figure.update_xaxes(**time_range(list(months["month"]), "month", look, most=4 if look.narrow else 7))
    return figure.update_layout(margin={"t": 24}, bargap=0.3)


def risk_line(months: pd.DataFrame, look: Look) -> go.Figure:
    """Pairs left without a certified key user: each month's as bars, added up as a line with its last value."""
    if months.empty or not months["pairs"].sum():
        return message_figure(look, _(NOTHING, look.language))
    names = [formats.month(month, look.language, whole=True) for month in months["month"]]
    new, total = (
        [f"{name} · {_(text, look.language, count=formats.number(count, look.language))}"
         for name, count in zip(names, months[column], strict=True)]
        for column, text in (("pairs", IN_MONTH), ("at_risk", SO_FAR))
    )  # fmt: skip
    concern = signal_colours(look.theme)["concern"]
    bars = go.Bar(
        x=months["month"], y=months["pairs"], marker={"color": quantity_colour(look)}, hovertext=new,
        hovertemplate=HOVER,
    )  # fmt: skip
    line = go.Scatter(
        x=months["month"], y=months["at_risk"], mode="lines+markers", line={"color": concern, "width": 2},
        marker={"color": concern, "size": 7, "symbol": "diamond"}, hovertext=total, hovertemplate=HOVER,
        cliponaxis=False,
    )  # fmt: skip
    figure = go.Figure([bars, line])
    last = float(months["at_risk"].iloc[-1])
    figure.update_yaxes(**value_axis(0, last, "count", look.language))
    figure.update_xaxes(**time_range(list(months["month"]), "month", look, most=3 if look.narrow else 5))
    figure.update_layout(bargap=0.3, font={"color": TEXT[look.theme]})
    end = f"<b>{formats.number(last, look.language)}</b><br>{_('added up', look.language)}"
    return name_ends(figure, [(last, end)], look, lines=2)


def _people(value: object, language: str) -> str:
    return _("withheld", language) if formats.missing(value) else formats.number(float(str(value)), language)
