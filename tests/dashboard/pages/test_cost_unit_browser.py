"""The page of unit costs in a real browser: whole in both languages and widths; the other forints by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import NARROW, SECONDS_30, WIDE, check_whole, opened, visit

pytestmark = pytest.mark.browser

PATH = "/cost/unit"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", WIDE, NARROW), ("en", NARROW, WIDE)])
def test_the_page_of_unit_costs_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, f"{address}{PATH}?service=ADO")

        check_whole(page, width, other)
        page.locator("#cost-unit-switch a").nth(1).press("Enter")
        expect(page).to_have_url(re.compile("service=ADO&prices=constant"))
        expect(page.locator("#cost-unit-charts .card-subtitle").first).to_contain_text("2025", timeout=SECONDS_30)
