"""Columns of codes, numbers and times as the text that exports hold; whole columns at a time."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def labels(names: Sequence[str], codes: pd.Series | np.ndarray) -> pa.Array:
    """A text per code; a negative code gives an empty cell."""
    at = np.asarray(codes, dtype=np.int64)
    return pa.array(names, pa.string()).take(pa.array(np.maximum(at, 0), mask=at < 0))


def numbers(values: pd.Series) -> pa.Array:
    """Digits; zero is an empty cell."""
    whole = values.to_numpy().astype(np.int64)
    return pa.array(whole, mask=whole == 0).cast(pa.string())


def iso_times(values: pd.Series) -> pa.Array:
    """2026-03-31 08:15"""
    return pc.utf8_slice_codeunits(pa.array(values, from_pandas=True).cast(pa.string()), 0, 16)


def dotted_times(values: pd.Series) -> pa.Array:
    """2026.03.31 08:15"""
    return pc.replace_substring(iso_times(values), "-", ".")


def ticket_ids(values: pd.Series) -> pa.Array:
    padded = pc.utf8_lpad(pa.array(values.to_numpy()).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise("HB", padded, "")


def links(values: pd.Series) -> pa.Array:
    return pa.array(values.to_numpy(), pa.string(), mask=(values == "").to_numpy())


def flags(values: pd.Series, yes: str, no: str) -> pa.Array:
    return labels((no, yes), values.to_numpy().astype(int))
