"""Docs generated from the code."""

from pathlib import Path


def write_docs(folder: Path) -> list[Path]:
    """Written by the catalogue's owner."""
    return []
