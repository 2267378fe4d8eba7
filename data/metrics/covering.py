"""Which cells of one answer about people are withheld: small ones, and what covers them in each total that is known.

An answer by places is read beside the one by municipality: a cell hides only what is withheld of the municipalities in
it, for the others can be told one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import Connection

from data.comparison.disclosure import LEAST_ROWS, least_people, too_few
from data.metrics.holders import HOLDERS, MUNICIPALITY, UNKNOWN, held_by, holders, keys
from data.selection import Selection

PEOPLE = "people"
NESTED = (("office", "district"), ("office", "county"), ("district", "county"))
"""Places within places, as far as they are: an office may serve two districts, a county government is in none."""
Counted = Callable[[Selection, Sequence[str]], pd.DataFrame]


@dataclass(frozen=True)
class Asked:
    """A figure about people: by what it can be cut, and how its cells are counted (measure()'s frame with a column
    people). What one answer needs several times is counted once."""

    connection: Connection
    cut_by: Sequence[str]
    counted: Counted
    _known: dict[tuple[Selection, tuple[str, ...]], pd.DataFrame] = field(default_factory=dict)

    def cells(self, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
        """Every cell, however few people it tells of."""
        key = (selection, tuple(by))
        if key not in self._known:
            self._known[key] = self.counted(selection, by)
        return self._known[key]


def hidden_cells(
    asked: Asked,
    frame: pd.DataFrame,
    selection: Selection,
    by: Sequence[str],
    least: int,
    also: "pd.Series[bool] | None" = None,
) -> "pd.Series[bool]":
    """By the frame itself: small cells, and what its totals would tell of them, or they of smaller ones.

    also: cells that have to be withheld for another reason."""
    hidden = frame[PEOPLE].between(1, least - 1) | (False if also is None else also)
    if MUNICIPALITY in by or not set(by) & set(HOLDERS):
        return _with_cover(asked, frame, None, (selection, by, least), hidden)
    return _by_places(asked, frame, (selection, by, least), _withheld_places(asked, selection, by), hidden)


Question = tuple[Selection, Sequence[str], int]


def _by_places(
    asked: Asked, frame: pd.DataFrame, question: Question, held: pd.DataFrame, hidden: "pd.Series[bool]"
) -> "pd.Series[bool]":
    """hidden_cells() of cells of places. held: from _withheld_places(); hidden: at least these."""
    selection, by, least = question
    at = keys(frame, by)
    hidden = hidden | _telling(frame, by, least, held)
    inside, nests = _inside(frame, by, held), _nests(asked, by, selection, least, held)
    while True:
        hidden = _with_cover(asked, frame, inside, question, hidden)
        found = at.isin(_uncovered(nests, least, set(at[hidden])))
        if not (found & ~hidden).any():
            return hidden
        hidden |= found


def _with_cover(
    asked: Asked, frame: pd.DataFrame, inside: pd.Series | None, question: Question, hidden: "pd.Series[bool]"
) -> "pd.Series[bool]":
    """What is hidden, and what covers it in each total. inside: how many people withholding a cell hides,
    where these are not all of its people."""
    selection, by, least = question
    members = frame[list(by)].astype("object")
    groups = []
    for cut in by if hidden.any() else ():
        others = members[[name for name in by if name != cut]]
        groups.append(others)
        groups += [others.assign(holder=one) for one in holders(asked.connection, selection.as_of, members[cut])]
    return _covered(frame[PEOPLE], inside, groups, least, hidden)


def _covered(
    people: pd.Series, inside: pd.Series | None, groups: Sequence[pd.DataFrame], least: int, hidden: "pd.Series[bool]"
) -> "pd.Series[bool]":
    """Others are withheld for what they hide; where nothing in a total hides anything, for their people."""
    found = hidden if inside is None else too_few(inside, groups, least, hidden)
    return too_few(people, groups, least, found)


def _withheld_places(asked: Asked, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """The municipalities withheld in an answer by municipality and those of by that are no places, with HOLDERS."""
    names = [*(name for name in by if name not in HOLDERS), MUNICIPALITY]
    every = asked.cells(selection, names)
    every = every[hidden_cells(asked, every, selection, names, least_people(asked.connection))]
    held = {name: held_by(asked.connection, selection.as_of, every[MUNICIPALITY], name) for name in HOLDERS}
    return every.assign(**held, rows=1)


def _inside(frame: pd.DataFrame, by: Sequence[str], held: pd.DataFrame) -> pd.Series:
    """The people of each cell in municipalities that are withheld: all that withholding the cell itself would hide, as
    the others can be told one by one."""
    sums = held.assign(key=keys(held, by)).groupby("key")[PEOPLE].sum()
    return keys(frame, by).map(sums).fillna(0).astype("int64")


def _telling(frame: pd.DataFrame, by: Sequence[str], least: int, held: pd.DataFrame) -> "pd.Series[bool]":
    """Cells of places that hold too few of the municipalities withheld: an office of one is that municipality."""
    sums = held.assign(key=keys(held, by)).groupby("key")[["rows", PEOPLE]].sum()
    unsafe = sums.index[(sums["rows"] < LEAST_ROWS) | (sums[PEOPLE] < least)]
    return keys(frame, by).isin(set(unsafe))


@dataclass(frozen=True)
class _Nest:
    """Cells of a cut by what holds them as well, of those that hide anything: what each is (at), its people, those
    inside that are withheld, whether it is small, whole (held by one alone), and of a known member."""

    at: pd.Series
    people: pd.Series
    inside: pd.Series
    others: pd.DataFrame
    is_small: "pd.Series[bool]"
    is_whole: "pd.Series[bool]"
    is_known: "pd.Series[bool]"


def _nests(asked: Asked, by: Sequence[str], selection: Selection, least: int, held: pd.DataFrame) -> list[_Nest]:
    """Of each pair of NESTED. Only a cell with municipalities that are withheld (held) hides anything."""
    found = []
    for cut, holder in NESTED:
        if cut not in by or holder in by:
            continue
        names = [*by, holder]
        every = asked.cells(selection, names)
        is_small = every[PEOPLE].between(1, least - 1) | _telling(every, names, least, held)
        every = every[is_small | keys(every, names).isin(set(keys(held, names)))]
        at = keys(every, by)
        rest = _of_no_office(asked, selection, by, least, held) if cut == "district" else held
        others = every[[name for name in names if name != cut]]
        is_whole, is_known = ~at.duplicated(keep=False), every[cut] != UNKNOWN
        inside = _inside(every, names, rest)
        found.append(_Nest(at, every[PEOPLE], inside, others, is_small[every.index], is_whole, is_known))
    return found


def _uncovered(nests: Sequence[_Nest], least: int, hidden: set[object]) -> set[object]:
    """Cells that would tell, taken from the total of what holds them, of what is left: a county less its districts is
    its county government. hidden, result: cells by their members."""
    found = set(hidden)
    for nest in nests:
        also = nest.is_small | (nest.is_whole & nest.at.isin(found))
        taken = _covered(nest.people, nest.inside, [nest.others], least, also)
        # What several hold has a small part in one of them; the whole of it may be told.
        found |= set(nest.at[taken & nest.is_known & (nest.is_whole | ~nest.is_small)])
    return found


def _of_no_office(
    asked: Asked, selection: Selection, by: Sequence[str], least: int, held: pd.DataFrame
) -> pd.DataFrame:
    """Of the municipalities withheld those that no office which is told tells of: a district that is the sum of its
    offices and municipalities hides nothing."""
    names = [*(name for name in by if name not in HOLDERS), "office"]
    offices = asked.cells(selection, names)
    is_small = offices[PEOPLE].between(1, least - 1)
    is_told = ~_by_places(asked, offices, (selection, names, least), held, is_small)
    return held[~keys(held, names).isin(set(keys(offices[is_told], names)))]
