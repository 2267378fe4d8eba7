"""Adoption: who has joined, who is live, and are the local roles filled?"""

from typing import Any

from sqlalchemy import Date, Integer, Select, Text, column, distinct, func, literal, select, table, union_all

from data.metrics.continuity import ALWAYS
from data.metrics.cuts import PERIODS, PLACE_CUTS
from data.metrics.metric import POINT, Current, Derived, Metric, count_if, days_between
from data.metrics.ticket_rows import BY_PLACE
from data.schema import UNKNOWN_MUNICIPALITY, dim_municipality
from data.schema import fact_contract as contract
from data.schema import fact_contract_service as use
from data.schema import fact_role_holder as holder

LOCAL_ROLES = ("official_representative", "contact_person", "key_user", "local_it_operator")
BY_USE = (*PERIODS, "service", "source", *BY_PLACE)

_JOINING = (contract.c.contract_kind == "joining") & (contract.c.municipality_id != UNKNOWN_MUNICIPALITY)
_IN_FORCE_FROM = func.coalesce(contract.c.valid_from, contract.c.signed_on)
_AFTER_LAST = contract.c.valid_to + 1

_municipality = table(
    "municipality_with_joining",
    column("municipality_id", Text),
    column("joined_on", Date),
    column("left_on", Date),
)
_MUNICIPALITIES = func.count(distinct(_municipality.c.municipality_id))


def _with_joining(current: Current) -> Select[Any]:
    """Every local government of the register, once per joining contract, or once without any."""
    known = (
        select(dim_municipality.c.municipality_id)
        .where(dim_municipality.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .distinct()
        .subquery("known")
    )
    joining = current(contract) & _JOINING & (contract.c.municipality_id == known.c.municipality_id)
    return select(known.c.municipality_id, _IN_FORCE_FROM.label("joined_on"), _AFTER_LAST.label("left_on")).select_from(
        known.outerjoin(contract, joining)
    )


JOINED_RATE = Metric(
    id="joined_rate",
    code="AD01",
    field="adoption",
    name={"hu": "Csatlakozott önkormányzatok aránya", "en": "Joined municipalities"},
    definition={
        "hu": "A nap végén hatályos csatlakozási szerződéssel rendelkező helyi önkormányzatok a nyilvántartásban "
        "szereplő összes helyi önkormányzat (a vármegyei önkormányzatokkal együtt) közül.",
        "en": "Local governments with a joining contract in force at the end of the day, of all in the register "
        "(county governments included).",
    },
    fact=Derived(_municipality, _with_joining, contract),
    kind="stock",
    numerator=_MUNICIPALITIES.filter(
        (_municipality.c.joined_on <= POINT) & (_municipality.c.left_on.is_(None) | (_municipality.c.left_on > POINT))
    ),
    denominator=_MUNICIPALITIES,
    starts_on=ALWAYS,
    counted=_MUNICIPALITIES,
    cut_by=(*PERIODS, "municipality", *PLACE_CUTS),
    unit="rate",
    better="higher",
    target=1.0,
    process="business_relationship_management",
    chart="proportion",
)

INTERFACE_JOINING_SHARE = Metric(
    id="interface_joining_share",
    code="AD01B",
    field="adoption",
    name={"hu": "Interfészes csatlakozás aránya", "en": "Joined by interface"},
    definition={
        "hu": "Interfészes csatlakozással csatlakozott önkormányzatok a nap végén hatályos csatlakozási szerződéssel "
        "rendelkezők közül; a többi rendszercsatlakozás.",
        "en": "Municipalities joined by interface, of those with a joining contract in force at the end of the day; "
        "the others joined the system.",
    },
    fact=contract,
    kind="stock",
    numerator=func.count(distinct(contract.c.municipality_id)).filter(contract.c.joining_type == "interface"),
    denominator=func.count(distinct(contract.c.municipality_id)),
    starts_on=_IN_FORCE_FROM,
    ends_on=_AFTER_LAST,
    where=_JOINING,
    cut_by=(*PERIODS, "municipality", *PLACE_CUTS, "source"),
    unit="rate",
    better="neutral",
    process="business_relationship_management",
    chart="proportion",
)

JOINED_MUNICIPALITY_COUNT = Metric(
    id="joined_municipality_count",
    code="AD01C",
    field="adoption",
    name={"hu": "Csatlakozott önkormányzatok száma", "en": "Number of joined municipalities"},
    definition={
        "hu": "A nap végén hatályos csatlakozási szerződéssel rendelkező önkormányzatok száma.",
        "en": "Municipalities with a joining contract in force at the end of the day.",
    },
    fact=contract,
    kind="stock",
    numerator=func.count(distinct(contract.c.municipality_id)),
    starts_on=_IN_FORCE_FROM,
    ends_on=_AFTER_LAST,
    where=_JOINING,
    cut_by=(*PERIODS, *BY_PLACE, "source"),
    unit="count",
    better="higher",
    process="business_relationship_management",
    chart="individual",
)

PROVISIONED_SERVICE_RATE = Metric(
    id="provisioned_service_rate",
    code="AD05",
    field="adoption",
    name={"hu": "Rendelkezésre bocsátott szolgáltatások aránya", "en": "Contracted services provisioned"},
    definition={
        "hu": "A nap végéig rendelkezésre bocsátott önkormányzati szolgáltatások a leszerződött és meg nem szűnt "
        "szolgáltatások közül. A két hatályos szerződésben is szereplő szolgáltatás kétszer számít.",
        "en": "Services of municipalities provisioned by the end of the day, of those contracted and not ended. A "
        "service in two contracts in force counts twice.",
    },
    fact=use,
    kind="stock",
    numerator=count_if(use.c.provisioned_on <= POINT),
    denominator=func.count(),
    starts_on=use.c.contracted_on,
    ends_on=use.c.ended_on,
    cut_by=BY_USE,
    unit="rate",
    better="higher",
    process="transition_planning_and_support",
    chart="proportion",
)

LIVE_SERVICE_RATE = Metric(
    id="live_service_rate",
    code="AD05B",
    field="adoption",
    name={"hu": "Éles üzembe állt szolgáltatások aránya", "en": "Contracted services live"},
    definition={
        "hu": "A nap végéig éles üzembe állt önkormányzati szolgáltatások a leszerződött és meg nem szűnt "
        "szolgáltatások közül. A két hatályos szerződésben is szereplő szolgáltatás kétszer számít. A tényleges "
        "használatot nem méri.",
        "en": "Services of municipalities live by the end of the day, of those contracted and not ended. A service in "
        "two contracts in force counts twice. It does not tell whether they are used.",
    },
    fact=use,
    kind="stock",
    numerator=count_if(use.c.live_on <= POINT),
    denominator=func.count(),
    starts_on=use.c.contracted_on,
    ends_on=use.c.ended_on,
    cut_by=BY_USE,
    unit="rate",
    better="higher",
    process="transition_planning_and_support",
    chart="proportion",
)

GO_LIVE_DAYS_MEDIAN = Metric(
    id="go_live_days_median",
    code="AD05C",
    field="adoption",
    name={"hu": "Szerződéstől az éles üzemig eltelt idő, medián", "en": "Contract to live use, median"},
    definition={
        "hu": "A szerződéskötéstől az éles üzembe állásig eltelt naptári napok mediánja az időszakban éles üzembe állt "
        "önkormányzati szolgáltatásokra.",
        "en": "Median of the calendar days from contract to live use, of the services of municipalities that went live "
        "in the period.",
    },
    fact=use,
    kind="quantile",
    measured=days_between(use.c.contracted_on, use.c.live_on),
    counted_by=use.c.live_on,
    where=use.c.contracted_on.is_not(None),
    cut_by=BY_USE,
    unit="days",
    better="lower",
    process="transition_planning_and_support",
    chart="individual",
)

LIVE_SERVICE_COUNT = Metric(
    id="live_service_count",
    code="AD05D",
    field="adoption",
    name={"hu": "Éles üzemben lévő önkormányzati szolgáltatások", "en": "Live services of municipalities"},
    definition={
        "hu": "A nap végén éles üzemben lévő önkormányzat–alkalmazás kapcsolatok száma.",
        "en": "Pairs of municipality and application live at the end of the day.",
    },
    fact=use,
    kind="stock",
    numerator=func.count(distinct(use.c.municipality_id + "/" + use.c.service_id)),
    starts_on=use.c.live_on,
    ends_on=use.c.ended_on,
    cut_by=BY_USE,
    unit="count",
    better="higher",
    process="transition_planning_and_support",
    chart="individual",
)

_role = table(
    "joined_municipality_role",
    column("municipality_id", Text),
    column("role", Text),
    column("place", Integer),
    *(column(name, Date) for name in ("joined_on", "left_on", "appointed_on", "ended_on")),
)
_ROLES = func.count(distinct(_role.c.place))


def _with_holders(current: Current) -> Select[Any]:
    """Every joined municipality and local role, once per appointment, or once without any.

    place: a number for each municipality and role, which is counted faster than their names.
    """
    roles = union_all(*(select(literal(name, Text).label("role")) for name in LOCAL_ROLES)).subquery("roles")
    appointed = (
        current(holder) & (holder.c.municipality_id == contract.c.municipality_id) & (holder.c.role == roles.c.role)
    )
    return (
        select(
            contract.c.municipality_id,
            roles.c.role,
            func.dense_rank().over(order_by=(contract.c.municipality_id, roles.c.role)).label("place"),
            _IN_FORCE_FROM.label("joined_on"),
            _AFTER_LAST.label("left_on"),
            holder.c.appointed_on,
            holder.c.ended_on,
        )
        .select_from(contract.join(roles, literal(True)).outerjoin(holder, appointed))
        .where(current(contract), _JOINING)
    )


LOCAL_ROLE_FILLED_RATE = Metric(
    id="local_role_filled_rate",
    code="AD08",
    field="adoption",
    name={"hu": "Betöltött helyi szerepkörök aránya", "en": "Local roles filled"},
    definition={
        "hu": "A négy helyi szerepkör (hivatalos képviselő, kapcsolattartó, kulcsfelhasználó, lokális informatikai "
        "üzemeltető) közül a nap végén betöltöttek, a csatlakozott önkormányzatok számának négyszereséhez viszonyítva. "
        "Kinevezési dátum nélkül a szerepkör betöltetlennek számít; a kulcsfelhasználói szerepkör akkor is betöltött, "
        "ha csak egyes alkalmazásokra van kulcsfelhasználó.",
        "en": "Of the four local roles (official representative, contact person, key user, local IT operator), those "
        "filled at the end of the day, over four times the joined municipalities. Without a day of appointment a role "
        "counts as vacant; the role of key user is filled even where there is one for some applications only.",
    },
    fact=Derived(_role, _with_holders, holder),
    kind="stock",
    numerator=_ROLES.filter(
        (_role.c.appointed_on <= POINT) & (_role.c.ended_on.is_(None) | (_role.c.ended_on > POINT))
    ),
    denominator=_ROLES,
    starts_on=_role.c.joined_on,
    ends_on=_role.c.left_on,
    counted=_ROLES,
    cut_by=(*PERIODS, "role", *BY_PLACE),
    unit="rate",
    better="higher",
    target=1.0,
    process="business_relationship_management",
    chart="proportion",
)
