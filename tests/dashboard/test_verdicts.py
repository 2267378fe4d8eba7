"""What a figure says about its target and about its past, and the sentence made of it."""

import pandas as pd
import pytest

from dashboard.answers import Answer
from dashboard.reasons import reason_words
from dashboard.sentences import answer_sentence
from dashboard.verdicts import Verdict, standing, verdict
from data.metrics.catalogue import metric
from data.provenance import Freshness
from data.selection import Selection


def answer(name: str, numerator: float, denominator: int, year: int = 2026) -> Answer:
    value = numerator / denominator if denominator else None
    frame = pd.DataFrame({"numerator": [numerator], "denominator": [denominator], "n": [denominator], "value": [value]})
    return Answer(metric(name), Selection.of_year(year), (), frame, Freshness())


def judged(name: str, now: tuple[float, int], before: tuple[float, int] | None = None) -> Verdict:
    return verdict(answer(name, *now), answer(name, *before, year=2025) if before else None)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("sla_resolution_rate", 0.90, "met"),
        ("sla_resolution_rate", 0.8999, "missed"),
        ("reopen_rate", 0.05, "met"),
        ("contract_growth_rate", 0.16, "missed"),
        ("ticket_count", 5.0, "no_target"),
        ("sla_resolution_rate", None, "no_value"),
    ],
)
def test_standing(name, value, expected):
    assert standing(metric(name), value) == expected


@pytest.mark.parametrize(
    ("name", "now", "before", "expected"),
    [
        ("sla_resolution_rate", (900, 1000), (800, 1000), "better"),
        ("sla_resolution_rate", (800, 1000), (900, 1000), "worse"),
        ("sla_resolution_rate", (8, 10), (9, 10), "steady"),  # chance alone could have made it
        ("sla_resolution_rate", (900_400, 1_000_000), (896_000, 1_000_000), "steady"),  # real, but too small to matter
        ("reopen_rate", (90, 1000), (40, 1000), "worse"),
        ("ticket_count", (1200, 1), (1000, 1), "moved"),  # no direction is better
        ("ticket_count", (1010, 1), (1000, 1), "steady"),
        ("sla_resolution_rate", (0, 0), (9, 10), "unknown"),
        ("sla_resolution_rate", (9, 10), None, "unknown"),
    ],
)
def test_a_change_is_real_or_it_is_not(name, now, before, expected):
    assert judged(name, now, before).movement == expected


def test_the_same_period_is_no_past():
    now = answer("sla_resolution_rate", 9, 10)

    assert verdict(now, now).movement == "unknown"


def test_a_sentence_counts_targets_and_names_the_farthest():
    verdicts = [
        judged("sla_resolution_rate", (800, 1000), (900, 1000)),
        judged("reopen_rate", (40, 1000), (40, 1000)),
        judged("ticket_count", (5, 1)),
    ]

    assert answer_sentence(verdicts, "hu") == (
        "Részben: 2 célértékből 1 teljesül. Legmesszebb a céltól: határidőre megoldva, 80,0\u00a0% "
        "(cél: legalább 90,0\u00a0%). Romlott az előző időszakhoz képest: határidőre megoldva."
    )


@pytest.mark.parametrize(
    ("late", "begins"), [(0, "Yes: all 3"), (1, "Mostly: 2 of 3"), (2, "Partly: 1 of 3"), (3, "No: 0 of 3")]
)
def test_a_sentence_answers_the_question(late, begins):
    hits = [950] * (3 - late) + [100] * late

    assert answer_sentence([judged("sla_resolution_rate", (one, 1000)) for one in hits], "en").startswith(begins)


def test_a_target_of_nothing_is_not_farther_than_a_share():
    verdicts = [judged("sla_resolution_rate", (80, 100)), judged("expiring_contract_count", (9, 1))]

    assert "resolved within SLA" in answer_sentence(verdicts, "en")


def test_without_targets_the_sentence_says_so():
    assert answer_sentence([], "en") == "There are no figures with a target in this selection."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("ticket_id is missing; it is required.", "ticket_id hiányzik, pedig kötelező"),
        ("priority is 'P5'; expected one of P1, P2.", "priority értéke „P5”; ezek egyike kell: P1, P2"),
        ("opened_at: '…' is not a date (…)", "opened_at nem dátum"),
        ("opened_at (\"Nyitva\"): '…' is not a date (…)", 'opened_at ("Nyitva") nem dátum'),
        ('priority ("Fok (1-4)") is missing; it is required.', 'priority ("Fok (1-4)") hiányzik, pedig kötelező'),
        (
            'resolved_at ("Vége") (2025-01-01) is before opened_at ("Nyitva") (2025-01-02).',
            'resolved_at ("Vége") (2025-01-01) korábbi, mint opened_at ("Nyitva") (2025-01-02)',
        ),
        ("9 columns instead of 30", "30 oszlop helyett 9"),
        ("something we have no words for", "something we have no words for"),
    ],
)
def test_reasons_are_read_in_the_readers_language(reason, said):
    assert reason_words(reason, "hu") == said
