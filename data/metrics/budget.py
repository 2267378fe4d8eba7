"""Budget: what was planned, committed and spent, by whom, and does the service pay for itself?

Lines are increments by month; a figure of a period sums its lines. Subtotals and 'ebből' rows are left out
(budget_lines.py).
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, column, distinct, func, select, table

from data.metrics.budget_lines import summed
from data.metrics.cuts import PERIODS
from data.metrics.metric import Condition, Current, Derived, Metric
from data.metrics.ticket_rows import BY_PLACE
from data.schema import fact_budget as line

BY_BUDGET = (
    *PERIODS, "side", "account_group", "account", "function", "actor", "actor_type", "service", "source", *BY_PLACE,
)  # fmt: skip
OPERATING = ("K1", "K2", "K3", "K4", "K5")
DEVELOPMENT = ("K6", "K7")
BUDGETARY = (*OPERATING, *DEVELOPMENT, "K8")  # K9 is financing
OWN_INCOME = ("B4", "B6")
OPERATING_INCOME = ("B1", *OWN_INCOME)

_GROUP = func.substr(line.c.account_id, 1, 2)


def _of(groups: tuple[str, ...]) -> ColumnElement[bool]:
    return _GROUP.in_(groups)


def _expenditure(current: Current) -> ColumnElement[bool]:
    return summed(current) & (line.c.side == "expenditure")


def _revenue(current: Current) -> ColumnElement[bool]:
    return summed(current) & (line.c.side == "revenue")


def _in(groups: tuple[str, ...]) -> Condition:
    return lambda current: summed(current) & _of(groups)


EXECUTION_RATE = Metric(
    id="execution_rate",
    code="BU01",
    field="budget",
    name={"hu": "Kiadási előirányzatok teljesítése", "en": "Execution of expenditure"},
    definition={
        "hu": "Teljesített kiadás az időszakra könyvelt módosított kiadási előirányzathoz (K1–K9) viszonyítva. A "
        "céltartomány a teljes évre, illetve időarányosan könyvelt előirányzatra értendő.",
        "en": "Expenditure performed over the modified appropriation booked in the period (K1–K9). The band is meant "
        "for a whole year, or where appropriations are booked in step with time.",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.spent_huf),
    denominator=func.sum(line.c.appropriated_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="rate",
    better="band",
    band=(0.9, 1.1),
    process="financial_management",
    chart="rate",
)

REVENUE_EXECUTION_RATE = Metric(
    id="revenue_execution_rate",
    code="BU01B",
    field="budget",
    name={"hu": "Bevételi előirányzatok teljesítése", "en": "Execution of revenue"},
    definition={
        "hu": "Teljesített bevétel az időszakra könyvelt módosított bevételi előirányzathoz (B1–B8) viszonyítva. A "
        "céltartomány a teljes évre, illetve időarányosan könyvelt előirányzatra értendő.",
        "en": "Revenue received over the modified appropriation booked in the period (B1–B8). The band is meant for a "
        "whole year, or where appropriations are booked in step with time.",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.spent_huf),
    denominator=func.sum(line.c.appropriated_huf),
    counted_by=line.c.period_on,
    where=_revenue,
    cut_by=BY_BUDGET,
    unit="rate",
    better="band",
    band=(0.9, 1.1),
    process="financial_management",
    chart="rate",
)

ORIGINAL_HUF = Metric(
    id="original_huf",
    code="BU01C",
    field="budget",
    name={"hu": "Eredeti kiadási előirányzat", "en": "Original appropriation"},
    definition={
        "hu": "Az időszakra könyvelt eredeti kiadási előirányzat (K1–K9) összesen.",
        "en": "Original appropriation of expenditure booked in the period (K1–K9).",
    },
    fact=line,
    kind="sum",
    numerator=func.sum(line.c.original_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

APPROPRIATED_HUF = Metric(
    id="appropriated_huf",
    code="BU01D",
    field="budget",
    name={"hu": "Módosított kiadási előirányzat", "en": "Modified appropriation"},
    definition={
        "hu": "Az időszakra könyvelt módosított kiadási előirányzat (K1–K9) összesen.",
        "en": "Modified appropriation of expenditure booked in the period (K1–K9).",
    },
    fact=line,
    kind="sum",
    numerator=func.sum(line.c.appropriated_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

VARIANCE_HUF = Metric(
    id="variance_huf",
    code="BU01E",
    field="budget",
    name={"hu": "Eltérés a módosított előirányzattól", "en": "Variance from the modified appropriation"},
    definition={
        "hu": "Az időszakra könyvelt teljesített kiadás és módosított kiadási előirányzat (K1–K9) különbsége; "
        "túlteljesítés esetén pozitív.",
        "en": "Expenditure performed less the modified appropriation booked in the period (K1–K9); positive where "
        "overspent.",
    },
    fact=line,
    kind="sum",
    numerator=func.coalesce(func.sum(line.c.spent_huf), 0) - func.coalesce(func.sum(line.c.appropriated_huf), 0),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

REVENUE_HUF = Metric(
    id="revenue_huf",
    code="BU01F",
    field="budget",
    name={"hu": "Teljesített bevétel", "en": "Revenue received"},
    definition={
        "hu": "Az időszakban teljesített bevétel (B1–B8) összesen.",
        "en": "Revenue received in the period (B1–B8).",
    },
    fact=line,
    kind="sum",
    numerator=func.sum(line.c.spent_huf),
    counted_by=line.c.period_on,
    where=_revenue,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

COMMITMENT_RATE = Metric(
    id="commitment_rate",
    code="BU02",
    field="budget",
    name={"hu": "Kötelezettségvállalással terhelt előirányzat aránya", "en": "Commitment"},
    definition={
        "hu": "Kötelezettségvállalás az időszakra könyvelt módosított kiadási előirányzathoz (K1–K9) viszonyítva.",
        "en": "Commitments over the modified appropriation of expenditure booked in the period (K1–K9).",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.committed_huf),
    denominator=func.sum(line.c.appropriated_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="rate",
    better="band",
    band=(0.0, 1.0),
    process="financial_management",
    chart="rate",
)

COMMITTED_HUF = Metric(
    id="committed_huf",
    code="BU02B",
    field="budget",
    name={"hu": "Kötelezettségvállalás", "en": "Commitments"},
    definition={
        "hu": "Az időszakra könyvelt kötelezettségvállalás (K1–K9) összesen.",
        "en": "Commitments booked in the period (K1–K9).",
    },
    fact=line,
    kind="sum",
    numerator=func.sum(line.c.committed_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

SPENT_HUF = Metric(
    id="spent_huf",
    code="BU04",
    field="budget",
    name={"hu": "Teljesített kiadás", "en": "Expenditure"},
    definition={
        "hu": "Az időszakban teljesített kiadás (K1–K9) összesen, azon szereplőnél, amelyet terhel.",
        "en": "Expenditure performed in the period (K1–K9), at the actor that bears it.",
    },
    fact=line,
    kind="sum",
    numerator=func.sum(line.c.spent_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=BY_BUDGET,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

_RUN = func.coalesce(line.c.nature == "run", _of(OPERATING))
_RUN_OR_CHANGE = line.c.nature.in_(("run", "change")) | _of((*OPERATING, *DEVELOPMENT))

OPERATING_SHARE = Metric(
    id="operating_share",
    code="BU09",
    field="budget",
    name={"hu": "Működtetés aránya a fejlesztéssel szemben", "en": "Run against change"},
    definition={
        "hu": "Működtetésre teljesített kiadás a működtetésre és fejlesztésre teljesített kiadáshoz viszonyítva. A sor "
        "jellege az, amit a forrás megjelöl; jelölés nélkül a K1–K5 működtetés, a K6–K7 fejlesztés, a K8 pedig egyik "
        "sem.",
        "en": "Expenditure performed to run the service, over that performed to run and to change it. A line is of the "
        "nature that its source tags; untagged, K1–K5 is run, K6–K7 is change, and K8 is neither.",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.spent_huf).filter(_RUN),
    denominator=func.sum(line.c.spent_huf).filter(_RUN_OR_CHANGE),
    counted_by=line.c.period_on,
    where=_in(BUDGETARY),
    cut_by=BY_BUDGET,
    unit="rate",
    better="band",
    band=(0.60, 0.75),
    process="financial_management",
    chart="rate",
    version=2,
)

SELF_FINANCING_RATE = Metric(
    id="self_financing_rate",
    code="SF01",
    field="budget",
    name={"hu": "Önfinanszírozás mértéke", "en": "Self-financing"},
    definition={
        "hu": "Teljesített működési célú támogatás államháztartáson belülről (B1), működési bevétel (B4) és működési "
        "célú átvett pénzeszköz (B6) az időszakban teljesített működési kiadáshoz (K1–K5) viszonyítva.",
        "en": "Operating transfers from general government (B1), operating revenue (B4) and operating funds received "
        "(B6), over the operating expenditure (K1–K5) of the period.",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.spent_huf).filter(_of(OPERATING_INCOME)),
    denominator=func.sum(line.c.spent_huf).filter(_of(OPERATING)),
    counted_by=line.c.period_on,
    where=_in((*OPERATING_INCOME, *OPERATING)),
    cut_by=tuple(name for name in BY_BUDGET if name not in ("side", "account", "account_group")),
    unit="rate",
    better="higher",
    target=1.0,
    process="financial_management",
    chart="rate",
)

OWN_INCOME_COVERAGE_RATE = Metric(
    id="own_income_coverage_rate",
    code="SF02",
    field="budget",
    name={"hu": "Működési kiadások fedezete saját bevételből", "en": "Own-income coverage"},
    definition={
        "hu": "Teljesített működési bevétel (B4) és működési célú átvett pénzeszköz (B6) az időszakban teljesített "
        "működési kiadáshoz (K1–K5) viszonyítva.",
        "en": "Operating revenue (B4) and operating funds received (B6), over the operating expenditure (K1–K5) of the "
        "period.",
    },
    fact=line,
    kind="ratio",
    numerator=func.sum(line.c.spent_huf).filter(_of(OWN_INCOME)),
    denominator=func.sum(line.c.spent_huf).filter(_of(OPERATING)),
    counted_by=line.c.period_on,
    where=_in((*OWN_INCOME, *OPERATING)),
    cut_by=tuple(name for name in BY_BUDGET if name not in ("side", "account", "account_group")),
    unit="rate",
    better="neutral",
    process="strategy_management",
    chart="rate",
)

_FREE = func.coalesce(func.sum(line.c.appropriated_huf), 0) - func.greatest(
    func.coalesce(func.sum(line.c.committed_huf), 0), func.coalesce(func.sum(line.c.spent_huf), 0)
)

RUNWAY_MONTHS = Metric(
    id="runway_months",
    code="SF03",
    field="budget",
    name={"hu": "Szabad előirányzat kitartása", "en": "Runway"},
    definition={
        "hu": "Az időszak kötelezettségvállalással nem terhelt és fel nem használt módosított kiadási előirányzata "
        "osztva az átlagos havi teljesített kiadással, hónapban. Havi könyvelésű sorokra értelmezhető; a hónapok száma "
        "a könyvelt hónapoké.",
        "en": "Modified appropriation of the period neither committed nor spent, divided by the mean monthly "
        "expenditure, in months. Meant for lines booked by month; the months are those with lines.",
    },
    fact=line,
    kind="ratio",
    numerator=_FREE * func.count(distinct(line.c.period_on)),
    denominator=func.sum(line.c.spent_huf),
    counted_by=line.c.period_on,
    where=_expenditure,
    cut_by=tuple(name for name in BY_BUDGET if name not in ("day", "week", "month")),
    unit="months",
    better="higher",
    process="financial_management",
    chart="rate",
)

_group = table(
    "yearly_appropriation",
    *(column(name, Text) for name in ("municipality_id", "source", "actor_id", "account_id")),
    column("booked_on", Date),
    column("appropriated_huf", BigInteger),
    column("committed_huf", BigInteger),
)


def _by_year(current: Current) -> Select[Any]:
    """Sums of each budget by fiscal year and main rovat (K1 …), the level that appropriations bind at."""
    keys = [line.c.municipality_id, line.c.source, line.c.actor_id, _GROUP.label("account_id")]
    return (
        select(
            *keys,
            func.max(line.c.period_on).label("booked_on"),
            func.coalesce(func.sum(line.c.appropriated_huf), 0).label("appropriated_huf"),
            func.coalesce(func.sum(line.c.committed_huf), 0).label("committed_huf"),
        )
        .where(current(line), _expenditure(current))
        .group_by(*keys, line.c.fiscal_year)
    )


UNFUNDED_COMMITMENT_HUF = Metric(
    id="unfunded_commitment_huf",
    code="SF04",
    field="budget",
    name={"hu": "Előirányzattal nem fedezett kötelezettségvállalás", "en": "Commitments without appropriation"},
    definition={
        "hu": "A módosított előirányzatot meghaladó kötelezettségvállalás összege szereplőnként, költségvetési "
        "évenként és kiemelt előirányzatonként (K1–K9) számítva, az utolsó könyvelt hónap szerint. A fedezett "
        "előirányzat többlete másét nem csökkenti.",
        "en": "Commitments beyond the modified appropriation, taken for each actor, fiscal year and main rovat "
        "(K1–K9), by the last month booked. A surplus elsewhere does not make up for it.",
    },
    fact=Derived(_group, _by_year, line),
    kind="sum",
    numerator=func.sum(func.greatest(_group.c.committed_huf - _group.c.appropriated_huf, 0)),
    counted_by=_group.c.booked_on,
    cut_by=("year", "account_group", "actor", "actor_type", "source", *BY_PLACE),
    unit="huf",
    better="lower",
    target=0,
    process="strategy_management",
    chart="individual",
)
