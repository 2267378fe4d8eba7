"""Why did it change: what is printed adds up, in the figure, the table and the words; the address chooses."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.callbacks.cards import fill_card
from dashboard.callbacks.why import follow_address
from dashboard.components.why import CARDS_OF, chosen, why_block
from dashboard.figures.waterfall import waterfall
from dashboard.look import Look
from dashboard.why_steps import SHOWN, change_said, positions, shortened, steps_of, value_said, way_of
from dashboard.why_words import sentence
from data.changes import Change, change, dimensions_of
from data.decomposition import amount, ratio
from data.metrics.catalogue import METRICS
from data.replacement import OTHERS, quantile
from data.selection import Selection

pytestmark = pytest.mark.slow  # whole worlds are counted twice

MARCH, APRIL = Selection(date(2025, 3, 1), date(2025, 3, 31)), Selection(date(2025, 4, 1), date(2025, 4, 30))
RATE, COUNT, P90 = METRICS["sla_resolution_rate"], METRICS["ticket_count"], METRICS["resolution_minutes_p90"]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from("ABCDEFGHIJKLM")), st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=1
)


def changed(metric, earlier, later, kind="ratio"):
    found = {"ratio": ratio, "amount": amount}[kind](earlier, later, lambda key: key[0])
    return Change(metric, MARCH, APRIL, "service", ("service",), Fraction(1), kind, found)


def by_name(member):
    return "others" if member == OTHERS else member


@settings(deadline=None)
@given(CELLS, CELLS, st.sampled_from(["ratio", "amount"]))
def test_steps_add_up_to_the_printed_change_member_by_member_and_effect_by_effect(earlier, later, kind):
    steps = steps_of(changed(RATE if kind == "ratio" else COUNT, earlier, later, kind))
    short = shortened(steps)

    for one in (steps, short):
        assert sum(step.total for step in one.steps) == one.change == one.after - one.before
        assert positions(one)[-1] == one.after
    assert len(short.steps) <= SHOWN + 1
    assert [short.sum_of(name) for name in short.effects] == [steps.sum_of(name) for name in steps.effects]
    if kind == "amount":
        assert steps.sum_of("mix") == 0


@settings(deadline=None)
@given(CELLS, CELLS)
def test_a_waterfall_leads_from_the_earlier_value_to_the_later_one(earlier, later):
    steps = steps_of(changed(RATE, earlier, later))
    figure = waterfall(steps, ("March", "April"), Look("en"), by_name)
    bars = [trace for trace in figure.data if trace.type == "bar" and trace.base is not None]

    drawn = sum(sum(trace.x) for trace in bars)
    assert drawn == pytest.approx(float(steps.change * steps.size))
    names = list(figure.layout.yaxis.ticktext)
    assert (names[0], names[-1]) == ("March", "April")
    assert {trace.marker.pattern.shape for trace in bars} == ({"/", ""} if shortened(steps).steps else set())
    beside = [note.text for note in figure.layout.annotations]
    assert beside[0] == f"<b>{value_said(steps.before, steps, 'en')}</b>"
    assert beside[-1] == f"<b>{value_said(steps.after, steps, 'en')}</b>"


def test_a_figure_without_an_earlier_value_says_so():
    steps = steps_of(changed(RATE, {}, {("A",): (1, 2)}))

    assert steps is None
    said = waterfall(steps, ("March", "April"), Look("hu"), by_name).layout.annotations[0].text
    assert said == "A két időszak egyikében nincs mit összevetni."


def test_the_sentence_names_who_did_it_and_who_worked_against_it():
    earlier = {("ADÓ",): (95, 100), ("GAZD",): (90, 100), ("IRAT",): (80, 100)}
    later = {("ADÓ",): (80, 100), ("GAZD",): (87, 100), ("IRAT",): (86, 100)}
    steps = steps_of(changed(RATE, earlier, later))

    assert sentence(steps, by_name, "hu") == (
        "Romlás: 4,0 százalékpont (88,3 % → 84,3 %). Legnagyobb tényezők: ADÓ: 5,0 (arány), GAZD: 1,0 (arány). "
        "Ellene hatott: IRAT: 2,0 (arány). Hatásonként: összetétel 0,0, arány −4,0."
    ).replace(" %", "\u00a0%").replace(" százalékpont", "\u00a0százalékpont")  # fmt: skip
    assert sentence(steps, by_name, "en").startswith("Deterioration: 4.0")


def test_what_cancels_out_is_said_to_cancel_out():
    steps = steps_of(changed(COUNT, {("A",): (5, 0), ("B",): (7, 0)}, {("A",): (7, 0), ("B",): (5, 0)}, "amount"))

    assert sentence(steps, by_name, "en") == "No change (12 → 12); what its members did cancels out."


def test_a_small_change_is_shown_by_a_digit_more():
    steps = steps_of(changed(RATE, {("A",): (9000, 10000)}, {("A",): (9007, 10000)}))

    assert change_said(steps.change, steps, "en") == "+0.07\u00a0percentage points"
    assert value_said(steps.before, steps, "en") == "90.00%"


@pytest.mark.parametrize(
    ("metric", "before", "after", "said"),
    [
        ("resolution_minutes_p90", 61, 200, "+2 h 19 min"),
        ("spent_huf", 1_240_000_000, 1_310_400_000, "+HUF 0.07 bn"),
        ("certificate_cost_huf", 4_000, 5_100, "+HUF 1,100"),
        ("backlog_count", 40, 18, "\u221222"),
    ],
)  # fmt: skip
def test_amounts_are_said_in_the_metrics_own_unit(metric, before, after, said):
    steps = steps_of(changed(METRICS[metric], {("A",): (before, 1)}, {("A",): (after, 1)}))

    assert change_said(steps.change, steps, "en").replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("metric", "difference", "way"),
    [("sla_resolution_rate", -1, "worse"), ("reopen_rate", -1, "better"), ("ticket_count", 1, "up"),
     ("escalation_rate", -1, "down"), ("reopen_rate", 0, "none")],
)  # fmt: skip
def test_an_effect_is_better_or_worse_by_the_metrics_direction(metric, difference, way):
    assert way_of(METRICS[metric], difference) == way


# --- on the page ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize("metric", [RATE.id, COUNT.id, P90.id, "backlog_count", "reopen_rate"])
@pytest.mark.parametrize("search", ["?from=2025-03&to=2025-04", "?from=2025-02&to=2025-03&why=priority&compare=month"])
def test_the_table_of_the_card_adds_up_as_printed(metric, search):
    view = {"search": search, "language": "en", "theme": "light", "narrow": False}
    of = {"part": "mode", "card": f"why-{metric}"}

    assert "Why did it change?" in fill_card(view, "chart", of)["title"]
    frame = CARDS_OF[metric].table(_answered(metric, view), Look("en"))

    effects = [name for name in frame.columns if name.startswith(("Volume", "Mix", "Rate", "Together", "Numerator"))]
    assert effects
    for name in effects:
        assert sum(frame[name][:-1]) == pytest.approx(frame[name].iloc[-1])
    together = next(name for name in effects if name.startswith("Together"))
    assert frame[together].iloc[-1] == pytest.approx(sum(frame[name].iloc[-1] for name in effects[:3]))


@pytest.mark.usefixtures("in_app")
def test_the_address_chooses_the_breakdown_and_the_periods():
    view = {"search": "?from=2025-01&to=2025-04&why=actor&compare=month", "language": "hu", "theme": "light"}

    said, dimension, comparison = follow_address(view, {"part": "why-words", "card": RATE.id})
    card = fill_card(view, "chart", {"part": "mode", "card": f"why-{RATE.id}"})

    assert (dimension, comparison) == ("actor", "month")
    assert card["subtitle"].endswith("2025.\u00a0április, összevetve: 2025.\u00a0március · szereplőnként")
    assert "Hatásonként" in said
    assert fill_card(
        view | {"search": "?from=2025-01&to=2025-04"}, "chart", {"part": "mode", "card": f"why-{RATE.id}"}
    )["subtitle"].endswith("szakrendszerenként és komponensenként")


def test_an_address_that_names_nothing_known_gets_the_first_choices():
    assert chosen(RATE, {"why": "moon", "compare": "never"}) == ("service", "previous")


@pytest.mark.usefixtures("in_app")
def test_a_figure_that_cannot_be_taken_apart_says_so():
    assert dimensions_of(METRICS["read_count"]) == ()
    assert "bontás" in str(why_block("read_count").children)


# --- from the database ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", [name for name, one in METRICS.items() if dimensions_of(one)])
def test_every_metric_changes_by_what_its_parts_did(filled_store, metric):
    with filled_store.reading() as connection:
        for dimension in dimensions_of(METRICS[metric]):
            found = change(connection, METRICS[metric], MARCH, APRIL, dimension).found
            if found.change is not None:
                assert found.effect.total == found.change


def test_quantiles_come_to_the_measured_ends():
    found = quantile({"A": {1: 3, 5: 2}}, {"A": {2: 3, 9: 2}}, 0.9, (5.0, 9.0))

    assert (found.before, found.after, found.effect.total) == (5, 9, 4)


def _answered(metric, view):
    from dashboard.callbacks.cards import ask_all

    return ask_all(CARDS_OF[metric], view)
