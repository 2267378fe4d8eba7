"""What a person typed into a form, checked on the server: plain text, within limits, with a message for each field."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard import formats
from dashboard.locale import translate as _
from dashboard.record.state import ENTRY_KINDS, KINDS

MOST_TEXT = 4000
MOST_NAME = 100
MOST_YEARS = 5
# Characters that turn the direction of what follows, so that a text reads otherwise than it is.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass
class Checked:
    """What was typed, in the form it is recorded in; complaints: what is wrong, by field, in the order of the form."""

    values: dict[str, Any] = field(default_factory=dict)
    complaints: dict[str, str] = field(default_factory=dict)


def check_item(typed: Mapping[str, Any], actors: Collection[str], on: date, language: str) -> Checked:
    """The form of a new item: kind, text, actor, due, name, role. on: today."""
    checked = Checked()
    kind = typed.get("kind")
    if kind not in KINDS:
        checked.complaints["kind"] = _("Choose whether it is a question or a decision.", language)
    checked.values["kind"] = kind
    _text(checked, typed.get("text"), _("Write down what you ask or decide.", language), language)
    actor = typed.get("actor")
    if actor not in actors:
        checked.complaints["actor"] = _("Choose who is to answer.", language)
    checked.values["actor"] = actor
    _due(checked, typed.get("due"), on, None, language)
    _signature(checked, typed, language)
    return checked


def check_entry(typed: Mapping[str, Any], on: date, due_now: date, language: str) -> Checked:
    """The form of an entry: kind, text, due (only of a changed due date), name, role. due_now: as the form showed it.

    Whether the item takes such an entry is checked where it is written, so that a form sent twice is no error.
    """
    checked = Checked()
    kind = typed.get("kind")
    if kind not in ENTRY_KINDS:
        checked.complaints["kind"] = _("Choose what you record.", language)
    checked.values["kind"] = kind
    if kind == "due_changed":
        _due(checked, typed.get("due"), on, due_now, language)
    else:
        checked.values["due"] = None
    _text(checked, typed.get("text"), _("Write the text.", language), language)
    _signature(checked, typed, language)
    return checked


def plain(text: object) -> str:
    """Text as it is recorded: composed letters, one kind of line end, no space at its ends."""
    lines = unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "\n".join(line.rstrip() for line in lines.split("\n")).strip()


def is_storable(text: str) -> bool:
    """Whether it holds no control characters but line ends, no half characters, nothing that turns its direction."""
    return all(letter == "\n" or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in TURNING)
               for letter in text)  # fmt: skip


def check_words(checked: Checked, name: str, typed: object, missing: str, language: str, most: int = MOST_NAME) -> None:
    """One field of plain text. missing: what is said of an empty one; it may be empty where that says nothing."""
    text = plain(typed) if most > MOST_NAME else " ".join(plain(typed).split())
    if text or missing:
        _words(checked, name, text, most, missing, language)
    else:
        checked.values[name] = ""


def _text(checked: Checked, typed: object, missing: str, language: str) -> None:
    _words(checked, "text", plain(typed), MOST_TEXT, missing, language)


def _signature(checked: Checked, typed: Mapping[str, Any], language: str) -> None:
    for name, missing in (("name", _("Give your name.", language)), ("role", _("Give your role.", language))):
        _words(checked, name, " ".join(plain(typed.get(name)).split()), MOST_NAME, missing, language)


def _words(checked: Checked, name: str, text: str, most: int, missing: str, language: str) -> None:
    checked.values[name] = text
    if not text:
        checked.complaints[name] = missing
    elif not is_storable(text):
        checked.complaints[name] = _(
            "It holds a character that cannot be recorded. Type it again, or paste it as plain text.", language
        )
    elif len(text) > most:
        count, limit = formats.number(len(text), language), formats.number(most, language)
        checked.complaints[name] = _(
            "It is too long: {count} characters, at most {most}.", language, count=count, most=limit
        )


def _due(checked: Checked, typed: object, on: date, now: date | None, language: str) -> None:
    try:
        due = date.fromisoformat(str(typed or "")[:10])
    except ValueError:
        checked.complaints["due"] = _("Give a day.", language)
        return
    checked.values["due"] = due
    furthest = on.replace(year=on.year + MOST_YEARS, day=min(on.day, 28))
    if due < on:
        checked.complaints["due"] = _("This day has passed. Choose today or a later one.", language)
    elif due > furthest:
        day = formats.day(furthest, language)
        checked.complaints["due"] = _("This day is too far away. The last possible one: {day}", language, day=day)
    elif due == now:
        checked.complaints["due"] = _("This is the day set now. Choose another.", language)
