"""A line of a few millimetres: whether a figure rises or falls, without scale or words."""

from collections.abc import Sequence
from urllib.parse import quote

from dashboard.figures.template import TEXT, signal_colours
from dashboard.look import Look

WIDTH, HEIGHT, ROOM = 120, 32, 3


def spark(values: Sequence[float | None], look: Look, limit: float | None = None) -> str | None:
    """SVG of the values in their order, the last one as a dot, the target as a thin dashed line.

    Gaps stay gaps. None for fewer than three values: two points are no trend.
    """
    known = [value for value in values if value is not None and value == value]
    if len(known) < 3:
        return None
    low, high = (
        min([*known, *([limit] if limit is not None else [])]),
        max([*known, *([limit] if limit is not None else [])]),
    )
    span = (high - low) or 1.0

    def place(position: int, value: float) -> str:
        x = ROOM + position * (WIDTH - 2 * ROOM) / max(len(values) - 1, 1)
        return f"{x:.1f},{HEIGHT - ROOM - (value - low) / span * (HEIGHT - 2 * ROOM):.1f}"

    points = [(place(i, value) if value is not None and value == value else None) for i, value in enumerate(values)]
    grey, ink = signal_colours(look.theme)["common"], TEXT[look.theme]
    lines = "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{grey}" stroke-width="1.5"/>' for run in _runs(points)
    )
    last = next(point for point in reversed(points) if point)
    x, y = last.split(",")
    rule = ""
    if limit is not None:
        level = place(0, limit).split(",")[1]
        rule = (
            f'<line x1="0" x2="{WIDTH}" y1="{level}" y2="{level}" stroke="{ink}" stroke-width="1" '
            'stroke-dasharray="3 3" opacity="0.6"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'{rule}{lines}<circle cx="{x}" cy="{y}" r="2.5" fill="{ink}"/></svg>'
    )


def as_address(svg: str) -> str:
    """An SVG as the address of an image."""
    return f"data:image/svg+xml,{quote(svg)}"


def _runs(points: Sequence[str | None]) -> list[list[str]]:
    """The stretches without a gap."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]
