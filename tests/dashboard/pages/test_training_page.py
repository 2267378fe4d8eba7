"""The page of training: every part of it answers, and it says what is shown and what is not."""

import pandas as pd
import pytest

from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card
from dashboard.components.block import BLOCKS
from dashboard.components.card import CARDS
from dashboard.components.training_meaning import effect_meaning
from dashboard.figures.training_effect import intervals
from dashboard.look import Look
from dashboard.training_words import check_sentence, effect_sentence, effect_title
from data.adoption.training_effect import COLUMNS, LEFT_OUT, Effect
from tests.dashboard.pages.test_pages import LOOKS, SELECTIONS, text

PAGE = "training-"
KINDS = ("everything", "a municipality", "nothing", "an early run")


def row(cut="all", member="", effect=-1.5, low=-2.5, high=-0.5, verdict="fewer", **further):
    usual = {
        "cut": cut, "member": member, "basis": "users", "events": 400, "municipalities": 300, "controls": 900,
        "no_control": 1, "tickets": 90, "before": 6.0, "after": 4.6, "control_before": 6.0, "control_after": 6.1,
        "effect": effect, "low": low, "high": high, "p": 0.002, "relative": effect / 6.1, "verdict": verdict,
    }  # fmt: skip
    return usual | further


def effect(*rows, **left_out):
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    events = int(frame.loc[frame["cut"] == "all", "events"].sum())
    return Effect(None, events + sum(left_out.values()), dict.fromkeys(LEFT_OUT, 0) | left_out, frame)


@pytest.fixture
def named(monkeypatch):
    """Members by their ids, so that no app is needed."""
    monkeypatch.setattr("dashboard.words.label", lambda cut, member, language: str(member))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (row(), ["1.5 fewer how-to tickets per 100 users", "25% less", "−2.5 … −0.5"]),
        (row(effect=1.5, low=0.5, high=2.5, verdict="more"), ["1.5 more how-to tickets", "25% more"]),
        (row(effect=-0.2, low=-1.0, high=0.7, verdict="none"), ["No effect", "within chance", "−1.0 … +0.70"]),
        (row(events=40, verdict="few"), ["Only 40 trainings", "too few"]),
    ],
    ids=["fewer", "more", "none", "few"],
)
def test_the_sentence_claims_no_more_than_the_interval(named, told, words):
    said = effect_sentence(effect(told), "en")
    assert all(one in said for one in words), said
    assert ("No effect" in effect_title(effect(told), "en")) == (told["verdict"] == "none")


def test_applications_are_told_apart_by_what_is_shown(named):
    rows = [row("service", "ADO"), row("service", "KERET", verdict="none"), row("service", "IRAT", verdict="few")]
    said = effect_sentence(effect(row(), *rows), "en")
    assert "Shown by itself in: ADO." in said
    assert "Not shown by itself in: KERET." in said
    assert "IRAT" not in said


def test_what_was_not_compared_and_the_check_are_told(named):
    blind = row("shuffled", effect=0.1, low=-0.5, high=0.7, verdict="none")
    said = check_sentence(effect(row(), blind, soon_after=30, no_control=7), "en")
    assert "Trainings completed: 437, compared: 400." in said
    assert "no similar municipality without training was found: 7" in said
    assert "finds +0.10 (−0.50 … +0.70), that is, nothing" in said
    assert "where it should find nothing" in check_sentence(effect(row(), blind | {"low": 0.05}), "en")
    assert effect_sentence(effect(), "en").startswith("The effect of training cannot be told")


def test_of_too_few_trainings_no_interval_is_drawn():
    rows = [row(), row("service", "ADO"), row("service", "KERET", verdict="few", low=-90.0, high=90.0)]
    figure = intervals(effect(*rows).frame, Look("en"), cut="service", label=lambda cut, member, language: str(member))
    lines, marks = figure.data
    assert list(lines.x) == [-2.5, -0.5, None, -2.5, -0.5, None]
    assert list(marks.x) == [None, -1.5, -1.5]
    assert list(figure.layout.yaxis.ticktext) == ["KERET", "ADO", "<b>All together</b>"]
    assert figure.layout.xaxis.range[0] > -3


@pytest.mark.slow
@pytest.mark.usefixtures("in_pages")
@pytest.mark.parametrize("search", [SELECTIONS[name] for name in KINDS], ids=KINDS)
def test_every_part_of_the_page_answers(search, caplog):
    cards = [name for name in CARDS if name.startswith(PAGE)]
    blocks = [name for name in BLOCKS if name.startswith(PAGE)]
    for mode in ("chart", "table"):
        for at, name in enumerate(cards):
            view = {"search": search, "address": "http://x/"} | LOOKS[at % 2]
            shown = fill_card(view, mode, {"part": "mode", "card": name})
            assert shown["title"], name
            assert "could not be made" not in text(shown["message"]), name
            assert "nem készülhetett el" not in text(shown["message"]), name
    for at, name in enumerate(blocks):
        assert fill_block({"search": search} | LOOKS[at % 2], {"part": "block", "card": name}), name
    assert (len(cards), len(blocks)) == (10, 8)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("in_pages")
def test_the_effect_brings_its_definition_and_formula():
    said = text(effect_meaning("en"))
    assert "TR05" in said
    assert "sum of u" in said
    assert "not drawn by lot" in said
