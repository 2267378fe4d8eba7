"""Funnel plot: every unit by its size and its value, the line of all, and the limits of chance at that size."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import formats
from dashboard.figures.axes import tick_texts, tick_values
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.message import message_figure
from dashboard.figures.template import GRID, MUTED, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from data.comparison.funnel import Funnel
from data.comparison.units import Comparison

Name = Callable[[Mapping[Any, Any]], str]
MOST_NAMED, MOST_NAMED_NARROW, MOST_HOVERED = 10, 4, 6
NEAR = (0.3, 0.06)  # of the width and of the height: names closer to one another than that could not be read
LINES = (("lower_95", "dot"), ("upper_95", "dot"), ("lower_998", "solid"), ("upper_998", "solid"))
SIDES = {"above": "triangle-up", "below": "triangle-down"}


def funnels(
    comparison: Comparison, look: Look, *, better: str, unit: str, size: str, name: Name, member: Callable[[str], str]
) -> go.Figure:
    """A panel per part, one below the other. Units outside the limits are triangles, named; others are quiet dots, as
    one where they lie on one another, larger the more they are.

    better: higher, lower or neutral; unit: of the values (rate or count); size: title of the axis of sizes;
    name: of a row of a funnel's frame; member: of a part. The customdata of a mark of one unit is where it leads.
    """
    if not comparison.parts:
        return message_figure(look, _("There are too few units to compare.", look.language))
    count = len(comparison.parts)
    titles = None
    if count > 1:
        targets = [value_said(part.funnel.target, unit, look.language) for part in comparison.parts]
        titles = [
            f"{plain(member(part.member))}: {target}" for part, target in zip(comparison.parts, targets, strict=True)
        ]
    figure = make_subplots(
        rows=count, cols=1, subplot_titles=titles, vertical_spacing=min(0.12, 0.34 / count) if count > 1 else 0
    )
    for row, part in enumerate(comparison.parts, start=1):
        _panel(figure, row, part.funnel, look, better, unit, name)
        top = _highest(part.funnel)
        ticks = tick_values(0.0, top, unit)
        figure.update_yaxes(
            row=row, col=1, tickvals=ticks, ticktext=tick_texts(ticks, unit, look.language),
            range=[-0.03 * top, max(top, ticks[-1]) * 1.03], gridcolor=GRID[look.theme],
        )  # fmt: skip
        sizes = _sizes(part.funnel)
        figure.update_xaxes(
            row=row, col=1, type="log", tickvals=sizes,
            ticktext=[formats.number(one, look.language, 0 if one >= 1 else 2) for one in sizes],
            title=size if row == count else None, showgrid=False, range=_width(part.funnel),
        )  # fmt: skip
    return figure.update_layout(showlegend=False, margin={"t": 36 if titles else 14, "r": 16, "l": 62, "b": 50})


def _panel(figure: go.Figure, row: int, found: Funnel, look: Look, better: str, unit: str, name: Name) -> None:
    grey = MUTED[look.theme]
    lines = found.lines
    for column, dash in LINES:
        line = go.Scatter(
            x=lines["size"], y=lines[column], mode="lines", hoverinfo="skip",
            line={"color": grey, "width": 1.2, "dash": dash},
        )  # fmt: skip
        figure.add_trace(line, row=row, col=1)
    ends = [float(lines["size"].min()), float(lines["size"].max())]
    target = go.Scatter(
        x=ends, y=[found.target] * 2, mode="lines", hoverinfo="skip", line={"color": TEXT[look.theme], "width": 1.4}
    )
    figure.add_trace(target, row=row, col=1)
    figure.add_trace(_quiet(found, look, unit, name), row=row, col=1)
    for side, symbol in SIDES.items():
        out = found.outside[found.outside["side"] == side]
        if len(out):
            figure.add_trace(_flagged(out, symbol, _colour(side, better, look), look, unit, name), row=row, col=1)
    _label_lines(figure, row, found, look)
    _name_flagged(figure, row, found, look, name)


def _quiet(found: Funnel, look: Look, unit: str, name: Name) -> go.Scatter:
    places: dict[tuple[float, float], list[Mapping[Any, Any]]] = {}
    for row in found.frame[~found.frame["is_outside"]].to_dict("records"):
        places.setdefault((float(row["denominator"]), float(row["value"])), []).append(row)
    sizes = [5 + 1.3 * float(np.log2(len(rows))) for rows in places.values()]
    marker = {
        "color": grey_of(look),
        "size": sizes,
        "opacity": 0.5,
        "line": {"width": 0.5, "color": SURFACE[look.theme]},
    }
    return go.Scatter(
        x=[x for x, _y in places], y=[y for _x, y in places], mode="markers", marker=marker, hovertemplate=HOVER,
        hovertext=[
            _hover([name(one) for one in rows[:MOST_HOVERED]], len(rows), rows[0], look, unit)
            for rows in places.values()
        ],
        customdata=[str(rows[0].get("href", "")) if len(rows) == 1 else "" for rows in places.values()],
    )  # fmt: skip


def _flagged(out: pd.DataFrame, symbol: str, colour: str, look: Look, unit: str, name: Name) -> go.Scatter:
    rows = out.to_dict("records")
    return go.Scatter(
        x=out["denominator"], y=out["value"], mode="markers",
        marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 1, "color": SURFACE[look.theme]}},
        hovertext=[_hover([name(row)], 1, row, look, unit) for row in rows], hovertemplate=HOVER,
        customdata=[str(row.get("href", "")) for row in rows],
    )  # fmt: skip


def grey_of(look: Look) -> str:
    """Of what is within the limits."""
    return signal_colours(look.theme)["common"]


def _colour(side: str, better: str, look: Look) -> str:
    colours = signal_colours(look.theme)
    if better not in ("higher", "lower"):
        return colours["neutral"]
    return colours["improvement" if (side == "above") == (better == "higher") else "concern"]


def _hover(names: list[str], count: int, row: Mapping[Any, Any], look: Look, unit: str) -> str:
    spoken = look.language
    more = (
        _(" and {count} more", spoken, count=formats.number(count - len(names), spoken)) if count > len(names) else ""
    )
    value = value_said(float(row["value"]), unit, spoken)
    low, high = (value_said(float(row[one]), unit, spoken) for one in ("lower_998", "upper_998"))
    said = _(
        "{value} ({numerator} / {denominator}); limits {low} – {high}", spoken, value=value,
        numerator=formats.number(row["numerator"], spoken), denominator=_size(row["denominator"], spoken),
        low=low, high=high,
    )  # fmt: skip
    return f"{plain(', '.join(names) + more)}<br>{said}"


def value_said(value: float, unit: str, spoken: str) -> str:
    """A value in its unit: per cent, or a plain number."""
    return formats.percent(value, spoken, 1) if unit == "rate" else formats.number(value, spoken, 2)


def _size(value: float, spoken: str) -> str:
    return formats.number(value, spoken, 0 if float(value).is_integer() else 2)


def _label_lines(figure: go.Figure, row: int, found: Funnel, look: Look) -> None:
    """The 99.8 and 95 per cent limits by name, where they are widest apart from one another."""
    lines = found.lines
    at = len(lines) // 2
    for column, text in (("upper_95", "95"), ("upper_998", "99.8")):
        figure.add_annotation(
            x=float(np.log10(lines["size"].iloc[at])), y=float(lines[column].iloc[at]), row=row, col=1,
            text=formats.percent(float(text) / 100, look.language, 0 if text == "95" else 1), showarrow=False,
            yshift=8, font={"size": 11, "color": MUTED[look.theme]}, bgcolor=SURFACE[look.theme], borderpad=1,
        )  # fmt: skip


def _name_flagged(figure: go.Figure, row: int, found: Funnel, look: Look, name: Name) -> None:
    """The furthest out by name, as many as can be read; all of them are listed below the chart."""
    out = found.outside
    if out.empty:
        return
    far = np.where(
        out["side"] == "above",
        (out["value"] - found.target) / (out["upper_998"] - found.target),
        (found.target - out["value"]) / (found.target - out["lower_998"]),
    )
    most = MOST_NAMED_NARROW if look.narrow else MOST_NAMED
    start, end = (float(np.log10(one)) for one in (found.lines["size"].min(), found.lines["size"].max()))
    top, taken = _highest(found), list[tuple[float, float]]()
    for one in out.assign(far=far).sort_values("far", ascending=False).to_dict("records"):
        at = (float(np.log10(one["denominator"])) - start) / max(end - start, 1e-9), float(one["value"]) / top
        if len(taken) == most:
            break
        if any(abs(at[0] - other[0]) < NEAR[0] and abs(at[1] - other[1]) < NEAR[1] for other in taken):
            continue
        taken.append(at)
        right = at[0] > 0.5
        figure.add_annotation(
            x=float(np.log10(one["denominator"])), y=float(one["value"]), row=row, col=1,
            text=plain(name(one).partition(" (")[0] if look.narrow else name(one)),
            showarrow=False, xanchor="right" if right else "left", xshift=-9 if right else 9,
            font={"size": 12, "color": TEXT[look.theme]},
        )  # fmt: skip


def _highest(found: Funnel) -> float:
    values = [*found.frame["value"], found.target]
    top = max(values)
    shown = float(found.lines["upper_998"].iloc[len(found.lines) // 3 :].max()) if len(found.lines) else top
    return max(top, min(shown, 3 * top), 1e-9)


def _width(found: Funnel) -> list[float]:
    """The range of sizes, in powers of ten, with room for whole marks."""
    low, high = (float(np.log10(one)) for one in (found.lines["size"].min(), found.lines["size"].max()))
    return [low - 0.03 * (high - low), high + 0.03 * (high - low)]


def _sizes(found: Funnel) -> list[float]:
    low, high = float(found.frame["denominator"].min()), float(found.frame["denominator"].max())
    if low == high:
        return [low]
    known = [
        10.0**power * step
        for power in range(-2, 8)
        for step in (1, 2, 5)
        if low * 0.8 <= 10.0**power * step <= high * 1.2
    ]
    return known if len(known) <= 6 else [one for one in known if f"{one:e}"[0] == "1"]
