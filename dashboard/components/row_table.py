"""The rows behind a figure as a table: what was delivered, in which file and line, by which run."""

from collections.abc import Callable, Sequence

import pandas as pd
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.tables import data_grid
from dashboard.components.titled import titled
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import recent
from data.selection import Selection

MOST_ROWS = 500
HEADINGS = {
    "ticket_id": N_("Ticket"),
    "contract_id": N_("Contract"),
    "contract_kind": N_("Kind of contract"),
    "opened_on": N_("Opened"),
    "service_id": N_("Application or component"),
    "actor_id": N_("Actor"),
    "priority": N_("Priority"),
    "municipality_id": N_("Municipality"),
    "resolution_due_on": N_("Deadline"),
    "resolution_minutes": N_("Time to resolve"),
    "sla_minutes": N_("Agreed time"),
    "resolved_in_sla": N_("In time"),
    "supplier": N_("Supplier"),
    "reference": N_("Reference"),
    "valid_to": N_("In force until"),
    "renewal_started_on": N_("Renewal started"),
    "value_huf": N_("Value"),
    "source_name": N_("Source"),
    "input": N_("File or address"),
    "line": N_("Line"),
    "loaded_run": N_("Run"),
}
CUTS = {
    "service_id": "service",
    "actor_id": "actor",
    "municipality_id": "municipality",
    "contract_kind": "contract_kind",
}


def fact_rows(
    id: str,
    metric: str,
    columns: Sequence[str],
    *,
    title: str,
    change: Callable[[Selection], Selection] = recent,
    height: int = 420,
) -> Block:
    """Declare a table of rows behind a metric. columns: of the fact, in their order; title: message id."""

    def show(answered: Answered, look: Look) -> Component:
        found = answers().origin(Ask(metric), answered[0].selection, limit=MOST_ROWS).rows
        if found.empty:
            return titled(_(title, look.language), "", states.empty(look.language))
        shown = readable(found[[name for name in columns if name in found]], look)
        count = _("the first {count} at most", look.language, count=formats.number(MOST_ROWS, look.language))
        grid = data_grid(shown, _(title, look.language), look.language, height=height, fit=False)
        return titled(_(title, look.language), count, grid)

    return block(id, Ask(metric, change=change), show=show, height=height + 80, class_name="chart-card")


def readable(rows: pd.DataFrame, look: Look) -> pd.DataFrame:
    """Rows of a fact as a person reads them: names for ids, days and durations written out."""
    return pd.DataFrame(
        {_(HEADINGS[name], look.language): _cells(rows[name], name, look.language) for name in rows.columns}
    )


def _cells(values: pd.Series, name: str, language: str) -> list[object] | pd.Series:
    if name in CUTS:
        return [words.label(CUTS[name], value, language) for value in values]
    if name.endswith("_on") or name == "valid_to":
        return ["" if formats.missing(value) else str(value)[:10] for value in values]
    if name.endswith("_minutes"):
        return [formats.duration(value, language) for value in values]
    if values.dtype == bool or name == "resolved_in_sla":
        return ["" if formats.missing(value) else _("yes" if value else "no", language) for value in values]
    return values
