"""/municipality and /municipality/ in Chromium: found from the keyboard, printed on two pages, without barriers."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.pages.test_pages_browser import NARROW, SECONDS_30, WIDE, barriers, fits, visit

pytestmark = pytest.mark.browser

PAGE = re.compile(rb"/Type\s*/Page[^s]")


def test_a_municipality_is_found_from_the_keyboard_and_its_profile_printed(browser: Browser, address: str):
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    visit(page, f"{address}/municipality?from=2026-01&to=2026-06")
    assert barriers(page) == []
    box = page.get_by_role("combobox", name="Az önkormányzat neve vagy KSH-kódja")
    box.focus()
    page.keyboard.type("komlo")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("Komló")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "municipality-options-1")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")

    page.keyboard.press("Enter")  # nothing is chosen and both may be meant: they are shown, none is opened
    page.wait_for_url("**/municipality?**name=komlo")
    expect(page.locator(".find-results tbody tr").nth(1)).to_contain_text("Kömlő")

    box = page.get_by_role("combobox", name="Az önkormányzat neve vagy KSH-kódja")
    box.fill("Kömlő")
    expect(page.locator("[role=option][data-typed='Kömlő']").first).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/municipality/14535?from=2026-01&to=2026-06")
    page.locator("h1", has_text="Kömlő").wait_for()
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)
    assert barriers(page) == []
    assert fits(page, WIDE)
    assert len(PAGE.findall(page.pdf(prefer_css_page_size=True))) <= 2
    page.set_viewport_size(NARROW)
    assert fits(page, NARROW)
    assert barriers(page) == []

    page.goto(f"{address}/municipality?name=Komoró")  # a link that means one leads there, and back leads before it
    page.wait_for_url("**/municipality/27146")
    assert told == []
    context.close()
