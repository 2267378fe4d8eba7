"""Known keys that look like one that is not known: a letter off, other capitals, zeros lost."""

import difflib
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Table, func, select

SHOWN = 5
LOOKED_AT = 200  # keys compared letter by letter; the database picks them
SHORTEST = 2  # letters that say anything


def near_keys(connection: Connection, fact: Table, column: str, key: str) -> list[dict[str, str]]:
    """Up to five keys (system, key), the most alike first: of those that contain it, or begin as it does."""
    found: dict[tuple[str, str], None] = {}
    for condition in _conditions(fact.c[column], key.strip()):
        query = select(fact.c.source, fact.c[column]).where(condition, fact.c.superseded_run.is_(None)).distinct()
        rows = connection.execute(query.order_by(fact.c[column]).limit(LOOKED_AT)).all()
        found |= {(row[0], row[1]): None for row in rows}
        if len(found) >= SHOWN:
            break
    ranked = sorted(found, key=lambda place: (-_likeness(key, place[1]), place))
    return [{"system": system, "key": known} for system, known in ranked[:SHOWN]]


def _conditions(column: ColumnElement[str], key: str) -> Iterator[ColumnElement[bool]]:
    """From what is most alike to what is least; each is one pass of the database over the keys."""
    if not key:
        return
    bare = key.lstrip("0") or key
    folded = func.lower(column)
    yield folded.contains(bare.lower(), autoescape=True) if len(bare) >= SHORTEST else folded == key.lower()
    for length in dict.fromkeys((len(key) - 1, len(key) - 2, len(key) * 2 // 3, len(key) // 2)):
        if length >= SHORTEST:
            yield folded.startswith(key[:length].lower(), autoescape=True)


def _likeness(key: str, known: str) -> float:
    return difflib.SequenceMatcher(None, key.lower(), known.lower()).ratio()
