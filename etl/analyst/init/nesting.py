"""Nested JSON as dotted paths, the way a source's columns name them."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 4
MOST_KEYS = 500


def flat(item: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Path -> value of an object; lists are values as they are, objects are gone into."""
    found: dict[str, Any] = {}
    for key, value in item.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and path.count(".") < DEEPEST:
            found |= flat(value, f"{path}.")
        else:
            found[path] = value
        if len(found) > MOST_KEYS:
            break
    return found


def lists_in(document: Any, prefix: str = "") -> dict[str, list[dict[str, Any]]]:
    """Path ("" is the top) -> list of objects, wherever one stands in a document."""
    if isinstance(document, list):
        items = [item for item in document if isinstance(item, dict)]
        return {prefix.removesuffix("."): items} if items else {}
    found: dict[str, list[dict[str, Any]]] = {}
    if isinstance(document, Mapping) and prefix.count(".") < DEEPEST:
        for key, value in document.items():
            found |= lists_in(value, f"{prefix}{key}.")
    return found
