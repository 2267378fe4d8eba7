"""Which columns may hold people or free text, by their headings and by their values: these are never quoted."""

import re
from collections.abc import Callable, Sequence

from data.reference.names import fold_accents
from etl.analyst.init.headings import plain

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(
    r"\+\d[\d\s/()-]{7,}\d"
    r"|(?<!\d)06[ /-]?\(?(?:20|30|31|50|70)\)?[ /-]?\d{3}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)06[ /-]\(?\d{1,2}\)?[ /-]?\d{3}[ -]?\d{3,4}(?!\d)"
)
LONGEST_CODE = 60  # characters; what is longer is told, not coded
WORDS_OF_TEXT = 6

_ALWAYS_WORDS = (
    "adoazonosito anyja e email fax felhasznalonev firstname fullname keresztnev lakcim lastname login mail "
    "mobil mobile name nev neve phone surname szuletesi taj tajszam telefon telefonszam username vezeteknev"
)
_PEOPLE = (
    "agent|alairo|assigned to|assignee|bejelento|bejelentoje|caller|caller id|closed by|contact|created by|"
    "creator|customer|customer id|customeruser|dolgozo|employee|felhasznalo|felvette|hallgato|igenylo|"
    "kapcsolattarto|kerelmezo|keszitette|kulcsfelhasznalo|last updated by|lastupdatedby|learner|letrehozta|"
    "lezarta|modositotta|munkatars|oktato|opened by|owner|person|reported by|reporter|requester|requestor|"
    "requestors|resolved by|resztvevo|rogzitette|student|sys created by|sys updated by|szemely|trainer|"
    "ugyfel|ugyintezo|user"
)
_OF_THINGS_WORDS = (
    "buyer category ceg code company contract county course csoport fajl feladat file funkcio group intezmeny "
    "jogcim kategoria kepzes kod kurzus megrendelo megye municipality onkormanyzat organisation organization "
    "project projekt queue rovat service supplier szakrendszer szallito szervezet szerzodes szolgaltatas tanfolyam "
    "telepules tetel varmegye"
)
_FREE_WORDS = (
    "body cim comment comments content description indoklas leiras megjegyzes megoldas message note notes "
    "resolution short_description subject summary szoveg targy tartalom text title uzenet work worknotes"
)
_GIVEN_WORDS = (
    "adam agnes akos alan albert alexandra alice amy andras andrea andrew anett aniko anita ann anna annamaria "
    "antal aron attila balazs balint barbara barnabas barry beata bela bence bernadett beth bob brian brigitta "
    "bruce carol charles chris christopher csaba csilla dalma daniel dave david denes dominik dora edina edit "
    "edward elizabeth emily emma eniko eric erika erno erzsebet eszter eva ferenc flora frank fred gabor gabriella "
    "george gergely gergo geza grace gyorgy gyula hajnalka helen henrietta henry ibolya ildiko ilona imre istvan "
    "ivett izabella jack james jane janos jennifer jim joe john jolan joseph jozsef judit julia julianna kalman "
    "karen karoly katalin kate kevin kinga klara kristof krisztian krisztina lajos laszlo laura levente lidia lilla "
    "linda lisa livia lucy luke magdolna marcell margit maria mariann marianna mark marta marton mary mate matthew "
    "melinda michael mihaly mike miklos monika nancy nick nikolett noemi nora norbert oliver olivia orsolya otto "
    "pal patricia paul peter petra piroska rachel rebeka reka renata richard rob robert robin roland rozalia sam "
    "sandor sara sarah simon sophie stephen steve sue susan szabolcs szilard szilvia tamas thomas tibor tim timea "
    "tom tony tunde vera veronika victoria viktor viktoria vilmos vivien william zoltan zsofia zsolt zsuzsanna"
)
_ALWAYS, _OF_THINGS, _FREE, _GIVEN = (
    frozenset(words.split()) for words in (_ALWAYS_WORDS, _OF_THINGS_WORDS, _FREE_WORDS, _GIVEN_WORDS)
)

_PHRASES = frozenset(_PEOPLE.split("|"))


def is_address(text: str) -> bool:
    """Whether the text holds an e-mail address or a telephone number."""
    return bool(ADDRESS.search(text) or PHONE.search(text))


def is_identifier(text: str) -> bool:
    """Whether the text is a valid social security (TAJ) or tax number of a person, by its check digit."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    if not re.fullmatch(r"\d[\d -]*", text):
        return False
    if len(digits) == 9:
        return sum(digit * (3 if at % 2 == 0 else 7) for at, digit in enumerate(digits[:8])) % 10 == digits[8]
    return (
        len(digits) == 10
        and digits[0] == 8
        and sum(at * digit for at, digit in enumerate(digits[:9], 1)) % 11 == (digits[9])
    )


def is_name(text: str) -> bool:
    """Whether the text looks like a person's name: two to four capitalised words, one of them a given name."""
    words = [word.strip(".,()") for word in text.split()]
    words = [word for word in words if word]
    if not 2 <= len(words) <= 4 or not all(word[0].isupper() and word.replace("-", "").isalpha() for word in words):
        return False
    return any(fold_accents(word).lower() in _GIVEN for word in words)


def why_people(heading: str, values: Sequence[str]) -> str | None:
    """Why a column is taken to hold people; None when nothing says so."""
    words = plain(heading).split()
    if not _OF_THINGS & set(words) and (set(words) & _ALWAYS or " ".join(words) in _PHRASES):
        return "its heading may name a person"
    some = values[:500]
    if _share(some, is_address) > 0.05:
        return "it holds e-mail addresses or telephone numbers"
    if _share(some, is_identifier) > 0.8:
        return "it holds personal identification numbers"
    if _share(some, is_name) > 0.1:
        return "its values look like people's names"
    return None


def is_free_text(heading: str, values: Sequence[str]) -> bool:
    """Whether people wrote sentences there, in which anything may stand."""
    if _FREE & set(plain(heading).split()) and any(" " in value for value in values):
        return True
    long = [value for value in values if len(value) > LONGEST_CODE or value.count(" ") >= WORDS_OF_TEXT]
    return len(long) > 0.1 * len(values) if values else False


def may_be_quoted(values: Sequence[str]) -> bool:
    """Whether not one of the values looks like a person, an address or a sentence."""
    return not any(len(value) > LONGEST_CODE or is_address(value) or is_name(value) for value in values)


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(test(value) for value in values) / len(values) if values else 0.0
