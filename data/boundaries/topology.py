"""TopoJSON written: borders that areas share stand in it once, so layers made of one another share them exactly."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data.boundaries.projection import EAST, NORTH, SOUTH, WEST

STEP = 0.0002
"""Degrees between the places that a vertex can have: 15 metres east, 22 north."""
Point = tuple[int, int]
Ring = list[Point]
Shapes = Mapping[str, BaseGeometry]


def on_grid(shapes: Shapes) -> dict[str, BaseGeometry]:
    """The shapes with every vertex moved to the nearest place of the grid, in whole steps from the south-west corner.

    The same vertex of two neighbours goes to the same place, so they go on sharing their border.
    """
    corner = np.array([WEST, SOUTH])
    moved = shapely.transform(list(shapes.values()), lambda degrees: np.round((degrees - corner) / STEP))
    return {code: _without_repeats(shape) for code, shape in zip(shapes, moved, strict=True)}


def off_grid(shapes: Shapes) -> dict[str, BaseGeometry]:
    """Degrees, from steps."""
    corner = np.array([WEST, SOUTH])
    degrees = shapely.transform(list(shapes.values()), lambda steps: np.round(steps * STEP + corner, 6))
    return dict(zip(shapes, degrees, strict=True))


def topology(layers: Mapping[str, Shapes]) -> dict[str, Any]:
    """TopoJSON of layers, each shape under its code as id. Shapes on the grid; layers share vertices where they meet.

    Sorted by code, and the same whatever vertex a ring begins at.
    """
    rings = {
        name: {code: [list(map(_ring, _rings(part))) for part in parts(shapes[code])] for code in sorted(shapes)}
        for name, shapes in layers.items()
    }
    every = [ring for layer in rings.values() for shape in layer.values() for part in shape for ring in part]
    arcs = _Arcs(_junctions(every))
    objects = {
        name: {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "MultiPolygon", "id": code, "arcs": [[arcs.of(ring) for ring in part] for part in shape]}
                for code, shape in layer.items()
            ],
        }
        for name, layer in rings.items()
    }
    return {
        "type": "Topology",
        "transform": {"scale": [STEP, STEP], "translate": [WEST, SOUTH]},
        "bbox": [WEST, SOUTH, EAST, NORTH],
        "objects": objects,
        "arcs": [_deltas(arc) for arc in arcs.known],
    }


def parts(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of a polygon, a multipolygon or a collection, the largest first."""
    found = [one for one in shapely.get_parts(shape) if isinstance(one, Polygon) and not one.is_empty]
    nested = [one for one in shapely.get_parts(shape) if isinstance(one, MultiPolygon)]
    found += [part for one in nested for part in one.geoms]
    return sorted(found, key=lambda part: -part.area)


class _Arcs:
    """The pieces of rings between junctions, each known once, by its number."""

    def __init__(self, junctions: set[Point]) -> None:
        self.junctions = junctions
        self.known: list[tuple[Point, ...]] = []
        self._numbers: dict[tuple[Point, ...], int] = {}

    def of(self, ring: Ring) -> list[int]:
        """The numbers of a ring's arcs in its order; `~number` where one is gone through backwards."""
        return [self._number(arc) for arc in _cut(ring, self.junctions)]

    def _number(self, arc: tuple[Point, ...]) -> int:
        back = arc[::-1]
        if back in self._numbers:
            return ~self._numbers[back]
        if arc not in self._numbers:
            self._numbers[arc] = len(self.known)
            self.known.append(arc)
        return self._numbers[arc]


def _cut(ring: Ring, junctions: set[Point]) -> Iterable[tuple[Point, ...]]:
    starts = [place for place, point in enumerate(ring) if point in junctions]
    if not starts:
        first = ring.index(min(ring))
        turned = (*ring[first:], *ring[: first + 1])
        yield min(turned, turned[::-1])
        return
    turned = (*ring[starts[0] :], *ring[: starts[0] + 1])
    ends = [place - starts[0] for place in starts[1:]] + [len(ring)]
    for begin, end in zip([0, *ends], ends, strict=False):
        yield turned[begin : end + 1]


def _junctions(rings: Iterable[Ring]) -> set[Point]:
    """Vertices where more than two edges meet."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for before, point, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
            beside[point] |= {before, after}
    return {point for point, around in beside.items() if len(around) > 2}


def _rings(part: Polygon) -> list[Any]:
    return [part.exterior, *part.interiors]


def _ring(line: Any) -> Ring:
    """Vertices without the one that closes it."""
    return [(int(x), int(y)) for x, y in shapely.get_coordinates(line)[:-1]]


def _deltas(arc: tuple[Point, ...]) -> list[list[int]]:
    steps = [arc[0], *((x - a, y - b) for (a, b), (x, y) in pairwise(arc))]
    return [list(step) for step in steps]


def _without_repeats(shape: BaseGeometry) -> BaseGeometry:
    """Without vertices that have fallen together; rings that are left with nothing inside are gone."""
    found = []
    for part in parts(shape):
        rings = [_plain(ring) for ring in _rings(part)]
        if rings[0] is not None:
            found.append(Polygon(rings[0], [ring for ring in rings[1:] if ring is not None]))
    return found[0] if len(found) == 1 else MultiPolygon(found)


def _plain(line: Any) -> Any:
    points = shapely.get_coordinates(line)
    kept = points[np.append(True, np.any(points[1:] != points[:-1], axis=1))]
    return kept if len(kept) > 3 and Polygon(kept).area > 0 else None
