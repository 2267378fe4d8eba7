"""The reference data that a run needs, read once from the reporting database."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Table, select

from data import schema
from etl.clock import BusinessClock
from etl.places import Places
from etl.targets import SlaTargets


@dataclass(frozen=True)
class Lookups:
    """places: finds municipality, service, actor. sides: account -> expenditure or revenue. functions: known ones."""

    places: Places
    clock: BusinessClock
    targets: SlaTargets
    sides: Mapping[str, str]
    functions: frozenset[str]


def read_lookups(connection: Connection) -> Lookups:
    """Everything from the dimensions as they are loaded, so that a replaced table counts from the next run on."""
    municipalities = _frame(connection, schema.dim_municipality)
    services = _frame(connection, schema.dim_service)
    accounts = _frame(connection, schema.dim_account)
    aliases = _frame(connection, schema.municipality_alias)
    return Lookups(
        places=Places(
            municipalities[municipalities["valid_to"].isna()],
            {(str(row.alias), str(row.county)): str(row.municipality_id) for row in aliases.itertuples()},
            dict(zip(services["service_id"], services["actor_id"], strict=True)),
            frozenset(_frame(connection, schema.dim_actor)["actor_id"]),
        ),
        clock=BusinessClock.of(_frame(connection, schema.dim_date), _frame(connection, schema.service_hours)),
        targets=SlaTargets(_frame(connection, schema.sla_target)),
        sides=dict(zip(accounts["account_id"], accounts["side"], strict=True)),
        functions=frozenset(_frame(connection, schema.dim_function)["function_id"]),
    )


def _frame(connection: Connection, table: Table) -> pd.DataFrame:
    result = connection.execute(select(table))
    # Plain tuples: pandas asks every row of SQLAlchemy's own for names that it does not have, which takes longer than
    # all the rest.
    return pd.DataFrame([tuple(row) for row in result.all()], columns=list(result.keys()))
