"""Which level a file is of, and which of its properties names the areas: found by the codes that stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.boundaries.topojson import Feature
from data.errors import AspError

USUAL_KEYS = ("code", "ksh", "ksh_code", "ksh_kod", "kod", "municipality_id", "telepules_kod", "torzsszam", "jaras_kod",
              "district_code", "megye", "megye_kod", "county", "id")  # fmt: skip
"""Properties that are tried first, in this order; then any other."""
CAPITAL = "Budapest"
OTHER_NAMES = {"főváros": CAPITAL, "fővaros": CAPITAL, "budapest főváros": CAPITAL, "csongrád": "Csongrád-Csanád"}
ENDINGS = (" vármegye", " megye", " járás", " varmegye")
DIGITS = {"municipality": 5, "district": 3, "county": 2}
LEAST, LEAST_AREAS = 0.5, 10
"""Share of a file's areas that a property must name for it to be taken for the key; and how many, if it is not a usual
or a given one: an area in hectares may look like a code."""


@dataclass(frozen=True)
class Known:
    """Codes of a level, and what else they may be called in a file: other spelling -> code."""

    level: str
    codes: frozenset[str]
    also: Mapping[str, str]

    def code(self, value: Any) -> str | None:
        """The code that a value of a file names; None where it names none."""
        text = str(value).strip() if value is not None else ""
        text = text.removesuffix(".0")
        if text.isdecimal() and text.zfill(DIGITS[self.level]) in self.codes:
            return text.zfill(DIGITS[self.level])
        if text in self.codes:
            return text
        plain = text.lower()
        for ending in ENDINGS:
            plain = plain.removesuffix(ending)
        return self.also.get(plain) or self.also.get(plain.zfill(DIGITS[self.level]))


@dataclass(frozen=True)
class Match:
    """A level, the property that names its areas, and the features of the file that it is about."""

    known: Known
    key: str
    features: Sequence[Feature]


def match(features: Sequence[Feature], known: Mapping[str, Known], level: str | None, key: str | None) -> Match:
    """The finest level that most areas of the file (or of one of its objects) are named at.

    level, key: what the user says instead. Raises AspError with the properties that there are.
    """
    found = [
        (share, Match(known[one], name, group))
        for one in ([level] if level else list(known))
        for group in _groups(features)
        for name in ([key] if key else _keys(group))
        if (share := _share(group, name, known[one])) >= LEAST
        and (key or name.lower() in USUAL_KEYS or share * len(group) >= LEAST_AREAS)
    ]
    if found:
        # Of one level the key that names most; the first of them where several do.
        finest = found[0][1].known.level
        return max((one for one in found if one[1].known.level == finest), key=lambda one: one[0])[1]
    said = ", ".join(_keys(features)) or "none"
    asked = f"--key {key}" if key else "any property"
    raise AspError(
        f"{asked} names less than half of the {len(features)} areas by {' or '.join(WANTED[one] for one in known)}. "
        f"Properties in the file: {said}. Name one with --key, the level with --layer."
        if not level
        else f"{asked} names less than half of the {len(features)} areas by {WANTED[level]}. "
        f"Properties in the file: {said}."
    )


WANTED = {"municipality": "KSH code", "district": "district code", "county": "county"}


def _groups(features: Sequence[Feature]) -> list[list[Feature]]:
    """Features by the object of TopoJSON that they stand in."""
    groups: dict[str, list[Feature]] = {}
    for one in features:
        groups.setdefault(one.layer, []).append(one)
    return list(groups.values())


def _keys(features: Sequence[Feature]) -> list[str]:
    names = list(dict.fromkeys(name for one in features[:50] for name in one.properties))
    usual = [name for wanted in USUAL_KEYS for name in names if name.lower() == wanted]
    return [*usual, *(name for name in names if name not in usual)]


def _share(features: Sequence[Feature], key: str, known: Known) -> float:
    """Share of the areas that a property names, each code counted once: one that all have in common names none."""
    codes = {known.code(one.properties.get(key)) for one in features} - {None}
    return len(codes) / len(features)
