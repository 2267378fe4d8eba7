"""Which signals the scorecard says, in which order, of which application, and in which words."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.record import OpenItem, OpenItems
from dashboard.scorecard import MOST, MOST_DUE, MOST_IMPROVEMENTS, family, findings, is_judged, kind_of, select
from dashboard.scorecard_readings import Expiring, LawChanges
from dashboard.scorecard_words import (
    NOT_YET_BETTER,
    NOT_YET_WORSE,
    against,
    contracts_told,
    decisions_told,
    laws_told,
    summary,
    told,
)
from data.control.chart import Aim, ControlChart
from data.control.judge import judge
from data.metrics.catalogue import METRICS, metric
from data.signals import Signal
from tests.data.control.series import of_values

USUAL = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 8.0, 10.0, 12.0, 9.0, 11.0, 10.0] * 2
ONES = {family(one): one for one in METRICS.values() if one.better == "higher" and is_judged(one)}
SAME_WAY = [one.id for one in ONES.values()]
"""Of each thing measured one figure of which more is better."""


def plain(text: str) -> str:
    """With plain spaces."""
    return text.replace("\u00a0", " ")


def signal(
    name: str = "sla_resolution_rate",
    last: float | None = 10.0,
    target: float | None = None,
    service: str | None = None,
    n: int = 1,
) -> Signal:
    """Of a figure that hovers around 10 until its newest month."""
    definition = replace(metric(name), target=target)
    frame = of_values([*USUAL, last]).assign(n=n)
    return Signal(definition, service, judge(frame, "xmr", definition.better, Aim(target=target)), "nisz")


@pytest.mark.parametrize(
    ("last", "target", "kind"),
    [
        (-90.0, 95.0, "concern_missing"),
        (-90.0, None, "concern"),
        (-90.0, 10.0, "concern"),
        (10.0, 95.0, "missing"),
        (10.0, 10.0, None),
        (10.0, None, None),
        (99.0, None, "improvement"),
        (99.0, 500.0, "improvement"),
    ],
)
def test_a_signal_belongs_to_a_group(last, target, kind):
    assert kind_of(signal(last=last, target=target)) == kind


def test_a_figure_without_a_better_direction_shifts():
    assert kind_of(signal("ticket_count", 99.0)) == "shift"


def test_an_old_value_is_no_news():
    definition = metric("sla_resolution_rate")
    for gap, expected in ((2, "concern"), (3, None)):
        frame = of_values([*USUAL, -90.0, *[None] * gap])
        found = Signal(definition, None, judge(frame, "xmr", "higher", Aim()), "nisz")
        assert kind_of(found) == expected


def test_order_is_by_group_then_by_distance():
    names = iter(SAME_WAY)
    whole = [
        signal(next(names), 99.0),
        signal(next(names), 10.0, 95.0),
        signal(next(names), -90.0),
        signal(next(names), -50.0),
        signal("ticket_count", 99.0),
        signal(next(names), -90.0, 95.0),
        signal(next(names), 10.0),
    ]

    found = findings(whole, [])

    assert [one.kind for one in found] == ["concern_missing", "concern", "concern", "missing", "shift", "improvement"]
    assert [one.signal.chart.last["value"] for one in found[1:3]] == [-90.0, -50.0]


def test_two_ways_of_measuring_one_thing_are_one_statement():
    found = findings([signal("resolution_minutes_p90", 99.0), signal("resolution_minutes_median", 99.0)], [])

    assert [one.signal.metric.id for one in found] == ["resolution_minutes_p90"]
    assert family(metric("resolution_minutes_median")) == family(metric("resolution_minutes_p90")) == "IN02"


@pytest.mark.parametrize(
    ("fallen", "service", "others"),
    [
        (["ADO"], "ADO", ()),
        (["ADO", "GAZD"], "GAZD", ()),  # GAZD has most cases
        (["ADO", "GAZD", "IRAT"], None, ("ADO", "GAZD", "IRAT")),
        ([], None, ()),
    ],
)
def test_the_application_that_drives_a_fall_is_named(fallen, service, others):
    sizes = {"ADO": 10, "GAZD": 20, "IRAT": 5}
    parts = [signal(last=-90.0 if one in fallen else 10.0, service=one, n=n) for one, n in sizes.items()]

    (found,) = findings([signal(last=-90.0)], parts)

    assert (found.signal.service, found.others) == (service, others)


def test_an_application_that_falls_while_the_whole_stands_still_is_news():
    (found,) = findings([signal()], [signal(service="ADO", last=-90.0), signal(service="GAZD")])

    assert (found.signal.service, found.kind) == ("ADO", "concern")


def test_an_application_that_improves_while_the_whole_stands_still_is_not():
    assert findings([signal()], [signal(service="ADO", last=99.0)]) == []


@pytest.mark.parametrize(("due", "quality"), [(0, 0), (1, 0), (3, 1), (5, 1)])
def test_at_most_twelve_things_are_said_and_what_is_due_has_its_place(due, quality):
    worse = [signal(name, -90.0) for name in SAME_WAY[:20]]
    better = [signal(name, 99.0) for name in SAME_WAY[20:26]]
    chosen = select(findings([*worse, *better], []), due, quality)

    assert len(chosen) + min(due, MOST_DUE) + quality == MOST
    assert sum(one.kind == "improvement" for one in chosen) == 1, "good news is not crowded out"


def test_not_more_than_three_improvements_are_said():
    chosen = select(findings([signal(name, 99.0) for name in SAME_WAY[:9]], []), 0, 0)
    assert len(chosen) == MOST_IMPROVEMENTS


def test_where_nothing_is_news_nothing_is_said():
    assert select(findings([signal()], []), 0, 0) == []


def test_budgets_are_not_judged_month_by_month():
    assert not is_judged(metric("execution_rate"))
    assert is_judged(metric("sla_resolution_rate"))
    assert not is_judged(metric("contract_value_huf"))


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_app")
def test_a_finding_is_told_in_sentences():
    (found,) = findings([signal(last=-90.0, target=95.0)], [])
    said = plain(" ".join(told(found, "en")))

    assert said.startswith("−9,000.0% (April 2018). April 2018 lies below the lower limit.")
    assert said.endswith("Consistently misses the target (target: at least 9,500.0%).")


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("last", [-90.0, 10.0, 99.0])
@pytest.mark.parametrize("target", [None, 10.0, 95.0])
def test_no_sentence_keeps_an_empty_place_or_ends_twice(language, last, target):
    for one in findings([signal(last=last, target=target)], []):
        said = " ".join(told(one, language))
        assert "{" not in said
        assert ".." not in said
        assert "()" not in said
        assert said.endswith(".")


def only_a_trend(chart: ControlChart) -> ControlChart:
    """The chart as if its last point met no other rule."""
    return replace(chart, columns={**chart.columns, "rules": [*chart.columns["rules"][:-1], ("trend",)]})


@pytest.mark.parametrize(
    ("better", "values", "said"),
    [
        ("higher", [*[30.0, 28.0] * 3, *[10.0, 12.0] * 8, 27.0, 26.0, 25.0, 24.0, 23.0, 22.5, 22.0], NOT_YET_WORSE),
        ("lower", [*[30.0, 28.0] * 3, *[10.0, 12.0] * 8, 27.0, 26.0, 25.0, 24.0, 23.0, 22.5, 22.0], NOT_YET_BETTER),
    ],
)
def test_a_trend_against_the_side_it_is_on_is_said_so(better, values, said):
    definition = replace(metric("sla_resolution_rate"), better=better)
    chart = judge(of_values(values), "xmr", better, Aim())

    assert against(Signal(definition, None, only_a_trend(chart), "nisz")) == said


def test_nothing_is_added_to_a_trend_that_goes_its_own_way():
    rising = [*[10.0, 12.0] * 9, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0]
    chart = judge(of_values(rising), "xmr", "higher", Aim())

    assert against(Signal(metric("sla_resolution_rate"), None, only_a_trend(chart), "nisz")) is None


@pytest.mark.parametrize(
    ("signals", "begins"),
    [
        ([signal()], "Yes: "),
        ([signal(last=-90.0, target=95.0), signal()], "Not in everything: real deterioration 1, target consistently "),
        ([], "There is no data"),
        ([replace(signal(), chart=judge(of_values([1.0, 2.0]), "xmr", "higher", Aim()))], "Too early to say"),
        ([replace(signal(), chart=judge(of_values([]), "xmr", "higher", Aim()))], "There is no data"),
    ],
)
def test_the_answer_counts_what_is_judged(signals, begins):
    assert summary(signals, "en").startswith(begins)


def item(number: int, overdue: bool) -> OpenItem:
    return OpenItem(number, "question", "Why?", "nisz", date(2026, 11, 2), overdue, False, f"/decisions/{number}")


@pytest.mark.usefixtures("in_app")
def test_what_is_due_is_counted():
    items = OpenItems([item(7, True), item(9, False)], total=2)
    laws = LawChanges(in_force=1, ahead=2, next_on=date(2026, 12, 1), service="ADO")
    soon = Expiring(None, 3, date(2027, 2, 3))  # type: ignore[arg-type]

    assert (
        plain(decisions_told(items, "en")) == "2 open, 1 of them overdue; the most urgent one: no. 7 (due: 2 Nov 2026)."
    )
    assert plain(laws_told(laws, "en")) == (
        "Already in force: 1. Taking effect within 60 days: 2; the next one: 1 Dec 2026 (ADÓ)."
    )
    assert plain(contracts_told(soon, "en")) == "Their number: 3 (the first one ends: 3 Feb 2027)."
    for said in (decisions_told(items, "hu"), laws_told(laws, "hu"), contracts_told(soon, "hu")):
        assert ".." not in said
