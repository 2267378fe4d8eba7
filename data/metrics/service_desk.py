"""Service desk: is a municipality that calls helped, and in time?"""

from sqlalchemy import func

from data.metrics.metric import POINT, ROWS, Metric, count_if, days_between, local_day
from data.metrics.ticket_rows import BY_TICKET, CALLS, REQUESTS
from data.schema import fact_ticket as ticket

OLD_DAYS = 30
PING_PONG = 3
PLEASED = 4

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
    seasonal=True,
)

FIRST_RESPONSE_SLA_RATE = Metric(
    id="first_response_sla_rate",
    code="SD03",
    field="service_desk",
    name={"hu": "Határidőre adott első válaszok aránya", "en": "First response within SLA"},
    definition={
        "hu": "Határidőre megválaszolt bejelentések az időszakban lejáró válaszadási határidejűek közül. A "
        "megválaszolatlan bejelentés késettnek számít.",
        "en": "Tickets answered in time, of those whose response deadline fell in the period. Unanswered ones count as "
        "late.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.responded_in_sla),
    denominator=func.count(),
    counted_by=ticket.c.response_due_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.95,
    process="service_desk",
    chart="proportion",
)

REQUEST_SLA_RESOLUTION_RATE = Metric(
    id="request_sla_resolution_rate",
    code="IN01B",
    field="service_desk",
    name={"hu": "Határidőre teljesített szolgáltatáskérések aránya", "en": "Service requests fulfilled within SLA"},
    definition={
        "hu": "Határidőre teljesített szolgáltatáskérések az időszakban lejáró határidejűek közül. A teljesítetlen "
        "kérés késettnek számít.",
        "en": "Service requests fulfilled in time, of those whose deadline fell in the period. Unfulfilled ones count "
        "as late.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.resolved_in_sla),
    denominator=func.count(),
    counted_by=ticket.c.resolution_due_on,
    where=REQUESTS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.90,
    process="request_fulfilment",
    chart="proportion",
)

FIRST_RESPONSE_MINUTES_P90 = Metric(
    id="first_response_minutes_p90",
    code="SD04",
    field="service_desk",
    name={"hu": "Első válaszidő, 90. percentilis", "en": "Time to first response, 90th percentile"},
    definition={
        "hu": "Az időszakban nyitott bejelentések első válaszáig eltelt percek 90. percentilise, az SLA órája szerint "
        "(P1–P2: naptári, P3–P4: üzemidő). A megválaszolatlan bejelentés nem számít bele.",
        "en": "90th percentile of the minutes to the first response of tickets opened in the period, on the SLA's "
        "clock (P1–P2 clock, P3–P4 business minutes). Unanswered tickets are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.response_minutes,
    quantile=0.9,
    counted_by=ticket.c.opened_on,
    where=CALLS & ticket.c.response_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    process="service_desk",
    chart="individual",
)

FIRST_RESPONSE_MINUTES_MEDIAN = Metric(
    id="first_response_minutes_median",
    code="SD04B",
    field="service_desk",
    name={"hu": "Első válaszidő, medián", "en": "Time to first response, median"},
    definition={
        "hu": "Az időszakban nyitott bejelentések első válaszáig eltelt percek mediánja, az SLA órája szerint (P1–P2: "
        "naptári, P3–P4: üzemidő). A megválaszolatlan bejelentés nem számít bele.",
        "en": "Median of the minutes to the first response of tickets opened in the period, on the SLA's clock (P1–P2 "
        "clock, P3–P4 business minutes). Unanswered tickets are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.response_minutes,
    counted_by=ticket.c.opened_on,
    where=CALLS & ticket.c.response_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    process="service_desk",
    chart="individual",
)

FIRST_CONTACT_RESOLUTION_RATE = Metric(
    id="first_contact_resolution_rate",
    code="SD05",
    field="service_desk",
    name={"hu": "Első szinten megoldott bejelentések aránya", "en": "First-contact resolution"},
    definition={
        "hu": "Az első szinten, átadás, eszkaláció és újranyitás nélkül megoldott bejelentések az időszakban "
        "megoldottak közül. Minden megoldott bejelentés számít, az is, amelyet az első szint nem oldhatott volna meg.",
        "en": "Tickets resolved at the first level without reassignment, escalation or reopening, of those resolved in "
        "the period. Every resolved ticket counts, also one that the first level could not have solved.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(
        (ticket.c.level == 1)
        & ticket.c.escalated_at.is_(None)
        & (func.coalesce(ticket.c.reassignment_count, 0) == 0)
        & (func.coalesce(ticket.c.reopen_count, 0) == 0)
    ),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.70,
    process="service_desk",
    chart="proportion",
)

ESCALATION_RATE = Metric(
    id="escalation_rate",
    code="SD06",
    field="service_desk",
    name={"hu": "Második szintre eszkalált bejelentések aránya", "en": "Escalation to the second level"},
    definition={
        "hu": "Az időszakban nyitott bejelentések közül azok, amelyek bármikor a második szintre kerültek.",
        "en": "Of the tickets opened in the period, those that ever reached the second level.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.escalated_at.is_not(None) | (ticket.c.level == 2)),
    denominator=func.count(),
    counted_by=ticket.c.opened_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="band",
    band=(0.20, 0.35),
    process="service_desk",
    chart="proportion",
)

ESCALATION_ACCEPTANCE_MINUTES_P90 = Metric(
    id="escalation_acceptance_minutes_p90",
    code="SD07",
    field="service_desk",
    name={"hu": "Eszkaláció átvételi ideje, 90. percentilis", "en": "Escalation acceptance time, 90th percentile"},
    definition={
        "hu": "A második szinthez rendeléstől az átvételig eltelt üzemidő-percek 90. percentilise, az átvétel napja "
        "szerint. Az át nem vett bejelentés nem számít bele.",
        "en": "90th percentile of the business minutes from assignment to the second level to its acknowledgement, by "
        "the day of acknowledgement. Tickets not acknowledged are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.acknowledge_minutes,
    quantile=0.9,
    counted_by=local_day(ticket.c.acknowledged_at),
    where=CALLS & ticket.c.acknowledge_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    target=120,
    process="incident_management",
    chart="individual",
)

ESCALATION_ACCEPTANCE_MINUTES_MEDIAN = Metric(
    id="escalation_acceptance_minutes_median",
    code="SD07B",
    field="service_desk",
    name={"hu": "Eszkaláció átvételi ideje, medián", "en": "Escalation acceptance time, median"},
    definition={
        "hu": "A második szinthez rendeléstől az átvételig eltelt üzemidő-percek mediánja, az átvétel napja szerint. "
        "Az át nem vett bejelentés nem számít bele.",
        "en": "Median of the business minutes from assignment to the second level to its acknowledgement, by the day "
        "of acknowledgement. Tickets not acknowledged are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=ticket.c.acknowledge_minutes,
    counted_by=local_day(ticket.c.acknowledged_at),
    where=CALLS & ticket.c.acknowledge_minutes.is_not(None),
    cut_by=BY_TICKET,
    unit="minutes",
    better="lower",
    process="incident_management",
    chart="individual",
)

REOPEN_RATE = Metric(
    id="reopen_rate",
    code="SD08",
    field="service_desk",
    name={"hu": "Újranyitott bejelentések aránya", "en": "Reopened tickets"},
    definition={
        "hu": "Legalább egyszer újranyitott bejelentések az időszakban (utoljára) megoldottak közül, az újranyitásig "
        "eltelt időtől függetlenül.",
        "en": "Tickets reopened at least once, of those (last) resolved in the period, however late they were "
        "reopened.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.reopen_count > 0),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="lower",
    target=0.05,
    process="incident_management",
    chart="proportion",
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
    seasonal=True,
)

OLD_BACKLOG_SHARE = Metric(
    id="old_backlog_share",
    code="SD10",
    field="service_desk",
    name={"hu": "30 napnál régebbi nyitott bejelentések aránya", "en": "Backlog older than 30 days"},
    definition={
        "hu": "A nap végén több mint 30 naptári napja nyitott bejelentések az összes nyitott bejelentés közül.",
        "en": "Tickets open for more than 30 calendar days, of all tickets open at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=count_if(days_between(ticket.c.opened_on, POINT) > OLD_DAYS),
    denominator=func.count(),
    starts_on=ticket.c.opened_on,
    ends_on=ticket.c.ended_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="lower",
    target=0.10,
    process="service_desk",
    chart="proportion",
)

PING_PONG_RATE = Metric(
    id="ping_pong_rate",
    code="SD11",
    field="service_desk",
    name={"hu": "Többszörösen átadott bejelentések aránya", "en": "Tickets passed around"},
    definition={
        "hu": "Megoldó csoportot legalább háromszor váltó bejelentések az időszakban megoldottak közül.",
        "en": "Tickets that changed their resolver group at least three times, of those resolved in the period.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.reassignment_count >= PING_PONG),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="lower",
    target=0.05,
    process="service_level_management",
    chart="proportion",
)

SATISFACTION_RATE = Metric(
    id="satisfaction_rate",
    code="SD12",
    field="service_desk",
    name={"hu": "Elégedett bejelentők aránya", "en": "Satisfied requesters"},
    definition={
        "hu": "4-es vagy 5-ös értékelést kapott bejelentések az időszakban megoldott és értékelt bejelentések közül. "
        "Az értékelés nélküli bejelentés nem számít bele.",
        "en": "Tickets rated 4 or 5, of those resolved in the period and rated. Tickets without a rating are left out.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.satisfaction >= PLEASED),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=CALLS & ticket.c.satisfaction.is_not(None),
    people=ROWS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.85,
    process="service_level_management",
    chart="proportion",
)

SATISFACTION_RESPONSE_RATE = Metric(
    id="satisfaction_response_rate",
    code="SD12B",
    field="service_desk",
    name={"hu": "Értékelt bejelentések aránya", "en": "Tickets rated by their requester"},
    definition={
        "hu": "A bejelentő által értékelt bejelentések az időszakban megoldottak közül.",
        "en": "Tickets rated by their requester, of those resolved in the period.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.satisfaction.is_not(None)),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=CALLS,
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.15,
    process="service_level_management",
    chart="proportion",
)

PORTAL_SHARE = Metric(
    id="portal_share",
    code="SD13",
    field="service_desk",
    name={"hu": "Portálon tett bejelentések aránya", "en": "Tickets opened on the portal"},
    definition={
        "hu": "A portálon tett bejelentések az időszakban nyitottak közül. Az ismeretlen csatornájú bejelentés nem "
        "számít bele.",
        "en": "Tickets opened on the portal, of those opened in the period. Tickets of unknown channel are left out.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.channel == "portal"),
    denominator=func.count(),
    counted_by=ticket.c.opened_on,
    where=CALLS & ticket.c.channel.is_not(None),
    cut_by=BY_TICKET,
    unit="rate",
    better="higher",
    target=0.70,
    process="service_level_management",
    chart="proportion",
)
