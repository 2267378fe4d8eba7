"""Matching: for each municipality whose key user has just been trained the most similar ones that were not.

Pure arithmetic over arrays; what is read from the database is in training_effect.py.
"""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WINDOW = 60
"""Days counted before and after; the day of completion belongs to neither."""
QUIET = 120
"""Days without a training before an event, so that events do not overlap and none wears off meanwhile."""
NEIGHBOURS = 5
CALIPER = 0.25
"""How far the rate before may be from the event's, as a part of it: else the two are not alike."""
PER = 100.0
AT_ONCE = 500_000
"""Events times possible controls that are looked at together: a few MB."""
LEFT_OUT = ("soon_after", "outside", "not_live", "no_users", "no_control")


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
    tickets: npt.NDArray[np.int32]
    users: Floats
    month: Ints
    lessons: Ints
    first: int
    last: int

    @property
    def days(self) -> int:
        return len(self.month)


@dataclass(frozen=True)
class Matched:
    """Events with their controls. event, day, cell [n]: municipality, day of completion and cell of each; users [n];
    before, after [n]: tickets per 100 users; control [n, k]: municipalities, -1 for none; control_before,
    control_after [n, k]: the same rates, NaN for none. left_out: completions that are no event, by reason.
    """

    event: Ints
    day: Ints
    users: Floats
    before: Floats
    after: Floats
    control: Ints
    control_before: Floats
    control_after: Floats
    left_out: dict[str, int]


def match(known: Histories, wanted: npt.NDArray[np.bool_], days: tuple[int, int]) -> Matched:
    """Every first completion by a key user of a wanted municipality [m] on the days given (both included), matched.

    An event: no training in its office in the QUIET days before, live and counted on every day of both windows. Its
    controls: as much, in the same cell, and no training in their office from QUIET days before to the end of the
    window; the NEIGHBOURS nearest in the rate before, within CALIPER, and of these the most alike in users and size.
    """
    trained, users = _trained(known), _Users(known)
    events, left_out = _usable(known, trained, users, _completions(known, wanted, days))
    parts = []
    for cell in np.unique(known.cell[events[:, 0]]):
        group = _Group(known, trained, users, np.flatnonzero(known.cell == cell))
        mine = np.flatnonzero(known.cell[events[:, 0]] == cell)
        step = max(1, AT_ONCE // len(group.members))
        for at in range(0, len(mine), step):
            chunk = mine[at : at + step]
            parts.append(np.column_stack([chunk, group.nearest(events[chunk, 0], events[chunk, 1])]))
    chosen = np.concatenate([np.full((0, NEIGHBOURS + 1), -1), *parts])
    chosen = chosen[chosen[:, 1] >= 0]
    order = np.lexsort((events[chosen[:, 0], 0], events[chosen[:, 0], 1]))
    left_out["no_control"] = len(events) - len(chosen)
    return _matched(known, users, events[chosen[order, 0]], chosen[order, 1:], left_out)


def shuffled(known: Histories, random: np.random.Generator) -> Histories:
    """The same world, its trainings given to other municipalities of the same cell: by then no effect may be left."""
    given = np.arange(len(known.cell))
    for cell in np.unique(known.cell):
        members = np.flatnonzero(known.cell == cell)
        given[members] = random.permutation(members)
    lessons = known.lessons.copy()
    lessons[:, 0] = given[lessons[:, 0]]
    return replace(known, lessons=lessons)


def _completions(known: Histories, wanted: npt.NDArray[np.bool_], days: tuple[int, int]) -> Ints:
    """[n, 2]: municipality and day, each once, of key users."""
    rows = known.lessons
    is_asked = (rows[:, 2] == 1) & (rows[:, 1] >= days[0]) & (rows[:, 1] <= days[1]) & wanted[rows[:, 0]]
    return np.unique(rows[is_asked][:, :2], axis=0)


def _trained(known: Histories) -> npt.NDArray[np.int32]:
    """[t + 1, offices]: trainings completed in each office before each day."""
    inside = known.lessons[(known.lessons[:, 1] >= 0) & (known.lessons[:, 1] < known.days)]
    offices = int(known.office.max(initial=-1)) + 1
    codes = (inside[:, 1] + 1) * offices + known.office[inside[:, 0]]
    counts = np.bincount(codes, minlength=offices * (known.days + 1)).reshape(known.days + 1, offices)
    return counts.cumsum(axis=0, dtype=np.int32)


class _Users:
    """The median of users over the months that the two windows of a day touch, of every municipality."""

    def __init__(self, known: Histories) -> None:
        months = known.month
        first, last = np.arange(len(months)) - WINDOW, np.arange(len(months)) + WINDOW
        touched = np.column_stack([months[first.clip(0)], months[last.clip(max=len(months) - 1)]])
        pairs, self._pair = np.unique(touched, axis=0, return_inverse=True)
        self._pair = self._pair.reshape(-1)
        self._medians = np.array([_median(known.users[:, one : other + 1]) for one, other in pairs])

    def only(self, place: Ints) -> "_Users":
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


def _usable(
    known: Histories, trained: npt.NDArray[np.int32], users: _Users, events: Ints
) -> tuple[Ints, dict[str, int]]:
    """The completions that are events, and how many are none, each by the first reason that there is."""
    left_out = dict.fromkeys(LEFT_OUT, 0)

    def kept(events: Ints, reason: str, is_none: npt.NDArray[np.bool_]) -> Ints:
        left_out[reason] = int(is_none.sum())
        return events[~is_none]

    office = known.office[events[:, 0]]
    last, quiet = np.clip(events[:, 1], 0, known.days), np.clip(events[:, 1] - QUIET, 0, known.days)
    events = kept(events, "soon_after", trained[last, office] > trained[quiet, office])
    at = events[:, 1]
    events = kept(events, "outside", (at - WINDOW < known.first) | (at + WINDOW > known.last))
    events = kept(events, "not_live", ~_is_live(known, events[:, 0], events[:, 1]))
    has_users = users.of(events[:, 1], events[:, 0]) > 0
    return kept(events, "no_users", ~has_users), left_out


def _is_live(known: Histories, place: Ints, day: Ints) -> npt.NDArray[np.bool_]:
    """Whether municipalities are live on every day of the windows of days."""
    found: npt.NDArray[np.bool_] = (known.live_from[place] <= day - WINDOW) & (known.live_to[place] > day + WINDOW)
    return found


def _median(months: Floats) -> Floats:
    """[m]: of what is known of each row, NaN where nothing is."""
    ordered = np.sort(months, axis=1)  # NaN last; numpy's nanmedian is a hundred times slower
    count = np.isfinite(months).sum(axis=1)
    rows = np.arange(len(months))
    low, high = ordered[rows, np.maximum(count - 1, 0) // 2], ordered[rows, np.minimum(count // 2, count.clip(1) - 1)]
    return (low + high) / 2


def _before(known: Histories, users: Floats, day: Ints, place: Ints) -> Floats:
    """How-to tickets per 100 users in the window before a day (broadcast)."""
    return _rate(known.tickets[day, place] - known.tickets[day - WINDOW, place], users)


def _after(known: Histories, users: Floats, day: Ints, place: Ints) -> Floats:
    """The same, after the day."""
    return _rate(known.tickets[day + WINDOW + 1, place] - known.tickets[day + 1, place], users)


def _rate(tickets: npt.NDArray[np.int32], users: Floats) -> Floats:
    return tickets.astype(np.float64) * np.divide(PER, users, out=np.zeros(users.shape), where=users > 0)


def _nth(values: Floats) -> Floats:
    """[n, 1]: the NEIGHBOURS-th smallest of each row, or the largest where there are fewer."""
    place = min(NEIGHBOURS, values.shape[1]) - 1
    found: Floats = np.partition(values, place, axis=1)[:, place, None]
    return found


class _Group:
    """The members of a cell, what is known of them lying together: [days, members] is read by whole rows."""

    def __init__(self, known: Histories, trained: npt.NDArray[np.int32], users: _Users, members: Ints) -> None:
        self.members = members
        self._known, self._users = known, users.only(members)
        self._trained = trained[:, known.office[members]]
        self._tickets = known.tickets[:, members]

    def nearest(self, one: Ints, day: Ints) -> Ints:
        """[n, NEIGHBOURS]: the controls of events (members on days), the most alike first, -1 for none."""
        rows, own = np.arange(len(one)), np.searchsorted(self.members, one)
        users = self._users.on(day)
        before = _rate(self._tickets[day] - self._tickets[day - WINDOW], users)
        mine = before[rows, own][:, None]
        apart = np.abs(before - mine)
        apart[(apart > CALIPER * mine) | ~self._is_usable(day, users)] = np.inf
        far = _nth(apart)
        is_tied = (apart == far) & np.isfinite(far)  # often many: a rate of no tickets at all
        row, column = np.nonzero(is_tied)
        unlike = np.full(apart.shape, np.inf)
        unlike[row, column] = self._unlike(users, row, own[row], column)
        row, column = np.nonzero((apart < far) | (is_tied & (unlike <= _nth(unlike))))
        order = np.lexsort((column, self._unlike(users, row, own[row], column), apart[row, column], row))
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        is_near = rank < NEIGHBOURS
        found = np.full((len(one), NEIGHBOURS), -1, dtype=np.int64)
        found[row[is_near], rank[is_near]] = self.members[column[order]][is_near]
        return found

    def _unlike(self, users: Floats, row: Ints, own: Ints, other: Ints) -> Floats:
        """[n]: how different two members are in users (rows of them) and size."""
        size = self._known.size[self.members] + 1
        found: Floats = np.abs(np.log(users[row, other] / users[row, own])) + np.abs(np.log(size[other] / size[own]))
        return found

    def _is_usable(self, day: Ints, users: Floats) -> npt.NDArray[np.bool_]:
        """[n, members]: live and counted in both windows, and no training in the office all that time."""
        untouched = self._trained[day + WINDOW + 1] == self._trained[np.maximum(day - QUIET, 0)]
        return untouched & (users > 0) & _is_live(self._known, self.members, day[:, None])


def _matched(known: Histories, users: _Users, events: Ints, control: Ints, left_out: dict[str, int]) -> Matched:
    """Events [n, 2] with the rates of their own and of their controls [n, k]."""
    event, day, each = events[:, 0], events[:, 1], events[:, 1][:, None]
    own, others, is_there = users.of(day, event), users.of(each, control), control >= 0
    before, after = (np.where(is_there, of(known, others, each, control), np.nan) for of in (_before, _after))
    return Matched(
        event, day, own, _before(known, own, day, event), _after(known, own, day, event), control, before, after,
        left_out,
    )  # fmt: skip
