"""The plans of allocation there are, and which one a month goes by."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from data.cost.plan import Plan, parse_plan
from data.schema import allocation_plan


def read_plans(connection: Connection) -> list[Plan]:
    """The plans there are, the earliest first."""
    rows = connection.execute(select(allocation_plan).order_by(allocation_plan.c.valid_from, allocation_plan.c.version))
    return [stored_plan(row.content, row.version) for row in rows]


def plan_text_of(connection: Connection, version: str) -> str | None:
    """A plan as it was written; None where there is no such version."""
    return connection.scalar(select(allocation_plan.c.content).where(allocation_plan.c.version == version))


def plan_named(connection: Connection, version: str) -> Plan | None:
    """The plan of a version; None where there is none."""
    text = plan_text_of(connection, version)
    return None if text is None else stored_plan(text, version)


def stored_plan(text: str, version: str) -> Plan:
    """The plan of a stored text."""
    return parse_plan(text, place_of(version))


def place_of(version: str) -> str:
    """What errors name of a stored plan."""
    return f"allocation plan {version}"


def plan_of_month(plans: Iterable[Plan], month: date) -> Plan | None:
    """The newest plan that is valid on the month's first day (of equal ones the greater version); None without one."""
    return max(
        (plan for plan in plans if plan.valid_from <= month and (plan.valid_to is None or month < plan.valid_to)),
        key=lambda plan: (plan.valid_from, plan.version),
        default=None,
    )
