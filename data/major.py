"""Major incidents one by one: what was out of reach, from when to when, and what it cost its users."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from data.metrics.incident import MAJOR_INCIDENT_COUNT
from data.selection import Selection
from data.ticket_rows_read import ticket_rows

MINUTES_AN_HOUR = 60
MOST = 500
COLUMNS = (
    "source", "ticket_id", "service_id", "actor_id", "priority", "status", "is_major", "opened_on", "opened_at",
    "resolved_at", "outage_started_at", "outage_ended_at", "outage_minutes", "affected_users", "resolution_minutes",
    "sla_minutes", "resolved_in_sla", "problem_id", "caused_by_change_id", "detected_by", "municipality_id",
)  # fmt: skip


def major_incidents(connection: Connection, selection: Selection, limit: int = MOST) -> pd.DataFrame:
    """The incidents that major_incident_count counts, newest first, at most `limit`.

    COLUMNS, then begins_at and ends_at (UTC: the outage where it is known, else from opening to resolution; ends_at
    null while it lasts), lost_hours (user hours, null where minutes or users are not known), is_declared.
    """
    rows = ticket_rows(connection, MAJOR_INCIDENT_COUNT, selection, columns=COLUMNS, limit=limit).rows[list(COLUMNS)]
    users = pd.to_numeric(rows["affected_users"], errors="coerce")
    minutes = pd.to_numeric(rows["outage_minutes"], errors="coerce")
    return rows.assign(
        begins_at=pd.to_datetime(rows["outage_started_at"]).fillna(pd.to_datetime(rows["opened_at"])),
        ends_at=pd.to_datetime(rows["outage_ended_at"]).fillna(pd.to_datetime(rows["resolved_at"])),
        lost_hours=minutes * users / MINUTES_AN_HOUR,
        is_declared=rows["is_major"].fillna(False).astype(bool),
    )


def clock_hours(rows: pd.DataFrame, until: datetime | None) -> pd.Series:
    """Hours from begin to end of each, to `until` where it has not ended; null where that is not known either."""
    ends = rows["ends_at"].fillna(pd.Timestamp(until)) if until else rows["ends_at"]
    return ((ends - rows["begins_at"]).dt.total_seconds() / 3600).clip(lower=0)
