"""The page /adoption/comparison: its cards by every choice, and what the address asks for."""

import pytest

from dashboard.callbacks.cards import fill_card
from dashboard.components.comparison_card import CARDS_OF, Choice, choice_of
from tests.dashboard.pages.test_pages import LOOKS, text

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_pages")]
PASSED = "training_pass_rate"


def test_every_figure_unit_and_segment_is_answered_as_chart_and_table():
    chosen = [one for one in CARDS_OF if one.figure == PASSED or one == Choice(one.figure, "municipality")]
    for at, choice in enumerate(chosen):
        view = {"search": "?from=2026-01&to=2026-06", "address": "http://x/"} | LOOKS[at % 2]
        shown = fill_card(view, ("chart", "table")[at % 2], {"part": "mode", "card": CARDS_OF[choice].id})
        assert shown["title"], choice
        assert "icon-alert" not in text(shown["message"]), choice
    assert len(chosen) > 15


def test_the_table_is_in_the_order_of_the_alphabet_and_leads_to_each_municipality():
    card = CARDS_OF[Choice("sla_resolution_rate", "municipality")]
    view = {"search": "?from=2026-01&to=2026-06", "address": "http://x/"} | LOOKS[0]

    said = text(fill_card(view, "table", {"part": "mode", "card": card.id})["table"])

    assert "/municipality/" in said
    assert "a határokon belül" in said or "within the limits" in said


def test_the_address_chooses_and_what_it_does_not_know_is_the_first():
    assert choice_of({}) == Choice("key_user_coverage_rate", "municipality")
    assert choice_of({"figure": "nothing", "unit": "county", "segment": "size_band"}).segment == ""


def test_the_sentence_counts_who_lies_outside():
    # A page is imported by its app, under a name of its own.
    from dashboard.pages.adoption_comparison import show

    said = show({"search": "?figure=in_use", "language": "hu"}, None)

    assert "önkormányzatból" in said[0]
    assert "99,8" in said[0]
