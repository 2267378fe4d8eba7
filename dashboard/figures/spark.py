"""A control chart of a few millimetres: the values, their limits as a band, the target, what is signalled."""

from typing import Any
from urllib.parse import quote

import pandas as pd

from dashboard.figures.template import TEXT, Signal, signal_colours
from dashboard.look import Look
from data.control.chart import ControlChart

WIDTH, HEIGHT, ROOM = 168, 44, 4
LEAST = 3
COLOURS: dict[str, Signal] = {"improvement": "improvement", "concern": "concern", "shift": "neutral"}


def spark(chart: ControlChart, look: Look) -> str | None:
    """SVG of the points in their order. Gaps stay gaps. None for fewer than three values: two points are no trend.

    Signalled points are dots of their signal's colour, the newest one a larger dot; the statement beside it says the
    same in words.
    """
    points = chart.points
    known = points.dropna(subset=["value"])
    if len(known) < LEAST:
        return None
    target = chart.aim.target
    lines = pd.concat([known["value"], points["lower"].dropna(), points["upper"].dropna()])
    low, high = float(lines.min()), float(lines.max())
    if target is not None:
        low, high = min(low, target), max(high, target)
    scale = _Scale(low, (high - low) or 1.0, len(points))
    colours = signal_colours(look.theme)
    grey = colours["common"]
    parts = [
        *(_band(part, scale, grey) for _number, part in points.groupby("segment")),
        *(_level(part, scale, grey) for _number, part in points.groupby("segment")),
        *([_target(target, scale, TEXT[look.theme])] if target is not None else []),
        *_line(points, scale, TEXT[look.theme]),
        *_dots(known, scale, colours, TEXT[look.theme]),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )


def as_address(svg: str) -> str:
    """An SVG as the address of an image."""
    return f"data:image/svg+xml,{quote(svg)}"


class _Scale:
    def __init__(self, low: float, span: float, count: int) -> None:
        self.low, self.span, self.count = low, span, count

    def at(self, place: Any, value: Any) -> str:
        return f"{self.x(place):.1f},{self.y(value):.1f}"

    def x(self, place: Any) -> float:
        return ROOM + int(place) * (WIDTH - 2 * ROOM) / max(self.count - 1, 1)

    def y(self, value: Any) -> float:
        return HEIGHT - ROOM - (float(value) - self.low) / self.span * (HEIGHT - 2 * ROOM)


def _band(part: pd.DataFrame, scale: _Scale, colour: str) -> str:
    limited = part.dropna(subset=["lower", "upper"])
    if len(limited) < 2:
        return ""
    over = [scale.at(place, value) for place, value in limited["upper"].items()]
    under = [scale.at(place, value) for place, value in limited["lower"].items()]
    return f'<polygon points="{" ".join([*over, *reversed(under)])}" fill="{colour}" opacity="0.18"/>'


def _level(part: pd.DataFrame, scale: _Scale, colour: str) -> str:
    places = [scale.at(place, value) for place, value in part["centre"].dropna().items()]
    return f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="1"/>'


def _target(target: float, scale: _Scale, colour: str) -> str:
    y = f"{scale.y(target):.1f}"
    return (
        f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="1" stroke-dasharray="3 3" '
        'opacity="0.7"/>'
    )


def _line(points: pd.DataFrame, scale: _Scale, colour: str) -> list[str]:
    stretches: list[list[str]] = [[]]
    for place, value in points["value"].items():
        if pd.isna(value):
            stretches.append([])
        else:
            stretches[-1].append(scale.at(place, value))
    return [
        f'<polyline points="{" ".join(one)}" fill="none" stroke="{colour}" stroke-width="1.4"/>'
        for one in stretches
        if len(one) > 1
    ]


def _dots(known: pd.DataFrame, scale: _Scale, colours: Any, ink: str) -> list[str]:
    found = []
    for place, value, signal in zip(known.index, known["value"], known["signal"], strict=True):
        last = place == known.index[-1]
        if signal or last:
            colour = colours[COLOURS[signal]] if signal else ink
            x, y = scale.at(place, value).split(",")
            found.append(f'<circle cx="{x}" cy="{y}" r="{3.2 if last else 2}" fill="{colour}"/>')
    return found
