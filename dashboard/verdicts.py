"""What a figure says: does it meet its target, has it really changed since the period before. Pure."""

import math
from dataclasses import dataclass
from typing import Literal

from dashboard import formats
from dashboard.answers import Answer
from data.metrics.metric import Metric

Standing = Literal["met", "missed", "no_target", "no_value"]
Movement = Literal["better", "worse", "moved", "steady", "unknown"]

SIGMAS = 3.0
LEAST_RATE = 0.005  # half a percentage point: a smaller shift is no news, however many rows stand behind it
LEAST_SHARE = 0.03  # the same for amounts, as a share of the earlier one


@dataclass(frozen=True)
class Verdict:
    """A figure beside its target and its own past. value and earlier are None where undefined; n: rows behind it."""

    metric: Metric
    value: float | None
    earlier: float | None
    n: int
    standing: Standing
    movement: Movement

    @property
    def difference(self) -> float | None:
        """Value minus the earlier one."""
        return None if self.value is None or self.earlier is None else self.value - self.earlier

    @property
    def shortfall(self) -> float:
        """How far the target is missed, relative to it; 0 where it is met or there is none."""
        if self.standing != "missed" or self.value is None:
            return 0.0
        limits = [limit for limit in (self.metric.band or (self.metric.target,)) if limit is not None]
        away = min(abs(self.value - limit) for limit in limits)
        size = max(abs(limit) for limit in limits)
        # Nothing compares with a target of nothing: such a figure is named only where no other misses its target.
        return away / size if size else away * 1e-9


def verdict(now: Answer, before: Answer | None = None) -> Verdict:
    """The verdict on an answer without cuts, and on what changed since the answer for the period before."""
    value = _value(now)
    earlier = None if before is None or before.selection == now.selection else _value(before)
    moved = "unknown" if before is None else movement(now, before, value, earlier)
    return Verdict(now.metric, value, earlier, now.n, standing(now.metric, value), moved)


def standing(metric: Metric, value: float | None) -> Standing:
    """Where a value stands against the target; equality meets it."""
    if value is None:
        return "no_value"
    if metric.better == "band" and metric.band:
        return "met" if metric.band[0] <= value <= metric.band[1] else "missed"
    if metric.target is None or metric.better not in ("higher", "lower"):
        return "no_target"
    met = value >= metric.target if metric.better == "higher" else value <= metric.target
    return "met" if met else "missed"


def movement(now: Answer, before: Answer, value: float | None, earlier: float | None) -> Movement:
    """Better, worse, or steady where chance alone could have made the difference; moved where no way is better."""
    if value is None or earlier is None:
        return "unknown"
    if not is_real(now, before, value, earlier):
        return "steady"
    match now.metric.better:
        case "higher":
            return "better" if value > earlier else "worse"
        case "lower":
            return "better" if value < earlier else "worse"
    return "moved"


def is_real(now: Answer, before: Answer, value: float, earlier: float) -> bool:
    """Whether two values differ by more than chance: shares by three standard errors, counts by three roots, other
    figures by a share of the earlier one; and by enough to matter."""
    difference = abs(value - earlier)
    if _counts_rows(now) and _counts_rows(before):
        sizes = [int(answer.frame["denominator"].iloc[0]) for answer in (now, before)]
        hits = [int(answer.frame["numerator"].iloc[0]) for answer in (now, before)]
        share = min(max(sum(hits) / sum(sizes), 0.0), 1.0)
        error = math.sqrt(share * (1 - share) * (1 / sizes[0] + 1 / sizes[1]))
        return difference >= LEAST_RATE and difference > SIGMAS * error
    if now.metric.kind == "count" and difference <= SIGMAS * math.sqrt(abs(value) + abs(earlier)):
        return False
    return difference > LEAST_SHARE * abs(earlier)


def _counts_rows(answer: Answer) -> bool:
    """Whether a share is one of things counted, not of forints: only then does chance have a known size."""
    rows = answer.frame["denominator"].iloc[0]
    return answer.metric.unit == "rate" and answer.metric.is_share and 0 < rows <= answer.n


def _value(answer: Answer) -> float | None:
    if answer.frame.empty or formats.missing(answer.frame["value"].iloc[0]):
        return None
    return float(answer.frame["value"].iloc[0])
