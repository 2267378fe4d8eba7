"""Figures about people: what measure() leaves out, so that no answer, nor any two, tell of too few of them.

Small cells are withheld, and with them so many others of each total that can be asked for: over the members of each
cut, by what holds these members (a county its municipalities, a quarter its months), and over the members selected.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    for cut, wider in _widened(asked.metric, selection):
        hidden |= _told_by_others(asked, frame, selection, wider, (cut, by), least)
    return without(frame, hidden, VALUES).drop(columns=PEOPLE)


def _hidden(
    asked: Asked, frame: pd.DataFrame, selection: Selection, by: Sequence[str], least: int
) -> "pd.Series[bool]":
    """By the frame itself: small cells, and what its totals would tell of them."""
    keys = frame[list(by)].astype("object")
    groups = []
    for cut in by:
        others = keys[[name for name in by if name != cut]]
        groups.append(others)
        if frame[PEOPLE].between(1, least - 1).any():
            groups += [others.assign(holder=one) for one in _holders(asked, keys[cut], selection)]
    return too_few(frame[PEOPLE], groups, least)


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
    nobody: Mapping[str, tuple[str, ...]] = dict.fromkeys(fields, ())
    return replace(selection, **nobody)  # type: ignore[arg-type]


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
    unsafe = set()
    for part in (hidden[at.isin(inside)], hidden[~at.isin(inside)]):
        sums = part.assign(rows=1, key=_keys(part, by)).groupby("key")[["rows", PEOPLE]].sum()
        unsafe |= set(sums.index[(sums["rows"] < LEAST_ROWS) | (sums[PEOPLE] < least)])
    return _keys(frame, by).isin(unsafe)


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
    places = kept(asked.connection, ("holders", selection.as_of), lambda: _places(asked.connection, selection.as_of))
    found = []
    for holder in HOLDERS:
        known = places[[str(members.name), holder]].drop_duplicates()
        if holder != members.name and not known[str(members.name)].duplicated().any():
            found.append(members.map(known.set_index(str(members.name))[holder]).fillna(UNKNOWN_MUNICIPALITY))
    return found


def _places(connection: Connection, as_of: int | None) -> pd.DataFrame:
    """One row per municipality: municipality, and what it is held by, as cuts write it."""
    dims = dimensions(Current(as_of))
    place, joining = dims.place, dims.joining
    query = select(
        place.c.municipality_id.label(MUNICIPALITY),
        *(place.c.office_id.label(name) if name == "office" else place.c[name] for name in HOLDERS[:-1]),
        joining.c.joining_type,
    ).select_from(place.outerjoin(joining, joining.c.municipality_id == place.c.municipality_id))
    return pd.read_sql(query, connection).fillna("unknown")
