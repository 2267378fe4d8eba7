"""Which columns a live source delivers and of what type, so that a change there is named and not swallowed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MOST_COLUMNS = 500
DEEPEST = 3  # dots of a column's path
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "flag"),
    ((int, float, Decimal), "number"),
    ((datetime, date), "time"),
    (str, "text"),
    (list, "list"),
    (dict, "object"),
)

Shape = dict[str, dict[str, Any]]
"""column -> kinds (sorted names of the types its values had) and always (whether every record had it)"""


def shape_of(records: Sequence[Mapping[str, Any]]) -> Shape:
    """The columns of the records. No records have no columns."""
    kinds: dict[str, set[str]] = {}
    times: dict[str, int] = {}
    for record in records:
        for column, kind in _leaves(record, "", 0):
            if column not in kinds and len(kinds) >= MOST_COLUMNS:
                continue
            kinds.setdefault(column, set())
            times[column] = times.get(column, 0) + 1
            if kind:
                kinds[column].add(kind)
    return {
        column: {"kinds": sorted(found), "always": times[column] == len(records)} for column, found in kinds.items()
    }


def both(known: Shape, found: Shape) -> Shape:
    """What is known after more records; nothing found leaves what was known."""
    if not found or not known:
        return found or known
    return {
        column: {
            "kinds": sorted({*known.get(column, _NONE)["kinds"], *found.get(column, _NONE)["kinds"]}),
            "always": bool(known.get(column, _NONE)["always"] and found.get(column, _NONE)["always"]),
        }
        for column in sorted({*known, *found})
    }


def changes(known: Shape, found: Shape) -> list[str]:
    """What is different from before, in words; nothing when there was no before, or no records now."""
    if not known or not found:
        return []
    # A mapped place deep in a list is known without a type: that it is there is no change.
    new = [column for column, told in found.items() if column not in known and (told["kinds"] or told["always"])]
    lost = [column for column, told in known.items() if told["always"] and column not in found]
    other = [
        f"'{column}' is {_listed(found[column]['kinds'])}, was {_listed(told['kinds'])}"
        for column, told in known.items()
        if column in found and told["kinds"] and set(found[column]["kinds"]) - set(told["kinds"])
    ]
    said = [("new", new), ("gone", lost)]
    return [f"columns {word}: {_quoted(columns)}" for word, columns in said if columns] + other


_NONE: dict[str, Any] = {"kinds": [], "always": False}


def _leaves(value: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, str | None]]:
    for key, own in value.items():
        column = f"{path}{key}"
        if isinstance(own, dict) and own and depth < DEEPEST:
            yield from _leaves(own, f"{column}.", depth + 1)
        else:
            yield column, _kind(own)


def _kind(value: Any) -> str | None:
    return next((name for types, name in _KINDS if isinstance(value, types)), None)


def _listed(kinds: Iterable[str]) -> str:
    return " or ".join(kinds)


def _quoted(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - 10} more" if len(columns) > 10 else ""
    return ", ".join(f"'{column}'" for column in sorted(columns)[:10]) + more
