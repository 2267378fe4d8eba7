"""Outages one by one: what each adds to the minutes that a service was down, and why the rest does not count."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, FromClause, Select, case, func, literal, or_, select

from data.metrics.availability import COMPONENT_AVAILABILITY_RATE, SERVICE_AVAILABILITY_RATE
from data.metrics.downtime import (
    BACK_AT,
    BY_LENGTH,
    COUNTS,
    IS_OUTAGE,
    KINDS,
    STARTED_AT,
    WHOLE,
    calendar,
    placed,
)
from data.metrics.measure import measure, period
from data.metrics.metric import Current, local_day
from data.schema import dim_date, dim_service, service_hours
from data.schema import fact_ticket as ticket
from data.selection import Selection

REASONS = ("planned", "cancelled", "no_service", "part", "unknown_scope", "outside_hours", "overlap")
"""Why an outage, or a part of it, does not count; the first that holds. Empty: all of it counts."""

_KEPT = ("source", "ticket_id", "municipality_id", "ticket_type", "priority", "status", "outage_scope", "actor_id")


def outages(connection: Connection, selection: Selection = Selection()) -> pd.DataFrame:  # noqa: B008 - frozen
    """Outages that touch the period, of any ticket type, newest first. Places and ticket kinds select nothing away.

    Columns: service_id, operator_id, source, ticket_id, municipality_id, ticket_type, priority, status, outage_scope,
    actor_id; started_at, ended_at (UTC; ended_at null where its end is not told and it lasts, or only its length is
    known); basis (told, length, resolved, lasting: where its end is taken from); service_minutes (inside service hours
    and the period); counted_minutes (those that no earlier outage of the service has); why (REASONS, "" where all of
    them count). The counted minutes of a service add up to what its availability lacks in the period.
    """
    first, last = period(connection, SERVICE_AVAILABILITY_RATE, selection)
    if last is None:
        return _finished(pd.DataFrame(columns=[*_COLUMNS]))
    found = _statement(connection, selection, first, last)
    return _finished(pd.read_sql(found, connection))


def availability_by_service(connection: Connection, selection: Selection) -> pd.DataFrame:
    """One row per application and component: service_id, agreed_minutes, down_minutes, value; in order of pages."""
    parts = [
        measure(connection, metric, selection, ["service"])
        for metric in (SERVICE_AVAILABILITY_RATE, COMPONENT_AVAILABILITY_RATE)
    ]
    rows = pd.concat(parts, ignore_index=True).rename(
        columns={"service": "service_id", "denominator": "agreed_minutes"}
    )
    rows["down_minutes"] = rows["agreed_minutes"] - rows["numerator"]
    sorts = {row.service_id: row.sort for row in connection.execute(select(dim_service))}
    rows = rows.sort_values("service_id", key=lambda names: names.map(sorts), ignore_index=True)
    return rows[["service_id", "agreed_minutes", "down_minutes", "value"]]


def hours_on(connection: Connection, day: date) -> pd.DataFrame:
    """The service hours as they hold on a day: weekday (1 Monday), opens, closes (HH:MM, Budapest), valid_from, basis.

    Weekdays without hours are left out; Saturday's and Sunday's hold on worked ones only.
    """
    rows = pd.read_sql(select(service_hours).order_by(service_hours.c.weekday, service_hours.c.valid_from), connection)
    valid_from, valid_to = (pd.to_datetime(rows[name]) for name in ("valid_from", "valid_to"))
    at = pd.Timestamp(day)
    begun = rows[(valid_from <= at) | ~rows["weekday"].duplicated()].drop_duplicates("weekday", keep="last")
    in_force = begun[~(valid_to.loc[begun.index] <= at)]
    return in_force[["weekday", "opens", "closes", "valid_from", "basis"]].reset_index(drop=True)


def days_of_service(connection: Connection, selection: Selection) -> pd.DataFrame:
    """The days of the period on which service is agreed, in order: day, kind (working_day, swapped_working_day),
    opens_at (UTC), agreed_minutes."""
    first, last = period(connection, SERVICE_AVAILABILITY_RATE, selection)
    days = calendar()
    asked = (
        select(days.c.day, dim_date.c.kind, days.c.opens_at, days.c.minutes.label("agreed_minutes"))
        .join_from(days, dim_date, dim_date.c.date == days.c.day)
        .where(days.c.minutes > 0, days.c.day <= last)
        .order_by(days.c.day)
    )
    return pd.read_sql(asked.where(days.c.day >= first) if first else asked, connection)


_COLUMNS = (
    "service_id", "operator_id", *_KEPT, "started_at", "ended_at", "basis", "counts", "has_service", "from_minute",
    "to_minute", "reached",
)  # fmt: skip


def _statement(connection: Connection, selection: Selection, first: date | None, last: date) -> Select[Any]:
    current, days = Current(selection.as_of), calendar()
    begins = select(days.c.before).where(days.c.day == first).scalar_subquery() if first else literal(0)
    ends = select(days.c.before + days.c.minutes).where(days.c.day == last).scalar_subquery()
    columns = [
        *(ticket.c[name] for name in _KEPT),
        STARTED_AT.label("started_at"),
        case((~BY_LENGTH, BACK_AT)).label("ended_at"),
        local_day(STARTED_AT).label("started_on"),
        case((~BY_LENGTH, local_day(BACK_AT))).label("ended_on"),
        case(
            (ticket.c.outage_ended_at.is_not(None), "told"), (BY_LENGTH, "length"), (BACK_AT.is_(None), "lasting"),
            else_="resolved",
        ).label("basis"),
        case((COUNTS, 1), else_=0).label("counts"),
    ]  # fmt: skip
    found = placed(current, days, IS_OUTAGE, *columns)
    inside = _clipped(found, begins, ends, first, last)
    rows = (
        select(inside, dim_service.c.actor_id.label("operator_id"), dim_service.c.kind, dim_service.c.sort)
        .select_from(inside.outerjoin(dim_service, dim_service.c.service_id == inside.c.service_id))
        .subquery("with_service")
    )
    reached = func.max(rows.c.to_minute).over(
        partition_by=[rows.c.service_id, rows.c.counts],
        order_by=[rows.c.from_minute, rows.c.to_minute, rows.c.source, rows.c.ticket_id],
        rows=(None, -1),
    )
    asked = select(
        *(rows.c[name] for name in _COLUMNS if name not in ("reached", "has_service")),
        case((rows.c.kind.in_(KINDS), 1), else_=0).label("has_service"),
        reached.label("reached"),
    )
    if selection.services:
        asked = asked.where(rows.c.service_id.in_(selection.services))
    if selection.actors:
        asked = asked.where(rows.c.operator_id.in_(selection.actors))
    return asked.order_by(rows.c.started_at.desc(), rows.c.sort, rows.c.source, rows.c.ticket_id)


def _clipped(found: FromClause, begins: Any, ends: Any, first: date | None, last: date) -> FromClause:
    """Outages that touch the period, their positions cut to it."""
    touches = found.c.started_on <= last
    if first:
        touches &= or_(found.c.to_minute > begins, func.coalesce(found.c.ended_on, found.c.started_on) >= first)
    names = [name for name in found.c.keys() if name not in ("from_minute", "to_minute")]  # noqa: SIM118 - columns
    positions = (
        func.least(func.greatest(found.c[name], begins), ends).label(name) for name in ("from_minute", "to_minute")
    )
    return select(*(found.c[name] for name in names), *positions).where(touches).subquery("inside")


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    start, end = (rows[name].astype("int64") for name in ("from_minute", "to_minute"))
    counts = (rows["counts"] == 1) & (rows["has_service"] == 1)
    reached = rows["reached"].astype("Float64").fillna(0).astype("int64").clip(lower=start)
    service_minutes = (end - start).clip(lower=0)
    counted = (end - reached).clip(lower=0).where(counts, 0)
    why = np.select(
        [
            rows["ticket_type"] != "incident",
            rows["status"] == "cancelled",
            rows["has_service"] == 0,
            rows["outage_scope"].notna() & (rows["outage_scope"] != WHOLE),
            rows["outage_scope"].isna(),
            service_minutes == 0,
            counted < service_minutes,
        ],
        REASONS,
        "",
    )
    rows = rows.assign(service_minutes=service_minutes, counted_minutes=counted, why=why)
    return rows.drop(columns=["counts", "has_service", "from_minute", "to_minute", "reached"])
