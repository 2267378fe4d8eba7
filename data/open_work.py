"""What is still open and who has to close it: problems with the incidents they cause, findings past their deadline."""

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection, func, select

from data.metrics.measure import period
from data.metrics.metric import Current
from data.metrics.problem import OPEN_PROBLEM_COUNT
from data.metrics.responsibility import accountable_actor
from data.metrics.security import OVERDUE_FINDING_COUNT
from data.metrics.ticket_rows import INCIDENTS
from data.schema import fact_ticket as ticket
from data.selection import Selection
from data.ticket_rows_read import ticket_rows

MOST = 200
RECENT_DAYS = 30
PROBLEM_COLUMNS = (
    "source", "ticket_id", "service_id", "actor_id", "priority", "status", "opened_on", "root_cause_on",
    "workaround_on",
)  # fmt: skip
FINDING_COLUMNS = ("source", "ticket_id", "service_id", "actor_id", "priority", "status", "opened_on", "due_on")


def open_problems(connection: Connection, selection: Selection, limit: int = MOST) -> pd.DataFrame:
    """Problems open at the end of the selection's last day, oldest first.

    PROBLEM_COLUMNS, then age_days, incidents (linked with it, opened by that day) and recent_incidents (in the 30 days
    to it). At most `limit`.
    """
    _first, on = period(connection, OPEN_PROBLEM_COUNT, selection)
    rows = ticket_rows(connection, OPEN_PROBLEM_COUNT, selection, columns=PROBLEM_COLUMNS, limit=None).rows
    rows = rows[list(PROBLEM_COLUMNS)].iloc[::-1].head(limit).reset_index(drop=True)
    if on is None or rows.empty:
        return rows.assign(age_days=None, incidents=0, recent_incidents=0)
    counts = _incidents(connection, [str(one) for one in rows["ticket_id"]], on, Current(selection.as_of))
    return rows.assign(
        age_days=[(on - _day(one)).days for one in rows["opened_on"]],
        incidents=[counts.get(str(one), (0, 0))[0] for one in rows["ticket_id"]],
        recent_incidents=[counts.get(str(one), (0, 0))[1] for one in rows["ticket_id"]],
    )


def overdue_findings(connection: Connection, selection: Selection, limit: int = MOST) -> pd.DataFrame:
    """Security findings open and past their deadline at the end of the selection's last day, longest overdue first.

    FINDING_COLUMNS, then overdue_days and accountable_id: who answered for the finding's service on that day.
    """
    _first, on = period(connection, OVERDUE_FINDING_COUNT, selection)
    rows = ticket_rows(connection, OVERDUE_FINDING_COUNT, selection, columns=FINDING_COLUMNS, limit=None).rows
    rows = rows[list(FINDING_COLUMNS)].assign(counted=[_day(one) for one in rows["due_on"]])
    rows = rows.sort_values(["counted", "ticket_id"]).drop(columns="counted").head(limit).reset_index(drop=True)
    if on is None or rows.empty:
        return rows.assign(overdue_days=None, accountable_id=None)
    process = OVERDUE_FINDING_COUNT.process
    owners = {one: accountable_actor(connection, process, one, on) for one in rows["service_id"].unique()}
    return rows.assign(
        overdue_days=[(on - _day(one)).days for one in rows["due_on"]],
        accountable_id=[owners[one] for one in rows["service_id"]],
    )


def _incidents(connection: Connection, problems: list[str], on: date, current: Current) -> dict[str, tuple[int, int]]:
    """Incidents of each problem: all of them to a day, and those of the last 30 days."""
    recent = func.count().filter(ticket.c.opened_on > on - timedelta(days=RECENT_DAYS))
    query = (
        select(ticket.c.problem_id, func.count(), recent)
        .where(current(ticket), INCIDENTS, ticket.c.problem_id.in_(problems), ticket.c.opened_on <= on)
        .group_by(ticket.c.problem_id)
    )
    return {str(problem): (int(every), int(late)) for problem, every, late in connection.execute(query)}


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()
