"""Drilling down in Chromium: marks and rows that open, by pointer and by keyboard; no barrier, in both languages."""

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.pages.menus import open_menu
from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    barriers,
    check_whole,
    fits,
    opened,
    visit,
)

pytestmark = pytest.mark.browser

PATHS = (
    "/service/incidents", "/service/changes", "/service/demand", "/service/security",
    "/tickets?metric=sla_resolution_rate&from=2026-01&to=2026-06&late=1",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole(contexts, address, path, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + path)

        check_whole(page, width, other)


def test_a_click_on_a_mark_opens_its_rows_a_row_its_ticket(page, address):
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    visit(page, f"{address}/service/incidents?from=2026-01&to=2026-06")
    click_first_bar(page)
    page.wait_for_url("**/tickets?metric=major_incident_count&from=2026-01&to=2026-06&service=*", timeout=SECONDS_30)
    first = page.locator(".ag-cell a").first
    first.wait_for(timeout=SECONDS_30)
    key = first.inner_text()

    first.press("Enter")

    page.wait_for_url("**/ticket?**", timeout=SECONDS_30)
    page.locator("h2", has_text=key).wait_for(timeout=SECONDS_30)
    assert page.locator(".ticket-line li").count() > 0
    assert barriers(page) == []
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(400)
    assert fits(page, NARROW)
    page.go_back()
    expect(page.locator(".part-links, .rows-note").first).to_be_visible(timeout=SECONDS_30)
    assert told == []


def test_the_table_twin_opens_the_same_rows_by_keyboard(page, address):
    visit(page, f"{address}/service/incidents?from=2026-01&to=2026-06")
    card = page.locator(".chart-card:has(.card-menu)", has_text="Súlyos incidensek szakrendszerenként")
    open_menu(card)
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()
    link = card.locator("tbody th a").first
    link.wait_for(timeout=SECONDS_30)
    link.press("Enter")
    page.wait_for_url("**/tickets?metric=major_incident_count**", timeout=SECONDS_30)
    page.locator(".rows-note", has_text="sor").wait_for(timeout=SECONDS_30)


def click_first_bar(page: Page) -> None:
    bar = (
        page.locator(".chart-card", has_text="Súlyos incidensek szakrendszerenként").locator(".bars .point path").first
    )
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
