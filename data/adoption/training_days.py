"""What is known of one application day by day, as arrays: how-to tickets, trainings, users and live use."""

from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

WINDOW = 60
"""Days counted before and after; the day of completion belongs to neither."""
PER = 100.0


@dataclass(frozen=True)
class Histories:
    """What happened in one application; a row per municipality (m of them), days counted from 0 to t - 1.

    cell [m]: only members of one cell are compared. office [m]: the joint office, a number from 0. size [m]: residents.
    live_from, live_to [m]: first day of live use, day after the last. tickets [t + 1, m]: how-to tickets opened before
    each day (days first, so that what is asked of a day lies together). users [m, months], NaN where not known;
    month [t]: column of each day. lessons [n, 3]: municipality, day, 1 where the role is key user. first, last: days
    between which tickets and trainings are known.
    """

    cell: Ints
    office: Ints
    size: Floats
    live_from: Ints
    live_to: Ints
    tickets: Counts
    users: Floats
    month: Ints
    lessons: Ints
    first: int
    last: int

    @property
    def days(self) -> int:
        return len(self.month)

    def is_live(self, place: Ints, day: Ints) -> Flags:
        """Whether municipalities are live on every day of the windows of days (broadcast)."""
        found: Flags = (self.live_from[place] <= day - WINDOW) & (self.live_to[place] > day + WINDOW)
        return found

    def trained(self) -> Counts:
        """[t + 1, offices]: trainings completed in each office before each day."""
        inside = self.lessons[(self.lessons[:, 1] >= 0) & (self.lessons[:, 1] < self.days)]
        return before_each(inside[:, 1], self.office[inside[:, 0]], self.days, int(self.office.max(initial=-1)) + 1)

    def before(self, users: Floats, day: Ints, place: Ints) -> Floats:
        """How-to tickets per 100 users in the window before a day (broadcast)."""
        return rate(self._opened(day, place) - self._opened(day - WINDOW, place), users)

    def after(self, users: Floats, day: Ints, place: Ints) -> Floats:
        """The same, after the day."""
        return rate(self._opened(day + WINDOW + 1, place) - self._opened(day + 1, place), users)

    def _opened(self, day: Ints, place: Ints) -> Counts:
        """tickets[day, place], in half the time."""
        return self.tickets.take(day * self.tickets.shape[1] + place)


class Users:
    """The median of users over the months that the two windows of a day touch, of every municipality."""

    def __init__(self, known: Histories) -> None:
        months = known.month
        first, last = np.arange(len(months)) - WINDOW, np.arange(len(months)) + WINDOW
        touched = np.column_stack([months[first.clip(0)], months[last.clip(max=len(months) - 1)]])
        pairs, self._pair = np.unique(touched, axis=0, return_inverse=True)
        self._pair = self._pair.reshape(-1)
        by_month = np.ascontiguousarray(known.users.T)
        self._medians = np.array([median(by_month[one : other + 1]) for one, other in pairs])

    def only(self, place: Ints) -> "Users":
        """Of some municipalities only."""
        found = copy(self)
        found._medians = self._medians[:, place]
        return found

    def on(self, day: Ints) -> Floats:
        """[days, m]: of all of them on days."""
        found: Floats = self._medians[self._pair[day]]
        return found

    def of(self, day: Ints, place: Ints) -> Floats:
        """Of municipalities on days (broadcast)."""
        found: Floats = self._medians[self._pair[day], place]
        return found


def before_each(day: Ints, place: Ints, days: int, places: int) -> Counts:
    """[days + 1, places]: how many of the days given (0 to days - 1), each of a place, lie before each day."""
    found = np.zeros((days + 1, places), dtype=np.int32)
    np.add.at(found.reshape(-1), (day + 1) * places + place, 1)
    for one, another in zip(found[1:], found, strict=False):  # a cumsum over rows takes three times as long
        one += another
    return found


def median(values: Floats) -> Floats:
    """[m]: of what is known of each column of [k, m], NaN where nothing is."""
    count = np.isfinite(values).sum(axis=0)
    ordered = np.where(np.isfinite(values), values, np.inf)
    # Neighbours change places until each column is in order: k is five, and numpy sorts short columns slowly.
    for turn in range(len(ordered)):
        for one in range(turn % 2, len(ordered) - 1, 2):
            low, high = ordered[one : one + 2]
            ordered[one : one + 2] = np.minimum(low, high), np.maximum(low, high)
    columns = np.arange(values.shape[1])
    last = count.clip(1) - 1
    low, high = ordered[last // 2, columns], ordered[np.minimum(count // 2, last), columns]
    return np.where(count > 0, low + high, np.nan) / 2


def rate(tickets: Counts, users: Floats) -> Floats:
    """Per 100 users; 0 where none are known."""
    return tickets.astype(np.float64) * np.divide(PER, users, out=np.zeros(users.shape), where=users > 0)
