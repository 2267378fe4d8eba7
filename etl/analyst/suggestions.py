"""Municipalities that a name may have meant: offered to an analyst, never applied by itself."""

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Connection, select

from data.reference.names import fold_accents, normalise_name
from data.schema import UNKNOWN_MUNICIPALITY, dim_municipality

OFFERED = 5
COMPARED = 40  # names compared letter by letter: those that share most pairs of letters
LEAST = 0.8  # likeness of a name that is offered
SHORTEST = 3


@dataclass(frozen=True)
class Suggestion:
    """A municipality that may have been meant. likeness: 0 to 1, accents aside."""

    municipality_id: str
    name: str
    county: str
    likeness: float

    def command(self, spelling: str) -> str:
        """The command that confirms it, to copy."""
        return f"asp-etl alias add {_quoted(spelling)} {self.municipality_id}"


class Suggester:
    """Finds names of the register that look like one that did not match. rows: code, name, county."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._rows = {code: (name, county) for code, name, county in rows}
        self._by_fold: dict[str, list[str]] = {}
        for code, (name, _) in self._rows.items():
            self._by_fold.setdefault(_folded(name), []).append(code)
        self._near: dict[str, list[Suggestion]] = {}
        self._by_pair: dict[str, list[str]] = {}
        for fold in self._by_fold:
            for pair in _pairs(fold):
                self._by_pair.setdefault(pair, []).append(fold)

    def near(self, spelling: str) -> list[Suggestion]:
        """Municipalities whose names are most alike, the most alike first; none for a code or a name unlike any.

        Names that differ in accents only (Komló and Kömlő) come together: either all of them, or none.
        """
        fold = _folded(spelling)
        if len(fold) < SHORTEST or fold.isdigit():
            return []
        if fold not in self._near:
            self._near[fold] = self._looked_for(fold)
        return self._near[fold]

    def _looked_for(self, fold: str) -> list[Suggestion]:
        shared = Counter(known for pair in _pairs(fold) for known in self._by_pair.get(pair, ()))
        ranked = sorted(((_likeness(fold, known), known) for known, _ in shared.most_common(COMPARED)), reverse=True)
        found: list[Suggestion] = []
        for likeness, known in ranked:
            if likeness >= LEAST and len(found) < OFFERED:
                found += [self._made(code, likeness) for code in self._by_fold[known]]
        return found

    def offered(self, spelling: str, candidates: str | None) -> list[dict[str, Any]]:
        """What a name that did not match may have meant, as JSON with the command that confirms it.

        candidates: codes that an ambiguous name fits, comma separated; then these alone are offered.
        """
        codes = [code for code in (candidates or "").split(",") if code]
        found = self.of(codes) if codes else self.near(spelling)
        return [{**vars(one), "command": one.command(spelling)} for one in found]

    def of(self, codes: Iterable[str]) -> list[Suggestion]:
        """The municipalities of these codes, as suggestions; a code that is not known is left out."""
        return [self._made(code, 1.0) for code in codes if code in self._rows]

    def _made(self, code: str, likeness: float) -> Suggestion:
        name, county = self._rows[code]
        return Suggestion(code, name, county, round(likeness, 2))


def read_suggester(connection: Connection) -> Suggester:
    """Over the current register."""
    register = dim_municipality.c
    rows = select(register.municipality_id, register.name, register.county).where(
        register.valid_to.is_(None), register.municipality_id != UNKNOWN_MUNICIPALITY
    )
    found = connection.execute(rows.order_by(register.name, register.municipality_id))
    return Suggester((row[0], row[1], row[2] or "") for row in found)


def _folded(name: str) -> str:
    return fold_accents(normalise_name(name))


def _pairs(fold: str) -> set[str]:
    padded = f" {fold} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _likeness(given: str, known: str) -> float:
    matcher = SequenceMatcher(None, given, known)
    return matcher.ratio() if matcher.quick_ratio() >= LEAST else 0.0


def _quoted(text: str) -> str:
    """The text as one word of a shell; in double quotes where nothing in it would be run."""
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'
