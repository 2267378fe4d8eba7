"""Year-end forecast of performance, by kiemelt előirányzat, actor and in all, and how far past forecasts were off.

Cells (actor × kiemelt előirányzat) are forecast from past seasonal shares (projection.py); every other figure is the
sum of its cells, so that all levels agree to the forint. Without a past whole year there is no forecast: a straight
line is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.cost.books import MONTHS, Books, books
from data.cost.projection import LEVEL, Past, Projection, project
from data.metrics.budget_lines import AMOUNTS
from data.selection import Selection

ID, CODE, PROCESS = "forecast_error_rate", "BU03", "financial_management"
NAME = {"hu": "Előrejelzés hibája", "en": "Forecast error"}
DEFINITION = {
    "hu": "Az éves teljesítés előrejelzésének eltérése a tényleges éves teljesítéstől, a tényleges teljesítéshez "
    "viszonyítva, visszamérve: minden lezárt évre az, amit az adott hónap végén az azt megelőző évekből "
    "előre lehetett volna jelezni.",
    "en": "Distance of the forecast of the year's performance from the actual one, over the actual one, by "
    "backtest: for each whole year what would have been forecast at the end of the month from the years before it.",
}
FORMULA = "|actual − forecast| ÷ actual"
TARGET = 0.05
LEVELS = ("all", "account_group", "actor", "cell")
COLUMNS = [
    "level", "actor", "account_group", *AMOUNTS, "forecast_huf", "low_huf", "high_huf", "way", "error_rate",
    "error_years",
]  # fmt: skip
TRIED = [
    "year", "month", "level", "actor", "account_group", "actual_huf", "forecast_huf", "low_huf", "high_huf",
    "error_rate", "is_left_out",
]  # fmt: skip


@dataclass(frozen=True)
class Forecast:
    """year, through, past: as in Books. frame: a row per level and member, COLUMNS: amounts of the year so far;
    forecast and interval (Int64, null where unknown); way of a cell (projection.Way); error_rate: mean BU03 of
    error_years past years at the same month. tried: the backtest, a row per past year, month and member, TRIED;
    is_left_out: from the other years, a later one among them, since there was none before."""

    year: int | None
    through: int
    past: tuple[int, ...]
    frame: pd.DataFrame
    tried: pd.DataFrame
    level: float = LEVEL

    @property
    def is_made(self) -> bool:
        """Whether there is a forecast."""
        return bool(self.past) and self.through > 0


def forecast(connection: Connection, selection: Selection) -> Forecast:
    """The forecast for the fiscal year that the selection's period ends in, as known by its end."""
    return forecast_of(books(connection, selection))


def forecast_of(known: Books, *, is_tried: bool = True) -> Forecast:
    """The forecast from books. is_tried: with its backtest. Pure."""
    tried = backtest(known) if is_tried else _tried([])
    amounts = np.stack([known.so_far(name) for name in AMOUNTS]) if known.year else np.zeros((len(AMOUNTS), 0), int)
    spent, plan = amounts[AMOUNTS.index("spent_huf")], amounts[AMOUNTS.index("appropriated_huf")]
    made = _project(known, known.past, known.through, spent, plan) if known.past and known.through else None
    rows = []
    for level, actor, group, of in members(known.cells):
        row: dict[str, object] = {"level": level, "actor": actor, "account_group": group}
        row |= {name: int(amount[of].sum()) for name, amount in zip(AMOUNTS, amounts, strict=True)}
        rows.append(row | _told(made, spent, of, level) | _missed(tried, level, actor, group, known.through))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    whole = ["forecast_huf", "low_huf", "high_huf"]
    return Forecast(known.year, known.through, known.past, frame.astype(dict.fromkeys(whole, "Int64")), tried)


def backtest(known: Books) -> pd.DataFrame:
    """What would have been forecast for each past year at the end of each month but the last, and how far it was off:
    TRIED. From the years before it; where there is none, from the others; nothing where there is one year alone."""
    rows = []
    for year in known.past:
        before = tuple(one for one in known.past if one < year)
        used = before or tuple(one for one in known.past if one != year)
        if not used:
            continue
        spent, plan = (known.cube(name, [year])[:, 0, :] for name in ("spent_huf", "appropriated_huf"))
        actual = spent.sum(axis=1)
        for month in range(1, MONTHS):
            so_far = spent[:, :month].sum(axis=1)
            made = _project(known, used, month, so_far, plan[:, :month].sum(axis=1))
            for level, actor, group, of in members(known.cells):
                if level == "cell":
                    continue
                told, came = _told(made, so_far, of, level), int(actual[of].sum())
                rows.append(
                    {"year": year, "month": month, "level": level, "actor": actor, "account_group": group,
                     "actual_huf": came, "forecast_huf": told["forecast_huf"], "low_huf": told["low_huf"],
                     "high_huf": told["high_huf"], "error_rate": error_rate(came, told["forecast_huf"]),
                     "is_left_out": not before}
                )  # fmt: skip
    return _tried(rows)


def _tried(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=TRIED).astype({"error_rate": "float64"})


def error_rate(actual: int, forecast: int) -> float | None:
    """BU03; None where nothing was spent."""
    return abs(actual - forecast) / actual if actual > 0 else None


def members(cells: pd.DataFrame) -> Iterator[tuple[str, str | None, str | None, np.ndarray]]:
    """Level, actor, kiemelt előirányzat and mask of its cells: the whole, then the members of each level."""
    if cells.empty:
        return
    yield "all", None, None, np.ones(len(cells), dtype=bool)
    for group in sorted(cells["account_group"].unique()):
        yield "account_group", None, str(group), cells["account_group"].eq(group).to_numpy()
    for actor in sorted(cells["actor"].unique()):
        yield "actor", str(actor), None, cells["actor"].eq(actor).to_numpy()
    for place, row in enumerate(cells.itertuples(index=False)):
        yield "cell", str(row.actor), str(row.account_group), np.arange(len(cells)) == place


def past_of(known: Books, years: Sequence[int], month: int) -> Past:
    """Past years at a month."""
    spent, plan = known.cube("spent_huf", years), known.cube("appropriated_huf", years)
    return Past(spent[:, :, :month].sum(axis=2), spent[:, :, month:].sum(axis=2), plan[:, :, :month].sum(axis=2))


def _project(known: Books, years: Sequence[int], month: int, spent: np.ndarray, plan: np.ndarray) -> Projection:
    groups = known.cells["account_group"].to_numpy(dtype=str)
    return project(past_of(known, years, month), spent, plan, groups)


def _told(made: Projection | None, spent: np.ndarray, of: np.ndarray, level: str) -> dict[str, Any]:
    if made is None:
        return {"forecast_huf": None, "low_huf": None, "high_huf": None, "way": None}
    low, high = made.interval(spent, of)
    way = str(made.way[of][0]) if level == "cell" else None
    return {"forecast_huf": int((spent + made.rest)[of].sum()), "low_huf": low, "high_huf": high, "way": way}


def _missed(tried: pd.DataFrame, level: str, actor: str | None, group: str | None, month: int) -> dict[str, object]:
    """Mean past error of a member at the month, and of how many years."""
    of = tried[(tried["level"] == level) & (tried["month"] == month)]
    of = of[(of["actor"] == actor) if actor else of["actor"].isna()]
    of = of[(of["account_group"] == group) if group else of["account_group"].isna()]
    errors = of["error_rate"].dropna()
    return {"error_rate": float(errors.mean()) if len(errors) else None, "error_years": len(errors)}


def path_of(known: Books, made: Forecast) -> pd.DataFrame:
    """Performance of the year added up, month by month: month (1 to 12), spent_huf (to the last month booked),
    forecast_huf (from it on, by the months of past years; the last is the forecast). Int64, null elsewhere."""
    spent = known.cube("spent_huf", [known.year or 0])[:, 0, :].sum(axis=0).cumsum()
    booked = [int(spent[month]) if month < known.through else None for month in range(MONTHS)]
    ahead: list[int | None] = [None] * MONTHS
    if made.is_made:
        now, end = int(spent[known.through - 1]), int(made.frame["forecast_huf"].iloc[0])
        later = known.cube("spent_huf", known.past).sum(axis=(0, 1))[known.through :].cumsum()
        ahead[known.through - 1] = now
        for place, so_far in enumerate(later):
            share = so_far / later[-1] if later[-1] else (place + 1) / len(later)
            ahead[known.through + place] = end if place == len(later) - 1 else now + round((end - now) * share)
    frame = pd.DataFrame({"month": range(1, MONTHS + 1), "spent_huf": booked, "forecast_huf": ahead})
    return frame.astype({"spent_huf": "Int64", "forecast_huf": "Int64"})
