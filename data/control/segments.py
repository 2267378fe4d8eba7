"""Where limits begin anew, and what season each period is in: how a series is cut before it is judged."""

from collections.abc import Sequence

import numpy as np

from data.control.chart import Rebase
from data.control.limits import Numbers
from data.errors import BadRebase
from data.periods import first_day


def segments(
    periods: Sequence[str], values: Numbers, rebases: Sequence[Rebase], unsettled: int = 0
) -> tuple[np.ndarray, tuple[Rebase, ...]]:
    """The segment (0 …) of each period, and the rebases that took effect, in their order.

    A segment begins with the first period that begins on or after the day: a period that holds the day mixes old and
    new. A rebase with no value before it or none after it has no effect. unsettled: so many periods at the beginning
    are a segment of their own. Raises BadRebase without reason or name.
    """
    begins = [first_day(period) for period in periods]
    known = np.flatnonzero(~np.isnan(values))
    found, starts = [], set()
    for rebase in sorted(rebases, key=lambda one: one.from_on):
        if not (rebase.reason.strip() and rebase.name.strip()):
            raise BadRebase(
                f"Limits computed anew from {rebase.from_on} need the reason and the name of who decided it."
            )
        start = sum(day < rebase.from_on for day in begins)
        if start not in starts and len(known) and known[0] < start <= known[-1]:
            starts.add(start)
            found.append(rebase)
    numbers = np.zeros(len(periods), dtype=int)
    for start in starts | ({unsettled} if 0 < unsettled < len(periods) else set()):
        numbers[start:] += 1
    return numbers, tuple(found)
