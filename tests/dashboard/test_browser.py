"""The pages in Chromium: nothing is asked of another host, nothing overflows, everything has a name."""

import os
import shutil
import threading
from collections.abc import Iterator

import dash
import pytest
from axe_playwright_python.sync_playwright import Axe
from dash import Dash
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_30 = 30_000
PERIOD = "?from=2025-01&to=2025-12"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none, fails instead under ASP_REQUIRE_BROWSER=1."""
    chromium = os.environ.get("ASP_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        told = "no Chromium found: install it, or name it in ASP_BROWSER"
        if os.environ.get("ASP_REQUIRE_BROWSER") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(app: Dash) -> Iterator[str]:
    """The app served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    yield opened
    context.close()


def addresses() -> list[str]:
    return ["/", "/service", "/adoption", "/cost", "/data-quality", "/definitions"]


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#content h1").wait_for(timeout=SECONDS_30)
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)


def test_every_page_of_the_menu_is_visited_here(app):
    assert {one["path"] for one in dash.page_registry.values() if one.get("nav", True)} <= set(addresses())


@pytest.mark.parametrize("path", addresses())
def test_a_page_asks_nobody_else_fits_and_raises_no_barrier(page, address, path):
    """One visit for all of it, since a visit is dear: requests, console, narrow screen, axe in both themes."""
    asked, told = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    visit(page, address + path + PERIOD)

    assert barriers(page) == []
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)  # charts and grids follow the window a moment later
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Share chart" not in page.content()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert told == []


def barriers(page: Page) -> list[tuple[str, str]]:
    """What axe finds against WCAG and good practice: rule and first element."""
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]


def test_a_chart_has_a_name_a_table_and_its_definition(page, address):
    visit(page, f"{address}/service{PERIOD}")
    page.locator(".js-plotly-plot svg.main-svg[aria-label]").first.wait_for(timeout=SECONDS_30)
    card = page.locator(".chart-card:has(.card-menu)").first
    card.locator(".card-menu button").first.press("Enter")
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()
    card.locator("table caption").wait_for(state="attached")
    card.locator(".card-menu button").first.click()
    card.locator(".dropdown-item", has_text="Meghatározás").click()
    page.locator(".panel", has_text="Elszámoltatható").wait_for()
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="detached")


def test_a_link_reproduces_the_view_and_back_undoes_a_filter(page, address):
    visit(page, f"{address}/service{PERIOD}&county=Zala")
    page.locator(".chip", has_text="Zala").wait_for()
    page.select_option("#shell-filter-from", "2025-02")
    page.wait_for_url("**/service?from=2025-02&to=2025-12&county=Zala")
    page.locator(".chip", has_text="Zala").click()
    page.wait_for_url("**/service?from=2025-02&to=2025-12")
    page.go_back()
    page.locator(".chip", has_text="Zala").wait_for()
    page.locator("#shell-nav .nav-entry").first.click()
    page.wait_for_url("**/?from=2025-02&to=2025-12&county=Zala")


def test_theme_and_language_stay_with_the_reader(page, address):
    visit(page, f"{address}/service{PERIOD}")
    page.get_by_role("button", name="Világos vagy sötét").click()
    page.locator("#shell-theme-dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("#shell-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith(PERIOD)
