"""Which control chart suits a figure."""

import pandas as pd
from sqlalchemy.sql.visitors import iterate

from data.control.chart import Kind
from data.control.shares import FEW
from data.metrics.metric import Metric


def chart_kind(metric: Metric, frame: pd.DataFrame) -> Kind:
    """P′ for proportions and U′ for rates of things counted; individual values (XmR) for everything else.

    Quotients of forints are individual values: a forint is not an event that happens or not. Counts of rare events
    (fewer than FEW a period) are rates per period: their moving range says nothing where most periods have none.
    """
    if metric.chart == "proportion" and not _of_money(metric):
        return "p_prime"
    if metric.chart == "rate" and not _of_money(metric):
        return "u_prime"
    return "u_prime" if is_count(metric) and 0 < frame["value"].mean() < FEW else "xmr"


def is_count(metric: Metric) -> bool:
    """Whether the value is a number of things counted: a whole number, never below zero."""
    return metric.unit == "count" and metric.denominator is None and not metric.is_quantile


def adds_up(metric: Metric) -> bool:
    """Whether nothing counted is a value of zero, and not a missing one."""
    return metric.kind in ("count", "sum") or (
        metric.kind == "stock" and metric.denominator is None and not metric.is_quantile
    )


def is_bunched(metric: Metric) -> bool:
    """Whether what fails comes in bunches: the minutes of an outage are one event, not many."""
    return metric.field == "availability" and metric.unit == "rate"


def least(metric: Metric) -> float | None:
    """What the value cannot be below; None where it can be negative (amounts and days of difference)."""
    return None if metric.unit in ("huf", "days", "months", "ratio", "per_100") else 0.0


def _of_money(metric: Metric) -> bool:
    formulas = [formula for formula in (metric.numerator, metric.denominator) if formula is not None]
    return any(str(getattr(part, "name", "")).endswith("_huf") for formula in formulas for part in iterate(formula))
