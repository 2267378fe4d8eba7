"""The menu of a card, opened as a reader does: who sees no menu after the first press presses again."""

import re

from playwright.sync_api import Locator, expect

SECONDS_2 = 2_000
TRIES = 5


def open_menu(card: Locator) -> None:
    """Open the card's menu by the keyboard. A press before the page's script has reached the button does nothing, and
    one more on an open menu would close it: so each press is followed by a look."""
    button = card.locator(".card-menu button").first
    for _try in range(TRIES - 1):
        button.press("Enter")
        try:
            expect(button).to_have_attribute("aria-expanded", "true", timeout=SECONDS_2)
            break
        except AssertionError:
            continue
    expect(card.locator(".dropdown-menu").first).to_have_class(re.compile(r"\bshow\b"))
