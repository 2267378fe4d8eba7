"""A card shows chart or table, says what is missing, and never breaks the page."""

import json
from contextvars import copy_context
from typing import Any

import plotly.graph_objects as go
import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from dash.exceptions import PreventUpdate

from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card, other_mode
from dashboard.callbacks.panel import open_panel
from dashboard.components import block, chart_card, kpi_tile
from dashboard.look import Look

VIEW = {
    "search": "?from=2025-01&to=2025-12",
    "theme": "dark",
    "language": "hu",
    "narrow": False,
    "address": "http://x/",
}


def draw(answered, look: Look) -> go.Figure:
    frame = answered[0].frame
    return go.Figure(go.Bar(x=frame["month"], y=frame["value"]))


def broken(answered, look: Look) -> go.Figure:
    raise RuntimeError("an error of ours")


CARD = chart_card("test-card", "sla_resolution_rate", by=["month"], draw=draw)
BROKEN = chart_card("test-broken", "sla_resolution_rate", draw=broken)
WRONG = chart_card("test-wrong", "ticket_count", by=["course"], draw=draw)
TILE = kpi_tile("test-tile", "sla_resolution_rate", href="/service")
BLOCK = block("test-block", "ticket_count", show=lambda answered, look: answered[0].n)


def text(shown: Any) -> str:
    """Everything a component says."""
    return json.dumps(
        shown,
        default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one),
        ensure_ascii=False,
    )


def filled(card: str, mode: str = "chart", **view: Any) -> dict[str, Any]:
    return fill_card(VIEW | view, mode, {"part": "mode", "card": card})


@pytest.mark.usefixtures("in_app")
class TestCards:
    def test_a_chart_is_drawn_in_the_readers_template(self):
        parts = filled("test-card")
        assert parts["chart_hidden"] is False
        assert parts["title"] == "Határidőre megoldva"
        assert "n\u00a0=\u00a040" in parts["subtitle"]
        assert "10 sor (20,0\u00a0%) karanténban" in parts["footnote"]
        assert parts["figure"].layout.template.layout.font.color == "#E6EDF3"
        assert parts["figure"].layout.template.layout.separators == ",\u00a0"

    def test_its_table_holds_the_same_figures(self):
        parts = filled("test-card", "table")
        assert (parts["chart_hidden"], parts["table_hidden"], parts["figure"]) == (True, False, no_update)
        said = text(parts["table"])
        assert "2025.\u00a0jan." in said
        assert "72,7\u00a0%" in said
        assert '"scope": "row"' in said
        assert "Caption" in said

    def test_nothing_to_count_says_what_to_change(self):
        parts = filled("test-card", search="?from=2019-01&to=2019-12")
        assert parts["chart_hidden"] is True
        assert "Válasszon hosszabb időszakot" in text(parts["message"])

    @pytest.mark.parametrize("search", ["?from=never", "?from=2025-05&to=2025-01", "?run=999", "?run=x"])
    def test_a_filter_that_cannot_be_used_is_said(self, search):
        parts = filled("test-card", search=search)
        assert "Ez a szűrő itt nem használható." in text(parts["message"])
        assert parts["title"] == "Határidőre megoldva"

    def test_a_cut_that_the_metric_has_not_is_said(self):
        assert "így nem bontható" in text(filled("test-wrong")["message"])

    def test_an_error_of_ours_shows_a_code_only(self, caplog):
        parts = filled("test-broken", language="en")
        assert "tell the operator this code" in text(parts["message"])
        assert "an error of ours" not in text(parts["message"])
        assert "an error of ours" in caplog.text

    def test_a_card_unknown_to_this_version_is_left_alone(self):
        with pytest.raises(PreventUpdate):
            filled("no-such-card")

    def test_the_menu_turns_chart_into_table_and_back(self):
        assert (other_mode(1, "chart"), other_mode(2, "table")) == ("table", "chart")
        with pytest.raises(PreventUpdate):
            other_mode(0, "chart")

    def test_a_tile_names_its_target_and_compares_no_two_periods(self):
        said = text(fill_block(VIEW | {"search": "?from=2025-02&to=2025-02"}, {"part": "block", "card": "test-tile"}))
        assert "elmarad a céltól" in said
        assert "az előző időszakhoz képest" not in said
        assert "/service" in said

    def test_a_block_shows_what_it_makes_of_its_answers(self):
        assert fill_block(VIEW, {"part": "block", "card": "test-block"}) == 40
        assert "nem használható" in text(
            fill_block(VIEW | {"search": "?from=x"}, {"part": "block", "card": "test-block"})
        )


def in_callback(prop: dict[str, str], value: Any, call: Any) -> Any:
    """Run as Dash would, triggered by a component with that id."""

    def run() -> Any:
        prop_id = json.dumps(prop, sort_keys=True, separators=(",", ":")) + ".n_clicks"
        context_value.set(AttributeDict(triggered_inputs=[{"prop_id": prop_id, "value": value}]))
        return call()

    return copy_context().run(run)


@pytest.mark.usefixtures("in_app")
class TestPanel:
    def test_the_definition_names_formula_target_process_and_who_is_accountable(self):
        shown = in_callback({"card": "test-card", "part": "definition"}, 1, lambda: open_panel([1], [0], VIEW))
        said = text(shown)
        assert shown[0] is True
        assert "Sum" not in said
        for words in ("Számítása", "legalább 90,0\u00a0%", "ITIL-folyamat", "Elszámoltatható", "IN01"):
            assert words in said

    def test_the_origin_shows_inputs_rows_and_the_query(self):
        said = text(in_callback({"card": "test-card", "part": "origin"}, 1, lambda: open_panel([0], [1], VIEW)))
        for words in ("tickets.csv", "Az ábra mögötti sorok", "SELECT", "http://x/"):
            assert words in said

    def test_menu_items_that_only_appear_open_nothing(self):
        with pytest.raises(PreventUpdate):
            in_callback({"card": "test-card", "part": "origin"}, 0, lambda: open_panel([0], [0], VIEW))
