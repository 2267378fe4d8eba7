"""The reader's language: which one it is, and the words in it.

Message ids are English. Catalogues are `<language>/*.po`, read and compiled in memory at the first use, so that no
compiled file has to be kept. Text that is written at import (a card's title) is marked by `N_` and translated when it
is shown.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app, has_app_context, has_request_context, request

LANGUAGES = {"hu": "Magyar", "en": "English"}
DEFAULT = "hu"
COOKIE = "asp_language"
FOLDER = Path(__file__).parent


def N_(message: str) -> str:  # noqa: N802 - the name gettext gives it everywhere
    """Mark a message for translation; it is translated when shown."""
    return message


def language() -> str:
    """The language of the request: ?lang= of the page, then the cookie, then the setting, then Hungarian."""
    if has_request_context():
        for wanted in (request.args.get("lang"), _page_query("lang"), request.cookies.get(COOKIE)):
            if wanted in LANGUAGES:
                return str(wanted)
    if has_app_context():
        return str(current_app.config.get("ASP_LANGUAGE", DEFAULT))
    return DEFAULT


def translate(message: str, into: str | None = None, /, **values: object) -> str:
    """A message in a language (the reader's unless named), its {fields} filled in."""
    text = _catalogue(into or language()).gettext(message) if message else ""
    return text.format(**values) if values else text


def plural(one: str, many: str, count: int, into: str | None = None, /, **values: object) -> str:
    """A message that depends on a count; {count} must be given among the values, formatted as it is to be read."""
    return _catalogue(into or language()).ngettext(one, many, count).format(**values)


def _page_query(name: str) -> str | None:
    """A query value of the page that sent this callback."""
    if not request.referrer:
        return None
    page = urlsplit(request.referrer)
    return parse_qs(page.query).get(name, [None])[0] if page.netloc == request.host else None


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(of: str) -> gettext.NullTranslations:
    """All catalogues of a language as one. Raises AssertionError for a language that we do not have."""
    assert of in LANGUAGES, f"no catalogue of {of}"
    found: gettext.NullTranslations = gettext.NullTranslations()
    for path in sorted((FOLDER / of).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as stream:
            write_mo(compiled, read_po(stream, locale=of))
        compiled.seek(0)
        part = gettext.GNUTranslations(compiled)
        part.add_fallback(found)
        found = part
    return found
