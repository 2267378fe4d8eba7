"""The packaged cells: made of the register alone, one for each municipality, sharing their borders."""

import gzip
import json

import numpy as np
import pytest
import shapely

from data.boundaries.build import FILE, HECTARES, build, members
from data.boundaries.cells import cells, outline
from data.boundaries.projection import to_degrees, to_plane
from data.boundaries.shapes import packaged
from data.boundaries.topology import off_grid, on_grid

STEP_KM = 0.025


@pytest.fixture(scope="module")
def register():
    return members()


@pytest.fixture(scope="module")
def shapes():
    return {level: layer.shapes for level, layer in packaged().items()}


def areas_km(shapes):
    return {code: shapely.transform(shape, to_plane).area for code, shape in shapes.items()}


def test_the_packaged_cells_are_what_the_register_gives(shapes):
    made = {level: off_grid(own) for level, own in build().items()}
    for level, own in made.items():
        assert own.keys() == shapes[level].keys()
        differing = [shapely.symmetric_difference(own[code], shapes[level][code]).area for code in own]
        assert max(differing) < 1e-9


def test_every_municipality_has_one_shape_around_its_point(shapes, register):
    assert set(shapes["municipality"]) == set(register["municipality_id"])
    assert len(shapes["municipality"]) == 3177
    points = shapely.points(register["lon"], register["lat"])
    tree = shapely.STRtree([shapes["municipality"][code] for code in register["municipality_id"]])
    place, shape = tree.query(points, predicate="within")
    assert list(place) == list(shape) == list(range(3177))


def test_each_place_belongs_to_the_nearest_point(shapes, register):
    """Compared with distances computed one by one, at places that are no vertex of any cell."""
    random = np.random.default_rng(5)
    points = to_plane(register[["lon", "lat"]].to_numpy())
    country = shapely.transform(shapely.coverage_union_all(list(shapes["county"].values())), to_plane)
    found = random.uniform([0, 0], [530, 320], (400, 2))
    found = found[shapely.within(shapely.points(found), country.buffer(-0.1))]
    assert len(found) > 150
    for place in found:
        distances = np.hypot(*(points - place).T)
        first, second = np.sort(distances)[:2]
        if second - first > 2 * STEP_KM:
            own = shapes["municipality"][register["municipality_id"][int(distances.argmin())]]
            assert own.covers(shapely.Point(to_degrees(place[None])[0]))


@pytest.mark.parametrize("level", ["municipality", "district", "county"])
def test_shapes_do_not_overlap_and_are_whole(shapes, level):
    own = np.array(list(shapes[level].values()))
    assert shapely.is_valid(own).all()
    assert shapely.coverage_is_valid(own)
    assert len(own) == {"municipality": 3177, "district": 197, "county": 20}[level]


@pytest.mark.parametrize(("level", "column"), [("district", "district_code"), ("county", "county")])
def test_districts_and_counties_are_the_unions_of_their_municipalities(shapes, register, level, column):
    for code, group in register.groupby(column):
        union = shapely.union_all([shapes["municipality"][one] for one in group["municipality_id"]])
        assert shapely.symmetric_difference(union, shapes[level][code]).area < 1e-9


def test_borders_of_the_levels_are_the_same_lines():
    """In the file a border stands once: the arcs of counties and districts are arcs of municipalities."""
    content = json.loads(FILE.read_text(encoding="utf-8"))

    def arcs(level):
        return {
            number if number >= 0 else ~number
            for one in content["objects"][level]["geometries"]
            for part in one["arcs"]
            for ring in part
            for number in ring
        }

    assert arcs("municipality") == set(range(len(content["arcs"])))
    assert arcs("county") < arcs("district") < arcs("municipality")


def test_the_file_is_small():
    assert len(gzip.compress(FILE.read_bytes())) < 250_000


def test_the_country_is_as_large_as_its_municipalities_say(shapes, register):
    counties = areas_km(shapes["county"])
    assert sum(counties.values()) == pytest.approx(register["area_ha"].sum() / HECTARES, rel=0.01)
    said = register.groupby("county")["area_ha"].sum() / HECTARES
    assert all(abs(counties[name] / said[name] - 1) < 0.3 for name in counties)
    assert min(areas_km(shapes["municipality"]).values()) > 1


def test_names_that_look_alike_have_shapes_of_their_own(shapes, register):
    for one, other in (("Komló", "Kömlő"), ("Komoró", "Kömörő")):
        first, second = (register.loc[register["name"] == name, "municipality_id"].item() for name in (one, other))
        assert first != second
        assert not shapes["municipality"][first].intersects(shapes["municipality"][second])


def test_two_points_in_one_place_are_refused():
    points = np.array([[10.0, 10.0], [10.0, 10.0], [20.0, 12.0], [15.0, 20.0]])
    with pytest.raises(AssertionError, match="without a cell"):
        cells(points, outline(points, np.full(4, 100.0)))


def test_a_vertex_that_is_shared_goes_to_the_same_place_of_the_grid():
    left, right = shapely.box(18.0, 46.0, 18.10004, 46.1), shapely.box(18.10004, 46.0, 18.2, 46.1)
    moved = on_grid({"left": left, "right": right})
    assert shapely.coverage_is_valid(np.array(list(moved.values())))
    assert all(value == int(value) for value in shapely.get_coordinates(moved["left"]).ravel())
