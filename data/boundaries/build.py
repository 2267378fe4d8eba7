"""Makes the packaged cells anew: `python -m data.boundaries.build`. Only the register goes into them."""

import gzip
import json
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.boundaries.cells import cells, outline
from data.boundaries.projection import to_degrees, to_plane
from data.boundaries.topology import on_grid, topology
from data.reference.register import municipalities

FILE = Path(__file__).parent / "cells.topo.json"
KINDS = ("municipality", "district_of_capital")
"""Kinds of local government that have a territory of their own; the others lie over these."""
LEVELS = {"municipality": "municipality_id", "district": "district_code", "county": "county"}
HECTARES = 100


def members() -> pd.DataFrame:
    """The municipalities that have a cell, by KSH code: 3,154 and the 23 districts of Budapest."""
    register = municipalities()
    return register[register["kind"].isin(KINDS)].sort_values("municipality_id", ignore_index=True)


def build() -> dict[str, dict[str, BaseGeometry]]:
    """Shapes of each level on the grid, by KSH code, district code and county: unions of the cells, dissolved."""
    register = members()
    points = to_plane(register[["lon", "lat"]].to_numpy(dtype="float64"))
    areas = register["area_ha"].to_numpy(dtype="float64") / HECTARES
    found = shapely.transform(cells(points, outline(points, areas)), to_degrees)
    own = on_grid(dict(zip(register["municipality_id"], found, strict=True)))
    return {
        "municipality": own,
        "district": dissolved(own, whole_of(register, "district_code")),
        "county": dissolved(own, whole_of(register, "county")),
    }


def whole_of(register: pd.DataFrame, column: str, of: str = "municipality_id") -> dict[str, str]:
    """What each area belongs to."""
    return {str(area): str(whole) for area, whole in zip(register[of], register[column], strict=True)}


def dissolved(shapes: Mapping[str, BaseGeometry], whole_of: Mapping[str, str]) -> dict[str, BaseGeometry]:
    """The unions of shapes that share their borders, by the whole that each belongs to."""
    groups: dict[str, list[BaseGeometry]] = {}
    for code, shape in shapes.items():
        if code in whole_of:
            groups.setdefault(whole_of[code], []).append(shape)
    return {name: union(np.array(group)) for name, group in sorted(groups.items())}


def union(group: npt.NDArray[np.object_]) -> BaseGeometry:
    """Of shapes that do not share their borders vertex by vertex, as a file may have them, what is left on the grid."""
    try:
        return shapely.coverage_union_all(group)
    except shapely.GEOSException:
        return shapely.union_all(group, grid_size=1)


def main() -> None:
    """Write the file, and say how big it is."""
    text = json.dumps(topology(build()), ensure_ascii=False, separators=(",", ":"))
    FILE.write_text(text + "\n", encoding="utf-8")
    size = len(gzip.compress(text.encode()))
    logging.getLogger(__name__).info("%s: %d kB, gzipped %d kB", FILE.name, len(text) // 1000, size // 1000)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
