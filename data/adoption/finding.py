"""Finding a municipality by what a person types: a name with its accents or without, its beginning, a county, a code.

Accents that are typed are kept to: Komló never leads to Kömlő. Accents that are not typed may have been left out, so
komlo offers both.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from data.adoption.place_names import RANKS, WHOLE, Place, Split, best_split, follows, place_of, shortened, splits_of
from data.reference.matcher import MunicipalityMatcher
from data.reference.names import fold_accents

CODE = re.compile(r"M?\d{1,5}")
DEFAULT_LIMIT = 20


def find(register: pd.DataFrame, typed: str, limit: int = DEFAULT_LIMIT) -> pd.DataFrame:
    """Rows of the register that a text may mean, the likeliest first; as Finder(register).find() says."""
    return Finder(register).find(typed, limit)


class Match(NamedTuple):
    """A municipality that a text may mean; how and sure as find() says."""

    code: str
    how: str
    sure: bool


def meant(found: pd.DataFrame) -> str | None:
    """The code of the one municipality that the text means; None where it may mean several, or only a part of one.

    found: from find().
    """
    columns = (found["municipality_id"], found["how"], found["sure"])
    return the_one(list(map(Match, *columns)))


def the_one(matches: Sequence[Match]) -> str | None:
    """As meant(), of matches()."""
    whole = [match for match in matches if match.how in WHOLE]
    return str(whole[0].code) if len(whole) == 1 and whole[0].sure else None


class Finder:
    """The register, made ready to be searched.

    frame: rows of the register; municipality_id, name and county are needed, kind and district are used where given.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        given = frame.assign(**{name: None for name in ("kind", "district") if name not in frame})
        rows = given.assign(_key=[fold_accents(str(name)).lower() for name in given["name"]])
        rows = rows.sort_values(["_key", "name", "municipality_id"], ignore_index=True)
        self._places = [place_of(row, record) for row, record in enumerate(rows.to_dict("records"))]
        keys = [place.folded[0] for place in self._places]
        twins = pd.Series(keys).duplicated(keep=False)
        self._twins = {place.code for place, is_twin in zip(self._places, twins, strict=True) if is_twin}
        alike = pd.DataFrame({"name": keys, "county": rows["county"]}).duplicated(keep=False)
        self._frame = rows.assign(repeats=alike)[[*frame.columns, "repeats"]]
        self._known = rows.assign(kind=rows["kind"].fillna("municipality"))

    def find(self, typed: str, limit: int = DEFAULT_LIMIT) -> pd.DataFrame:
        """At most `limit` rows of the register, the likeliest first, then by name. Nothing typed finds nothing.

        Columns: the frame's; repeats (another one of the county has this name, accents aside: say the district too);
        how: code, exact (the name, accents included), accents (the name, accents left out or ö for ő), named (another
        name of it: IX. kerület, Komló Város Önkormányzata), begins, code_begins, holds (somewhere inside), alike (only
        other accents than those typed; offered where nothing else fits); sure: whether it is this one and no other.
        After a name its county or district may stand, or how they begin.
        """
        found = self._ranked(typed)[:limit]
        return self._rows([row for row, _how, _sure in found], [how for _row, how, _sure in found],
                          [sure for _row, _how, sure in found])  # fmt: skip

    def matches(self, typed: str, limit: int = DEFAULT_LIMIT) -> list[Match]:
        """What find() gives, by code alone."""
        return [Match(self._places[row].code, how, sure) for row, how, sure in self._ranked(typed)[:limit]]

    def _ranked(self, typed: str) -> list[tuple[int, str, bool]]:
        text = " ".join(str(typed or "").replace(",", " ").replace("/", " ").split())
        found = self._fitting(text)
        if not any(how in WHOLE for how, _sure in found.values()):
            found |= self._otherwise(text)
        if not found:
            found = {place.row: ("alike", False) for place in self._alike(text)}
        return sorted(((row, *judged) for row, judged in found.items()), key=lambda one: (RANKS[one[1]], one[0]))

    def first(self, limit: int) -> pd.DataFrame:
        """The first municipalities by name, for a list that nothing has been typed for yet; columns as find()."""
        rows = list(range(min(limit, len(self._places))))
        return self._rows(rows, ["begins"] * len(rows), [False] * len(rows))

    def of(self, codes: Iterable[str]) -> pd.DataFrame:
        """The municipalities of these codes, by name; columns as find()."""
        wanted = set(codes)
        rows = [place.row for place in self._places if place.code in wanted]
        return self._rows(rows, ["code"] * len(rows), [True] * len(rows))

    def _rows(self, rows: list[int], hows: list[str], sure: list[bool]) -> pd.DataFrame:
        kept = self._frame.take(rows)
        kept["how"], kept["sure"] = pd.array(hows, dtype="str"), pd.array(sure, dtype="bool")
        return kept.reset_index(drop=True)

    def _fitting(self, text: str) -> dict[int, tuple[str, bool]]:
        """Row, how it fits, and whether it alone does."""
        code = text.upper() if CODE.fullmatch(text.upper()) else None
        splits = splits_of(text)
        found: dict[int, tuple[str, bool]] = {}
        longest: dict[int, int] = {}
        for place in map(self._places.__getitem__, self._candidates(splits, code)):
            if code and place.code.startswith(code):
                found[place.row] = ("code", True) if place.code == code else ("code_begins", False)
            elif best := best_split(splits, place):
                how, split = best
                found[place.row] = self._judged(how, place, split)
                if how in WHOLE:
                    longest[place.row] = len(split.name)
        # "Győr-Moson-Sopron vármegye" is the county's government, though Győr lies in that county.
        most = max(longest.values(), default=0)
        return found | {row: ("begins", False) for row, length in longest.items() if length < most}

    def _candidates(self, splits: list[Split], code: str | None) -> Iterable[int]:
        """Rows that have one of the texts in a name or the code: one search rules nearly all of them out."""
        text, starts = self._searched
        found: dict[int, None] = {}
        for wanted in {*(split.folded for split in splits), *([code] if code else [])}:
            at = text.find(wanted)
            while at >= 0:
                row = bisect_right(starts, at) - 1
                found[row] = None
                at = text.find(wanted, starts[row + 1]) if row + 1 < len(starts) else -1
        return sorted(found)

    @cached_property
    def _searched(self) -> tuple[str, list[int]]:
        """Every code and name in one text, and where each place's part of it begins."""
        parts = [" ".join([place.code, *place.folded]) + "\n" for place in self._places]
        return "".join(parts), list(accumulate(map(len, parts), initial=0))[:-1]

    def _judged(self, how: str, place: Place, split: Split) -> tuple[str, bool]:
        """Of two names that differ by their accents only, one is meant where all of its accents or its county are
        typed."""
        if how not in WHOLE or place.code not in self._twins:
            return how, how in WHOLE
        own = shortened(place.names[0])
        if fold_accents(own) != own == shortened(split.name):
            return how, True
        return "accents", bool(split.further)

    def _otherwise(self, text: str) -> dict[int, tuple[str, bool]]:
        """Names as offices write them, with their legal form or as an adjective."""
        match = self._matcher.match(text)
        codes = {match.municipality_id} if match.municipality_id else set(match.candidates)
        is_sure = match.municipality_id is not None and match.how != "accents"
        return {place.row: ("named", is_sure) for place in self._places if place.code in codes}

    def _alike(self, text: str) -> list[Place]:
        plain = splits_of(fold_accents(text))
        return [
            place
            for place in self._places
            if any(
                follows(split.further, place, fold=True) and any(one.startswith(split.name) for one in place.folded)
                for split in plain
            )
        ]

    @cached_property
    def _matcher(self) -> MunicipalityMatcher:
        return MunicipalityMatcher(self._known[self._known["county"].notna()])
