"""The treasury's reports of the centre's budget: workbooks quarter by quarter, each counted from 1 January.

They are of the same money as the ledger, but for two things that a reader has to find: an invoice that was booked in
the ledger after the last report was closed, and investments of one application that the report has as renovation.
"""

import io

import pandas as pd
import xlsxwriter

from etl.demo.delivery import Delivery, Put
from etl.demo.files import CREATED

REPORT = "kincstari-jelentes"
AMOUNTS = ("original", "appropriated", "committed", "spent")
HEAD = ("Sorszám", "Megnevezés", "Eredeti előirányzat", "Módosított előirányzat", "Kötelezettségvállalás", "Teljesítés")
QUARTERS = ("I", "I-II", "I-III", "I-IV")
FORMS = {
    "01": ("01 - K1-K8. Költségvetési kiadások", "K"),
    "02": ("02 - B1-B7. Költségvetési bevételek", "B"),
}
LATE_ACCOUNT, LATE_ACTOR = "K337", "menedzsment"
"""The line of the last reported month that came too late for the report."""
MOVED_SERVICE, MOVED = "IPARKER", ("K61", "K71")
"""What the ledger books as investment and the report as renovation, from the newest year on."""


def write_reports(delivery: Delivery, spending: pd.DataFrame, income: pd.DataFrame) -> None:
    """Writes a workbook for each quarter that is over. spending, income: lines as the loaded ledger has them."""
    lines = pd.concat([spending, income])
    ends = [month for month in sorted(lines["month"].unique()) if pd.Timestamp(month).month % 3 == 0]
    if not ends:
        return
    reported = _as_reported(lines, pd.Timestamp(ends[-1]))
    for end in map(pd.Timestamp, ends):
        year = reported[(reported["month"].dt.year == end.year) & (reported["month"] <= end)]
        _write(delivery, year.groupby("account")[list(AMOUNTS)].sum(), end)


def late_line(lines: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The line of the last reported month that the report does not have yet."""
    return lines[(lines["month"] == last) & (lines["account"] == LATE_ACCOUNT) & (lines["actor"] == LATE_ACTOR)].head(1)


def _as_reported(lines: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    late = late_line(lines, last)
    found = lines[~lines["id"].isin(late["id"])]
    moved = (found["service"] == MOVED_SERVICE) & (found["account"] == MOVED[0]) & (found["month"].dt.year == last.year)
    return found.assign(account=found["account"].mask(moved, MOVED[1]))


def _write(delivery: Delivery, sums: pd.DataFrame, end: pd.Timestamp) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": CREATED})
    rows = 0
    for name, (title, side) in FORMS.items():
        own = sums[sums.index.str.startswith(side)]
        sheet = book.add_worksheet(name)
        head = (
            (title,), ("ASP menedzsment szervezet (minta)", "", "PIR:", "700001"),
            (f"{end.year}. {QUARTERS[end.month // 3 - 1]}. negyedév", "", "adatok forintban"), HEAD,
        )  # fmt: skip
        for at, cells in enumerate([*head, *_lines(own)]):
            sheet.write_row(at, 0, cells)
        rows += len(own)
    book.close()
    delivery.write(f"budget/kincstari_jelentes_{end:%Y-%m}.xlsx", stream.getvalue())
    delivery.count(REPORT, Put(rows))


def _lines(sums: pd.DataFrame) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for at, (account, amounts) in enumerate(sums.iterrows(), start=1):
        found.append((f"{at:02}", f"{account} rovat ({account})", *(int(amounts[name]) for name in AMOUNTS)))
    return found
