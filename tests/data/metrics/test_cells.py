"""Monthly cells: whatever they answer is what the facts would say, to the last digit."""

import shutil
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from data.metrics.additive import is_additive
from data.metrics.catalogue import METRICS
from data.metrics.cells import asked_of, has_cells
from data.metrics.measure import measure, of_facts
from data.metrics.series import series
from data.schema import dim_municipality
from data.selection import Selection
from data.store import open_store
from tests.data.metrics.world import make_world

pytestmark = pytest.mark.slow  # whole worlds are counted twice

YEAR = Selection.of_year(2025)
PERIODS = (
    Selection(),
    YEAR,
    Selection(first=date(2025, 3, 1), last=date(2025, 3, 31)),
    Selection(first=date(2025, 12, 1)),
    Selection(last=date(2025, 12, 30)),  # the last day of data
    Selection(last=date(2025, 12, 29)),  # the day before: no whole month
    Selection(first=date(2025, 2, 14), last=date(2025, 10, 31)),
    Selection(first=date(2024, 12, 1), last=date(2025, 11, 30)),  # the last twelve whole months
    Selection.of_year(2024),
    Selection(first=date(2024, 11, 1), last=date(2025, 10, 31)),
    Selection(first=date(2031, 1, 1)),
    Selection(first=date(1975, 1, 1)),
)
MEMBERS = (
    {},
    {"services": ("ADO",)},
    {"services": ("ADO", "UNKNOWN"), "actors": ("nisz", "operator_ado")},
    {"priorities": ("P1", "P3")},
    {"counties": ("Nógrád",)},
    {"counties": ("Nógrád", "unknown"), "services": ("GAZD",)},
    {"actors": ("nobody",)},
    {"ticket_types": ("incident",)},
    {"sources": ("north",)},
    {"joining_types": ("system",), "priorities": ("P2",)},
)
CUTS = (
    (), ("month",), ("quarter",), ("year",), ("month", "service"), ("service", "month"), ("actor", "priority"),
    ("year", "county"), ("service",), ("quarter", "month"), ("month", "county"), ("month", "priority"), ("week",),
    ("quarter", "service", "actor", "priority"), ("county", "actor"), ("month", "municipality"),
)  # fmt: skip


@pytest.fixture(scope="module", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def published(request, tmp_path_factory, settings):
    """A store whose published state holds the made-up world."""
    if request.param == "duckdb":
        folder = tmp_path_factory.mktemp("cells") / "reporting"
        shutil.copytree(request.getfixturevalue("duckdb_template"), folder)
        url = f"duckdb:///{folder}"
    else:
        template = request.getfixturevalue("postgres_template")
        url = request.getfixturevalue("new_postgres_database")(template).render_as_string(hide_password=False)
    store = open_store(url, settings)
    with store.reading() as connection:
        codes = sorted(connection.scalars(select(dim_municipality.c.municipality_id)))
    world = make_world(seed=11, municipalities=codes[:12])
    with store.writing() as session:
        for name, rows in world.items():
            session.load_frame(name, pd.DataFrame(rows, dtype=object))
    yield store
    store.close()


def questions(metric, step):
    """Selections and cuts in turn: over all metrics most pairs are met."""
    cuts = [by for by in CUTS if set(by) <= set(metric.cut_by)]
    turn = list(METRICS).index(metric.id)
    for number in range(turn % step, len(PERIODS) * len(MEMBERS), step):
        period = PERIODS[number % len(PERIODS)]
        chosen = MEMBERS[(number // len(PERIODS)) % len(MEMBERS)]
        yield replace(period, **chosen), cuts[(number * 7 + turn) % len(cuts)]


@pytest.mark.parametrize("name", METRICS)
def test_cells_say_what_the_facts_say(published, name):
    with published.reading() as connection:
        _compare(connection, METRICS[name], step=11)


def one_of_each():
    """A metric with cells of each fact, kind and way of adding up; of which it is the last in the catalogue."""
    return list(
        {
            (one.main_fact.name, one.kind, is_additive(one)): name for name, one in METRICS.items() if has_cells(one)
        }.values()
    )


@pytest.mark.parametrize("name", one_of_each())
def test_cells_say_what_the_facts_say_of_anything_they_answer(published, name):
    with published.reading() as connection:
        answered = _compare(connection, METRICS[name], step=2)
    assert answered, "cells answered nothing"


def _compare(connection, metric, step):
    answered = 0
    for selection, by in questions(metric, step):
        if asked_of(connection, metric, selection, by) is None:
            continue
        answered += 1
        found, expected = measure(connection, metric, selection, by), of_facts(connection, metric, selection, list(by))
        asked = f"{metric.id} by {by} in {selection}"
        pd.testing.assert_frame_equal(found, expected, check_exact=True, obj=asked)
    return answered


@pytest.mark.parametrize("by", [(), ("service",), ("actor",), ("priority",), ("county",)])
@pytest.mark.parametrize("name", ["resolution_minutes_median", "first_response_minutes_p90"])
def test_a_quantile_of_the_last_twelve_months_is_read_from_cells(published, name, by):
    metric, selection = METRICS[name], Selection(first=date(2024, 12, 1), last=date(2025, 11, 30))
    with published.reading() as connection:
        assert asked_of(connection, metric, selection, by) is not None
        assert asked_of(connection, metric, replace(selection, services=("ADO",)), ("priority",)) is None
        expected = of_facts(connection, metric, selection, list(by))
        pd.testing.assert_frame_equal(measure(connection, metric, selection, by), expected, check_exact=True)
        assert expected["n"].sum() > 0


@pytest.mark.parametrize("by", [(), ("month",), ("month", "service"), ("year",), ("week",)])
def test_a_series_is_what_each_metric_says_alone(published, by):
    metrics = [metric for metric in METRICS.values() if set(by) <= set(metric.cut_by)]
    with published.reading() as connection:
        found = series(connection, metrics, YEAR, by)
        assert list(found) == [metric.id for metric in metrics]
        for metric in metrics:
            expected = of_facts(connection, metric, YEAR, list(by))
            pd.testing.assert_frame_equal(found[metric.id], expected, check_exact=True, obj=metric.id)
