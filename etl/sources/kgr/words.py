"""What the words of a form mean: codes, formulas, parts, columns, units. Everything is compared folded."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Amount = Literal["original", "modified", "committed", "performed"]
AMOUNTS: tuple[Amount, ...] = ("original", "modified", "committed", "performed")
Kind = Amount | Literal["value"]
"""What a column holds; value: an amount whose heading does not say which ("Összesen", a function's code)."""
FACTORS = {"forint": 1, "thousand": 1_000}

_CODE = re.compile(r"\(\s*([KB])\s?(\d{1,5})\s*(?:=[^()]*)?\)", re.I)
_LEADING = re.compile(r"^\s*([KB])\s?(\d{1,5})(?![\w-])(?!\s*[-–—]\s*[KB]\d)", re.I)
_SPAN = re.compile(r"(?<!\w)([KB])\s?(\d)\s*\+?\s*(?:-|–|—|…|\.{2,})\s*\+?\s*\1\s?(\d)(?!\d)", re.I)
_LISTED = re.compile(r"(?<!\w)([KB]\d(?:\s*\+\s*[KB]\d)+)(?![\d+…])", re.I)
_FORMULA = re.compile(r"(?<![>≥])=\s*([KB\d][KB\d\s+\-–−.…]*)", re.I)
_TERM = re.compile(r"([+\-–−]?)\s*(\.{2,}|…|[KB]?\d+)", re.I)
_PART = re.compile(r"^[\s\-–—•*\d.)]*(ebbol|ezen belul)\b")
_FUNCTION = re.compile(r"(?<![\d.])(\d{5,6})(?![\d.]*\d)")
_THOUSAND = re.compile(r"\bezer\.?\s*(forint|ft)|\be\.?\s?ft\b|\beft\b|\b1\s?000\s*ft|\bezft\b|\bthuf\b")
_MILLION = re.compile(r"\bmill(io|\.)\s*(forint|ft)|\bm\.?\s?ft\b|\bmft\b")
_FORINT = re.compile(r"\b(forint(ban|ot|os)?|ft|huf)\b")


def folded(text: str) -> str:
    """Lower case, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u2026", "..."))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


@dataclass(frozen=True)
class Naming:
    """What the name of a line says: its rovat, the groups that it adds up ("K1-K8"), its formula, and if it is a part.

    terms: sign and line number or rovat; a part is an "ebből" line, never summed.
    """

    code: str | None
    groups: tuple[str, ...]
    terms: tuple[tuple[int, str], ...]
    part: bool


def naming(name: str, code: str = "") -> Naming:
    """A line by its name and, where the form has a column for it, its rovat."""
    text = f"{code} {name}" if code else name
    groups = groups_in(text)
    return Naming(None if groups else _code(name, code), groups, formula(name), bool(_PART.match(folded(name))))


def _code(name: str, code: str) -> str | None:
    if (own := _LEADING.match(code)) or (own := _CODE.search(code)):
        return f"{own[1].upper()}{own[2]}"
    found = _CODE.findall(name) or _LEADING.findall(name)
    return f"{found[-1][0].upper()}{found[-1][1]}" if found else None


def groups_in(text: str) -> tuple[str, ...]:
    """The main groups that a text like "K1-K8" or "K1+K2" names; none where it names no several."""
    span, listed = _SPAN.search(text), _LISTED.search(text)
    if span is None or not int(span[2]) < int(span[3]):
        return tuple(re.findall(r"[KB]\d", listed[1].upper())) if listed else ()
    return tuple(f"{span[1].upper()}{number}" for number in range(int(span[2]), int(span[3]) + 1))


def formula(name: str) -> tuple[tuple[int, str], ...]:
    """Terms of "(=01+...+13)" with their signs, ranges of line numbers written out; none where there is no formula."""
    found = _FORMULA.search(name)
    if found is None:
        return ()
    terms: list[tuple[int, str]] = []
    ranged = False
    for mark, term in _TERM.findall(found[1]):
        sign = -1 if mark and mark != "+" else 1
        if not term.strip(".…"):
            ranged = True
            continue
        if ranged and terms and term.isdigit() and terms[-1][1].isdigit():
            terms += [(sign, str(number)) for number in range(int(terms[-1][1]) + 1, int(term))]
        ranged = False
        terms.append((sign, str(int(term)) if term.isdigit() else term.upper()))
    return tuple(terms)


def column_of(heading: str) -> Amount | None:
    """The amount that a heading stands over; None for percentages, other years, and what is no amount of ours."""
    text = folded(heading)
    if re.search(r"%|szazalek|arany|index|elozo ev|eltere|ebbol|maradvany|vegleges", text):
        return None
    if "eredeti" in text:
        return "original"
    if re.search(r"modositott|\bmod\.|aktualis eloiranyzat", text):
        return "modified"
    if re.search(r"kotelezettsegval|kot\w*\. ?vall|kovetel", text):
        return None if re.search(r"evet koveto|kovetkezo ev|koveto ev", text) else "committed"
    return "performed" if re.search(r"teljesit|\btelj\.", text) else None


def function_in(heading: str) -> str | None:
    """The government function's code in a text, six digits; None without one."""
    found = _FUNCTION.search(heading)
    return found[1].zfill(6) if found else None


def unit_in(text: str) -> str | None:
    """forint, thousand or million, as a text of the head says; None where it says nothing of it."""
    plain = folded(text)
    if _THOUSAND.search(plain):
        return "thousand"
    if _MILLION.search(plain):
        return "million"
    return "forint" if _FORINT.search(plain) else None
