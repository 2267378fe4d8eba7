"""The work list in Chromium: whole in both widths and languages, narrowed and exported by keyboard."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import (
    NARROW,
    SECONDS_30,
    WIDE,
    check_whole,
    opened,
    visit,
)

pytestmark = pytest.mark.browser
PATH = "/adoption/stuck"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
def test_the_page_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)
        page.locator(".stuck-grid .ag-row a").first.wait_for(timeout=SECONDS_30)

        check_whole(page, width, other)


def test_the_list_is_narrowed_exported_and_left_by_keyboard(page, address):
    visit(page, f"{address}{PATH}?service=ADO,GAZD")
    page.locator("#adoption-stuck-step").select_option("staffed")
    page.wait_for_url("**?service=ADO,GAZD&step=staffed", timeout=SECONDS_30)
    expect(page.locator(".stuck-grid .ag-row").first).to_contain_text("betöltetlen", timeout=SECONDS_30)
    with page.expect_download() as started:
        page.locator("#adoption-stuck-xlsx").press("Enter")
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
    count = page.locator(".rows-note").inner_text().split()[0]
    assert book["Teendők"].max_row == 1 + int(count)

    page.locator(".stuck-grid .ag-row a").first.press("Enter")

    page.wait_for_url("**/municipality/*?service=ADO,GAZD", timeout=SECONDS_30)
    page.go_back()
    expect(page.locator("#adoption-stuck-step")).to_have_value("staffed", timeout=SECONDS_30)
    page.emulate_media(media="print")
    expect(page.locator(".stuck-paper table")).to_be_visible()
    expect(page.locator(".stuck-grid")).to_be_hidden()
