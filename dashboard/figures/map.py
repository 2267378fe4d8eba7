"""A figure on the map, as the browser needs it: a class and words for each area, in the order of the geometry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import formats
from dashboard.figures.map_classes import BEYOND, class_limits, class_names, class_of
from dashboard.figures.template import GRID, MUTED, SEQUENTIAL, SURFACE, TEXT
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

NO_DATA, WITHHELD, ELSEWHERE = -1, -2, -3
"""Instead of a class: nothing to count; withheld; not in the selection."""
NO_DATA_WORDS = N_("no data")
WITHHELD_WORDS = N_("withheld: too few people")
# Orange to blue through the colour of the middle; any two neighbours differ in lightness as well.
DIVERGING = {
    "light": ["#A84300", "#F0B48A", "#ECEFF2", "#9CC4E8", "#0B5AA3"],
    "dark": ["#FF9A4D", "#8A5530", "#2A313A", "#2F6391", "#7CC0FF"],
}


@dataclass(frozen=True)
class Shading:
    """The classes of a map: colours and names, and the class of each area (numbers, or NO_DATA, WITHHELD)."""

    colours: Sequence[str]
    names: Sequence[str]
    classes: Sequence[int]

    def counts(self) -> list[int]:
        """How many areas are in each class."""
        found = pd.Series(list(self.classes)).value_counts()
        return [int(found.get(place, 0)) for place in range(len(self.names))]

    def missing(self, which: int) -> int:
        """How many areas have no class: NO_DATA or WITHHELD."""
        return sum(one == which for one in self.classes)


def by_value(frame: pd.DataFrame, unit: str, look: Look) -> Shading:
    """One sequential scale. frame: columns value and withheld, in the order of the areas."""
    known = frame["value"].dropna()
    if known.empty:
        return Shading([], [], [_class(value, withheld, ()) for value, withheld in _rows(frame, "value")])
    limits = class_limits(list(known), unit)
    names = class_names(limits, unit, look.language, float(known.iloc[0]))
    classes = [_class(value, withheld, limits) for value, withheld in _rows(frame, "value")]
    return Shading(shades(len(names), look), names, classes)


def by_chance(frame: pd.DataFrame, better: str, look: Look) -> Shading:
    """How far from the whole, by the funnel's limits. frame: columns side (-2 to 2, missing without a value), withheld.

    Blue is the better side, orange the worse; where neither is, blue is above.
    """
    colours = DIVERGING[look.theme]
    names = [_(name, look.language) for name in BEYOND]
    if better == "lower":
        colours = colours[::-1]
    classes = [
        WITHHELD if withheld else NO_DATA if formats.missing(side) else int(side) + 2
        for side, withheld in _rows(frame, "side")
    ]
    return Shading(colours, names, classes)


def by_kind(kinds: Sequence[str | None], names: Mapping[str, str], look: Look) -> Shading:
    """Categories: two shades far apart. kinds: of each area, None where it has none."""
    order = list(names)
    ends = shades(7, look)
    return Shading(
        [ends[1], ends[5]], list(names.values()), [NO_DATA if one is None else order.index(one) for one in kinds]
    )


def shades(count: int, look: Look) -> list[str]:
    """So many of the sequential scale, as far apart as can be."""
    whole = SEQUENTIAL[look.theme]
    step = (len(whole) - 1) / max(count - 1, 1)
    return [whole[round(place * step)] for place in range(count)] if count > 1 else [whole[3]]


def map_state(
    shading: Shading, frame: pd.DataFrame, said: Sequence[str], brief: Sequence[str], look: Look
) -> dict[str, Any]:
    """What the browser draws a figure from. frame: value, n, selected (whether the area is in the selection), in the
    order of the geometry; said, brief: the value of each area in a sentence, and by itself."""
    told, words = _distinct(said)
    short, briefs = _distinct(brief)
    chosen = frame["selected"]
    return {
        "classes": [one if here else ELSEWHERE for one, here in zip(shading.classes, chosen, strict=True)],
        "colours": list(shading.colours),
        "plain": {
            "line": SURFACE[look.theme], "border": TEXT[look.theme], "missing": MUTED[look.theme],
            "elsewhere": GRID[look.theme],
        },
        "said": told,
        "words": words,
        "short": short,
        "brief": briefs,
        "value": [None if formats.missing(value) else round(float(value), 5) for value in frame["value"]],
        "n": [None if formats.missing(count) else int(count) for count in frame["n"]],
    }  # fmt: skip


def _distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """The different texts, and which of them each one is: thousands of areas say the same."""
    places: dict[str, int] = {}
    numbers = [places.setdefault(text, len(places)) for text in texts]
    return list(places), numbers


def _rows(frame: pd.DataFrame, column: str) -> Any:
    return zip(frame[column], frame["withheld"], strict=True)


def _class(value: float, withheld: bool, limits: Sequence[float]) -> int:
    if withheld:
        return WITHHELD
    return NO_DATA if formats.missing(value) else class_of(value, limits)
