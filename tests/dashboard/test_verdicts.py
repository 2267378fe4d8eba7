"""What a figure says about its target, and the sentence made of it and of its control chart."""

import pandas as pd
import pytest

from dashboard.answers import Answer
from dashboard.reasons import reason_words
from dashboard.sentences import answer_sentence, moved_sentence
from dashboard.verdicts import Verdict, standing, verdict
from data.control.chart import Aim
from data.control.judge import judge
from data.metrics.catalogue import metric
from data.provenance import Freshness
from data.selection import Selection
from data.signals import Signal
from tests.data.control.series import of_values


def answer(name: str, numerator: float, denominator: int) -> Answer:
    value = numerator / denominator if denominator else None
    frame = pd.DataFrame({"numerator": [numerator], "denominator": [denominator], "n": [denominator], "value": [value]})
    return Answer(metric(name), Selection.of_year(2026), (), frame, Freshness())


def judged(name: str, now: tuple[float, int]) -> Verdict:
    return verdict(answer(name, *now))


def signal(name: str, last: float, months: int = 26) -> Signal:
    """Of values that hover around 0.9 until the last one."""
    values = [0.88, 0.92, 0.90, 0.91] * 7
    definition = metric(name)
    chart = judge(of_values([*values[: months - 1], last]), "xmr", definition.better, Aim())
    return Signal(definition, None, chart, "nisz")


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


def test_a_sentence_counts_targets_and_names_the_farthest_and_what_has_really_changed():
    verdicts = [
        judged("sla_resolution_rate", (800, 1000)),
        judged("reopen_rate", (40, 1000)),
        judged("ticket_count", (5, 1)),
    ]
    signals = [signal("sla_resolution_rate", 0.5), signal("reopen_rate", 0.9)]

    assert answer_sentence(verdicts, signals, "hu") == (
        "Részben: 2 célértékből 1 teljesül. Legmesszebb a céltól: határidőre megoldva, 80,0\u00a0% "
        "(cél: legalább 90,0\u00a0%). Érdemi romlás: határidőre megoldva."
    )


@pytest.mark.parametrize(
    ("last", "months", "said"),
    [
        (0.5, 26, "Real deterioration: "),
        (0.999, 26, "Real improvement: "),
        (0.9, 26, "Nothing has really changed in the newest whole month."),
        (0.5, 12, "Too early to say whether anything has really changed."),
    ],
)
def test_what_has_changed_is_what_the_control_chart_says(last, months, said):
    assert moved_sentence([signal("sla_resolution_rate", last, months)], "en").startswith(said)


def test_without_signals_nothing_is_said_of_change():
    assert moved_sentence([], "en") == ""


@pytest.mark.parametrize(
    ("late", "begins"), [(0, "Yes: all 3"), (1, "Mostly: 2 of 3"), (2, "Partly: 1 of 3"), (3, "No: 0 of 3")]
)
def test_a_sentence_answers_the_question(late, begins):
    hits = [950] * (3 - late) + [100] * late

    assert answer_sentence([judged("sla_resolution_rate", (one, 1000)) for one in hits], [], "en").startswith(begins)


def test_a_target_of_nothing_is_not_farther_than_a_share():
    verdicts = [judged("sla_resolution_rate", (80, 100)), judged("expiring_contract_count", (9, 1))]

    assert "resolved within SLA" in answer_sentence(verdicts, [], "en")


def test_without_targets_the_sentence_says_so():
    assert answer_sentence([], [], "en") == "There are no figures with a target in this selection."


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
