"""Effects add up to the change to the last digit, whatever the cells; against naive sums and examples by hand."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.decomposition import Effect, amount, apportioned, nearest, ratio
from data.replacement import MIX, MOST, OTHERS, quantile

TENTH = Fraction(1, 10)
WHOLE = st.integers(-20, 60)
MEMBERS = st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from("12"))
CELLS = st.dictionaries(MEMBERS, st.tuples(WHOLE, st.integers(0, 40)), max_size=12)
COUNTS = st.dictionaries(MEMBERS, st.tuples(st.integers(0, 60), st.just(0)), max_size=12)
SIGNED = st.dictionaries(MEMBERS, st.tuples(WHOLE, st.just(0)), max_size=12)
ROWS = st.dictionaries(
    st.sampled_from("ABC"), st.dictionaries(st.integers(0, 50), st.integers(1, 5), min_size=1, max_size=6), max_size=3
)


def first(key):
    return key[0]


def all_of(key):
    return key


# --- shares ---------------------------------------------------------------------------------------------------------


def test_a_worked_example_by_hand():
    """Half of the cases at 90 % and half at 50 % become one in five and four in five, the first falls to 80 %."""
    earlier, later = {("A",): (45, 50), ("B",): (25, 50)}, {("A",): (16, 20), ("B",): (40, 80)}

    found = ratio(earlier, later, first)

    assert (found.before, found.after) == (Fraction(7, 10), Fraction(56, 100))
    middle = Fraction(63, 100)
    assert found.parts["A"].value == Effect(
        mix=(Fraction(2, 10) - Fraction(1, 2)) * (Fraction(85, 100) - middle), rate=Fraction(35, 100) * Fraction(-1, 10)
    )
    assert found.parts["B"].value == Effect(mix=Fraction(3, 10) * (Fraction(1, 2) - middle), rate=Fraction(0))
    assert found.effect.total == found.change == Fraction(-14, 100)


@settings(deadline=None)
@given(CELLS, CELLS)
def test_effects_on_a_share_add_up_exactly(earlier, later):
    found = ratio(earlier, later, first)

    if found.change is not None:
        assert found.effect.total == found.change
        assert found.effect.volume == 0
    numerators = [sum(cell[0] for cell in cells.values()) for cells in (earlier, later)]
    assert found.amount.total == numerators[1] - numerators[0]


@settings(deadline=None)
@given(CELLS, CELLS)
def test_effects_on_a_share_are_those_of_a_naive_loop(earlier, later):
    found = ratio(earlier, later, first)
    if found.change is None:
        return
    d0, d1 = (sum(cell[1] for cell in cells.values()) for cells in (earlier, later))
    middle = (found.before + found.after) / 2
    mix = dict.fromkeys("ABC", Fraction(0))
    rate = dict.fromkeys("ABC", Fraction(0))
    for key in {*earlier, *later}:
        (a, b), (c, e) = earlier.get(key, (0, 0)), later.get(key, (0, 0))
        w0, w1 = Fraction(b, d0), Fraction(e, d1)
        if b and e:
            r0, r1 = Fraction(a, b), Fraction(c, e)
            mix[key[0]] += (w1 - w0) * ((r0 + r1) / 2 - middle)
            rate[key[0]] += (w0 + w1) / 2 * (r1 - r0)
        elif b or e:
            mix[key[0]] += Fraction(c, d1) - Fraction(a, d0) - middle * (w1 - w0)
        else:
            rate[key[0]] += Fraction(c, d1) - Fraction(a, d0)

    for member, part in found.parts.items():
        assert (part.value.mix, part.value.rate) == (mix[member], rate[member])


@settings(deadline=None)
@given(CELLS, CELLS)
def test_swapping_the_periods_of_a_share_flips_the_signs(earlier, later):
    there, back = ratio(earlier, later, first), ratio(later, earlier, first)

    for member, part in there.parts.items():
        other = back.parts[member]
        assert part.amount + other.amount == Effect()
        assert (part.value is None) == (other.value is None)
        assert part.value is None or part.value + other.value == Effect()


@settings(deadline=None)
@given(CELLS, CELLS)
def test_effects_of_cells_add_up_to_those_of_any_dimension_and_of_pairs(earlier, later):
    fine = ratio(earlier, later, all_of).parts
    for of in (first, lambda key: key[1], lambda key: key[2], lambda key: (key[0], key[2]), lambda key: "all"):
        for member, part in ratio(earlier, later, of).parts.items():
            cells = [cell for key, cell in fine.items() if of(key) == member]
            assert sum((cell.amount for cell in cells), Effect()) == part.amount
            assert sum((cell.value or Effect() for cell in cells), Effect()) == (part.value or Effect())


@settings(deadline=None)
@given(CELLS, CELLS, st.integers(2, 5))
def test_splitting_a_cell_into_like_ones_changes_nothing(earlier, later, pieces):
    def split(cells):
        return {(*key, str(piece)): cell for key, cell in cells.items() for piece in range(pieces)}

    def joined(cells):
        return {key: (pieces * top, pieces * below) for key, (top, below) in cells.items()}

    assert ratio(split(earlier), split(later), first) == ratio(joined(earlier), joined(later), first)


def test_a_new_and_a_vanished_member_are_mix():
    found = ratio({("A",): (1, 10), ("old",): (9, 10)}, {("A",): (1, 10), ("new",): (5, 10)}, first)

    assert {member: part.value.rate for member, part in found.parts.items()} == {"A": 0, "new": 0, "old": 0}
    assert found.effect.total == found.change == Fraction(-1, 5)


@pytest.mark.parametrize(("earlier", "later"), [({}, {("A",): (1, 2)}), ({("A",): (1, 2)}, {}), ({}, {})])
def test_a_share_of_nothing_has_no_effects_but_its_numerator_has(earlier, later):
    found = ratio(earlier, later, first)

    assert found.change is None
    assert all(part.value is None for part in found.parts.values())
    assert found.amount.total == sum(cell[0] for cell in later.values()) - sum(cell[0] for cell in earlier.values())


def test_a_numerator_without_any_denominator_is_the_rate():
    """Incidents of a kind of change that was never made: they weigh nothing, yet the ratio rises."""
    found = ratio({("A",): (2, 10), ("B",): (0, 0)}, {("A",): (2, 10), ("B",): (3, 0)}, first)

    assert found.parts["B"].value == Effect(rate=Fraction(3, 10))


# --- amounts --------------------------------------------------------------------------------------------------------


def test_an_amount_by_hand():
    """From 60 and 40 to 90 and 60: all grew by half. From 60 and 40 to 60 and 140 the second pulled it up."""
    alike = amount({("A",): (60, 0), ("B",): (40, 0)}, {("A",): (90, 0), ("B",): (60, 0)}, first)
    uneven = amount({("A",): (60, 0), ("B",): (40, 0)}, {("A",): (60, 0), ("B",): (140, 0)}, first)

    assert {name: part.value for name, part in alike.parts.items()} == {
        "A": Effect(volume=Fraction(30)),
        "B": Effect(volume=Fraction(20)),
    }
    assert {name: part.value for name, part in uneven.parts.items()} == {
        "A": Effect(volume=Fraction(45), mix=Fraction(-45)),
        "B": Effect(volume=Fraction(55), mix=Fraction(45)),
    }


@settings(deadline=None)
@given(COUNTS, COUNTS, st.integers(1, 60))
def test_effects_on_an_amount_add_up_exactly_and_mix_cancels(earlier, later, unit):
    found = amount(earlier, later, first, unit)

    assert found.effect.total == found.change
    assert found.effect.mix == 0
    assert found.effect.rate == 0


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_effects_on_an_amount_do_not_depend_on_the_cells(earlier, later):
    def coarse(cells):
        return {
            (member,): (sum(c[0] for k, c in cells.items() if k[0] == member), 0) for member in {k[0] for k in cells}
        }

    assert amount(earlier, later, first) == amount(coarse(earlier), coarse(later), first)


@settings(deadline=None)
@given(SIGNED, SIGNED)
def test_swapping_the_periods_of_an_amount_flips_the_signs(earlier, later):
    there, back = amount(earlier, later, first), amount(later, earlier, first)

    assert there.effect.total == there.change
    for member, part in there.parts.items():
        assert part.value + back.parts[member].value == Effect()


def test_of_amounts_below_zero_each_member_has_its_own_change_alone():
    found = amount({("A",): (-10, 0), ("B",): (11, 0)}, {("A",): (20, 0), ("B",): (11, 0)}, first)

    assert {name: part.value for name, part in found.parts.items()} == {"A": Effect(mix=Fraction(30)), "B": Effect()}


# --- quantiles ------------------------------------------------------------------------------------------------------


def drawn(rows):
    return sorted(value for values in rows.values() for value, count in values.items() for _ in range(count))


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, st.sampled_from([0.5, 0.9]))
def test_effects_on_a_quantile_add_up_exactly(earlier, later, share):
    found = quantile(earlier, later, share)

    for said, rows in ((found.before, earlier), (found.after, later)):
        assert (said is None) == (not rows)
        assert said is None or float(said) == pytest.approx(np.quantile(drawn(rows), share))
    if found.change is not None:
        assert found.effect.total == found.change


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS)
def test_swapping_the_periods_of_a_quantile_flips_the_signs(earlier, later):
    there, back = quantile(earlier, later, 0.9), quantile(later, earlier, 0.9)

    for member, part in there.parts.items():
        if part.value is not None:
            assert float((part.value + back.parts[member].value).total) == pytest.approx(0, abs=1e-9)


def test_effects_on_a_quantile_are_means_over_all_orders():
    """Naive: rows drawn out one by one, each order of the replacements walked through."""
    earlier = {"A": {10: 40, 20: 10}, "B": {100: 30, 140: 20}}
    later = {"A": {30: 20, 60: 5}, "B": {100: 45, 300: 30}}
    sizes = [{name: sum(rows.values()) for name, rows in period.items()} for period in (earlier, later)]

    def value(made):
        """The quantile of rows drawn out one by one, each weighing as the composition wants it."""
        composition = sizes[1 if MIX in made else 0]
        rows = []
        for name in "AB":
            own = drawn({name: (later if name in made else earlier)[name]})
            rows += [(one, composition[name] / len(own)) for one in own]
        rows.sort()
        below, whole = 0.0, sum(weight for _, weight in rows)
        ranks = [np.floor(1 + (whole - 1) * 0.9), min(np.floor(1 + (whole - 1) * 0.9) + 1, whole)]
        found = {}
        for one, weight in rows:
            below += weight
            for rank in ranks:
                if rank not in found and below >= rank - 1e-6:
                    found[rank] = one
        part = 1 + (whole - 1) * 0.9 - ranks[0]
        return found[ranks[0]] + part * (found[ranks[1]] - found[ranks[0]])

    orders = list(permutations([MIX, "A", "B"]))
    expected = dict.fromkeys([MIX, "A", "B"], 0.0)
    for order in orders:
        for place, one in enumerate(order):
            expected[one] += (value(order[: place + 1]) - value(order[:place])) / len(orders)

    found = quantile(earlier, later, 0.9)

    assert {name: float(part.value.total) for name, part in found.parts.items()} == pytest.approx(expected)


def test_a_composition_alone_moves_a_quantile_by_mix_alone():
    found = quantile({"A": {1: 50}, "B": {9: 10}}, {"A": {1: 20}, "B": {9: 100}}, 0.5)

    assert (found.before, found.after) == (1, 9)
    assert found.parts[MIX].value == Effect(mix=Fraction(8))
    assert found.effect == Effect(mix=Fraction(8))


def test_the_smallest_members_of_a_quantile_are_one():
    rows = {f"M{number:02}": {number: 100 - number} for number in range(MOST + 5)}

    found = quantile(rows, rows, 0.5)

    assert set(found.parts) == {MIX, OTHERS, *list(rows)[:MOST]}
    assert found.change == 0


# --- rounding -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(st.fractions(-50, 50, max_denominator=97), max_size=12), st.sampled_from([Fraction(1), Fraction(1, 10)])
)
def test_apportioned_steps_add_up_and_are_less_than_one_away(amounts, step):
    steps = apportioned(amounts, step)

    assert sum(steps) == nearest(sum(amounts, Fraction(0)), step)
    assert all(abs(whole - exact / step) <= 1 for whole, exact in zip(steps, amounts, strict=True))
    assert apportioned([-one for one in amounts], step) == [-whole for whole in steps]


@pytest.mark.parametrize(("total", "expected"), [(None, [1, 1, 1]), (4, [2, 1, 1]), (2, [1, 1, 0])])
def test_apportioned_reaches_the_total_that_is_printed(total, expected):
    assert apportioned([Fraction(1)] * 3, Fraction(1), total) == expected


@pytest.mark.parametrize(("exact", "steps"), [("1/2", 1), ("-1/2", -1), ("0.49", 0), ("-1.5", -2), ("2.5", 3)])
def test_halves_round_away_from_zero(exact, steps):
    assert nearest(Fraction(exact), Fraction(1)) == steps
