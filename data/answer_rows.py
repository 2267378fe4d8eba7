"""A figure as plain rows, the way commands and files hand it out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from data.comparison.disclosure import WITHHELD


def rows_of(values: pd.DataFrame, by: Sequence[str]) -> list[dict[str, Any]]:
    """One object per cell: the cuts, then numerator, denominator, n, value (None where undefined).

    Of a cell that is withheld all four are None, and a key more says so: "withheld": true.
    """
    records = values[[*by, "numerator", "denominator", "n", "value"]].to_dict("records")
    rows = [{str(key): _plain(value) for key, value in record.items()} for record in records]
    for row, is_withheld in zip(rows, values.get(WITHHELD, ()), strict=False):
        if is_withheld:
            row[WITHHELD] = True
    return rows


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value
