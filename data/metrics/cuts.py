"""How figures can be cut: each cut's expression and the dimension it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, FromClause, Subquery, cast, extract, func, select
from sqlalchemy.types import Date

from data.metrics.metric import Current, local_time
from data.schema import dim_actor, dim_municipality, dim_service, fact_contract

PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Dimensions:
    """The dimension tables of one query; a cut that uses one has it joined."""

    place: Subquery
    joining: Subquery
    actor: FromClause = dim_actor
    service: FromClause = dim_service


def dimensions(current: Current) -> Dimensions:
    """Latest version of each municipality, and how each joined, in the versions asked for."""
    return Dimensions(place=_latest_municipalities(), joining=_joining_types(current))


PLACE_CUTS = ("county", "district", "office", "size_band", "legal_status")
COLUMN_CUTS = {
    "service": "service_id",
    "actor": "actor_id",
    "municipality": "municipality_id",
    "priority": "priority",
    "ticket_type": "ticket_type",
    "channel": "channel",
    "category": "category",
    "level": "level",
    "origin": "origin",
    "course": "course_id",
    "role": "role",
    "result": "result",
    "account": "account_id",
    "function": "function_id",
    "side": "side",
    "contract_kind": "contract_kind",
    "supplier": "supplier",
    "source": "source",
    "job": "job",
}

OFFICE, DISTRICT = "office_id", "district"


def cut(name: str, rows: FromClause, counted_by: ColumnElement[Any], dims: Dimensions) -> ColumnElement[Any]:
    """The expression of a cut over rows."""
    if name in PERIODS:
        return cast(func.date_trunc(name, counted_by), Date)
    if name in COLUMN_CUTS:
        return rows.c[COLUMN_CUTS[name]]
    return _EXPRESSIONS[name](rows, dims)


_EXPRESSIONS: dict[str, Callable[[FromClause, Dimensions], ColumnElement[Any]]] = {
    "county": lambda rows, dims: func.coalesce(dims.place.c.county, "unknown"),
    "district": lambda rows, dims: func.coalesce(dims.place.c.district, "unknown"),
    "office": lambda rows, dims: func.coalesce(dims.place.c.office_id, "unknown"),
    "size_band": lambda rows, dims: func.coalesce(dims.place.c.size_band, "unknown"),
    "legal_status": lambda rows, dims: func.coalesce(dims.place.c.legal_status, "unknown"),
    "joining_type": lambda rows, dims: func.coalesce(dims.joining.c.joining_type, "unknown"),
    "actor_type": lambda rows, dims: func.coalesce(dims.actor.c.actor_type, "unknown"),
    "operator": lambda rows, dims: func.coalesce(dims.service.c.actor_id, "unknown"),
    "account_group": lambda rows, dims: func.substr(rows.c.account_id, 1, 2),
    "weekday": lambda rows, dims: extract("isodow", local_time(rows.c.opened_at)),
    "hour": lambda rows, dims: extract("hour", local_time(rows.c.opened_at)),
}

CUTS = (*PERIODS, *COLUMN_CUTS, *_EXPRESSIONS)


def with_dimensions(source: FromClause, rows: FromClause, names: set[str], dims: Dimensions) -> FromClause:
    """The source joined to what the cuts named need of rows. Outer joins: unknown members are never lost."""
    if names & set(PLACE_CUTS):
        source = source.outerjoin(dims.place, dims.place.c.municipality_id == rows.c.municipality_id)
    if "joining_type" in names:
        source = source.outerjoin(dims.joining, dims.joining.c.municipality_id == rows.c.municipality_id)
    if "actor_type" in names:
        source = source.outerjoin(dims.actor, dims.actor.c.actor_id == rows.c.actor_id)
    if "operator" in names:
        source = source.outerjoin(dims.service, dims.service.c.service_id == rows.c.service_id)
    return source


def written(values: pd.Series, name: str) -> pd.Series:
    """Members of a cut as text: months as 2025-01, quarters as 2025-Q1, weeks as 2025-W03, numbers as they are."""
    if name not in PERIODS:
        return values
    days = pd.to_datetime(values)
    if name == "quarter":
        return days.dt.year.astype(str) + "-Q" + days.dt.quarter.astype(str)
    return days.dt.strftime({"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}[name])


def _latest_municipalities() -> Subquery:
    latest = (
        select(dim_municipality.c.municipality_id, func.max(dim_municipality.c.valid_from).label("valid_from"))
        .group_by(dim_municipality.c.municipality_id)
        .subquery("latest_municipality")
    )
    same = (dim_municipality.c.municipality_id == latest.c.municipality_id) & (
        dim_municipality.c.valid_from == latest.c.valid_from
    )
    return select(dim_municipality).join(latest, same).subquery("place")


def _joining_types(current: Current) -> Subquery:
    """One row per joined municipality; max() decides where two joining contracts disagree."""
    return (
        select(fact_contract.c.municipality_id, func.max(fact_contract.c.joining_type).label("joining_type"))
        .where(fact_contract.c.contract_kind == "joining", current(fact_contract))
        .group_by(fact_contract.c.municipality_id)
        .subquery("joining")
    )
