"""Every message has its Hungarian, and the reader's language is found."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import dashboard
from dashboard.locale import FOLDER, language, plural, translate

ROOM = Path(dashboard.__file__).parent
CALLS = {"_", "translate", "N_", "plural"}
FIELD = re.compile(r"{(\w*)")


def messages() -> dict[str, str]:
    """Every message in the code, and where it stands; of a plural the singular.

    Read from the syntax tree: Babel's extractor sees no message inside an f-string, and takes keys for messages.
    """
    found = {}
    for path in sorted(ROOM.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS and call.args:
                message = call.args[0]
                if isinstance(message, ast.Constant) and isinstance(message.value, str):
                    found[message.value] = f"{path.relative_to(ROOM.parent)}:{call.lineno}"
    return found


def translations() -> dict[str, str]:
    found = {}
    for path in sorted((FOLDER / "hu").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="hu"):
                key = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string if isinstance(message.string, str) else message.string[0]
                assert not message.fuzzy, f"{path.name}: {key!r} is marked fuzzy"
                found[key] = said
    return found


def test_every_message_has_a_hungarian_translation():
    known = translations()
    missing = {message: place for message, place in messages().items() if message and not known.get(message)}
    assert not missing, "add to dashboard/locale/hu/*.po: " + "; ".join(f"{k!r} ({v})" for k, v in missing.items())


def test_no_translation_is_left_over():
    assert not set(translations()) - set(messages()) - {""}


def test_translations_keep_the_fields():
    differing = [key for key, said in translations().items() if set(FIELD.findall(key)) != set(FIELD.findall(said))]
    assert [key for key in differing if key] == []


def test_english_is_the_message_itself():
    assert translate("County", "en") == "County"
    assert translate("County", "hu") == "Vármegye"


def test_numbers_choose_the_form():
    words = ("{count} row ({rate}) in quarantine", "{count} rows ({rate}) in quarantine")
    assert plural(*words, 1, "en", count=1, rate="1%") == "1 row (1%) in quarantine"
    assert plural(*words, 2, "en", count=2, rate="1%") == "2 rows (1%) in quarantine"
    assert plural(*words, 2, "hu", count=2, rate="1 %") == "2 sor (1 %) karanténban"


@pytest.mark.parametrize(
    ("address", "cookie", "referrer", "expected"),
    [
        ("/", None, None, "hu"),
        ("/?lang=en", None, None, "en"),
        ("/?lang=xx", None, None, "hu"),
        ("/", "en", None, "en"),
        ("/?lang=hu", "en", None, "hu"),
        ("/_dash-update-component", None, "http://localhost/service?lang=en", "en"),
        ("/_dash-update-component", "hu", "http://elsewhere.example/?lang=en", "hu"),
    ],
)
def test_the_address_comes_before_the_cookie(app, address, cookie, referrer, expected):
    headers = {"Referer": referrer} if referrer else {}
    if cookie:
        headers["Cookie"] = f"asp_language={cookie}"
    with app.server.test_request_context(address, headers=headers):
        assert language() == expected
