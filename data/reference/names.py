"""Names as people write them, brought to one form: case, accents, mis-encoded letters, dashes, dots."""

import re
import unicodedata
from functools import lru_cache

# ISO 8859-1 reading of ISO 8859-2 text turns ő and ű into these; Hungarian has neither letter.
MISREAD = str.maketrans({"õ": "ő", "ô": "ő", "û": "ű", "ũ": "ű"})
NOT_WORDS = re.compile(r"[\s\-–—‐‑.'\"„”“’()]+")

COUNTY_WORDS = frozenset({"megye", "megyei", "varmegye", "varmegyei"})
COUNTY_ALIASES = {
    "csongrád": "Csongrád-Csanád",
    "csongrad": "Csongrád-Csanád",
    "főváros": "Budapest",
    "fovaros": "Budapest",
    "budapest főváros": "Budapest",
    "bp": "Budapest",
    "baz": "Borsod-Abaúj-Zemplén",
}

# Legal form and body that follow (or precede) the name, on folded text. The possessive form ("Komló Város
# Önkormányzata") leaves the name as it is; the other ("Komlói Városi Önkormányzat") may have made an adjective of it.
_KIND = r"(?:megyei? jogu varos|mjv|m j v|nagykozseg|kozseg|varos)"
_BODY_OF = (
    r"(?:onkormanyzata|onkormanyzat polgarmesteri hivatala|onkormanyzata polgarmesteri hivatala"
    r"|polgarmesteri hivatala|(?:onkormanyzata? )?kepviselo ?testulete|kozsege)"
)
_BODY = (
    r"(?:onkormanyzat|onk|polgarmesteri hivatal|polg hiv|ph|kozos onkormanyzati hivatala?|koh|onkormanyzati hivatal"
    r"|kozos hivatal|(?:onkormanyzat )?kepviselo ?testulete?|korjegyzoseg)"
)
POSSESSIVE_SUFFIX = re.compile(rf"{_KIND}(?: {_BODY_OF}| {_BODY})?|{_BODY_OF}")
ADJECTIVE_SUFFIX = re.compile(rf"(?:{_KIND}i )?{_BODY}|{_KIND}i {_BODY_OF}|{_KIND}i")


def fold_accents(text: str) -> str:
    """The text without its accents (árvíztűrő gives arvizturo); case and everything else stay."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def words(text: str) -> tuple[str, ...]:
    """Lower-case words of a name, õ/û read as ő/ű; dashes, dots, quotes and brackets only separate words."""
    plain = unicodedata.normalize("NFC", text).lower().translate(MISREAD)
    return tuple(NOT_WORDS.sub(" ", plain).split())


def split_suffix(parts: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The name's own words, and whether they may be an adjective ("komlói").

    parts: from words(). Only a tail (or head) that is a legal form or an office as a whole is cut off, so the name of
    an institution, an association or of several buyers keeps its words and matches nothing.
    """
    folded = [fold_accents(part) for part in parts]
    for at in range(1, len(parts)):
        tail = " ".join(folded[at:])
        if POSSESSIVE_SUFFIX.fullmatch(tail):
            return parts[:at], False
        if ADJECTIVE_SUFFIX.fullmatch(tail):
            return parts[:at], True
    for at in range(len(parts) - 1, 0, -1):
        head = " ".join(folded[:at])
        if POSSESSIVE_SUFFIX.fullmatch(head) or ADJECTIVE_SUFFIX.fullmatch(head):
            return parts[at:], False
    return parts, False


def normalise_name(text: str) -> str:
    """A municipality's name in the form names are compared in; accents stay.

    "KOMLÓ VÁROS ÖNKORMÁNYZATA" gives "komló", "Gönci Közös Önkormányzati Hivatal" gives "gönci" (which the matcher
    then tries as an adjective too). Empty text gives "".
    """
    return " ".join(split_suffix(words(text))[0])


@lru_cache(maxsize=1000)  # a register names each of its twenty counties three thousand times
def normalise_county(text: str) -> str:
    """A county as the register spells it, where it is a known older or shorter spelling; else the bare name.

    "Zala megye", "Zala Vármegyei" give "zala"; "Csongrád" gives "csongrád csanád".
    """
    parts = tuple(part for part in words(text) if fold_accents(part) not in COUNTY_WORDS)
    bare = " ".join(parts)
    return " ".join(words(COUNTY_ALIASES.get(bare, bare)))
