"""Ids of the parts of cards, by which the shell's callbacks find them."""

from typing import Any

VIEW = "shell-view"
"""Store of what every card depends on: {"search", "theme", "language", "narrow", "snapshot", "path"}."""


def part(name: str, card: Any) -> dict[str, Any]:
    """Id of a part of a card; card may be MATCH or ALL."""
    return {"part": name, "card": card}
