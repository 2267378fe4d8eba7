"""Signals as pages ask for them: read once, kept while the snapshot is the published one."""

from collections.abc import Sequence

from dashboard.answers import answers
from data import signals as judging
from data.control.chart import Aim
from data.metrics.catalogue import metric as metric_of
from data.metrics.metric import Metric
from data.periods import first_day, last_of_month
from data.selection import Selection
from data.signals import Signal
from data.targets import targets


def can_be_judged(metric: Metric) -> bool:
    """Whether a metric can be followed month by month."""
    return "month" in metric.cut_by


def signal_of(metric: str, selection: Selection) -> Signal:
    """The control chart of a metric for what is selected. Raises NotPublished, UnknownMetric."""
    return signals_of(metric, selection, (None,))[0]


def signals_of(metric: str, selection: Selection, services: Sequence[str | None]) -> list[Signal]:
    """The control charts of a metric, one for each service (None: all that is selected)."""
    chosen = tuple(services)
    return answers().read(
        ("signals", metric, selection, chosen),
        lambda connection: judging.signals(connection, selection, [metric_of(metric)], chosen),
    )


def window(metric: str, selection: Selection) -> Selection:
    """The selection over the months that are judged."""
    return answers().read(
        ("window", metric, selection),
        lambda connection: judging.window(connection, metric_of(metric), selection),
    )


def aims_of(metric: str, selection: Selection, periods: Sequence[str]) -> dict[str, Aim]:
    """What was aimed at in each month (at its end), for the one service selected or for every one."""
    service = selection.services[0] if len(selection.services) == 1 else None
    known = answers().read(("targets",), targets)
    return {period: known.aim(metric_of(metric), service, last_of_month(first_day(period))) for period in periods}
