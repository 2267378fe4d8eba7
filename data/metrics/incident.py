"""Incidents: how fast is the service restored, and how much did its users lose?"""

from typing import Any

from sqlalchemy import BigInteger, Date, Select, Text, case, cast, column, func, literal, select, table

from data.metrics.cuts import PERIODS
from data.metrics.metric import Current, Derived, Metric, count_if, days_between
from data.metrics.ticket_rows import BY_PLACE, BY_TICKET, INCIDENTS
from data.schema import UNKNOWN_MUNICIPALITY
from data.schema import fact_ticket as ticket

RECURRENCE_DAYS = 30
MINUTES_AN_HOUR = 60

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
    where=INCIDENTS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.90,
    process="incident_management",
    chart="proportion",
)

RESOLUTION_MINUTES_P90 = Metric(
    id="resolution_minutes_p90",
    code="IN02",
    field="incident",
    name={"hu": "Helyreállítási idő, 90. percentilis", "en": "Time to restore, 90th percentile"},
    definition={
        "hu": "Az időszakban megoldott incidensek megoldásáig eltelt percek 90. percentilise az SLA órája szerint "
        "(P1–P2: naptári, P3–P4: üzemidő), az ügyfélre várakozás nélkül. A megoldatlan incidens nem számít bele.",
        "en": "90th percentile of the minutes to resolve the incidents resolved in the period, on the SLA's clock "
        "(P1–P2 clock, P3–P4 business minutes), waiting for the customer taken off. Unresolved ones are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.resolution_minutes,
    quantile=0.9,
    counted_by=ticket.c.resolved_on,
    where=INCIDENTS & ticket.c.resolution_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    process="incident_management",
    chart="individual",
)

RESOLUTION_MINUTES_MEDIAN = Metric(
    id="resolution_minutes_median",
    code="IN02B",
    field="incident",
    name={"hu": "Helyreállítási idő, medián", "en": "Time to restore, median"},
    definition={
        "hu": "Az időszakban megoldott incidensek megoldásáig eltelt percek mediánja az SLA órája szerint (P1–P2: "
        "naptári, P3–P4: üzemidő), az ügyfélre várakozás nélkül. A megoldatlan incidens nem számít bele.",
        "en": "Median of the minutes to resolve the incidents resolved in the period, on the SLA's clock (P1–P2 clock, "
        "P3–P4 business minutes), waiting for the customer taken off. Unresolved ones are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.resolution_minutes,
    counted_by=ticket.c.resolved_on,
    where=INCIDENTS & ticket.c.resolution_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    process="incident_management",
    chart="individual",
)

CRITICAL_RESOLUTION_MINUTES_P90 = Metric(
    id="critical_resolution_minutes_p90",
    code="IN02C",
    field="incident",
    name={"hu": "P1 incidensek helyreállítási ideje, 90. percentilis", "en": "Time to restore P1, 90th percentile"},
    definition={
        "hu": "Az időszakban megoldott P1 incidensek megoldásáig eltelt naptári percek 90. percentilise, az ügyfélre "
        "várakozás nélkül. A megoldatlan incidens nem számít bele.",
        "en": "90th percentile of the clock minutes to resolve the P1 incidents resolved in the period, waiting for "
        "the customer taken off. Unresolved ones are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.resolution_minutes,
    quantile=0.9,
    counted_by=ticket.c.resolved_on,
    where=INCIDENTS & (ticket.c.priority == "P1") & ticket.c.resolution_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    target=240,
    process="incident_management",
    chart="individual",
)

MAJOR_INCIDENT_COUNT = Metric(
    id="major_incident_count",
    code="IN03",
    field="incident",
    name={"hu": "Súlyos incidensek száma", "en": "Major incidents"},
    definition={
        "hu": "Az időszakban nyitott, P1 prioritású vagy súlyosnak nyilvánított incidensek száma.",
        "en": "Incidents opened in the period that have priority P1 or were declared major.",
    },
    fact=ticket,
    kind="count",
    numerator=func.count(),
    counted_by=ticket.c.opened_on,
    where=INCIDENTS & (ticket.c.is_major | (ticket.c.priority == "P1")),
    cut_by=BY_TICKET,
    unit="count",
    better="lower",
    process="service_level_management",
    chart="individual",
)

_COLUMNS = ("municipality_id", "source", "service_id", "actor_id", "priority", "category")
_incident = table(
    "incident_with_previous",
    *(column(name, Text) for name in _COLUMNS),
    column("opened_on", Date),
    column("previous_on", Date),
)


def _with_previous(current: Current) -> Select[Any]:
    """Incidents, each with the day of the one before of the same cause, service and municipality.

    The cause is the problem it belongs to, else its category; without either there is none before.
    """
    cause = case(
        (ticket.c.problem_id.is_not(None), literal("problem ") + ticket.c.problem_id),
        (ticket.c.category.is_not(None), literal("category ") + ticket.c.category),
    )
    previous = func.lag(ticket.c.opened_on).over(
        partition_by=[ticket.c.municipality_id, ticket.c.service_id, cause],
        order_by=[ticket.c.opened_at, ticket.c.source, ticket.c.ticket_id],
    )
    kept = [ticket.c[name] for name in _COLUMNS]
    rows = select(*kept, ticket.c.opened_on, case((cause.is_not(None), previous)).label("previous_on"))
    return rows.where(current(ticket), INCIDENTS, ticket.c.municipality_id != UNKNOWN_MUNICIPALITY)


RECURRENCE_RATE = Metric(
    id="recurrence_rate",
    code="IN05",
    field="incident",
    name={"hu": "Ismétlődő incidensek aránya", "en": "Recurring incidents"},
    definition={
        "hu": "Az időszakban nyitott incidensek közül azok, amelyeket ugyanannál az önkormányzatnál és "
        "szolgáltatásnál, ugyanazon problémához (ennek hiányában kategóriához) tartozó incidens előzött meg legfeljebb "
        "30 nappal. Az ismeretlen önkormányzat incidense nem számít bele.",
        "en": "Of the incidents opened in the period, those preceded within 30 days by one of the same municipality "
        "and service with the same problem (without one: the same category). Incidents of unknown municipalities are "
        "left out.",
    },
    fact=Derived(_incident, _with_previous, ticket),
    kind="ratio",
    numerator=count_if(days_between(_incident.c.previous_on, _incident.c.opened_on) <= RECURRENCE_DAYS),
    denominator=func.count(),
    counted_by=_incident.c.opened_on,
    cut_by=(*PERIODS, "service", "actor", "actor_type", "priority", "category", "source", *BY_PLACE),
    unit="rate",
    better="lower",
    target=0.10,
    process="incident_management",
    chart="proportion",
)

MONITORING_DETECTION_RATE = Metric(
    id="monitoring_detection_rate",
    code="IN06",
    field="incident",
    name={"hu": "Felügyeleti rendszer által észlelt incidensek aránya", "en": "Found by monitoring first"},
    definition={
        "hu": "A rendszerfelügyelet által elsőként észlelt incidensek az időszakban nyitott, ismert észlelésűek közül.",
        "en": "Incidents found first by monitoring, of those opened in the period whose way of detection is known.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.detected_by == "monitoring"),
    denominator=func.count(),
    counted_by=ticket.c.opened_on,
    where=INCIDENTS & ticket.c.detected_by.is_not(None),
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.60,
    process="event_management",
    chart="proportion",
)

USER_LOST_HOURS = Metric(
    id="user_lost_hours",
    code="IN07",
    field="incident",
    name={"hu": "Kiesett felhasználói munkaórák", "en": "User hours lost"},
    definition={
        "hu": "Az időszakban nyitott incidensek szolgáltatási időn belüli kiesett percei és érintett felhasználói "
        "számának szorzata, összegezve, órában. A kiesés vagy az érintettek száma nélküli incidens nem számít bele.",
        "en": "Minutes out of service inside service hours times users affected, summed over the incidents opened in "
        "the period, in hours. Incidents without either number are left out.",
    },
    fact=ticket,
    kind="sum",
    numerator=func.sum(cast(ticket.c.outage_minutes, BigInteger) * ticket.c.affected_users),
    denominator=literal(MINUTES_AN_HOUR),
    counted_by=ticket.c.opened_on,
    where=INCIDENTS & ticket.c.outage_minutes.is_not(None) & ticket.c.affected_users.is_not(None),
    cut_by=BY_TICKET,
    unit="hours",
    better="lower",
    process="service_level_management",
    chart="individual",
)

WRONG_PRIORITY_RATE = Metric(
    id="wrong_priority_rate",
    code="IN08",
    field="incident",
    name={"hu": "Felvételkor tévesen besorolt incidensek aránya", "en": "Wrong priority at intake"},
    definition={
        "hu": "A felvételkori prioritástól eltérő prioritású incidensek az időszakban nyitottak közül. Az ismeretlen "
        "felvételi prioritású incidens nem számít bele.",
        "en": "Incidents whose priority differs from that at intake, of those opened in the period. Incidents without "
        "a known priority at intake are left out.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.initial_priority != ticket.c.priority),
    denominator=func.count(),
    counted_by=ticket.c.opened_on,
    where=INCIDENTS & ticket.c.initial_priority.is_not(None) & ticket.c.priority.is_not(None),
    cut_by=BY_TICKET,
    unit="rate",
    better="lower",
    target=0.08,
    process="service_desk",
    chart="proportion",
)
