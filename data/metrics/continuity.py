"""Continuity: would a service come back in the agreed time, and has that been tried?"""

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, Text, column, distinct, func, literal, select, table

from data.metrics.cuts import PERIODS
from data.metrics.metric import POINT, Current, Derived, Metric, count_if
from data.metrics.ticket_rows import BY_SERVICE, EXERCISES
from data.schema import dim_service
from data.schema import fact_ticket as ticket

COVERED_DAYS = 365
ALWAYS = literal(date(1990, 1, 1), Date)

_application = table("application_with_exercises", column("service_id", Text), column("succeeded_on", Date))


def _with_exercises(current: Current) -> Select[Any]:
    """Every application, once per successful exercise, or once without any."""
    exercised = (
        current(ticket)
        & EXERCISES
        & (ticket.c.service_id == dim_service.c.service_id)
        & (ticket.c.outcome == "success")
    )
    return (
        select(dim_service.c.service_id, ticket.c.resolved_on.label("succeeded_on"))
        .select_from(dim_service.outerjoin(ticket, exercised))
        .where(dim_service.c.kind == "application")
    )


RECOVERY_TEST_COVERAGE_RATE = Metric(
    id="recovery_test_coverage_rate",
    code="CO02",
    field="continuity",
    name={"hu": "Sikeres helyreállítási próbával lefedett alkalmazások", "en": "Applications with a recovery test"},
    definition={
        "hu": "A nap előtti 365 napban sikeres folytonossági gyakorlattal rendelkező alkalmazások az összes alkalmazás "
        "közül.",
        "en": "Applications with a successful continuity exercise in the 365 days before, of all applications.",
    },
    fact=Derived(_application, _with_exercises, ticket),
    kind="stock",
    numerator=func.count(distinct(_application.c.service_id)).filter(
        (_application.c.succeeded_on <= POINT) & (_application.c.succeeded_on > POINT - COVERED_DAYS)
    ),
    denominator=func.count(distinct(_application.c.service_id)),
    starts_on=ALWAYS,
    counted=func.count(distinct(_application.c.service_id)),
    cut_by=(*PERIODS, "service"),
    unit="rate",
    better="higher",
    target=1.0,
    process="it_service_continuity_management",
    chart="proportion",
)

RTO_MET_RATE = Metric(
    id="rto_met_rate",
    code="CO03",
    field="continuity",
    name={"hu": "Helyreállítási időcélt (RTO) teljesítő gyakorlatok", "en": "Exercises within the recovery time (RTO)"},
    definition={
        "hu": "A megállapodott helyreállítási időn belül végződött folytonossági gyakorlatok az időszakban megtartott, "
        "időcéllal rendelkezők közül. A mért idő nélküli gyakorlat nem teljesítettnek számít.",
        "en": "Continuity exercises restored within the agreed recovery time, of those held in the period that have "
        "one. Exercises without a measured time count as missed.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.recovery_minutes <= ticket.c.rto_minutes),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=EXERCISES & ticket.c.rto_minutes.is_not(None),
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=1.0,
    process="it_service_continuity_management",
    chart="proportion",
)

RPO_MET_RATE = Metric(
    id="rpo_met_rate",
    code="CO04",
    field="continuity",
    name={"hu": "Adatvesztési célt (RPO) teljesítő gyakorlatok", "en": "Exercises within the data loss agreed (RPO)"},
    definition={
        "hu": "A megállapodott adatvesztési időn belül maradt folytonossági gyakorlatok az időszakban megtartott, "
        "adatvesztési céllal rendelkezők közül. A mérés nélküli gyakorlat nem teljesítettnek számít.",
        "en": "Continuity exercises whose data loss stayed within what is agreed, of those held in the period that "
        "have such a limit. Exercises without a measurement count as missed.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.data_loss_minutes <= ticket.c.rpo_minutes),
    denominator=func.count(),
    counted_by=ticket.c.resolved_on,
    where=EXERCISES & ticket.c.rpo_minutes.is_not(None),
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=1.0,
    process="it_service_continuity_management",
    chart="proportion",
)

EXERCISE_HELD_RATE = Metric(
    id="exercise_held_rate",
    code="CO05",
    field="continuity",
    name={"hu": "Megtartott folytonossági gyakorlatok aránya", "en": "Continuity exercises held"},
    definition={
        "hu": "Az adatok utolsó napjáig megtartott folytonossági gyakorlatok az időszakra tervezettek közül. Az "
        "elmaradt gyakorlat nem megtartottnak számít.",
        "en": "Continuity exercises held by the last day of data, of those planned for the period. Cancelled ones "
        "count as not held.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.resolved_on.is_not(None)),
    denominator=func.count(),
    counted_by=ticket.c.due_on,
    where=EXERCISES,
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=1.0,
    process="it_service_continuity_management",
    chart="proportion",
)
