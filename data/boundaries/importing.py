"""Official boundaries in place of the cells: read, checked against the register, dissolved, made small, kept."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, delete, func, insert, select

from data.boundaries.build import KINDS, LEVELS, dissolved, whole_of
from data.boundaries.geometry_file import read_features
from data.boundaries.matching import CAPITAL, OTHER_NAMES, Known, Match, match
from data.boundaries.topojson import Feature
from data.boundaries.topology import on_grid, parts, topology
from data.errors import AspError, BadSelection
from data.reference_load import PACKAGED, record_reference_run
from data.schema import boundary, dim_municipality
from data.store import Session

MOST_VERTICES = 60_000
"""Of a level: what a browser draws without delay. More are simplified, borders staying shared."""
TOLERANCES = tuple(2.5 * 1.5**step for step in range(12))
"""In steps of the grid."""
MOST_OUTSIDE = 0.5


@dataclass(frozen=True)
class Imported:
    """What an import did. shapes: how many of each level; missing, unknown: codes; repaired: codes of shapes that
    crossed themselves; joined: codes with several areas; outside: municipalities whose point lies outside its shape;
    vertices: before and after it was made small."""

    key: str
    shapes: Mapping[str, int]
    missing: Sequence[str] = ()
    unknown: Sequence[str] = ()
    repaired: Sequence[str] = ()
    joined: Sequence[str] = ()
    outside: Sequence[str] = ()
    vertices: tuple[int, int] = (0, 0)
    names: Mapping[str, str] = field(default_factory=dict)


def import_boundaries(
    session: Session, path: Path, level: str | None = None, key: str | None = None, attribution: str | None = None
) -> Imported:
    """The file's areas become the shapes of their level, and unions of municipalities those of the levels above.

    level, key: where the file does not tell by itself. Raises AspError naming file and feature; then nothing changes.
    """
    if level is not None and level not in LEVELS:
        raise BadSelection(f"--layer {level!r}: choose from {', '.join(LEVELS)}.")
    started = datetime.now(UTC).replace(tzinfo=None)
    register = _register(session.connection)
    try:
        found = match(read_features(path), _known(session.connection, register), level, key)
    except AspError as error:
        raise error if str(path) in str(error) else AspError(f"{path}: {error}") from error
    shapes, report = _checked(found, register, path)
    before = _vertices(shapes)
    # On the grid first: neighbours whose vertices differ by a hair share them after it.
    shapes = _small(on_grid(shapes))
    levels = {found.known.level: shapes, **_above(shapes, found.known.level, register)}
    said = attribution or f"{path.name}"
    for name, own in levels.items():
        session.connection.execute(delete(boundary).where(boundary.c.layer == name))
        session.connection.execute(
            insert(boundary).values(
                layer=name, shapes=len(own), content=_written({name: own}), attribution=said, origin=path.name
            )
        )
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    record_reference_run(session, started, [(boundary.name, content, sum(map(len, levels.values())))], path.name)
    counts = {name: len(own) for name, own in levels.items()}
    return Imported(found.key, counts, vertices=(before, _vertices(shapes)), names=_names(register), **report)


def reset_boundaries(session: Session) -> int:
    """Back to the packaged cells; returns how many levels were imported."""
    started = datetime.now(UTC).replace(tzinfo=None)
    count = session.connection.scalar(select(func.count()).select_from(boundary)) or 0
    session.connection.execute(delete(boundary))
    record_reference_run(session, started, [(boundary.name, "", 0)], PACKAGED)
    return int(count)


def _register(connection: Connection) -> pd.DataFrame:
    """Municipalities with a territory, in the newest version."""
    place = dim_municipality
    columns = (place.c.municipality_id, place.c.name, place.c.county, place.c.district_code, place.c.district,
               place.c.lon, place.c.lat)  # fmt: skip
    query = select(*columns).where(place.c.kind.in_(KINDS), place.c.valid_to.is_(None))
    return pd.read_sql(query.order_by(place.c.municipality_id), connection)


def _known(connection: Connection, register: pd.DataFrame) -> dict[str, Known]:
    districts = dict(zip(register["district"].str.lower(), register["district_code"], strict=True))
    counties = sorted(set(register["county"]))
    other = {name: county for name, county in OTHER_NAMES.items() if county in counties}
    numbers = _county_numbers(connection)
    return {
        "municipality": Known("municipality", frozenset(register["municipality_id"]), {}),
        "district": Known("district", frozenset(register["district_code"]), districts),
        "county": Known("county", frozenset(counties), {name.lower(): name for name in counties} | other | numbers),
    }


def _county_numbers(connection: Connection) -> dict[str, str]:
    """`02` and `m02` -> Baranya, by the codes of the county governments."""
    place = dim_municipality
    rows = connection.execute(select(place.c.municipality_id, place.c.county).where(place.c.kind == "county"))
    numbers = {"01": CAPITAL} | {code.removeprefix("M"): county for code, county in rows}
    return numbers | {f"m{number}": county for number, county in numbers.items()}


def _checked(
    found: Match, register: pd.DataFrame, path: Path
) -> tuple[dict[str, BaseGeometry], dict[str, Sequence[str]]]:
    """Shapes by code, and what was found wrong with them."""
    areas, unknown = defaultdict(list), []
    for one in found.features:
        code = found.known.code(one.properties.get(found.key))
        if code is None:
            unknown.append(_told(one, found.key))
        else:
            areas[code].append(one)
    repaired = sorted(code for code, own in areas.items() if not all(shapely.is_valid(one.shape) for one in own))
    shapes = {code: _whole([one.shape for one in areas[code]]) for code in sorted(areas)}
    outside = _outside(shapes, register) if found.known.level == "municipality" else []
    if len(outside) > MOST_OUTSIDE * len(shapes):
        raise AspError(
            f"{path}: {len(outside)} of {len(shapes)} municipalities lie outside the area that {found.key} gives them. "
            "Expected KSH codes of the register; name the right property with --key."
        )
    return shapes, {
        "missing": sorted(found.known.codes - set(shapes)),
        "unknown": unknown,
        "repaired": repaired,
        "joined": sorted(code for code, own in areas.items() if len(own) > 1),
        "outside": outside,
    }


def _told(one: Feature, key: str) -> str:
    return f"{one.properties.get(key)} ({one.place})"


def _whole(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """One valid shape of polygons only."""
    valid = [one if shapely.is_valid(one) else shapely.make_valid(one) for one in shapes]
    found = [part for one in valid for part in parts(one)]
    if len(found) == 1:
        return found[0]
    return MultiPolygon(found) if len(shapes) == 1 else shapely.union_all(found)


def _outside(shapes: Mapping[str, BaseGeometry], register: pd.DataFrame) -> list[str]:
    own = register[register["municipality_id"].isin(shapes)]
    inside = shapely.covers([shapes[code] for code in own["municipality_id"]], shapely.points(own["lon"], own["lat"]))
    return list(own["municipality_id"][~inside])


def _small(shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """At most MOST_VERTICES; neighbours that share a border go on sharing it. Small shapes are left as they are."""
    found = list(shapes.values())
    for tolerance in TOLERANCES:
        if int(shapely.get_num_coordinates(found).sum()) <= MOST_VERTICES:
            break
        found = list(shapely.coverage_simplify(np.array(list(shapes.values())), tolerance))
    return dict(zip(shapes, found, strict=True))


def _above(
    shapes: Mapping[str, BaseGeometry], level: str, register: pd.DataFrame
) -> dict[str, dict[str, BaseGeometry]]:
    """The levels that are unions of this one."""
    wanted = list(LEVELS)[list(LEVELS).index(level) + 1 :]
    return {name: dissolved(shapes, whole_of(register, LEVELS[name], LEVELS[level])) for name in wanted}


def _vertices(shapes: Mapping[str, BaseGeometry]) -> int:
    return int(shapely.get_num_coordinates(list(shapes.values())).sum())


def _written(level: Mapping[str, Mapping[str, BaseGeometry]]) -> str:
    return json.dumps(topology(level), ensure_ascii=False, separators=(",", ":"))


def _names(register: pd.DataFrame) -> dict[str, str]:
    return dict(zip(register["municipality_id"], register["name"], strict=True))
