"""A small, seeded state of joining, roles, certificates and use: successions, gaps, renewals, unknown members."""

import random
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
# Two joint offices, two of their own, a county government, unknown.
PLACES = ("01508", "13657", "33880", "01526", "03665", "07959", "02015", "02060", "M02", "00000")
SERVICES = ("ADO", "GAZD", "INGKAT", "IRAT", "IPARKER", "KERET", "PORTAL", "C01_VIRT", "UNKNOWN")
FIRST, DAYS = date(2024, 1, 1), 620
ROLES = ("official_representative", "contact_person", "key_user", "local_it_operator")


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, *members: Any) -> Any:
        return self.random.choice(members)

    def maybe(self, value: Any, share: float = 0.7) -> Any:
        return value if self.random.random() < share else None

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randrange(DAYS))

    def after(self, day: date | None, most: int, share: float = 0.7) -> date | None:
        return None if day is None else self.maybe(day + timedelta(days=self.random.randrange(most)), share)


def make_world(seed: int) -> dict[str, list[Row]]:
    """Rows by table, current versions only; what a row leaves out has the defaults of tests/conftest.py."""
    make = Maker(seed)
    world: dict[str, list[Row]] = {
        "fact_contract": [], "fact_contract_service": [], "fact_role_holder": [], "fact_training": [],
        "fact_ticket": [], "fact_usage": [],
    }  # fmt: skip
    for code in PLACES:
        world["fact_contract"] += _joinings(make, code)
        for role in ROLES:
            world["fact_role_holder"] += _holders(make, code, role, "NA" if role != "key_user" else None)
        for service in SERVICES:
            world["fact_contract_service"] += _uses(make, code, service)
            world["fact_training"] += _trainings(make, code, service)
            world["fact_ticket"] += _tickets(make, code, service)
            world["fact_usage"] += _usage(make, code, service)
    return world


def _joinings(make: Maker, code: str) -> list[Row]:
    rows: list[Row] = []
    day: date | None = make.day() - timedelta(days=300)
    for _ in range(make.one(1, 1, 2, 3)):
        if day is None:
            break
        end = make.after(day, 500, 0.5)
        rows.append(
            {"contract_kind": "joining", "joining_type": make.one("system", "system", "interface", None),
             "valid_from": make.maybe(day, 0.9), "signed_on": make.maybe(day, 0.95), "valid_to": end,
             "wave": make.one(1, 2, 3, None)}
        )  # fmt: skip
        day = end and end + timedelta(days=make.one(0, 1, 1, 2, 30))
    rows.append({"contract_kind": "service", "joining_type": "interface"})
    return [row | {"municipality_id": code} for row in rows]


def _uses(make: Maker, code: str, service: str) -> list[Row]:
    rows, day = [], make.day() - timedelta(days=200)
    for _ in range(make.one(0, 1, 1, 1, 2, 3)):
        end = make.after(day, 400, 0.4)
        rows.append(
            {"municipality_id": code, "service_id": service, "contracted_on": make.maybe(day, 0.9),
             "provisioned_on": make.after(day, 60),
             "live_on": make.maybe(day + timedelta(days=make.one(-20, 0, 40)), 0.6), "ended_on": end}
        )  # fmt: skip
        day = (end or day) + timedelta(days=make.one(0, 0, 1, 60))
    return rows


def _holders(make: Maker, code: str, role: str, service: str | None) -> list[Row]:
    rows, day = [], make.day() - timedelta(days=200)
    for _ in range(make.one(1, 2, 3, 4)):
        end = make.after(day, 300, 0.4)
        of = service or make.one("NA", "NA", *SERVICES)
        rows.append(
            {"municipality_id": code, "role": role, "service_id": of, "appointed_on": make.maybe(day, 0.95),
             "ended_on": end}
        )  # fmt: skip
        day = (end or day) + timedelta(days=make.one(0, 0, 0, 1, 90))
    return rows


def _trainings(make: Maker, code: str, service: str) -> list[Row]:
    rows = []
    for _ in range(make.one(0, 0, 1, 2, 3)):
        day = make.day()
        certified = make.maybe(day + timedelta(days=make.one(0, 5)), 0.6)
        rows.append(
            {"municipality_id": code, "service_id": service, "started_on": day, "certified_from": certified,
             "certified_to": make.after(certified, 400, 0.8),
             "role": make.one("key_user", "key_user", "contact_person"), "withdrawn_on": make.maybe(day, 0.2)}
        )  # fmt: skip
    return rows


def _tickets(make: Maker, code: str, service: str) -> list[Row]:
    return [
        {"municipality_id": code, "service_id": service, "opened_on": make.day() - timedelta(days=make.one(0, 200)),
         "ticket_type": make.one("incident", "service_request", "problem"),
         "channel": make.one("portal", "monitoring", None)}
        for _ in range(make.one(0, 0, 1, 2))
    ]  # fmt: skip


def _usage(make: Maker, code: str, service: str) -> list[Row]:
    """ADO counts its use up to the end, GAZD stopped three months before it and IRAT two, the others do not count."""
    last = {"ADO": 8, "GAZD": 5, "IRAT": 6}.get(service)
    if last is None:
        return []
    return [
        {"municipality_id": code, "service_id": service, "period_on": date(2025, month, 1),
         "transactions": make.one(0, 0, None, 12), "active_users": make.one(0, None, 0, 2)}
        for month in range(3, last + 1)
        if make.maybe(True, 0.8)
    ]  # fmt: skip
