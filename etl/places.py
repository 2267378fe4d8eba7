"""Where a row belongs: its municipality, service and actor, or the unknown member, and the names that did not match."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.reference.matcher import Match, MunicipalityMatcher
from data.reference.names import fold_accents, normalise_county, normalise_name
from data.schema import UNKNOWN, UNKNOWN_MUNICIPALITY, UNKNOWN_SERVICE
from etl.columns import as_codes, column, each, looked_up, texts

KSH_CODE = re.compile(r"\d{4,5}|[Mm]\d\d")
NO_ACTOR = "not_applicable"  # operator of the service NA
FIRST_LEVEL = "nisz"  # the operating model: the IT service provider is the first-level service desk
EVERYWHERE = "*"
LONGEST_NAME = 200
MOST_NAMES = 10_000  # kept per source and kind; a source with more has mapped the wrong column
MORE_NAMES = "…"  # stands for the names beyond them, so that their rows are still counted


@dataclass
class Unmatched:
    """Names that were delivered but are not known: (kind, name) -> rows, how, candidates."""

    names: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)
    _kept: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, name: str, rows: int, how: str, candidates: str = "") -> None:
        """Count a name (kind: municipality, service, actor)."""
        place = (kind, name[:LONGEST_NAME])
        if place not in self.names and self._kept[kind] >= MOST_NAMES:
            place, how, candidates = (kind, MORE_NAMES), "none", ""
        if place not in self.names:
            self._kept[kind] += 1
        self.names[place] = (self.names.get(place, (0, "", ""))[0] + rows, how, candidates)


class Places:
    """Finds municipalities by KSH code, confirmed spelling or name, services and actors by id.

    municipalities: current rows of dim_municipality. aliases: (normalised spelling, normalised county or "*") -> code.
    operators: service -> its operating actor. actors: known actors.
    """

    def __init__(
        self,
        municipalities: pd.DataFrame,
        aliases: Mapping[tuple[str, str], str],
        operators: Mapping[str, str],
        actors: frozenset[str],
    ) -> None:
        known = municipalities[municipalities["municipality_id"] != UNKNOWN_MUNICIPALITY]
        self._codes = frozenset(known["municipality_id"])
        self._matcher = MunicipalityMatcher(known)
        self._aliases = aliases
        self._operators = operators
        self._services = {_plain(service): service for service in operators}
        self._actors = {_plain(actor): actor for actor in actors}
        self._met: dict[tuple[str | None, str | None], Match] = {}

    def place(self, rows: pd.DataFrame, no_service: str, unmatched: Unmatched) -> pd.DataFrame:
        """Rows with municipality_id, service_id and actor_id, the names they had left in place.

        no_service: service of a row that names none. An actor that is not named is the first-level desk at level 1,
        else the operator of the service. unmatched is added to.
        """
        services = self._known(rows, "service", self._services, UNKNOWN_SERVICE, no_service, unmatched)
        return rows.assign(
            municipality_id=self._municipalities(rows, unmatched),
            service_id=services,
            actor_id=self._acting(rows, services, unmatched),
        )

    def _municipalities(self, rows: pd.DataFrame, unmatched: Unmatched) -> pd.Series:
        (names, spelled), (counties, known) = as_codes(texts(rows, "municipality")), as_codes(texts(rows, "county"))
        spellings, county_names = spelled.tolist(), known.tolist()
        pairs = names * (len(known) + 1) + counties
        distinct, place, sizes = np.unique(pairs, return_inverse=True, return_counts=True)
        found = []
        for pair, size in zip(distinct.tolist(), sizes.tolist(), strict=True):
            name, county = divmod(pair + 1, len(known) + 1)
            found.append(self._found(_at(spellings, name), _at(county_names, county - 1), size, unmatched))
        kinds, positions = np.unique(np.array(found, dtype=object).astype(str), return_inverse=True)
        codes = positions[place] if len(rows) else np.array([], dtype=np.int64)
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(kinds, dtype="str")), index=rows.index)

    def _found(self, name: str | None, county: str | None, rows: int, unmatched: Unmatched) -> str:
        if name is None:
            return UNKNOWN_MUNICIPALITY
        match = self._met.get((name, county)) or self._match(name, county)
        self._met[(name, county)] = match
        if match.municipality_id is None:
            unmatched.add("municipality", name, rows, match.how, ",".join(match.candidates))
        return match.municipality_id or UNKNOWN_MUNICIPALITY

    def _match(self, name: str, county: str | None) -> Match:
        if KSH_CODE.fullmatch(name):
            code = name.upper().zfill(5) if name.isdigit() else name.upper()  # spreadsheets cut leading zeros off
            return Match(code, "exact") if code in self._codes else Match(None, "none")
        spelling = normalise_name(name)
        for where in (normalise_county(county) if county else EVERYWHERE, EVERYWHERE):
            if confirmed := self._aliases.get((spelling, where)):
                return Match(confirmed, "exact")
        return self._matcher.match(name, county)

    def _acting(self, rows: pd.DataFrame, services: pd.Series, unmatched: Unmatched) -> pd.Series:
        named = self._known(rows, "actor", self._actors, UNKNOWN, None, unmatched).astype("str")
        at_first_level = (column(rows, "level", "Int64") == 1).fillna(False).to_numpy(dtype=bool)
        operators = (
            looked_up(services, self._operators, UNKNOWN, UNKNOWN).astype("str").mask(at_first_level, FIRST_LEVEL)
        )
        return each(named.fillna(operators), lambda actor: UNKNOWN if actor == NO_ACTOR else actor)

    def _known(
        self,
        rows: pd.DataFrame,
        kind: str,
        known: Mapping[str, str],
        unknown: str,
        missing: str | None,
        into: Unmatched,
    ) -> pd.Series:
        values = texts(rows, kind)
        found = each(values, lambda name: known.get(_plain(name), unknown), missing)
        lost = values[(found == unknown).to_numpy() & values.notna().to_numpy()]
        for name, size in lost.value_counts().items():
            into.add(kind, str(name), int(size), "none")
        return found


def _plain(name: str) -> str:
    return fold_accents(name).strip().upper()


def _at(values: list[str], position: int) -> str | None:
    return str(values[position]) if position >= 0 else None
