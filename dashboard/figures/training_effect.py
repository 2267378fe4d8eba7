"""The effect of training: an estimate with its interval for each member, no effect (0) marked."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.marks import ordered
from dashboard.figures.message import message_figure
from dashboard.figures.template import GRID, MUTED, SURFACE, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

WHOLE, SHUFFLED = N_("All together"), N_("Check: trainings shuffled")
VERDICTS = {
    "fewer": N_("fewer questions after training"),
    "more": N_("more questions after training"),
    "none": N_("no effect shown"),
    "few": N_("too few trainings to judge"),
}
GLYPHS = {"fewer": "◆", "more": "▲", "none": "○", "few": "×"}
SYMBOLS = {"fewer": "diamond", "more": "triangle-up", "none": "circle-open", "few": "circle-open"}
SIGNALS = {"fewer": "improvement", "more": "concern", "none": "common", "few": "common"}


def intervals(frame: pd.DataFrame, look: Look, *, cut: str, label: Label = words.label) -> go.Figure:
    """A mark and its interval per row; neither for one of too few trainings, which has only its name.

    frame: rows of data.adoption.training_effect: all, members of cut, shuffled.
    """
    if frame.empty:
        return message_figure(look, _("No training could be compared in this selection.", look.language))
    rows = _arranged(frame, cut)
    names = [plain(name_of(row, cut, look.language, label)) for row in rows]
    places = [str(place) for place in range(len(rows))]
    low, high = _range(rows)
    figure = go.Figure([_lines(rows, places, look), _marks(rows, names, places, look)])
    figure.add_shape(
        type="line",
        x0=0,
        x1=0,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": MUTED[look.theme], "width": 1.5, "dash": "dash"},
    )
    for place, row in zip(places, rows, strict=True):
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=8, y=place, text=said(row, look.language, short=look.narrow),
            showarrow=False, font={"color": TEXT[look.theme], "size": 12}, align="left",
        )  # fmt: skip
    figure.add_annotation(
        x=0, y=1, yref="paper", yanchor="bottom", text=_("no effect", look.language), showarrow=False,
        font={"color": MUTED[look.theme], "size": 12},
    )  # fmt: skip
    axis = value_axis(low, high, "per_100", look.language, from_zero=False, title=False)
    figure.update_xaxes(**axis | {"range": [low, high]}, showgrid=True, gridcolor=GRID[look.theme])
    bold = [f"<b>{name}</b>" if row["cut"] == "all" else name for row, name in zip(rows, names, strict=True)]
    figure.update_yaxes(
        type="category", tickmode="array", tickvals=places, ticktext=bold, showgrid=False, categoryorder="array",
        categoryarray=places, tickfont={"color": TEXT[look.theme], "size": 12}, rangemode="normal",
        range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure.update_layout(margin={"t": 26, "r": 64 if look.narrow else 168, "b": 8})


def name_of(row: Mapping[Any, Any], cut: str, language: str, label: Label = words.label) -> str:
    """What a row is called."""
    if row["cut"] == cut:
        return label(cut, row["member"], language)
    return _(WHOLE if row["cut"] == "all" else SHUFFLED, language)


def said(row: Mapping[Any, Any], language: str, *, short: bool = False) -> str:
    """`◆ −1,9 (−2,5 – −1,2)`."""
    if row["verdict"] == "few":
        return f"{GLYPHS['few']} {_('few', language)}"
    value = f"{GLYPHS[row['verdict']]} {signed(row['effect'], language)}"
    return value if short else f"{value} ({limits(row, language)})"


def limits(row: Mapping[Any, Any], language: str) -> str:
    """The ends of the interval."""
    return f"{signed(row['low'], language)} … {signed(row['high'], language)}"


def signed(value: float, language: str) -> str:
    """A difference with its sign, two decimals where it is small."""
    decimals = 2 if abs(value) < 1 else 1
    return ("+" if value > 0 else "") + formats.number(value, language, decimals)


def _arranged(frame: pd.DataFrame, cut: str) -> list[dict[Any, Any]]:
    """From the bottom of the chart up: the check, the members, the whole."""
    rows = frame[frame["cut"].isin(("all", cut, "shuffled"))].to_dict("records")
    of = {(row["cut"], row["member"]): row for row in rows}
    members = ordered([row["member"] for row in rows if row["cut"] == cut], cut, {})
    order = [("all", ""), *((cut, member) for member in members), ("shuffled", "")]
    return [of[key] for key in order[::-1] if key in of]


def _range(rows: list[dict[Any, Any]]) -> tuple[float, float]:
    judged = [row for row in rows if row["verdict"] != "few"]
    low, high = min([0.0, *(row["low"] for row in judged)]), max([0.0, *(row["high"] for row in judged)])
    room = 0.06 * max(high - low, 0.1)
    return low - room, high + room


def _lines(rows: list[dict[Any, Any]], places: list[str], look: Look) -> go.Scatter:
    x: list[float | None] = []
    y: list[str | None] = []
    for place, row in zip(places, rows, strict=True):
        if row["verdict"] == "few":
            continue
        x += [row["low"], row["high"], None]
        y += [place, place, None]
    line = {"color": signal_colours(look.theme)["common"], "width": 3}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _marks(rows: list[dict[Any, Any]], names: list[str], places: list[str], look: Look) -> go.Scatter:
    signals = signal_colours(look.theme)
    colours = [signals[SIGNALS[row["verdict"]]] for row in rows]  # type: ignore[index]
    return go.Scatter(
        x=[None if row["verdict"] == "few" else row["effect"] for row in rows], y=places, mode="markers",
        marker={
            "size": 12, "symbol": [SYMBOLS[row["verdict"]] for row in rows], "color": colours,
            "line": {"color": [SURFACE[look.theme] if row["verdict"] == "fewer" else one
                               for row, one in zip(rows, colours, strict=True)], "width": 2},
        },
        hovertext=[f"{name} · {hover(row, look.language)}" for name, row in zip(names, rows, strict=True)],
        hovertemplate=HOVER,
    )  # fmt: skip


def hover(row: Mapping[Any, Any], language: str) -> str:
    """`kevesebb kérdés … : −1,9 (95 %: −2,5 … −1,2) · 9 935 oktatás`."""
    return _(
        "{verdict}: {effect} (95 per cent: {limits}) · trainings: {events}",
        language,
        verdict=_(VERDICTS[row["verdict"]], language),
        effect=signed(row["effect"], language),
        limits=limits(row, language),
        events=formats.number(row["events"], language),
    )
