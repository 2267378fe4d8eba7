"""Type-ahead for municipalities: found whether or not the accents are typed, and never one for another."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from dashboard import formats
from dashboard.locale import translate as _
from data.adoption.finding import Finder

MOST_SUGGESTIONS = 50


def municipality_options(
    finder: Finder, typed: str | None, chosen: Iterable[str] | None, language: str
) -> list[dict[str, str]]:
    """At most 50 municipalities that a text may mean, the likeliest first; the chosen ones stay, before them."""
    found = finder.find(typed, MOST_SUGGESTIONS) if typed and typed.strip() else finder.first(MOST_SUGGESTIONS)
    kept = finder.of(chosen or ())
    shown = pd.concat([kept, found]).drop_duplicates("municipality_id")
    return [
        {
            "label": place_label(row, language),
            "value": str(row["municipality_id"]),
            # The component filters once more in the browser; what was typed must be found there as well.
            "search": f"{row['name']} {folded(str(row['name']))} {typed or ''}",
        }
        for row in shown.to_dict("records")
    ]


def place_label(row: Mapping[Any, Any], language: str) -> str:
    """`Komló (Baranya)`; with its district where another one of the county has the name, accents aside.

    row: as Finder gives it.
    """
    return f"{row['name']} ({place_words(row, language)})"


def place_words(row: Mapping[Any, Any], language: str, *, always: bool = False) -> str:
    """The county, and the district where it is needed (or always, where there is one)."""
    parts = [str(row["county"])]
    if (always or row.get("repeats")) and has_district(row):
        parts.append(_("{district} district", language, district=row["district"]))
    return ", ".join(parts)


def has_district(row: Mapping[Any, Any]) -> bool:
    """A district of Budapest is called as its municipality is, and a county has none."""
    return not formats.missing(row.get("district")) and row.get("district") != row["name"]


def folded(text: str) -> str:
    """Lower case without accents: `Kömlő` as `komlo`."""
    return text.lower().translate(_PLAIN)


_PLAIN = str.maketrans("áéíóöőúüű", "aeiooouuu")
