"""A made-up, seeded state of the reporting database: nulls, unknown members, superseded versions, border days."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
World = dict[str, list[Row]]

BUDAPEST = ZoneInfo("Europe/Budapest")
EARLY = {"usage": 200, "tickets": 201, "contracts": 202, "training": 203, "budget": 204}
LATE = {"tickets": 205, "contracts": 206, "training": 207, "budget": 208, "usage": 209}
EARLY_LAST, LATE_LAST = datetime(2025, 9, 29, 21, 59), datetime(2025, 12, 30, 22, 30)  # of the same days in Budapest
EARLIER_RUN = 204
FIRST, DAYS = date(2024, 10, 1), 520
SERVICES = ("ADO", "GAZD", "KERET", "C01_VIRT", "UNKNOWN")
ACTORS = ("nisz", "operator_ado", "operator_gazd", "unknown")
ACCOUNTS = (
    "K1", "K11", "K1101", "K3", "K31", "K311", "K312", "K6", "K61", "K8", "K9", "K91", "B1", "B16", "B4", "B401",
    "B402", "B6", "B65", "B3", "B34", "B34.1",
)  # fmt: skip
WHOLES = {"enabled_users": "active_users", "cases": "online_cases", "forms_started": "forms_submitted",
          "files_due": "files_on_time"}  # fmt: skip
TYPES = ("incident", "incident", "incident", "service_request", "problem", "change", "demand", "security_finding",
         "continuity_test")  # fmt: skip


class Maker:
    """Draws values; the same seed gives the same world."""

    def __init__(self, seed: int, municipalities: list[str]) -> None:
        self.random = random.Random(seed)
        self.municipalities = [*municipalities, "00000"]

    def one(self, *members: Any) -> Any:
        return self.random.choice(members)

    def maybe(self, value: Any, share: float = 0.7) -> Any:
        return value if self.random.random() < share else None

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def day(self) -> date:
        """Often the first or last of a month."""
        day = FIRST + timedelta(days=self.number(0, DAYS))
        if self.random.random() < 0.2:
            day = day.replace(day=1) - timedelta(days=self.number(0, 1))
        return day

    def after(self, day: date | None, most: int, share: float = 0.7) -> date | None:
        """The same day up to so many later; often nothing."""
        return None if day is None else self.maybe(day + timedelta(days=self.number(0, most)), share)

    def time(self) -> datetime:
        """UTC, often within the hour round a midnight of Budapest."""
        day = self.day()
        hour = self.one(22, 23, 21, self.number(0, 23))
        return datetime(day.year, day.month, day.day, hour, self.number(0, 59))


def make_world(seed: int, municipalities: list[str]) -> World:
    """Rows of every fact by table, and of etl_run and etl_input. municipalities: the KSH codes to spread them over."""
    make = Maker(seed, municipalities)
    world: World = {
        "fact_ticket": _versions(make, "tickets", 900, _ticket),
        "fact_contract": _versions(make, "contracts", 140, _contract),
        "fact_contract_service": _versions(make, "contracts", 200, _use),
        "fact_role_holder": _versions(make, "contracts", 200, _holder),
        "fact_training": _versions(make, "training", 400, _training),
        "fact_budget": _versions(make, "budget", 500, _line),
    }
    world["etl_run"], world["etl_input"] = _runs(make)
    world["fact_usage"] = _versions(Maker(seed + 1, municipalities), "usage", 900, _month_of_use)
    return world


def local_day(at: datetime | None) -> date | None:
    return None if at is None else at.replace(tzinfo=UTC).astimezone(BUDAPEST).date()


def _versions(make: Maker, job: str, count: int, draw: Any) -> list[Row]:
    """Rows of each key: known from the early or the late run on, some of the early ones changed by the late run."""
    rows = []
    for number in range(count):
        early, changed = make.one(True, True, False), make.one(True, False, False)
        key = {"source": make.one("north", "south"), "municipality_id": make.one(*make.municipalities)}
        first, last = EARLY[job], LATE[job]
        spans = [(first, last), (last, None)] if early and changed else [(first if early else last, None)]
        for loaded, superseded in spans:
            row = draw(make, number) | key
            rows.append(
                row | {"input_id": loaded, "line": number + 1, "loaded_run": loaded, "superseded_run": superseded}
            )
    return rows


def _ticket(make: Maker, number: int) -> Row:
    opened_at = make.time()
    opened_on = local_day(opened_at)
    resolved_at = make.maybe(opened_at + timedelta(minutes=make.number(0, 90_000)))
    resolved_on = local_day(resolved_at)
    cancelled = resolved_on is None and make.one(True, False, False)
    ended_on = make.after(opened_on, 40, 1.0) if cancelled else resolved_on
    escalated_at = make.maybe(opened_at + timedelta(minutes=make.number(0, 3000)), 0.4)
    acknowledged_at = make.maybe(make.time(), 0.5) if escalated_at else None
    due_on = make.after(opened_on, 60)
    started_at = make.maybe(opened_at - timedelta(seconds=make.number(0, 40_000)), 0.5)
    back_at = make.maybe(started_at + timedelta(seconds=make.number(0, 400_000))) if started_at else None
    return {
        "ticket_id": f"T{number}", "ticket_type": make.one(*TYPES), "service_id": make.one(*SERVICES),
        "actor_id": make.one(*ACTORS), "priority": make.one("P1", "P2", "P3", "P4", None),
        "channel": make.one("portal", "portal", "email", "phone", None), "category": make.one("A", "B", None),
        "status": "cancelled" if cancelled else "resolved" if resolved_on else make.one("open", None),
        "level": make.one(1, 1, 2, None), "opened_at": opened_at, "opened_on": opened_on,
        "escalated_at": escalated_at, "acknowledged_at": acknowledged_at, "resolved_at": resolved_at,
        "resolved_on": resolved_on, "ended_on": ended_on, "response_due_on": make.after(opened_on, 3),
        "resolution_due_on": make.after(opened_on, 20), "response_minutes": make.maybe(make.number(0, 500)),
        "resolution_minutes": make.maybe(make.number(0, 5000)) if resolved_on else None,
        "acknowledge_minutes": make.number(0, 400) if acknowledged_at else None,
        "responded_in_sla": make.one(True, False, None), "resolved_in_sla": make.one(True, False, None),
        "reassignment_count": make.one(0, 1, 2, 3, 4, None), "reopen_count": make.one(0, 0, 1, None),
        "satisfaction": make.one(1, 3, 4, 5, None, None),
        "problem_id": make.one("P7", f"T{make.number(0, 60)}", None, None),
        "caused_by_change_id": make.one("C1", None, None), "is_major": make.one(True, False, None),
        "is_emergency": make.one(True, False, None), "detected_by": make.one("monitoring", "user", None),
        "outcome": make.one("success", "success", "rolled_back", "failed", None),
        "origin": make.one("law", "law", "municipal", None),
        "decision": make.one("accepted", "accepted", "rejected", None),
        "initial_priority": make.one("P1", "P3", None), "approved_on": make.after(opened_on, 20),
        "implemented_on": make.after(opened_on, 40), "decided_on": make.after(opened_on, 30),
        "analysed_on": make.after(opened_on, 15), "announced_on": make.after(opened_on, 5),
        "effective_on": make.after(opened_on, 40), "due_on": due_on, "root_cause_on": make.after(opened_on, 40),
        "workaround_on": make.after(opened_on, 60), "outage_minutes": make.one(0, 30, 2_000_000, None),
        "affected_users": make.one(1, 40, 30_000, None), "rto_minutes": make.one(240, 480, None),
        "recovery_minutes": make.one(200, 240, 500, None), "rpo_minutes": make.one(60, None),
        "data_loss_minutes": make.one(0, 60, 61, None), "outage_started_at": started_at, "outage_ended_at": back_at,
        "outage_scope": make.one("whole", "whole", "part", None), "built_on": make.after(opened_on, 30),
        "trained_on": make.after(opened_on, 40), "closed_at": None,
    }  # fmt: skip


def _contract(make: Maker, number: int) -> Row:
    valid_from = make.maybe(make.day(), 0.85)
    amount = make.number(1, 10**12)
    due = make.one(0, 1_000_000, None)
    return {
        "contract_id": f"C{number}",
        "contract_kind": make.one("joining", "joining", "service", "underpinning", "award"),
        "actor_id": make.one(*ACTORS), "service_id": make.one(*SERVICES), "supplier": make.one("S1", "S2", None),
        "joining_type": make.one("system", "system", "interface", None), "signed_on": make.maybe(make.day(), 0.9),
        "valid_from": valid_from, "valid_to": make.after(valid_from, 400, 0.6),
        "renewal_started_on": make.maybe(make.day(), 0.3), "original_huf": make.maybe(amount, 0.8),
        "value_huf": make.maybe(amount + make.one(0, 5_000_000, -3_000), 0.8), "invoiced_huf": make.maybe(amount // 3),
        "penalty_due_huf": due, "penalty_applied_huf": make.maybe(due // 2) if due else None,
        "bids_count": make.one(1, 1, 2, 5, None),
    }  # fmt: skip


def _use(make: Maker, number: int) -> Row:
    contracted_on = make.maybe(make.day(), 0.9)
    live_on = make.after(contracted_on, 200)
    return {
        "contract_id": f"C{number}", "service_id": make.one(*SERVICES), "contracted_on": contracted_on,
        "provisioned_on": make.after(contracted_on, 100), "live_on": live_on, "ended_on": make.after(live_on, 200, 0.2),
    }  # fmt: skip


def _holder(make: Maker, number: int) -> Row:
    appointed_on = make.maybe(make.day(), 0.9)
    return {
        "holder_key": f"H{number}", "service_id": make.one(*SERVICES), "person_hash": f"person {make.number(1, 60)}",
        "role": make.one("official_representative", "contact_person", "key_user", "local_it_operator"),
        "appointed_on": appointed_on, "ended_on": make.after(appointed_on, 200, 0.3),
    }  # fmt: skip


def _training(make: Maker, number: int) -> Row:
    started_on = make.day()
    certified_from = make.after(started_on, 30, 0.5)
    return {
        "enrolment_id": f"E{number}", "person_hash": f"person {make.number(1, 90)}", "course_id": make.one("X", "Y"),
        "service_id": make.one(*SERVICES), "role": make.one("key_user", "key_user", "contact_person", None),
        "started_on": started_on, "completed_on": make.after(started_on, 40),
        "result": make.one("passed", "failed", "withdrawn", "in_progress", None),
        "attempted": make.one(True, False, None),
        "certified_from": certified_from, "certified_to": make.after(certified_from, 300, 0.5),
        "satisfaction": make.one(2, 4, 5, None), "cost_huf": make.maybe(make.number(0, 90_000)),
    }  # fmt: skip


def _line(make: Maker, number: int) -> Row:
    period_on = make.day().replace(day=1)
    account_id = make.one(*ACCOUNTS)
    return {
        "line_id": f"L{number}", "fiscal_year": period_on.year, "period_on": period_on,
        "side": "expenditure" if account_id.startswith("K") else "revenue", "account_id": account_id,
        "function_id": make.one("011130", "unknown"), "actor_id": make.one(*ACTORS),
        "service_id": make.one("ADO", "NA"), "original_huf": _amount(make, 1), "appropriated_huf": _amount(make, 1),
        "committed_huf": _amount(make, 1), "spent_huf": _amount(make, -1000),
        "nature": (None, None, "run", "change", None)[number % 5],
    }  # fmt: skip


def _month_of_use(make: Maker, number: int) -> Row:
    """Few months and applications, so that pairs have months on end, gaps between them, and rows twice."""
    wholes = {name: make.one(0, None, make.number(1, 40), make.number(1, 40)) for name in WHOLES}
    return {
        "usage_id": f"U{number}", "service_id": make.one(*SERVICES),
        "period_on": date(2025, 1, 1).replace(month=make.number(1, 11)), **wholes,
        **{part: None if wholes[whole] is None else make.maybe(make.number(0, wholes[whole]), 0.9)
           for whole, part in WHOLES.items()},
        "transactions": make.one(0, 0, None, make.number(1, 9000)),
    }  # fmt: skip


def _amount(make: Maker, least: int) -> int | None:
    return make.one(0, None, make.number(least, 10**12))


def _runs(make: Maker) -> tuple[list[Row], list[Row]]:
    """The two runs of each job, and others of any kind and fate, each with one input; numbers grow with time."""
    runs: list[Row] = []
    inputs: list[Row] = []
    for jobs, newest in ((EARLY, EARLY_LAST), (LATE, LATE_LAST)):
        for job, run in jobs.items():
            runs.append({"run_id": run, "job": job, "status": "published", "finished_at": newest + timedelta(hours=5)})
            inputs.append(_input(make, run, "loaded", newest))
    for run in range(301, 361):
        job = make.one("tickets", "contracts", "training", "budget", "reference", "quarantine")
        status = make.one("published", "published", "published", "failed", "rolled_back")
        finished_at = make.time()
        runs.append({"run_id": run, "job": job, "status": status, "finished_at": finished_at})
        newest = make.maybe(datetime(2025, 1, 1) + timedelta(hours=make.number(0, 5000)))
        inputs.append(_input(make, run, make.one("loaded", "loaded", "skipped", "failed"), newest))
    return runs, inputs


def _input(make: Maker, run: int, status: str, newest: datetime | None) -> Row:
    counts = {name: make.maybe(make.number(0, 50), 0.9) for name in
              ("loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined", "unmatched_municipality",
               "unmatched_service", "unmatched_actor")}  # fmt: skip
    read = sum(counts[name] or 0 for name in list(counts)[:5]) + make.one(0, 0, 0, 3, -2)
    return {
        "input_id": run, "run_id": run, "source": make.one("north", "south"), "input": f"{run}.csv", "status": status,
        "newest_at": newest, "read": read, **counts,
    }  # fmt: skip
