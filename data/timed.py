"""The two times that are shown as distributions, and the bins that they are counted in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Label, case, cast, func

from data.metrics.incident import RESOLUTION_MINUTES_MEDIAN
from data.metrics.metric import Metric, count_if
from data.metrics.service_desk import FIRST_RESPONSE_MINUTES_MEDIAN
from data.schema import fact_ticket as ticket

EDGES = (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1200, 1440, 1920, 2400, 3600, 4800, 7200, 9600,
    14400, 19200,
)  # fmt: skip
"""Upper ends of the bins in minutes, included; what is longer stands in one more bin. The usual limits are ends."""


@dataclass(frozen=True)
class Timed:
    """What is timed: the metric whose rows they are, and the agreed minutes beside the measured ones."""

    metric: Metric
    agreed: ColumnElement[int]

    @property
    def minutes(self) -> ColumnElement[int]:
        """The measured minutes of a row."""
        assert self.metric.measured is not None, f"{self.metric.id} times nothing"
        return self.metric.measured

    @property
    def day(self) -> ColumnElement[date]:
        """The day that a row is counted by."""
        assert self.metric.counted_by is not None, f"{self.metric.id}: no day to count it by"
        return self.metric.counted_by


TIMES = {
    "response": Timed(FIRST_RESPONSE_MINUTES_MEDIAN, ticket.c.response_sla_minutes),
    "resolution": Timed(RESOLUTION_MINUTES_MEDIAN, ticket.c.sla_minutes),
}
COUNTS = ("n", "beyond", "agreed")
LIMITS = ("least_agreed", "most_agreed")


def bin_of(minutes: ColumnElement[int]) -> ColumnElement[int]:
    """The place of the bin that minutes lie in."""
    return case(*[(minutes <= edge, place) for place, edge in enumerate(EDGES)], else_=len(EDGES))


def measures(minutes: ColumnElement[int], agreed: ColumnElement[int]) -> list[Label[Any]]:
    """COUNTS and LIMITS over rows with measured and agreed minutes."""
    counts = (func.count(), count_if(minutes > agreed), func.count(agreed))
    limits = (func.min(agreed), func.max(agreed))
    return [
        *(cast(count, BigInteger).label(name) for name, count in zip(COUNTS, counts, strict=True)),
        *(limit.label(name) for name, limit in zip(LIMITS, limits, strict=True)),
    ]
