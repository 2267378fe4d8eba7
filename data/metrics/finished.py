"""From rows of figures to the frame that measure() promises: types, words of periods, values."""

from collections.abc import Sequence

import pandas as pd

from data.metrics.cuts import PERIODS, written
from data.metrics.metric import ROWS, Metric

MEASURES = ("numerator", "denominator", "n")


def finished(frame: pd.DataFrame, metric: Metric, by: Sequence[str]) -> pd.DataFrame:
    """frame: the cuts in by, then MEASURES (and people), as the database gave them. One row of zeros for nothing when
    not cut."""
    counts = [] if metric.people is None else ["people"]
    if metric.people is ROWS:
        frame = frame.assign(people=frame["n"])
    if frame.empty and not by:
        nothing_counted = {"numerator": 0, "denominator": 0 if metric.is_share else 1, "n": 0}
        frame = pd.DataFrame([nothing_counted | dict.fromkeys(counts, 0)])
    for name in by:
        frame[name] = _words(frame[name], name)
    whole = [*(["denominator", "n"] if metric.is_quantile else MEASURES), *counts]
    frame = frame.astype(dict.fromkeys(whole, "int64") | dict.fromkeys(set(MEASURES) - set(whole), "float64"))
    nothing = frame["denominator"] == 0
    if metric.is_quantile:
        nothing |= frame["numerator"].isna()
    value = frame["numerator"].astype("float64") / frame["denominator"].where(~nothing).astype("float64")
    return frame.assign(value=value)


def _words(values: pd.Series, name: str) -> pd.Series:
    """Members of a cut as text; those of a period are written once each, however many rows name them."""
    if name not in PERIODS:
        return values
    places, members = pd.factorize(values)
    return written(pd.Series(members), name).take(places).set_axis(values.index)
