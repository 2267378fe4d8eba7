"""The year's end: performance so far, its way to the forecast, the interval, the appropriation; past errors."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.axes import value_axis
from dashboard.figures.dots import names_axis
from dashboard.figures.ends import name_ends
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn, sparse, time_range
from dashboard.figures.template import DASHES, MUTED, SYMBOLS, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.cost.forecast import TARGET, Forecast

STAGES = {
    "original_huf": N_("original appropriation"),
    "appropriated_huf": N_("modified appropriation"),
    "committed_huf": N_("commitment"),
    "spent_huf": N_("performance"),
}
PATTERNS = {"original_huf": "/", "appropriated_huf": "", "committed_huf": "", "spent_huf": ""}


def year_end(path: pd.DataFrame, made: Forecast, look: Look) -> go.Figure:
    """Performance added up by month, its way to the forecast with the interval at December, beside the appropriation.

    path: data.cost.forecast.path_of(). Without a forecast the performance alone: no line stands in for it.
    """
    if made.frame.empty or not made.through:
        return message_figure(look)
    whole = made.frame.iloc[0]
    months = [f"{made.year}-{month:02d}" for month in path["month"]]
    figure = go.Figure()
    highest = max(int(whole["appropriated_huf"]), int(path["spent_huf"].max()))
    labels = [(float(whole["appropriated_huf"]), _label(_("modified appropriation", look.language), whole, look))]
    if made.is_made:
        figure.add_traces(_ahead(path, months, whole, look))
        highest = max(highest, int(whole["forecast_huf"]), 0 if pd.isna(whole["high_huf"]) else int(whole["high_huf"]))
        end = formats.money_short(float(whole["forecast_huf"]), look.language)
        labels.append((float(whole["forecast_huf"]), f"<b>{end}</b><br>{_('forecast', look.language)}"))
    else:
        spent = formats.money_short(float(whole["spent_huf"]), look.language)
        labels.append((float(whole["spent_huf"]), f"<b>{spent}</b><br>{_('performance', look.language)}"))
    figure.add_trace(_booked(path, months, look))
    figure.update_xaxes(**time_range(months, "month", look, most=2 if look.narrow else 5), range=[-0.5, 11.7])
    figure.update_yaxes(**money_axis(0, highest, look.language))
    limit: Drawn = {
        "type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": int(whole["appropriated_huf"]),
        "y1": int(whole["appropriated_huf"]), "line": {"color": MUTED[look.theme], "width": 1.5, "dash": "dash"},
    }  # fmt: skip
    return name_ends(figure, labels, look, lines=2, shapes=[limit])


def _label(name: str, whole: "pd.Series[float]", look: Look) -> str:
    first, _space, rest = name.partition(" ")
    amount = formats.money_short(float(whole["appropriated_huf"]), look.language)
    return f"{amount}<br>{name if not look.narrow else first + ('<br>' + rest if rest else '')}"


def _booked(path: pd.DataFrame, months: list[str], look: Look) -> go.Scatter:
    shown = [(month, int(value)) for month, value in zip(months, path["spent_huf"], strict=True) if not pd.isna(value)]
    return go.Scatter(
        x=[month for month, _value in shown], y=[value for _month, value in shown], mode="lines+markers",
        line={"color": TEXT[look.theme], "width": 2}, marker={"size": 7, "color": TEXT[look.theme]},
        hovertext=[_said(month, "performance", value, look) for month, value in shown], hovertemplate=HOVER,
        cliponaxis=False,
    )  # fmt: skip


def _ahead(path: pd.DataFrame, months: list[str], whole: "pd.Series[float]", look: Look) -> list[go.Scatter]:
    """The way to the forecast, and its mark with the interval at December."""
    colour = signal_colours(look.theme)["improvement"]
    known = [(month, int(one)) for month, one in zip(months, path["forecast_huf"], strict=True) if not pd.isna(one)]
    said = [_said(month, "forecast", value, look) for month, value in known]
    spread = {}
    if not pd.isna(whole["low_huf"]):
        said[-1] += f" ({interval_said(whole, look.language)})"
        up, down = int(whole["high_huf"]) - known[-1][1], known[-1][1] - int(whole["low_huf"])
        spread = {
            "error_y": {
                "type": "data", "array": [up], "arrayminus": [down], "color": colour, "thickness": 2, "width": 9,
            }
        }  # fmt: skip
    way = go.Scatter(
        x=[month for month, _value in known], y=[value for _month, value in known], mode="lines", hovertext=said,
        line={"color": colour, "width": 2, "dash": "dot"}, hovertemplate=HOVER, cliponaxis=False,
    )  # fmt: skip
    end = go.Scatter(
        x=[known[-1][0]], y=[known[-1][1]], mode="markers", hovertext=said[-1:], hovertemplate=HOVER, cliponaxis=False,
        marker={"size": 9, "symbol": "diamond", "color": colour}, **spread,
    )  # fmt: skip
    return [way, end]


def _said(month: str, name: str, value: int, look: Look) -> str:
    said = {"performance": _("performance", look.language), "forecast": _("forecast", look.language)}[name]
    return f"{formats.month(month, look.language, whole=True)} · {said}: {formats.money(value, look.language)}"


def interval_said(row: "pd.Series[float]", language: str) -> str:
    """`80 %: 11 678 – 11 828 M Ft`: in whole forints."""
    low, high = (formats.money(float(row[name]), language) for name in ("low_huf", "high_huf"))
    return _("in four of five cases {low} – {high}", language, low=low, high=high)


def side_by_side(rows: pd.DataFrame, look: Look, *, cut: str, label: Label = words.label) -> go.Figure:
    """Original and modified appropriation, commitment and performance of each member, one under another, one scale.

    rows: of Forecast.frame, of one level.
    """
    if rows.empty:
        return message_figure(look)
    shown = rows.sort_values("appropriated_huf")
    largest = float(shown[list(STAGES)].max().max())
    scale = amount_scale([largest])
    colours = _colours(look)
    figure = go.Figure(
        [
            go.Bar(
                x=shown[name].astype(float), y=shown[cut], orientation="h", name=_(said, look.language),
                marker={"color": colours[name], "pattern": {"shape": PATTERNS[name], "size": 5}},
                hovertext=[
                    f"{plain(label(cut, member, look.language))} · {_(said, look.language)}: "
                    f"{formats.money(float(value), look.language)}"
                    for member, value in zip(shown[cut], shown[name], strict=True)
                ],
                hovertemplate=HOVER, legendrank=rank,
            )
            for rank, (name, said) in reversed(list(enumerate(STAGES.items(), start=1)))
        ]
    )  # fmt: skip
    axis = sparse(money_axis(0, largest, look.language, scale), look)
    figure.update_xaxes(**axis | {"showgrid": True})
    figure.update_yaxes(**names_axis(shown, cut, look, label))
    key_of_traces(figure, look)
    return figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.08)


def _colours(look: Look) -> dict[str, str]:
    signals = signal_colours(look.theme)
    return {
        "original_huf": signals["common"], "appropriated_huf": MUTED[look.theme],
        "committed_huf": signals["neutral"], "spent_huf": signals["improvement"],
    }  # fmt: skip


def past_errors(tried: pd.DataFrame, look: Look) -> go.Figure:
    """Error of the whole forecast by the month it would have been made at, a line per past year, beside the target."""
    rows = tried[tried["level"] == "all"].dropna(subset=["error_rate"])
    if rows.empty:
        nothing = _("There are not two whole years yet, so no forecast can be held against what came.", look.language)
        return message_figure(look, nothing)
    colours = [TEXT[look.theme], signal_colours(look.theme)["improvement"], signal_colours(look.theme)["neutral"]]
    figure, labels, named = go.Figure(), [], []
    months = [f"{int(rows['year'].max())}-{month:02d}" for month in range(1, 12)]
    for place, (year, of) in enumerate(rows.groupby("year")):
        colour = colours[place % len(colours)]
        figure.add_trace(
            go.Scatter(
                x=[months[month - 1] for month in of["month"]], y=of["error_rate"], mode="lines+markers",
                line={"color": colour, "width": 2, "dash": DASHES[place % len(DASHES)]},
                marker={"size": 7, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour},
                hovertext=[_missed(row, look) for row in of.to_dict("records")], hovertemplate=HOVER,
                cliponaxis=False,
            )
        )  # fmt: skip
        labels.append((float(of["error_rate"].iloc[-1]), str(year)))
        named.append(colour)
    labels.append((TARGET, _("target: {value}", look.language, value=formats.percent(TARGET, look.language, 0))))
    highest = max(TARGET, float(rows["error_rate"].max()))
    names = time_range(months, "month", look, most=3 if look.narrow else 5)
    texts = [formats.month(month, look.language).split(formats.SPACE)[_MONTH[look.language]] for month in months]
    figure.update_xaxes(**names | {"tickvals": months[::2], "ticktext": texts[::2]})
    figure.update_yaxes(**value_axis(0, highest * 1.1, "rate", look.language))
    line: Drawn = {
        "type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": TARGET, "y1": TARGET,
        "line": {"color": MUTED[look.theme], "width": 1.5, "dash": "dash"},
    }  # fmt: skip
    return name_ends(figure, labels, look, [*named, MUTED[look.theme]], shapes=[line])


_MONTH = {"hu": 1, "en": 0}


def _missed(row: dict[Any, Any], look: Look) -> str:
    month = formats.month(f"{int(row['year'])}-{int(row['month']):02d}", look.language, whole=True)
    error = formats.percent(row["error_rate"], look.language)
    return _(
        "{month}: forecast {forecast}, actual {actual}, error {error}",
        look.language,
        month=month,
        forecast=formats.money(row["forecast_huf"], look.language),
        actual=formats.money(row["actual_huf"], look.language),
        error=error,
    )
