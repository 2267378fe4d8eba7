"""The canonical fields: what a source can map its columns to, per record, and how their values are read."""

from enum import StrEnum


class Kind(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    TIME = "time"  # local time of the source, stored in UTC
    DATE = "date"
    WHOLE = "whole"  # fits 32 bits
    LONG = "long"  # fits 64 bits
    HUF = "huf"  # whole forints, 64 bits
    NUMBER = "number"
    FLAG = "flag"


_TICKET = (
    "ticket_id opened_at ticket_type priority municipality county service actor status channel category "
    "level first_response_at escalated_at acknowledged_at resolved_at closed_at waiting waiting_minutes "
    "made_sla source_version updated_at reassignment_count reopen_count reopened_on satisfaction problem_id "
    "caused_by_change_id is_major is_emergency detected_by outcome origin decision initial_priority "
    "approved_on implemented_on decided_on analysed_on announced_on effective_on built_on trained_on due_on "
    "root_cause_on workaround_on outage_minutes outage_started_at outage_ended_at outage_scope affected_users "
    "rto_minutes recovery_minutes rpo_minutes data_loss_minutes handle_hours"
)
_EVENT = (
    "ticket_id event_at event_id event_type status service actor assignment_group priority level "
    "municipality county source_version"
)
_CONTRACT = (
    "contract_id contract_kind municipality county actor service buyer supplier joining_type wave cpv "
    "reference signed_on valid_from valid_to renewal_started_on original_huf value_huf invoiced_huf "
    "penalty_due_huf penalty_applied_huf bids_count winners_count"
)
_AMENDMENT = (
    "contract_id amendment_id municipality county actor service amended_on previous_huf value_huf previous_to valid_to"
)
_CONTRACT_SERVICE = "contract_id service municipality county contracted_on provisioned_on live_on ended_on"
_ROLE_HOLDER = "holder_key role municipality county service person appointed_on ended_on"
_TRAINING = (
    "person course_id started_on enrolment_id course_name municipality county service role run "
    "enrolled_on completed_on withdrawn_on result attempted score certified_from certified_to "
    "satisfaction cost_huf"
)
_BUDGET = (
    "fiscal_year account_id period_on line_id municipality county function_id actor service original_huf "
    "appropriated_huf committed_huf spent_huf purpose nature"
)
_USAGE = (
    "municipality service period_on usage_id county enabled_users active_users transactions cases online_cases "
    "forms_started forms_submitted files_due files_on_time"
)

FIELDS: dict[str, tuple[str, ...]] = {
    "ticket": tuple(_TICKET.split()),
    "event": tuple(_EVENT.split()),
    "event_log": tuple(dict.fromkeys(f"{_TICKET} {_EVENT}".split())),
    "contract": tuple(_CONTRACT.split()),
    "amendment": tuple(_AMENDMENT.split()),
    "contract_service": tuple(_CONTRACT_SERVICE.split()),
    "role_holder": tuple(_ROLE_HOLDER.split()),
    "training": tuple(_TRAINING.split()),
    "budget": tuple(_BUDGET.split()),
    "usage": tuple(_USAGE.split()),
}
"""record -> its canonical fields"""

JOBS: dict[str, str] = {
    "ticket": "tickets",
    "event": "tickets",
    "event_log": "tickets",
    "contract": "contracts",
    "amendment": "contracts",
    "contract_service": "contracts",
    "role_holder": "contracts",
    "training": "training",
    "budget": "budget",
    "usage": "usage",
}
"""record -> the job that loads it"""

PERSON_FIELDS = frozenset({"person"})
"""Fields that always name a person, whatever the source says."""

_BY_NAME: dict[str, Kind] = {
    "valid_from": Kind.DATE,
    "valid_to": Kind.DATE,
    "previous_to": Kind.DATE,
    "certified_from": Kind.DATE,
    "certified_to": Kind.DATE,
    "level": Kind.WHOLE,
    "satisfaction": Kind.WHOLE,
    "affected_users": Kind.WHOLE,
    "enabled_users": Kind.WHOLE,
    "active_users": Kind.WHOLE,
    "files_due": Kind.WHOLE,
    "files_on_time": Kind.WHOLE,
    "wave": Kind.WHOLE,
    "fiscal_year": Kind.WHOLE,
    "source_version": Kind.LONG,
    "transactions": Kind.LONG,
    "cases": Kind.LONG,
    "online_cases": Kind.LONG,
    "forms_started": Kind.LONG,
    "forms_submitted": Kind.LONG,
    "score": Kind.NUMBER,
    "handle_hours": Kind.NUMBER,
    "made_sla": Kind.FLAG,
    "is_major": Kind.FLAG,
    "is_emergency": Kind.FLAG,
    "attempted": Kind.FLAG,
}
_BY_ENDING: dict[str, Kind] = {
    "_at": Kind.TIME,
    "_on": Kind.DATE,
    "_huf": Kind.HUF,
    "_minutes": Kind.WHOLE,
    "_count": Kind.WHOLE,
}


def kind_of(field: str) -> Kind:
    """How values of a canonical field are read; text unless its name or ending says otherwise."""
    if field in _BY_NAME:
        return _BY_NAME[field]
    return next((kind for ending, kind in _BY_ENDING.items() if field.endswith(ending)), Kind.TEXT)
