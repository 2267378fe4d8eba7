"""What a reporting database says now, whichever way it came there: to compare two of them."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from data.schema import (
    fact_budget,
    fact_contract,
    fact_contract_service,
    fact_role_holder,
    fact_ticket,
    fact_ticket_event,
    fact_training,
)
from data.settings import DataSettings
from data.store import Store, open_store

FACTS = (
    fact_ticket, fact_ticket_event, fact_contract, fact_contract_service, fact_role_holder, fact_training, fact_budget,
)  # fmt: skip
WAY = frozenset({"input_id", "line", "loaded_run", "superseded_run"})
"""Columns that tell how a row came in, not what it says"""


def current_facts(store: Store, *facts: Table) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> its current rows without the runs and inputs that brought them, sorted; all fact tables unless named.

    Two databases say the same when this is equal; the engines may be different ones.
    """
    with store.reading() as connection:
        return {
            fact.name: sorted(
                (tuple(row) for row in connection.execute(select(*_told(fact)).where(fact.c.superseded_run.is_(None)))),
                key=repr,
            )
            for fact in facts or FACTS
        }


def another_store(template: Path, folder: Path) -> Store:
    """A prepared DuckDB store beside the one of a test; close it. template: the fixture duckdb_template."""
    shutil.copytree(template, folder)
    return open_store(f"duckdb:///{folder}", DataSettings(_env_file=None, rollups=False))  # type: ignore[call-arg]


def _told(fact: Table) -> list[Any]:
    return [column for column in fact.c if column.name not in WAY]
