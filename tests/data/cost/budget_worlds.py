"""Made-up budgets with a known pattern: what a forecast must find again, and how often its interval must hold."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.cost.books import Books, books_of
from data.metrics.budget_lines import AMOUNTS

EVEN = np.full(12, 1 / 12)
LATE = np.array([3.5, 6, 7.4, 7.6, 8, 8.2, 7.2, 7, 8.6, 9, 10, 17.5]) / 100
BUYING = np.array([0.5, 1, 2, 4, 6, 7, 5, 4, 9, 14, 19, 28.5]) / 100
SERIES = [
    (f"actor{number}", account, pattern)
    for number in range(5)
    for account, pattern in (("K1101", EVEN), ("K321", LATE), ("K61", BUYING))
]


@dataclass(frozen=True)
class World:
    """A budget whose whole last year is known. books: as known after `through` months of it; actual: that year's
    performance by actor and kiemelt előirányzat."""

    books: Books
    actual: "pd.Series[int]"


def world(rng: np.random.Generator, past: int, through: int, own: float = 0.15, common: float = 0.0) -> World:
    """Past years and one more. own, common: how much a month's weight varies (log scale), by series and for all series
    of a year together: a year that is late is late for everyone."""
    rows = []
    for year in range(2030 - past, 2031):
        late = rng.normal(0, common) * np.linspace(-1, 1, 12)
        for actor, account, pattern in SERIES:
            weights = pattern * np.exp(rng.normal(0, own, 12) + late)
            total = float(rng.lognormal(18, 0.5))
            spent = np.rint(total * weights / weights.sum()).astype(int)
            rows += [line(year, month, actor, account, int(spent[month - 1])) for month in range(1, 13)]
            rows[-12]["appropriated_huf"] = rows[-12]["original_huf"] = round(total * 1.05)
    whole = pd.DataFrame(rows)
    this = pd.to_datetime(whole["on"]).dt.year == 2030
    known = whole[~this | (pd.to_datetime(whole["on"]).dt.month <= through)]
    actual = whole[this].groupby(["actor", "account_group"])["spent_huf"].sum()
    return World(books_of(known), actual)


def line(year: int, month: int, actor: str, account: str, spent: int = 0, **amounts: int) -> dict[str, object]:
    """A row as books_of() takes it; amounts by name, 0 where not given."""
    row = {"on": f"{year}-{month:02d}-01", "actor": actor, "account_group": account[:2], "account": account}
    return {**row, **dict.fromkeys(AMOUNTS, 0), "spent_huf": spent, **amounts}
