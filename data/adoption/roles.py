"""The four local roles of each pair of municipality and application, and since when they are filled."""

import pandas as pd
from sqlalchemy import Connection, select

from data.adoption.reading import read
from data.adoption.spells import COLUMNS, Numbers, day_numbers, held, on_day
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.metric import Current
from data.schema import NO_SERVICE
from data.schema import fact_role_holder as holder

BY_SERVICE = "key_user"
OF_ALL = tuple(role for role in LOCAL_ROLES if role != BY_SERVICE)
PAIR = ["municipality_id", "service_id"]


def with_roles(connection: Connection, current: Current, pairs: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Pairs (municipality_id, service_id; index 0 to n - 1) with roles, vacant, staffed_on, first_staffed_on and
    vacated_on.

    Three roles are the municipality's; the key user is of the application, or of none named and so of all. An
    appointment without a first day fills nothing. A successor from the day on that the other has ended leaves no gap.
    staffed_on: since when all four are filled; first_staffed_on: when they first were, all four at once; vacated_on:
    the first day after the last time that they were, where they are not.
    """
    number = int(day_numbers(pd.Series([day]))[0])
    codes, names = pd.factorize(pairs["municipality_id"])
    appointed = _appointments(connection, current, day)
    of_place = {role: held(_keyed(appointed[appointed["role"] == role], names)) for role in OF_ALL}
    of_pair = held(_of_pairs(appointed[appointed["role"] == BY_SERVICE], pairs))
    filled = {role: on_day(of_place[role], number, len(names))["since"].notna().to_numpy()[codes] for role in OF_ALL}
    filled[BY_SERVICE] = on_day(of_pair, number, len(pairs))["since"].notna().to_numpy()
    is_filled = pd.DataFrame({role: filled[role] for role in LOCAL_ROLES}, pairs.index)
    others = held(pd.concat(list(of_place.values())), least=len(OF_ALL))
    staffed = held(pd.concat([_spread(others, codes), of_pair]), least=2)
    said = on_day(staffed, number, len(pairs))
    return pairs.assign(
        roles=is_filled.sum(axis=1).astype("int64"),
        vacant=_vacant(is_filled),
        staffed_on=said["since"].array,
        first_staffed_on=said["began"].array,
        vacated_on=said["left"].array,
    )


def _appointments(connection: Connection, current: Current, day: pd.Timestamp) -> pd.DataFrame:
    """municipality_id, role, service_id, first and after (day numbers)."""
    query = select(
        holder.c.municipality_id, holder.c.role, holder.c.service_id, holder.c.appointed_on, holder.c.ended_on
    ).where(current(holder), holder.c.role.in_(LOCAL_ROLES), holder.c.appointed_on <= day.date())
    frame = read(connection, query)
    first, after = (day_numbers(pd.to_datetime(frame[name])) for name in ("appointed_on", "ended_on"))
    return frame.drop(columns=["appointed_on", "ended_on"]).assign(first=first, after=after)


def _keyed(rows: pd.DataFrame, names: pd.Index) -> pd.DataFrame:
    """Rows of the municipalities in names, keyed by their place there."""
    rows = rows.assign(key=names.get_indexer(pd.Index(rows["municipality_id"])))
    return rows.loc[rows["key"] >= 0, COLUMNS]


def _of_pairs(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Appointments of key users keyed by the pair they are of; one that names no application is of all."""
    numbered = pairs[PAIR].assign(key=range(len(pairs)))
    is_named = rows["service_id"] != NO_SERVICE
    own = numbered.merge(rows[is_named], on=PAIR)
    of_all = numbered.merge(rows[~is_named].drop(columns="service_id"), on="municipality_id")
    return pd.concat([own[COLUMNS], of_all[COLUMNS]])


def _spread(spells: pd.DataFrame, codes: Numbers) -> pd.DataFrame:
    """Spells of municipalities as those of each of their pairs. codes: the municipality's key, by pair."""
    pairs = pd.DataFrame({"key": codes, "pair": range(len(codes))})
    return spells.merge(pairs, on="key").assign(key=lambda rows: rows["pair"])[COLUMNS]


def _vacant(is_filled: pd.DataFrame) -> pd.Series:
    """The roles that are not filled, comma separated."""
    pattern = sum((~is_filled[role]).astype("int64") * 2**place for place, role in enumerate(LOCAL_ROLES))
    words = {
        number: ",".join(role for place, role in enumerate(LOCAL_ROLES) if number >> place & 1)
        for number in range(2 ** len(LOCAL_ROLES))
    }
    return pattern.map(words)
