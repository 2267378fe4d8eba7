"""The controls of an event: of the municipalities of its cell the nearest in how-to tickets that had no training."""

import numpy as np

from data.adoption.training_days import WINDOW, Counts, Flags, Floats, Histories, Ints, Users

QUIET = 120
"""Days without a training before an event, so that events do not overlap and none wears off meanwhile."""
NEIGHBOURS = 5
CALIPER = 0.25
"""How far the rate before may be from the event's, as a part of it: else the two are not alike."""
AT_ONCE = 60_000
"""Events times possible controls that are looked at together: what a processor keeps at hand."""


class Group:
    """The members of a cell on the days that there are events of; what is told of a day is told of it once."""

    def __init__(self, known: Histories, trained: Counts, users: Users, members: Ints, days: Ints) -> None:
        self._members, self._size = members, known.size[members] + 1
        self._days, each = np.unique(days), np.unique(days)[:, None]
        self._of_day = users.only(members).on(self._days)
        self._rates = known.before(self._of_day, each, members)
        self._free = np.where(self._is_free(known, trained, each), self._rates, np.inf)
        self._is_silent = self._free == 0

    def nearest(self, one: Ints, day: Ints) -> Ints:
        """[n, NEIGHBOURS]: the controls of events (members on days), the most alike first, -1 for none."""
        found, step = np.full((len(one), NEIGHBOURS), -1, dtype=np.int64), max(1, AT_ONCE // len(self._members))
        on, own = np.searchsorted(self._days, day), np.searchsorted(self._members, one)
        is_silent = self._rates[on, own] == 0
        for places, near in (
            (np.flatnonzero(is_silent), self._silent_as_well),
            (np.flatnonzero(~is_silent), self._near),
        ):
            for at in range(0, len(places), step):
                rows = places[at : at + step]
                row, rank, member = self._first(on[rows], own[rows], near(on[rows], own[rows]))
                found[rows[row], rank] = self._members[member]
        return found

    def _silent_as_well(self, on: Ints, own: Ints) -> Flags:
        """[n, members]: of events without a ticket before, as most are: of all that had none either the most alike."""
        is_near = self._is_silent[on]
        row, column = np.nonzero(is_near)
        unlike = np.full(is_near.shape, np.inf)
        unlike[row, column] = self._unlike(on[row], own[row], column)
        return is_near & (unlike <= _nth(unlike))

    def _near(self, on: Ints, own: Ints) -> Flags:
        """[n, members]: of other events the nearest within the caliper, and all that are as near as the last one."""
        mine = self._rates[on, own][:, None]
        apart = np.abs(self._free[on] - mine)
        apart[apart > CALIPER * mine] = np.inf
        return (apart <= _nth(apart)) & np.isfinite(apart)

    def _first(self, on: Ints, own: Ints, is_near: Flags) -> tuple[Ints, Ints, Ints]:
        """Event (its row), rank from 0 and member of the first NEIGHBOURS of those that are near."""
        row, column = np.nonzero(is_near)
        apart = np.abs(self._free[on[row], column] - self._rates[on, own][row])
        order = np.lexsort((column, self._unlike(on[row], own[row], column), apart, row))
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        is_first = rank < NEIGHBOURS
        return row[is_first], rank[is_first], column[order][is_first]

    def _unlike(self, on: Ints, own: Ints, other: Ints) -> Floats:
        """[n]: how different two members are in users and size."""
        users, size = self._of_day, self._size
        found: Floats = np.abs(np.log(users[on, other] / users[on, own])) + np.abs(np.log(size[other] / size[own]))
        return found

    def _is_free(self, known: Histories, trained: Counts, day: Ints) -> Flags:
        """[days, members]: live and counted in both windows, and no training in the office all that time."""
        days = day[:, 0]
        untouched: Flags = trained[days + WINDOW + 1] == trained[np.maximum(days - QUIET, 0)]
        is_free: Flags = untouched[:, known.office[self._members]] & (self._of_day > 0)
        return is_free & known.is_live(self._members, day)


def _nth(values: Floats) -> Floats:
    """[n, 1]: the NEIGHBOURS-th smallest of each row, or the largest where there are fewer."""
    place = min(NEIGHBOURS, values.shape[1]) - 1
    found: Floats = np.partition(values, place, axis=1)[:, place, None]
    return found
