"""The comparison in Chromium: whole in both widths and languages; chosen, read as a table and left by keyboard."""

import pytest
from playwright.sync_api import Route, expect

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
PATH = "/adoption/comparison"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
def test_the_page_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)
        page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=SECONDS_30)

        check_whole(page, width, other)


def test_choices_made_while_the_first_is_being_answered_all_hold(page, address):
    held: list[Route] = []

    def hold(route: Route) -> None:
        (held.append if "comparison-sentence" in (route.request.post_data or "") else Route.continue_)(route)

    visit(page, f"{address}{PATH}?county=Zala,Vas")
    page.route("**/_dash-update-component*", hold)
    page.locator("#comparison-figure").select_option("sla_resolution_rate")
    page.wait_for_url("**?county=Zala,Vas&figure=sla_resolution_rate", timeout=SECONDS_30)
    page.locator("#comparison-segment").select_option("size_band")
    page.wait_for_url("**&figure=sla_resolution_rate&segment=size_band", timeout=SECONDS_30)
    assert held
    for route in held:
        route.continue_()
    page.unroute("**/_dash-update-component*")

    title = page.locator(".chart-card:has(.card-menu) .card-title").first
    expect(title).to_contain_text("Határidőre", timeout=SECONDS_30)
    for control, value in {"figure": "sla_resolution_rate", "unit": "municipality", "segment": "size_band"}.items():
        expect(page.locator(f"#comparison-{control}")).to_have_value(value)
    page.go_back()
    expect(page.locator("#comparison-segment")).to_have_value("-")


def test_figure_and_units_are_chosen_and_the_table_leads_to_a_unit(page, address):
    visit(page, f"{address}{PATH}?from=2026-01&to=2026-06")
    page.locator("#comparison-figure").select_option("sla_resolution_rate")
    page.wait_for_url("**?from=2026-01&to=2026-06&figure=sla_resolution_rate", timeout=SECONDS_30)
    card = page.locator(".chart-card:has(.card-menu)").first
    expect(card.locator(".card-title")).to_contain_text("Határidőre", timeout=SECONDS_30)
    page.locator("#comparison-unit").select_option("county")
    page.wait_for_url("**&unit=county", timeout=SECONDS_30)
    expect(page.locator("#comparison-segment")).to_be_disabled()
    expect(page.locator(".chart-card[id*=rate-county] .card-title")).to_contain_text("Határidőre", timeout=SECONDS_30)
    open_menu(card)
    card.locator(".dropdown-item", has_text="Megjelenítés táblázatként").click()

    card.locator("table th a").first.click(timeout=30_000)

    page.wait_for_url("**/adoption/comparison?*county=*", timeout=SECONDS_30)
