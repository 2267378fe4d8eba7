"""Keys of people replaced by keyed hashes before anything else sees them."""

import hmac
import re
from collections.abc import Callable

import pyarrow as pa

MARK = "hmac:"
"""Stands before a hash in raw rows, so that a corrected row that is read again is not hashed twice."""

_HASHED = re.compile(rf"{MARK}[0-9a-f]{{32}}")


def hashed(texts: pa.Array, key: bytes) -> pa.Array:
    """Each text as MARK and the first 32 hexadecimal digits of its HMAC-SHA256; null and hashes stay as they are."""
    return pa.array([None if text is None else _hash(text, key) for text in texts.to_pylist()], pa.string())


def _hash(text: str, key: bytes) -> str:
    return text if _HASHED.fullmatch(text) else MARK + hmac.digest(key, text.encode(), "sha256").hex()[:32]


def unmarked(text: str) -> str:
    """The hash alone."""
    return text.removeprefix(MARK) if _HASHED.fullmatch(text) else text


def on_texts(texts: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Each text changed; null stays null."""
    return pa.array([None if text is None else change(text) for text in texts.to_pylist()], pa.string())
