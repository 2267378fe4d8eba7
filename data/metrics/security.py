"""Security: are the findings of audits put right by their deadline?"""

from sqlalchemy import func

from data.metrics.metric import POINT, Metric, count_if, days_between
from data.metrics.ticket_rows import BY_SERVICE, FINDINGS
from data.schema import fact_ticket as ticket

FINDING_ON_TIME_RATE = Metric(
    id="finding_on_time_rate",
    code="SE02",
    field="security",
    name={"hu": "Határidőre lezárt megállapítások aránya", "en": "Findings closed on time"},
    definition={
        "hu": "Legkésőbb határidejük napján lezárt biztonsági megállapítások az időszakban lejáró határidejűek közül. "
        "A nyitott megállapítás késettnek számít.",
        "en": "Security findings closed by the day of their deadline, of those whose deadline fell in the period. Open "
        "ones count as late.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.ended_on <= ticket.c.due_on),
    denominator=func.count(),
    counted_by=ticket.c.due_on,
    where=FINDINGS,
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=0.90,
    process="information_security_management",
    chart="proportion",
)

OVERDUE_FINDING_DAYS_MEDIAN = Metric(
    id="overdue_finding_days_median",
    code="SE03",
    field="security",
    name={"hu": "Lejárt megállapítások késedelme, medián", "en": "Days that findings are overdue, median"},
    definition={
        "hu": "A nap végén nyitott, lejárt határidejű biztonsági megállapítások késedelmes naptári napjainak mediánja.",
        "en": "Median of the calendar days past the deadline, of the security findings open and overdue at the end of "
        "the day.",
    },
    fact=ticket,
    kind="stock",
    measured=days_between(ticket.c.due_on, POINT),
    starts_on=ticket.c.due_on + 1,
    ends_on=ticket.c.ended_on,
    where=FINDINGS,
    cut_by=BY_SERVICE,
    unit="days",
    better="lower",
    process="information_security_management",
    chart="individual",
)

OVERDUE_FINDING_COUNT = Metric(
    id="overdue_finding_count",
    code="SE03B",
    field="security",
    name={"hu": "Lejárt határidejű megállapítások", "en": "Overdue findings"},
    definition={
        "hu": "A nap végén nyitott, lejárt határidejű biztonsági megállapítások száma.",
        "en": "Security findings open and past their deadline at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=func.count(),
    starts_on=ticket.c.due_on + 1,
    ends_on=ticket.c.ended_on,
    where=FINDINGS,
    cut_by=BY_SERVICE,
    unit="count",
    better="lower",
    target=0,
    process="information_security_management",
    chart="individual",
)

CRITICAL_OVERDUE_FINDING_COUNT = Metric(
    id="critical_overdue_finding_count",
    code="SE03C",
    field="security",
    name={"hu": "Lejárt határidejű kritikus megállapítások", "en": "Overdue critical findings"},
    definition={
        "hu": "A nap végén nyitott, lejárt határidejű, P1 súlyosságú biztonsági megállapítások száma.",
        "en": "Security findings of severity P1 open and past their deadline at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=func.count(),
    starts_on=ticket.c.due_on + 1,
    ends_on=ticket.c.ended_on,
    where=FINDINGS & (ticket.c.priority == "P1"),
    cut_by=BY_SERVICE,
    unit="count",
    better="lower",
    target=0,
    process="information_security_management",
    chart="individual",
)
