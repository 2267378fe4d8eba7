"""Signs that an application is in use: what the application counts, else tickets and trainings as a proxy."""

from collections.abc import Collection
from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, literal, select, union_all

from data.adoption.places import register
from data.adoption.reading import read
from data.metrics.metric import Current
from data.metrics.ticket_rows import CALLS
from data.metrics.usage_rows import USED
from data.periods import last_of_month, months_before
from data.schema import UNKNOWN_MUNICIPALITY, dim_service
from data.schema import fact_ticket as ticket
from data.schema import fact_training as training
from data.schema import fact_usage as usage
from data.selection import Selection

PROXY_DAYS = 365
"""How far back a ticket or a training is still a sign of use: a village has few of either in a year."""
OLDEST_USAGE_MONTHS = 3
"""Counts older than this say nothing of the day; the application is treated as one that is not counted."""
BY_PEOPLE = CALLS & (ticket.c.channel.is_(None) | (ticket.c.channel != "monitoring"))
COLUMNS = ("municipality_id", "service_id", "evidence", "used_on", "first_used_on", "active_users", "transactions")


def evidence(connection: Connection, selection: Selection, on: date) -> pd.DataFrame:
    """One row per municipality and application that has ever shown a sign of use by a day. Columns: COLUMNS, in_use.

    evidence: usage where the application counts its use, else ticket or training (whichever is newer) of the
    municipality or its joint office: a proxy.
    in_use: the last whole month counted has a transaction or an active user; by proxy: the sign is at most PROXY_DAYS
    old. used_on: the last day with a sign, of a counted month its last; first_used_on: first day of the first month
    with one, missing for a proxy. active_users, transactions: of the last month counted, missing for a proxy.
    Days are Timestamps. An application counts its use when counted_services() names it.
    """
    current, counted = Current(selection.as_of), counted_services(connection, selection, on)
    frames = [_counted(connection, current, on, counted), _proxies(connection, current, on, counted)]
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(columns=[*COLUMNS, "in_use"]).astype(TYPES)
    found = pd.concat([frame.reindex(columns=[*COLUMNS, "in_use"]).astype(TYPES) for frame in filled])
    return found.reset_index(drop=True)


TYPES = {
    "used_on": "datetime64[s]", "first_used_on": "datetime64[s]", "active_users": "Int64", "transactions": "Int64",
    "in_use": "bool",
}  # fmt: skip


def counted_services(connection: Connection, selection: Selection, on: date) -> dict[str, date]:
    """Applications whose use is counted, with the first day of their last month counted that ended by the day."""
    newest = select(usage.c.service_id, func.max(usage.c.period_on)).where(
        Current(selection.as_of)(usage), usage.c.period_on <= last_whole_month(on)
    )
    rows = connection.execute(newest.group_by(usage.c.service_id)).all()
    oldest = months_before(last_whole_month(on), OLDEST_USAGE_MONTHS - 1)
    return {str(service): month for service, month in rows if month >= oldest}


def last_whole_month(on: date) -> date:
    """First day of the last month that has ended by the end of the day."""
    return on.replace(day=1) if on == last_of_month(on) else months_before(on, 1)


def _counted(connection: Connection, current: Current, on: date, services: dict[str, date]) -> pd.DataFrame:
    if not services:
        return pd.DataFrame()
    rows = read(
        connection,
        select(
            usage.c.municipality_id,
            usage.c.service_id,
            func.max(usage.c.period_on).filter(USED).label("last_month"),
            func.min(usage.c.period_on).filter(USED).label("first_used_on"),
        )
        .where(
            current(usage),
            usage.c.service_id.in_(services),
            usage.c.municipality_id != UNKNOWN_MUNICIPALITY,
            usage.c.period_on <= last_whole_month(on),
        )
        .group_by(usage.c.municipality_id, usage.c.service_id),
    )
    rows = rows[rows["last_month"].notna()].reset_index(drop=True)
    rows = rows.merge(_last_counts(connection, current, services), on=["municipality_id", "service_id"], how="left")
    last_month = pd.to_datetime(rows["last_month"])
    newest = rows["service_id"].map({service: pd.Timestamp(month) for service, month in services.items()})
    return rows.assign(
        evidence="usage",
        used_on=last_month + pd.offsets.MonthEnd(0),
        first_used_on=pd.to_datetime(rows["first_used_on"]),
        in_use=last_month.eq(newest),
    )


def _last_counts(connection: Connection, current: Current, services: dict[str, date]) -> pd.DataFrame:
    """active_users and transactions of each application's last month counted."""
    months = [
        select(
            usage.c.municipality_id,
            usage.c.service_id,
            func.sum(usage.c.active_users).label("active_users"),
            func.sum(usage.c.transactions).label("transactions"),
        )
        .where(current(usage), usage.c.service_id == service, usage.c.period_on == month)
        .group_by(usage.c.municipality_id, usage.c.service_id)
        for service, month in services.items()
    ]
    return read(connection, union_all(*months))


def _of_offices(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The newest sign of each office, for every municipality it works for: it is the seat that reports and is trained.

    known: the register. Rows of a municipality that it does not have are left as they are.
    """
    offices = known[["municipality_id", "office_id"]]
    rows = rows.merge(offices, on="municipality_id", how="left")
    rows["office_id"] = rows["office_id"].fillna(rows["municipality_id"])
    rows = rows.sort_values(["used_on", "evidence"]).drop_duplicates(["office_id", "service_id"], keep="last")
    rows = rows.rename(columns={"municipality_id": "seen_at"}).merge(offices, on="office_id", how="left")
    rows["municipality_id"] = rows["municipality_id"].fillna(rows["seen_at"])
    return rows.drop(columns=["seen_at", "office_id"])


def _proxies(connection: Connection, current: Current, on: date, counted: Collection[str]) -> pd.DataFrame:
    """The newest ticket or training of each pair whose application does not count its use, or of its joint office."""
    applications = select(dim_service.c.service_id).where(
        dim_service.c.kind == "application", dim_service.c.service_id.not_in(sorted(counted))
    )
    if not connection.scalars(applications).all():
        return pd.DataFrame()
    parts = [
        select(
            fact.c.municipality_id,
            fact.c.service_id,
            func.max(day).label("used_on"),
            literal(name).label("evidence"),
        )
        .where(
            current(fact),
            condition,
            day <= on,
            fact.c.service_id.in_(applications),
            fact.c.municipality_id != UNKNOWN_MUNICIPALITY,
        )
        .group_by(fact.c.municipality_id, fact.c.service_id)
        for name, fact, day, condition in (
            ("ticket", ticket, ticket.c.opened_on, BY_PEOPLE),
            ("training", training, training.c.started_on, training.c.withdrawn_on.is_(None)),
        )
    ]
    rows = read(connection, union_all(*parts))
    rows["used_on"] = pd.to_datetime(rows["used_on"])
    rows = _of_offices(rows, register(connection))
    return rows.assign(in_use=(pd.Timestamp(on) - rows["used_on"]).dt.days < PROXY_DAYS)
