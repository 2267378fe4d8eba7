"""The page of training in a real browser: whole in both languages and widths, its definition opened by keyboard."""

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

PATH = "/adoption/training"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", WIDE, NARROW), ("en", NARROW, WIDE)])
def test_the_page_of_training_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)

        check_whole(page, width, other)
        card = page.locator(".chart-card:has(.card-menu)").nth(5)  # the effect by population
        open_menu(card)
        card.locator(".dropdown-item").nth(1).press("Enter")
        expect(page.locator(".panel", has_text="TR05")).to_be_visible(timeout=SECONDS_30)
