"""Why a figure changed: volume, mix and rate effects that add up to the change exactly. Pure; sums are fractions.

A share R = N / D of cells i (members of service × actor × county × priority) changes because cells weigh more or less
(mix) and because their own values change (rate). With w = D_i / D and r = N_i / D_i of each period, and a bar for the
mean of the two periods:

    R1 - R0 = sum (w1 - w0) (r_bar - R_bar)  +  sum w_bar (r1 - r0)
              mix                               rate

The weights are the midpoints, so neither period is the yardstick and swapping them flips every sign. A cell that has no
denominator in one of the periods has no rate to change: all that it does is mix. One without any in both weighs nothing
in either: what its numerator does is rate. Volume moves no share, so it is 0; it moves the numerator N = D R:

    N1 - N0 = (D1 - D0) R_bar  +  D_bar mix  +  D_bar rate

An amount V changes because all of it grew alike (volume) and because a member grew faster than the others (mix):
with s = V_i / V, V1 - V0 = sum s_bar (V1 - V0) + sum (s1 - s0) V_bar, and the mix of all members is 0 together.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Key = tuple[str, ...]
Cells = Mapping[Key, tuple[int, int]]
"""Numerator and denominator of each cell of one period, by its members."""
Group = Callable[[Key], Hashable]
"""The member that a cell is reported under: one of its members, some of them, or all."""

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Effect:
    """Parts of a change, in the unit of what changed."""

    volume: Fraction = NOTHING
    mix: Fraction = NOTHING
    rate: Fraction = NOTHING

    @property
    def total(self) -> Fraction:
        return self.volume + self.mix + self.rate

    def __add__(self, other: "Effect") -> "Effect":
        return Effect(self.volume + other.volume, self.mix + other.mix, self.rate + other.rate)


@dataclass(frozen=True)
class Part:
    """What a member has to do with a change.

    before, after: its own value, None where it has none. weight_before, weight_after: its share of all (0 to 1), None
    where there is no all. value: its effects on the figure, None where the figure is undefined in a period. amount:
    its effects on the numerator (of an amount and of a quantile the same as value).
    """

    before: Fraction | None
    after: Fraction | None
    weight_before: Fraction | None
    weight_after: Fraction | None
    value: Effect | None
    amount: Effect


@dataclass(frozen=True)
class Decomposition:
    """before, after: the figure in the two periods, None where undefined; parts by member, whose effects add up."""

    before: Fraction | None
    after: Fraction | None
    parts: Mapping[Hashable, Part]

    @property
    def change(self) -> Fraction | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def effect(self) -> Effect:
        """The effects of all members together."""
        return sum((part.value or Effect() for part in self.parts.values()), Effect())

    @property
    def amount(self) -> Effect:
        """Their effects on the numerator together."""
        return sum((part.amount for part in self.parts.values()), Effect())


def ratio(earlier: Cells, later: Cells, of: Group) -> Decomposition:
    """A share, a mean or a stock of one: sum over sum. Cells that a period lacks may be left out of it."""
    (n0, d0), (n1, d1) = _sum(earlier), _sum(later)
    sums = _grouped(earlier, later, of)
    if not d0 or not d1:
        parts = {
            member: Part(_over(a, b), _over(c, e), _over(b, d0), _over(e, d1), None, Effect(volume=Fraction(c - a)))
            for member, (a, b, c, e) in sums.items()
        }
        return Decomposition(_over(n0, d0), _over(n1, d1), parts)
    before, after = Fraction(n0, d0), Fraction(n1, d1)
    rates = _rates(earlier, later, of, d0, d1)
    middle = (before + after) / 2
    parts = {member: _part(row, rates[member], d0, d1, middle) for member, row in sums.items()}
    return Decomposition(before, after, parts)


def amount(earlier: Cells, later: Cells, of: Group, unit: int = 1) -> Decomposition:
    """A count, a sum or a stock of one: numerators alone, in units of so many. Finer cells give the same effects.

    Where a numerator is below zero, shares of the whole mean nothing: then there is no volume, and each member's own
    change is its mix.
    """
    v0, v1 = _sum(earlier)[0], _sum(later)[0]
    sums = _grouped(earlier, later, of)
    signed = any(cell[0] < 0 for cells in (earlier, later) for cell in cells.values())
    parts = {}
    for member, (a, _, c, _) in sums.items():
        share0, share1 = _over(a, v0), _over(c, v1)
        known = [share for share in (share0, share1) if share is not None]
        volume = NOTHING if signed or not known else sum(known, NOTHING) / len(known) * (v1 - v0)
        effect = Effect(volume=volume / unit, mix=(c - a - volume) / unit)
        parts[member] = Part(Fraction(a, unit), Fraction(c, unit), share0, share1, effect, effect)
    return Decomposition(Fraction(v0, unit), Fraction(v1, unit), parts)


def apportioned(amounts: Sequence[Fraction], step: Fraction, total: int | None = None) -> list[int]:
    """Amounts in whole steps that add up to total (default: their sum, rounded): the largest remainders go up.

    Ties go to the first. Of the other sign, the same amounts give the same steps with the other sign.
    """
    wanted = nearest(sum(amounts, NOTHING), step) if total is None else total
    if wanted < 0 or (wanted == 0 and sum(amounts, NOTHING) < 0):
        return [-one for one in apportioned([-one for one in amounts], step, -wanted)]
    exact = [one / step for one in amounts]
    floors = [one.numerator // one.denominator for one in exact]
    missing = wanted - sum(floors)
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    steps = list(floors)
    while order and missing:  # more than one round only where total is far from the sum
        for place in order if missing > 0 else order[::-1]:
            if missing:
                steps[place] += 1 if missing > 0 else -1
                missing -= 1 if missing > 0 else -1
    return steps


def nearest(exact: Fraction, step: Fraction) -> int:
    """The nearest whole number of steps; halves away from zero, as people round."""
    size = abs(exact) / step + Fraction(1, 2)
    whole = size.numerator // size.denominator
    return whole if exact >= 0 else -whole


def _part(row: tuple[int, int, int, int], rate: Fraction, d0: int, d1: int, middle: Fraction) -> Part:
    a, b, c, e = row
    given0, given1 = Fraction(a, d0), Fraction(c, d1)  # what the member adds to the figure
    weight0, weight1 = Fraction(b, d0), Fraction(e, d1)
    value = Effect(mix=given1 - given0 - middle * (weight1 - weight0) - rate, rate=rate)
    volume = Fraction(d1 - d0, 2) * (given0 + given1)
    scaled = Fraction(d0 + d1, 2) * rate
    return Part(
        _over(a, b), _over(c, e), weight0, weight1, value, Effect(volume, c - a - volume - scaled, scaled)
    )  # fmt: skip


def _rates(earlier: Cells, later: Cells, of: Group, d0: int, d1: int) -> Mapping[Hashable, Fraction]:
    """The rate effect of each member: of its cells, whole numbers are added up over each denominator first."""
    found: dict[Hashable, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key in earlier.keys() | later.keys():
        (a, b), (c, e) = earlier.get(key, (0, 0)), later.get(key, (0, 0))
        over = found[of(key)]
        if b and e:
            over[b * e] += (b * d1 + e * d0) * (c * b - a * e)
        elif not b and not e:
            over[1] += 2 * (c * d0 - a * d1)
    whole = 2 * d0 * d1
    return {
        member: _added([Fraction(top, below) for below, top in one.items()]) / whole for member, one in found.items()
    }


def _added(parts: list[Fraction]) -> Fraction:
    """A sum in pairs: denominators stay short as long as they can."""
    while len(parts) > 1:
        parts = [sum(parts[at : at + 2], NOTHING) for at in range(0, len(parts), 2)]
    return parts[0] if parts else NOTHING


def _grouped(earlier: Cells, later: Cells, of: Group) -> dict[Hashable, tuple[int, int, int, int]]:
    """Numerator and denominator before, numerator and denominator after, of each member, in the order of the keys."""
    found: dict[Hashable, list[int]] = {}
    for key in sorted(earlier.keys() | later.keys()):
        row = found.setdefault(of(key), [0, 0, 0, 0])
        for place, number in enumerate((*earlier.get(key, (0, 0)), *later.get(key, (0, 0)))):
            row[place] += number
    return {member: (row[0], row[1], row[2], row[3]) for member, row in found.items()}


def _sum(cells: Cells) -> tuple[int, int]:
    return sum(cell[0] for cell in cells.values()), sum(cell[1] for cell in cells.values())


def _over(numerator: int, denominator: int) -> Fraction | None:
    return Fraction(numerator, denominator) if denominator else None
