"""Differences between the ledger and the treasury's report, each with its cause as far as it can be found.

A cause is only named where it explains an amount to the forint, or to the report's rounding; what is left is said to
be unexplained. Causes are looked for rovat by rovat and amount by amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
from sqlalchemy import Connection

from data.cost.report_lines import ledger_lines
from data.metrics.budget_lines import AMOUNTS

Cause = Literal["rounding", "moved", "line", "later_run", "ledger_only", "report_only", "unexplained"]
HALF_A_THOUSAND = 500


@dataclass(frozen=True)
class Difference:
    """Ledger less report, of a rovat and an amount (one of AMOUNTS).

    other: the rovat that the report has a moved amount under. source, line_id, month: the ledger line that is exactly
    this amount; matches: how many such lines there are.
    """

    cause: Cause
    account: str
    amount: str
    huf: int
    other: str = ""
    source: str = ""
    line_id: str = ""
    month: date | None = None
    matches: int = 0


def differences(
    connection: Connection, accounts: pd.DataFrame, books: pd.DataFrame, first: date, last: date, as_of: int | None
) -> list[Difference]:
    """Every difference of a year. accounts: ledger_ and report_ amounts by rovat; books: the rows they are sums of.

    Σ huf by rovat and amount is ledger less report.
    """
    report = books[books["is_report"]]
    in_thousands = bool(report["thousands"].all()) and not bool(books.loc[~books["is_report"], "thousands"].all())
    rounded = report.groupby("account_id")["lines"].sum()
    found: list[Difference] = []
    for amount in AMOUNTS:
        gaps = {
            str(code): int(ledger) - int(reported)
            for code, ledger, reported in zip(
                accounts["account_id"], accounts[f"ledger_{amount}"], accounts[f"report_{amount}"], strict=True
            )
            if ledger != reported
        }
        if in_thousands:
            near = {code: _reach(rounded, code) for code in gaps}
            found += [Difference("rounding", code, amount, huf) for code, huf in gaps.items() if abs(huf) <= near[code]]
            gaps = {code: huf for code, huf in gaps.items() if abs(huf) > near[code]}
        pairs = dict(_moved(gaps))
        found += [Difference("moved", code, amount, gaps[code], other) for code, other in pairs.items()]
        missing = _one_sided(accounts, amount)
        for code, huf in gaps.items():
            if code not in pairs:
                found.append(_explained(connection, code, amount, huf, missing.get(code), report, first, last, as_of))
    return found


def _reach(rounded: "pd.Series[int]", code: str) -> int:
    """How far rounding to thousands can carry a rovat: half a thousand for each line of the report."""
    return HALF_A_THOUSAND * int(rounded[rounded.index.str.startswith(code)].sum())


def _moved(gaps: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Rovats of one side whose gaps are equal and opposite, and that no others share: each with the other one."""
    for code, huf in gaps.items():
        same = [one for one, gap in gaps.items() if one[0] == code[0] and gap == -huf]
        back = [one for one, gap in gaps.items() if one[0] == code[0] and gap == huf]
        if len(same) == 1 and len(back) == 1:
            yield code, same[0]


def _one_sided(accounts: pd.DataFrame, amount: str) -> dict[str, Cause]:
    found: dict[str, Cause] = {}
    for row in accounts.to_dict("records"):
        if row[f"report_{amount}"] == 0:
            found[str(row["account_id"])] = "ledger_only"
        elif row[f"ledger_{amount}"] == 0:
            found[str(row["account_id"])] = "report_only"
    return found


def _explained(
    connection: Connection, code: str, amount: str, huf: int, one_sided: Cause | None, report: pd.DataFrame,
    first: date, last: date, as_of: int | None,
) -> Difference:  # fmt: skip
    """The difference of a rovat with the first cause that explains all of it."""
    lines = ledger_lines(connection, first, last, code, as_of)
    exact = lines[lines[amount] == huf]
    if len(exact):
        row = exact.iloc[-1]
        return Difference("line", code, amount, huf, source=str(row["source"]), line_id=str(row["line_id"]),
                          month=row["month"], matches=len(exact))  # fmt: skip
    later = lines[lines["loaded_run"] > report["newest_run"].max()]
    if len(later) and int(later[amount].sum()) == huf:
        return Difference("later_run", code, amount, huf, matches=len(later))
    return Difference(one_sided or "unexplained", code, amount, huf)
