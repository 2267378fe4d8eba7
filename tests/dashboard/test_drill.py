"""From a mark to its rows: every way leads to exactly the rows that the mark counts."""

import json
from contextvars import copy_context
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash._callback_context import context_value
from dash._utils import AttributeDict
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.callbacks.cards import fill_card, open_mark
from dashboard.components import chart_card
from dashboard.components.ticket_list import asked_of
from dashboard.drill import carried, mark_href, narrow, period_of, rows_href, ticket_href
from dashboard.figures.trend import trend
from dashboard.figures.trends import trends
from data.metrics.catalogue import METRICS
from data.selection import Selection
from data.ticket_rows_read import is_of_tickets, ticket_rows

SLA = METRICS["sla_resolution_rate"]
VIEW = {"search": "?from=2025-01&to=2025-04", "theme": "light", "language": "hu", "narrow": False, "address": ""}


def draw_trend(answered, look):
    return trend(answered[0].frame, answered[0].metric, look)


def draw_trends(answered, look):
    return trends(answered[0].frame, answered[0].metric, look, series="service")


MONTHS = chart_card("test-drill-months", "sla_resolution_rate", by=["month"], draw=draw_trend)
BOTH = chart_card("test-drill-both", "sla_resolution_rate", by=["month", "service"], draw=draw_trends)


def rows_at(href):
    """How many rows the page behind an address shows: numerator, all."""
    assert urlsplit(href).path == "/tickets"
    asked = asked_of(urlsplit(href).query)
    with answers().store.reading() as connection:
        found = ticket_rows(connection, asked.metric, asked.selection, cuts=dict(asked.cuts))
    return found.met, found.total


@pytest.mark.parametrize(
    ("cut", "text", "first", "last"),
    [
        ("day", "2025-03-10", date(2025, 3, 10), date(2025, 3, 10)),
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", "2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("year", "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_is_read_as_measure_writes_it(cut, text, first, last):
    assert period_of(cut, text) == (first, last)


def test_a_mark_at_the_edge_of_the_period_counts_only_what_lies_in_it():
    part = Selection(first=date(2025, 3, 10), last=date(2025, 5, 20))

    assert narrow(part, SLA, {"month": "2025-03"})[0] == Selection(first=date(2025, 3, 10), last=date(2025, 3, 31))
    assert narrow(part, SLA, {"month": "2025-05"})[0] == Selection(first=date(2025, 5, 1), last=date(2025, 5, 20))
    stock = narrow(part, METRICS["backlog_count"], {"month": "2025-03"})[0]
    assert stock.last == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("cuts", "query"),
    [
        ({"service": "ADO", "priority": "P1"}, {"service": "ADO", "priority": "P1"}),
        ({"ticket_type": "incident"}, {"type": "incident"}),
        ({"channel": "portal"}, {"channel": "portal"}),
        ({"weekday": 3, "hour": 14}, {"weekday": "3", "hour": "14"}),
        ({"category": None}, {"category": "unknown"}),
    ],
)
def test_members_go_into_the_address(cuts, query):
    href = rows_href(METRICS["ticket_count"], Selection.of_year(2025), cuts)

    assert (
        dict(parse_qsl(urlsplit(href).query)) == {"metric": "ticket_count", "from": "2025-01", "to": "2025-12"} | query
    )


@pytest.mark.parametrize("cuts", [{"service": "…"}, {"priority": None}, {"month": "soon"}])
def test_what_is_no_single_member_leads_nowhere(cuts):
    assert rows_href(SLA, Selection.of_year(2025), cuts) == ""


def test_figures_of_other_facts_lead_to_their_own_page():
    href = rows_href(METRICS["spent_huf"], Selection.of_year(2025), {"actor": "nisz"})

    assert href == "/kpi/spent_huf?from=2025-01&to=2025-12&actor=nisz"


def test_a_ticket_keeps_the_readers_selection_but_not_its_source_filter():
    selection = Selection(first=date(2025, 1, 1), counties=("Zala",), sources=("other",), as_of=3)
    href = ticket_href("desk", "T 1/2", selection)

    query = dict(parse_qsl(urlsplit(href).query))
    assert query == {"from": "2025-01", "county": "Zala", "run": "3", "source": "desk", "id": "T 1/2"}
    assert carried(f"?{urlsplit(href).query}") == {"from": "2025-01", "county": "Zala", "run": "3"}
    assert carried("?metric=x&part=met&late=1&source=desk&lang=en") == {"source": "desk", "lang": "en"}


@pytest.mark.usefixtures("in_app")
class TestMarks:
    def test_every_point_of_a_line_leads_to_the_rows_it_counts(self):
        selection = Selection.from_query({"from": "2025-01", "to": "2025-04"})
        answer = answers().answer("sla_resolution_rate", selection, ("month", "service"))
        figure = fill_card(VIEW, "chart", {"part": "mode", "card": "test-drill-both"})["figure"]
        counts = {
            (row["month"], row["service"]): (row["numerator"], row["denominator"])
            for row in answer.frame.to_dict("records")
        }
        seen = {}
        for trace in figure.data:
            for place, custom in enumerate(trace.customdata or ()):
                point = {"x": trace.x[place], "customdata": custom}
                said = dict(parse_qsl(custom))
                seen[(said["month"], said["service"])] = rows_at(mark_href((answer,), point, "hu"))

        assert len(counts) == 8
        assert {key: seen[key] for key in counts} == counts

    def test_a_figure_that_says_nothing_of_its_points_is_read_by_their_place(self):
        answer = answers().answer("sla_resolution_rate", Selection(), ("service",))
        by_id, by_name = ({"x": 0.7, "y": name} for name in ("GAZD", "GAZD"))

        assert (
            mark_href((answer,), by_id, "hu")
            == mark_href((answer,), by_name, "hu")
            == rows_href(SLA, Selection(), {"service": "GAZD"})
        )
        both = answers().answer("sla_resolution_rate", Selection(), ("month", "service"))
        assert mark_href((both,), {"x": "2025-02", "y": "2025. febr."}, "hu") == ""
        assert "service=ADO" in mark_href((both,), {"x": "2025-02", "y": "ADÓ"}, "hu")

    @pytest.mark.parametrize("custom", ["//elsewhere.example/", "javascript:1", ["x"], 3])
    def test_no_point_leads_out_of_the_product(self, custom):
        answer = answers().answer("sla_resolution_rate", Selection(), ("service",))
        assert mark_href((answer,), {"y": "nobody", "customdata": custom}, "hu") == ""

    def test_a_click_changes_the_address_and_keeps_the_language(self):
        click = {"points": [{"x": "2025-02"}]}
        href = clicked("test-drill-months", click, VIEW | {"search": "?from=2025-01&to=2025-04&lang=en"})

        assert href == "/tickets?metric=sla_resolution_rate&from=2025-02&to=2025-02&lang=en"

    @pytest.mark.parametrize("click", [None, {}, {"points": []}, {"points": [{"x": "nothing"}]}])
    def test_a_click_on_nothing_stays(self, click):
        with pytest.raises(PreventUpdate):
            clicked("test-drill-months", click, VIEW)

    def test_the_table_twin_links_each_row_for_the_keyboard(self):
        parts = fill_card(VIEW, "table", {"part": "mode", "card": "test-drill-months"})
        said = json.dumps(parts["table"], default=lambda one: one.to_plotly_json(), ensure_ascii=False)

        for month in ("2025-01", "2025-02", "2025-03", "2025-04"):
            assert f"/tickets?metric=sla_resolution_rate&from={month}&to={month}" in said


def clicked(card, click, view):
    """Run the callback as Dash would when a graph is clicked."""

    def run():
        prop_id = json.dumps({"card": card, "part": "graph"}, sort_keys=True, separators=(",", ":")) + ".clickData"
        context_value.set(AttributeDict(triggered_inputs=[{"prop_id": prop_id, "value": click}]))
        return open_mark([click], view)

    return copy_context().run(run)


@pytest.mark.parametrize(
    ("query", "part"), [("late=1", "missed"), ("part=met", "met"), ("part=none", "all"), ("", "all")]
)
def test_the_address_names_the_part_of_the_rows(query, part):
    assert asked_of(f"?metric=sla_resolution_rate&{query}").part == part


def test_a_figure_without_parts_has_all_its_rows():
    asked = asked_of("?metric=ticket_count&late=1&channel=portal&service=ADO")

    assert (asked.part, asked.cuts, asked.selection.services) == ("all", (("channel", "portal"),), ("ADO",))
    assert is_of_tickets(asked.metric)
