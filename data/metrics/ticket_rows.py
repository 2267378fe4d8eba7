"""Kinds of tickets, and how their figures can be cut."""

from sqlalchemy import func

from data.metrics.cuts import PERIODS, PLACE_CUTS
from data.schema import fact_ticket as ticket

BY_PLACE = ("municipality", *PLACE_CUTS, "joining_type")
BY_TICKET = (
    *PERIODS, "service", "actor", "actor_type", "priority", "ticket_type", "channel", "category", "level", "source",
    *BY_PLACE,
)  # fmt: skip
# Problems, changes, findings and exercises are of a service, not of a municipality.
BY_SERVICE = (*PERIODS, "service", "actor", "actor_type", "priority", "category", "source")
BY_DEMAND = (*PERIODS, "service", "actor", "actor_type", "origin", "priority", "source", *BY_PLACE)

CALL_TYPES = ("incident", "service_request")
CALLS = ticket.c.ticket_type.in_(CALL_TYPES)
INCIDENTS = ticket.c.ticket_type == "incident"
REQUESTS = ticket.c.ticket_type == "service_request"
PROBLEMS = ticket.c.ticket_type == "problem"
CHANGES = ticket.c.ticket_type == "change"
DEMANDS = ticket.c.ticket_type == "demand"
LAW_CHANGES = DEMANDS & (ticket.c.origin == "law")
FINDINGS = ticket.c.ticket_type == "security_finding"
EXERCISES = ticket.c.ticket_type == "continuity_test"

NOT_CANCELLED = func.coalesce(ticket.c.status, "open") != "cancelled"

# A change is in production when its source says so, else when it was resolved.
IN_PRODUCTION_ON = func.coalesce(ticket.c.implemented_on, ticket.c.resolved_on)
