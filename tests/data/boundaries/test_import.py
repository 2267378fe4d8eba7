"""Official boundaries in place of the cells: read, matched by code, checked, dissolved."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import select

from data.boundaries.build import members
from data.boundaries.cli import report
from data.boundaries.geometry_file import read_features
from data.boundaries.importing import import_boundaries, reset_boundaries
from data.boundaries.shapes import layers, packaged
from data.boundaries.topojson import topojson_features
from data.boundaries.topology import off_grid, on_grid, topology
from data.errors import AspError, BadSelection
from data.schema import boundary, etl_input
from data.store import Session

MAPS = Path(__file__).parents[4] / "shared/data/maps"
COUNT = 131  # municipalities of Nógrád
SQUARE = shapely.box(19.0, 47.0, 19.1, 47.1)
real = [
    pytest.mark.real,
    pytest.mark.skipif(not MAPS.is_dir(), reason="real boundaries (../shared/data/maps) are not beside this checkout"),
]


@pytest.fixture
def session(duckdb_engine):
    """A session whose changes are rolled back."""
    with duckdb_engine.connect() as connection:
        transaction = connection.begin()
        yield Session(connection, 901)
        transaction.rollback()


@pytest.fixture(scope="module")
def county():
    """The cells of a county, as an official file would give them: shifted by a hair, so that they are not the same."""
    shapes, own = packaged()["municipality"].shapes, members().query("county == 'Nógrád'")["municipality_id"]
    return {code: shapely.transform(shapes[code], lambda degrees: degrees + 0.00103) for code in own}


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def written(path, features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def of_country(path, county, name=lambda code: {"ksh": code}):
    return written(path, [feature(shape, **name(code)) for code, shape in county.items()])


def test_municipalities_are_imported_and_the_levels_above_made_of_them(session, tmp_path, county):
    done = import_boundaries(session, of_country(tmp_path / "x.geojson", county), attribution="© Földhivatal")

    assert done.shapes == {"municipality": COUNT, "district": 6, "county": 1}
    assert done.key == "ksh"
    assert (len(done.missing), done.unknown, done.outside) == (3177 - COUNT, [], [])
    found = layers(session.connection)
    assert {(one.attribution, one.origin) for one in found.values()} == {("© Földhivatal", "x.geojson")}
    assert not any(one.is_computed for one in found.values())
    union = shapely.union_all(list(found["municipality"].shapes.values()))
    assert shapely.symmetric_difference(union, found["county"].shapes["Nógrád"]).area < 1e-9
    logged = session.connection.execute(select(etl_input.c.read).where(etl_input.c.run_id == 901)).scalars().all()
    assert logged == [COUNT + 6 + 1]


def test_a_reset_brings_the_cells_back(session, tmp_path, county):
    import_boundaries(session, of_country(tmp_path / "x.geojson", county))
    assert reset_boundaries(Session(session.connection, 902)) == 3
    assert session.connection.execute(select(boundary.c.layer)).all() == []
    assert all(one.is_computed for one in layers(session.connection).values())


def test_codes_that_lost_their_zeros_are_known(session, tmp_path, county):
    done = import_boundaries(session, of_country(tmp_path / "x.geojson", county, lambda code: {"any": int(code)}))
    assert (done.key, done.shapes["municipality"]) == ("any", COUNT)


def test_what_is_missing_unknown_repaired_and_joined_is_told(session, tmp_path, county):
    (first, shape), (second, other) = list(county.items())[:2]
    bow = shapely.Polygon([(19, 47), (19.1, 47.1), (19.1, 47), (19, 47.1), (19, 47)])
    features = [feature(one, code=code) for code, one in list(county.items())[2:]]
    features += [feature(bow, code=first), feature(other, code=second), feature(shape, code=second)]
    features += [feature(SQUARE, code="99999"), {"type": "Feature", "properties": {"code": "1"}, "geometry": None}]
    path = tmp_path / "x.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode()))

    done = import_boundaries(session, path)

    assert len(done.missing) == 3177 - COUNT
    assert [one.split(" ")[0] for one in done.unknown] == ["99999"]
    assert (done.repaired, done.joined, done.outside) == ([first], [second], [first])
    said = "\n".join(report(done, path.name, None))
    assert f"({first})" in said
    assert f"99999 (feature {COUNT + 2})" in said
    assert "no --attribution was given" in said
    found = layers(session.connection)
    assert found["municipality"].shapes[first].is_valid
    assert found["municipality"].shapes[first].area == pytest.approx(0.005, rel=0.01)


def test_counties_alone_leave_the_other_levels_as_they_are(session, tmp_path):
    names = {"Budapest": "főváros", "Csongrád-Csanád": "Csongrád megye", "Vas": "18", "Zala": "M20"}
    shapes = packaged()["county"].shapes
    path = written(tmp_path / "x.json", [feature(one, megye=names.get(code, code)) for code, one in shapes.items()])
    assert import_boundaries(session, path, attribution="x").shapes == {"county": 20}
    found = layers(session.connection)
    assert found["county"].origin == "x.json"
    assert found["municipality"].is_computed
    assert shapely.symmetric_difference(found["county"].shapes["Zala"], shapes["Zala"]).area < 1e-6


def test_too_many_vertices_are_simplified_with_borders_still_shared(session, tmp_path, county, monkeypatch):
    monkeypatch.setattr("data.boundaries.importing.MOST_VERTICES", 1_500)
    dense = {code: shapely.segmentize(shape, 0.004) for code, shape in county.items()}
    assert sum(map(shapely.get_num_coordinates, dense.values())) > 4_000
    done = import_boundaries(session, of_country(tmp_path / "x.geojson", dense))
    own = np.array(list(layers(session.connection)["municipality"].shapes.values()))
    assert done.vertices[1] < done.vertices[0] / 2
    assert shapely.coverage_is_valid(own)
    assert "made small" in "\n".join(report(done, "x", "y"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "expected GeoJSON or TopoJSON"),
        ("[]", "expected a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "feature 1: "),
        ('{"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [19, 47]}}]}',
         "feature 1: expected Polygon or MultiPolygon, found Point"),
        ('{"type": "Topology", "arcs": [], "objects": {"a": {"type": "Polygon", "arcs": [[4]], "id": "x"}}}',
         "object a, geometry 1: names arc 4, but there are 0"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path, content, told):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    if 'features": []' in content:
        told = "no polygon in it"
    with pytest.raises(AspError, match=r"x\.json") as error:
        read_features(path)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (shapely.box(47.0, 19.0, 47.1, 19.1), "feature 2: .*Latitude stands before longitude"),
        (shapely.box(650_000, 230_000, 660_000, 240_000), "feature 2: .*metres"),
        (shapely.box(2.0, 48.0, 2.1, 48.1), "feature 2: .*Expected Hungary"),
    ],
)
def test_shapes_elsewhere_are_refused_with_the_likely_reason(tmp_path, shape, told):
    path = written(tmp_path / "x.json", [feature(SQUARE, code="1"), feature(shape, code="2")])
    with pytest.raises(AspError, match=told):
        read_features(path)


def test_a_file_without_codes_names_its_properties(session, tmp_path):
    path = written(tmp_path / "x.json", [feature(SQUARE, name="a", area=3)])
    with pytest.raises(AspError, match=r"x.json: any property .* name, area"):
        import_boundaries(session, path)
    with pytest.raises(AspError, match="--key area"):
        import_boundaries(session, path, level="municipality", key="area")
    with pytest.raises(BadSelection, match="choose from"):
        import_boundaries(session, path, level="village")
    with pytest.raises(AspError, match="no such file"):
        import_boundaries(session, tmp_path / "none.json")


def test_codes_of_other_places_are_refused(session, tmp_path, county):
    codes = list(county)
    moved = dict(zip(codes[60:] + codes[:60], county.values(), strict=True))
    with pytest.raises(AspError, match="lie outside the area"):
        import_boundaries(session, of_country(tmp_path / "x.geojson", moved))


def test_topojson_is_read_as_it_was_written():
    """Two neighbours, one with a hole, an island of two parts, ids and properties; arcs gone through both ways."""
    ring = shapely.Polygon(shapely.box(18, 46, 19, 47).exterior, [shapely.box(18.4, 46.4, 18.6, 46.6).exterior.coords])
    shapes = {
        "a": ring, "b": shapely.box(19, 46, 20, 47),
        "c": shapely.MultiPolygon([shapely.box(18.4, 46.4, 18.6, 46.6), shapely.box(21, 46, 21.2, 46.2)]),
    }  # fmt: skip
    content = topology(
        {"municipality": on_grid(shapes), "whole": on_grid({"a": shapely.union_all([ring, shapes["b"]])})}
    )
    found = {(one.layer, one.properties["id"]): one.shape for one in topojson_features(content)}
    for code, shape in shapes.items():
        assert shapely.symmetric_difference(found["municipality", code], shape).area < 1e-9
    assert found["whole", "a"].area == pytest.approx(2 - 0.04)
    used = [
        arc
        for one in content["objects"]["municipality"]["geometries"]
        for part in one["arcs"]
        for r in part
        for arc in r
    ]
    assert any(arc < 0 for arc in used)


def test_topojson_without_a_transform_and_without_a_collection_is_read(tmp_path):
    content = {
        "type": "Topology", "arcs": [[[19, 47], [19.1, 47], [19.1, 47.1]], [[19, 47], [19, 47.1], [19.1, 47.1]]],
        "objects": {"one": {"type": "Polygon", "arcs": [[0, -2]], "properties": {"code": "1"}}},
    }  # fmt: skip
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    (found,) = read_features(path)
    assert shapely.symmetric_difference(found.shape, SQUARE).area < 1e-12
    assert found.properties["code"] == "1"


def test_the_grid_is_left_as_it_was_entered():
    there = off_grid(on_grid({"a": SQUARE}))["a"]
    assert shapely.symmetric_difference(there, SQUARE).area < 1e-9


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("hu_kozig_2018.topo.json", {"municipality": 3177, "district": 197, "county": 20}),
        ("jarasok.geojson", {"district": 197, "county": 20}),
        ("megyek.geojson", {"county": 20}),
    ],
)
class TestRealBoundaries:
    pytestmark = real

    def test_they_are_imported_whole(self, session, name, levels):
        done = import_boundaries(session, MAPS / name, attribution="© OpenStreetMap contributors")
        assert done.shapes == levels
        assert (done.missing, done.unknown, done.outside) == ([], [], [])
        found = layers(session.connection)
        for level in levels:
            own = np.array(list(found[level].shapes.values()))
            assert shapely.coverage_is_valid(own)
            assert shapely.area(own).sum() == pytest.approx(11.14, rel=0.01)


class TestRealMunicipalities:
    pytestmark = real

    def test_every_one_of_the_file_is_one_of_the_register(self):
        found = read_features(MAPS / "telepules.geojson.gz")
        assert {one.properties["code"] for one in found} == set(members()["municipality_id"])
        assert sum(one.shape.is_valid for one in found) == 3176
