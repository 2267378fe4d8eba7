"""Series as measure() writes them, for control charts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def months(count: int, first_year: int = 2016, first_month: int = 4) -> list[str]:
    places = range(first_year * 12 + first_month - 1, first_year * 12 + first_month - 1 + count)
    return [f"{place // 12}-{place % 12 + 1:02d}" for place in places]


def of_values(values: Sequence[float | None], first_year: int = 2016, first_month: int = 4) -> pd.DataFrame:
    """Individual values by month; None is a gap."""
    column = np.array([np.nan if value is None else value for value in values], dtype=float)
    periods = months(len(column), first_year, first_month)
    return pd.DataFrame({"period": periods, "numerator": column, "denominator": 1, "n": 1, "value": column})


def of_counts(
    numerators: Sequence[float], denominators: Sequence[float], first_year: int = 2016, first_month: int = 4
) -> pd.DataFrame:
    """Proportions or rates by month; a denominator of 0 has no value."""
    above, below = np.array(numerators, dtype=float), np.array(denominators, dtype=float)
    value = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    periods = months(len(below), first_year, first_month)
    return pd.DataFrame({"period": periods, "numerator": above, "denominator": below, "n": below, "value": value})
