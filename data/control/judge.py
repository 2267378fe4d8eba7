"""judge(): a series in, a control chart out. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from data.control.assurance import assurance
from data.control.chart import COLUMNS, LEAST_POINTS, LINES, Aim, ControlChart, Kind, Rebase, Rule
from data.control.limits import Limits, Numbers
from data.control.rules import marks
from data.control.season import season
from data.control.segments import segments
from data.control.shares import p_prime, u_prime
from data.control.xmr import xmr
from data.metrics.metric import Better
from data.periods import first_day

Signal = Literal["improvement", "concern", "shift"]


def judge(
    frame: pd.DataFrame,
    kind: Kind,
    better: Better,
    aim: Aim,
    rebases: Sequence[Rebase] = (),
    peaks: Mapping[str, str] | None = None,
    least: float | None = None,
    settled_on: date | None = None,
    bunched: bool = False,
) -> ControlChart:
    """The control chart of a series.

    frame: one row per period in their order, gaps included (value null): period, numerator, denominator, n, value.
    p_prime and u_prime judge numerator / denominator, where a denominator of 0 is a gap; xmr judges value.
    rebases: limits are computed anew from the first period that begins on or after each day; one that leaves no value
    before or after it has no effect. peaks: the kind of peak that a period is in, by period; None without a season.
    least: what a value cannot be below (xmr only). settled_on: periods that begin before are shown, but give no limits
    to the others and no signal: the data do not reach back far enough for them. bunched: what fails comes in bunches
    (p_prime only). Fewer than LEAST_POINTS values in a segment give trial limits and
    no signal there. Raises BadRebase when a rebase has no reason or name.
    """
    numbers = {name: frame[name].to_numpy(dtype="float64", na_value=np.nan) for name in COLUMNS[1:]}
    periods = frame["period"].tolist()
    values = numbers["value"] if kind == "xmr" else _quotient(numbers["numerator"], numbers["denominator"])
    unsettled = 0 if settled_on is None else sum(first_day(period) < settled_on for period in periods)
    segment, effective = segments(periods, values, rebases, unsettled)
    factor = season(periods, values, peaks, segment)
    limits, rules = _judged(numbers, values, kind, factor, segment, least, unsettled, bunched)
    signals: list[Signal | Literal[""]] = [
        _signal(int(limits.side[at]), better, aim, values[at], limits.centre[at]) if met else ""
        for at, met in enumerate(rules)
    ]
    columns: dict[str, Any] = {"period": periods, "rules": rules, "signal": signals}
    columns |= numbers | {"value": values, **dict(zip(LINES, limits[:5], strict=True))}
    known = np.flatnonzero(~np.isnan(values))
    last = int(known[-1]) if len(known) else -1
    short = last < unsettled or int((segment[known] == segment[last]).sum()) < LEAST_POINTS
    lower, upper = (np.nan, np.nan) if short else (float(limits.lower[last]), float(limits.upper[last]))
    return ControlChart(
        kind=kind,
        columns=columns | {"factor": factor, "segment": segment},
        variation="too_early" if short else signals[last] or "common",
        side=_SIDES[int(limits.side[last])] if not short and signals[last] else None,
        assurance=assurance(lower, upper, better, aim),
        aim=aim,
        rebases=effective,
        seasonal=bool(np.any(factor != 1)),
        unsettled=unsettled,
    )


_SIDES: dict[int, Literal["high", "low"]] = {1: "high", 0: "low", -1: "low"}


def _quotient(numerator: Numbers, denominator: Numbers) -> Numbers:
    return np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)


def _judged(
    numbers: Mapping[str, Numbers],
    values: Numbers,
    kind: Kind,
    factor: Numbers,
    segment: np.ndarray,
    least: float | None,
    unsettled: int,
    bunched: bool,
) -> tuple[Limits, list[tuple[Rule, ...]]]:
    """Limits of every point and the rules it meets: each segment by itself."""
    lines = np.full((len(Limits._fields), len(values)), np.nan)
    rules: list[tuple[Rule, ...]] = [()] * len(values)
    for number in range(int(segment[-1]) + 1 if len(segment) else 0):
        here = segment == number
        if kind == "xmr":
            limits = xmr(values[here], factor[here], least)
        else:
            counts = numbers["numerator"][here], numbers["denominator"][here], factor[here]
            limits = p_prime(*counts, bunched) if kind == "p_prime" else u_prime(*counts)
        lines[:, here] = limits
        if np.flatnonzero(here)[0] >= unsettled and np.count_nonzero(~np.isnan(values[here])) >= LEAST_POINTS:
            for at, met in zip(np.flatnonzero(here), marks(values[here], limits, factor[here]), strict=True):
                rules[at] = met
    return Limits(*lines), rules


def _signal(side: int, better: Better, aim: Aim, value: float, centre: float) -> Signal:
    """What a point that meets a rule is, by the side it is on; on the centre itself it counts as not improved.

    A band is neither: what moves the figure away from it is a concern, towards it an improvement, within it a shift.
    """
    if better == "neutral" or (better == "band" and aim.lower is None and aim.upper is None):
        return "shift"
    if better == "band":
        nearer = _apart(centre, aim) - _apart(value, aim)
        return "improvement" if nearer > 0 else "concern" if nearer < 0 else "shift"
    return "improvement" if side == (1 if better == "higher" else -1) else "concern"


def _apart(value: float, aim: Aim) -> float:
    """How far a value is outside a band."""
    below = 0.0 if aim.lower is None else aim.lower - value
    above = 0.0 if aim.upper is None else value - aim.upper
    return max(below, above, 0.0)
