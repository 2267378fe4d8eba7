"""Demands: are changes of law followed in time, and wishes of municipalities answered?"""

from sqlalchemy import func

from data.metrics.metric import POINT, Metric, count_if, days_between
from data.metrics.ticket_rows import BY_DEMAND, DEMANDS, LAW_CHANGES, NOT_CANCELLED
from data.schema import fact_ticket as ticket

NOTICE_DAYS = 10

_ACCEPTED = DEMANDS & (ticket.c.decision == "accepted")

LAW_CHANGE_ON_TIME_RATE = Metric(
    id="law_change_on_time_rate",
    code="DE01",
    field="demand",
    name={"hu": "Határidőre követett jogszabályváltozások aránya", "en": "Changes of law followed in time"},
    definition={
        "hu": "Legkésőbb a hatálybalépés napján éles üzembe helyezett jogszabálykövetési igények az időszakban "
        "hatályba lépők közül. A meg nem valósult igény késettnek számít, az elvetett nem számít bele.",
        "en": "Changes of law in production by the day they took effect, of those that took effect in the period. "
        "Those not in production count as late; cancelled ones are left out.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.implemented_on <= ticket.c.effective_on),
    denominator=func.count(),
    counted_by=ticket.c.effective_on,
    where=LAW_CHANGES & NOT_CANCELLED,
    cut_by=BY_DEMAND,
    unit="rate",
    better="higher",
    target=1.0,
    process="demand_management",
    chart="proportion",
)

LAW_CHANGE_MARGIN_DAYS_MEDIAN = Metric(
    id="law_change_margin_days_median",
    code="DE02",
    field="demand",
    name={"hu": "Jogszabálykövetés tartaléka, medián", "en": "Margin of law changes, median"},
    definition={
        "hu": "Az éles üzembe helyezéstől a hatálybalépésig hátralévő naptári napok mediánja az időszakban hatályba "
        "lépő, megvalósult jogszabálykövetési igényekre; késedelem esetén negatív.",
        "en": "Median of the calendar days from production to taking effect, of the implemented changes of law that "
        "took effect in the period; negative where late.",
    },
    fact=ticket,
    kind="quantile",
    measured=days_between(ticket.c.implemented_on, ticket.c.effective_on),
    counted_by=ticket.c.effective_on,
    where=LAW_CHANGES & ticket.c.implemented_on.is_not(None),
    cut_by=BY_DEMAND,
    unit="days",
    better="higher",
    target=10,
    process="demand_management",
    chart="individual",
)

IMPACT_ANALYSIS_ON_TIME_RATE = Metric(
    id="impact_analysis_on_time_rate",
    code="DE03",
    field="demand",
    name={"hu": "Időben elkészült hatáselemzések aránya", "en": "Impact analysis on time"},
    definition={
        "hu": "A kihirdetést követő 10 naptári napon belül elemzett jogszabályváltozások azok közül, amelyek 10. napja "
        "az időszakra esik. Az elemzés nélküli késettnek számít, az elvetett nem számít bele.",
        "en": "Changes of law analysed within 10 calendar days of promulgation, of those whose tenth day fell in the "
        "period. Those without an analysis count as late; cancelled ones are left out.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.analysed_on <= ticket.c.announced_on + NOTICE_DAYS),
    denominator=func.count(),
    counted_by=ticket.c.announced_on + NOTICE_DAYS,
    where=LAW_CHANGES & NOT_CANCELLED,
    cut_by=BY_DEMAND,
    unit="rate",
    better="higher",
    target=0.90,
    process="demand_management",
    chart="proportion",
)

LAW_CHANGE_TRAINED_RATE = Metric(
    id="law_change_trained_rate",
    code="TR06",
    field="demand",
    name={"hu": "Hatálybalépésig oktatott jogszabályváltozások aránya", "en": "Changes of law trained in time"},
    definition={
        "hu": "Azok a jogszabálykövetési igények, amelyeknél a felhasználók oktatása legkésőbb a hatálybalépés napján "
        "befejeződött, az időszakban hatályba lépők közül. Az oktatás nélküli késettnek számít, az elvetett nem számít "
        "bele. Az érintett felhasználók számát a források nem adják meg, ezért igényeket számol, nem felhasználókat.",
        "en": "Changes of law whose users had been trained by the day they took effect, of those that took effect in "
        "the period. Those without training count as late; cancelled ones are left out. Sources do not tell how many "
        "users are affected, so changes are counted, not users.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.trained_on <= ticket.c.effective_on),
    denominator=func.count(),
    counted_by=ticket.c.effective_on,
    where=LAW_CHANGES & NOT_CANCELLED,
    cut_by=BY_DEMAND,
    unit="rate",
    better="higher",
    target=0.80,
    process="training_management",
    chart="proportion",
)

DECISION_DAYS_MEDIAN = Metric(
    id="decision_days_median",
    code="DE04",
    field="demand",
    name={"hu": "Igények elbírálási ideje, medián", "en": "Time to decide on demands, median"},
    definition={
        "hu": "Az igény bejelentésétől a döntésig eltelt naptári napok mediánja az időszakban eldöntött igényekre.",
        "en": "Median of the calendar days from logging a demand to accepting or rejecting it, of those decided in the "
        "period.",
    },
    fact=ticket,
    kind="quantile",
    measured=days_between(ticket.c.opened_on, ticket.c.decided_on),
    counted_by=ticket.c.decided_on,
    where=DEMANDS,
    cut_by=BY_DEMAND,
    unit="days",
    better="lower",
    target=30,
    process="demand_management",
    chart="individual",
)

DEMAND_BACKLOG_COUNT = Metric(
    id="demand_backlog_count",
    code="DE05",
    field="demand",
    name={"hu": "Elfogadott, meg nem valósult igények", "en": "Accepted demands not yet delivered"},
    definition={
        "hu": "A nap végén elfogadott, de éles üzembe még nem helyezett és le nem zárt igények száma.",
        "en": "Demands accepted by the end of the day and neither in production nor closed.",
    },
    fact=ticket,
    kind="stock",
    numerator=func.count(),
    starts_on=ticket.c.decided_on,
    ends_on=func.least(ticket.c.implemented_on, ticket.c.ended_on),
    where=_ACCEPTED,
    cut_by=BY_DEMAND,
    unit="count",
    better="lower",
    process="demand_management",
    chart="individual",
)

DEMAND_BACKLOG_AGE_DAYS_P90 = Metric(
    id="demand_backlog_age_days_p90",
    code="DE05B",
    field="demand",
    name={"hu": "Meg nem valósult igények kora, 90. percentilis", "en": "Age of undelivered demands, 90th percentile"},
    definition={
        "hu": "A nap végén elfogadott, de meg nem valósult igények bejelentésétől eltelt naptári napok 90. "
        "percentilise.",
        "en": "90th percentile of the calendar days since logging, of the demands accepted but not delivered at the "
        "end of the day.",
    },
    fact=ticket,
    kind="stock",
    measured=days_between(ticket.c.opened_on, POINT),
    quantile=0.9,
    starts_on=ticket.c.decided_on,
    ends_on=func.least(ticket.c.implemented_on, ticket.c.ended_on),
    where=_ACCEPTED,
    cut_by=BY_DEMAND,
    unit="days",
    better="lower",
    process="demand_management",
    chart="individual",
)

MUNICIPAL_DEMAND_DELIVERY_RATE = Metric(
    id="municipal_demand_delivery_rate",
    code="DE06",
    field="demand",
    name={"hu": "Megvalósult önkormányzati igények aránya", "en": "Municipal demands delivered"},
    definition={
        "hu": "Az adatok utolsó napjáig éles üzembe helyezett igények az időszakban elfogadott önkormányzati igények "
        "közül.",
        "en": "Demands in production by the last day of data, of the demands of municipalities accepted in the period.",
    },
    fact=ticket,
    kind="ratio",
    numerator=count_if(ticket.c.implemented_on.is_not(None)),
    denominator=func.count(),
    counted_by=ticket.c.decided_on,
    where=_ACCEPTED & (ticket.c.origin == "municipal"),
    cut_by=BY_DEMAND,
    unit="rate",
    better="higher",
    target=0.60,
    process="demand_management",
    chart="proportion",
)
