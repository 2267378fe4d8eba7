"""/cost/scenario in Chromium: a scenario made by keyboard, its result, its link, and what is wrong beside its field."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.pages.test_pages_browser import NARROW, SECONDS_30, WIDE, barriers, check_whole, opened, visit

pytestmark = pytest.mark.browser

PATH = "/cost/scenario"
FORM = "#cost-scenario"
LABELS = {"hu": "Változat – nem tényadat", "en": "Scenario – not actuals"}


def add(page: Page, kind: str, **typed: str) -> None:
    """A change, by keyboard."""
    page.locator(f"{FORM}-kind-{kind}").press("Space")
    for name, value in typed.items():
        control = page.locator(f"{FORM}-{name}")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.locator(f"{FORM}-add").press("Enter")


def shown(page: Page) -> None:
    page.locator(".scenario-card .js-plotly-plot svg.main-svg[aria-label]").first.wait_for(timeout=SECONDS_30)
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)


@pytest.mark.parametrize(("language", "width", "other"), [("hu", WIDE, NARROW), ("en", NARROW, WIDE)])
def test_a_scenario_is_made_by_keyboard_and_its_link_shows_it_again(contexts, address, language, width, other):
    """/cost/scenario, then /cost/scenario/1 and so on (/cost/scenario/none in the list of pages)."""
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)
        page.locator(f"{FORM}-send").press("Enter")
        expect(page.locator(f"{FORM}-changes-error")).not_to_be_empty(timeout=SECONDS_30)
        add(page, "price", more="sok")
        expect(page.locator(f"{FORM}-more")).to_be_focused(timeout=SECONDS_30)
        expect(page.locator(f"{FORM}-more")).to_have_attribute("aria-invalid", "true")
        check_whole(page, width, other)
        add(page, "price", more="10", actors="nisz")
        expect(page.locator(f"{FORM}-list li")).to_have_count(1, timeout=SECONDS_30)
        expect(page.locator(f"{FORM}-added")).to_be_focused()
        add(page, "method", step="management", method="even")
        expect(page.locator(f"{FORM}-list li")).to_have_count(2, timeout=SECONDS_30)
        expect(page.locator(f"{FORM}-added")).to_be_focused()
        for name in ("label", "name", "role"):
            page.locator(f"{FORM}-{name}").fill("Drágább NISZ")
        page.locator(f"{FORM}-role").press("Enter")
        page.wait_for_url(re.compile(r"/cost/scenario/\d+"), timeout=SECONDS_30)
        shown(page)
        # Drawn anew for the width: what is dimmed meanwhile is not to be judged.
        expect(page.locator(".scenario-page[data-dash-is-loading]")).to_have_count(0, timeout=SECONDS_30)

        check_whole(page, other, width)
        expect(page.locator(".scenario-card")).to_have_count(3)
        expect(page.locator(".scenario-card .card-title", has_text=LABELS[language])).to_have_count(3)
        with page.expect_download() as file:
            page.locator("#cost-scenario-one-csv").press("Enter")
        assert file.value.suggested_filename.startswith(("valtozat-nem-tenyadat", "scenario-not-actuals"))
        rows = file.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) > 1
        assert all(row.startswith(LABELS[language]) for row in rows[1:])
        said = page.locator(".answer-sentence").inner_text()
        visit(page, page.locator("#cost-scenario-one-link").input_value())
        shown(page)
        assert page.locator(".answer-sentence").inner_text() == said
        visit(page, address + PATH)
        assert page.locator(".plain-table a", has_text="Drágább NISZ").count() >= 1


def test_what_is_not_there_is_said(page, address):
    visit(page, f"{address}{PATH}/999999999")
    page.locator(".log-notice").wait_for(timeout=SECONDS_30)
    assert barriers(page) == []
