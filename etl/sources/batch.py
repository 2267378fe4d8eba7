"""What reading an input gives: rows mapped to canonical fields, beside the rows that could not be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class TornRow:
    """A row that could not be split into columns. Holds no values: shifted columns may be personal data."""

    line: int
    reason: str


@dataclass(frozen=True)
class Batch:
    """A run of rows of one input, mapped to canonical fields and parsed.

    rows: RangeIndex, one column per canonical field that the source maps: text `str`, `_at` and `_on` datetime64[us]
    (`_at` naive UTC, `_on` midnight), whole numbers and forints Int64, numbers Float64, flags boolean; missing is null.
    lines: int64, line of the input per row (1 is the first; of a JSON document with json_path, the item's number).
    raw: the mapped columns as delivered, text, aligned with rows; values of people are keyed hashes ("hmac:...").
    problems: columns row (int position in rows) and reason (str): values that cannot be read; any number per row.
    torn: rows of the input that are in none of the above.
    headings: field -> the column that it is delivered in, where that has another name; reasons name both.
    """

    rows: pd.DataFrame
    lines: np.ndarray
    raw: pd.DataFrame
    problems: pd.DataFrame
    torn: list[TornRow]
    headings: Mapping[str, str] = field(default_factory=dict)
