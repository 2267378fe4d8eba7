"""Signals: every metric's control chart for what a reader has selected, with who answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from data.control.chart import ControlChart
from data.metrics.metric import Metric
from data.selection import Selection


@dataclass(frozen=True)
class Signal:
    """A judged figure. metric carries the target in force on the last period; service: None for the whole selection.

    actor_id: who was accountable for that service on the last day of the last period (today where there is none).
    """

    metric: Metric
    service: str | None
    chart: ControlChart
    actor_id: str

    @property
    def is_news(self) -> bool:
        """Whether something real has changed at the last point."""
        return self.chart.variation in ("improvement", "concern", "shift")


def signal(connection: Connection, metric: Metric, selection: Selection, service: str | None = None) -> Signal:
    """The control chart of one metric by whole months: see signals()."""
    return signals(connection, selection, [metric], services=[service])[0]


def signals(
    connection: Connection,
    selection: Selection,
    metrics: Sequence[Metric] | None = None,
    services: Sequence[str | None] = (None,),
) -> list[Signal]:
    """Control charts of metrics (default: all that can be cut by month), each for the whole selection or a service.

    Whole months only: the running one is left out. The selection's period where it holds 13 months or more, else the
    36 months to its end (to the last whole month of data without one). Order: metrics, then services. A metric that
    cannot be cut by service is left out for a service.
    """
    raise NotImplementedError
