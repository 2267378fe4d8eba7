"""Amounts in the prices of one year, by the consumer price index; years without an index stay as they are, marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import pandas as pd
from sqlalchemy import Connection, select

from data.errors import AspError
from data.kept import kept
from data.schema import price_index


class NoPriceIndex(AspError):
    """There is no way from a year's prices to those of the year asked for."""


@dataclass(frozen=True)
class Prices:
    """Indices by year (previous year = 100), the year whose prices amounts are told in, where the indices are from."""

    indices: Mapping[int, float]
    base: int | None
    sources: tuple[str, ...] = ()

    def factor(self, year: int) -> float | None:
        """What an amount of a year is multiplied by; None where an index on the way, or the year's own, is missing."""
        if self.base is None or year not in self.indices:
            return None
        low, high = sorted((year, self.base))
        steps = [self.indices.get(one) for one in range(low + 1, high + 1)]
        if any(one is None for one in steps):
            return None
        whole = prod(one / 100 for one in steps if one is not None)
        return whole if year <= self.base else 1 / whole


def prices(connection: Connection, base: int | None = None) -> Prices:
    """The prices of a year, by default of the latest with an index. Raises NoPriceIndex for a base without one."""
    return kept(connection, ("prices", base), lambda: _prices(connection, base))


def _prices(connection: Connection, base: int | None) -> Prices:
    rows = connection.execute(select(price_index).order_by(price_index.c.year)).mappings().all()
    indices = {row["year"]: row["index"] for row in rows if row["index"] is not None}
    if base is not None and base not in indices:
        raise NoPriceIndex(f"There is no price index of {base}; `asp-data reference import price_index FILE` adds one.")
    return Prices(indices, base or max(indices, default=None), tuple(dict.fromkeys(row["source"] for row in rows)))


def constant(
    frame: pd.DataFrame, found: Prices, over: str, amounts: tuple[str, ...] = ("numerator", "value")
) -> pd.DataFrame:
    """The frame with amounts in the prices of found.base, and is_nominal: True where the year has no index.

    over: the column that tells the period, as measure() writes it (2025-01, 2025-Q1, 2025). Amounts are no longer
    whole. Rows that are nominal keep their amounts.
    """
    years = frame[over].astype(str).str[:4].astype(int)
    factors = years.map({year: found.factor(year) for year in set(years)}).astype("float64")
    scaled = {name: frame[name].astype("float64") * factors.fillna(1.0) for name in amounts}
    return frame.assign(**scaled, is_nominal=factors.isna())
