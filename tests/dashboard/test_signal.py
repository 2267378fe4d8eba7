"""Marks of signals: each has a shape of its own and a word, so that none is told by its colour."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import dashboard
from dashboard.components.signal import assurance_mark, signal_marks, variation_mark
from dashboard.signal_words import ASSURANCES, VARIATIONS, assurance_words, variation_words
from tests.dashboard.charts import judged, wobble

STYLES = (Path(dashboard.__file__).parent / "assets" / "signal.css").read_text(encoding="utf-8")
SHAPES = dict(re.findall(r"\.((?:signal|assure)-[a-z-]+) \{ --icon: (url\(.*?\)); \}", STYLES))
SIGNALLED = ("improvement", "concern", "shift")


def marks() -> list[Any]:
    sides = [variation_mark(one, side, "higher", "hu") for one, side in product(SIGNALLED, ("high", "low"))]
    rest = [variation_mark(one, None, "higher", "hu") for one in ("common", "too_early")]
    return [*sides, *rest, *(assurance_mark(one, "higher", "hu") for one in ASSURANCES)]


def shape_of(mark: Any) -> str:
    return mark.children[0].className.split()[-1]


def test_every_mark_is_drawn_and_no_two_alike():
    drawn = [SHAPES[shape_of(mark)] for mark in marks()]

    assert len(drawn) == len(set(drawn)) == 13


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_variation_is_said_by_its_word(variation, language):
    mark = variation_mark(variation, "high" if variation in SIGNALLED else None, "lower", language)

    assert mark.children[1].children == variation_words(variation, language)


@pytest.mark.parametrize("assurance", ASSURANCES)
def test_a_mark_without_a_visible_word_still_says_it_to_screen_readers(assurance):
    mark = assurance_mark(assurance, "higher", "hu", word=False)

    assert mark.children[1].className == "visually-hidden"
    assert assurance_words(assurance, "hu") in mark.children[1].children


def test_the_side_of_a_signal_is_said():
    assert variation_mark("concern", "low", "higher", "hu").title == (
        "érdemi romlás; alacsony értékek; a magasabb a jobb"
    )
    assert "values" not in variation_mark("common", None, "higher", "en").title


def test_what_is_too_early_is_said_once():
    short, long = judged(wobble(5)), judged(wobble(20))

    assert len(signal_marks(short, "higher", "hu").children) == 1
    assert len(signal_marks(long, "higher", "hu").children) == 2
