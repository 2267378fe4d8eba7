"""Whether a target will be met: the limits of the last segment against what is aimed at."""

import numpy as np

from data.control.chart import Aim, Assurance
from data.control.limits import beyond
from data.metrics.metric import Better


def assurance(lower: float, upper: float, better: Better, aim: Aim) -> Assurance:
    """meets where the limits lie wholly on the good side of the target, misses where wholly on the bad one.

    Equality with the target meets it. A band is met where the limits lie within it, missed where they lie outside.
    lower, upper: the limits of the last point, null where none can be given ("too_early").
    """
    least, most = _bounds(better, aim)
    if least is None and most is None:
        return "no_target"
    if np.isnan(lower) or np.isnan(upper):
        return "too_early"
    if (least is not None and _over(least, upper)) or (most is not None and _over(lower, most)):
        return "misses"
    if (least is None or not _over(least, lower)) and (most is None or not _over(upper, most)):
        return "meets"
    return "hit_or_miss"


def _bounds(better: Better, aim: Aim) -> tuple[float | None, float | None]:
    """What a value must not be below, and not above."""
    if better == "higher":
        return aim.target, None
    if better == "lower":
        return None, aim.target
    return (aim.lower, aim.upper) if better == "band" else (None, None)


def _over(one: float, other: float) -> bool:
    return bool(beyond(np.array([one]), np.array([other]))[0] > 0)
