"""/adoption/map in Chromium: drawn, painted anew, zoomed, read by pointer and by keyboard, in both languages."""

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    barriers,
    check_whole,
    opened,
)

pytestmark = pytest.mark.browser

PATH = "/adoption/map"


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#map-canvas[data-drawn] .map-level").wait_for(timeout=SECONDS_30)
    expect(page.locator(".state-loading")).to_have_count(0, timeout=SECONDS_30)
    expect(page.locator("#map-table .ag-row").first).to_be_visible(timeout=SECONDS_30)


def shapes(page: Page) -> int:
    return page.locator(".map-level [data-i]").count()


@pytest.mark.parametrize(("language", "width", "other"), [("hu", WIDE, NARROW), ("en", NARROW, WIDE)])
def test_the_map_is_whole(contexts, address, language, width, other):
    """/adoption/map: every area once, texts, requests, console, axe, both widths."""
    with opened(contexts[language], width) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        visit(page, address + PATH)

        assert shapes(page) == 3177
        check_whole(page, width, other)
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        assert sum("map-geometry" in url for url in asked) == 1


def test_choices_stand_in_the_address_and_lead_to_smaller_areas(page, address):
    visit(page, address + PATH)
    before = page.locator("#map-canvas").get_attribute("data-drawn")
    page.select_option("#map-figure", "tickets_per_1000")
    page.wait_for_url("**/adoption/map?figure=tickets_per_1000")
    expect(page.locator("#map-canvas")).not_to_have_attribute("data-drawn", before or "")
    expect(page.locator("#map-title")).to_have_text("Bejelentések ezer lakosra, önkormányzatonként")
    page.locator("#map-level input[value='county']").check()
    expect(page.locator(".map-level [data-i]")).to_have_count(20)
    page.go_back()
    expect(page.locator(".map-level [data-i]")).to_have_count(3177)
    expect(page.locator("#map-level input[value='municipality']")).to_be_checked()
    page.go_forward()
    expect(page.locator(".map-level [data-i]")).to_have_count(20)
    zala = page.evaluate("Array.from(document.querySelectorAll('#map-table .ag-row a')).length")
    assert zala > 0
    point(page, "Zala")
    expect(page.locator(".map-tip")).to_contain_text("Zala")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(r"county=Zala&level=district|level=district.*county=Zala"))
    expect(page.locator("#map-canvas")).to_have_class(re.compile("zoomed"))
    page.locator("#map-view input[value='dots']").check()
    expect(page.locator("circle[data-i]")).to_have_count(197)
    expect(page.locator("#map-level input[value='district']")).to_be_checked()


def test_choices_made_at_once_all_hold_on_a_slow_machine(page, address):
    """One made before the controls have heard of the last does not take it back."""
    visit(page, address + PATH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.evaluate(
        """() => {
            window.aspGo('/adoption/map?level=county');
            document.querySelector("#map-view input[value='dots']").click();
            document.querySelector("#map-shade input[value='chance']").click();
        }"""
    )
    expect(page.locator("circle[data-i]")).to_have_count(20, timeout=SECONDS_30)
    for chosen in (
        "#map-level input[value='county']",
        "#map-view input[value='dots']",
        "#map-shade input[value='chance']",
    ):
        expect(page.locator(chosen)).to_be_checked()
    assert page.url.endswith("?level=county&view=dots&shade=chance")


def point(page: Page, name: str) -> None:
    """The pointer over an area, found by what the map says of it."""
    page.locator("#map-canvas").scroll_into_view_if_needed()
    for at in page.evaluate(
        """() => Array.from(document.querySelectorAll('.map-level [data-i]')).map(one => {
            const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2] })"""
    ):
        page.mouse.move(*at)
        if page.locator(".map-tip").inner_text().startswith(name):
            return
    pytest.fail(f"no area says {name}")


def test_the_keyboard_moves_the_map_and_reaches_every_figure(page, address):
    visit(page, f"{address}{PATH}?county=Nógrád")
    box = "document.querySelector('.map-svg').getAttribute('viewBox')"
    first = page.evaluate(box)
    page.locator("#map-canvas").focus()
    for key in ("ArrowLeft", "-"):
        before = page.evaluate(box)
        page.keyboard.press(key)
        assert page.evaluate(box) != before
    page.keyboard.press("0")
    assert page.evaluate(box).startswith("0 0 ")
    page.get_by_role("button", name="Budapest").press("Enter")
    assert page.evaluate(box) not in (first, "0 0 ")
    expect(page.locator("#map-table [role=treegrid], #map-table [role=grid]").first).to_have_attribute(
        "aria-rowcount", re.compile("13[1-3]")
    )
    link = page.locator("#map-table .ag-row a").first
    expect(link).to_have_attribute("href", re.compile(r"^/municipality/\d{5}\?county="))
    with page.expect_download() as got:
        page.locator("[data-map=svg]").press("Enter")
    text = got.value.path().read_text(encoding="utf-8")
    assert got.value.suggested_filename == "asp-terkep.svg"
    assert "Ténylegesen használt szakrendszerek" in text
    with page.expect_download() as got:
        page.locator("#map-csv").click()
    assert len(got.value.path().read_text(encoding="utf-8-sig").splitlines()) == 1 + 131


def test_a_filter_that_cannot_be_used_is_said_in_place_of_the_map(page, address):
    page.goto(f"{address}{PATH}?county=Atlantisz")
    page.locator("#map-message .icon-alert").wait_for(timeout=SECONDS_30)
    assert barriers(page) == []


def test_the_shapes_are_sent_once_and_kept(pages_app):
    client = pages_app.server.test_client()
    with pages_app.server.test_request_context("/"):
        name = sys.modules["dashboard.map_reading"].geometry().name
    answer = client.get(f"/map-geometry/{name}.json", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 250_000
    plain = client.get(f"/map-geometry/{name}.json")
    assert "Content-Encoding" not in plain.headers
    assert len(plain.json["levels"]["municipality"]["code"]) == 3177
    assert client.get("/map-geometry/other.json").status_code == 404
