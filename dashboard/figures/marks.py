"""How marks look and where their labels stand, the same in every figure."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

import pandas as pd

from dashboard.figures.template import DASHES, SEQUENTIAL, SYMBOLS, service_colours, signal_colours
from dashboard.look import Look
from data.metrics.metric import Metric

SMALL = 10
"""Fewer rows than this behind a value: it is shown hollow, since chance alone could have made it."""

APPLICATIONS = ("ADO", "GAZD", "INGKAT", "IRAT", "IPARKER", "KERET", "PORTAL")
OTHERS = "…"
"""Member that stands for all that are not shown one by one."""


def quantity_colour(look: Look) -> str:
    """Colour of plain quantities: neither a service nor a signal."""
    return SEQUENTIAL[look.theme][3]


def member_colour(cut: str, member: object, look: Look, position: int = 0) -> str:
    """A service has its own colour everywhere; other members take the quantity's, or a shade by their position."""
    if cut == "service":
        return service_colours(look.theme).get(str(member), signal_colours(look.theme)["common"])
    shades = SEQUENTIAL[look.theme][2:]
    return shades[(2 * position + 1) % len(shades)]


def member_style(cut: str, member: object, position: int) -> tuple[str, str]:
    """Dash and symbol, by which lines are told apart without colour; of a service always the same."""
    if cut == "service" and member in APPLICATIONS:
        position = APPLICATIONS.index(str(member))
    return DASHES[position % len(DASHES)], SYMBOLS[position % len(SYMBOLS)]


GLYPHS = dict(zip(SYMBOLS, ("●", "■", "◆", "▲", "✚", "✖", "★"), strict=True))
"""The symbols of lines as letters, for the names at their ends."""


def few(metric: Metric, counts: pd.Series) -> list[bool]:
    """Of each value whether so few rows stand behind it that chance could have made it; never of amounts."""
    by_chance = metric.chart in ("proportion", "mean") or metric.kind == "quantile"
    return [by_chance and count < SMALL for count in counts]


MANY = {True: 9, False: 13}
"""Rows, beyond which there is room for one line of a name only: on a narrow screen, on a wide one."""


def wrapped(name: str, look: Look, rows: int = 1) -> str:
    """A long name on at most two lines (three on a wide screen), on one where many rows leave no room for more.

    What is cut ends in an ellipsis; the hover and the table have it whole.
    """
    many = rows > MANY[look.narrow]
    width = (24 if many else 18) if look.narrow else 30
    lines = 1 if many else 2 if look.narrow else 3
    found = wrap(name, width, break_long_words=False, max_lines=lines, placeholder="…")
    return "<br>".join(found) or name


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions moved as little as possible to be at least gap apart, in their order; between low and high if they fit.

    Each group of labels that would overlap is centred on its marks.
    """
    order = sorted(range(len(positions)), key=lambda place: positions[place])
    groups: list[tuple[float, int]] = []  # mean of what the group's first label wants, labels in it
    for rank, place in enumerate(order):
        mean, size = positions[place] - rank * gap, 1
        while groups and groups[-1][0] >= mean:
            before, many = groups.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        groups.append((mean, size))
    wanted = [mean for mean, size in groups for _ in range(size)]
    highest = max(high - gap * (len(order) - 1), low)
    placed = {
        place: min(max(want, low), highest) + rank * gap
        for rank, (place, want) in enumerate(zip(order, wanted, strict=True))
    }
    return [placed[place] for place in range(len(positions))]


NATURAL = {
    "service": APPLICATIONS,
    "priority": ("P1", "P2", "P3", "P4"),
    "size_band": ("under_500", "500_1999", "2000_4999", "5000_9999", "10000_49999", "over_50000"),
    "joining_type": ("system", "interface"),
    "role": ("official_representative", "contact_person", "key_user", "local_it_operator"),
}
"""Members that are always read in the same order."""


def ordered(members: Sequence[str], cut: str, totals: Mapping[str, float]) -> list[str]:
    """Members in the order they are read: their natural one where there is any, then by total, unknown ones last."""
    places = {name: place for place, name in enumerate(NATURAL.get(cut, ()))}

    def rank(name: str) -> tuple[bool, int, float, str]:
        last = name.lower() in ("unknown", "na", OTHERS)
        return last, places.get(name, len(places)), -totals.get(name, 0), name

    return sorted(members, key=rank)
