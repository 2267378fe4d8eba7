"""The map's classes, state, shapes and words."""

import re

import numpy as np
import pandas as pd
import pytest
import shapely

from dashboard.figures.map import NO_DATA, WITHHELD, by_chance, by_kind, by_value, map_state
from dashboard.figures.map_classes import class_limits, class_names, class_of
from dashboard.figures.map_geometry import UNITS_PER_KM, payload
from dashboard.figures.template import SEQUENTIAL
from dashboard.look import Look
from dashboard.map_reading import Choice
from dashboard.map_words import area_name, area_words, finding
from data.boundaries.build import members
from data.boundaries.figures import FIGURES
from data.boundaries.projection import to_plane
from data.boundaries.shapes import packaged
from data.boundaries.values import AreaValues

LOOK, ENGLISH = Look(), Look("en")


@pytest.mark.parametrize(
    ("values", "unit", "limits"),
    [
        ([], "rate", []),
        ([0.5, 0.5], "rate", []),
        ([float("nan"), 0.2], "rate", []),
        (np.linspace(0, 1, 101), "rate", [0.2, 0.4, 0.6, 0.8]),
        ([0.0] * 98 + [0.4, 1.0], "rate", [0.4, 1.0]),
        (np.linspace(0.911, 0.949, 50), "rate", [0.915, 0.92, 0.925, 0.93, 0.935, 0.94]),
        (np.arange(0, 100), "per_1000", [20.0, 40.0, 60.0, 80.0]),
    ],
)
def test_classes_have_round_limits_and_none_is_empty(values, unit, limits):
    found = class_limits(list(values), unit)
    assert found == pytest.approx(limits)
    known = [value for value in values if value == value]
    if known:
        assert {class_of(value, found) for value in known} == set(range(len(found) + 1))


@pytest.mark.parametrize("seed", range(20))
def test_there_are_never_more_than_seven_classes(seed):
    random = np.random.default_rng(seed)
    values = random.choice([random.beta(5, 1, 500), random.lognormal(0, 2, 500), random.poisson(2, 500) / 7])
    unit = "rate" if max(values) <= 1 else "per_1000"
    limits = class_limits(list(values), unit)
    assert len(limits) <= 6
    assert limits == sorted(set(limits))


def test_a_limit_belongs_to_the_class_above_it():
    assert [class_of(value, [0.7, 0.8]) for value in (0.699, 0.7, 0.1 + 0.6, 0.79999, 0.8)] == [0, 1, 1, 1, 2]


def test_classes_are_named_as_they_are_read():
    assert class_names([0.7, 0.85, 1.0], "rate", "en") == ["under 70%", "70–85%", "85–100%", "100%"]
    assert class_names([2.5, 5], "per_1000", "hu") == ["2,5 alatt", "2,5–5", "5 vagy több"]
    assert class_names([], "rate", "en", 0.5) == ["50%"]


def frame(**columns):
    made = pd.DataFrame(columns)
    return made.assign(withheld=made.get("withheld", False), selected=made.get("selected", True))


def test_missing_and_withheld_are_no_classes():
    shading = by_value(frame(value=[0.1, 0.9, np.nan, np.nan], withheld=[False, False, False, True]), "rate", LOOK)
    assert shading.classes[2:] == [NO_DATA, WITHHELD]
    assert sum(shading.counts()) == 2
    assert (shading.missing(NO_DATA), shading.missing(WITHHELD)) == (1, 1)
    assert len(shading.colours) == len(shading.names) == len(set(shading.colours))


def test_a_figure_without_a_value_has_no_class():
    shading = by_value(frame(value=[np.nan, np.nan], withheld=[False, True]), "rate", LOOK)
    assert (list(shading.names), list(shading.colours), shading.classes) == ([], [], [NO_DATA, WITHHELD])


@pytest.mark.parametrize("level", ["district", "municipality"])
def test_districts_have_their_word_but_in_the_capital(level):
    names = [area_name(one, level, "hu") for one in ("Ajkai", "Budapest 01. ker.")]
    assert names == ["Ajkai járás" if level == "district" else "Ajkai", "Budapest 01. ker."]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_deviations_are_orange_on_the_worse_side(theme):
    rows = frame(side=[-2, 0, 2, np.nan])
    higher, lower = (by_chance(rows, better, Look(theme=theme)) for better in ("higher", "lower"))
    assert higher.classes == [0, 2, 4, NO_DATA]
    assert higher.colours == lower.colours[::-1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbouring_shades_differ_in_lightness(theme):
    """Who sees no colours tells them by lightness: each step of the scale goes the same way, by enough."""
    lightness = [_lightness(colour) for colour in SEQUENTIAL[theme]]
    steps = np.diff(lightness)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert np.abs(steps).min() > 6


def _lightness(colour):
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 3294 for c in bytes.fromhex(colour[1:])]
    luminance = float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
    return 116 * np.cbrt(luminance) - 16


def test_the_state_is_as_long_as_the_areas_and_says_each_text_once():
    rows = frame(value=[0.5, 0.5, np.nan], n=[2, 4, np.nan], selected=[True, False, True])
    state = map_state(by_value(rows, "rate", LOOK), rows, ["a", "a", "b"], ["x", "x", "y"], LOOK)
    assert (state["said"], state["words"], state["brief"]) == (["a", "b"], [0, 0, 1], [0, 0, 1])
    assert state["classes"] == [0, -3, NO_DATA]
    assert (state["value"], state["n"]) == ([0.5, 0.5, None], [2, 4, None])


def test_the_type_of_joining_has_two_shades():
    shading = by_kind(["system", None, "interface"], {"system": "S", "interface": "I"}, LOOK)
    assert (shading.classes, shading.names) == ([0, NO_DATA, 1], ["S", "I"])


@pytest.fixture(scope="module")
def drawn():
    register = members()
    named = register.rename(columns={"municipality_id": "code"})
    areas = {"municipality": named}
    for level, column in (("district", "district_code"), ("county", "county")):
        whole = register.groupby(column).agg(
            name=(level, "first"), county=("county", "first"), population=("population", "sum"),
            lon=("lon", "mean"), lat=("lat", "mean"),
        )  # fmt: skip
        areas[level] = whole.rename_axis("code").reset_index().assign(district=whole["name"].to_numpy())
        areas[level] = areas[level].loc[:, ~areas[level].columns.duplicated()]
    return payload(packaged(), areas)


def test_paths_draw_the_shapes(drawn):
    """Read back as a browser would: a move, then steps; compared with the shapes themselves."""
    box = np.array(drawn["box"])
    for level, layer in packaged().items():
        one = drawn["levels"][level]
        assert one["code"] == sorted(layer.shapes)
        for code, path in list(zip(one["code"], one["path"], strict=True))[::50]:
            shape = shapely.transform(layer.shapes[code], lambda degrees: to_plane(degrees) * UNITS_PER_KM)
            rings = [np.cumsum(np.array(_numbers(ring)).reshape(-1, 2), axis=0) for ring in path.split("z")[:-1]]
            area = sum(abs(shapely.Polygon(ring).area) for ring in rings[:1])
            whole = sum(shapely.Polygon(part.exterior).area for part in shapely.get_parts(shape)[:1])
            if len(rings) == 1:
                assert area == pytest.approx(whole, rel=0.01)
            for ring in rings:
                assert (ring >= 0).all()
                assert (ring <= box).all()


def _numbers(path):
    return [int(number) for number in re.findall(r"-?\d+", path)]


def test_a_dot_lies_in_its_area(drawn):
    for level in ("district", "county"):
        one = drawn["levels"][level]
        for path, at in zip(one["path"], one["at"], strict=True):
            first = path.split("z")[0]
            outer = np.cumsum(np.array(_numbers(first)).reshape(-1, 2), axis=0)
            if path.count("M") == 1:
                assert shapely.Polygon(outer).contains(shapely.Point(at))


def test_the_words_of_an_area_say_what_it_is_made_of():
    rows = pd.DataFrame(
        {"value": [6 / 7, np.nan, np.nan], "numerator": [6, 0, np.nan], "denominator": [7, 0, np.nan],
         "withheld": [False, False, True]}
    )  # fmt: skip
    assert area_words(rows, FIGURES["live"], "en") == ["85.7% (6 / 7)", "no data", "withheld: too few people"]


def test_the_finding_names_only_what_chance_does_not_explain():
    rows = pd.DataFrame({"code": ["a", "b", "c"], "value": [1.0, 0.5, 0.9]})
    values = AreaValues(rows, 30, 0.8)
    beyond = pd.DataFrame({"code": ["a", "b"], "side": [0.0, -2.0], "name": ["Vas", "Zala"]})
    said = finding(values, FIGURES["live"], "county", beyond, "en")
    assert said == (
        "Applications live: 80.0% as a whole. It is complete (100%) in 1 of 3 counties. "
        "Worse than the whole by more than chance: 1 county (Zala)."
    )
    assert "None of them" in finding(values, FIGURES["live"], "county", beyond.head(1), "en")
    assert "Zala" not in finding(values, FIGURES["live"], "municipality", beyond, "en")
    assert "nothing to count" in finding(AreaValues(rows.head(0), None, None), FIGURES["live"], "county", None, "en")


def test_an_address_chooses_what_is_shown():
    chosen = Choice.from_query({"figure": "live", "level": "county", "view": "dots", "shade": "chance"})
    assert (chosen.figure.id, chosen.level, chosen.dots, chosen.chance) == ("live", "county", True, True)
    strange = Choice.from_query({"figure": "x", "level": "x", "view": "x", "shade": "x"})
    assert (strange.figure, strange.level, strange.dots, strange.chance) == (
        next(iter(FIGURES.values())), "municipality", False, False,
    )  # fmt: skip
