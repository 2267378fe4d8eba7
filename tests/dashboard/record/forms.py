"""Forms of the decision log, filled in."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from dashboard.record.items import Figure
from dashboard.record.state import today
from dashboard.record.writing import NewEntry, NewItem

FIGURE = Figure(
    metric_id="sla_resolution_rate", metric_version=1, service_id="ADO", selection="from=2025-01&to=2025-03&run=1",
    run_id=1, snapshot="snapshot-00000001.duckdb", value=0.1 + 0.2, numerator=92.0, denominator=100.0, n=100,
    variation="concern", assurance=None, target=0.9, target_low=None, target_high=None, accountable_id="menedzsment",
)  # fmt: skip
TOKENS = count(1)


def new_item(**given: Any) -> NewItem:
    filled: dict[str, Any] = {
        "token": f"form {next(TOKENS)}", "kind": "question", "text": "Miért romlott?", "follows": None,
        "view": "/service", "responsible_id": "operator_ado", "due_on": in_days(14), "author_name": "Minta Anna",
        "author_role": "felügyelő",
    }  # fmt: skip
    return NewItem(**filled | given)


def new_entry(kind: str, **given: Any) -> NewEntry:
    filled: dict[str, Any] = {
        "token": f"form {next(TOKENS)}", "kind": kind, "text": "Megnéztük.", "due_on": None,
        "author_name": "Próba Béla", "author_role": "üzemeltető",
    }  # fmt: skip
    return NewEntry(**filled | given)


def in_days(days: int) -> date:
    return today() + timedelta(days=days)
