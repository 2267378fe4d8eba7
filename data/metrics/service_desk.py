"""Service desk: is a municipality that calls helped, and in time?"""

from sqlalchemy import func

from data.metrics.metric import Metric, count_if
from data.schema import fact_ticket as ticket

BY_TICKET = (
    "day", "week", "month", "quarter", "year", "service", "actor", "actor_type", "priority", "ticket_type", "channel",
    "category", "level", "municipality", "county", "district", "office", "size_band", "legal_status", "joining_type",
    "source",
)  # fmt: skip
CALLS = ticket.c.ticket_type.in_(["incident", "service_request"])

TICKET_COUNT = Metric(
    id="ticket_count",
    code="SD01",
    field="service_desk",
    name={"hu": "Bejelentések száma", "en": "Tickets"},
    definition={
        "hu": "Az időszakban nyitott incidensek és szolgáltatáskérések száma.",
        "en": "Incidents and service requests opened in the period.",
    },
    fact=ticket,
    kind="count",
    numerator=func.count(),
    counted_by=ticket.c.opened_on,
    where=CALLS,
    cut_by=(*BY_TICKET, "weekday", "hour"),
    unit="count",
    better="neutral",
    process="service_desk",
    chart="individual",
)

BACKLOG_COUNT = Metric(
    id="backlog_count",
    code="SD09",
    field="service_desk",
    name={"hu": "Nyitott bejelentések", "en": "Open backlog"},
    definition={
        "hu": "A nap végén nyitott incidensek és szolgáltatáskérések száma.",
        "en": "Incidents and service requests open at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=func.count(),
    starts_on=ticket.c.opened_on,
    ends_on=ticket.c.ended_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="count",
    better="lower",
    process="service_desk",
    chart="individual",
)

SLA_RESOLUTION_RATE = Metric(
    id="sla_resolution_rate",
    code="IN01",
    field="incident",
    name={"hu": "Határidőre megoldva", "en": "Resolved within SLA"},
    definition={
        "hu": "Határidőre megoldott incidensek az időszakban lejáró határidejűek közül. A megoldatlan késett.",
        "en": "Incidents resolved in time, of those whose deadline fell in the period. Unresolved ones count as late.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.resolved_in_sla),
    denominator=func.count(),
    counted_by=ticket.c.resolution_due_on,
    where=ticket.c.ticket_type == "incident",
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.90,
    process="incident_management",
    chart="proportion",
)
