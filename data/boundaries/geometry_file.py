"""Reads a file of areas: GeoJSON or TopoJSON, also gzipped, in degrees."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely

from data.boundaries.projection import EAST, NORTH, SOUTH, WEST
from data.boundaries.topojson import BadGeometry, Feature, polygons, topojson_features
from data.errors import AspError

GZIP = b"\x1f\x8b"


def read_features(path: Path) -> list[Feature]:
    """The areas of a file, those without a shape left out. Raises AspError naming the file, the feature and what was
    expected."""
    content = _content(path)
    try:
        found = [one for one in _features(content) if not one.shape.is_empty]
    except BadGeometry as error:
        raise AspError(f"{path}, {error}") from error
    if not found:
        raise AspError(f"{path}: no polygon in it. Expected GeoJSON or TopoJSON of areas.")
    for one in found:
        if wrong := _misplaced(one):
            raise AspError(f"{path}, {one.place}: {wrong}")
    return found


def _content(path: Path) -> Mapping[str, Any]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw.startswith(GZIP) else raw).decode("utf-8-sig")
        content = json.loads(text)
    except FileNotFoundError as error:
        raise AspError(f"{path}: there is no such file.") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise AspError(f"{path}: expected GeoJSON or TopoJSON in UTF-8, or a gzip of it ({error}).") from error
    if not isinstance(content, dict) or content.get("type") not in ("FeatureCollection", "Feature", "Topology"):
        raise AspError(f"{path}: expected a FeatureCollection (GeoJSON) or a Topology (TopoJSON).")
    return content


def _features(content: Mapping[str, Any]) -> Iterator[Feature]:
    if content["type"] == "Topology":
        yield from topojson_features(content)
        return
    for number, one in enumerate(content.get("features") or [content], 1):
        place = f"feature {number}"
        try:
            geometry = one.get("geometry") or {}
            shape = polygons(geometry.get("type"), geometry.get("coordinates"))
        except (BadGeometry, TypeError, ValueError, AttributeError, IndexError) as error:
            raise BadGeometry(f"{place}: {error}") from error
        own = {"id": one["id"]} if "id" in one else {}
        yield Feature(place, shape, own | dict(one.get("properties") or {}))


def _misplaced(one: Feature) -> str:
    """What is wrong with where a shape lies; empty where it lies in Hungary."""
    west, south, east, north = shapely.bounds(one.shape)
    if _within((west, south, east, north)):
        return ""
    said = f"it lies at {west:.2f} to {east:.2f}, {south:.2f} to {north:.2f}."
    if _within((south, west, north, east)):
        return f"{said} Latitude stands before longitude; expected longitude first."
    if max(abs(west), abs(east), abs(south), abs(north)) > 360:
        return f"{said} These look like metres (EOV, EPSG:23700); expected degrees (WGS84). Convert the file first."
    return f"{said} Expected Hungary: {WEST} to {EAST} degrees east, {SOUTH} to {NORTH} north."


def _within(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH
