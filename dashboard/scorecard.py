"""What the scorecard says: at most twelve things, chosen from the signals by rules that can be read (RULES). Pure.

A statement is about a figure and, where one application drives it, about that application, so that the actor named
is the one who answers for just that.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.locale import N_
from data.control.chart import ControlChart
from data.metrics.metric import Metric
from data.signals import Signal

MOST = 12
MOST_IMPROVEMENTS = 3
MOST_DUE = 3
FEW_SERVICES = 2  # so many may be named; where more share a verdict, it is the whole that has it
FRESH_MONTHS = 2  # a figure whose newest value is older is no news
UNEVEN = ("budget", "contracts", "data_quality")
"""Fields whose figures say nothing month by month: booked unevenly, or judged by what is due or by run."""
KEY = (
    "sla_resolution_rate", "first_response_sla_rate", "request_sla_resolution_rate", "service_availability_rate",
    "change_success_rate", "reopen_rate", "satisfaction_rate",
)  # fmt: skip
"""Always judged application by application too: one may fall while the whole stands still."""

Kind = Literal["concern_missing", "concern", "missing", "shift", "improvement", "due", "quality"]
ORDER: tuple[Kind, ...] = ("concern_missing", "concern", "missing", "shift", "improvement", "due", "quality")
RULES = (
    N_("A figure is judged by its control chart over whole months. Its newest month is news when it lies beyond the "
       "limits, when seven months in a row rise, fall or lie on one side of the mean, or when two of three lie close "
       "to a limit. Fewer than 13 months are too early to judge; the month that the data begin in, and months of which "
       "the data do not hold all that a figure looks back on, are not judged."),
    N_("Order: real deterioration of a figure that consistently misses its target; other real deterioration; targets "
       "consistently missed; real shifts of figures without a better direction; real improvement (at most three)."),
    N_("Within a group the figure farthest from its usual range, or from its target, comes first. Of figures that "
       "measure the same thing in two ways, only the first is said."),
    N_("Where one or two applications drive the signal, the statement is about the one with most cases, and names who "
       "answers for it; else it is about the whole."),
    N_("Places are kept for what is due (at most three): open items of the decision log, law changes without release, "
       "contracts that end within 180 days; and for a warning where data are missing or set aside."),
    N_("Budgets are booked unevenly, so they are judged over twelve months, not month by month. Everything else is one "
       "click away, under all figures."),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """A signal worth saying. others: further services that share the verdict of a statement about the whole."""

    kind: Kind
    signal: Signal
    others: tuple[str, ...] = ()
    size: float = field(default=0.0, compare=False)


def is_judged(metric: Metric) -> bool:
    """Whether the scorecard judges a metric month by month."""
    return "month" in metric.cut_by and metric.field not in UNEVEN


def kind_of(signal: Signal) -> Kind | None:
    """Which group a signal belongs to; None where it is not worth a statement."""
    chart = signal.chart
    misses = chart.assurance == "misses"
    if chart.variation == "concern" and is_fresh(chart):
        return "concern_missing" if misses else "concern"
    if misses and is_fresh(chart) and chart.variation != "improvement":
        return "missing"
    if chart.variation in ("shift", "improvement") and is_fresh(chart):
        return "shift" if chart.variation == "shift" else "improvement"
    return None


def is_fresh(chart: ControlChart) -> bool:
    """Whether the newest value is of one of the last months judged."""
    tail = chart.points["value"].tail(FRESH_MONTHS + 1)
    return bool(tail.notna().any())


def findings(whole: Sequence[Signal], parts: Iterable[Signal]) -> list[Finding]:
    """All that is worth saying, in its order: one per thing measured.

    whole: signals of the whole selection. parts: signals of single applications, of some of the same metrics.
    """
    of_metric: dict[str, list[Signal]] = {}
    for part in parts:
        of_metric.setdefault(part.metric.id, []).append(part)
    found = [_finding(one, of_metric.get(one.metric.id, [])) for one in whole]
    chosen: dict[str, Finding] = {}
    for one in sorted(filter(None, found), key=_place):
        chosen.setdefault(family(one.signal.metric), one)
    return list(chosen.values())


def select(found: Sequence[Finding], due: int, quality: int) -> list[Finding]:
    """The findings that are said beside so many things due and warnings: MOST together."""
    room = MOST - min(due, MOST_DUE) - quality
    improvements = [one for one in found if one.kind == "improvement"][:MOST_IMPROVEMENTS]
    rest = [one for one in found if one.kind != "improvement"]
    return [*rest[: room - min(len(improvements), 1)], *improvements][:room]


def family(metric: Metric) -> str:
    """What is measured, whichever way: the code without its letter (IN02 for IN02B)."""
    found = re.match(r"[A-Z]+\d+", metric.code)
    return found[0] if found else metric.code


def _finding(whole: Signal, parts: Sequence[Signal]) -> Finding | None:
    kind = kind_of(whole)
    if kind is None:
        # The whole stands still: a deterioration of an application is news all the same.
        fallen = [part for part in parts if kind_of(part) in ("concern_missing", "concern")]
        return _of(max(fallen, key=_cases)) if fallen else None
    alike = [part for part in parts if kind_of(part) == kind]
    if 0 < len(alike) <= FEW_SERVICES:
        return _of(max(alike, key=_cases))
    return _of(whole, tuple(part.service or "" for part in alike))


def _of(signal: Signal, others: tuple[str, ...] = ()) -> Finding | None:
    kind = kind_of(signal)
    return None if kind is None else Finding(kind, signal, others, _size(kind, signal))


def _place(one: Finding) -> tuple[int, float]:
    return ORDER.index(one.kind), -one.size


def _size(kind: Kind, signal: Signal) -> float:
    """How far the newest value is from its mean, in widths of the limits; from its target where that is the point."""
    last, aim = signal.chart.last, signal.chart.aim
    assert last is not None, "what has no value is no finding"
    if kind == "missing":
        limits = [limit for limit in (aim.target, aim.lower, aim.upper) if limit is not None]
        return min(abs(_number(last["value"]) - limit) / (abs(limit) or 1.0) for limit in limits)
    width = _number(last["upper"]) - _number(last["centre"])
    return abs(_number(last["value"]) - _number(last["centre"])) / width if width > 0 else 0.0


def _cases(signal: Signal) -> float:
    last = signal.chart.last
    return 0.0 if last is None else _number(last["n"])


def _number(value: Any) -> float:
    return float(value)
