"""A change as it is shown: effects in whole steps of the last digit printed, so that what is read adds up. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from dashboard import formats
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.changes import Change
from data.decomposition import Effect, Part, apportioned, nearest
from data.metrics.metric import Metric
from data.replacement import MIX, OTHERS

EffectName = Literal["volume", "mix", "rate"]
Way = Literal["better", "worse", "up", "down", "none"]

NAMES: dict[EffectName, str] = {"volume": N_("volume"), "mix": N_("mix"), "rate": N_("rate")}
OF_KIND: dict[str, tuple[EffectName, ...]] = {
    "ratio": ("mix", "rate"),
    "amount": ("volume", "mix"),
    "quantile": ("mix", "rate"),
}
"""The effects that a figure of each kind can have; the volume of a ratio is 0 by definition."""
SHOWN = 8
FEW = 5
"""A change of fewer steps is shown by a digit more, where there is one."""
SIZES: dict[str, tuple[Fraction, ...]] = {
    "rate": (Fraction(1, 1000), Fraction(1, 10_000)),
    "count": (Fraction(1), Fraction(1, 10)),
    "minutes": (Fraction(1),),
    "ratio": (Fraction(1, 100),),
}
TENTHS = (Fraction(1, 10),)


@dataclass(frozen=True)
class Step:
    """What a member does to the figure, in whole steps."""

    member: str
    volume: int = 0
    mix: int = 0
    rate: int = 0

    @property
    def total(self) -> int:
        return self.volume + self.mix + self.rate

    def of(self, name: EffectName) -> int:
        """One of its effects."""
        return int(getattr(self, name))


@dataclass(frozen=True)
class Steps:
    """A change: before, after and its steps, all in whole steps of size (in the metric's unit); biggest step first."""

    metric: Metric
    kind: str
    size: Fraction
    before: int
    after: int
    steps: tuple[Step, ...]

    @property
    def change(self) -> int:
        return self.after - self.before

    @property
    def effects(self) -> tuple[EffectName, ...]:
        """The effects that a figure of this kind can have."""
        return OF_KIND[self.kind]

    def sum_of(self, name: EffectName) -> int:
        """An effect of all members together."""
        return sum(one.of(name) for one in self.steps)


def steps_of(change: Change) -> Steps | None:
    """The change in steps; None where the figure is undefined in one of the periods."""
    before, after = change.found.before, change.found.after
    if before is None or after is None:
        return None
    size = _size(change.metric.unit, before, after)
    first, last = nearest(before, size), nearest(after, size)
    parts = {str(member): part.value or Effect() for member, part in change.found.parts.items()}
    names = OF_KIND[change.kind]
    # First the effects, then the members of each: printed sums hold both ways, and what is nothing in all stays so.
    sums = apportioned([getattr(change.found.effect, name) for name in names], size, last - first)
    of_name = {
        name: apportioned([getattr(one, name) for one in parts.values()], size, whole)
        for name, whole in zip(names, sums, strict=True)
    }
    steps = [Step(member, **{name: of_name[name][place] for name in names}) for place, member in enumerate(parts)]
    steps.sort(key=lambda one: (one.member == OTHERS, -abs(one.total), one.member))
    return Steps(change.metric, change.kind, size, first, last, tuple(steps))


def shortened(steps: Steps, most: int = SHOWN) -> Steps:
    """The biggest steps, the others as one; steps of nothing left out. Mix of a quantile is always kept."""
    moved = [one for one in steps.steps if one.volume or one.mix or one.rate]
    if len(moved) <= most + 1:
        return Steps(steps.metric, steps.kind, steps.size, steps.before, steps.after, tuple(moved))
    single = [one for one in moved if one.member != OTHERS]
    kept = sorted(single, key=lambda one: one.member != MIX)[:most]
    rest = [one for one in moved if one not in kept]
    others = Step(OTHERS, *(sum(one.of(name) for one in rest) for name in ("volume", "mix", "rate")))
    shown = sorted(kept, key=lambda one: (-abs(one.total), one.member))
    return Steps(steps.metric, steps.kind, steps.size, steps.before, steps.after, (*shown, others))


def way_of(metric: Metric, difference: int | Fraction) -> Way:
    """Where a difference leads: better or worse, up or down where neither is better."""
    if not difference:
        return "none"
    if metric.better in ("higher", "lower"):
        return "better" if (difference > 0) == (metric.better == "higher") else "worse"
    return "up" if difference > 0 else "down"


def value_said(count: int, steps: Steps, language: str) -> str:
    """A value of so many steps, in its unit: `92,4 %`."""
    amount = float(count * steps.size)
    match steps.metric.unit:
        case "rate":
            return formats.percent(amount, language, 2 if steps.size < SIZES["rate"][0] else 1)
        case "huf":
            return _money(count, steps, language)
    return formats.value(amount, steps.metric.unit, language)


def change_said(count: int, steps: Steps, language: str, *, sign: bool = True, unit: bool = True) -> str:
    """A difference of so many steps: `−3,2 százalékpont`; without sign its size; without unit that of a rate bare."""
    count = count if sign else abs(count)
    plus = "+" if sign and count > 0 else ""
    if steps.metric.unit != "rate":
        return plus + value_said(count, steps, language)
    number = formats.number(float(count * steps.size * 100), language, 2 if steps.size < SIZES["rate"][0] else 1)
    word = f"{formats.SPACE}{_('percentage points', language)}" if unit else ""
    return f"{plus}{number}{word}"


def largest_effect(part: Step) -> EffectName:
    """The effect that most of a step is."""
    return max(("rate", "mix", "volume"), key=lambda name: abs(part.of(name)))


def positions(steps: Steps) -> list[int]:
    """Where the figure stands before the first effect and after each, all effects of all steps in their order."""
    found = [steps.before]
    for one in steps.steps:
        for name in steps.effects:
            found.append(found[-1] + one.of(name))
    assert found[-1] == steps.after, "effects that do not add up"
    return found


def weight_said(part: Part) -> tuple[float | None, float | None]:
    """A member's share of all, before and after."""
    return _float(part.weight_before), _float(part.weight_after)


def own_said(part: Part) -> tuple[float | None, float | None]:
    """A member's own value, before and after."""
    return _float(part.before), _float(part.after)


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)


def _size(unit: str, before: Fraction, after: Fraction) -> Fraction:
    """The step of the last digit: one that shows the change by more than a few, and rounds it as it rounds the ends."""
    sizes = _money_sizes(before, after) if unit == "huf" else SIZES.get(unit, TENTHS)
    for coarse, _finer in pairwise(sizes):
        difference = nearest(after - before, coarse)
        alike = difference == nearest(after, coarse) - nearest(before, coarse)
        if alike and (after == before or abs(difference) >= FEW):
            return coarse
    return sizes[-1]


def _money_sizes(before: Fraction, after: Fraction) -> tuple[Fraction, ...]:
    largest = max(abs(before), abs(after))
    factor = int(formats.scale_of(float(largest)).factor)
    return (Fraction(1),) if factor == 1 else (Fraction(factor, 10), Fraction(factor, 100))


def _money(count: int, steps: Steps, language: str) -> str:
    """Forints in the scale whose tenths or hundredths the steps are."""
    scale = next((one for one in formats.SCALES if one.factor in (steps.size * 10, steps.size * 100)), formats.UNITS)
    if scale is formats.UNITS or steps.size < 1:
        return formats.money(float(count * steps.size), language)
    decimals = 1 if scale.factor == steps.size * 10 else 2
    text = formats.number(float(count * steps.size / int(scale.factor)), language, decimals)
    word = scale.words[language]
    said = f"{text}{formats.SPACE}{word}" if word else text
    return f"{said}{formats.SPACE}Ft" if language == "hu" else f"HUF{formats.SPACE}{said}"
