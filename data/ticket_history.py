"""One ticket: what is known of it, what happened to it and how long each stage was held, its versions here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.metrics.metric import Current
from data.metrics.private import shown_columns
from data.schema import dim_municipality, etl_input, etl_run
from data.schema import fact_ticket as ticket
from data.schema import fact_ticket_event as event

PROVENANCE = ("input_id", "line", "loaded_run", "superseded_run", "source_version")
WAITING = "pending"
MOMENTS = (
    "opened_at", "outage_started_at", "first_response_at", "escalated_at", "acknowledged_at", "outage_ended_at",
    "resolved_at", "closed_at",
)  # fmt: skip
DAYS = (
    "announced_on", "analysed_on", "decided_on", "approved_on", "built_on", "trained_on", "implemented_on",
    "effective_on", "root_cause_on", "workaround_on", "reopened_on", "due_on",
)  # fmt: skip
SAID_BY_EVENTS = ("opened_at", "escalated_at", "resolved_at", "closed_at")
"""Moments that an event at the same minute tells better."""
TIMELINE = (
    "at", "is_day", "what", "status", "actor_id", "level", "assignment_group", "priority", "held_minutes", "is_waiting",
)  # fmt: skip


@dataclass(frozen=True)
class TicketHistory:
    """versions: every version, oldest first: columns of fact_ticket but the rating, source_name, input, published_at
    and run_status. events: its current events in their order, with source_name and input."""

    versions: pd.DataFrame
    events: pd.DataFrame

    @property
    def ticket(self) -> dict[str, Any]:
        """The newest version: the current one where there is any."""
        return {str(key): value for key, value in self.versions.iloc[-1].to_dict().items()}

    @property
    def is_current(self) -> bool:
        """Whether the source still has it: a ticket that was deleted or merged there has no current version."""
        return bool(self.versions["superseded_run"].isna().any())


def ticket_history(
    connection: Connection, source: str, ticket_id: str, as_of: int | None = None
) -> TicketHistory | None:
    """A ticket by its key in its source, as a run knew it; None where there is no such ticket.

    The keys of facts begin with the municipality, and a correction may have changed that of a ticket: every one is
    named, one by one, since PostgreSQL reads the whole fact rather than its key for a list that it has to look up.
    """
    places = list(connection.scalars(select(dim_municipality.c.municipality_id).distinct()))
    versions = _where_from(
        select(
            *shown_columns(ticket),
            *_origin(),
            etl_run.c.finished_at.label("published_at"),
            etl_run.c.status.label("run_status"),
        )
        .join_from(ticket, etl_input, etl_input.c.input_id == ticket.c.input_id, isouter=True)
        .join(etl_run, etl_run.c.run_id == ticket.c.loaded_run, isouter=True)
        .where(ticket.c.municipality_id.in_(places), ticket.c.source == source, ticket.c.ticket_id == ticket_id)
        .order_by(ticket.c.loaded_run),
        connection,
    )
    if as_of is not None:
        versions = versions[versions["loaded_run"] <= as_of].reset_index(drop=True)
    if versions.empty:
        return None
    events = _where_from(
        select(event, *_origin())
        .join_from(event, etl_input, etl_input.c.input_id == event.c.input_id, isouter=True)
        .where(Current(as_of)(event), event.c.source == source, event.c.ticket_id == ticket_id)
        .order_by(event.c.event_at, event.c.source_version, event.c.event_id),
        connection,
    )
    return TicketHistory(versions, events)


def timeline(history: TicketHistory, until: datetime | None = None) -> pd.DataFrame:
    """What happened, in its order: events, and the moments and days that the ticket itself records.

    Columns: at (UTC; of a day its midnight in Budapest), is_day, what (event, or the ticket's column), status,
    actor_id, level, assignment_group, priority (after an event), held_minutes (clock minutes that an event's state
    lasted: to the next event, of an open ticket to `until`; null where it ends the ticket), is_waiting (for the
    customer).
    """
    rows = [*_events(history, until), *_recorded(history)]
    rows.sort(key=lambda row: (row["at"], row["order"]))
    return pd.DataFrame(rows, columns=[*TIMELINE, "order"]).drop(columns="order")


def changed(history: TicketHistory) -> list[tuple[int, str, Any, Any]]:
    """What each later version said otherwise: run, column, before, after; in the order of the runs."""
    found = []
    names = [column.name for column in shown_columns(ticket) if column.name not in PROVENANCE]
    for place in range(1, len(history.versions)):
        before, after = history.versions.iloc[place - 1], history.versions.iloc[place]
        found += [
            (int(after["loaded_run"]), name, before[name], after[name])
            for name in names
            if not _same(before[name], after[name])
        ]
    return found


def _origin() -> list[Any]:
    return [etl_input.c.source.label("source_name"), etl_input.c.input]


def _where_from(query: Any, connection: Connection) -> pd.DataFrame:
    return pd.read_sql(query, connection)


def _events(history: TicketHistory, until: datetime | None) -> list[dict[str, Any]]:
    events = history.events[history.events["event_at"].notna()].to_dict("records")
    found = []
    for place, one in enumerate(events):
        following = events[place + 1]["event_at"] if place + 1 < len(events) else _end(history.ticket, one, until)
        held = None if following is None else max((following - one["event_at"]).total_seconds() / 60, 0.0)
        row = {name: one.get(name) for name in TIMELINE if name in one}
        found.append(
            row
            | {"at": one["event_at"], "is_day": False, "what": "event", "order": place}
            | {"held_minutes": held, "is_waiting": one["status"] == WAITING}
        )
    return found


def _end(ticket: Mapping[str, Any], last: Mapping[Any, Any], until: datetime | None) -> datetime | None:
    """When the last event's state ended: it goes on while the ticket is open, and lasts no time once it is closed."""
    if last["status"] in ("closed", "cancelled"):
        return None
    later = [ticket[name] for name in ("resolved_at", "closed_at") if not pd.isna(ticket[name])]
    later = [at for at in later if at > last["event_at"]]
    if later:
        return min(later)
    return until if pd.isna(ticket["ended_on"]) and until and until > last["event_at"] else None


def _recorded(history: TicketHistory) -> list[dict[str, Any]]:
    known = history.ticket
    told = {pd.Timestamp(at).floor("min") for at in history.events["event_at"].dropna()}
    rows = []
    for order, name in enumerate((*MOMENTS, *DAYS)):
        value = known.get(name)
        if pd.isna(value):
            continue
        is_day = name in DAYS
        if name in SAID_BY_EVENTS and pd.Timestamp(value).floor("min") in told:
            continue
        rows.append({"at": _midnight(value) if is_day else pd.Timestamp(value), "is_day": is_day, "what": name})
        rows[-1] |= {"held_minutes": None, "is_waiting": False, "order": 1000 + order if is_day else -100 + order}
    return rows


def _midnight(day: Any) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize("Europe/Budapest").tz_convert("UTC").tz_localize(None)


def _same(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


MOST_LINKED = 200
LINK_COLUMNS = ("source", "ticket_id", "ticket_type", "service_id", "actor_id", "priority", "status", "opened_on")


def linked(connection: Connection, known: Mapping[str, Any], as_of: int | None = None) -> pd.DataFrame:
    """Tickets that belong together with one: its problem and the change that caused it; of a problem or a change the
    incidents that name it. Columns: link (problem, cause, incident), then LINK_COLUMNS; newest first, at most 200.

    A problem is named by its key alone, so every source is asked for it.
    """
    found = [
        _named(connection, str(known[column]), kind, as_of).assign(link=link)
        for column, kind, link in (("problem_id", "problem", "problem"), ("caused_by_change_id", "change", "cause"))
        if not pd.isna(known[column])
    ]
    if known["ticket_type"] in ("problem", "change"):
        column = ticket.c.problem_id if known["ticket_type"] == "problem" else ticket.c.caused_by_change_id
        found.append(_linking(connection, column, str(known["ticket_id"]), as_of).assign(link="incident"))
    columns = ["link", *LINK_COLUMNS]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _named(connection: Connection, ticket_id: str, kind: str, as_of: int | None) -> pd.DataFrame:
    query = select(*(ticket.c[name] for name in LINK_COLUMNS)).where(
        Current(as_of)(ticket),
        ticket.c.source.in_(select(etl_input.c.system)),
        ticket.c.ticket_id == ticket_id,
        ticket.c.ticket_type == kind,
    )
    return pd.read_sql(query, connection)


def _linking(connection: Connection, column: Any, ticket_id: str, as_of: int | None) -> pd.DataFrame:
    query = (
        select(*(ticket.c[name] for name in LINK_COLUMNS))
        .where(Current(as_of)(ticket), ticket.c.ticket_type == "incident", column == ticket_id)
        .order_by(ticket.c.opened_at.desc(), ticket.c.source, ticket.c.ticket_id)
        .limit(MOST_LINKED)
    )
    return pd.read_sql(query, connection)
