"""Figures about people: what measure() leaves out, so that no answer, nor any two, tell of too few of them.

Small cells are withheld, and with them so many others of each total that can be asked for: over the members of each
cut, by what holds these members (a county its municipalities, a quarter its months), and over the members selected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.comparison.disclosure import LEAST_ROWS, least_people, too_few, without
from data.kept import kept
from data.metrics.cuts import PERIODS, PLACE_CUTS, dimensions
from data.metrics.finished import MEASURES
from data.metrics.metric import Current, Metric
from data.periods import first_day
from data.schema import UNKNOWN_MUNICIPALITY
from data.selection import Selection

PEOPLE = "people"
VALUES = (*MEASURES, "value", PEOPLE)
PLACES = {"county": "counties", "size_band": "size_bands", "joining_type": "joining_types"}
MEMBERS = {"service": "services", "source": "sources", **PLACES}
MUNICIPALITY = "municipality"
UNKNOWN = "unknown"
NESTED = (("office", "district"), ("office", "county"), ("district", "county"))
"""Places within places, as far as they are: an office may serve two districts, a county government is in none."""
HOLDERS = ("county", "district", "office", "size_band", "legal_status", "joining_type")
Counted = Callable[[Selection, Sequence[str]], pd.DataFrame]


@dataclass(frozen=True)
class Asked:
    """A figure about people: the metric, and how its cells are counted (measure()'s frame with a column people)."""

    connection: Connection
    metric: Metric
    counted: Counted


def protected(asked: Asked, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """measure()'s frame with a column `withheld` in place of people; what is withheld has no numbers at all."""
    frame = asked.counted(selection, by)
    least = least_people(asked.connection)
    hidden = _hidden(asked, frame, selection, by, least)
    told = pd.Series(False, frame.index)
    for cut, wider in _widened(asked.metric, selection):
        told |= _told_by_others(asked, frame, selection, wider, (cut, by), least)
    if (told & ~hidden).any():
        hidden = _with_cover(asked, frame, selection, by, least, hidden | told)
    return without(frame, hidden, VALUES).drop(columns=PEOPLE)


def _hidden(
    asked: Asked, frame: pd.DataFrame, selection: Selection, by: Sequence[str], least: int
) -> "pd.Series[bool]":
    """By the frame itself: small cells, and what its totals would tell of them, or they of smaller ones."""
    if MUNICIPALITY in by or not set(by) & set(HOLDERS):
        return _with_cover(asked, frame, selection, by, least, pd.Series(False, frame.index))
    held, keys = _withheld_places(asked, selection, by), _keys(frame, by)
    also = _telling(asked, frame, by, least, held)
    while True:
        hidden = _with_cover(asked, frame, selection, by, least, also)
        also = keys.isin(_uncovered(asked, by, selection, least, held, set(keys[hidden])))
        if not (also & ~hidden).any():
            return hidden


def _with_cover(
    asked: Asked, frame: pd.DataFrame, selection: Selection, by: Sequence[str], least: int, also: "pd.Series[bool]"
) -> "pd.Series[bool]":
    keys = frame[list(by)].astype("object")
    groups = []
    for cut in by:
        others = keys[[name for name in by if name != cut]]
        groups.append(others)
        if also.any() or frame[PEOPLE].between(1, least - 1).any():
            groups += [others.assign(holder=one) for one in _holders(asked, keys[cut], selection)]
    return too_few(frame[PEOPLE], groups, least, also)


def _withheld_places(asked: Asked, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """The municipalities withheld in an answer by municipality and those of by that are no places, with HOLDERS."""
    names = [*(name for name in by if name not in HOLDERS), MUNICIPALITY]
    every = asked.counted(selection, names)
    every = every[_hidden(asked, every, selection, names, least_people(asked.connection))]
    held = {name: _held_by(asked, every[MUNICIPALITY], name, selection) for name in HOLDERS}
    return every.assign(**held, rows=1)


def _telling(asked: Asked, frame: pd.DataFrame, by: Sequence[str], least: int, held: pd.DataFrame) -> "pd.Series[bool]":
    """Cells of places that hold too few of the municipalities withheld: an office of one is that municipality."""
    sums = held.assign(key=_keys(held, by)).groupby("key")[["rows", PEOPLE]].sum()
    unsafe = sums.index[(sums["rows"] < LEAST_ROWS) | (sums[PEOPLE] < least)]
    return _keys(frame, by).isin(set(unsafe))


def _uncovered(
    asked: Asked, by: Sequence[str], selection: Selection, least: int, held: pd.DataFrame, hidden: set[object]
) -> set[object]:
    """Cells that would tell, taken from the total of what holds them, of what is left: a county less its districts is
    its county government. Only a cell with municipalities that are withheld hides anything.

    held: from _withheld_places(). hidden, result: cells by their members."""
    found = set(hidden)
    for cut, holder in NESTED:
        if cut not in by or holder in by:
            continue
        names = [*by, holder]
        every = asked.counted(selection, names)
        is_small = every[PEOPLE].between(1, least - 1)
        every = every[is_small | _keys(every, names).isin(set(_keys(held, names)))]
        at, is_small = _keys(every, by), is_small[every.index]
        is_whole = ~at.duplicated(keep=False)
        others = every[[name for name in names if name != cut]]
        taken = too_few(every[PEOPLE], [others], least, is_whole & at.isin(found))
        # What several hold has a small part in one of them; the whole of it may be told.
        found |= set(at[taken & (every[cut] != UNKNOWN) & (is_whole | ~is_small)])
    return found


def _widened(metric: Metric, selection: Selection) -> list[tuple[str, Selection]]:
    """Each cut that members are selected of, and the selection without them: their others may be asked for too."""
    found = []
    for cut, field in MEMBERS.items():
        if getattr(selection, field) and cut in metric.cut_by:
            found.append((cut, _with_all(selection, field)))
    fields = ("municipalities", *PLACES.values())
    if any(getattr(selection, field) for field in fields) and MUNICIPALITY in metric.cut_by:
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
    every = asked.counted(wider, names)
    hidden = every.assign(withheld=_hidden(asked, every, wider, names, least))
    hidden = hidden[hidden["withheld"]]
    inside = _keys(asked.counted(selection, names), names) if cut not in by else _keys(frame, by)
    at = _keys(hidden, names)
    if cut in by:
        return pd.Series(inside.isin(at), frame.index)
    unsafe, chosen = set(), hidden[at.isin(inside)]
    parts = [chosen, hidden[~at.isin(inside)]]
    for holder in HOLDERS if cut == MUNICIPALITY and selection.municipalities else ():
        held = hidden.assign(holder=_held_by(asked, hidden[cut], holder, selection))
        parts.append(_left_over(held, at.isin(inside), by, least))
    for part in parts:
        sums = part.assign(rows=1, key=_keys(part, by)).groupby("key")[["rows", PEOPLE]].sum()
        unsafe |= set(sums.index[(sums["rows"] < LEAST_ROWS) | (sums[PEOPLE] < least)])
    return _keys(frame, by).isin(unsafe)


def _left_over(held: pd.DataFrame, is_inside: "pd.Series[bool]", by: Sequence[str], least: int) -> pd.DataFrame:
    """What is withheld of the holders of members selected, but not selected: a county less all of its municipalities
    but one is that one. Only where the totals of all of these holders may be told.

    held: what is withheld, with by, holder, people.
    """
    whole, key = _keys(held, [*by, "holder"]), _keys(held, by)
    sums = held.assign(rows=1, whole=whole).groupby("whole")[["rows", PEOPLE]].sum()
    is_told = whole.isin(set(sums.index[(sums["rows"] >= LEAST_ROWS) & (sums[PEOPLE] >= least)]))
    met = whole.isin(set(whole[is_inside]))
    return held[~is_inside & met & ~key.isin(set(key[met & ~is_told]))]


def _keys(frame: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """The members of each row as one value."""
    rows = frame[list(by)].astype("object")
    return pd.Series(list(map(str, rows.itertuples(index=False, name=None))), frame.index, dtype="object")


def _holders(asked: Asked, members: pd.Series, selection: Selection) -> list[pd.Series]:
    """What holds each member of a cut and can be asked for itself: its county, its quarter …"""
    if members.name in PERIODS:
        days = members.map(first_day).map(pd.Timestamp)
        wider = PERIODS[PERIODS.index(str(members.name)) + 1 :]
        return [days.dt.to_period({"week": "W", "month": "M", "quarter": "Q", "year": "Y"}[one]) for one in wider]
    if members.name != MUNICIPALITY and members.name not in PLACE_CUTS:
        return []
    places = _kept_places(asked, selection)
    found = []
    for holder in HOLDERS:
        known = places[[str(members.name), holder]].drop_duplicates()
        if holder != members.name and not known[str(members.name)].duplicated().any():
            found.append(members.map(known.set_index(str(members.name))[holder]).fillna(UNKNOWN_MUNICIPALITY))
    return found


def _held_by(asked: Asked, municipalities: pd.Series, holder: str, selection: Selection) -> pd.Series:
    """What holds each municipality, as the cut writes it."""
    return municipalities.map(_kept_places(asked, selection).set_index(MUNICIPALITY)[holder]).fillna(UNKNOWN)


def _kept_places(asked: Asked, selection: Selection) -> pd.DataFrame:
    return kept(asked.connection, ("holders", selection.as_of), lambda: _places(asked.connection, selection.as_of))


def _places(connection: Connection, as_of: int | None) -> pd.DataFrame:
    """One row per municipality: municipality, and what it is held by, as cuts write it."""
    dims = dimensions(Current(as_of))
    place, joining = dims.place, dims.joining
    query = select(
        place.c.municipality_id.label(MUNICIPALITY),
        *(place.c.office_id.label(name) if name == "office" else place.c[name] for name in HOLDERS[:-1]),
        joining.c.joining_type,
    ).select_from(place.outerjoin(joining, joining.c.municipality_id == place.c.municipality_id))
    return pd.read_sql(query, connection).fillna(UNKNOWN)
