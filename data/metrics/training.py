"""Training: are there trained key users where the applications are used?"""

from typing import Any

from sqlalchemy import Date, Integer, Select, Subquery, Text, column, distinct, func, select, table

from data.metrics.cuts import PERIODS, dimensions
from data.metrics.metric import POINT, Current, Derived, Metric, Trace, count_if
from data.metrics.ticket_rows import BY_PLACE
from data.schema import UNKNOWN_MUNICIPALITY
from data.schema import fact_contract_service as use
from data.schema import fact_training as training

BY_TRAINING = (*PERIODS, "service", "course", "role", "source", *BY_PLACE)
PLEASED = 4
_PEOPLE = func.count(distinct(training.c.person_hash))

_used = table(
    "use_with_certificates",
    column("municipality_id", Text),
    column("service_id", Text),
    column("pair", Integer),
    *(column(name, Date) for name in ("live_on", "ended_on", "certified_from", "certified_to")),
)
_PAIRS = func.count(distinct(_used.c.pair))


def _with_certificates(current: Current) -> Select[Any]:
    """Every use of an application, once per certificate of a key user of the municipality's office, or once without.

    A joint office's key users work for each of its members: certificates are counted by office, and the offices are
    told by the register, so that the two facts need not be joined on anything that Citus would have to move.
    pair: a number for each municipality and application, which is counted faster than their names.
    """
    home, certified = dimensions(current).place, _certificates(current)
    office = func.coalesce(home.c.office_id, use.c.municipality_id)
    own = use.outerjoin(home, home.c.municipality_id == use.c.municipality_id)
    of_office = (certified.c.office_id == office) & (certified.c.service_id == use.c.service_id)
    return (
        select(
            use.c.municipality_id,
            use.c.service_id,
            func.dense_rank().over(order_by=(use.c.municipality_id, use.c.service_id)).label("pair"),
            use.c.live_on,
            use.c.ended_on,
            certified.c.certified_from,
            certified.c.certified_to,
        )
        .select_from(own.outerjoin(certified, of_office))
        .where(current(use), use.c.municipality_id != UNKNOWN_MUNICIPALITY)
    )


def _certificates(current: Current) -> Subquery:
    """The certificates of key users by office and application, those of the same days once."""
    trainee = dimensions(current).place
    return (
        select(
            func.coalesce(trainee.c.office_id, trainee.c.municipality_id).label("office_id"),
            training.c.service_id,
            training.c.certified_from,
            training.c.certified_to,
        )
        .join(trainee, trainee.c.municipality_id == training.c.municipality_id)
        .where(current(training), _CERTIFIED)
        .distinct()
        .subquery("certified")
    )


_CERTIFIED = (training.c.role == "key_user") & training.c.certified_from.is_not(None)
_BEHIND = Trace(_CERTIFIED, training.c.certified_from, training.c.certified_to, by_office=True)

KEY_USER_COVERAGE_RATE = Metric(
    id="key_user_coverage_rate",
    code="TR01",
    field="training",
    name={"hu": "Kulcsfelhasználóval való lefedettség", "en": "Key-user coverage"},
    definition={
        "hu": "Azon önkormányzat–alkalmazás párok, amelyekre az önkormányzatnak vagy közös önkormányzati hivatalának "
        "legalább egy, a nap végén érvényes tanúsítvánnyal rendelkező kulcsfelhasználója van, az éles üzemben lévő "
        "összes pár közül. A közös önkormányzati hivatal kulcsfelhasználója a hivatal minden önkormányzatát lefedi.",
        "en": "Pairs of municipality and application for which the municipality or its joint office has at least one "
        "key user whose certificate is valid at the end of the day, of all pairs live. A key user of a joint office "
        "covers each of its members.",
    },
    fact=Derived(_used, _with_certificates, training, _BEHIND),
    kind="stock",
    numerator=_PAIRS.filter(
        (_used.c.certified_from <= POINT) & (_used.c.certified_to.is_(None) | (_used.c.certified_to >= POINT))
    ),
    denominator=_PAIRS,
    starts_on=_used.c.live_on,
    ends_on=_used.c.ended_on,
    counted=_PAIRS,
    cut_by=(*PERIODS, "service", *BY_PLACE),
    unit="rate",
    better="higher",
    target=0.95,
    process="training_management",
    chart="proportion",
    version=2,
)

TRAINING_COMPLETION_RATE = Metric(
    id="training_completion_rate",
    code="TR02",
    field="training",
    name={"hu": "Oktatást elvégzők aránya", "en": "Training completed"},
    definition={
        "hu": "Az oktatást elvégzők az időszakban indult oktatások beiratkozottjai közül. A folyamatban lévő vagy "
        "megszakított részvétel nem elvégzettnek számít.",
        "en": "Enrolments completed, of those in courses that started in the period. Those in progress or withdrawn "
        "count as not completed.",
    },
    fact=training,
    kind="ratio",
    numerator=count_if(training.c.completed_on.is_not(None)),
    denominator=func.count(),
    counted_by=training.c.started_on,
    people=_PEOPLE,
    cut_by=BY_TRAINING,
    unit="rate",
    better="higher",
    target=0.85,
    process="training_management",
    chart="proportion",
)

TRAINING_PASS_RATE = Metric(
    id="training_pass_rate",
    code="TR03",
    field="training",
    name={"hu": "Sikeres vizsgák aránya", "en": "Examinations passed"},
    definition={
        "hu": "Sikeresen vizsgázók az időszakban indult oktatások vizsgán megjelent résztvevői közül.",
        "en": "Participants who passed, of those in courses that started in the period who sat the examination.",
    },
    fact=training,
    kind="ratio",
    numerator=count_if(training.c.result == "passed"),
    denominator=func.count(),
    counted_by=training.c.started_on,
    where=training.c.attempted.is_(True),
    people=_PEOPLE,
    cut_by=BY_TRAINING,
    unit="rate",
    better="higher",
    target=0.80,
    process="training_management",
    chart="proportion",
)

TRAINING_SATISFACTION_RATE = Metric(
    id="training_satisfaction_rate",
    code="TR04",
    field="training",
    name={"hu": "Elégedett résztvevők aránya", "en": "Satisfied participants"},
    definition={
        "hu": "4-es vagy 5-ös értékelést adók az időszakban indult oktatásokat értékelők közül. Az értékelés nélküli "
        "részvétel nem számít bele.",
        "en": "Participants who rated 4 or 5, of those who rated a course that started in the period.",
    },
    fact=training,
    kind="ratio",
    numerator=count_if(training.c.satisfaction >= PLEASED),
    denominator=func.count(),
    counted_by=training.c.started_on,
    where=training.c.satisfaction.is_not(None),
    people=_PEOPLE,
    cut_by=BY_TRAINING,
    unit="rate",
    better="higher",
    target=0.85,
    process="training_management",
    chart="proportion",
)

CERTIFICATE_COST_HUF = Metric(
    id="certificate_cost_huf",
    code="TR07",
    field="training",
    name={"hu": "Egy új tanúsítványra jutó oktatási költség", "en": "Training cost per new certificate"},
    definition={
        "hu": "Az időszakban indult oktatások férőhelyeinek költsége osztva az ezeken szerzett tanúsítványok számával. "
        "A megszakított részvétel költsége is számít.",
        "en": "Cost of the places in courses that started in the period, divided by the certificates earned in them. "
        "Places of those who withdrew cost too.",
    },
    fact=training,
    kind="ratio",
    numerator=func.sum(training.c.cost_huf),
    denominator=count_if(training.c.certified_from.is_not(None)),
    counted_by=training.c.started_on,
    where=training.c.cost_huf.is_not(None),
    people=_PEOPLE,
    cut_by=BY_TRAINING,
    unit="huf",
    better="lower",
    process="training_management",
    chart="rate",
)
