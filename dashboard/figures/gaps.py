"""Periods that nothing was counted in: nothing of a count is zero, of any other figure it is a gap."""

from collections.abc import Iterable

import pandas as pd

from data.metrics.metric import Metric


def adds_up(metric: Metric) -> bool:
    """Whether the metric counts or sums: then no rows mean zero. A share or a quantile of nothing is undefined."""
    return not metric.is_share and metric.kind != "quantile"


def complete(frame: pd.DataFrame, metric: Metric, over: str, periods: Iterable[str] = ()) -> pd.DataFrame:
    """A row for each month between the first and the last (of frame and periods); other periods stay as they are.

    frame: from measure(..., by=[over]). Added rows: zeros where the metric adds up, else missing values.
    """
    known = sorted({*frame[over], *periods}) if len(frame) else []
    if over != "month" or len(known) < 2:
        return frame
    months = [str(month) for month in pd.period_range(known[0], known[-1], freq="M")]
    whole = frame.set_index(over).reindex(pd.Index(months, name=over)).reset_index()
    if adds_up(metric):
        return whole.fillna({"numerator": 0, "denominator": 1, "n": 0, "value": 0.0})
    return whole.fillna({"numerator": 0, "denominator": 0, "n": 0})


def months_of(frame: pd.DataFrame, over: str) -> list[str]:
    """Every period of an axis in its order, months that nothing was counted in included."""
    known = sorted(set(frame[over])) if len(frame) else []
    if over != "month" or len(known) < 2:
        return known
    return [str(month) for month in pd.period_range(known[0], known[-1], freq="M")]
