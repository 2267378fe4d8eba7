"""docs/recipes.md works as printed."""

import gzip
import re
import sys
import textwrap
import types
from pathlib import Path

import dash
import pytest

from data.metrics.measure import accountable, measure
from data.selection import Selection
from etl.config import load_sources
from etl.settings import Settings
from etl.sources import batches, inputs

RECIPES = Path(__file__).parents[1] / "docs" / "recipes.md"


def block(heading: str) -> str:
    """The first code block under a heading."""
    part = RECIPES.read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    found = re.search(r"^ *```\w+\n(.*?)^ *```$", part, re.DOTALL | re.MULTILINE)
    assert found, f"no code under {heading}"
    return textwrap.dedent(found[1])


def test_the_kpi_of_the_recipe_is_measured(connection, add_tickets):
    space: dict[str, object] = {}
    exec(block("Add a KPI"), space)
    metric = space["CRITICAL_INCIDENT_COUNT"]
    add_tickets({"priority": "P1"}, {"priority": "P1"}, {"priority": "P3"})

    assert measure(connection, metric, Selection())["numerator"].tolist() == [2]
    assert accountable(connection, metric)["actor_id"] == "nisz"


def test_the_source_of_the_recipe_is_read(tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "sources.toml").write_text(block("Add a source"), encoding="utf-8")
    text = (
        "Azonosító;Bejelentve;Megoldva;Prioritás;Önkormányzat;Szakrendszer\n"
        "7;2026.01.12 08:15;;1 – kritikus;Őrhalom Község Önkormányzata;ADÓ\n"
    )
    (tmp_path / "export" / "a.csv.gz").write_bytes(gzip.compress(text.encode("windows-1250")))
    (source,) = load_sources(tmp_path / "sources.toml", Settings(_env_file=None))

    (batch,) = [batch for one in inputs(source, tmp_path) for batch in batches(one, source)]

    assert batch.problems.empty
    assert batch.rows[["ticket_id", "priority", "service"]].iloc[0].tolist() == ["7", "P1", "ADO"]


@pytest.fixture
def page_module(monkeypatch):
    """The page of the recipe as a module, forgotten afterwards."""
    from dashboard.components.card import CARDS

    name = "dashboard.pages.critical"
    module = types.ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    app = dash.Dash("dashboard", use_pages=True, pages_folder="")
    exec(block("Add a page"), module.__dict__)
    with app.server.test_request_context("/"):
        yield module
    dash.page_registry.pop(name, None)
    CARDS.pop("critical-months", None)


def test_the_page_of_the_recipe_is_laid_out(page_module):
    assert dash.page_registry["dashboard.pages.critical"]["path"] == "/critical"
    assert "critical-months" in str(page_module.layout())
