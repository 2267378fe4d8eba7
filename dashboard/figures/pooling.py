"""The accountable few, and the others as one: sums over sums, never a mean of ratios."""

import pandas as pd

from dashboard.figures.marks import APPLICATIONS, OTHERS
from data.metrics.metric import Metric

MOST = 7


def pooled(frame: pd.DataFrame, metric: Metric, cut: str, over: str | None = None, most: int = MOST) -> pd.DataFrame:
    """The biggest members of cut (by amount, of shares by rows), the rest summed under OTHERS.

    Values that cannot be added up (quantiles) keep the few and leave the rest out. over: a second cut that is kept.
    Columns as measure() gives them.
    """
    if frame.empty or frame[cut].nunique() <= most:
        return frame
    size = "n" if metric.is_share or metric.kind == "quantile" else "numerator"
    totals = frame.groupby(cut)[size].sum().sort_values(ascending=False)
    kept = _kept(list(totals.index), cut, most)
    few, rest = frame[frame[cut].isin(kept)], frame[~frame[cut].isin(kept)]
    if metric.kind == "quantile":
        return few
    keys = [name for name in (over, cut) if name]
    others = rest.assign(**{cut: OTHERS}).groupby(keys, as_index=False)[["numerator", "denominator", "n"]].sum()
    if not metric.is_share:
        others["denominator"] = rest["denominator"].max()  # the same for all: the minutes of an hour, else 1
    value = others["numerator"] / others["denominator"].where(others["denominator"] != 0)
    return pd.concat([few, others.assign(value=value.astype("float64"))], ignore_index=True)


def trailing(frame: pd.DataFrame, over: str, count: int) -> pd.DataFrame:
    """Each period as the sum of itself and the ones before it, count in all; the first ones, which lack some, left out.
    Sums over sums, so a season cancels out."""
    if frame.empty:
        return frame
    rows = frame.sort_values(over, ignore_index=True)
    sums = rows[["numerator", "denominator", "n"]].rolling(count).sum()
    value = sums["numerator"] / sums["denominator"].where(sums["denominator"] != 0)
    whole = sums.assign(**{over: rows[over], "value": value}).iloc[count - 1 :]
    return whole.astype({"numerator": "int64", "denominator": "int64", "n": "int64"}).reset_index(drop=True)


def _kept(by_size: list[str], cut: str, most: int) -> list[str]:
    """The seven applications where services are cut, since they are what is answered for; else the biggest."""
    applications = [name for name in APPLICATIONS if name in by_size]
    if cut == "service" and applications:
        return applications[:most]
    return [name for name in by_size if str(name).lower() != "unknown"][: most - 1]
