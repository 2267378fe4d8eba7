"""The target in a figure: its line, the values that miss it, and axes that leave room for it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.figures.axes import period_axis, value_axis
from dashboard.figures.template import TEXT
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

Drawn = dict[str, Any]
"""A shape or an annotation. Figures take them as lists, once: plotly checks all it has again at each it is given."""
FLAT = 0.05  # room around values that are all the same, ten percentage points in all
CROPPED_FROM = 0.4  # a rate whose smallest value is above it is drawn from there, not from zero


def limits_of(metric: Metric) -> tuple[float, ...]:
    """The target, or both ends of the band; empty where there is none."""
    if metric.better == "band" and metric.band:
        return metric.band
    return () if metric.target is None else (metric.target,)


def missed(values: Sequence[float], metric: Metric) -> list[bool]:
    """Of each value whether it misses the target; equality meets it."""
    limits = limits_of(metric)
    match metric.better:
        case "band" if len(limits) == 2:
            return [not limits[0] <= value <= limits[1] for value in values]
        case "higher" if limits:
            return [value < limits[0] for value in values]
        case "lower" if limits:
            return [value > limits[0] for value in values]
    return [False] * len(values)


def value_words(value: float, metric: Metric, language: str) -> str:
    """A value as it is read; one that misses the target never looks as if it met it."""
    limits = limits_of(metric) if missed([value], metric)[0] else ()
    return formats.value_beside(value, metric.unit, language, limits)


def target_words(limit: float, metric: Metric, language: str) -> str:
    """`cél: 90 %`; the ends of a band as `legalább 0 %`, `legfeljebb 15 %`."""
    whole = metric.unit == "rate" and float(round(limit * 100, 6)).is_integer()
    said = formats.percent(limit, language, 0) if whole else formats.value(limit, metric.unit, language)
    if metric.better != "band" or metric.band is None:
        return _("target: {value}", language, value=said)
    return _("at least {value}" if limit == metric.band[0] else "at most {value}", language, value=said)


def target_lines(metric: Metric, look: Look, panel: int = 1) -> list[Drawn]:
    """Shapes: a dashed line at the target (both ends of a band). panel: number of the subplot."""
    number = "" if panel == 1 else str(panel)
    return [
        {"type": "line", "xref": f"x{number} domain", "x0": 0, "x1": 1, "yref": f"y{number}", "y0": limit, "y1": limit}
        | {"line": {"color": TEXT[look.theme], "width": 1, "dash": "dash"}}
        for limit in limits_of(metric)
    ]


def target_labels(metric: Metric, look: Look) -> list[tuple[float, str]]:
    """Where each of these lines is to be labelled, and by what words."""
    return [(limit, target_words(limit, metric, look.language)) for limit in limits_of(metric)]


def target_rules(metric: Metric, look: Look) -> list[Drawn]:
    """Shapes: the same as upright lines in a chart of horizontal bars or dots."""
    return [
        {"type": "line", "yref": "y domain", "y0": 0, "y1": 1, "xref": "x", "x0": limit, "x1": limit}
        | {"line": {"color": TEXT[look.theme], "width": 1, "dash": "dash"}}
        for limit in limits_of(metric)
    ]


def rule_words(metric: Metric, look: Look, low: float, high: float) -> list[Drawn]:
    """Annotations: the words above these lines; low and high are the ends of the axis."""
    limits = limits_of(metric)
    if not limits:
        return []
    on_the_right = limits[-1] > (low + high) / 2
    said = target_words(limits[0], metric, look.language) if len(limits) == 1 else _band_words(metric, look.language)
    return [
        {
            "x": limits[-1], "y": 1, "yref": "paper", "xanchor": "right" if on_the_right else "left",
            "yanchor": "bottom", "text": said, "showarrow": False, "font": {"size": 12, "color": TEXT[look.theme]},
        }
    ]  # fmt: skip


def sparse(axis: dict[str, Any], look: Look) -> dict[str, Any]:
    """The axis with every second tick where there is room for no more: flat axes on narrow screens."""
    if not look.narrow or len(axis["tickvals"]) < 4:
        return axis
    return axis | {"tickvals": axis["tickvals"][::2], "ticktext": axis["ticktext"][::2]}


def value_range(values: pd.Series, metric: Metric, look: Look, *, crop: bool = False) -> dict[str, Any]:
    """Arguments of an axis of values, the target included. A rate that stays high (with crop any value that does) is
    not drawn from zero, and the title of its axis says so."""
    limits = limits_of(metric)
    low, high = min([float(values.min()), *limits]), max([float(values.max()), *limits])
    cropped = (metric.unit == "rate" and low > CROPPED_FROM) or (crop and CROPPED_FROM * high < low < high)
    if cropped and low == high:
        low, high = low - FLAT, min(high + FLAT, max(high, 1.0))
    axis = value_axis(low, high, metric.unit, look.language, from_zero=not cropped)
    if cropped:
        unit = words.unit_name(metric.unit, look.language)
        axis["title"] = {"text": _("{unit} (does not start at zero)", look.language, unit=unit)}
        room = (max(high, axis["tickvals"][-1]) - axis["tickvals"][0]) * 0.04
        axis["range"] = [axis["tickvals"][0] - room, max(high, axis["tickvals"][-1]) + room]
    return axis


def _band_words(metric: Metric, language: str) -> str:
    """`cél: 0,0 % – 15,0 %`."""
    said = " – ".join(formats.value(limit, metric.unit, language) for limit in limits_of(metric))
    return _("target: {value}", language, value=said)


def time_range(periods: Sequence[str], over: str, look: Look, most: int = 5) -> dict[str, Any]:
    """Arguments of an axis of months (or other periods), as many ticks as there is room for in half a page."""
    axis = period_axis(list(periods), over, look.language, most=min(most, 3) if look.narrow else most)
    return axis | {"categoryorder": "array", "categoryarray": sorted(set(periods))}
