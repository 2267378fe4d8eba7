"""The pages of times and flow in Chromium: whole in both languages and widths, links by keyboard, long periods."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.menus import open_menu
from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    WIDE,
    barriers,
    fits,
    opened,
    visit,
)

pytestmark = pytest.mark.browser

PATHS = ("/service/times", "/service/flow", "/service/availability")
TEN_YEARS = "?from=2017-01&to=2026-10"


@pytest.mark.parametrize(("language", "width", "query"), [("hu", WIDE, ""), ("en", NARROW, TEN_YEARS)])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole(contexts, address, path, language, width, query):
    with opened(contexts[language], width) as page:
        visit(page, address + path + query)

        assert page.locator(".state .icon-alert").count() == 0
        assert page.locator(".shell-header").is_visible()
        assert page.locator("#shell-filters").is_visible(), "its figures follow the filters"
        assert barriers(page) == []
        assert fits(page, width)


def test_the_links_between_the_pages_keep_the_selection_and_mark_the_page(page, address):
    visit(page, f"{address}/service/times?county=Zala")
    tabs = page.get_by_role("navigation", name="A szolgáltatásminőség oldalai")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Válasz- és helyreállítási idők")
    expect(page.locator("#shell-nav .nav-entry.here")).to_contain_text("Szolgáltatásminőség")
    tabs.get_by_role("link", name="Bejelentések útja és hátraléka").press("Enter")
    page.wait_for_url("**/service/flow?county=Zala")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Bejelentések útja és hátraléka")


def test_the_links_follow_the_filters(page, address):
    visit(page, f"{address}/service/flow?county=Zala")
    page.locator(".chip", has_text="Zala").click()
    page.wait_for_url("**/service/flow")
    expect(page.locator(".service-tab").first).to_have_attribute("href", "/service")


def test_on_a_narrow_screen_the_links_scroll_inside_themselves(page, address):
    page.set_viewport_size(NARROW)
    visit(page, f"{address}/service/flow")
    tabs = page.locator(".service-tabs ul")

    assert tabs.evaluate("list => list.scrollWidth > list.clientWidth")
    assert fits(page, NARROW)


def test_the_flow_can_be_read_without_the_drawing(page, address):
    visit(page, f"{address}/service/flow")
    card = page.locator(".chart-card", has_text="A bejelentéstől a megoldásig")
    assert "→" in card.locator("figcaption").inner_text()
    open_menu(card)
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()
    row = card.locator("tbody tr", has_text="megnyitva vagy újranyitva").first
    expect(row).to_contain_text("NISZ")
    expect(card.locator("thead")).to_contain_text("Átlagos idő az átadónál")
