"""The map's shapes as the browser draws them: SVG paths in whole units, each level's areas in the order of their codes.

Sent once and kept by the browser; figures follow as short lists in the same order.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.boundaries.build import union
from data.boundaries.projection import to_plane
from data.boundaries.shapes import Layer
from data.boundaries.topology import parts

UNITS_PER_KM = 50
"""A unit is twenty metres: finer than the grid that imported borders are kept on."""
CAPITAL = "Budapest"
MARGIN = 150


def payload(layers: Mapping[str, Layer], areas: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The geometry of all levels. areas: by level as data.boundaries.values.areas() gives them for the whole country.

    box: width and height; levels: by level the codes, names, counties (numbers of `counties`), paths, a point of each
    area (x, y) and its inhabitants; lines: by level the borders of the counties; boxes: of each county and district.
    """
    drawn = {level: _drawn(layer.shapes) for level, layer in layers.items()}
    box = _frame(drawn.values())
    counties = sorted(set(areas["county"]["code"]))
    levels = {
        level: _level(drawn[level], areas[level].set_index("code"), box, {name: at for at, name in enumerate(counties)})
        for level in drawn
    }
    return {
        "box": [round(box[2] - box[0]), round(box[3] - box[1])],
        "counties": counties,
        "levels": levels,
        "lines": {level: _county_lines(drawn[level], areas[level], box) for level in drawn if level != "county"},
        "boxes": {
            level: {code: _inside(shapely.bounds(shape), box) for code, shape in drawn[level].items()}
            for level in ("county", "district")
        },
        "capital": CAPITAL,
    }


def codes_of(layer: Layer, areas: pd.DataFrame) -> list[str]:
    """The codes of the areas drawn, in the order of the payload: those of the register that have a shape."""
    return sorted(set(layer.shapes) & set(areas["code"]))


def _drawn(shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shapes in whole units, north up: borders that were shared are shared still."""

    def units(degrees: Any) -> Any:
        return np.round(to_plane(degrees) * UNITS_PER_KM) * np.array([1, -1])

    found = shapely.transform(list(shapes.values()), units)
    return dict(zip(shapes, found, strict=True))


Box = tuple[float, float, float, float]


def _frame(layers: Any) -> Box:
    bounds = np.array([shapely.total_bounds(list(shapes.values())) for shapes in layers])
    west, north = bounds[:, :2].min(axis=0) - MARGIN
    east, south = bounds[:, 2:].max(axis=0) + MARGIN
    return west, north, east, south


def _level(
    shapes: Mapping[str, BaseGeometry], areas: pd.DataFrame, box: Box, numbers: dict[str, int]
) -> dict[str, Any]:
    codes = sorted(set(shapes) & set(areas.index))
    known = areas.loc[codes]
    points = shapely.points(to_plane(known[["lon", "lat"]].to_numpy("float64")) * UNITS_PER_KM * np.array([1, -1]))
    return {
        "code": codes,
        "name": list(known["name"]),
        "county": [numbers[name] for name in known["county"]],
        "path": [_path(shapes[code], box) for code in codes],
        "at": [
            _at(shapes[code], None if name == code else point, box)
            for code, name, point in zip(codes, known["name"], points, strict=True)
        ],
        "people": [int(count) for count in known["population"].fillna(0)],
    }


def _at(shape: BaseGeometry, own: shapely.Point | None, box: Box) -> list[int]:
    """The municipality's own point; of a union, whose middle may lie outside of it, one well inside."""
    if own is not None and shape.covers(own):
        chosen = own
    else:
        chosen = shapely.maximum_inscribed_circle(shape, tolerance=100).interpolate(0)
    return [round(chosen.x - box[0]), round(chosen.y - box[1])]


def _county_lines(shapes: Mapping[str, BaseGeometry], areas: pd.DataFrame, box: Box) -> str:
    county = areas.set_index("code")["county"]
    groups: dict[str, list[BaseGeometry]] = {}
    for code, shape in shapes.items():
        if code in county.index:
            groups.setdefault(str(county[code]), []).append(shape)
    wholes = [union(np.array(group)) for group in groups.values()]
    return "".join(_path(whole, box) for whole in wholes)


def _path(shape: BaseGeometry, box: Box) -> str:
    """`M1 2l3 4-5 6z`: a move, then steps."""
    return "".join(
        _ring(shapely.get_coordinates(ring), box) for part in parts(shape) for ring in (part.exterior, *part.interiors)
    )


def _ring(points: Any, box: Box) -> str:
    whole = points.astype("int64")
    steps = np.diff(whole[:-1], axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    told = " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")
    x, y = whole[0] - np.array([round(box[0]), round(box[1])])
    return f"M{x} {y}l{told}z"


def _inside(bounds: Any, box: Box) -> list[int]:
    west, north, east, south = (round(value) for value in bounds)
    return [west - round(box[0]), north - round(box[1]), east - round(box[0]), south - round(box[1])]
