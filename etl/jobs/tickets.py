"""Tickets of every ITIL kind and their events: row schemas, and pure steps from valid rows to facts.

Decided here: a ticket without a status has the one that its times tell; one that is resolved or closed without
`resolved_at` counts as resolved when it was closed; results of an open ticket stay empty, whatever its row says (logs
repeat the final times on every row); a cancelled ticket has no deadline. A source's own verdict on the SLA stands, and
so do its own minutes of waiting; spans of waiting are counted on the clock of the ticket's SLA, up to its resolution.
An outage whose start and end are told, but not its minutes, has those inside service hours; one that is told to have
lasted longer than from its start to its end is set aside.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from etl.clock import MINUTE, BusinessClock, as_times, clock_minutes, local_days, microseconds
from etl.columns import column, constant, each, texts, times
from etl.jobs.rules import (
    Flag,
    Number,
    Row,
    Text,
    Time,
    Whole,
    between,
    count,
    day,
    key,
    not_before,
    one_of,
    optional,
    text,
    time,
)
from etl.jobs.waiting import EXPECTED, are_waits, waits
from etl.keys import keys_of
from etl.targets import SlaTargets

TYPES = ("incident", "service_request", "problem", "change", "demand", "security_finding", "continuity_test")
PRIORITIES = ("P1", "P2", "P3", "P4")
STATUSES = ("open", "pending", "resolved", "closed", "cancelled")
CHANNELS = ("portal", "email", "phone", "monitoring", "other")
SCOPES = ("whole", "part")
DEFAULT_TYPE, DEFAULT_PRIORITY = "incident", "P3"

SPELLED_LOW = ("ticket_type", "status", "channel", "detected_by", "outcome", "origin", "decision", "outage_scope")
SPELLED_HIGH = ("priority", "initial_priority")
KEPT = (
    "source_version", "category", "first_response_at", "escalated_at", "acknowledged_at", "reassignment_count",
    "reopen_count", "reopened_on", "satisfaction", "problem_id", "caused_by_change_id", "is_major", "is_emergency",
    "detected_by", "outcome", "origin", "decision", "initial_priority", "approved_on", "implemented_on", "decided_on",
    "analysed_on", "announced_on", "effective_on", "built_on", "trained_on", "due_on", "root_cause_on",
    "workaround_on", "outage_minutes", "outage_started_at", "outage_ended_at", "outage_scope", "affected_users",
    "rto_minutes", "recovery_minutes", "rpo_minutes", "data_loss_minutes", "waiting_minutes",
)  # fmt: skip
EVENT_KEPT = ("event_at", "event_type", "status", "assignment_group", "priority", "level", "source_version")
PLACED = ("municipality_id", "service_id", "actor_id")  # found, not delivered
EVENT_IDENTITY = ("ticket_id", "service", "actor", *EVENT_KEPT)


class TicketRow(Row):
    """One row per ticket, as a source delivers it after field mapping; times in UTC, days in Budapest."""

    ticket_id: str = key()
    opened_at: pa.DateTime = time(nullable=False)
    ticket_type: Text = one_of(*TYPES)
    priority: Text = one_of(*PRIORITIES)
    service: Text = text()
    actor: Text = text()
    status: Text = one_of(*STATUSES)
    channel: Text = text()
    category: Text = text()
    level: Whole = one_of(1, 2)
    first_response_at: Time = time()
    escalated_at: Time = time()
    acknowledged_at: Time = time()
    resolved_at: Time = time()
    closed_at: Time = time()
    updated_at: Time = time()
    waiting: Text = optional()
    waiting_minutes: Whole = count()
    made_sla: Flag = optional()
    source_version: Whole = optional()
    reassignment_count: Whole = count()
    reopen_count: Whole = count()
    reopened_on: Time = day()
    satisfaction: Whole = between(1, 5)
    problem_id: Text = text()
    caused_by_change_id: Text = text()
    is_major: Flag = optional()
    is_emergency: Flag = optional()
    detected_by: Text = one_of("monitoring", "user")
    outcome: Text = one_of("success", "rolled_back", "failed")
    origin: Text = one_of("law", "municipal")
    decision: Text = one_of("accepted", "rejected")
    initial_priority: Text = one_of(*PRIORITIES)
    approved_on: Time = day()
    implemented_on: Time = day()
    decided_on: Time = day()
    analysed_on: Time = day()
    announced_on: Time = day()
    effective_on: Time = day()
    built_on: Time = day()
    trained_on: Time = day()
    due_on: Time = day()
    root_cause_on: Time = day()
    workaround_on: Time = day()
    outage_minutes: Whole = count()
    outage_started_at: Time = time()
    outage_ended_at: Time = time()
    outage_scope: Text = one_of(*SCOPES)
    affected_users: Whole = count()
    rto_minutes: Whole = count()
    recovery_minutes: Whole = count()
    rpo_minutes: Whole = count()
    data_loss_minutes: Whole = count()
    handle_hours: Number = optional()

    response_order = not_before("opened_at", "first_response_at")
    escalation_order = not_before("opened_at", "escalated_at")
    acknowledgement_order = not_before("escalated_at", "acknowledged_at")
    resolution_order = not_before("opened_at", "resolved_at")
    closing_order = not_before("opened_at", "closed_at")
    outage_order = not_before("outage_started_at", "outage_ended_at")

    @pa.check("waiting", error=EXPECTED)
    def waiting_is_spans(cls, values: pd.Series) -> pd.Series:  # noqa: N805 - pandera calls it as a class method
        return are_waits(values)

    @pa.dataframe_check(error="status says that it ended, but no resolved_at, closed_at or updated_at says when")
    def an_end_has_a_time(cls, rows: pd.DataFrame) -> pd.Series:  # noqa: N805 - pandera calls it as a class method
        ended = texts(rows, "status").isin(["resolved", "closed", "cancelled"])
        return ~ended | ended_at(rows).notna()

    @pa.dataframe_check(error="outage_ended_at is there, but no outage_started_at")
    def an_outage_that_ended_began(cls, rows: pd.DataFrame) -> pd.Series:  # noqa: N805 - as above
        return times(rows, "outage_ended_at").isna() | times(rows, "outage_started_at").notna()

    @pa.dataframe_check(error="outage_minutes is more than the time from outage_started_at to outage_ended_at")
    def an_outage_lasts_as_long_as_it_says(cls, rows: pd.DataFrame) -> pd.Series:  # noqa: N805 - as above
        lasted = clock_minutes(times(rows, "outage_started_at"), times(rows, "outage_ended_at"))
        told = column(rows, "outage_minutes", "Int64")
        return ~((told > lasted + 1) & (lasted >= 0)).fillna(False).astype(bool)  # a minute more: rounded up


class EventRow(Row):
    """One row per activity of a ticket that is known from elsewhere; times in UTC."""

    ticket_id: str = key()
    event_at: pa.DateTime = time(nullable=False)
    event_id: Text = text()
    event_type: Text = text()
    status: Text = text()
    service: Text = text()
    actor: Text = text()
    assignment_group: Text = text()
    priority: Text = one_of(*PRIORITIES)
    level: Whole = one_of(1, 2)
    source_version: Whole = optional()


class EventLogRow(TicketRow):
    """One row per change of a ticket, each with the whole ticket as it then was; times in UTC."""

    event_at: pa.DateTime = time(nullable=False)
    event_id: Text = text()
    event_type: Text = text()
    assignment_group: Text = text()


def conform(rows: pd.DataFrame, targets: SlaTargets, clock: BusinessClock) -> pd.DataFrame:
    """Rows of fact_ticket from valid, placed rows (see etl/places.py), index kept; columns without values left out.

    No I/O, no current time. No rows give no rows.
    """
    status = _status(rows)
    ended = ~status.isin(["open", "pending"])
    done = status.isin(["resolved", "closed"])
    resolved_at = times(rows, "resolved_at").fillna(times(rows, "closed_at")).where(done)
    facts = rows[[name for name in KEPT if name in rows]].assign(
        ticket_id=rows["ticket_id"],
        municipality_id=rows["municipality_id"],
        service_id=rows["service_id"],
        actor_id=rows["actor_id"],
        ticket_type=_or_default(rows, "ticket_type", DEFAULT_TYPE),
        priority=_or_default(rows, "priority", DEFAULT_PRIORITY),
        status=status,
        level=_level(rows),
        opened_at=rows["opened_at"],
        resolved_at=resolved_at,
        closed_at=times(rows, "closed_at").where(ended),
        opened_on=local_days(rows["opened_at"]),
        resolved_on=local_days(resolved_at),
        ended_on=local_days(ended_at(rows).where(ended)),
        resolution_clock_minutes=clock_minutes(rows["opened_at"], resolved_at),
    )
    if "channel" in rows:
        facts["channel"] = each(rows["channel"], lambda name: name if name in CHANNELS else "other")
    if "outage_started_at" in rows and "outage_ended_at" in rows:
        inside = clock.minutes_between(rows["outage_started_at"], rows["outage_ended_at"])
        facts["outage_minutes"] = column(rows, "outage_minutes", "Int64").fillna(inside)
    if "acknowledged_at" in rows and "escalated_at" in rows:
        facts["acknowledge_minutes"] = clock.minutes_between(rows["escalated_at"], rows["acknowledged_at"])
    return _with_sla(facts, rows, targets, clock)


def _with_sla(facts: pd.DataFrame, rows: pd.DataFrame, targets: SlaTargets, clock: BusinessClock) -> pd.DataFrame:
    """Adds agreed and measured minutes, deadlines and verdicts."""
    agreed = targets.of(facts["ticket_type"], facts["priority"], facts["service_id"], facts["opened_on"])
    by_clock = agreed["by_clock"].to_numpy(dtype=bool)
    told = _waiting(facts, rows, by_clock, clock)
    waiting = told.fillna(0)
    minutes = (_elapsed(facts["opened_at"], facts["resolved_at"], by_clock, clock) - waiting).clip(lower=0)
    due = _deadline(facts["opened_at"], agreed["resolution_minutes"] + waiting, by_clock, clock)
    cancelled = (facts["status"] == "cancelled").to_numpy()
    computed = (minutes <= agreed["resolution_minutes"]).where(minutes.notna(), False)
    verdict = column(rows, "made_sla", "boolean")
    if "waiting" in rows:
        facts["waiting_minutes"] = told
    facts = facts.assign(
        sla_minutes=agreed["resolution_minutes"],
        resolution_minutes=minutes,
        resolution_due_on=local_days(due).where(~cancelled),
        resolved_in_sla=verdict.fillna(computed.mask(cancelled | agreed["resolution_minutes"].isna())),
        sla_basis=_basis(verdict),
    )
    if "first_response_at" not in rows:
        return facts  # a source that tells no responses can't be late with them
    response = _elapsed(facts["opened_at"], rows["first_response_at"], by_clock, clock)
    response_due = _deadline(facts["opened_at"], agreed["response_minutes"], by_clock, clock)
    return facts.assign(
        response_sla_minutes=agreed["response_minutes"],
        response_minutes=response,
        response_due_on=local_days(response_due).where(~cancelled | response.notna()),
        responded_in_sla=response <= agreed["response_minutes"],
    )


def _waiting(facts: pd.DataFrame, rows: pd.DataFrame, by_clock: np.ndarray, clock: BusinessClock) -> pd.Series:
    """Minutes of waiting as delivered, else those of the spans; what still waits counts once the ticket is resolved."""
    told = column(rows, "waiting_minutes", "Int64")
    if "waiting" not in rows:
        return told
    spans = waits(rows["waiting"])
    of = spans["row"].to_numpy()
    opened, resolved = (facts[name].iloc[of].set_axis(spans.index) for name in ("opened_at", "resolved_at"))
    start = spans["start"].where(spans["start"] > opened, opened)
    stop = spans["stop"].mask(spans["stop"].isna() | (spans["stop"] > resolved), resolved)
    minutes = _elapsed(start, stop, by_clock[of], clock).fillna(0).clip(lower=0)
    total = np.bincount(of, minutes.to_numpy(dtype="int64"), len(rows)).astype("int64")
    return told.fillna(pd.Series(total, rows.index, "Int64").where(rows["waiting"].notna()))


def conform_events(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_ticket_event from valid, placed rows, index kept.

    An event without a key of its own is known by what it says itself (EVENT_IDENTITY); content_hash covers everything
    else that was delivered with it. No rows give no rows.
    """
    delivered = [str(name) for name in rows.columns.difference([*PLACED, "ticket_id", "event_id"])]
    given = texts(rows, "event_id")
    keys, contents = keys_of(rows, () if given.notna().all() else EVENT_IDENTITY, delivered)
    return rows[[name for name in EVENT_KEPT if name in rows]].assign(
        ticket_id=rows["ticket_id"],
        event_id=given.fillna(keys),
        municipality_id=rows["municipality_id"],
        service_id=rows["service_id"],
        actor_id=rows["actor_id"],
        content_hash=contents,
    )


def last_states(rows: pd.DataFrame, lines: pd.Series) -> pd.DataFrame:
    """Of the rows of an event log, the one per ticket that tells its state: highest version, then time, then line.

    A ticket that ended at an event without a time of its own ended when the event happened.
    """
    order = [name for name in ("source_version", "event_at") if name in rows]
    ranked = rows[["ticket_id", *order]].assign(line=lines).sort_values([*order, "line"], na_position="first")
    states = rows.loc[ranked.index[~ranked["ticket_id"].duplicated(keep="last")].sort_values()]
    return states.assign(updated_at=times(states, "updated_at").fillna(states["event_at"]))


def ended_at(rows: pd.DataFrame) -> pd.Series:
    """When a ticket stopped being open, if it did: resolved, else closed (a cancelled one the other way round)."""
    resolved, closed = times(rows, "resolved_at"), times(rows, "closed_at")
    cancelled = (texts(rows, "status") == "cancelled").to_numpy()
    first, second = resolved.mask(cancelled, closed), closed.mask(cancelled, resolved)
    return first.fillna(second).fillna(times(rows, "updated_at")).fillna(times(rows, "event_at"))


def _status(rows: pd.DataFrame) -> pd.Series:
    told = pd.Series("open", index=rows.index, dtype="str")
    told = told.mask(times(rows, "resolved_at").notna(), "resolved").mask(times(rows, "closed_at").notna(), "closed")
    return texts(rows, "status").fillna(told).astype(pd.CategoricalDtype(list(STATUSES)))


def _level(rows: pd.DataFrame) -> pd.Series:
    """The level as delivered; a ticket that was escalated is at the second."""
    level = column(rows, "level", "Int64")
    return level.fillna(2).where(level.notna() | times(rows, "escalated_at").notna())


def _or_default(rows: pd.DataFrame, name: str, default: str) -> pd.Series:
    return each(rows[name], str, default) if name in rows else constant(default, rows.index)


def _basis(verdict: pd.Series) -> pd.Series:
    codes = verdict.notna().to_numpy().astype("int8")
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(["computed", "source"], dtype="str")), verdict.index)


def _elapsed(start: pd.Series, end: pd.Series, by_clock: np.ndarray, clock: BusinessClock) -> pd.Series:
    return clock_minutes(start, end).where(by_clock, clock.minutes_between(start, end))


def _deadline(start: pd.Series, minutes: pd.Series, by_clock: np.ndarray, clock: BusinessClock) -> pd.Series:
    wall = as_times(microseconds(start) + minutes.fillna(0).to_numpy(dtype="int64") * MINUTE, start.index)
    return wall.where(by_clock & minutes.notna().to_numpy(), clock.after(start, minutes))
