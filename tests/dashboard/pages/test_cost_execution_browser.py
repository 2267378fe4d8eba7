"""The page of execution in a real browser: whole in both languages and widths, its definition opened by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.menus import open_menu
from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    check_whole,
    opened,
    visit,
)

pytestmark = pytest.mark.browser

PATH = "/cost/execution"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
def test_the_page_of_execution_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)

        check_whole(page, width, other)
        expect(page.locator("[id*='execution-answer'] .answer-sentence").first).to_contain_text("2026")
        card = page.locator(".chart-card:has(.card-menu)").first  # the forecast
        open_menu(card)
        card.locator(".dropdown-item").nth(1).press("Enter")
        expect(page.locator(".panel", has_text="BU03")).to_be_visible(timeout=SECONDS_30)
