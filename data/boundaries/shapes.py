"""The shapes that the map draws: imported ones, else the packaged cells."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, select

from data.boundaries.build import FILE, LEVELS
from data.boundaries.topojson import topojson_features
from data.schema import boundary


@dataclass(frozen=True)
class Layer:
    """A level's shapes in degrees, by KSH code, district code or county. attribution: whose they are; empty for cells.

    origin: the file they were imported from; empty for the packaged cells.
    """

    level: str
    shapes: Mapping[str, BaseGeometry]
    attribution: str = ""
    origin: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether these are cells made of points and no real borders."""
        return not self.origin


def layers(connection: Connection) -> dict[str, Layer]:
    """The three levels: municipality, district, county. A level that was not imported has the packaged cells.

    Where only districts or counties were imported the levels below stay cells: their borders differ a little.
    """
    rows = connection.execute(select(boundary)).mappings()
    imported = {
        row["layer"]: Layer(row["layer"], read_layer(row["content"], row["layer"]), row["attribution"], row["origin"])
        for row in rows
    }
    return {level: imported.get(level) or packaged()[level] for level in LEVELS}


@cache
def packaged() -> Mapping[str, Layer]:
    """The cells of this package."""
    shapes: dict[str, dict[str, BaseGeometry]] = {level: {} for level in LEVELS}
    for one in topojson_features(json.loads(FILE.read_text(encoding="utf-8"))):
        shapes[one.layer][one.properties["id"]] = one.shape
    return {level: Layer(level, own) for level, own in shapes.items()}


def read_layer(text: str, level: str) -> dict[str, BaseGeometry]:
    """Shapes of a level by code, from TopoJSON as topology() makes it."""
    return {one.properties["id"]: one.shape for one in topojson_features(json.loads(text)) if one.layer == level}
