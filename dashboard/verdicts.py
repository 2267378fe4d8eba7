"""What a figure says about its target. Whether it changes is what its control chart says (data.signals). Pure."""

from dataclasses import dataclass
from typing import Literal

from dashboard import formats
from dashboard.answers import Answer
from data.metrics.metric import Metric

Standing = Literal["met", "missed", "no_target", "no_value"]


@dataclass(frozen=True)
class Verdict:
    """A figure beside its target. value is None where undefined; n: rows behind it."""

    metric: Metric
    value: float | None
    n: int
    standing: Standing

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


def verdict(now: Answer) -> Verdict:
    """The verdict on an answer without cuts."""
    value = _value(now)
    return Verdict(now.metric, value, now.n, standing(now.metric, value))


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


def _value(answer: Answer) -> float | None:
    if answer.frame.empty or formats.missing(answer.frame["value"].iloc[0]):
        return None
    return float(answer.frame["value"].iloc[0])
