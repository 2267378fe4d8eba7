"""How the reader looks: language, theme, width of the screen. Figures and tables are made for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from dashboard.locale import LANGUAGES, language
from data.selection import Selection

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """language "hu" or "en"; theme "light" or "dark" (already decided where the reader chose "auto"); narrow screen."""

    language: str = "hu"
    theme: Theme = "light"
    narrow: bool = False


def look_of(view: Mapping[str, Any] | None) -> Look:
    """The look that the browser reports; anything else is replaced by a default."""
    view = view or {}
    chosen = view.get("language")
    return Look(
        language=chosen if chosen in LANGUAGES else language(),
        theme="dark" if view.get("theme") == "dark" else "light",
        narrow=bool(view.get("narrow")),
    )


def selection_of(view: Mapping[str, Any] | None) -> Selection:
    """What the reader has selected, from the query of the address. Raises BadSelection."""
    return Selection.from_query(query_of(str((view or {}).get("search") or "")))


def query_of(search: str) -> dict[str, str]:
    """The query of an address (`?from=2025-01&…`); of a key given twice the last one."""
    return dict(parse_qsl(search.removeprefix("?"), max_num_fields=100))
