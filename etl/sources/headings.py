"""Which column of an input stands where."""

import unicodedata
from collections.abc import Sequence

from etl.config import Heading as Heading
from etl.config import Source, did_you_mean
from etl.sources.errors import UnreadableInput

_SHOWN = 40


def key_of(heading: Heading) -> str:
    """The name of a column inside the ETL: its heading, or # and its position."""
    return f"#{heading}" if isinstance(heading, int) else _tidy(heading)


def positions(found: Sequence[str], source: Source, name: str, line: int | None = None) -> dict[str, int]:
    """Key of each column that the source reads -> its place (0 is the first).

    Raises UnreadableInput listing the missing columns, the ones found, and those that stand twice.
    """
    tidy = [_tidy(heading) for heading in found]
    places = {key_of(heading): _place(heading, tidy) for heading in _wanted(source)}
    missing = [key for key, at in places.items() if at is None and key not in _optional(source)]
    if missing:
        raise UnreadableInput(name, _absent(missing, tidy), "Correct the export, or the fields of the source.", line)
    _refuse_twice(places, tidy, name, line)
    return {key: at for key, at in places.items() if at is not None}


def score(found: Sequence[str], source: Source) -> int:
    """How many of the columns that the source reads are among the headings found."""
    tidy = [_tidy(heading) for heading in found]
    return sum(_place(heading, tidy) is not None for heading in _wanted(source))


def _wanted(source: Source) -> list[Heading]:
    if source.unpivot:
        return list(source.unpivot.id)
    own = (*source.headings, *source.optional_headings, *source.expect)
    return [heading for heading in dict.fromkeys(own) if heading not in INPUT_COLUMNS]


INPUT_COLUMNS = ("_file", "_member", "_sheet")
"""Columns that every input has: the names of its file, archive member and sheet."""


def _optional(source: Source) -> set[str]:
    return {key_of(heading) for heading in source.optional_headings if heading not in source.expect}


def _place(heading: Heading, tidy: list[str]) -> int | None:
    if isinstance(heading, int):
        return heading - 1 if 0 < heading <= len(tidy) else None
    wanted = _tidy(heading)
    if wanted in tidy:
        return tidy.index(wanted)
    same = [at for at, other in enumerate(tidy) if other.casefold() == wanted.casefold()]
    return same[0] if len(same) == 1 else None


def _refuse_twice(places: dict[str, int | None], tidy: list[str], name: str, line: int | None) -> None:
    twice = [
        key for key, at in places.items() if at is not None and not key.startswith("#") and tidy.count(tidy[at]) > 1
    ]
    if twice:
        at = [str(place + 1) for place, heading in enumerate(tidy) if heading == twice[0]]
        advice = f"Name it by its position instead: column = {at[0]}."
        raise UnreadableInput(name, f"the heading '{twice[0]}' stands over columns {' and '.join(at)}.", advice, line)


def _absent(missing: list[str], tidy: list[str]) -> str:
    named = ", ".join(
        f"'{key}'{did_you_mean(key, tidy).replace('; did you mean', ' (closest:').replace('?', ')')}" for key in missing
    )
    shown = ", ".join(f"'{_printable(heading)}'" for heading in tidy[:_SHOWN])
    more = f" and {len(tidy) - _SHOWN} more" if len(tidy) > _SHOWN else ""
    return f"column{'s' if len(missing) > 1 else ''} {named} not found; the headings are {shown}{more}."


def _printable(heading: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in heading)[:_SHOWN]


def _tidy(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFC", heading).replace("\ufeff", "").split())
