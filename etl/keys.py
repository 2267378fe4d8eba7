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
    lanes = np.zeros((len(rows), 2), dtype=np.uint64)
    for name in sorted(set(columns) & set(rows.columns)):
        present = rows[name].notna().to_numpy(dtype=bool)
        values, seed = _numbers(rows[name]), _digest(name)
        for lane, factor in enumerate(_LANES):
            mixed = _mixed(values[:, lane] ^ seed[lane]) * factor
            lanes[:, lane] += np.where(present, _mixed(mixed + factor), np.uint64(0))
    text = lanes.astype(">u8").tobytes().hex()
    return pd.Series([text[at : at + 32] for at in range(0, len(text), 32)], index=rows.index, dtype="str")


def _numbers(values: pd.Series) -> np.ndarray:
    """Two 64-bit numbers per value, the same for equal values."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        whole = values.to_numpy(dtype="datetime64[us]").view(np.uint64)
    elif pd.api.types.is_float_dtype(values.dtype):
        # Adding zero turns -0.0 into 0.0, which is equal to it.
        whole = (values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0).view(np.uint64)
    elif pd.api.types.is_numeric_dtype(values.dtype):
        whole = values.fillna(0).to_numpy(dtype=np.int64).view(np.uint64)
    else:
        codes, distinct = pd.factorize(values)
        digests = [_digest(str(value)) for value in distinct]
        return np.array([*digests, (0, 0)], dtype=np.uint64)[codes]
    return np.column_stack([whole, whole])


def _digest(text: str) -> tuple[np.uint64, np.uint64]:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    first, second = np.frombuffer(digest, dtype=">u8")
    return np.uint64(first), np.uint64(second)


def _mixed(values: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser: every bit of a value changes about half the bits of the result."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> _SHIFT)
