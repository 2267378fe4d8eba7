"""Contracts with suppliers: published values to 2020, carried on year by year, and some troubles of contract keepers.

Suppliers have made-up names: nothing here is said about a real company.
"""

from datetime import date, timedelta

import pandas as pd

from data.reference import register
from etl.demo.facts import OPERATOR, SERVICES, published
from etl.demo.plan import Plan

GROWTH = 1.065  # of support prices a year
YEARLY = ("INGKAT", "IPARKER", "IRAT", "KERET")
GUESSED = {"ADO": 1_480_000_000, "GAZD": 1_120_000_000, "PORTAL": 96_000_000}  # HUF in 2021; not published
COMPONENT_HUF = 68_000_000
SUPPORT_CPV, LICENCE_CPV, SYSTEM_CPV = "72267100-0", "48421000-5", "72610000-9"
EXPIRING, EXPIRES_IN_DAYS = "IRAT", 95  # nobody has started to renew it
RENEWED, RENEWED_ENDS_IN_DAYS = "INGKAT", 140  # renewal under way
LAPSED, LAPSED_DAYS = "IPARKER", 24  # ended so long before the last day, not followed
SINGLE_BIDDERS = ("IRAT", "INGKAT", "IPARKER")
PENALISED = {"INGKAT": (6_200_000, 2_500_000), "IRAT": (11_400_000, 11_400_000)}  # due, applied


def supplier_contracts(plan: Plan) -> pd.DataFrame:
    """One row per contract, by signature, with the columns of the contract register (see _row)."""
    running = _running(plan)
    rows = [*_published(), *running, *map(_award, running)]
    return pd.DataFrame(rows).sort_values(["signed_on", "contract_id"], ignore_index=True)


def _published() -> list[dict[str, object]]:
    """The support contracts of 2018 to 2020 with their real values."""
    facts = register.asp_facts()
    facts = facts[facts["fact"].str.startswith("support_contract_")]
    rows = []
    for fact, value, signed in zip(facts["fact"], facts["value"], facts["as_of"], strict=True):
        name = fact.removeprefix("support_contract_").upper()
        service = name if name in SERVICES else "ADO"  # probate inventories belong to the tax office's work
        start = date.fromisoformat(signed)
        rows.append(
            _row(f"SZ-{start.year}-{name}", service, start, start, _year_later(start), int(value), plan_end=None)
        )
    return rows


def _running(plan: Plan) -> list[dict[str, object]]:
    """From 2021 to the plan's last day: a contract a year for each application, two-yearly ones for components."""
    values = GUESSED | {name: _last_published(name) for name in YEARLY}
    ends = {EXPIRING: EXPIRES_IN_DAYS, RENEWED: RENEWED_ENDS_IN_DAYS}
    rows = []
    for at, name in enumerate(SERVICES):
        component = name not in values
        end = plan.last + timedelta(days=ends.get(name, 200 + 13 * at))
        years = 2 if component else 1
        if name == LAPSED:
            end = plan.last - timedelta(days=LAPSED_DAYS)
        while end.year > 2020:
            start = end.replace(year=end.year - years, day=min(end.day, 28)) + timedelta(days=1)
            price = (COMPONENT_HUF if component else values[name]) * GROWTH ** (start.year - 2020) * years
            signed = start - timedelta(days=20 + 3 * (at % 7))
            if signed <= plan.last:
                rows.append(
                    _row(f"SZ-{start:%Y%m}-{name}", name, signed, start, end, int(price) // 100 * 100, plan.last)
                )
            end = start - timedelta(days=1)
    system = date(2018, 3, 12)
    row = _row(
        "SZ-2018-SZOLGALTATASMENEDZSMENT", "C10_MONITORING", system, system, date(2021, 3, 11), _system_huf(), None
    )
    return [*rows, row | {"cpv": SYSTEM_CPV}]


def _row(
    number: str, service: str, signed: date, start: date, end: date, value: int, plan_end: date | None
) -> dict[str, object]:
    """A contract of the register; plan_end: the day its money is looked at (None: when it was over)."""
    share = 1.0 if plan_end is None else min(1.0, max(0.0, (plan_end - start).days / (end - start).days))
    current = plan_end is not None and start <= plan_end <= end
    amended = int(value * 1.08) // 100 * 100 if sum(map(ord, number)) % 4 == 0 else value
    due, applied = PENALISED.get(service, (0, 0)) if current else (0, 0)
    component = service.startswith("C")
    renewal = end - timedelta(days=190) if service == RENEWED and current else None
    return {
        "contract_id": number,
        "contract_kind": "underpinning" if component else "service",
        "service": service,
        "actor": OPERATOR[service],
        "buyer": "ASP Központ Menedzsment Szervezet (minta)",
        "supplier": f"{service.split('_')[0]} szállító (minta) Kft.",
        "cpv": LICENCE_CPV if component else SUPPORT_CPV,
        "signed_on": pd.Timestamp(signed),
        "valid_from": pd.Timestamp(start),
        "valid_to": pd.Timestamp(end),
        "renewal_started_on": pd.Timestamp(renewal) if renewal else pd.NaT,
        "original_huf": value,
        "value_huf": amended,
        "invoiced_huf": int(amended * share * (0.97 if not component else 1.02)) // 100 * 100,
        "penalty_due_huf": due,
        "penalty_applied_huf": applied,
        "bids_count": None,
    }


def _award(contract: dict[str, object]) -> dict[str, object]:
    """The notice of the award that the contract came from: value and bids, no term."""
    number, service = str(contract["contract_id"]), contract["service"]
    kept = ("service", "actor", "buyer", "supplier", "cpv", "signed_on", "original_huf")
    return {name: contract[name] for name in kept} | {
        "contract_id": number.replace("SZ-", "KH-"),
        "contract_kind": "award",
        "bids_count": 1 if service in SINGLE_BIDDERS else 2 + sum(map(ord, number)) % 3,
    }


def _year_later(day: date) -> date:
    return day.replace(year=day.year + 1) - timedelta(days=1)


def _last_published(name: str) -> int:
    facts = register.asp_facts().set_index("fact").sort_values("as_of")
    return int(facts.loc[[f"support_contract_{name.lower()}"], "value"].to_numpy()[-1])


def _system_huf() -> int:
    return published("service_management_system_contract")
