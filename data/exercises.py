"""Continuity exercises by application: when each was last tried, how it ended, when it will be tried again."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.metrics.continuity import COVERED_DAYS, RTO_MET_RATE
from data.metrics.measure import period
from data.metrics.metric import Current
from data.metrics.ticket_rows import EXERCISES
from data.schema import dim_service
from data.schema import fact_ticket as ticket
from data.selection import Selection

COLUMNS = (
    "source", "ticket_id", "service_id", "status", "outcome", "due_on", "resolved_on", "rto_minutes",
    "recovery_minutes", "rpo_minutes", "data_loss_minutes",
)  # fmt: skip


def exercises_by_service(connection: Connection, selection: Selection) -> pd.DataFrame:
    """One row per application (of the selection's, where it names any), in the order of pages.

    Columns: service_id, source, ticket_id and what was measured of its last exercise held by the selection's last day;
    held_on, outcome (success, rolled_back, failed; null where the source gives none), is_covered (a successful one in
    the 365 days to that day), held_count (in those days), planned_on (the next one planned after it). Null where an
    application was never exercised.
    """
    _first, on = period(connection, RTO_MET_RATE, selection)
    applications = select(dim_service.c.service_id).where(dim_service.c.kind == "application")
    if selection.services:
        applications = applications.where(dim_service.c.service_id.in_(selection.services))
    names = list(connection.scalars(applications.order_by(dim_service.c.sort)))
    query = select(*(ticket.c[name] for name in COLUMNS)).where(Current(selection.as_of)(ticket), EXERCISES)
    rows = pd.read_sql(query, connection).to_dict("records")
    last = on or date.min
    return pd.DataFrame([_of(name, [row for row in rows if row["service_id"] == name], last) for name in names])


def _of(service: str, rows: list[dict[Any, Any]], on: date) -> dict[str, Any]:
    held = sorted((row for row in rows if (day := _day(row["resolved_on"])) and day <= on), key=_held)
    recent = [row for row in held if _held(row)[0] > on - timedelta(days=COVERED_DAYS)]
    planned = [day for row in rows if (day := _day(row["due_on"])) and day > on and _day(row["resolved_on"]) is None]
    newest = held[-1] if held else dict.fromkeys(COLUMNS)
    return newest | {
        "service_id": service,
        "held_on": _day(newest["resolved_on"]),
        "is_covered": any(row["outcome"] == "success" for row in recent),
        "held_count": len(recent),
        "planned_on": min(planned, default=None),
    }


def _held(row: dict[Any, Any]) -> tuple[date, str]:
    day = _day(row["resolved_on"])
    assert day is not None, "asked for exercises that were held"
    return day, str(row["ticket_id"])


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(str(value)).date()
