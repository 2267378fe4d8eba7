"""What pages of scenarios read: months and plans to choose from, and outcomes, each worked out once a snapshot."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from dashboard.answers import answers
from data.cost.plan import Plan
from data.cost.plans import plan_of_month, read_plans
from data.cost.scenario import Scenario, changes_to_json
from data.cost.scenario_run import Outcome, evaluate, evaluate_by_size
from data.schema import cost_month


def allocated_months() -> list[date]:
    """The months that have been allocated, the newest first."""

    def read(connection: Connection) -> list[date]:
        months = select(cost_month.c.month).where(cost_month.c.superseded_run.is_(None)).distinct()
        return sorted(connection.scalars(months), reverse=True)

    return answers().read(("scenario months",), read)


def plan_of(month: date) -> Plan | None:
    """The plan in force in a month."""
    return answers().read(("scenario plan", month), lambda connection: plan_of_month(read_plans(connection), month))


def outcome_of(scenario: Scenario) -> Outcome:
    """What comes of a scenario. Raises BadScenario."""
    return answers().read(("scenario", *_key(scenario)), lambda connection: evaluate(connection, scenario))


def sizes_of(scenario: Scenario) -> pd.DataFrame:
    """What reaches municipalities by size band. Dear: asked for only where the reader wants it. Raises BadScenario."""
    return answers().read(
        ("scenario by size", *_key(scenario)), lambda connection: evaluate_by_size(connection, scenario)
    )


def _key(scenario: Scenario) -> tuple[date, int | None, str]:
    return scenario.last_month, scenario.as_of, changes_to_json(scenario.changes)
