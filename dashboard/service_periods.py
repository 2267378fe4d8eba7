"""Periods of figures that are made from the tickets themselves."""

from datetime import timedelta

from dashboard.answers import answers
from dashboard.periods import recent
from data.selection import Selection

MOST_DAYS = 366


def recent_year(selection: Selection) -> Selection:
    """recent(), of a longer period its last year: every ticket of it has to be looked at."""
    wide = recent(selection)
    last = min(filter(None, (wide.last, answers().last_day())), default=None)
    if wide.first is None or last is None or (last - wide.first).days < MOST_DAYS:
        return wide
    return wide.with_period(last - timedelta(days=MOST_DAYS - 1), last)
