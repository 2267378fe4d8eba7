"""Whole-column steps that the jobs share: nothing here looks at one row at a time."""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd


def column(rows: pd.DataFrame, name: str, dtype: Literal["str", "Int64", "boolean"]) -> pd.Series:
    """A column of rows, or as many missing values where the source does not map it."""
    if name in rows:
        return rows[name]
    return pd.Series(pd.array([None] * len(rows), dtype=dtype), index=rows.index)


def texts(rows: pd.DataFrame, name: str) -> pd.Series:
    """A text column, all missing where the source does not map it."""
    return column(rows, name, "str")


def times(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column of times or days, all missing where the source does not map it."""
    if name in rows:
        return rows[name]
    return pd.Series(np.full(len(rows), np.datetime64("NaT", "us")), index=rows.index)


def each(values: pd.Series, give: Callable[[str], object], missing: object = None) -> pd.Series:
    """give(value) for every row, called once per distinct value; missing values become `missing`.

    The result is categorical: its values are few, and stored once.
    """
    codes, distinct = pd.factorize(values)
    found = [*(give(str(value)) for value in distinct), missing]
    kinds, positions = _distinct(found)
    return pd.Series(pd.Categorical.from_codes(positions[codes], kinds), index=values.index)


def looked_up(values: pd.Series, table: Mapping[str, str], unknown: str | None, missing: str | None) -> pd.Series:
    """table[value] for every row; `unknown` where the table lacks it, `missing` where there is no value."""
    return each(values, lambda value: table.get(value, unknown), missing)


def constant(value: str, index: pd.Index) -> pd.Series:
    """The same text on every row, stored once."""
    return pd.Series(
        pd.Categorical.from_codes(np.zeros(len(index), dtype=np.int8), pd.Index([value], dtype="str")), index
    )


def folded(values: pd.Series, fold: Callable[[str], str]) -> pd.Series:
    """Codes brought to one spelling, as text. Sources that spell them right cost nothing."""
    if all(fold(value) == value for value in values.dropna().unique()):
        return values
    return each(values, fold).astype("str")


def _distinct(found: list[object]) -> tuple[pd.Index, np.ndarray]:
    """The different values that are there, and the position of each; -1 where a value is missing."""
    kinds = list(dict.fromkeys(value for value in found if value is not None))
    place = {value: number for number, value in enumerate(kinds)}
    return pd.Index(kinds, dtype="str"), np.array([-1 if v is None else place[v] for v in found], dtype=np.int32)


def as_codes(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Position of each value among the distinct ones (-1 where missing), and the distinct ones."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int64), values.cat.categories
    codes, distinct = pd.factorize(values)
    return codes.astype(np.int64), pd.Index(distinct)
