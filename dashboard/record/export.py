"""The whole log as one table: a row for each row of the log, in the order of the chain."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import formats
from dashboard.exports.sheet import Sheet
from dashboard.locale import translate as _
from dashboard.record import words
from dashboard.record.figure import selection_seen
from dashboard.record.items import Entry, Item


def sheet(items: Sequence[Item], language: str) -> Sheet:
    """Items with their entries, ready for csv_bytes()."""
    rows = [_item_row(item, language) for item in items]
    rows += [_entry_row(item, entry, language) for item in items for entry in item.entries]
    columns = list(rows[0]) if rows else [_("Row", language)]
    title = _("Questions and decisions", language)
    found = pd.DataFrame(rows, columns=columns)
    return Sheet(title, found.sort_values(columns[0], ignore_index=True), {}, _("decision-log", language), {})


def _item_row(item: Item, language: str) -> dict[str, Any]:
    figure = item.figure
    return {
        _("Row", language): item.position,
        _("Item", language): item.number,
        _("What was recorded", language): _(words.KINDS[item.kind], language),
        _("Text", language): item.text,
        _("Asked to answer", language): words.actor_said(item.responsible_id, language),
        _("Due", language): item.first_due_on.isoformat(),
        _("Name", language): item.author_name,
        _("Role", language): item.author_role,
        _("Recorded on", language): formats.moment(item.created_at, language),
        _("State", language): _(words.STATES[item.state][1], language),
        _("Goes on from", language): item.follows,
        _("Figure", language): words.figure_name(figure.metric_id, language),
        _("Metric and version", language): f"{figure.metric_id} ({figure.metric_version})",
        _("Period", language): words.period_said(selection_seen(figure), language),
        _("Filters", language): words.members_said(selection_seen(figure), language),
        _("Value", language): figure.value,
        _("Numerator", language): figure.numerator,
        _("Denominator", language): figure.denominator,
        _("Rows behind it", language): figure.n,
        _("Run", language): figure.run_id,
        _("Snapshot", language): figure.snapshot,
        _("Accountable", language): words.actor_said(figure.accountable_id, language),
        "SHA-256": item.hash,
    }


def _entry_row(item: Item, entry: Entry, language: str) -> dict[str, Any]:
    return {
        _("Row", language): entry.position,
        _("Item", language): item.number,
        _("What was recorded", language): _(words.ENTRIES[entry.kind], language),
        _("Text", language): entry.text,
        _("Due", language): entry.due_on.isoformat() if entry.due_on else None,
        _("Name", language): entry.author_name,
        _("Role", language): entry.author_role,
        _("Recorded on", language): formats.moment(entry.created_at, language),
        "SHA-256": entry.hash,
    }
