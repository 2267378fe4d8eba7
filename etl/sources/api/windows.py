"""Reading an axis (change times, ids) piece by piece: a piece that does not fit into one answer is halved.

No offset and no page number is used, so rows that change, come or go meanwhile shift nothing out of sight.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

FULL = 0.6  # how full the next answer is to be
SMALLEST, LARGEST = 0.25, 4.0  # times the last step

Row = TypeVar("Row")


@dataclass(frozen=True)
class Window(Generic[Row]):
    """Rows whose place p on the axis is start <= p < stop; stop None: all from start on."""

    start: int
    stop: int | None
    rows: Sequence[Row]


@dataclass(frozen=True)
class Axis(Generic[Row]):
    """How an axis of whole numbers is read.

    read: the rows from a place on and before another (None: no end), or None when one answer can't hold them all;
    crowd: all rows of one place that one answer can't hold; most: rows that an answer holds.
    """

    read: Callable[[int, int | None], Sequence[Row] | None]
    crowd: Callable[[int], Sequence[Row]]
    most: int

    def windows(self, start: int, end: int, until: int | None = None) -> Iterator[Window[Row]]:
        """Windows from start on, ascending and without a gap, up to until (None: to the last row there is).

        end: where the rows are believed to end; what lies behind is found as well.
        """
        while (rest := self.read(start, until)) is None:
            end = max(end if until is None else until, start + 1)
            yield from self._between(start, end)
            start, end = end, end + 2 * (end - start)
            if start == until:
                return
        yield Window(start, until, rest)

    def _between(self, start: int, end: int) -> Iterator[Window[Row]]:
        step = max((end - start) // 2, 1)
        while start < end:
            stop = min(start + step, end)
            rows = self.read(start, stop)
            if rows is None and stop - start > 1:
                step = (stop - start) // 2
                continue
            window = Window(start, stop, self.crowd(start) if rows is None else rows)
            yield window
            start, step = stop, self._next(step, len(window.rows))

    def _next(self, step: int, rows: int) -> int:
        wanted = LARGEST if not rows else FULL * self.most / rows
        return max(int(step * min(max(wanted, SMALLEST), LARGEST)), 1)
