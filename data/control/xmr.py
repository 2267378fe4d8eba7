"""XmR charts: individual values against their own moving range."""

import numpy as np

from data.control.limits import LIMIT, Limits, Numbers, around, usual_range


def xmr(values: Numbers, factor: Numbers, least: float | None = None) -> Limits:
    """Mean ± 2.66 mean moving ranges of one segment's values, each point's limits times its season's factor.

    values: null in gaps. factor: 1 for an ordinary period. least: what a value cannot be below (0 for a count), so
    that no limit says otherwise.
    """
    ordinary = values / factor
    mean = np.nanmean(ordinary) if np.any(~np.isnan(ordinary)) else np.nan
    return around(values, mean * factor, LIMIT * usual_range(ordinary, float(mean)) * factor, least)
