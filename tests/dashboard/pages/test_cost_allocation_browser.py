"""Who is charged what, and whether it adds up, in Chromium: whole in both widths, exported to the forint."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.dashboard.pages.test_pages_browser import NARROW, SECONDS_30, WIDE, check_whole, opened, visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "language", "width", "other"),
    [("/cost/allocation", "hu", NARROW, WIDE), ("/cost/reconciliation", "en", WIDE, NARROW)],
)
def test_the_page_is_whole(contexts, address, path, language, width, other):
    with opened(contexts[language], width) as page:
        visit(page, address + path)

        check_whole(page, width, other)


def test_the_file_of_the_reconciliation_has_four_equal_totals(page, address):
    visit(page, f"{address}/cost/reconciliation")
    expect(page.locator(".answer-sentence").first).to_contain_text("Minden egyezik", timeout=SECONDS_30)
    with page.expect_download() as started:
        page.locator("#cost-reconciliation-xlsx").press("Enter")
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))

    *_months, total = book["A főkönyv és felosztása havonta"].iter_rows(values_only=True)

    ledger, by_actor, by_application, _unplaced, by_municipality, _nobody, difference = total[1:8]
    assert ledger == by_actor == by_application == by_municipality > 0
    assert difference == 0
