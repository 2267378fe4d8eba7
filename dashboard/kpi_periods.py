"""Periods that the page of a figure asks about."""

from dashboard.judged import window
from dashboard.periods import Period, every_run, periods_of
from data.metrics.catalogue import metric
from data.selection import Selection


def charted_of(name: str) -> Period:
    """The months of a metric's control chart, as data.signals judges them; of runs all of them, as in asked_of()."""

    def charted(selection: Selection) -> Selection:
        return window(name, selection)

    return every_run if metric(name).field == "data_quality" else charted


def asked_of(name: str) -> Period:
    """The period of a metric's breakdowns: a day for a stock, else the reader's period or the last twelve months; of
    runs all of them, since they are counted by the day they ran."""
    return every_run if metric(name).field == "data_quality" else periods_of(name)[0]
