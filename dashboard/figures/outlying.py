"""Which members lie on the worse side of the others by more than chance: those outside the limits of a funnel plot."""

import pandas as pd

from data.comparison.dispersion import LEAST_UNITS
from data.comparison.funnel import funnel


def outlying(frame: pd.DataFrame, cut: str, better: str) -> list[str]:
    """Members whose share is worse than that of all by more than the limits allow, furthest out first.

    frame: numerator and denominator of a share by cut. Fewer than five members, or a direction that is neither
    higher nor lower, give none: there is nothing to stand out from.
    """
    counted = frame[frame["denominator"] > 0]
    if len(counted) < LEAST_UNITS or better not in ("higher", "lower"):
        return []
    found = funnel(counted, "proportion")
    worse, limit = ("below", "lower_998") if better == "higher" else ("above", "upper_998")
    out = found.outside[found.outside["side"] == worse]
    far = (out["value"] - found.target) / (out[limit] - found.target)
    return [str(member) for member in out.assign(far=far).sort_values("far", ascending=False)[cut]]
