"""What a signal is called, and why it is one: in both languages, whatever the figures."""

from datetime import date

import pytest

from dashboard.signal_words import (
    assurance_sentence,
    of_month,
    point_words,
    signal_sentence,
    signal_words,
)
from data.control.chart import Aim
from data.metrics.catalogue import metric
from tests.dashboard.charts import GAP, judged, wobble

RATE = metric("sla_resolution_rate")
RISING = [0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


SENTENCES = {
    "above": ([*wobble(20), 0.99], "A 2025. szeptemberi érték a felső határ felett van.", "September 2025 lies above"),
    "below": ([*wobble(20), 0.80], "A 2025. szeptemberi érték az alsó határ alatt van.", "September 2025 lies below"),
    "none": (wobble(20), "A legfrissebb érték a szokásos ingadozáson belül van.", "within what chance alone"),
    "short": (wobble(9), "Eddig 9 hónap adata ítélhető meg", "9 months can be judged so far; at least 13"),
    "no figure": ([GAP] * 14, "Még nincs adat.", "There is no figure yet."),
}


@pytest.mark.parametrize(("values", "hungarian", "english"), SENTENCES.values(), ids=SENTENCES)
def test_the_last_point_is_explained_by_the_rule_it_meets(values, hungarian, english):
    chart = judged(values)

    assert hungarian in plain(signal_sentence(chart, "hu"))
    assert english in plain(signal_sentence(chart, "en"))


def test_a_run_says_how_long_it_is_and_on_which_side():
    high = judged([*wobble(20, 0.90), *([0.9075] * 9)])
    low = judged([*wobble(21, 0.90), *([0.8925] * 9)])

    assert plain(signal_sentence(high, "hu")) == "2025. szeptember óta minden érték az átlag felett van (9 érték)."
    assert plain(signal_sentence(low, "en")) == "Every value since October 2025 is below the mean (9 values)."


def test_a_trend_says_which_way_it_goes_and_skips_gaps():
    steps = [0.895, 0.897, GAP, 0.899, 0.901, 0.903, 0.905, 0.9055]
    chart = judged([*wobble(17, 0.90), 0.894, *steps])

    assert "2025. június óta rendre emelkednek az értékek (8 érték)." in plain(signal_sentence(chart, "hu"))


def test_a_series_that_began_anew_says_since_when_it_is_counted():
    chart = judged([*wobble(20), *wobble(5, 0.95)], rebases=[(date(2025, 9, 1), "new contract")])

    assert "A határok újraszámítása óta 5 hónap" in signal_sentence(chart, "hu")


@pytest.mark.parametrize(
    ("better", "values", "said"),
    [
        ("higher", [*wobble(20), 0.99], "érdemi javulás"),
        ("lower", [*wobble(20), 0.99], "érdemi romlás"),
        ("neutral", [*wobble(20), 0.99], "érdemi elmozdulás"),
        ("higher", wobble(20), "szokásos ingadozás"),
        ("higher", wobble(5), "még korai megítélni"),
    ],
)
def test_the_better_direction_decides_the_word(better, values, said):
    assert signal_words(judged(values, better=better, aim=Aim()), "hu") == said


@pytest.mark.parametrize(
    ("target", "said", "because"),
    [
        (0.99, "a céltól rendre elmarad", "nem teljesül"),
        (0.5, "a célt folyamatosan teljesíti", "hónapról hónapra teljesül"),
        (0.9, "hol teljesíti a célt, hol nem", "a véletlenen múlik"),
    ],
)
def test_the_limits_say_whether_the_target_can_be_met(target, said, because):
    chart = judged(wobble(20), aim=Aim(target))

    assert signal_words(chart, "hu") == f"szokásos ingadozás; {said}"
    assert because in assurance_sentence(chart, RATE, "hu")
    assert f"{target * 100:.1f}".replace(".", ",") in assurance_sentence(chart, RATE, "hu")


def test_nothing_is_said_of_a_target_that_is_not_set_or_too_early_to_judge():
    assert assurance_sentence(judged(wobble(20), aim=Aim()), RATE, "en") == ""
    assert assurance_sentence(judged(wobble(6)), RATE, "en") == ""


@pytest.mark.parametrize(
    ("month", "hungarian", "english"),
    [
        ("2026-03", "a 2026. márciusi", "March 2026"),
        ("2026-07", "a 2026. júliusi", "July 2026"),
        ("1999-05", "az 1999. májusi", "May 1999"),
    ],
)
def test_a_month_is_an_attribute_with_its_article(month, hungarian, english):
    assert of_month(month, "hu").replace("\u00a0", " ") == hungarian
    assert of_month(month, "en").replace("\u00a0", " ") == english


def test_a_point_without_a_signal_says_nothing():
    points = judged([*wobble(20), 0.99]).points.to_dict("records")

    assert point_words(points[0], "hu") == ""
    assert point_words(points[-1], "hu") == "érdemi javulás (határon kívül)"
