"""What costs are shared out by, in the months before a day: tickets, users, municipalities."""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, literal, select

from data.cost.plan import Method
from data.cost.weights import Drivers
from data.metrics.metric import Current
from data.metrics.ticket_rows import CALL_TYPES
from data.periods import last_of_month, months_before
from data.schema import UNKNOWN_MUNICIPALITY, dim_service
from data.schema import fact_contract_service as use
from data.schema import fact_ticket as ticket
from data.schema import fact_usage as usage

PAIR = ("service_id", "municipality_id")
MEASURED: tuple[Method, ...] = ("tickets", "users", "municipalities")


def drivers(
    connection: Connection, month: date, window_months: int, as_of: int | None = None, *, by_service: bool = False
) -> Drivers:
    """Weights of the window that ends with the month (its first day).

    tickets: calls and requests of a municipality resolved in the window. users: the most enabled users that the
    application counted in a month of the window. municipalities: 1 where the application is live on the month's last
    day. Rows without a municipality that we know count for none. by_service: summed by service, with 00000 for the
    municipality: enough for steps that go to services, and sooner read.
    """
    current, first, last = Current(as_of), months_before(month, window_months - 1), last_of_month(month)
    asked = {
        "tickets": tickets(current, first, last),
        "users": users(current, first, last),
        "municipalities": live(current, last),
    }
    queries = {name: _by_service(query) if by_service else query for name, query in asked.items()}
    return Drivers({name: read_weights(connection, queries[name]) for name in MEASURED}, kinds(connection))


def kinds(connection: Connection) -> dict[str, str]:
    """Applications and components, by id."""
    asked = select(dim_service.c.service_id, dim_service.c.kind)
    return {
        str(service): str(kind)
        for service, kind in connection.execute(asked.where(dim_service.c.kind.in_(("application", "component"))))
    }


def tickets(current: Current, first: date, last: date, *more: ColumnElement[Any]) -> Select[Any]:
    """Calls and requests resolved from first to last, by service and municipality; more: other cuts before them."""
    return (
        select(*more, ticket.c.service_id, ticket.c.municipality_id, func.count().label("weight"))
        .where(
            current(ticket),
            ticket.c.ticket_type.in_(CALL_TYPES),
            ticket.c.resolved_on.between(first, last),
            ticket.c.municipality_id != UNKNOWN_MUNICIPALITY,
        )
        .group_by(*more, ticket.c.service_id, ticket.c.municipality_id)
    )


def users(current: Current, first: date, last: date, *more: ColumnElement[Any]) -> Select[Any]:
    """The most enabled users in a month from first to last, by service and municipality."""
    return (
        select(*more, usage.c.service_id, usage.c.municipality_id, func.max(usage.c.enabled_users).label("weight"))
        .where(
            current(usage),
            usage.c.period_on.between(first, last),
            usage.c.municipality_id != UNKNOWN_MUNICIPALITY,
            usage.c.enabled_users > 0,
        )
        .group_by(*more, usage.c.service_id, usage.c.municipality_id)
    )


def live(current: Current, last: date) -> Select[Any]:
    """1 for each service and municipality that is live with it on the day."""
    lives = (use.c.live_on <= last) & (use.c.ended_on.is_(None) | (use.c.ended_on > last))
    return (
        select(use.c.service_id, use.c.municipality_id, func.max(1).label("weight"))
        .where(current(use), lives, use.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .group_by(use.c.service_id, use.c.municipality_id)
    )


def _by_service(query: Select[Any]) -> Select[Any]:
    rows = query.subquery("rows")
    nobody = literal(UNKNOWN_MUNICIPALITY).label("municipality_id")
    return select(rows.c.service_id, nobody, func.sum(rows.c.weight).label("weight")).group_by(rows.c.service_id)


def read_weights(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The answer of a query for weights: its cuts, weight (int64)."""
    return pd.read_sql(query, connection).astype({"weight": "int64"})
