"""Changes: do they reach production approved, soon, and without harm?"""

from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, literal, or_, select

from data.metrics.metric import Metric, count_if, days_between
from data.metrics.ticket_rows import BY_SERVICE, CHANGES, IN_PRODUCTION_ON, INCIDENTS
from data.schema import fact_ticket as ticket
from data.schema import peak_period as peak

CHANGE_SUCCESS_RATE = Metric(
    id="change_success_rate",
    code="CH01",
    field="change",
    name={"hu": "Sikeres változtatások aránya", "en": "Successful changes"},
    definition={
        "hu": "Sikeres (vissza nem vont, nem meghiúsult) változtatások az időszakban lezárt, ismert eredményűek közül. "
        "A változtatás okozta incidenseket külön mutató méri.",
        "en": "Successful changes (neither rolled back nor failed), of those ended in the period whose outcome is "
        "known. Incidents caused by changes are a figure of their own.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.outcome == "success"),
    denominator=func.count(),
    counted_by=ticket.c.ended_on,
    where=CHANGES & ticket.c.outcome.is_not(None),
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=0.95,
    process="change_management",
    chart="proportion",
)

EMERGENCY_CHANGE_RATE = Metric(
    id="emergency_change_rate",
    code="CH02",
    field="change",
    name={"hu": "Sürgősségi változtatások aránya", "en": "Emergency changes"},
    definition={
        "hu": "Sürgősségi változtatások az időszakban éles üzembe helyezett változtatások közül. A jelöletlen "
        "változtatás nem sürgősségi.",
        "en": "Emergency changes, of those brought into production in the period. A change without the mark is none.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.is_emergency),
    denominator=func.count(),
    counted_by=IN_PRODUCTION_ON,
    where=CHANGES,
    cut_by=BY_SERVICE,
    unit="rate",
    better="lower",
    target=0.05,
    process="change_evaluation",
    chart="proportion",
)

_CAUSED_BY_CHANGE = INCIDENTS & ticket.c.caused_by_change_id.is_not(None)

CHANGE_INCIDENT_RATIO = Metric(
    id="change_incident_ratio",
    code="CH03",
    field="change",
    name={"hu": "Egy változtatásra jutó okozott incidens", "en": "Incidents caused per change"},
    definition={
        "hu": "Az időszakban nyitott, változtatás okozta incidensek száma osztva az időszakban éles üzembe helyezett "
        "változtatások számával.",
        "en": "Incidents opened in the period that a change caused, divided by the changes brought into production in "
        "the period.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(INCIDENTS),
    denominator=count_if(CHANGES),
    counted_by=case((INCIDENTS, ticket.c.opened_on), else_=IN_PRODUCTION_ON),
    where=CHANGES | _CAUSED_BY_CHANGE,
    counted=count_if(CHANGES),
    cut_by=BY_SERVICE,
    unit="ratio",
    better="lower",
    target=0.05,
    process="change_management",
    chart="rate",
)

UNAUTHORISED_CHANGE_COUNT = Metric(
    id="unauthorised_change_count",
    code="CH04",
    field="change",
    name={"hu": "Jóváhagyás nélküli változtatások", "en": "Unauthorised changes"},
    definition={
        "hu": "Az időszakban jóváhagyás nélkül vagy a jóváhagyás napja előtt éles üzembe helyezett változtatások "
        "száma.",
        "en": "Changes brought into production in the period without approval, or before the day of approval.",
    },
    fact=ticket,
    kind="count",
    numerator=func.count(),
    counted_by=IN_PRODUCTION_ON,
    where=CHANGES & (ticket.c.approved_on.is_(None) | (ticket.c.approved_on > IN_PRODUCTION_ON)),
    cut_by=BY_SERVICE,
    unit="count",
    better="lower",
    target=0,
    process="change_evaluation",
    chart="individual",
)

CHANGE_LEAD_DAYS_MEDIAN = Metric(
    id="change_lead_days_median",
    code="CH05",
    field="change",
    name={"hu": "Változtatások átfutási ideje, medián", "en": "Lead time of changes, median"},
    definition={
        "hu": "A jóváhagyástól az éles üzembe helyezésig eltelt naptári napok mediánja az időszakban éles üzembe "
        "helyezett változtatásokra. A jóváhagyás nélküli változtatás nem számít bele.",
        "en": "Median of the calendar days from approval to production of the changes brought into production in the "
        "period. Changes without approval are left out.",
    },
    fact=ticket,
    kind="quantile",
    measured=days_between(ticket.c.approved_on, IN_PRODUCTION_ON),
    counted_by=IN_PRODUCTION_ON,
    where=CHANGES & ticket.c.approved_on.is_not(None),
    cut_by=BY_SERVICE,
    unit="days",
    better="lower",
    target=15,
    process="change_management",
    chart="individual",
)


def _in_frozen_period(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a day lies in a window of the year in which nothing but an emergency may change.

    Days of the year are compared as month * 100 + day; a window whose end comes before its start runs over new year.
    """
    at = extract("month", day) * 100 + extract("day", day)
    begins, ends = (peak.c[f"{end}_month"] * 100 + peak.c[f"{end}_day"] for end in ("first", "last"))
    within = or_((begins <= ends) & at.between(begins, ends), (begins > ends) & ((at >= begins) | (at <= ends)))
    in_force = (peak.c.valid_from <= day) & (peak.c.valid_to.is_(None) | (peak.c.valid_to > day))
    return (
        select(literal(1)).select_from(peak).where(peak.c.is_frozen == 1, in_force, within).correlate(ticket).exists()
    )


FREEZE_BREACH_COUNT = Metric(
    id="freeze_breach_count",
    code="CH06",
    field="change",
    name={"hu": "Változtatások zárolt időszakban", "en": "Changes inside frozen periods"},
    definition={
        "hu": "Az időszakban éles üzembe helyezett, nem sürgősségi változtatások közül azok száma, amelyek zárolt "
        "csúcsidőszakba (adóhatáridő, év végi zárás, negyedéves jelentés) estek. A meghiúsult változtatás is számít.",
        "en": "Changes other than emergency ones that were brought into production on a day of a frozen peak period "
        "(tax deadlines, year-end closing, quarterly reports). Failed ones count too.",
    },
    fact=ticket,
    kind="count",
    numerator=func.count(),
    counted_by=IN_PRODUCTION_ON,
    where=CHANGES & ~func.coalesce(ticket.c.is_emergency, literal(False)) & _in_frozen_period(IN_PRODUCTION_ON),
    cut_by=BY_SERVICE,
    unit="count",
    better="lower",
    target=0,
    process="change_evaluation",
    chart="individual",
)
