"""The page of a figure in Chromium: languages, themes, widths, keyboard, no barrier."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.dashboard.pages.menus import open_menu

pytestmark = pytest.mark.browser

SECONDS_30 = 30_000
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HUNGARIAN, ENGLISH = ("hu", "light", NARROW), ("en", "dark", WIDE)
VISITS = [
    ("/kpi/sla_resolution_rate", *HUNGARIAN), ("/kpi/sla_resolution_rate", *ENGLISH),
    ("/kpi/resolution_minutes_p90?service=ADO", *HUNGARIAN), ("/kpi/contract_value_huf", *ENGLISH),
    ("/kpi/quarantine_rate", *HUNGARIAN), ("/kpi/backlog_count?from=2019-01&to=2019-02", *ENGLISH),
    ("/kpi/no_such_rate", *HUNGARIAN), ("/kpi/no_such_rate", *ENGLISH),
]  # fmt: skip
"""One page for every figure: in both languages, themes and widths for one, in turn for other kinds of figures."""


@pytest.fixture
def visit(reader: Callable[[str, str], BrowserContext], address: str) -> Iterator:
    pages = []

    def visit(path: str, language: str = "hu", theme: str = "light", width: dict[str, int] = WIDE) -> Page:
        page = reader(language, theme).new_page()
        pages.append(page)
        page.set_viewport_size(width)
        page.told = []
        page.on("console", lambda one: page.told.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.goto(address + path)
        page.locator("#content h1").wait_for(timeout=SECONDS_30)
        expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)
        return page

    yield visit
    for page in pages:
        page.close()


@pytest.mark.parametrize(("path", "language", "theme", "width"), VISITS)
def test_the_page_of_a_figure_is_whole(visit, path, language, theme, width):
    page = visit(path, language, theme, width)

    assert page.locator(".state .icon-alert").count() == 0
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    unknown = "no_such_rate" in path  # the browser notes that the address names nothing
    assert [one for one in page.told if not (unknown and "404" in one)] == []


def test_signals_are_seen_without_colour_and_the_chart_has_its_table(visit):
    page = visit("/kpi/sla_resolution_rate")

    mark = page.locator(".kpi-marks .signal").first
    expect(mark.locator(".signal-icon")).to_be_visible()
    assert mark.inner_text().strip()
    card = page.locator(".chart-card:has(.js-plotly-plot)").first
    card.locator(".js-plotly-plot svg.main-svg[aria-label]").first.wait_for(timeout=SECONDS_30)
    open_menu(card)
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").press("Enter")
    card.locator("table caption").wait_for(state="attached")
    expect(card.locator("table thead th").last).to_have_text("Jelzés")


def test_a_figure_is_reached_from_its_definition_by_the_keyboard_and_keeps_the_query(visit):
    page = visit("/definitions?from=2026-01&to=2026-06")

    page.locator("#sla_resolution_rate a").press("Enter")
    page.wait_for_url("**/kpi/sla_resolution_rate?from=2026-01&to=2026-06")
    page.locator(".kpi-answer").wait_for(timeout=SECONDS_30)
    expect(page).to_have_title(re.compile("^.*[Hh]atáridő.* · ASP-felügyelet$"), timeout=SECONDS_30)


def test_another_figure_replaces_the_page(visit):
    page = visit("/kpi/sla_resolution_rate")
    page.locator(".kpi-actions a", has_text="Az összes mutató").click()
    page.wait_for_url("**/definitions")
    page.locator("#reopen_rate a").click()
    page.wait_for_url("**/kpi/reopen_rate")
    expect(page.locator(".kpi-answer .answer-sentence")).to_be_visible(timeout=SECONDS_30)
    expect(page.locator("#content h1")).not_to_have_text(re.compile("Határidőre"))
