"""Availability: how much of the agreed time could the service be reached, and how long did it hold between failures?"""

from sqlalchemy import BigInteger, Date, Text, column, func, select, table

from data.metrics.cuts import PERIODS
from data.metrics.downtime import BACK_AT, COUNTS, IS_OUTAGE, STARTED_AT, service_days
from data.metrics.metric import Derived, Metric, Trace, local_day
from data.metrics.ticket_rows import BY_TICKET, INCIDENTS, NOT_CANCELLED
from data.schema import dim_service
from data.schema import fact_ticket as ticket

MINUTES_AN_HOUR = 60
BY_SERVICE_DAY = (*PERIODS, "service", "actor", "actor_type")

_day = table(
    "service_day_with_downtime",
    *(column(name, Text) for name in ("service_id", "kind", "actor_id")),
    column("day", Date),
    *(column(name, BigInteger) for name in ("agreed_minutes", "down_minutes", "failures")),
)
_AGREED, _DOWN, _FAILURES = (func.sum(_day.c[name]) for name in ("agreed_minutes", "down_minutes", "failures"))


def _days_of(kind: str) -> Derived:
    of_kind = ticket.c.service_id.in_(select(dim_service.c.service_id).where(dim_service.c.kind == kind))
    trace = Trace(COUNTS & of_kind, local_day(STARTED_AT), local_day(BACK_AT), by_operator=True)
    return Derived(_day, service_days, ticket, trace)


_OF_APPLICATIONS, _OF_COMPONENTS = _days_of("application"), _days_of("component")
_APPLICATIONS, _COMPONENTS = _day.c.kind == "application", _day.c.kind == "component"

SERVICE_AVAILABILITY_RATE = Metric(
    id="service_availability_rate",
    code="AV01",
    field="availability",
    name={"hu": "Alkalmazások rendelkezésre állása", "en": "Availability of applications"},
    definition={
        "hu": "Az alkalmazások vállalt üzemideje (percben) a kieséssel töltött percek nélkül, a vállalt üzemidőhöz "
        "mérten. Kiesésnek az az incidens számít, amely alatt egyetlen felhasználói kör sem érte el a szolgáltatást, "
        "és csak az üzemidőbe eső része; az egymást fedő kiesések egyszer számítanak. Az ismeretlen terjedelmű kiesés "
        "nem számít bele, ezek számát külön mutató adja.",
        "en": "Agreed minutes of service of the applications without the minutes they were down, of the agreed "
        "minutes. An incident counts as an outage when no user group could reach the service, and only inside service "
        "hours; outages that overlap count once. Outages of unknown scope do not count; a figure of its own tells how "
        "many there are.",
    },
    fact=_OF_APPLICATIONS,
    kind="ratio",
    numerator=_AGREED - _DOWN,
    denominator=_AGREED,
    counted_by=_day.c.day,
    where=_APPLICATIONS,
    cut_by=BY_SERVICE_DAY,
    unit="rate",
    better="higher",
    target=0.995,
    process="availability_management",
    chart="proportion",
)

COMPONENT_AVAILABILITY_RATE = Metric(
    id="component_availability_rate",
    code="AV01B",
    field="availability",
    name={"hu": "Keretrendszer-komponensek rendelkezésre állása", "en": "Availability of components"},
    definition={
        "hu": "A keretrendszer komponenseinek vállalt üzemideje (percben) a kieséssel töltött percek nélkül, a vállalt "
        "üzemidőhöz mérten. Kiesésnek az az incidens számít, amely alatt egyetlen felhasználói kör sem érte el a "
        "komponenst, és csak az üzemidőbe eső része; az egymást fedő kiesések egyszer számítanak.",
        "en": "Agreed minutes of service of the platform components without the minutes they were down, of the agreed "
        "minutes. An incident counts as an outage when no user group could reach the component, and only inside "
        "service hours; outages that overlap count once.",
    },
    fact=_OF_COMPONENTS,
    kind="ratio",
    numerator=_AGREED - _DOWN,
    denominator=_AGREED,
    counted_by=_day.c.day,
    where=_COMPONENTS,
    cut_by=BY_SERVICE_DAY,
    unit="rate",
    better="higher",
    target=0.995,
    process="availability_management",
    chart="proportion",
)

UNKNOWN_SCOPE_OUTAGE_COUNT = Metric(
    id="unknown_scope_outage_count",
    code="AV01C",
    field="availability",
    name={"hu": "Ismeretlen terjedelmű kiesések", "en": "Outages of unknown scope"},
    definition={
        "hu": "Az időszakban nyitott, kieséssel járó incidensek közül azok száma, amelyeknél a forrás nem mondja meg, "
        "hogy a szolgáltatást senki vagy csak egyes felhasználói körök nem érték el. Ezek a rendelkezésre állásba nem "
        "számítanak bele.",
        "en": "Incidents opened in the period with an outage of which the source does not tell whether nobody or only "
        "some user groups could not reach the service. They do not count in the availability.",
    },
    fact=ticket,
    kind="count",
    numerator=func.count(),
    counted_by=ticket.c.opened_on,
    where=INCIDENTS & NOT_CANCELLED & IS_OUTAGE & ticket.c.outage_scope.is_(None),
    cut_by=BY_TICKET,
    unit="count",
    better="lower",
    process="availability_management",
    chart="individual",
)

TIME_BETWEEN_FAILURES_HOURS = Metric(
    id="time_between_failures_hours",
    code="AV03",
    field="availability",
    name={"hu": "Két kiesés közötti üzemidő (alkalmazások)", "en": "Time between failures of applications"},
    definition={
        "hu": "Az alkalmazások vállalt üzemideje órában, osztva azon kieséseik számával, amelyek az időszakban "
        "érintették először az üzemidőt (MTBF). Az egymást fedő kiesések egynek számítanak; kiesés nélkül nincs érték.",
        "en": "Agreed hours of service of the applications divided by their outages that first touched service hours "
        "in the period (MTBF). Outages that overlap count as one; without any there is no value.",
    },
    fact=_OF_APPLICATIONS,
    kind="ratio",
    numerator=_AGREED,
    denominator=_FAILURES * MINUTES_AN_HOUR,
    counted_by=_day.c.day,
    where=_APPLICATIONS,
    counted=func.coalesce(_FAILURES, 0),
    cut_by=BY_SERVICE_DAY,
    unit="hours",
    better="higher",
    process="availability_management",
    chart="individual",
)

COMPONENT_TIME_BETWEEN_FAILURES_HOURS = Metric(
    id="component_time_between_failures_hours",
    code="AV03B",
    field="availability",
    name={"hu": "Két kiesés közötti üzemidő (komponensek)", "en": "Time between failures of components"},
    definition={
        "hu": "A keretrendszer komponenseinek vállalt üzemideje órában, osztva azon kieséseik számával, amelyek az "
        "időszakban érintették először az üzemidőt (MTBF). Az egymást fedő kiesések egynek számítanak; kiesés nélkül "
        "nincs érték.",
        "en": "Agreed hours of service of the platform components divided by their outages that first touched service "
        "hours in the period (MTBF). Outages that overlap count as one; without any there is no value.",
    },
    fact=_OF_COMPONENTS,
    kind="ratio",
    numerator=_AGREED,
    denominator=_FAILURES * MINUTES_AN_HOUR,
    counted_by=_day.c.day,
    where=_COMPONENTS,
    counted=func.coalesce(_FAILURES, 0),
    cut_by=BY_SERVICE_DAY,
    unit="hours",
    better="higher",
    process="availability_management",
    chart="individual",
)
