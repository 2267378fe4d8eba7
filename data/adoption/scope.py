"""Which applications each municipality has contracted or has to have, and how far their contracts have come."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, or_, select

from data.adoption.reading import read
from data.adoption.spells import COLUMNS, day_numbers, held, on_day
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY, dim_service, entitlement
from data.schema import fact_contract_service as use

PAIR = ["municipality_id", "service_id"]
OF_RULE = ["joining_type", "kind", "service_id"]
STEPS = ("contracted_on", "provisioned_on", "live_on")


def in_scope(
    connection: Connection, current: Current, members: pd.DataFrame, on: date, services: Sequence[str]
) -> pd.DataFrame:
    """Places × applications that are compulsory for them, contracted or live, index 0 to n - 1.

    Columns: those of the places; service_id, requirement, required_on (since when it is entitled to), contracted_on,
    provisioned_on, live_on, left_on (day after the last contract). Of several contracts of a pair the days are since
    when there has been one without a gap, so a renewed contract goes on with the one before.
    """
    known = connection.scalars(select(dim_service.c.service_id).where(dim_service.c.kind == "application"))
    names = sorted(name for name in known if not services or name in services)
    every = members.merge(pd.DataFrame({"service_id": pd.Series(names, dtype="str")}), how="cross")
    every = _with_requirements(connection, every, on)
    every = _with_contracts(connection, current, every, on)
    is_there = every["contracted_on"].notna() | every["live_on"].notna() | every["requirement"].eq("compulsory")
    return every[is_there].reset_index(drop=True)


def _with_contracts(connection: Connection, current: Current, every: pd.DataFrame, on: date) -> pd.DataFrame:
    query = select(use.c.municipality_id, use.c.service_id, *(use.c[name] for name in (*STEPS, "ended_on"))).where(
        current(use), use.c.municipality_id != UNKNOWN_MUNICIPALITY, or_(*(use.c[name] <= on for name in STEPS))
    )
    rows = read(connection, query)
    rows["key"] = pd.MultiIndex.from_frame(every[PAIR]).get_indexer(pd.MultiIndex.from_frame(rows[PAIR]))
    rows = rows[rows["key"] >= 0]
    number = int(day_numbers(pd.Series([pd.Timestamp(on)]))[0])
    after = day_numbers(pd.to_datetime(rows["ended_on"]))
    found = {}
    for name in STEPS:
        first = day_numbers(pd.to_datetime(rows[name]))
        found[name] = on_day(held(rows.assign(first=first, after=after)[COLUMNS]), number, len(every))
    return every.assign(
        **{name: said["since"].array for name, said in found.items()}, left_on=found["contracted_on"]["left"].array
    )


def _with_requirements(connection: Connection, every: pd.DataFrame, on: date) -> pd.DataFrame:
    """What the type of joining entitles to; the row of a municipality's own kind goes before the one of every kind."""
    in_force = (entitlement.c.valid_from <= on) & (entitlement.c.valid_to.is_(None) | (entitlement.c.valid_to > on))
    rules = connection.execute(select(entitlement).where(in_force)).mappings()
    of = {(row["joining_type"], row["municipality_kind"], row["service_id"]): row for row in rules}
    kinds = every[OF_RULE].drop_duplicates()
    found = [of.get((one, kind, name)) or of.get((one, "*", name)) for one, kind, name in kinds.to_numpy().tolist()]
    kinds["requirement"] = pd.Series([row["requirement"] if row else "none" for row in found], kinds.index, "str")
    days = [pd.Timestamp(row["valid_from"]) if row else pd.NaT for row in found]
    kinds["required_on"] = pd.Series(days, kinds.index, "datetime64[s]")
    return every.merge(kinds, on=OF_RULE, how="left")
