"""Why performance is above or below the appropriation: rovat by rovat and actor by actor, adding up to the forint.

Performance is compared with the appropriation that is due by the month: of each series (actor × kiemelt előirányzat)
the modified appropriation times the share of a year's performance that past years had spent by then, so that a
December purchase isn't called an underspend in May. Without a past whole year the appropriation is due evenly, month
by month. Commitments are made for the year, so they are compared with the whole modified appropriation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.cost.books import MONTHS, Books, books
from data.cost.forecast import past_of
from data.cost.projection import expected_share
from data.selection import Selection

Subject = Literal["performance", "commitment", "appropriation"]
Basis = Literal["seasonal", "even", "whole"]
AMOUNT: Mapping[Subject, str] = {
    "performance": "spent_huf", "commitment": "committed_huf", "appropriation": "appropriated_huf",
}  # fmt: skip
BY = ("account_group", "actor")


@dataclass(frozen=True)
class Waterfall:
    """From one amount through each member's part to another: before + the parts = after, in whole forints.

    steps: member, before_huf, after_huf, difference_huf (after − before), the largest difference first.
    """

    subject: Subject
    basis: Basis
    by: str
    steps: pd.DataFrame

    @property
    def before(self) -> int:
        return int(self.steps["before_huf"].sum())

    @property
    def after(self) -> int:
        return int(self.steps["after_huf"].sum())

    @property
    def remainder(self) -> int:
        """What the parts leave unexplained: nothing."""
        return self.after - self.before - int(self.steps["difference_huf"].sum())


def variance(connection: Connection, selection: Selection, subject: Subject, by: str) -> Waterfall:
    """A waterfall of the fiscal year that the selection's period ends in, to its end. by: one of BY."""
    return variance_of(books(connection, selection), subject, by)


def variance_of(known: Books, subject: Subject, by: str) -> Waterfall:
    """performance: from the appropriation due to what is spent; commitment: from the modified appropriation to what is
    committed; appropriation: from the original to the modified one. Pure."""
    before, basis = compared_with(known, subject)
    after = known.so_far(AMOUNT[subject])
    cells = known.cells.assign(before_huf=before, after_huf=after)
    steps = cells.groupby(by, as_index=False)[["before_huf", "after_huf"]].sum().rename(columns={by: "member"})
    steps["difference_huf"] = steps["after_huf"] - steps["before_huf"]
    order = steps["difference_huf"].abs().sort_values(ascending=False, kind="stable").index
    return Waterfall(subject, basis, by, steps.loc[order].reset_index(drop=True))


def compared_with(known: Books, subject: Subject) -> tuple[np.ndarray, Basis]:
    """What each cell's amount is held against, in whole forints, and on which basis."""
    match subject:
        case "performance":
            return due(known)
        case "commitment":
            return known.so_far("appropriated_huf"), "whole"
    return known.so_far("original_huf"), "whole"


def due(known: Books) -> tuple[np.ndarray, Basis]:
    """The modified appropriation due by the month, by cell."""
    plan = known.so_far("appropriated_huf")
    if known.through >= MONTHS:
        return plan, "whole"
    if not known.past:
        return _share_of(plan, np.full(len(plan), known.through / MONTHS)), "even"
    groups = known.cells["account_group"].to_numpy(dtype=str)
    share = expected_share(past_of(known, known.past, known.through), groups)
    share = np.where(np.isnan(share), known.through / MONTHS, share)
    return _share_of(plan, share), "seasonal"


def _share_of(plan: np.ndarray, share: np.ndarray) -> np.ndarray:
    return np.rint(plan * share).astype(np.int64)
