"""Contracts: is every application under contract, in time, and for what money?

Amounts of a contract (amended, invoiced, penalties) are known as last delivered, without their history, so those
figures are of the last day and are not cut by month.
"""

from typing import Any

from sqlalchemy import BigInteger, Date, Double, Select, Text, cast, column, distinct, func, select, table

from data.metrics.continuity import ALWAYS
from data.metrics.cuts import PERIODS
from data.metrics.metric import POINT, Current, Derived, Metric, count_if, days_between
from data.schema import dim_service
from data.schema import fact_contract as contract

BY_CONTRACT = ("contract_kind", "service", "actor", "actor_type", "supplier", "source")
RENEWAL_DAYS = 180

_SERVICE = contract.c.contract_kind == "service"
_SUPPLY = contract.c.contract_kind.in_(["service", "underpinning"])
_AWARDS = contract.c.contract_kind == "award"
_FROM = func.coalesce(contract.c.valid_from, contract.c.signed_on)
_AFTER_LAST = contract.c.valid_to + 1
_AWARDED = func.coalesce(contract.c.original_huf, contract.c.value_huf)

_application = table(
    "application_with_contracts",
    column("service_id", Text),
    column("in_force_from", Date),
    column("after_last", Date),
)
_APPLICATIONS = func.count(distinct(_application.c.service_id))


def _with_contracts(current: Current) -> Select[Any]:
    """Every application, once per service contract about it, or once without any."""
    under = current(contract) & _SERVICE & (contract.c.service_id == dim_service.c.service_id)
    return (
        select(dim_service.c.service_id, _FROM.label("in_force_from"), _AFTER_LAST.label("after_last"))
        .select_from(dim_service.outerjoin(contract, under))
        .where(dim_service.c.kind == "application")
    )


CONTRACT_COVER_RATE = Metric(
    id="contract_cover_rate",
    code="CT01",
    field="contracts",
    name={"hu": "Hatályos szerződéssel lefedett alkalmazások", "en": "Applications under a valid contract"},
    definition={
        "hu": "A nap végén hatályos szolgáltatási szerződéssel rendelkező alkalmazások az összes alkalmazás közül.",
        "en": "Applications with a service contract in force at the end of the day, of all applications.",
    },
    fact=Derived(_application, _with_contracts, contract),
    kind="stock",
    numerator=_APPLICATIONS.filter(
        (_application.c.in_force_from <= POINT)
        & (_application.c.after_last.is_(None) | (_application.c.after_last > POINT))
    ),
    denominator=_APPLICATIONS,
    starts_on=ALWAYS,
    counted=_APPLICATIONS,
    cut_by=(*PERIODS, "service"),
    unit="rate",
    better="higher",
    target=1.0,
    process="supplier_management",
    chart="proportion",
)

EXPIRING_CONTRACT_COUNT = Metric(
    id="expiring_contract_count",
    code="CT02",
    field="contracts",
    name={"hu": "180 napon belül lejáró, megújítás nélküli szerződések", "en": "Contracts expiring soon"},
    definition={
        "hu": "A nap végén hatályos, 180 napon belül lejáró szolgáltatási és szállítói szerződések, amelyek megújítása "
        "még nem kezdődött el.",
        "en": "Service and supplier contracts in force at the end of the day that end within 180 days and whose "
        "renewal has not begun.",
    },
    fact=contract,
    kind="stock",
    numerator=func.count(),
    starts_on=func.greatest(_FROM, contract.c.valid_to - RENEWAL_DAYS),
    ends_on=func.least(_AFTER_LAST, contract.c.renewal_started_on),
    where=_SUPPLY & contract.c.valid_to.is_not(None),
    cut_by=(*PERIODS, *BY_CONTRACT),
    unit="count",
    better="lower",
    target=0,
    process="supplier_management",
    chart="individual",
)

CONTRACT_VALUE_HUF = Metric(
    id="contract_value_huf",
    code="CT05B",
    field="contracts",
    name={"hu": "Hatályos szerződések értéke", "en": "Value of contracts in force"},
    definition={
        "hu": "Az utolsó napon hatályos szolgáltatási és szállítói szerződések módosított értéke összesen. Az érték "
        "nélküli szerződés nem számít bele.",
        "en": "Amended value of the service and supplier contracts in force on the last day. Those without a value are "
        "left out.",
    },
    fact=contract,
    kind="stock",
    numerator=func.sum(contract.c.value_huf),
    starts_on=_FROM,
    ends_on=_AFTER_LAST,
    where=_SUPPLY & contract.c.value_huf.is_not(None),
    cut_by=BY_CONTRACT,
    unit="huf",
    better="neutral",
    process="supplier_management",
    chart="individual",
)

PENALTY_APPLIED_RATE = Metric(
    id="penalty_applied_rate",
    code="CT04",
    field="contracts",
    name={"hu": "Érvényesített kötbérek aránya", "en": "Penalties applied"},
    definition={
        "hu": "Érvényesített kötbér a szerződés szerint járó kötbérhez viszonyítva, az utolsó napig hatályba lépett "
        "szolgáltatási és szállítói szerződéseken, a szerződés kezdete óta.",
        "en": "Penalties applied over penalties due by the contract's rule, on service and supplier contracts in force "
        "by the last day, since each contract began.",
    },
    fact=contract,
    kind="stock",
    numerator=func.sum(contract.c.penalty_applied_huf),
    denominator=func.sum(contract.c.penalty_due_huf),
    starts_on=_FROM,
    where=_SUPPLY & (contract.c.penalty_due_huf > 0),
    cut_by=BY_CONTRACT,
    unit="rate",
    better="higher",
    target=1.0,
    process="supplier_management",
    chart="proportion",
)

CONTRACT_GROWTH_RATE = Metric(
    id="contract_growth_rate",
    code="CT05",
    field="contracts",
    name={"hu": "Szerződések értéknövekedése", "en": "Growth of contract value"},
    definition={
        "hu": "A módosított és az eredeti szerződéses érték különbsége az eredeti értékhez viszonyítva, az utolsó "
        "napon hatályos szolgáltatási és szállítói szerződésekre. Az eredeti vagy módosított érték nélküli nem számít "
        "bele.",
        "en": "Amended less original value over original value, of the service and supplier contracts in force on the "
        "last day. Those without either value are left out.",
    },
    fact=contract,
    kind="stock",
    numerator=func.sum(contract.c.value_huf - contract.c.original_huf),
    denominator=func.sum(contract.c.original_huf),
    starts_on=_FROM,
    ends_on=_AFTER_LAST,
    where=_SUPPLY & contract.c.original_huf.is_not(None) & contract.c.value_huf.is_not(None),
    cut_by=BY_CONTRACT,
    unit="rate",
    better="band",
    band=(0.0, 0.15),
    process="supplier_management",
    chart="rate",
)

_ELAPSED_DAYS = days_between(contract.c.valid_from, POINT) + 1
_ALL_DAYS = days_between(contract.c.valid_from, contract.c.valid_to) + 1

CONTRACT_DRAWDOWN_RATIO = Metric(
    id="contract_drawdown_ratio",
    code="CT06",
    field="contracts",
    name={"hu": "Szerződések időarányos lehívása", "en": "Drawdown of contracts"},
    definition={
        "hu": "Számlázott összeg az eltelt időre jutó szerződéses értékhez viszonyítva, az utolsó napon hatályos "
        "szolgáltatási és szállítói szerződésekre. Kezdő- és zárónap, érték vagy számlázott összeg nélkül nem számít "
        "bele.",
        "en": "Amount invoiced over the share of the value that belongs to the time elapsed, of the service and "
        "supplier contracts in force on the last day. Those without both days, value or invoiced amount are left out.",
    },
    fact=contract,
    kind="stock",
    numerator=func.sum(contract.c.invoiced_huf),
    denominator=func.sum(cast(func.floor(cast(contract.c.value_huf, Double) * _ELAPSED_DAYS / _ALL_DAYS), BigInteger)),
    starts_on=contract.c.valid_from,
    ends_on=_AFTER_LAST,
    where=_SUPPLY
    & contract.c.valid_to.is_not(None)
    & contract.c.value_huf.is_not(None)
    & contract.c.invoiced_huf.is_not(None),
    cut_by=BY_CONTRACT,
    unit="ratio",
    better="band",
    band=(0.9, 1.1),
    process="supplier_management",
    chart="rate",
)

AWARDED_HUF = Metric(
    id="awarded_huf",
    code="CT07B",
    field="contracts",
    name={"hu": "Odaítélt közbeszerzések értéke", "en": "Value of contracts awarded"},
    definition={
        "hu": "Az időszakban odaítélt közbeszerzések eredeti (ennek hiányában módosított) értéke összesen. Az érték "
        "nélküli nem számít bele.",
        "en": "Original (without one, amended) value of the procurement awards of the period. Awards without a value "
        "are left out.",
    },
    fact=contract,
    kind="sum",
    numerator=func.sum(_AWARDED),
    counted_by=contract.c.signed_on,
    where=_AWARDS & _AWARDED.is_not(None),
    cut_by=(*PERIODS, *BY_CONTRACT),
    unit="huf",
    better="neutral",
    process="supplier_management",
    chart="individual",
)

SINGLE_BID_SHARE = Metric(
    id="single_bid_share",
    code="CT07",
    field="contracts",
    name={"hu": "Egyajánlatos közbeszerzések értékaránya", "en": "Share of single-bid awards by value"},
    definition={
        "hu": "Egyetlen érvényes ajánlattal odaítélt közbeszerzések értéke az időszakban odaítéltek értékéhez "
        "viszonyítva. Az ajánlatok száma vagy érték nélküli nem számít bele.",
        "en": "Value of awards with a single valid bid, over the value of the awards of the period. Awards without a "
        "number of bids or a value are left out.",
    },
    fact=contract,
    kind="ratio",
    numerator=func.sum(_AWARDED).filter(contract.c.bids_count == 1),
    denominator=func.sum(_AWARDED),
    counted_by=contract.c.signed_on,
    where=_AWARDS & contract.c.bids_count.is_not(None) & _AWARDED.is_not(None),
    cut_by=(*PERIODS, *BY_CONTRACT),
    unit="rate",
    better="lower",
    target=0.20,
    process="supplier_management",
    chart="rate",
)

SINGLE_BID_RATE = Metric(
    id="single_bid_rate",
    code="CT07C",
    field="contracts",
    name={"hu": "Egyajánlatos közbeszerzések aránya", "en": "Single-bid awards"},
    definition={
        "hu": "Egyetlen érvényes ajánlattal odaítélt közbeszerzések az időszakban odaítéltek közül. Az ajánlatok száma "
        "nélküli nem számít bele.",
        "en": "Awards with a single valid bid, of the awards of the period. Awards without a number of bids are left "
        "out.",
    },
    fact=contract,
    kind="ratio",
    numerator=count_if(contract.c.bids_count == 1),
    denominator=func.count(),
    counted_by=contract.c.signed_on,
    where=_AWARDS & contract.c.bids_count.is_not(None),
    cut_by=(*PERIODS, *BY_CONTRACT),
    unit="rate",
    better="lower",
    process="supplier_management",
    chart="proportion",
)
