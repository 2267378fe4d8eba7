"""Headings brought to one form, so that "Bejelentés száma:", BEJELENTES_SZAMA and bejelentesSzama are one."""

import re

from data.reference.names import fold_accents

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORDS = re.compile(r"[^a-z0-9%]+")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


def plain(heading: str) -> str:
    """Lower-case words without accents, dots, dashes and underscores; camelCase parted."""
    humped = _HUMP.sub(" ", heading) if not heading.isupper() else heading
    return " ".join(_NOT_WORDS.sub(" ", fold_accents(humped).lower()).split())


def readings(heading: str) -> list[str]:
    """Forms under which the heading may be known, the fullest first: whole, without brackets, without spaces, and the
    last part of a dotted path."""
    last = heading.rsplit(".", 1)[-1]
    forms = [plain(heading), plain(_BRACKETS.sub(" ", heading)), plain(last)]
    forms += [form.replace(" ", "") for form in forms]
    return [form for form in dict.fromkeys(forms) if form]
