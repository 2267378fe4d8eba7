"""Every card and block of every page answers, whatever is selected; pages ask and show, nothing else."""

import ast
import json
import sys
from pathlib import Path
from typing import Any

import dash
import pytest

import dashboard.pages
from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card
from dashboard.components.block import BLOCKS
from dashboard.components.card import CARDS
from data.metrics.catalogue import METRICS

pytestmark = pytest.mark.slow

FOLDER = Path(dashboard.pages.__path__[0])
PAGES = ("scorecard", "service", "adoption", "cost", "data-quality")
SELECTIONS = {
    "everything": "",
    "a year": "?from=2025-11&to=2026-10",
    "a day": "?from=2026-03-10&to=2026-03-10",
    "a service": "?service=ADO",
    "a municipality": "?municipality=01508",
    "nothing": "?from=2019-01&to=2019-03",
    "an early run": "?run=2",
}
LOOKS = ({"language": "hu", "theme": "light", "narrow": False}, {"language": "en", "theme": "dark", "narrow": True})


def own(names: Any) -> list[str]:
    """Ids of our pages' parts; other tests declare cards of their own."""
    return [name for name in names if name.startswith(PAGES)]


def text(shown: Any) -> str:
    """Everything a component says."""
    return json.dumps(
        shown,
        default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one),
        ensure_ascii=False,
    )


@pytest.fixture(params=SELECTIONS.values(), ids=SELECTIONS)
def search(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.usefixtures("in_pages")
@pytest.mark.parametrize("mode", ["chart", "table"])
def test_every_card_answers(search, mode, caplog):
    for at, name in enumerate(own(CARDS)):
        view = {"search": search, "address": "http://x/"} | LOOKS[at % 2]
        shown = fill_card(view, mode, {"part": "mode", "card": name})

        assert shown["title"], f"{name}: no title"
        assert "could not be made" not in text(shown["message"]), name
        assert "nem készülhetett el" not in text(shown["message"]), name
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.usefixtures("in_pages")
def test_every_block_answers(search, caplog):
    for at, name in enumerate(own(BLOCKS)):
        assert fill_block({"search": search} | LOOKS[at % 2], {"part": "block", "card": name}), name
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.usefixtures("in_pages")
def test_nothing_is_empty_where_there_are_data():
    """The sample of the pages is loaded without the optional job usage: only what divides by users is empty."""
    cards = own(CARDS)
    empty = [name for name in cards if fill_card(_view(), "chart", {"part": "mode", "card": name})["chart_hidden"]]

    assert len(cards) > 20
    assert empty == ["cost-unit-user-nominal", "cost-unit-user-constant"]


@pytest.mark.usefixtures("in_pages")
def test_the_scorecard_has_at_most_twelve_statements_and_says_who_answers(search):
    shown = fill_block({"search": search} | LOOKS[0], {"part": "block", "card": "scorecard-statements"})
    said = text(shown)
    if "Nincs jelentenivaló" in said:
        return
    statements = shown.children

    assert 0 < len(statements) <= 12
    for one in statements:
        assert "Elszámoltatható: " in text(one)
        assert "icon" in text(one)
        assert "href" in text(one)


@pytest.mark.usefixtures("in_pages")
def test_every_figure_is_one_click_behind_the_scorecard():
    said = text(fill_block(_view(), {"part": "block", "card": "scorecard-figures"}))

    for name in METRICS:
        assert f"/kpi/{name}" in said


@pytest.mark.usefixtures("in_pages")
def test_the_county_that_lags_is_the_cards_title():
    said = fill_card(_view(), "chart", {"part": "mode", "card": "adoption-coverage-county"})

    assert said["title"].startswith("Kulcsfelhasználói lefedettség vármegyénként: ")


@pytest.mark.usefixtures("in_pages")
def test_every_row_adds_up_before_the_readers_eyes():
    said = text(fill_block(_view(), {"part": "block", "card": "data-quality-sums"}))

    assert "Összes forrás" in said
    assert "0 ✓" in said
    assert "0 !" not in said


@pytest.mark.usefixtures("in_pages")
def test_every_metric_has_its_definition_and_an_anchor():
    found = text(_definitions().layout())

    assert [name for name in METRICS if f'"id": "{name}"' not in found] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_page_holds_no_sql_and_no_arithmetic(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }

    assert {name for name in imported if name.startswith(("sqlalchemy", "data.schema"))} <= {"sqlalchemy.Connection"}
    divided = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    assert divided == []


@pytest.mark.usefixtures("in_pages")
def test_every_page_has_one_question_as_its_heading():
    for page in dash.page_registry.values():
        if not page.get("nav", True):
            continue
        said = text(sys.modules[page["module"]].layout())
        assert said.count('"type": "H1"') == 1, page["path"]
        assert "?" in said, page["path"]


def _view() -> dict[str, Any]:
    return {"search": "", "address": "http://x/"} | LOOKS[0]


def _definitions() -> Any:
    """The page's module, as the app imported it: pages can only be registered on an app."""
    return sys.modules["dashboard.pages.definitions"]
