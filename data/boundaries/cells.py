"""Cells: what lies nearer to a municipality's point than to any other, within an outline made of points and areas."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from data.boundaries.projection import Floats

CLOSED_KM = 6.0
"""Gaps between the discs up to twice as wide belong to the country."""
SMOOTH_KM = 0.4


def outline(points: Floats, areas: Floats) -> Polygon:
    """The country: a disc of each municipality's own area (square kilometres) around its point, gaps closed.

    No border is read from anywhere: beside the official outline about 1.4 per cent of the area lies on the wrong side.
    """
    discs = shapely.buffer(shapely.points(points), np.sqrt(areas / np.pi), quad_segs=8)
    closed = shapely.union_all(discs).buffer(CLOSED_KM).buffer(-CLOSED_KM)
    largest = max(shapely.get_parts(closed), key=shapely.area)
    return Polygon(largest.exterior).simplify(SMOOTH_KM)


def cells(points: Floats, country: Polygon) -> list[BaseGeometry]:
    """One polygon per point, in their order, that share their borders vertex by vertex and fill the country.

    The lines between points are joined to the outline first and faces made of them after, so no border is cut twice.
    Raises AssertionError for two points in one place.
    """
    between = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=country.buffer(1), only_edges=True)
    lines = shapely.union_all([between, country.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    faces = faces[shapely.within(shapely.point_on_surface(faces), country)]
    tree = shapely.STRtree(faces)
    place, face = tree.query(shapely.points(points), predicate="within")
    assert len(set(place)) == len(points) == len(set(face)), "a point without a cell, or two points in one"
    owners = dict(zip(face, place, strict=True))
    whole: list[list[int]] = [[] for _ in range(len(points))]
    for number in range(len(faces)):
        whole[owners[number] if number in owners else _neighbour(number, faces, tree, owners)].append(number)
    return [shapely.coverage_union_all(faces[own]) if len(own) > 1 else faces[own[0]] for own in whole]


def _neighbour(number: int, faces: Sequence[BaseGeometry], tree: shapely.STRtree, owners: dict[int, int]) -> int:
    """The point of the cell that a piece without a point has the longest border with."""
    around = [int(one) for one in tree.query(faces[number], predicate="touches") if one in owners]
    return owners[max(around, key=lambda one: shapely.length(shapely.intersection(faces[number], faces[one])))]
