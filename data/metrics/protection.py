"""Figures about people: what measure() leaves out, so that no answer, nor any two, tell of too few of them.

Small cells are withheld, and with them so many others of each total that can be asked for: over the members of each
cut, by what holds these members (a county its municipalities, a quarter its months), and over the members selected.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from data.comparison.disclosure import LEAST_ROWS, least_people, without
from data.metrics.covering import PEOPLE, Asked, hidden_cells
from data.metrics.finished import MEASURES
from data.metrics.holders import HOLDERS, MUNICIPALITY, held_by, keys
from data.selection import Selection

VALUES = (*MEASURES, "value", PEOPLE)
PLACES = {"county": "counties", "size_band": "size_bands", "joining_type": "joining_types"}
MEMBERS = {"service": "services", "source": "sources", **PLACES}


def protected(asked: Asked, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """measure()'s frame with a column `withheld` in place of people; what is withheld has no numbers at all."""
    frame = asked.cells(selection, by)
    least = least_people(asked.connection)
    told = pd.Series(False, frame.index)
    for cut, wider in _widened(asked.cut_by, selection):
        told |= _told_by_others(asked, frame, selection, wider, (cut, by), least)
    hidden = hidden_cells(asked, frame, selection, by, least, told)
    return without(frame, hidden, VALUES).drop(columns=PEOPLE)


def _widened(cut_by: Sequence[str], selection: Selection) -> list[tuple[str, Selection]]:
    """Each cut that members are selected of, and the selection without them: their others may be asked for too."""
    found = []
    for cut, name in MEMBERS.items():
        if getattr(selection, name) and cut in cut_by:
            found.append((cut, _with_all(selection, name)))
    fields = ("municipalities", *PLACES.values())
    if any(getattr(selection, name) for name in fields) and MUNICIPALITY in cut_by:
        found.append((MUNICIPALITY, _with_all(selection, *fields)))
    return found


def _with_all(selection: Selection, *fields: str) -> Selection:
    nobody: dict[str, Any] = dict.fromkeys(fields, ())
    return replace(selection, **nobody)


def _told_by_others(
    asked: Asked,
    frame: pd.DataFrame,
    selection: Selection,
    wider: Selection,
    cuts: tuple[str, Sequence[str]],
    least: int,
) -> "pd.Series[bool]":
    """Cells whose members are withheld where all are asked for: one by one, or too few of them, inside or left over."""
    cut, by = cuts
    names = [*by, *([] if cut in by else [cut])]
    every = asked.cells(wider, names)
    hidden = every.assign(withheld=hidden_cells(asked, every, wider, names, least))
    hidden = hidden[hidden["withheld"]]
    inside = keys(asked.cells(selection, names), names) if cut not in by else keys(frame, by)
    at = keys(hidden, names)
    if cut in by:
        return pd.Series(inside.isin(at), frame.index)
    unsafe, chosen = set(), hidden[at.isin(inside)]
    parts = [chosen, hidden[~at.isin(inside)]]
    for holder in HOLDERS if cut == MUNICIPALITY and selection.municipalities else ():
        held = hidden.assign(holder=held_by(asked.connection, selection.as_of, hidden[cut], holder))
        parts.append(_left_over(held, at.isin(inside), by, least))
    for part in parts:
        sums = part.assign(rows=1, key=keys(part, by)).groupby("key")[["rows", PEOPLE]].sum()
        unsafe |= set(sums.index[(sums["rows"] < LEAST_ROWS) | (sums[PEOPLE] < least)])
    return keys(frame, by).isin(unsafe)


def _left_over(held: pd.DataFrame, is_inside: "pd.Series[bool]", by: Sequence[str], least: int) -> pd.DataFrame:
    """What is withheld of the holders of members selected, but not selected: a county less all of its municipalities
    but one is that one. Only where the totals of all of these holders may be told.

    held: what is withheld, with by, holder, people.
    """
    whole, key = keys(held, [*by, "holder"]), keys(held, by)
    sums = held.assign(rows=1, whole=whole).groupby("whole")[["rows", PEOPLE]].sum()
    is_told = whole.isin(set(sums.index[(sums["rows"] >= LEAST_ROWS) & (sums[PEOPLE] >= least)]))
    met = whole.isin(set(whole[is_inside]))
    return held[~is_inside & met & ~key.isin(set(key[met & ~is_told]))]
