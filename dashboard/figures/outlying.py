"""Which members lie below the others by more than chance: the limits of a funnel plot, over-dispersion included."""

import math

import pandas as pd

LIMIT = 3.09  # 99.8 per cent: of twenty members without any difference, one in fifty pages would show one
TRIMMED = 0.1  # share of the most extreme members on each side that do not decide how wide the limits are


def outlying(frame: pd.DataFrame, cut: str, better: str) -> list[str]:
    """Members whose share is worse than that of all by more than the limits allow, worst first.

    frame: numerator and denominator of a share by cut. Fewer than five members, or a direction that is neither
    higher nor lower, give none: there is nothing to stand out from.
    After Spiegelhalter 2005: arcsine-transformed shares, z-scores winsorised, additive over-dispersion.
    """
    counted = frame[frame["denominator"] > 0]
    if len(counted) < 5 or better not in ("higher", "lower"):
        return []
    overall = math.asin(math.sqrt(counted["numerator"].sum() / counted["denominator"].sum()))
    shares = (counted["numerator"] / counted["denominator"]).clip(0, 1)
    errors = 1 / (2 * counted["denominator"].astype("float64") ** 0.5)
    apart = shares.astype("float64").map(lambda share: math.asin(math.sqrt(share))) - overall
    wide = (errors**2 + _between_members(apart / errors, errors)) ** 0.5
    score = apart / wide * (1 if better == "higher" else -1)
    worst = counted.assign(score=score)[score < -LIMIT].sort_values("score")
    return [str(member) for member in worst[cut]]


def _between_members(scores: pd.Series, errors: pd.Series) -> float:
    """Variance between members beyond chance."""
    limits = scores.quantile([TRIMMED, 1 - TRIMMED])
    trimmed = scores.clip(limits.iloc[0], limits.iloc[1])
    count = len(scores)
    ratio = float((trimmed**2).sum()) / count
    weights = 1 / errors**2
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (count * ratio - (count - 1)) / scale) if scale > 0 else 0.0
