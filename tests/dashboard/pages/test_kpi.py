"""The page of every figure answers, whatever the figure and whatever is selected; and says what the catalogue says."""

import json
from typing import Any

import dash
import pytest

from dashboard.answers import answers
from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card
from dashboard.components.block import BLOCKS
from dashboard.components.card import CARDS
from dashboard.components.filter_bar import filtered
from dashboard.kpi_periods import charted_of
from data.metrics.catalogue import METRICS
from data.selection import Selection

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_pages")]

ONE_MONTH, EMPTY, ONE_SERVICE = "?from=2026-03&to=2026-03", "?from=2019-01&to=2019-03", "?service=IRAT"
FAILED = ("could not be made", "nem készült el", "nem készülhetett el")
WITHOUT_MONTHS = [metric.id for metric in METRICS.values() if "month" not in metric.cut_by]


def text(shown: Any) -> str:
    return json.dumps(
        shown,
        default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one),
        ensure_ascii=False,
    )


def card(name: str, search: str = "", mode: str = "chart", language: str = "hu") -> dict[str, Any]:
    view = {
        "search": search,
        "language": language,
        "theme": "light",
        "narrow": language == "en",
        "address": "http://x/",
    }
    return fill_card(view, mode, {"part": "mode", "card": name})


def block(name: str, search: str = "", language: str = "hu") -> str:
    return text(fill_block({"search": search, "language": language, "theme": "dark"}, {"part": "block", "card": name}))


def page_of(name: str) -> dict[str, Any]:
    return next(page for module, page in dash.page_registry.items() if module.endswith(f"pages.{name}"))


def layout(metric_id: str) -> str:
    return text(page_of("kpi")["layout"](metric_id=metric_id))


def one_of_each() -> list[str]:
    """A figure of each fact and kind: what differs in how it is asked for and drawn."""
    return list({(one.main_fact.name, one.kind, one.is_quantile): name for name, one in METRICS.items()}.values())


@pytest.mark.parametrize(
    ("search", "figures"),
    [("", list(METRICS)[::3]), (ONE_MONTH, one_of_each()), (EMPTY, one_of_each()), (ONE_SERVICE, one_of_each())],
    ids=["a third of all", "a month", "nothing", "a service"],
)
def test_the_page_of_a_figure_answers(search, figures, caplog):
    failed = []
    for metric in figures:
        own = f"kpi-{metric}-"
        language = "en" if search == ONE_MONTH else "hu"
        for name in [one for one in CARDS if one.startswith(own)]:
            shown = card(name, search, "table" if search == ONE_SERVICE else "chart", language)
            failed += [name for said in FAILED if said in text(shown["message"])]
            assert shown["title"], f"{name}: no title"
        for name in [one for one in BLOCKS if one.startswith(own)]:
            shown = block(name, search, language)
            failed += [name for said in FAILED if said in shown]

    assert failed == []
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_every_figure_has_a_page_with_its_parts():
    for metric in METRICS.values():
        parts = {name.removeprefix(f"kpi-{metric.id}-") for name in BLOCKS if name.startswith(f"kpi-{metric.id}-")}
        assert parts >= {"answer", "actions", "owners", "targets", "rebases", "definition", "figures", "rows"}
        assert (f"kpi-{metric.id}-control" in CARDS) == bool({"month", "quarter", "year"} & set(metric.cut_by))
        page = layout(metric.id)
        assert metric.name["hu"] in page
        assert all(f'"kpi-{metric.id}-{name}"' in page for name in parts)


def test_a_figure_is_found_by_its_code_and_another_name_leads_nowhere():
    assert METRICS["sla_resolution_rate"].name["hu"] in layout("IN01")
    assert "Nincs ilyen mutató" in layout("nothing_rate")
    assert "&lt;" not in layout("<b>")


def test_the_filters_hold_on_the_page():
    assert filtered("/kpi/sla_resolution_rate")
    assert not filtered("/kpi/")
    assert not filtered("/kpi/a/b")


def test_the_table_of_a_control_chart_holds_what_is_measured():
    name = "sla_resolution_rate"
    selection = charted_of(name)(Selection())
    measured = answers().answer(name, selection, ["month"]).frame
    shown = json.loads(text(card(f"kpi-{name}-control", mode="table")["table"]))
    rows = _rows(shown)

    assert len(measured) == len(rows) == 14
    for row, found in zip(measured.to_dict("records"), rows, strict=True):
        assert [found[2], found[3]] == [f"{row[key]:,}".replace(",", "\u00a0") for key in ("numerator", "denominator")]


def _rows(node: Any) -> list[list[str]]:
    """The texts of the cells of each row of a table's body."""
    if isinstance(node, list):
        return [row for one in node for row in _rows(one)]
    if not isinstance(node, dict):
        return []
    if node["type"] == "Tbody":
        return [[_said(cell) for cell in row["props"]["children"]] for row in node["props"]["children"]]
    return _rows(node["props"].get("children"))


def _said(node: Any) -> str:
    if isinstance(node, dict):
        return _said(node["props"].get("children"))
    return "".join(_said(one) for one in node) if isinstance(node, list) else str(node)


def test_the_answer_names_value_signal_and_owner():
    said = block("kpi-sla_resolution_rate-answer")

    assert "2026.\u00a0októberi érték" in said
    assert "Elszámoltatható" in said
    assert any(word in said for word in ("szokásos ingadozás", "érdemi", "korai"))


@pytest.mark.parametrize("metric", WITHOUT_MONTHS)
def test_a_figure_that_has_no_months_says_its_value(metric):
    assert METRICS[metric].name["hu"] in block(f"kpi-{metric}-answer")


def test_services_lead_to_their_own_chart():
    said = block("kpi-sla_resolution_rate-services")

    assert "/kpi/sla_resolution_rate?service=ADO" in said
    assert "data-signal" in said


def test_rows_lead_to_their_tickets_and_show_the_statement():
    said = block("kpi-sla_resolution_rate-rows")

    assert "/ticket?source=" in said
    assert "SELECT" in said


def test_decisions_and_tickets_are_one_click_away():
    assert "/decisions/new?metric=reopen_rate&view=/kpi/reopen_rate" in block("kpi-reopen_rate-actions").replace(
        "%2F", "/"
    )
    assert "/tickets?metric=reopen_rate" in block("kpi-reopen_rate-actions")
    assert "/tickets" not in block("kpi-spent_huf-actions")


def test_definitions_lead_to_the_pages_of_figures():
    said = text(page_of("definitions")["layout"]())

    assert all(f"/kpi/{metric}" in said for metric in METRICS)
