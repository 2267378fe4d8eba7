"""What the map shows for a reader's choice, read from data/ and put in the order of the geometry."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.answers import answers
from dashboard.figures.map_geometry import codes_of, payload
from dashboard.periods import latest, periods_of
from dashboard.stage_reading import stages_of
from data.boundaries.figures import LEVELS, Level, MapFigure, figure_of
from data.boundaries.shapes import Layer, layers
from data.boundaries.values import AreaValues, area_values, areas
from data.errors import BadSelection
from data.selection import Selection


@dataclass(frozen=True)
class Choice:
    """What the reader has chosen besides the selection. district: a district to look at, by its code."""

    figure: MapFigure
    level: Level = "municipality"
    dots: bool = False
    chance: bool = False
    district: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """From the address; what is not known there is as if not chosen."""
        level = query.get("level", "")
        return cls(
            figure_of(query.get("figure")),
            next((one for one in LEVELS if one == level), "municipality"),
            query.get("view") == "dots",
            query.get("shade") == "chance",
            query.get("district", ""),
        )

    def period(self, selection: Selection) -> Selection:
        """What the figure is asked about: a day, or a period."""
        if self.figure.kind in ("stage", "joining"):
            return latest(selection)
        name = self.figure.source
        return periods_of(name)[0](selection)


@dataclass(frozen=True)
class Geometry:
    """The shapes of a snapshot. content: gzipped JSON; name: changes with it; codes: of each level, in its order."""

    content: bytes
    name: str
    codes: Mapping[str, list[str]]
    layers: Mapping[str, Layer]


def geometry() -> Geometry:
    """The shapes of the published snapshot, made once for it. Raises NotPublished."""

    def make() -> Geometry:
        found = answers().read(("map layers",), layers)
        places = answers().read(
            ("map areas",), lambda connection: {str(level): areas(connection, Selection(), level) for level in LEVELS}
        )
        text = json.dumps(payload(found, places), ensure_ascii=False, separators=(",", ":")).encode()
        content = gzip.compress(text, mtime=0)
        name = hashlib.sha256(text).hexdigest()[:16]
        return Geometry(content, name, {level: codes_of(found[level], places[level]) for level in found}, found)

    return answers().made(("map geometry",), make)


def values_of(choice: Choice, reader: Selection) -> AreaValues:
    """The figure by area. Raises BadSelection, NotPublished."""
    for key, strange in answers().strangers(reader).items():
        raise BadSelection(f"There is no {key} {strange[0]!r}.")
    selection = choice.period(reader)
    return answers().read(
        ("map values", choice.figure.id, choice.level, selection),
        lambda connection: area_values(
            connection, choice.figure, selection, choice.level, lambda: stages_of(selection)
        ),
    )


def in_order(values: AreaValues, codes: list[str]) -> pd.DataFrame:
    """The rows of the areas that are drawn, in their order; selected: whether the selection has them."""
    known = values.frame.set_index("code")
    frame = known.reindex(codes)
    return frame.assign(selected=[code in known.index for code in codes], withheld=frame["withheld"].eq(True))


def without_shape(values: AreaValues, codes: list[str]) -> int:
    """How many areas of the selection are not on the map, having no shape."""
    return int((~values.frame["code"].isin(codes)).sum())


def zoom_of(choice: Choice, selection: Selection) -> list[list[Any]]:
    """What the map shows large: the districts or counties selected; empty for the whole country."""
    if choice.district:
        return [["district", choice.district]]
    return [["county", county] for county in selection.counties]
