"""TopoJSON read: its arcs put together to shapes in degrees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data.boundaries.projection import Floats


class BadGeometry(ValueError):
    """A geometry that cannot be read: says what was expected."""


@dataclass(frozen=True)
class Feature:
    """A shape and what its file says of it. place: where it stands there (`feature 3`); layer: object of TopoJSON."""

    place: str
    shape: BaseGeometry
    properties: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""


def topojson_features(content: Mapping[str, Any]) -> Iterator[Feature]:
    """Every polygon of every object, its id under the property `id`. Raises BadGeometry naming object and geometry."""
    arcs = _arcs(content)
    for name, whole in (content.get("objects") or {}).items():
        members = whole.get("geometries") if whole.get("type") == "GeometryCollection" else [whole]
        for number, one in enumerate(members or [], 1):
            place = f"object {name}, geometry {number}"
            try:
                shape = polygons(one.get("type"), _rings(one, arcs))
            except (BadGeometry, TypeError, IndexError, ValueError) as error:
                raise BadGeometry(f"{place}: {error}") from error
            own = {"id": one["id"]} if "id" in one else {}
            yield Feature(place, shape, own | dict(one.get("properties") or {}), str(name))


def polygons(kind: Any, coordinates: Any) -> BaseGeometry:
    """A polygon or multipolygon of nested lists, as GeoJSON has them; empty for none. Raises BadGeometry."""
    if kind is None:
        return Polygon()
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadGeometry(f"expected Polygon or MultiPolygon, found {kind}.")
    listed = [coordinates] if kind == "Polygon" else coordinates
    found = [_polygon(rings) for rings in listed if len(rings)]
    return found[0] if len(found) == 1 else MultiPolygon(found)


def _polygon(rings: Any) -> Polygon:
    read = [np.array([point[:2] for point in ring], dtype="float64") for ring in rings]
    if any(len(ring) < 4 or ring.ndim != 2 or ring.shape[1] != 2 for ring in read[:1]):
        raise BadGeometry("expected rings of at least four pairs of longitude and latitude.")
    if not all(np.isfinite(ring).all() for ring in read):
        raise BadGeometry("a coordinate is not a number.")
    return Polygon(read[0], [ring for ring in read[1:] if len(ring) > 3])


def _arcs(content: Mapping[str, Any]) -> list[Floats]:
    transform = content.get("transform")
    found = []
    for number, arc in enumerate(content.get("arcs") or []):
        try:
            points = np.array([point[:2] for point in arc], dtype="float64").reshape(-1, 2)
            if transform:
                points = np.cumsum(points, axis=0) * np.array(transform["scale"]) + np.array(transform["translate"])
        except (TypeError, ValueError, KeyError) as error:
            raise BadGeometry(f"arc {number}: expected pairs of numbers ({error}).") from error
        found.append(points)
    return found


def _rings(one: Mapping[str, Any], arcs: list[Floats]) -> Any:
    if one.get("type") == "Polygon":
        return [_joined(ring, arcs) for ring in one["arcs"]]
    if one.get("type") == "MultiPolygon":
        return [[_joined(ring, arcs) for ring in part] for part in one["arcs"]]
    return None


def _joined(numbers: list[int], arcs: list[Floats]) -> Floats:
    """A ring of arcs, the last point of each being the first of the next."""
    pieces = [_arc(number, arcs) for number in numbers]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _arc(number: int, arcs: list[Floats]) -> Floats:
    at = number if number >= 0 else ~number
    if at >= len(arcs):
        raise BadGeometry(f"names arc {at}, but there are {len(arcs)}.")
    return arcs[at] if number >= 0 else arcs[at][::-1]
