"""Waterfall of a budget: from one amount through what each member adds or takes to another."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.amounts import amount_scale, money_axis
from dashboard.figures.axes import tick_values
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.marks import wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.steps import beside, uprights
from dashboard.figures.targets import sparse
from dashboard.figures.template import GRID, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from data.cost.variance import Waterfall

MOST = 9
ROOM = 0.06  # of the axis, on either side


def budget_steps(found: Waterfall, ends: tuple[str, str], look: Look, label: Label = words.label) -> go.Figure:
    """A row per member with a bar of its difference, between the two amounts, which are dots.

    ends: ready names of the two amounts. Beyond MOST members the smallest are one row: the sum stays the same.
    """
    names, parts = _parts(found, look, label)
    if not found.before and not found.after:
        return message_figure(look)
    at = [found.before]
    for part in parts:
        at.append(at[-1] + part)
    assert at[-1] == found.after, "differences that do not add up"
    rows = len(parts) + 2
    scale = amount_scale([found.before, found.after, max((abs(part) for part in parts), default=0)])
    said = [_short(found.before, scale, look), *(_signed(part, scale, look) for part in parts)]
    said.append(_short(found.after, scale, look))
    figure = go.Figure([uprights(at, look), _ends(found, ends, rows, look), _bars(names, parts, at, rows, look)])
    shown = [ends[0], *names, ends[1]]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(rows))[::-1], range=[-0.6, rows - 0.4], showgrid=False,
        ticktext=[wrapped(plain(name), look, rows) for name in shown],
        tickfont={"color": TEXT[look.theme], "size": 12},
    )  # fmt: skip
    figure.update_xaxes(**_axis(at, scale, look))
    return figure.update_layout(
        annotations=beside(said, look), bargap=0, margin={"t": 8, "r": 24 + 7 * max(len(one) for one in said)}
    )


def _parts(found: Waterfall, look: Look, label: Label) -> tuple[list[str], list[int]]:
    rows = [row for row in found.steps.to_dict("records") if row["difference_huf"]]
    kept, rest = (rows, []) if len(rows) <= MOST + 1 else (rows[:MOST], rows[MOST:])
    names = [label(found.by, row["member"], look.language) for row in kept]
    parts = [int(row["difference_huf"]) for row in kept]
    if rest:
        return [*names, _("others", look.language)], [*parts, sum(int(row["difference_huf"]) for row in rest)]
    return names, parts


def _bars(names: Sequence[str], parts: Sequence[int], at: Sequence[int], rows: int, look: Look) -> go.Bar:
    signals = signal_colours(look.theme)
    return go.Bar(
        x=list(parts), base=list(at[:-1]), y=[rows - 2 - place for place in range(len(parts))], orientation="h",
        width=0.5, marker={"color": [signals["neutral" if part > 0 else "common"] for part in parts]},
        hovertext=[
            f"{plain(name)}: {'+' if part > 0 else ''}{formats.money(part, look.language)}"
            for name, part in zip(names, parts, strict=True)
        ],
        hovertemplate=HOVER, showlegend=False,
    )  # fmt: skip


def _ends(found: Waterfall, ends: tuple[str, str], rows: int, look: Look) -> go.Scatter:
    """The two amounts, as dots: the axis need not begin at zero."""
    values = (found.before, found.after)
    return go.Scatter(
        x=list(values), y=[rows - 1, 0], mode="markers", showlegend=False, hovertemplate=HOVER,
        marker={"size": 13, "symbol": "circle", "color": TEXT[look.theme]},
        hovertext=[f"{plain(end)}: {formats.money(value, look.language)}"
                   for end, value in zip(ends, values, strict=True)],
    )  # fmt: skip


def _axis(at: Sequence[int], scale: formats.Scale, look: Look) -> dict[str, object]:
    low, high = float(min(at)), float(max(at))
    if low == high:
        low, high = low - abs(low) * 0.05, high + abs(high) * 0.05
    ticks = tick_values(low, high, "huf")
    axis = money_axis(0, high, look.language, scale)
    written = [formats.number(tick / scale.factor, look.language, _decimals(ticks, scale)) for tick in ticks]
    room = (high - low) * ROOM
    title = axis["title"]["text"]
    if low > 0:
        title = _("{unit} (does not start at zero)", look.language, unit=title)
    shown = {
        "tickmode": "array", "tickvals": ticks, "ticktext": written, "title": {"text": title}, "showgrid": True,
        "gridcolor": GRID[look.theme], "range": [min(low, ticks[0]) - room, max(high, ticks[-1]) + room],
    }  # fmt: skip
    return sparse(shown, look)


def _decimals(ticks: Sequence[float], scale: formats.Scale) -> int:
    return next(
        (one for one in range(3) if all(round(tick / scale.factor, one) == tick / scale.factor for tick in ticks)), 2
    )


def _short(value: int, scale: formats.Scale, look: Look) -> str:
    return formats.money_short(value, look.language, scale)


def _signed(value: int, scale: formats.Scale, look: Look) -> str:
    return ("+" if value > 0 else "") + _short(value, scale, look)
