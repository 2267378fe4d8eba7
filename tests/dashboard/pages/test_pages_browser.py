"""Every page with all its data in Chromium: both languages, themes and widths, no barrier, nothing asked elsewhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dash
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

PATHS = ("/", "/service", "/adoption", "/cost", "/data-quality", "/definitions", "/responsibility", "/decisions")
SECONDS_30 = 30_000
PERIOD = "?from=2026-01&to=2026-06"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#content h1").wait_for(timeout=SECONDS_30)
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)


@contextmanager
def opened(context: BrowserContext, width: dict[str, int]) -> Iterator[Page]:
    """A page of a reader that has said nothing on the console by the time it is closed."""
    page = context.new_page()
    page.set_viewport_size(width)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    assert told == []
    page.close()


def check_whole(page: Page, width: dict[str, int], other: dict[str, int]) -> None:
    """No part of it failed, nothing is a barrier, and it fits the width and then the other."""
    assert page.locator(".state .icon-alert").count() == 0
    assert barriers(page) == []
    assert fits(page, width)
    page.set_viewport_size(other)
    page.wait_for_timeout(400)  # charts and grids follow the window a moment later
    assert fits(page, other)


ELSEWHERE = {
    "/municipality": "test_municipality_browser", "/municipality/none": "test_municipality_browser",
    "/kpi/none": "test_kpi_browser", "/tickets": "test_itil_browser", "/ticket": "test_itil_browser",
    "/decisions/new": "test_decisions_browser", "/decisions/none": "test_decisions_browser",
    "/service/incidents": "test_itil_browser", "/service/changes": "test_itil_browser",
    "/service/demand": "test_itil_browser", "/service/security": "test_itil_browser",
    "/service/times": "test_service_browser", "/service/flow": "test_service_browser",
    "/service/availability": "test_service_browser", "/adoption/stuck": "test_stuck_browser",
    "/adoption/map": "test_map_browser", "/adoption/comparison": "test_comparison_browser",
    "/adoption/training": "test_training_browser",
    "/cost/allocation": "test_cost_allocation_browser", "/cost/reconciliation": "test_cost_allocation_browser",
    "/cost/execution": "test_cost_execution_browser", "/cost/contracts": "test_cost_contracts_browser",
    "/cost/unit": "test_cost_unit_browser", "/cost/scenario": "test_scenario_browser",
    "/cost/scenario/none": "test_scenario_browser",
}  # fmt: skip
"""Pages whose whole visit stands in another module of this folder."""


def test_every_page_is_visited_here_or_in_a_module_that_knows_it(pages_app):
    known = {one["path"] for one in dash.page_registry.values() if not one["module"].endswith("not_found_404")}
    assert known == {*PATHS, *ELSEWHERE}
    for path, module in ELSEWHERE.items():
        assert path.removesuffix("none") in Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")


def test_a_panel_is_a_dialog_with_a_name(page, address):
    visit(page, f"{address}/responsibility")
    expect(page.locator(".answer-sentence")).not_to_contain_text("beolvasása", timeout=SECONDS_30)
    page.locator(".matrix-cell").first.press("Enter")
    page.get_by_role("dialog").locator(".offcanvas-title").wait_for(timeout=SECONDS_30)
    expect(page.get_by_role("dialog")).to_have_attribute("aria-labelledby", "shell-panel-title")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".matrix-cell").first).to_be_focused()


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole(contexts, address, path, language, width, other):
    """One visit for all of it, since a visit is dear: texts, requests, console, axe, and the other width after it.

    The longer words, Hungarian, are visited in cards that are made for the narrow screen.
    """
    with opened(contexts[language], width) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        visit(page, address + path)

        assert page.locator("html").get_attribute("lang") == language
        assert "Share chart" not in page.content()
        check_whole(page, width, other)
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_page_without_figures_raises_no_barrier(page, address):
    """Empty states, and a filter that cannot be used, say so in words."""
    visit(page, f"{address}/cost?from=2019-01&to=2019-02")
    assert page.locator(".state .icon-info").count() > 0
    assert barriers(page) == []
    visit(page, f"{address}/cost?county=Atlantisz")
    page.locator(".state", has_text="ismeretlen elem").first.wait_for()


def barriers(page: Page) -> list[tuple[str, str]]:
    """What axe finds against WCAG and good practice: rule and first element."""
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]


def fits(page: Page, width: dict[str, int]) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width["width"])


def test_a_chart_has_a_name_a_menu_a_table_and_its_definition_and_fits_at_twice_its_size(page, address):
    """A window of 720 × 450 is what 200 per cent leave of 1440 × 900; no menu hides behind the filters."""
    page.set_viewport_size({"width": 720, "height": 450})
    visit(page, f"{address}/service{PERIOD}")
    page.locator(".js-plotly-plot svg.main-svg[aria-label]").first.wait_for(timeout=SECONDS_30)
    assert fits(page, {"width": 720})
    page.set_viewport_size(WIDE)
    card = page.locator(".chart-card:has(.card-menu)").first
    button = card.get_by_role("button", name="Az ábra menüje: Határidőre megoldott incidensek")
    button.press("Enter")
    for item in card.locator(".dropdown-item").all():
        item.click(trial=True)
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").wait_for()
    page.keyboard.press("Escape")
    expect(card.locator(".dropdown-menu.show")).to_have_count(0)
    button.press("Enter")
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()
    card.locator("table caption").wait_for(state="attached")
    button.click()
    card.locator(".dropdown-item", has_text="Meghatározás").click()
    page.locator(".panel", has_text="Elszámoltatható").wait_for()
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="detached")


def test_a_link_reproduces_the_view_and_back_undoes_a_filter(page, address):
    visit(page, f"{address}/service{PERIOD}&county=Zala")
    page.locator(".chip", has_text="Zala").wait_for()
    page.select_option("#shell-filter-from", "2026-02")
    page.wait_for_url("**/service?from=2026-02&to=2026-06&county=Zala")
    page.locator(".chip", has_text="Zala").click()
    page.wait_for_url("**/service?from=2026-02&to=2026-06")
    page.go_back()
    page.locator(".chip", has_text="Zala").wait_for()
    overview = page.locator("#shell-nav .nav-entry").first
    expect(overview).to_have_attribute("href", re.compile("county=Zala"))
    overview.click()
    page.wait_for_url("**/?from=2026-02&to=2026-06&county=Zala")


def test_theme_and_language_stay_with_the_reader(page, address):
    visit(page, f"{address}/definitions{PERIOD}")
    page.get_by_role("button", name="Világos vagy sötét").click()
    page.locator("#shell-theme-dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("#shell-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith(PERIOD)


def test_a_statement_leads_to_its_page_and_keeps_the_query(page, address):
    visit(page, f"{address}/{PERIOD}")
    link = page.locator(".statement-text a[href^='/kpi/']").first
    name = link.inner_text().split(" – ")[0]
    link.press("Enter")
    page.wait_for_url(re.compile(r"/kpi/[a-z0-9_]+\?.*" + re.escape(PERIOD.lstrip("?"))))
    page.locator("h1", has_text=name).wait_for()


@pytest.mark.parametrize("wanted", ["onfinanszirozas", "ÖNFINANSZÍROZÁS", "SF01", "self_financing_rate"])
def test_definitions_are_searched_from_the_keyboard(page, address, wanted):
    """Accents and capitals aside, in names, codes and meanings; no letter is lost on a slow machine."""
    visit(page, f"{address}/definitions")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.locator("#definitions-search").focus()
    page.keyboard.type(wanted)
    expect(page.locator("#definitions-search")).to_have_value(wanted)
    expect(page.locator("#self_financing_rate")).to_be_visible()
    rows = page.locator(".definitions tbody tr:not([hidden])")
    expect(page.locator("#definitions-found")).to_have_text(f"Talált mutatók: {rows.count()}")
    assert rows.count() < 5


def test_a_search_that_finds_no_definition_says_so_and_can_be_taken_back(page, address):
    visit(page, f"{address}/definitions")
    rows = page.locator(".definitions tbody tr:not([hidden])")
    every = rows.count()
    page.locator("#definitions-search").fill("no such figure")
    expect(page.locator("#definitions-found")).to_contain_text("Próbáljon")
    expect(page.locator(".definitions:visible")).to_have_count(0)
    assert barriers(page) == []
    page.locator("#definitions-search").fill("")
    expect(page.locator("#definitions-found")).to_have_text("")
    expect(rows).to_have_count(every)
