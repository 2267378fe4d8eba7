"""Each metric of the catalogue, on both engines, against its naive twin on a made-up world."""

import math
import shutil
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from data.metrics.catalogue import METRICS
from data.metrics.measure import counted, measure
from data.schema import (
    cost_line,
    cost_month,
    cost_share,
    cost_support,
    dim_account,
    dim_actor,
    dim_date,
    dim_municipality,
    dim_service,
    entitlement,
    peak_period,
    service_hours,
)
from data.selection import Selection
from data.store import open_store
from tests.data.metrics import naive_cost  # noqa: F401 - tells the figures of cost
from tests.data.metrics.naive import TWINS
from tests.data.metrics.told_twice import PERIODS, told
from tests.data.metrics.world import EARLIER_RUN, make_world

YEAR = Selection.of_year(2025)
PART = Selection(
    first=date(2025, 2, 1),
    last=date(2025, 11, 15),
    services=("ADO", "NA", "UNKNOWN"),
    counties=("Nógrád", "unknown"),
    sources=("north",),
    as_of=EARLIER_RUN,
)
OTHERS = Selection(
    first=date(2025, 3, 30),
    last=date(2025, 7, 1),
    actors=("nisz", "operator_ado"),
    joining_types=("system",),
    priorities=("P1", "P2"),
)


@pytest.fixture(scope="module", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request, tmp_path_factory, settings):
    """A connection to the world in a published snapshot, and the world."""
    if request.param == "duckdb":
        folder = tmp_path_factory.mktemp("world") / "reporting"
        shutil.copytree(request.getfixturevalue("duckdb_template"), folder)
        url = f"duckdb:///{folder}"
    else:
        template = request.getfixturevalue("postgres_template")
        url = request.getfixturevalue("new_postgres_database")(template).render_as_string(hide_password=False)
    store = open_store(url, settings)
    with store.reading() as connection:
        codes = sorted(connection.scalars(select(dim_municipality.c.municipality_id)))
    world = make_world(seed=7, municipalities=codes[:12])
    with store.writing() as session:
        for name, rows in world.items():
            session.load_frame(name, pd.DataFrame(rows, dtype=object))
        session.connection.exec_driver_sql("ANALYZE")  # PostgreSQL plans badly for tables it knows nothing of
    with store.reading() as connection:
        yield connection, _with_dimensions(world, connection)
    store.close()


def _with_dimensions(world, connection):
    def rows(table):
        return [dict(row) for row in connection.execute(select(table)).mappings()]

    accounts = rows(dim_account)
    # Publication has allocated the ledger: figures of cost are recounted from what came out.
    cost = {f"fact_{found.name}": rows(found) for found in (cost_line, cost_month, cost_share, cost_support)}
    return (
        world
        | cost
        | {
            "places": {row["municipality_id"]: row for row in rows(dim_municipality)},
            "actor_types": {row["actor_id"]: row["actor_type"] for row in rows(dim_actor)},
            "applications": [row["service_id"] for row in rows(dim_service) if row["kind"] == "application"],
            "services": rows(dim_service),
            "entitlements": rows(entitlement),
            "hours": rows(service_hours),
            "peaks": rows(peak_period),
            "working_days": {row["date"] for row in rows(dim_date) if row["is_working_day"]},
            "parents": {row["account_id"]: row["parent_id"] or None for row in accounts},
            "of_which": {row["account_id"] for row in accounts if row["is_of_which"] == 1},
        }
    )


def questions(metric):
    """Selections and cuts worth asking: whole, by period, some others in turn, a pair, a narrow part as of a run."""
    periods = [name for name in PERIODS[1:] if name in metric.cut_by]
    others = [name for name in metric.cut_by if name not in PERIODS]
    turn = list(METRICS).index(metric.id)
    yield YEAR, ()
    for place in range(2):
        if others:
            yield YEAR, (others[(2 * turn + place) % len(others)],)
    if periods:
        period = periods[turn % len(periods)]
        yield YEAR, ("month" if "month" in periods else period,)
        yield PART, (period, *others[:1])
    yield PART, ()
    yield OTHERS, ()


def test_every_metric_is_told_twice():
    assert set(TWINS) == set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_a_figure_is_what_a_plain_loop_counts(filled, name):
    connection, world = filled
    metric = METRICS[name]
    for selection, by in questions(metric):
        expected = told(world, metric, selection, by)
        # Small cells of a figure about people are withheld (tests/data/comparison); here all are recounted.
        values = (measure if metric.people is None else counted)(connection, metric, selection, by)
        asked = f"{name} by {by} in {selection}"
        if not expected and not by:
            assert values["n"].tolist() == [0], asked
            assert values["value"].fillna(-1).tolist() == [-1 if metric.is_share or metric.is_quantile else 0], asked
            continue
        found = {tuple(None if pd.isna(row[cut]) else row[cut] for cut in by): row for row in values.to_dict("records")}
        assert set(found) == set(expected), asked
        for cell, (numerator, denominator, n) in expected.items():
            row = found[cell]
            if metric.is_quantile:
                assert row["numerator"] == pytest.approx(numerator, rel=1e-9), (asked, cell)
            else:
                assert (row["numerator"], row["denominator"]) == (numerator, denominator), (asked, cell)
            assert row["n"] == n, (asked, cell)
            if denominator:
                assert row["value"] == pytest.approx(numerator / denominator, rel=1e-9), (asked, cell)
            else:
                assert math.isnan(row["value"]), (asked, cell)
