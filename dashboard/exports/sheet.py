"""What is exported of a card: its rows with plain values, and what a reader needs to trust them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

# A spreadsheet runs a cell that begins so as a formula (OWASP: CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """title; rows (headings and labels in the reader's language, plain numbers); about: term and text, in order.

    name: file name without ending. formats: Excel number format of a column, by its heading.
    """

    title: str
    rows: pd.DataFrame
    about: Mapping[str, str]
    name: str
    formats: Mapping[str, str]


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run is quoted, so that it stays text; numbers are as they are."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def harmless_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with harmless text cells and headings."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(harmless, na_action="ignore")
    return safe.rename(columns=harmless)
