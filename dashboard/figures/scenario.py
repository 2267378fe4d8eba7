"""A scenario beside the present plan: pairs of bars on one scale, and what each change contributes.

The scenario is always purple and hatched, the present plan always grey: neither is taken for a figure of actuals.
"""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.axes import tick_texts, tick_values, value_axis
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.steps import beside, uprights
from dashboard.figures.targets import Drawn, sparse
from dashboard.figures.template import GRID, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.words import unit_name

BAR, APART = 0.34, 0.19  # of a row's height
ROOM = 0.06  # of the axis, on either side
SIDES = ("present_huf", "scenario_huf")


def paired(sums: pd.DataFrame, names: Sequence[str], look: Look, sides: tuple[str, str]) -> go.Figure:
    """Two bars for each row: present plan and scenario; the difference beside them.

    sums: present_huf, scenario_huf, difference_huf; names: of its rows; sides: what the two are called.
    """
    if sums.empty:
        return message_figure(look)
    rows = len(sums)
    places = list(range(rows))[::-1]
    figure = go.Figure()
    for side, called, shift in zip(SIDES, sides, (APART, -APART), strict=True):
        figure.add_bar(
            x=sums[side], y=[place + shift for place in places], width=BAR, orientation="h", name=called,
            marker=_present(look) if shift > 0 else _hatched(look), hovertemplate=HOVER,
            hovertext=[f"{plain(name)} · {called}: {formats.money(amount, look.language)}"
                       for name, amount in zip(names, sums[side], strict=True)],
        )  # fmt: skip
    scale = formats.scale_of(float(sums["difference_huf"].abs().max()))
    said = [
        difference_said(int(present), int(difference), look, scale)
        for present, difference in zip(sums["present_huf"], sums["difference_huf"], strict=True)
    ]
    low, high = float(sums[list(SIDES)].min().min()), float(sums[list(SIDES)].max().max())
    axis = value_axis(min(low, 0.0), high, "huf", look.language)
    figure.update_xaxes(**(sparse(axis, look) | {"showgrid": True, "gridcolor": GRID[look.theme]}))
    _name_rows(figure, places, names, look)
    key_of_traces(figure, look)
    return figure.update_layout(
        barmode="overlay", annotations=beside(said, look, has_ends=False), margin={"r": _margin(said)}, bargap=0
    )


def contributed(
    effects: Sequence[int], names: Sequence[str], present_huf: int, ends: tuple[str, str], look: Look
) -> go.Figure:
    """From the present total through each change, in the order applied, to the scenario's: whole forints that add up.

    names: of the changes; ends: what the two totals are called.
    """
    if not any(effects):
        text = _("No change alters the whole: cost only moves between applications.", look.language)
        return message_figure(look, text)
    at = [present_huf]
    for effect in effects:
        at.append(at[-1] + effect)
    rows = len(effects) + 2
    places = list(range(rows))[::-1]
    figure = go.Figure(
        [
            go.Bar(
                x=list(effects), base=at[:-1], y=places[1:-1], width=2 * BAR, orientation="h", hovertemplate=HOVER,
                marker=_hatched(look), showlegend=False,
                hovertext=[f"{plain(name)}: {signed(one, look.language)}"
                           for name, one in zip(names, effects, strict=True)],
            ),
            go.Scatter(
                x=[at[0], at[-1]], y=[places[0], places[-1]], mode="markers", showlegend=False, hovertemplate=HOVER,
                hovertext=[f"{end}: {formats.money(one, look.language)}"
                           for end, one in zip(ends, (at[0], at[-1]), strict=True)],
                marker={"size": 13, "color": [_grey(look), _purple(look)], "symbol": ["circle", "diamond"]},
            ),
        ]
    )  # fmt: skip
    figure.add_traces(uprights(at, look))
    figure.update_xaxes(**_around(at, look))
    _name_rows(figure, places, [ends[0], *names, ends[1]], look)
    scale = formats.scale_of(float(max(abs(one) for one in effects)))
    said = [formats.money_short(one, look.language, scale) for one in (at[0], *effects, at[-1])]
    said[1:-1] = [f"+{text}" if one > 0 else text for text, one in zip(said[1:-1], effects, strict=True)]
    return figure.update_layout(
        barmode="overlay", annotations=beside(said, look, has_ends=False), margin={"r": _margin(said)}, bargap=0
    )


def difference_said(present_huf: int, difference_huf: int, look: Look, scale: formats.Scale) -> str:
    """`+12,3 M Ft (+4,5 %)`, on a narrow screen the percentage alone; of nothing `0 Ft`. scale: of the whole chart."""
    if difference_huf == 0:
        return formats.money(0, look.language)
    sign = "+" if difference_huf > 0 else ""
    share = share_said(present_huf, difference_huf, look.language)
    said = f"{sign}{formats.money_short(difference_huf, look.language, scale)}"
    return share or said if look.narrow else f"{said} ({share})" if share else said


def share_said(present_huf: int, difference_huf: int, language: str) -> str:
    """The difference in per cent of the present plan; empty where that is nothing."""
    if present_huf <= 0:
        return ""
    return ("+" if difference_huf > 0 else "") + formats.percent(difference_huf / present_huf, language)


def signed(huf: int, language: str) -> str:
    """`+1 234 Ft`, `−1 234 Ft`."""
    return ("+" if huf > 0 else "") + formats.money(huf, language)


def height_of(rows: int) -> int:
    """Pixels that so many rows need."""
    return 110 + 46 * rows


def _around(at: Sequence[int], look: Look) -> dict[str, object]:
    """An axis around where the whole stood; it says that it does not begin at zero."""
    low, high = float(min(at)), float(max(at))
    ticks = tick_values(low, high, "huf")
    texts = tick_texts(ticks, "huf", look.language)
    every = max(len(ticks) - 1, 1) if look.narrow else 1  # there is room for both ends only
    unit = unit_name("huf", look.language)
    title = _("{unit} (does not start at zero)", look.language, unit=unit) if low > 0 else unit
    room = (high - low) * ROOM
    return {
        "tickmode": "array", "tickvals": ticks[::every], "ticktext": texts[::every], "showgrid": True,
        "gridcolor": GRID[look.theme], "range": [min(low, ticks[0]) - room, max(high, ticks[-1]) + room],
        "title": {"text": title},
    }  # fmt: skip


def _name_rows(figure: go.Figure, places: Sequence[int], names: Sequence[str], look: Look) -> None:
    rows = len(places)
    figure.update_yaxes(
        tickmode="array", tickvals=list(places), range=[-0.6, rows - 0.4], showgrid=False,
        ticktext=[plain(wrapped(name, look, rows)).replace("&lt;br>", "<br>") for name in names],
        tickfont={"color": TEXT[look.theme], "size": 12},
    )  # fmt: skip


def _margin(said: Sequence[str]) -> int:
    return 20 + 7 * max(len(text) for text in said)


def _grey(look: Look) -> str:
    return signal_colours(look.theme)["common"]


def _purple(look: Look) -> str:
    return signal_colours(look.theme)["neutral"]


def _present(look: Look) -> Drawn:
    return {"color": _grey(look), "line": {"color": _grey(look), "width": 1}}


def _hatched(look: Look) -> Drawn:
    return {
        "color": _purple(look),
        "pattern": {"shape": "/", "fillmode": "overlay", "fgcolor": SURFACE[look.theme], "size": 6},
        "line": {"color": _purple(look), "width": 1},
    }
