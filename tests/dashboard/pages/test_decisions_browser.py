"""The decision log in Chromium: from a chart to an item, its answer and its outcome; by keyboard, without barriers."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.dashboard.pages.menus import open_menu

pytestmark = pytest.mark.browser

SECONDS_30 = 30_000
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NEW = "/decisions/new?metric=sla_resolution_rate&view=/service&from=2026-01&to=2026-06&county=Zala"


HUNGARIAN, ENGLISH = ("hu", "light", WIDE), ("en", "dark", NARROW)
in_hungarian = pytest.mark.parametrize("page", [HUNGARIAN], ids=["hu wide"], indirect=True)
in_english = pytest.mark.parametrize("page", [ENGLISH], ids=["en narrow"], indirect=True)


@pytest.fixture(params=[HUNGARIAN, ENGLISH], ids=["hu wide", "en narrow"])
def page(request: pytest.FixtureRequest, reader: Callable[[str, str], BrowserContext]) -> Iterator[Page]:
    language, theme, width = request.param
    page = reader(language, theme).new_page()
    page.set_viewport_size(width)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    page.close()
    # Dash reports answers for parts of a page that was left before they came.
    assert [one for one in told if one != "{}" and "nonexistent object was used in an `Output`" not in one] == []


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#content h1").wait_for(timeout=SECONDS_30)


def whole(page: Page) -> None:
    """No barrier, nothing wider than the screen."""
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]] == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]


def fill(page: Page, form: str, text: str) -> None:
    page.locator(f"#{form}-text").fill(text)
    page.locator(f"#{form}-name").fill("Minta Anna")
    page.locator(f"#{form}-role").fill("felügyelő")


def recorded(page: Page, address: str, text: str = "Miért romlott Zalában?") -> str:
    """Record an item; its page's path."""
    visit(page, address + NEW)
    fill(page, "decisions-new", text)
    page.locator("#decisions-new-send").click()
    page.wait_for_url(re.compile(r"/decisions/\d+"), timeout=SECONDS_30)
    page.locator(".written", has_text=text).first.wait_for()
    return re.search(r"/decisions/\d+", page.url)[0]


def test_an_item_goes_its_way_from_question_to_outcome(page, address):
    path = recorded(page, address)
    page.locator(".then-and-now").wait_for()
    whole(page)
    for kind in ("due_changed", "comment", "answer", "outcome"):
        page.locator(f"#decisions-one-kind-{kind}").check()
        due = page.locator("#decisions-one-due")
        assert due.is_visible() is (kind == "due_changed")
        if kind == "due_changed":
            due.fill("2027-06-30")
        fill(page, "decisions-one", f"Ez a bejegyzés: {kind}.")
        page.locator("#decisions-one-send").press("Enter")
        page.locator(f".trail-{kind.replace('_', '-')}", has_text=f"Ez a bejegyzés: {kind}.").wait_for()
        expect(page.locator("#decisions-one-done")).to_be_focused()
    expect(page.locator(".trail > li")).to_have_count(4)
    expect(page.locator("#decisions-one-form")).to_have_count(0)
    whole(page)
    visit(page, address + path)
    expect(page.locator(".trail > li")).to_have_count(4)
    page.locator("a[href*='follows=']").click()
    page.wait_for_url("**/decisions/new?**follows=**")
    page.locator("#decisions-new-form").wait_for()


def test_what_is_wrong_stands_beside_its_field_and_the_text_stays(page, address):
    visit(page, address + NEW)
    page.locator("#decisions-new-text").fill("Ez a szöveg megmarad.")
    page.locator("#decisions-new-due").fill("2020-01-01")
    page.locator("#decisions-new-send").press("Enter")
    due = page.locator("#decisions-new-due")
    expect(due).to_be_focused()
    expect(due).to_have_attribute("aria-invalid", "true")
    described = due.get_attribute("aria-describedby").split()
    assert "decisions-new-due-error" in described
    assert page.locator("#decisions-new-due-error").inner_text()
    expect(page.locator("#decisions-new-text")).to_have_value("Ez a szöveg megmarad.")
    expect(page.locator("#decisions-new-text")).to_have_attribute("aria-invalid", "false")
    whole(page)
    due.fill("2027-01-01")
    page.locator("#decisions-new-send").press("Enter")
    expect(page.locator("#decisions-new-name")).to_be_focused()


@in_hungarian
def test_a_double_click_records_once(page, address):
    visit(page, f"{address}/decisions")
    before = page.locator(".items tbody tr").count()
    visit(page, address + NEW)
    fill(page, "decisions-new", "Kétszer küldve.")
    page.locator("#decisions-new-send").dblclick()
    page.wait_for_url(re.compile(r"/decisions/\d+"), timeout=SECONDS_30)
    visit(page, f"{address}/decisions")
    expect(page.locator(".items tbody tr")).to_have_count(before + 1)


def test_the_list_is_filtered_by_the_address_and_back_undoes_it(page, address):
    recorded(page, address)
    visit(page, f"{address}/decisions")
    everything = page.locator(".items tbody tr").count()
    whole(page)
    page.select_option("#decisions-item_kind", "decision")
    page.wait_for_url("**/decisions?item_kind=decision")
    page.locator(".state-why").wait_for()
    whole(page)
    page.go_back()
    expect(page.locator(".items tbody tr")).to_have_count(everything)
    expect(page.locator("#decisions-item_kind")).to_have_value("-")
    with page.expect_download() as file:
        page.locator("#decisions-export").click()
    assert "Miért romlott Zalában?" in file.value.path().read_text(encoding="utf-8-sig")


@in_english
def test_every_chart_leads_to_the_form_with_its_figure_and_the_readers_selection(page, address):
    visit(page, f"{address}/service?from=2026-01&to=2026-03&county=Zala")
    card = page.locator(".chart-card:has(.card-menu)").first
    page.locator(".js-plotly-plot svg.main-svg").first.wait_for(timeout=SECONDS_30)
    open_menu(card)
    card.locator(".dropdown-item:has(.icon-record)").click()
    page.wait_for_url("**/decisions/new?metric=sla_resolution_rate&view=%2Fservice&from=2026-01&to=2026-03&county=Zala")
    page.locator("#decisions-new-form").wait_for()
    assert "Zala" in page.locator("#decisions-new-content dl").inner_text()
    whole(page)


@in_hungarian
def test_a_figure_is_chosen_where_none_was_given(page, address):
    visit(page, f"{address}/decisions/new")
    whole(page)
    page.select_option("#decisions-new-metric", "backlog_count")
    page.wait_for_url("**/decisions/new?metric=backlog_count")
    page.locator("#decisions-new-form").wait_for()
