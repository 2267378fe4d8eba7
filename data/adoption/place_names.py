"""Names of municipalities and typed texts, made ready to be compared: without spaces, with accents and without."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.reference.capital import district_of, names_of
from data.reference.names import fold_accents, words

GENERIC: tuple[str, ...] = ("megye", "megyei", "vármegye", "vármegyei", "járás", "járási", "kerület")
LONG_TO_SHORT = str.maketrans("őű", "öü")
RANKS = {"code": 0, "exact": 0, "accents": 1, "named": 1, "begins": 2, "code_begins": 2, "holds": 3, "alike": 4}
WHOLE = ("code", "exact", "accents", "named")


@dataclass(frozen=True)
class Place:
    """A municipality as it is searched: its names without spaces, and the words that may follow one."""

    row: int
    code: str
    names: tuple[str, ...]
    further: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(map(fold_accents, self.names))


def place_of(row: int, record: Mapping[Any, Any]) -> Place:
    """Spaces and hyphens are left out of names: Hódmező vásárhely and Hódmező-vásárhely are found too."""
    own = words(str(record["name"]))
    names = ["".join(own)]
    if record["kind"] == "county":
        names += [f"{''.join(own[:-1])}{word}" for word in GENERIC[:4]]
    if record["kind"] == "district_of_capital" and isinstance(number := district_of(own), int):
        names += ["".join(words(name)) for name in names_of(number)]
    about = [str(record[name]) for name in ("county", "district") if isinstance(record[name], str)]
    further = tuple(word for text in about for word in words(text))
    return Place(row, str(record["municipality_id"]), tuple(dict.fromkeys(names)), further)


@dataclass(frozen=True)
class Split:
    """A text read as a name without spaces and what stands after it."""

    name: str
    folded: str
    further: tuple[str, ...]


def splits_of(text: str) -> list[Split]:
    """Every such reading, the longest name first."""
    parts = words(text)
    names = [("".join(parts[:at]), parts[at:]) for at in range(len(parts), 0, -1)]
    return [Split(name, fold_accents(name), further) for name, further in names]


def best_split(splits: list[Split], place: Place) -> tuple[str, Split] | None:
    """The reading that fits the names of a place best; None where none does."""
    best: tuple[str, Split] | None = None
    for split in splits:
        for own, plain in zip(place.names, place.folded, strict=True):
            if split.folded not in plain:
                continue
            how = _fit(split, own, plain)
            if how and (best is None or RANKS[how] < RANKS[best[0]]) and follows(split.further, place):
                best = how, split
    return best


def _fit(split: Split, own: str, plain: str) -> str | None:
    name = split.name
    if len(name) == len(own):
        return "exact" if name == own else ("accents" if _respects(name, own) else None)
    at = plain.find(split.folded)
    while at >= 0:
        if _respects(name, own[at : at + len(name)]):
            return "begins" if at == 0 else "holds"
        at = plain.find(split.folded, at + 1)
    return None


def follows(parts: tuple[str, ...], place: Place, fold: bool = False) -> bool:
    """Whether the words after a name are of its county or district, or begin them; never "megye" alone."""
    if not parts:
        return True
    known, generic = place.further, GENERIC
    if fold:
        known, generic = tuple(map(fold_accents, known)), tuple(map(fold_accents, generic))
    return _begins_one(parts[0], known) and all(_begins_one(part, (*known, *generic)) for part in parts[1:])


def _begins_one(part: str, known: Iterable[str]) -> bool:
    return any(len(part) <= len(word) and _respects(part, word[: len(part)]) for word in known)


def _respects(typed: str, name: str) -> bool:
    """Whether the text is the name, or has lost accents (ő may be ö); it has none that the name lacks."""
    return all(
        given in (letter, fold_accents(letter)) for given, letter in zip(shortened(typed), shortened(name), strict=True)
    )


def shortened(text: str) -> str:
    return text.translate(LONG_TO_SHORT)
