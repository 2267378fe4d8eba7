"""Which municipality a name means: never a wrong one, rather none, or the candidates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from data.errors import AspError
from data.reference.capital import district_of
from data.reference.names import fold_accents, normalise_county, split_suffix, words

How = Literal["exact", "suffix", "accents", "district", "none", "ambiguous"]
COUNTY_BODY = frozenset(
    {"onkormanyzat", "onkormanyzata", "onkormanyzati", "hivatal", "hivatala", "kozgyules", "kozgyulese"}
)
# an adjective in -i drops the last vowel of these endings: -háza, -falva, -szállása, -halma, -telke, -földe
LOST_VOWELS = {"hazi": "a", "falvi": "a", "szallasi": "a", "halmi": "a", "telki": "e", "foldi": "e"}
LONG_TO_SHORT = str.maketrans("őű", "öü")


@dataclass(frozen=True)
class Match:
    """What a name was found to mean.

    municipality_id: the KSH code (or M-code), None unless exactly one fits. how: exact (the register's own spelling,
    case aside), suffix (after cutting off "Község Önkormányzata" and the like), accents (accents lost or ö/ő, ü/ű
    mixed up), district (of Budapest), none, ambiguous. candidates: the codes that fit the name, sorted; a name that
    fits one municipality, but of another county than the one given, is "none" with that candidate.
    """

    municipality_id: str | None
    how: How
    candidates: tuple[str, ...] = ()


class MunicipalityMatcher:
    """Finds municipalities by name in a register.

    frame: rows of register.municipalities(); municipality_id, name, kind and county are used.
    Raises AspError where a district of Budapest has no number in its name.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._county_of: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = {}
        self._by_fold: dict[str, set[str]] = {}
        self._names: dict[str, str] = {}
        self._districts: dict[int, str] = {}
        self._governments: dict[str, str] = {}
        self._capital: str | None = None
        self._counties: set[str] = set()
        for row in frame[["municipality_id", "name", "kind", "county"]].itertuples(index=False):
            self._add(str(row.municipality_id), str(row.name), str(row.kind), str(row.county))

    def _add(self, code: str, name: str, kind: str, county: str) -> None:
        key = normalise_county(county)
        self._county_of[code] = key
        self._counties.update({key, fold_accents(key)})
        if kind == "county":
            self._governments[fold_accents(key)] = code
        elif kind == "capital":
            self._capital = code
        elif kind == "district_of_capital":
            number = district_of(words(name))
            if not isinstance(number, int):
                raise AspError(f"Register: district {code} has no number in its name '{name}'. Correct it, 1 to 23.")
            self._districts[number] = code
        else:
            own = " ".join(words(name))
            self._names[code] = own
            self._by_name.setdefault(own, set()).add(code)
            self._by_fold.setdefault(fold_accents(own), set()).add(code)

    def match(self, name: str, county: str | None = None) -> Match:
        """The municipality that a name means; county narrows several down and must not contradict.

        A county that the register does not know ("Nyugat-Dunántúl") is left out of account. Never raises.
        """
        parts = words(name) if isinstance(name, str) else ()
        if not parts or ";" in name:
            return Match(None, "none")
        if "," in name:  # joint buyers, or one district with its own name after its number
            joined = words(name.replace(",", " "))
            found = self._of_capital(joined) if isinstance(district_of(joined), int) else None
        else:
            found = self._government(parts) or self._settlement(parts) or self._of_capital(parts)
        return self._narrowed(found, county) if found else Match(None, "none")

    def _settlement(self, parts: tuple[str, ...]) -> Match | None:
        full = " ".join(parts)
        if full in self._by_name:
            return _one(self._by_name[full], "exact")
        stem, maybe_adjective = split_suffix(parts)
        text = " ".join(stem)
        readings = (text, *_nouns(text)) if maybe_adjective else (text,)
        exact = {code for reading in readings for code in self._by_name.get(reading, ())}
        found = {code for reading in readings for code in self._named(reading)}
        return _one(found, "suffix" if found == exact else "accents") if found else None

    def _named(self, text: str) -> set[str]:
        return self._by_name.get(text) or self._compatible(text)

    def _compatible(self, text: str) -> set[str]:
        """Municipalities whose name this could be with accents lost, never with an accent that the name lacks.

        Where several names differ by their accents only (Komló, Kömlő), half of the accents decide nothing.
        """
        codes = self._by_fold.get(fold_accents(text), set())
        if len(codes) > 1:
            same = {code for code in codes if _shorten(text) == _shorten(self._names[code])}
            return same or codes
        return {code for code in codes if _fits(text, self._names[code])}

    def _government(self, parts: tuple[str, ...]) -> Match | None:
        """A county government: "Zala Vármegyei Önkormányzat", "Csongrád Megyei Önkormányzat", "Zala vármegye"."""
        folded = [fold_accents(part) for part in parts]
        for word in ("varmegyei", "megyei", "varmegye", "megye"):
            if word in folded[1:]:
                at = folded.index(word, 1)
                code = self._governments.get(fold_accents(normalise_county(" ".join(parts[:at]))))
                plain = set(folded[at + 1 :]) <= COUNTY_BODY and self._fits_county(parts[:at], code)
                return _one({code}, "suffix") if code and plain else None
        return None

    def _fits_county(self, parts: tuple[str, ...], code: str | None) -> bool:
        return code is not None and _fits(normalise_county(" ".join(parts)), self._county_of[code])

    def _of_capital(self, parts: tuple[str, ...]) -> Match | None:
        district = district_of(parts)
        if district == "capital" and self._capital:
            return _one({self._capital}, "exact" if parts == ("budapest",) else "suffix")
        code = self._districts.get(district) if isinstance(district, int) else None
        return _one({code}, "district") if code else None

    def _narrowed(self, found: Match, county: str | None) -> Match:
        key = normalise_county(county) if isinstance(county, str) else ""
        if key not in self._counties:
            return found
        left = [code for code in found.candidates if _fits(key, self._county_of[code])]
        if len(left) == 1:
            return Match(left[0], "accents" if found.how == "ambiguous" else found.how, found.candidates)
        return Match(None, "ambiguous" if left else "none", found.candidates)

    def match_series(self, names: pd.Series, counties: pd.Series | None = None) -> pd.DataFrame:
        """Matches of a column of names, index of names kept; each distinct (name, county) is looked up once.

        Columns: municipality_id (text, missing unless one fits), how (text), candidates (tuple of codes). A missing
        name is "none". counties: same length and order as names. Empty input gives an empty frame.
        """
        pairs = pd.DataFrame({"name": names.to_numpy(), "county": None if counties is None else counties.to_numpy()})
        numbers = pairs.groupby(["name", "county"], dropna=False, sort=False).ngroup().to_numpy()
        firsts = pairs.drop_duplicates()
        found = [self.match(name, county) for name, county in zip(firsts["name"], firsts["county"], strict=True)]
        table = pd.DataFrame(
            {
                "municipality_id": pd.Series([match.municipality_id for match in found], dtype="str"),
                "how": pd.Series([match.how for match in found], dtype="str"),
                "candidates": pd.Series([match.candidates for match in found], dtype=object),
            }
        )
        return table.take(numbers).set_axis(names.index)


def _one(codes: Iterable[str], how: How) -> Match:
    candidates = tuple(sorted(codes))
    return Match(candidates[0], how, candidates) if len(candidates) == 1 else Match(None, "ambiguous", candidates)


def _shorten(text: str) -> str:
    """ő and ű written as ö and ü, which sources mix up."""
    return text.translate(LONG_TO_SHORT)


def _fits(text: str, name: str) -> bool:
    """True when text is name with accents lost or long and short mixed up (ö/ő, ü/ű); an added accent does not fit."""
    return len(text) == len(name) and all(
        given in (letter, fold_accents(letter)) for given, letter in zip(_shorten(text), _shorten(name), strict=True)
    )


def _nouns(text: str) -> tuple[str, ...]:
    """Names that an adjective in -i may come from: komlói from Komló, nyíregyházi from Nyíregyháza."""
    if not text.endswith("i") or len(text) < 3:
        return ()
    lost = next((vowel for ending, vowel in LOST_VOWELS.items() if fold_accents(text).endswith(ending)), None)
    return (text[:-1], text[:-1] + lost) if lost else (text[:-1],)
