"""The plans of allocation there are, and which one a month goes by."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from data.cost.plan import Plan, parse_plan
from data.schema import allocation_plan


def read_plans(connection: Connection) -> list[Plan]:
    """The plans there are, the earliest first."""
    rows = connection.execute(select(allocation_plan).order_by(allocation_plan.c.valid_from, allocation_plan.c.version))
    return [parse_plan(row.content, f"allocation plan {row.version}") for row in rows]


def plan_of_month(plans: Iterable[Plan], month: date) -> Plan | None:
    """The newest plan that is valid on the month's first day (of equal ones the greater version); None without one."""
    return max(
        (plan for plan in plans if plan.valid_from <= month and (plan.valid_to is None or month < plan.valid_to)),
        key=lambda plan: (plan.valid_from, plan.version),
        default=None,
    )
