"""Signals of the rows themselves: whole months, zeros and gaps, targets, rebased limits, who answered."""

import calendar
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from data.errors import UnknownCut
from data.metrics.catalogue import METRICS, metric
from data.metrics.measure import accountable, measure
from data.schema import control_rebase, etl_input, metric_target, responsibility
from data.selection import Selection
from data.signals import MONTHS, accountable_on, signal, signals, window

SLA, TICKETS, MAJOR = metric("sla_resolution_rate"), metric("ticket_count"), metric("major_incident_count")
EVERYTHING = Selection()


@pytest.fixture
def months_of_tickets(connection: Connection, add_tickets):
    """Adds twenty incidents a month of ADO and ten of GAZD, some of them late; data end at the given day."""

    def fill(first: tuple[int, int], count: int, end: date, late: dict[str, int] | None = None) -> None:
        rows: list[dict[str, Any]] = []
        for place in range(count):
            year, month = divmod(first[0] * 12 + first[1] - 1 + place, 12)
            for service, size in (("ADO", 20), ("GAZD", 10)):
                for number in range(size):
                    day = date(year, month + 1, number % 27 + 1)
                    in_time = number >= (late or {}).get(f"{year}-{month + 1:02d}", 2 + place % 3)
                    rows.append(
                        {
                            "service_id": service, "opened_at": datetime(day.year, day.month, day.day, 9),
                            "resolution_due_on": day, "resolved_in_sla": in_time, "resolved_on": day,
                        }
                    )  # fmt: skip
        add_tickets(*rows)
        connection.execute(etl_input.update().values(newest_at=datetime(end.year, end.month, end.day, 12)))

    return fill


def test_whole_months_only_are_judged(connection, months_of_tickets):
    months_of_tickets((2025, 1), 18, date(2026, 6, 12))

    chart = signal(connection, SLA, EVERYTHING).chart

    assert chart.points["period"].tolist()[-1] == "2026-05"
    assert len(chart.points) == 17
    assert chart.kind == "p_prime"


def test_points_are_what_measure_says(connection, months_of_tickets):
    months_of_tickets((2025, 1), 18, date(2026, 6, 30))
    for service in (None, "ADO"):
        asked = Selection(services=(service,) if service else ())
        measured = measure(connection, SLA, asked, ["month"]).set_index("month")
        points = signal(connection, SLA, EVERYTHING, service).chart.points.set_index("period")

        assert points["numerator"].tolist() == measured["numerator"].tolist()
        assert points["value"].tolist() == pytest.approx(measured["value"].tolist())


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ("2023-07", "2026-06", MONTHS)),
        (date(2024, 1, 1), date(2025, 3, 31), ("2024-01", "2025-03", 15)),
        (date(2026, 1, 1), date(2026, 3, 31), ("2023-04", "2026-03", MONTHS)),
        (None, date(2026, 3, 15), ("2023-03", "2026-02", MONTHS)),
    ],
)
def test_the_period_is_the_readers_where_it_holds_enough_months(connection, months_of_tickets, first, last, expected):
    months_of_tickets((2022, 1), 54, date(2026, 6, 30))

    points = signal(connection, TICKETS, Selection(first=first, last=last)).chart.points

    assert (points["period"].iloc[0], points["period"].iloc[-1], len(points)) == expected


def test_a_count_of_nothing_is_zero_and_a_share_of_nothing_is_a_gap(connection, months_of_tickets, add_tickets):
    months_of_tickets((2025, 1), 16, date(2026, 6, 30))  # nothing in May and June 2026
    add_tickets({"priority": "P1", "opened_at": datetime(2025, 8, 4, 9), "is_major": True})

    shares = signal(connection, SLA, EVERYTHING).chart.points.set_index("period")["value"]
    counts = signal(connection, TICKETS, EVERYTHING).chart.points.set_index("period")["value"]
    rare = signal(connection, MAJOR, EVERYTHING).chart

    assert shares.loc[["2026-05", "2026-06"]].isna().all()
    assert counts.loc[["2026-05", "2026-06"]].tolist() == [0, 0]
    assert rare.points["period"].iloc[0] == "2025-01", "since there are tickets at all"
    assert rare.points["value"].tolist().count(0) == 17
    assert rare.kind == "u_prime"
    assert rare.variation == "common"


def test_without_data_nothing_can_be_said(connection):
    found = signals(connection, EVERYTHING)

    assert {one.metric.id for one in found} == {one.id for one in METRICS.values() if "month" in one.cut_by}
    assert {one.chart.variation for one in found} == {"too_early"}
    assert all(one.chart.last is None for one in found)


def test_a_month_of_data_is_too_early(connection, months_of_tickets):
    months_of_tickets((2026, 5), 1, date(2026, 5, 31))

    found = signal(connection, SLA, EVERYTHING)

    assert (found.chart.variation, found.chart.assurance) == ("too_early", "too_early")
    assert not found.is_news


def test_a_fall_is_news_of_the_service_that_fell(connection, months_of_tickets):
    months_of_tickets((2024, 7), 24, date(2026, 6, 30), late={"2026-06": 18})

    ado, gazd = signals(connection, EVERYTHING, [SLA], ["ADO", "GAZD"])

    assert (ado.service, ado.chart.variation, ado.actor_id) == ("ADO", "concern", "operator_ado")
    assert (gazd.service, gazd.chart.variation, gazd.actor_id) == ("GAZD", "concern", "operator_gazd")


def test_a_service_without_tickets_has_an_empty_chart(connection, months_of_tickets):
    months_of_tickets((2025, 1), 18, date(2026, 6, 30))

    found = signal(connection, SLA, EVERYTHING, "IRAT")

    assert (found.chart.variation, found.chart.last) == ("too_early", None)


def test_a_metric_that_is_not_cut_by_service_is_left_out_for_one(connection, months_of_tickets):
    months_of_tickets((2025, 1), 14, date(2026, 6, 30))
    joined = metric("joined_rate")

    assert signals(connection, EVERYTHING, [joined], ["ADO"]) == []
    with pytest.raises(UnknownCut):
        signal(connection, joined, EVERYTHING, "ADO")


def test_the_target_is_the_one_in_force_on_the_last_day_shown(connection, months_of_tickets):
    months_of_tickets((2024, 7), 24, date(2026, 6, 30))
    row = {"metric_id": SLA.id, "service_id": "*", "valid_to": None, "target": 0.10, "basis": "contract"}
    connection.execute(insert(metric_target), [row | {"valid_from": date(2026, 2, 1)}])

    newest = signal(connection, SLA, EVERYTHING)
    earlier = signal(connection, SLA, Selection(last=date(2026, 1, 31)))

    assert (newest.metric.target, newest.chart.aim.target, newest.chart.assurance) == (0.10, 0.10, "meets")
    assert earlier.metric.target == SLA.target


def test_limits_begin_anew_where_it_was_decided(connection, months_of_tickets):
    months_of_tickets((2024, 7), 24, date(2026, 6, 30))
    decided = {"from_on": date(2025, 5, 1), "reason": "New rule", "name": "management", "metric_id": SLA.id}
    connection.execute(insert(control_rebase), [decided | {"service_id": "ADO"}])

    whole, ado, gazd = signals(connection, EVERYTHING, [SLA], [None, "ADO", "GAZD"])

    assert whole.chart.rebases == gazd.chart.rebases == ()
    assert [one.reason for one in ado.chart.rebases] == ["New rule"]
    assert ado.chart.points["segment"].tolist() == [0, *[1] * 9, *[2] * 14], "the first month judges nothing"
    one_selected = signal(connection, SLA, Selection(services=("ADO",)))
    assert one_selected.chart.rebases == ado.chart.rebases


def test_earlier_figures_keep_the_earlier_owner(connection, months_of_tickets):
    months_of_tickets((2024, 7), 24, date(2026, 6, 30))
    of_ado = (responsibility.c.process_id == SLA.process) & (responsibility.c.service_id == "ADO")
    connection.execute(
        responsibility.update().where(of_ado, responsibility.c.raci == "A").values(valid_to=date(2026, 3, 1))
    )
    connection.execute(
        insert(responsibility).values(
            process_id=SLA.process, service_id="ADO", actor_id="nisz", raci="A", valid_from=date(2026, 3, 1)
        )
    )

    assert signal(connection, SLA, EVERYTHING, "ADO").actor_id == "nisz"
    assert signal(connection, SLA, Selection(last=date(2026, 2, 28)), "ADO").actor_id == "operator_ado"
    assert accountable_on(connection, SLA.process, "ADO", date(1999, 1, 1)) == "nisz", "before the matrix: its newest"
    assert accountable_on(connection, "no_such_process", None, None) == ""


def test_peaks_are_in_the_limits_of_what_follows_the_calendar(connection, add_tickets):
    rows = []
    for year in (2023, 2024, 2025):
        for month in range(1, 13):
            size = (18 if month in (3, 5, 9) else 10) + (year + month) % 3
            rows += [{"opened_at": datetime(year, month, day + 1, 9)} for day in range(size)]
    add_tickets(*rows)
    connection.execute(etl_input.update().values(newest_at=datetime(2025, 9, 30, 12)))

    chart = signal(connection, TICKETS, EVERYTHING).chart

    assert chart.seasonal
    assert chart.points["factor"].iloc[-1] == pytest.approx(18 / 10, abs=0.15)
    assert chart.variation == "common"


def test_every_month_ends_on_its_last_day():
    from data.periods import last_of_month, months

    for year in (2024, 2025):
        for month in range(1, 13):
            assert last_of_month(date(year, month, 5)).day == calendar.monthrange(year, month)[1]
    assert months(date(2025, 11, 30), date(2026, 2, 1)) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months(date(2026, 2, 1), date(2026, 1, 31)) == []


def test_the_month_that_the_data_begin_in_judges_nothing(connection, months_of_tickets):
    months_of_tickets((2025, 1), 18, date(2026, 6, 30), late={"2025-01": 0})

    chart = signal(connection, SLA, EVERYTHING).chart

    assert chart.points["value"].iloc[0] == 1, "of what fell due in it nothing was late yet"
    assert chart.points["signal"].iloc[0] == ""
    assert chart.unsettled == 1
    known = chart.points.iloc[1:]
    assert chart.points["centre"].iloc[1] == pytest.approx(known["numerator"].sum() / known["denominator"].sum())


def test_where_the_data_begin_earlier_every_month_shown_is_judged(connection, months_of_tickets):
    months_of_tickets((2022, 1), 54, date(2026, 6, 30))

    assert signal(connection, SLA, EVERYTHING).chart.unsettled == 0


@pytest.mark.parametrize(
    ("metric_id", "first"),
    [("backlog_count", "2024-08"), ("old_backlog_share", "2024-08"), ("recovery_test_coverage_rate", "2025-07")],
)
def test_what_looks_back_is_judged_once_the_data_reach_so_far(connection, months_of_tickets, metric_id, first):
    months_of_tickets((2024, 7), 24, date(2026, 6, 30))

    chart = signal(connection, metric(metric_id), EVERYTHING).chart

    assert chart.points["period"].iloc[chart.unsettled] == first


def test_demands_are_judged_once_they_have_had_their_year(connection, months_of_tickets):
    months_of_tickets((2022, 1), 54, date(2026, 6, 30))

    judged = window(connection, metric("municipal_demand_delivery_rate"), EVERYTHING)

    assert judged.last == date(2025, 6, 30)


def test_of_two_accountable_the_same_one_is_named_everywhere(connection, months_of_tickets):
    months_of_tickets((2025, 1), 2, date(2025, 2, 28))
    row = {"process_id": SLA.process, "service_id": "ADO", "raci": "A", "valid_from": date(2020, 1, 1)}
    connection.execute(insert(responsibility), [row | {"actor_id": one} for one in ("nisz", "menedzsment")])

    owner = accountable_on(connection, SLA.process, "ADO", date(2025, 2, 28))

    assert owner == accountable(connection, SLA, "ADO", date(2025, 2, 28))["actor_id"]
