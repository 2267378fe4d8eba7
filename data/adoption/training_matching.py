"""Matching: for each municipality whose key user has just been trained the most similar ones that were not.

Pure arithmetic over arrays; what is read from the database is in training_histories.py.
"""

from dataclasses import dataclass, replace

import numpy as np

from data.adoption.training_days import WINDOW, Counts, Flags, Floats, Histories, Ints, Users
from data.adoption.training_nearest import NEIGHBOURS, QUIET, Group

LEFT_OUT = ("soon_after", "outside", "not_live", "no_users", "no_control")


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


def match(known: Histories, wanted: Flags, days: tuple[int, int], users: Users | None = None) -> Matched:
    """Every first completion by a key user of a wanted municipality [m] on the days given (both included), matched.

    An event: no training in its office in the QUIET days before, live and counted on every day of both windows. Its
    controls: as much, in the same cell, and no training in their office from QUIET days before to the end of the
    window; the NEIGHBOURS nearest in the rate before, within CALIPER, and of these the most alike in users and size.
    users: of the histories, where they are known already.
    """
    trained, users = known.trained(), users or Users(known)
    events, left_out = _usable(known, trained, users, _completions(known, wanted, days))
    control = np.full((len(events), NEIGHBOURS), -1, dtype=np.int64)
    cells = known.cell[events[:, 0]]
    for cell in np.unique(cells):
        mine = events[cells == cell]
        group = Group(known, trained, users, np.flatnonzero(known.cell == cell), mine[:, 1])
        control[cells == cell] = group.nearest(mine[:, 0], mine[:, 1])
    is_matched = control[:, 0] >= 0
    left_out["no_control"] = int((~is_matched).sum())
    events, control = events[is_matched], control[is_matched]
    order = np.lexsort((events[:, 0], events[:, 1]))
    return _matched(known, users, events[order], control[order], left_out)


def shuffled(known: Histories, random: np.random.Generator) -> Histories:
    """The same world, its trainings given to other municipalities of the same cell: by then no effect may be left."""
    given = np.arange(len(known.cell))
    for cell in np.unique(known.cell):
        members = np.flatnonzero(known.cell == cell)
        given[members] = random.permutation(members)
    lessons = known.lessons.copy()
    lessons[:, 0] = given[lessons[:, 0]]
    return replace(known, lessons=lessons)


def _completions(known: Histories, wanted: Flags, days: tuple[int, int]) -> Ints:
    """[n, 2]: municipality and day, each once, of key users."""
    rows = known.lessons
    is_asked = (rows[:, 2] == 1) & (rows[:, 1] >= days[0]) & (rows[:, 1] <= days[1]) & wanted[rows[:, 0]]
    return np.unique(rows[is_asked][:, :2], axis=0)


def _usable(known: Histories, trained: Counts, users: Users, events: Ints) -> tuple[Ints, dict[str, int]]:
    """The completions that are events, and how many are none, each by the first reason that there is."""
    left_out = dict.fromkeys(LEFT_OUT, 0)

    def kept(events: Ints, reason: str, is_none: Flags) -> Ints:
        left_out[reason] = int(is_none.sum())
        return events[~is_none]

    office = known.office[events[:, 0]]
    last, quiet = np.clip(events[:, 1], 0, known.days), np.clip(events[:, 1] - QUIET, 0, known.days)
    events = kept(events, "soon_after", trained[last, office] > trained[quiet, office])
    at = events[:, 1]
    events = kept(events, "outside", (at - WINDOW < known.first) | (at + WINDOW > known.last))
    events = kept(events, "not_live", ~known.is_live(events[:, 0], events[:, 1]))
    has_users = users.of(events[:, 1], events[:, 0]) > 0
    return kept(events, "no_users", ~has_users), left_out


def _matched(known: Histories, users: Users, events: Ints, control: Ints, left_out: dict[str, int]) -> Matched:
    """Events [n, 2] with the rates of their own and of their controls [n, k]."""
    event, day, each = events[:, 0], events[:, 1], events[:, 1][:, None]
    own, others, is_there = users.of(day, event), users.of(each, control), control >= 0
    before, after = (np.where(is_there, of(others, each, control), np.nan) for of in (known.before, known.after))
    return Matched(
        event, day, own, known.before(own, day, event), known.after(own, day, event), control, before, after, left_out
    )
