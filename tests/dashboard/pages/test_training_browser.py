"""The page of training in a real browser: whole in both languages and widths, its definition opened by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    barriers,
    contexts,  # noqa: F401 - a fixture
    fits,
    visit,
)

pytestmark = pytest.mark.browser

PATH = "/adoption/training"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", WIDE, NARROW), ("en", NARROW, WIDE)])
def test_the_page_of_training_is_whole(contexts, address, language, width, other):  # noqa: F811
    opened = contexts[language].new_page()
    opened.set_viewport_size(width)
    told: list[str] = []
    opened.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: told.append(str(error)))

    visit(opened, address + PATH)

    assert opened.locator(".state .icon-alert").count() == 0
    assert barriers(opened) == []
    assert fits(opened, width)
    opened.set_viewport_size(other)
    opened.wait_for_timeout(400)
    assert fits(opened, other)
    card = opened.locator(".chart-card:has(.card-menu)").nth(5)  # the effect by population
    card.get_by_role("button").first.press("Enter")
    card.locator(".dropdown-item").nth(1).press("Enter")
    expect(opened.locator(".panel", has_text="TR05")).to_be_visible(timeout=SECONDS_30)
    assert told == []
    opened.close()
