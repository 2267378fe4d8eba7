"""Keys made of content, for rows to which their source gives none.

The same content gives the same key on any machine and with any version of the libraries, since a key that changed
would double its rows. A column that is missing or not mapped does not count, so mapping one more column that is empty
changes no key.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

_LANES = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))  # odd constants, one per 64 bits of the key
_SHIFT, _FIRST, _SECOND = np.uint64(31), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def content_keys(rows: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """32 hexadecimal digits per row, of those of its columns that have a value. Empty rows give no keys."""
    return keys_of(rows, columns)[0]


def keys_of(rows: pd.DataFrame, *sets: Iterable[str]) -> list[pd.Series]:
    """The content keys of several sets of columns, each column looked at once."""
    wanted = [set(columns) & set(rows.columns) for columns in sets]
    sums = [np.zeros((len(rows), 2), dtype=np.uint64) for _ in wanted]
    for name in sorted(set().union(*wanted)):
        part = _part(rows[name])
        for columns, total in zip(wanted, sums, strict=True):
            if name in columns:
                total += part
    return [_written(total, rows.index) for total in sums]


def _part(values: pd.Series) -> np.ndarray:
    """What a column adds to the two halves of each row's key; nothing where its value is missing."""
    numbers, seed = _numbers(values), _digests([str(values.name)])[0]
    for lane, factor in enumerate(_LANES):
        mixed = _mixed(numbers[:, lane] ^ seed[lane]) * factor
        numbers[:, lane] = _mixed(mixed + factor)
    numbers[values.isna().to_numpy(dtype=bool)] = 0
    return numbers


def _written(keys: np.ndarray, index: pd.Index) -> pd.Series:
    text = keys.astype(">u8").tobytes().hex()
    return pd.Series([text[at : at + 32] for at in range(0, len(text), 32)], index=index, dtype="str")


def _numbers(values: pd.Series) -> np.ndarray:
    """Two 64-bit numbers per value, the same for equal values."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        whole = values.to_numpy(dtype="datetime64[us]").view(np.uint64)
    elif pd.api.types.is_float_dtype(values.dtype):
        # Adding zero turns -0.0 into 0.0, which is equal to it.
        whole = (values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0).view(np.uint64)
    elif pd.api.types.is_numeric_dtype(values.dtype):
        whole = values.to_numpy(dtype=np.int64, na_value=0).view(np.uint64)
    else:
        codes, distinct = pd.factorize(values)
        return _digests([*distinct.tolist(), ""])[codes]
    return np.column_stack([whole, whole])


def _digests(texts: list[str]) -> np.ndarray:
    """Two 64-bit numbers per text."""
    joined = b"".join(hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts)
    return np.frombuffer(joined, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def _mixed(values: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser: every bit of a value changes about half the bits of the result."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> _SHIFT)
