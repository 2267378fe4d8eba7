"""The districts of Budapest, as people name them: by number, by roman number, by their own names."""

from collections.abc import Iterable
from typing import Literal

from data.reference.names import fold_accents

_NAMES = {
    1: "budavár",
    2: "",
    3: "óbuda békásmegyer",
    4: "újpest",
    5: "belváros lipótváros",
    6: "terézváros",
    7: "erzsébetváros",
    8: "józsefváros",
    9: "ferencváros",
    10: "kőbánya",
    11: "újbuda",
    12: "hegyvidék",
    13: "angyalföld",
    14: "zugló",
    15: "rákospalota pestújhely újpalota",
    16: "cinkota mátyásföld sashalom rákosszentmihály árpádföld",
    17: "rákosmente",
    18: "pestszentlőrinc pestszentimre",
    19: "kispest",
    20: "pesterzsébet",
    21: "csepel",
    22: "budafok tétény",
    23: "soroksár",
}
_NOT_ALONE = frozenset({"belvaros", "tetenyi", "teteny"})  # any town may have one; they count beside a number only
_CAPITAL = frozenset({"budapest", "bp", "fovaros", "fovarosi"})
_DISTRICT = frozenset({"kerulet", "keruleti", "ker", "kerulete"})
_BODY = frozenset(
    {"onkormanyzat", "onkormanyzata", "onk", "polgarmesteri", "hivatal", "hivatala", "kepviselo", "testulet"}
    | {"testulete", "ph"}
)


def _roman(number: int) -> str:
    return "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]


_ROMAN = {_roman(number): number for number in _NAMES}
_ARABIC = {form: number for number in _NAMES for form in (str(number), f"{number:02d}")}


def _forms(name: str) -> Iterable[str]:
    """A district's name and its adjective: kőbánya and kőbányai, zugló and zuglói."""
    folded = fold_accents(name)
    return (folded, f"{folded}i")


_WORDS = {form: number for number, names in _NAMES.items() for word in names.split() for form in _forms(word)}


def district_of(parts: tuple[str, ...]) -> int | Literal["capital"] | None:
    """The district (1 to 23) or "capital" that words of a name mean, None when they mean anything else.

    parts: from names.words(). Every word must belong to such a name, and number and own name must agree: an
    institution of a district, or two districts together, give None.
    """
    folded = [fold_accents(part) for part in parts]
    kinds = [_CAPITAL, _DISTRICT, _BODY, _ROMAN, _ARABIC, _WORDS]
    if not folded or not all(any(word in kind for kind in kinds) for word in folded):
        return None
    numbers = {_ROMAN.get(word) or _ARABIC.get(word) for word in folded if word in _ROMAN or word in _ARABIC}
    named = {_WORDS[word] for word in folded if word in _WORDS}
    if numbers:
        return _numbered(folded, numbers, named)
    if named:
        return next(iter(named)) if len(named) == 1 and not _NOT_ALONE.issuperset(_own(folded)) else None
    return "capital" if _is_capital(folded) else None


def _own(folded: list[str]) -> set[str]:
    return {word for word in folded if word in _WORDS}


def _numbered(folded: list[str], numbers: set[int | None], named: set[int]) -> int | None:
    number = next(iter(numbers))
    is_district = any(word in _DISTRICT for word in folded)
    in_capital = any(word in _CAPITAL for word in folded) and any(word in _ROMAN for word in folded)
    agreed = len(numbers) == 1 and named <= {number}
    return number if agreed and (is_district or in_capital) else None


def _is_capital(folded: list[str]) -> bool:
    """ "Budapest", "Budapest Főváros Önkormányzata", "Fővárosi Önkormányzat"; a district without a number is not."""
    return any(word in _CAPITAL for word in folded) and not any(word in _DISTRICT for word in folded)


def names_of(number: int) -> tuple[str, ...]:
    """A district's other names, lower case: its own name where it has one, and its number as people write it."""
    numbers = (str(number), f"{number:02d}", _roman(number))
    forms = [f"{before}{form} kerület" for form in numbers for before in ("", "budapest ")]
    return tuple(name for name in (_NAMES[number], *forms) if name)
