"""The comparison in Chromium: whole in both widths and languages; chosen, read as a table and left by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    barriers,
    contexts,  # noqa: F401 - a fixture
    fits,
    page,  # noqa: F401 - a fixture
    visit,
)

pytestmark = pytest.mark.browser
PATH = "/adoption/comparison"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
def test_the_page_is_whole(contexts, address, language, width, other):  # noqa: F811
    opened = contexts[language].new_page()
    opened.set_viewport_size(width)
    told: list[str] = []
    opened.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: told.append(str(error)))

    visit(opened, address + PATH)
    opened.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=SECONDS_30)

    assert opened.locator(".state .icon-alert").count() == 0
    assert barriers(opened) == []
    assert fits(opened, width)
    opened.set_viewport_size(other)
    opened.wait_for_timeout(400)
    assert fits(opened, other)
    assert told == []
    opened.close()


def test_figure_and_units_are_chosen_and_the_table_leads_to_a_unit(page, address):  # noqa: F811
    visit(page, f"{address}{PATH}?from=2026-01&to=2026-06")
    page.locator("#comparison-figure").select_option("sla_resolution_rate")
    page.wait_for_url("**?from=2026-01&to=2026-06&figure=sla_resolution_rate", timeout=SECONDS_30)
    card = page.locator(".chart-card:has(.card-menu)").first
    expect(card.locator(".card-title")).to_contain_text("Határidőre", timeout=SECONDS_30)
    page.locator("#comparison-unit").select_option("county")
    page.wait_for_url("**&unit=county", timeout=SECONDS_30)
    expect(page.locator("#comparison-segment")).to_be_disabled()
    card.locator(".card-menu button").first.press("Enter")
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()

    card.locator("table th a").first.click(timeout=30_000)

    page.wait_for_url("**/adoption/comparison?*county=*", timeout=SECONDS_30)
