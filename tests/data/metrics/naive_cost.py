"""Figures of cost once more: plain loops over what was allocated (fact_cost_… of the world) and over facts."""

from datetime import timedelta

from tests.data.metrics.naive import add, counted, expenditure, table
from tests.data.metrics.world import Row, World

CALLS = ("incident", "service_request")


def first_of(day):
    return day.replace(day=1)


def lines_by_application(world: World) -> list[Row]:
    kinds = {row["service_id"]: row["kind"] for row in world["services"]}
    return [
        {**row, "municipality_id": "00000", "service_id": row["application_id"],
         "direct": row["amount_huf"] if kinds.get(row["service_id"]) == "application" else 0}
        for row in world["fact_cost_line"]
    ]  # fmt: skip


def without_place(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "municipality_id"} for row in rows]


@counted("allocated_cost_huf", lambda world: without_place(lines_by_application(world)), by="month", job="budget")
def allocated_cost_huf(rows):
    return add(rows, "amount_huf"), 1


@counted("direct_cost_share", lambda world: without_place(lines_by_application(world)), by="month", job="budget")
def direct_cost_share(rows):
    return add(rows, "direct"), add(rows, "amount_huf")


def ledger_and_allocation(world: World) -> list[Row]:
    ledger = [{**row, "month": first_of(row["period_on"]), "left": row["spent_huf"] or 0} for row in expenditure(world)]
    return without_place(ledger + [{**row, "left": -row["amount_huf"]} for row in world["fact_cost_line"]])


@counted("allocation_residual_huf", ledger_and_allocation, by="month", job="budget")
def allocation_residual_huf(rows):
    return add(rows, "left"), 1


def charged(world: World) -> list[Row]:
    return [
        {"municipality_id": row["municipality_id"], "service_id": row["application_id"], "month": row["month"],
         "huf": row["amount_huf"], "place": None, "amount": 0}
        for row in world["fact_cost_share"] if row["municipality_id"] != "00000"
    ]  # fmt: skip


def allocated_months(world: World) -> set:
    return {row["month"] for row in world["fact_cost_month"]}


def charged_and_live(world: World) -> list[Row]:
    live = set()
    for month in allocated_months(world):
        end = first_of(month + timedelta(days=31))
        for row in world["fact_contract_service"]:
            begun = row["live_on"] is not None and row["live_on"] < end
            if begun and (row["ended_on"] is None or row["ended_on"] >= end) and row["municipality_id"] != "00000":
                live.add((row["municipality_id"], row["service_id"], month))
    return charged(world) + [
        {"municipality_id": place, "service_id": service, "month": month, "huf": 0, "place": (place, month),
         "population": world["places"][place]["population"] or 0}
        for place, service, month in live
    ]  # fmt: skip


@counted("municipality_cost_huf", charged_and_live, by="month", job="budget")
def municipality_cost_huf(rows):
    return add(rows, "huf"), len({row["place"] for row in rows if row["place"]})


@counted("inhabitant_cost_huf", charged_and_live, by="month", job="budget")
def inhabitant_cost_huf(rows):
    people = {row["place"]: row["population"] for row in rows if row["place"]}
    return 1000 * add(rows, "huf"), sum(people.values())


def charged_and_used(name: str):
    def rows(world: World) -> list[Row]:
        use = [row for row in world["fact_usage"] if row[name] is not None]
        told = {(row["service_id"], row["period_on"]) for row in use}
        months = allocated_months(world)
        return [row for row in charged(world) if (row["service_id"], row["month"]) in told] + [
            {"municipality_id": row["municipality_id"], "service_id": row["service_id"], "month": row["period_on"],
             "huf": 0, "amount": row[name]}
            for row in use if row["period_on"] in months
        ]  # fmt: skip

    return rows


@counted("user_cost_huf", charged_and_used("active_users"), by="month", job="budget")
def user_cost_huf(rows):
    return add(rows, "huf"), add(rows, "amount")


@counted("transaction_cost_huf", charged_and_used("transactions"), by="month", job="budget")
def transaction_cost_huf(rows):
    return add(rows, "huf"), add(rows, "amount")


def support_and_resolved(world: World) -> list[Row]:
    months = allocated_months(world)
    cost = [
        {"actor_id": row["actor_id"], "service_id": row["application_id"], "level": row["level"],
         "month": row["month"], "huf": row["amount_huf"], "tickets": 0}
        for row in world["fact_cost_support"]
    ]  # fmt: skip
    calls = table("fact_ticket", lambda row: row["ticket_type"] in CALLS and row["resolved_on"] is not None)(world)
    return cost + [
        {"actor_id": row["actor_id"], "service_id": row["service_id"], "level": row["level"],
         "month": first_of(row["resolved_on"]), "huf": 0, "tickets": 1}
        for row in calls if first_of(row["resolved_on"]) in months
    ]  # fmt: skip


@counted("ticket_cost_huf", support_and_resolved, by="month", job="budget")
def ticket_cost_huf(rows):
    return add(rows, "huf"), add(rows, "tickets"), add(rows, "tickets")
