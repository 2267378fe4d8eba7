"""The rows behind every figure made of tickets, on both engines, against plain loops over a made-up world."""

import pandas as pd
import pytest

from data.errors import UnknownCut
from data.metrics.catalogue import METRICS
from data.metrics.measure import source_rows
from data.metrics.metric import Derived
from data.ticket_rows_read import is_of_tickets, parts_of, ticket_rows
from tests.data.metrics import told_twice
from tests.data.metrics.naive import TWINS
from tests.data.metrics.test_figures import OTHERS, PART, YEAR, filled  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow  # whole worlds are counted twice

OF_TICKETS = [name for name, metric in METRICS.items() if is_of_tickets(metric)]
# Its twin counts applications; the rows behind it are the exercises that cover them.
COVERAGE = "recovery_test_coverage_rate"
# Made of days of service or of pairs of periods: their tickets are those that source_rows() traces them to.
TRACED = {name for name in OF_TICKETS if isinstance(METRICS[name].fact, Derived) and METRICS[name].fact.trace}
COUNTED = sorted(set(OF_TICKETS) - {COVERAGE} - TRACED)
FURTHER = ("channel", "level", "weekday", "hour", "origin", "actor_type", "district", "category")


def told_rows(world, metric, selection):
    """The rows that the naive twin counts, each with whether the twin counts it in the numerator."""
    twin = TWINS[metric.id]
    known = {
        **world,
        **{name: told_twice._known(rows, selection.as_of) for name, rows in world.items() if name.startswith("fact")},
    }
    joining = told_twice._joining_types(known)
    rows = [row for row in twin.rows(known) if told_twice._selected(row, selection, known, joining)]
    last = told_twice._last(twin, selection)
    for row, point, _day in told_twice._placed(twin, rows, selection.first, last, ()):
        yield row, told_twice._figure(twin, point, [row])[0] if parts_of(metric) else None


@pytest.mark.parametrize("name", COUNTED)
def test_the_rows_are_those_that_a_plain_loop_counts(filled, name):  # noqa: F811
    connection, world = filled
    metric = METRICS[name]
    for selection in (YEAR, PART, OTHERS):
        told = list(told_rows(world, metric, selection))
        keys = sorted((row["municipality_id"], row["source"], row["ticket_id"]) for row, _met in told)

        found = ticket_rows(connection, metric, selection, limit=None)

        rows = found.rows
        assert sorted(zip(rows["municipality_id"], rows["source"], rows["ticket_id"], strict=True)) == keys, selection
        assert found.total == len(keys)
        if parts_of(metric):
            met = sum(one for _row, one in told)
            assert found.met == met
            assert rows["is_met"].fillna(False).astype(bool).sum() == met
            parts = [ticket_rows(connection, metric, selection, part=part, limit=None) for part in ("met", "missed")]
            assert [len(part.rows) for part in parts] == [met, len(keys) - met]
            assert [part.count("met") for part in parts] == [met, met]


@pytest.mark.parametrize("name", COUNTED[::3])
def test_a_member_of_a_further_cut_has_the_rows_of_its_cell(filled, name):  # noqa: F811
    connection, world = filled
    metric = METRICS[name]
    for cut in (one for one in FURTHER if one in metric.cut_by):
        cells = told_twice.told(world, metric, YEAR, (cut,))
        if name == "change_incident_ratio":  # its n counts the changes alone
            continue
        for (member,), (_numerator, _denominator, n) in list(cells.items())[:3]:
            text = "unknown" if pd.isna(member) else str(member)
            assert ticket_rows(connection, metric, YEAR, cuts={cut: text}).total == n, (cut, member)


def test_exercises_that_cover_applications_are_the_rows_of_their_coverage(filled):  # noqa: F811
    connection, world = filled
    point = told_twice._last(TWINS[COVERAGE], YEAR)
    covering = {
        (row["source"], row["ticket_id"])
        for row in told_twice._known(world["fact_ticket"], None)
        if row["ticket_type"] == "continuity_test"
        and row["outcome"] == "success"
        and row["service_id"] in world["applications"]
        and row["resolved_on"] is not None
        and 0 <= (point - row["resolved_on"]).days < 365
    }

    rows = ticket_rows(connection, METRICS[COVERAGE], YEAR, limit=None).rows

    assert covering
    assert set(zip(rows["source"], rows["ticket_id"], strict=True)) == covering


@pytest.mark.parametrize("name", sorted(TRACED))
def test_a_figure_of_something_else_leads_to_the_tickets_it_is_traced_to(filled, name):  # noqa: F811
    connection, _world = filled
    for selection in (YEAR, PART, OTHERS):
        traced = source_rows(connection, METRICS[name], selection, limit=10_000)

        rows = ticket_rows(connection, METRICS[name], selection, limit=None).rows

        assert sorted(rows["ticket_id"]) == sorted(traced["ticket_id"])


def test_the_newest_rows_come_first_and_the_rest_is_counted(filled):  # noqa: F811
    connection, _world = filled
    metric = METRICS["ticket_count"]
    every = ticket_rows(connection, metric, YEAR, limit=None)

    few = ticket_rows(connection, metric, YEAR, limit=5)

    assert every.total > 5
    assert few.total == every.total
    assert few.rows["ticket_id"].tolist() == every.rows["ticket_id"].tolist()[:5]
    assert every.rows["counted_on"].astype(str).tolist() == sorted(every.rows["counted_on"].astype(str), reverse=True)
    assert few.rows["input"].notna().all()


@pytest.mark.parametrize("cut", ["course", "month", "no_such_cut"])
def test_a_cut_that_the_figure_has_not_is_refused(filled, cut):  # noqa: F811
    connection, _world = filled
    with pytest.raises(UnknownCut):
        ticket_rows(connection, METRICS["ticket_count"], YEAR, cuts={cut: "x"})


@pytest.mark.parametrize("hour", ["x", "", "-1"])
def test_a_member_that_cannot_be_has_no_rows(filled, hour):  # noqa: F811
    connection, _world = filled
    assert ticket_rows(connection, METRICS["ticket_count"], YEAR, cuts={"hour": hour}).total == 0
