"""The ledger of the ASP centre: monthly lines that are increments, so that the sum over months is the state.

The original appropriation stands in January's row and is nothing in the others. The modified appropriation takes it
over in January and changes in the month of a modification. Commitments and performance are those of the month. A sum
over the months of a year therefore gives the year's state, and nothing is counted twelve times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from etl.demo.facts import APPLICATIONS, OPERATOR, SERVICES
from etl.demo.plan import Plan

MILLION = 1_000_000
BASE_YEAR, GROWTH = 2024, 1.065
FUNCTION = {"ADO": "011220", "GAZD": "013360", "INGKAT": "013350"}  # tax, finance for other bodies, property
IT_FUNCTION = "013370"
# Shares of the twelve months: even with a bonus, late invoices, buying at the year's end.
EVEN = (7.8, 7.9, 8.0, 8.0, 8.1, 8.1, 8.1, 8.1, 8.1, 8.2, 8.3, 11.3)
LATE = (3.5, 6.0, 7.4, 7.6, 8.0, 8.2, 7.2, 7.0, 8.6, 9.0, 10.0, 17.5)
BUYING = (0.5, 1.0, 2.0, 4.0, 6.0, 7.0, 5.0, 4.0, 9.0, 14.0, 19.0, 28.5)


@dataclass(frozen=True)
class Line:
    """A line of the budget: who, what for, which rovat, millions of forints in BASE_YEAR, how it is spent.

    nature: run or change in the ledger's words, mostly not told. municipality: KSH code, where it is of one alone.
    """

    actor: str
    service: str
    account: str
    million: float
    months: tuple[float, ...] = LATE
    nature: str = ""
    municipality: str = ""


def plan_lines() -> list[Line]:
    """About ten thousand million forints a year, spread over the actors as their tasks suggest (made up)."""
    application = {"ADO": 1_790, "GAZD": 1_410, "IRAT": 455, "INGKAT": 88, "IPARKER": 64, "KERET": 610, "PORTAL": 240}
    lines = [
        Line("felugyelet", "", "K1101", 74, EVEN),
        Line("felugyelet", "", "K2", 10, EVEN),
        Line("felugyelet", "", "K336", 28),
        Line("menedzsment", "", "K1101", 905, EVEN),
        Line("menedzsment", "", "K1107", 46, EVEN),
        Line("menedzsment", "", "K2", 128, EVEN),
        Line("menedzsment", "", "K337", 210),
        Line("menedzsment", "", "K341", 21),
        Line("menedzsment", "", "K513", 150, (0,) * 12),
        Line("nisz", "", "K1101", 640, EVEN),
        Line("nisz", "", "K2", 88, EVEN),
    ]
    for name in APPLICATIONS:
        lines.append(Line(OPERATOR[name], name, "K321", application[name]))
        lines.append(Line(OPERATOR[name], name, "K351", round(application[name] * 0.27, 1)))
        lines.append(Line(OPERATOR[name], name, "K61", round(application[name] * 0.16, 1), BUYING))
    for name in SERVICES[len(APPLICATIONS) :]:
        lines.append(Line("nisz", name, "K321", 62))
        lines.append(Line("nisz", name, "K63", 31, BUYING))
    return [*lines, Line("nisz", "", "K67", 210, BUYING), Line("nisz", "", "K71", 34, BUYING)]


def special_lines(places: Sequence[str]) -> list[Line]:
    """Lines that a ledger has few of: of services and organisations that nobody knows, tagged ones, and lines of one
    municipality alone (KSH codes)."""
    return [
        Line("menedzsment", "Régi iratkezelő", "K337", 7, EVEN),
        Line("Megszűnt üzemeltető", "Üzenetközvetítő", "K321", 4),
        Line("menedzsment", "", "K336", 31, LATE, "fejlesztés"),
        Line("nisz", "", "K334", 19, EVEN, "működés"),
        *(Line("", "ADO", "K336", 3, LATE, "", place) for place in places),
    ]


def income_lines() -> list[Line]:
    """Operating transfers from the central budget, a little income of its own, funds taken over."""
    return [
        Line("menedzsment", "", "B16", 8_880, (8.4,) * 11 + (7.6,)),
        Line("menedzsment", "", "B402", 236, EVEN),
        Line("menedzsment", "PORTAL", "B403", 61, LATE),
        Line("menedzsment", "", "B411", 9, LATE),
        Line("menedzsment", "", "B65", 118, (0, 0, 25, 0, 0, 25, 0, 0, 25, 0, 0, 25)),
        Line("nisz", "", "B25", 820, BUYING),
    ]


def ledger(plan: Plan, lines: list[Line], topic: str) -> pd.DataFrame:
    """One row per line and month, from January of the plan's first year to its last month.

    Columns: line (number), month (first day), account, function, actor, service, nature, municipality, original,
    appropriated, committed, spent: increments of the month in whole forints.
    """
    rng = plan.rng("budget", topic)
    years = range(plan.first.year, plan.last.year + 1)
    parts = [_year(line, at, year, rng) for year in years for at, line in enumerate(lines, start=1)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["month"] <= pd.Timestamp(plan.months[-1])]
    return rows.sort_values(["month", "line"], ignore_index=True)


def _year(line: Line, number: int, year: int, rng: np.random.Generator) -> pd.DataFrame:
    original = round(line.million * MILLION * GROWTH ** (year - BASE_YEAR) / 1_000) * 1_000
    appropriated = np.zeros(12, dtype=np.int64)
    appropriated[0] = original
    for month, most in ((3, 0.03), (8, 0.05), (10, 0.02)):  # April, September, November
        appropriated[month] += round(original * rng.uniform(-0.2, 1) * most / 1_000) * 1_000
    if line.account == "K513":
        appropriated[8] -= original // 2  # reserves are spent on other lines
    total = int(appropriated.sum())
    weights = np.array(line.months) * rng.uniform(0.9, 1.1, 12)
    spent = _parts(round(total * rng.uniform(0.93, 0.99)), weights)
    return pd.DataFrame(
        {
            "line": number,
            "month": pd.to_datetime([date(year, month, 1) for month in range(1, 13)]),
            "account": line.account,
            "function": FUNCTION.get(line.service, IT_FUNCTION),
            "actor": line.actor,
            "service": line.service,
            "nature": line.nature,
            "municipality": line.municipality,
            "original": np.where(np.arange(12) == 0, original, 0),
            "appropriated": appropriated,
            "committed": _commitments(line, int(spent.sum()), spent),
            "spent": spent,
        }
    )


def _commitments(line: Line, total: int, spent: np.ndarray) -> np.ndarray:
    """Salaries are committed as they fall due, contracts when they are signed: mostly in January."""
    if line.account.startswith("B"):
        return np.zeros(12, dtype=np.int64)
    if line.months is EVEN:
        return spent
    early = (64, 4, 3, 7, 2, 4, 1, 1, 8, 3, 2, 1) if line.months is LATE else (8, 4, 6, 14, 12, 9, 4, 3, 16, 14, 7, 3)
    return _parts(total, np.array(early, dtype=float)) if total else spent


def _parts(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole forints by weight that add up to the total; nothing where there are no weights."""
    if weights.sum() == 0:
        return np.zeros(len(weights), dtype=np.int64)
    ends = np.round(np.cumsum(weights) / weights.sum() * total).astype(np.int64)
    return np.diff(ends, prepend=0)
