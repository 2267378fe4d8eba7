"""Every page with all its data in Chromium: both languages, both widths, nothing broken, nothing asked elsewhere."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

PATHS = ("/", "/service", "/adoption", "/cost", "/data-quality", "/definitions")
SECONDS_30 = 30_000
SERIOUS = ("serious", "critical")


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#content h1").wait_for(timeout=SECONDS_30)
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)
    page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def contexts(browser: Browser, address: str) -> Iterator[dict[str, BrowserContext]]:
    """A reader for each language, the English one in the dark; files they have fetched once stay with them."""
    made = {}
    for language, theme in (("hu", "light"), ("en", "dark")):
        made[language] = browser.new_context(bypass_csp=True)
        cookies = {"asp_language": language, "asp_theme": theme}
        made[language].add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    yield made
    for context in made.values():
        context.close()


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole(contexts, address, path, language):
    page = contexts[language].new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))

    visit(page, address + path)

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".state .icon-alert").count() == 0
    assert "Share chart" not in page.content()
    assert language == "en" or barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert language == "hu" or barriers(page) == []
    assert told == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    page.close()


def barriers(page: Page) -> list[tuple[str, str]]:
    """Serious findings of axe-core, with the first element of each."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]


def test_a_statement_leads_to_its_page_and_keeps_the_query(browser, address):
    page = browser.new_page()
    visit(page, f"{address}/?from=2026-01&to=2026-06")
    page.locator(".score-name a").first.press("Enter")
    page.wait_for_url("**/service?from=2026-01&to=2026-06")
    page.locator("h1", has_text="Megfelelő-e a szolgáltatás minősége?").wait_for()
    page.close()


def test_definitions_are_searched_from_the_keyboard(browser, address):
    page = browser.new_page()
    visit(page, f"{address}/definitions")
    page.locator("#definitions-search").focus()
    page.keyboard.type("onfinanszirozas")
    expect(page.locator(".definitions tbody tr")).to_have_count(1)
    page.close()
