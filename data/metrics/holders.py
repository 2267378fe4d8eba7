"""What holds the members of a cut and can be asked for itself: a municipality its county, a month its quarter."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, select

from data.kept import kept
from data.metrics.cuts import PERIODS, PLACE_CUTS, dimensions
from data.metrics.metric import Current
from data.periods import first_day
from data.schema import UNKNOWN_MUNICIPALITY

MUNICIPALITY = "municipality"
UNKNOWN = "unknown"
HOLDERS = ("county", "district", "office", "size_band", "legal_status", "joining_type")
LETTERS = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def holders(connection: Connection, as_of: int | None, members: pd.Series) -> list[pd.Series]:
    """Of the members of the cut that the series is named by, what holds each: one series per cut that holds it whole.

    Members that the register does not have are held by UNKNOWN_MUNICIPALITY.
    """
    name = str(members.name)
    if name in PERIODS:
        return _periods(members, PERIODS[PERIODS.index(name) + 1 :])
    if name != MUNICIPALITY and name not in PLACE_CUTS:
        return []
    found = kept(connection, ("holders of", name, as_of), lambda: _of_cut(memberships(connection, as_of), name))
    return [members.map(known).fillna(UNKNOWN_MUNICIPALITY) for known in found]


def held_by(connection: Connection, as_of: int | None, municipalities: pd.Series, holder: str) -> pd.Series:
    """What holds each municipality, as the cut `holder` writes it."""
    return municipalities.map(memberships(connection, as_of)[holder]).fillna(UNKNOWN)


def memberships(connection: Connection, as_of: int | None) -> pd.DataFrame:
    """HOLDERS of every municipality, by KSH code, as cuts write them; read once a snapshot."""
    return kept(connection, ("memberships", as_of), lambda: _memberships(connection, as_of))


def keys(frame: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """The members of each row as one text, the same in every frame."""
    found = pd.Series("", frame.index, dtype="object")
    for name in by:
        places, members = pd.factorize(frame[name], use_na_sentinel=False)
        written = pd.Series([f"{member}\x1f" for member in members], dtype="object")
        found = found + written.take(places).set_axis(frame.index)
    return found


def _periods(members: pd.Series, wider: Sequence[str]) -> list[pd.Series]:
    places, names = pd.factorize(members)
    days = pd.DatetimeIndex([first_day(name) for name in names])
    return [pd.Series(days.to_period(LETTERS[one]).take(places), members.index) for one in wider]


def _of_cut(known: pd.DataFrame, name: str) -> list[pd.Series]:
    """Holders by member of a cut, of the cuts that hold each of its members whole."""
    places = known.reset_index()
    pairs = [places[[name, one]].drop_duplicates() for one in HOLDERS if one != name]
    return [pair.set_index(name).iloc[:, 0] for pair in pairs if not pair[name].duplicated().any()]


def _memberships(connection: Connection, as_of: int | None) -> pd.DataFrame:
    dims = dimensions(Current(as_of))
    place, joining = dims.place, dims.joining
    query = select(
        place.c.municipality_id.label(MUNICIPALITY),
        *(place.c.office_id.label(name) if name == "office" else place.c[name] for name in HOLDERS[:-1]),
        joining.c.joining_type,
    ).select_from(place.outerjoin(joining, joining.c.municipality_id == place.c.municipality_id))
    return pd.read_sql(query, connection).fillna(UNKNOWN).set_index(MUNICIPALITY)
