"""Signals as rows: what the command line prints and other programs read."""

import math
from collections.abc import Sequence
from typing import Any

from data.signals import Signal

SIGNAL_COLUMNS = [
    "id", "service", "period", "value", "centre", "lower", "upper", "variation", "side", "rules", "assurance",
    "target", "target_lower", "target_upper", "accountable", "points",
]  # fmt: skip


def signal_rows(signals: Sequence[Signal]) -> list[dict[str, Any]]:
    """One row per signal, of its last point with a value; nulls where there is none or nothing can be given.

    target: the value aimed at; target_lower, target_upper: the ends of a band. points: values that are judged.
    accountable: the actor's id.
    """
    return [_row(one) for one in signals]


def _row(one: Signal) -> dict[str, Any]:
    chart, last = one.chart, one.chart.last
    return {
        "id": one.metric.id,
        "service": one.service,
        "period": None if last is None else str(last["period"]),
        **{name: None if last is None else _number(last[name]) for name in ("value", "centre", "lower", "upper")},
        "variation": chart.variation,
        "side": chart.side,
        "rules": [] if last is None else list(last["rules"]),
        "assurance": chart.assurance,
        "target": chart.aim.target,
        "target_lower": chart.aim.lower,
        "target_upper": chart.aim.upper,
        "accountable": one.actor_id or None,
        "points": int(chart.points["value"].notna().sum()),
    }


def _number(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)


TABLE_COLUMNS = ["id", "service", "period", "value", "limits", "variation", "assurance", "target", "accountable"]


def table_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, short enough for a terminal: limits and bands in one column, figures to four digits."""
    return [
        {
            **row,
            "value": _short(row["value"]),
            "limits": _range(row["lower"], row["upper"]),
            "target": _short(row["target"]) or _range(row["target_lower"], row["target_upper"]),
        }
        for row in rows
    ]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _range(lower: float | None, upper: float | None) -> str:
    return "" if lower is None and upper is None else f"{_short(lower)}–{_short(upper)}"
