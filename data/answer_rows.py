"""A figure as plain rows, the way commands and files hand it out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd


def rows_of(values: pd.DataFrame, by: Sequence[str]) -> list[dict[str, Any]]:
    """One object per cell: the cuts, then numerator, denominator, n, value (None where undefined)."""
    records = values[[*by, "numerator", "denominator", "n", "value"]].to_dict("records")
    return [{str(key): _plain(value) for key, value in record.items()} for record in records]


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value
