"""Axes in the reader's language: ticks are written out, since Plotly's own stay English."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import formats, words

MOST_TICKS = 5
STEPS = (1, 2, 2.5, 5, 10)
HOURS = (0.25, 0.5, 1, 2, 4, 6, 12, 24, 48, 96, 192)


def value_axis(
    smallest: float, largest: float, unit: str, language: str, *, from_zero: bool = True, title: bool = True
) -> dict[str, Any]:
    """Arguments of update_yaxes (or update_xaxes): at most five ticks, written in the unit, and the range.

    A rate's axis never goes beyond 0 and 1. from_zero=False is for lines only; say so on the chart.
    """
    low = min(0.0, smallest) if from_zero else smallest
    high = max(largest, low)
    ticks = tick_values(low, high, unit)
    axis: dict[str, Any] = {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": tick_texts(ticks, unit, language),
        "range": [min(low, ticks[0]), max(high, ticks[-1]) * (1.04 if unit != "rate" or high < 1 else 1.02)],
    }
    return axis | ({"title": {"text": words.unit_name(unit, language)}} if title else {})


def tick_values(low: float, high: float, unit: str = "count") -> list[float]:
    """Two to five round values that span low to high; for minutes, whole hours and quarters of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        high = (low if math.isfinite(low) else 0.0) + 1
        low = low if math.isfinite(low) else 0.0
    ticks = _spanning(low, high, _step(high - low, unit))
    wider = 1.0
    while len(ticks) > MOST_TICKS:  # low does not lie on a tick, and both ends ask for one more
        wider *= 1.3
        ticks = _spanning(low, high, _step((high - low) * wider, unit))
    return [tick for tick in ticks if tick <= 1 or high > 1] if unit == "rate" else ticks


def _spanning(low: float, high: float, step: float) -> list[float]:
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def tick_texts(ticks: Sequence[float], unit: str, language: str) -> list[str]:
    """Ticks in one scale: `20 ezer`, `1,2 Mrd Ft`, `80 %`, `4 óra`."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    scale = formats.scale_of(largest)
    match unit:
        case "rate":
            whole = all(math.isclose(tick * 100, round(tick * 100), abs_tol=1e-9) for tick in ticks)
            return [formats.percent(tick, language, 0 if whole else 1) for tick in ticks]
        case "huf":
            return [formats.money_short(tick, language, scale) for tick in ticks]
        case "minutes":
            return [formats.duration(tick, language) for tick in ticks]
    return [formats.short(tick, language, scale) for tick in ticks]


def month_axis(months: Sequence[str | date], language: str, most: int = 8) -> dict[str, Any]:
    """Arguments of update_xaxes for months as category (`2026-01`) or date: at most `most`, `2026. jan.`."""
    known = sorted(set(months), key=str)
    every = _every(len(known), most)
    shown = known[:: every or 1]
    return {
        "tickmode": "array",
        "tickvals": [str(month) for month in shown],
        "ticktext": [formats.month(month, language) for month in shown],
        "type": "category" if all(isinstance(month, str) for month in known) else "date",
        "tickangle": 0,
    }


def period_axis(periods: Sequence[str], cut: str, language: str, most: int = 8) -> dict[str, Any]:
    """The same for days, weeks, months, quarters or years as measure() writes them."""
    known = sorted(set(periods))
    shown = known[:: _every(len(known), most) or 1]
    return {
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [words.label(cut, period, language) for period in shown],
        "type": "category",
        "categoryorder": "category ascending",
        "tickangle": 0,
    }


def _every(count: int, most: int) -> int:
    """Step that leaves at most `most` ticks; of months a divisor or multiple of a year, so that years line up."""
    needed = math.ceil(count / most) if most else count
    return next((step for step in (1, 2, 3, 4, 6, 12, 24, 36, 60) if step >= needed), needed)


def _step(span: float, unit: str) -> float:
    rough = span / (MOST_TICKS - 1)
    if unit == "minutes":
        hours = next((hour for hour in HOURS if hour * 60 >= rough), None)
        if hours is not None:
            return hours * 60
    power = 10.0 ** math.floor(math.log10(rough))
    candidates = [factor * power for factor in STEPS if factor * power >= rough * (1 - 1e-9)]
    step = candidates[0]
    return max(step, 1.0) if unit == "count" and span >= 1 else step
