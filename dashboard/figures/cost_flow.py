"""The flow of a month's cost: the actor that bears it, what the ledger books it to, the application it comes to."""

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.hovers import plain
from dashboard.figures.message import message_figure
from dashboard.figures.template import MUTED, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look

COLUMNS = ("actor", "booked", "application")
NARROW = 13  # letters of a name that there is room for on a narrow screen


@dataclass(frozen=True)
class Box:
    """A box of the drawing: which of COLUMNS it stands in, and its name."""

    column: int
    name: str


def cost_flow(rows: pd.DataFrame, look: Look) -> go.Figure:
    """rows: actor, booked, application (names), is_placed, amount_huf. What is unplaced has the colour of concern."""
    shown = rows[rows["amount_huf"] > 0]
    if shown.empty:
        return message_figure(look)
    boxes = [Box(at, name) for at, column in enumerate(COLUMNS) for name in _largest_first(shown, column)]
    place = {box: at for at, box in enumerate(boxes)}
    links = [
        (Box(at, giver), Box(at + 1, taker), bool(placed), int(amount))
        for at, (left, right) in enumerate(pairwise(COLUMNS))
        for giver, taker, placed, amount in shown.groupby([left, right, "is_placed"], as_index=False)["amount_huf"]
        .sum()
        .itertuples(index=False, name=None)
    ]
    return go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [_name(box, look) for box in boxes], "color": MUTED[look.theme], "line": {"width": 0},
                "pad": 14, "thickness": 8 if look.narrow else 14,
                "customdata": [_node(box, shown, look) for box in boxes],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={
                "source": [place[giver] for giver, *_rest in links],
                "target": [place[taker] for _giver, taker, *_rest in links],
                "value": [amount for *_rest, amount in links],
                "color": [_shade(placed, look) for *_ends, placed, _amount in links],
                "customdata": [_link(link, look) for link in links],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"color": TEXT[look.theme], "size": 10 if look.narrow else 12, "shadow": _halo(look)},
        )
    ).update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 8})  # fmt: skip


def _largest_first(shown: pd.DataFrame, column: str) -> list[str]:
    return [str(name) for name in shown.groupby(column)["amount_huf"].sum().sort_values(ascending=False).index]


def _name(box: Box, look: Look) -> str:
    name = plain(box.name)
    return f"{name[: NARROW - 1]}…" if look.narrow and len(name) > NARROW else name


def _node(box: Box, shown: pd.DataFrame, look: Look) -> str:
    amount = int(shown.loc[shown[COLUMNS[box.column]] == box.name, "amount_huf"].sum())
    return f"{plain(box.name)}: {formats.money(amount, look.language)}"


def _link(link: tuple[Box, Box, bool, int], look: Look) -> str:
    giver, taker, placed, amount = link
    left = "" if placed else f" ({_('unplaced', look.language)})"
    return f"{plain(giver.name)} → {plain(taker.name)}: {formats.money(amount, look.language)}{left}"


def _shade(placed: bool, look: Look) -> str:
    colour = signal_colours(look.theme)["common" if placed else "concern"]
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.35 if placed else 0.7})"


def _halo(look: Look) -> str:
    return ", ".join(f"{x}px {y}px 2px {SURFACE[look.theme]}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)))
