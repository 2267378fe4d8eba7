"""The page of contracts in Chromium: whole in both widths and languages, a contract opened and left by keyboard."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import NARROW, SECONDS_30, WIDE, check_whole, opened, visit

pytestmark = pytest.mark.browser
PATH = "/cost/contracts"


@pytest.mark.parametrize(("language", "width", "other"), [("hu", NARROW, WIDE), ("en", WIDE, NARROW)])
def test_the_page_is_whole(contexts, address, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + PATH)
        page.locator("#cost-contracts-list .ag-row a").first.wait_for(timeout=SECONDS_30)

        check_whole(page, width, other)


def test_a_contract_is_opened_from_the_register_and_closed_by_keyboard(page, address):
    visit(page, f"{address}{PATH}?service=ADO")
    link = page.locator("#cost-contracts-list .ag-row a").first
    link.wait_for(timeout=SECONDS_30)
    number = link.inner_text()
    with page.expect_download() as started:
        page.locator("#cost-contracts-xlsx").press("Enter")
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
    assert book["Szerződés-nyilvántartás"]["A2"].value == number

    link.press("Enter")

    page.wait_for_url(f"**service=ADO&contract={number}", timeout=SECONDS_30)
    expect(page.locator(".cost-contract-one h2")).to_contain_text(number, timeout=SECONDS_30)
    page.locator(".cost-close").press("Enter")
    page.wait_for_url(f"**{PATH}?service=ADO", timeout=SECONDS_30)
    expect(page.locator(".cost-contract-one")).to_have_count(0, timeout=SECONDS_30)
