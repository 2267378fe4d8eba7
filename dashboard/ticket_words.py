"""Words for what a ticket records: its fields, its stages, its outcomes."""

from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _

FIELDS = {
    "municipality_id": N_("Municipality"),
    "service_id": N_("Application or component"),
    "actor_id": N_("Actor"),
    "ticket_type": N_("Type of ticket"),
    "priority": N_("Priority"),
    "initial_priority": N_("Priority at intake"),
    "status": N_("Status"),
    "level": N_("Support level"),
    "channel": N_("Channel"),
    "category": N_("Category"),
    "opened_at": N_("Opened"),
    "first_response_at": N_("First response"),
    "escalated_at": N_("Passed to the second level"),
    "acknowledged_at": N_("Taken over by the second level"),
    "resolved_at": N_("Resolved"),
    "closed_at": N_("Closure"),
    "response_due_on": N_("Response due"),
    "resolution_due_on": N_("Resolution due"),
    "due_on": N_("Declared deadline"),
    "response_sla_minutes": N_("Agreed time to respond"),
    "response_minutes": N_("Time to respond"),
    "sla_minutes": N_("Agreed time to resolve"),
    "resolution_minutes": N_("Time to resolve, on the SLA's clock"),
    "resolution_clock_minutes": N_("Time to resolve, by the clock"),
    "waiting_minutes": N_("Waiting for the customer"),
    "acknowledge_minutes": N_("Time until the second level took over"),
    "responded_in_sla": N_("Answered in time"),
    "resolved_in_sla": N_("Resolved in time"),
    "sla_basis": N_("Who judged whether it was in time"),
    "reassignment_count": N_("Changes of resolver group"),
    "reopen_count": N_("Times reopened"),
    "reopened_on": N_("Reopened"),
    "problem_id": N_("Belongs to problem"),
    "caused_by_change_id": N_("Caused by change"),
    "is_major": N_("Declared major"),
    "is_emergency": N_("Emergency change"),
    "detected_by": N_("Found by"),
    "outcome": N_("Outcome"),
    "origin": N_("Origin"),
    "decision": N_("Decision"),
    "approved_on": N_("Approved"),
    "implemented_on": N_("Put into production"),
    "decided_on": N_("Demand decided"),
    "analysed_on": N_("Impact analysis finished"),
    "announced_on": N_("Law promulgated"),
    "effective_on": N_("Law takes effect"),
    "built_on": N_("Development finished"),
    "trained_on": N_("Users trained"),
    "root_cause_on": N_("Root cause recorded"),
    "workaround_on": N_("Workaround made public"),
    "outage_minutes": N_("Out of service, inside service hours"),
    "outage_started_at": N_("Out of reach from"),
    "outage_ended_at": N_("Within reach again"),
    "outage_scope": N_("Scope of the outage"),
    "affected_users": N_("Users affected"),
    "rto_minutes": N_("Agreed recovery time (RTO)"),
    "recovery_minutes": N_("Measured recovery time"),
    "rpo_minutes": N_("Agreed data loss (RPO)"),
    "data_loss_minutes": N_("Measured data loss"),
}
MEMBERS: dict[str, dict[str, str]] = {
    "outcome": {"success": N_("successful"), "rolled_back": N_("rolled back (change)"), "failed": N_("not successful")},
    "decision": {"accepted": N_("accepted"), "rejected": N_("rejected")},
    "detected_by": {"monitoring": N_("system monitoring"), "user": N_("a user")},
    "sla_basis": {"computed": N_("computed here"), "source": N_("the source")},
    "outage_scope": {"whole": N_("no user group could reach it"), "part": N_("some user groups could reach it")},
}
CUTS = {
    "municipality_id": "municipality", "service_id": "service", "actor_id": "actor", "ticket_type": "ticket_type",
    "status": "status", "channel": "channel", "origin": "origin",
}  # fmt: skip


def field_name(name: str, language: str) -> str:
    """What a column of a ticket is called."""
    return _(FIELDS[name], language) if name in FIELDS else name


def field_value(name: str, value: Any, language: str) -> str:
    """What a column of a ticket says, times as the clock in Budapest showed them."""
    if formats.missing(value):
        return formats.NOT_AVAILABLE[language]
    if name in CUTS:
        return words.label(CUTS[name], value, language)
    if name in MEMBERS:
        known = MEMBERS[name].get(str(value))
        return _(known, language) if known else str(value)
    if name.endswith("_at"):
        return formats.moment(pd.Timestamp(value).to_pydatetime(), language)
    if name.endswith("_on"):
        return formats.day(_day(value), language)
    if name.endswith("_minutes"):
        return formats.duration(float(value), language)
    if isinstance(value, bool) or name.startswith("is_") or name.endswith("_in_sla"):
        return _("yes", language) if value else _("no", language)
    if isinstance(value, float) and value.is_integer():
        return formats.number(value, language)
    return formats.number(value, language) if isinstance(value, int) else str(value)


def _day(value: Any) -> date:
    stamp = pd.Timestamp(value)
    return stamp.date() if isinstance(stamp, datetime) else value
