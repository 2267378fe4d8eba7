"""Rows of service management as tables in words: major incidents, open problems, overdue findings, law changes,
continuity exercises. Each row leads to its ticket."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.figures.readiness import stage_names, warning
from dashboard.figures.timeline import CRITICAL, DECLARED
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from dashboard.ticket_words import field_value
from data.readiness import STAGES

STAGE_HEADINGS = {
    "announced_on": N_("Promulgated"),
    "analysed_on": N_("Analysis"),
    "decided_on": N_("Decision"),
    "built_on": N_("Build"),
    "trained_on": N_("Training"),
    "implemented_on": N_("Release"),
}
NOT_YET, UNRECORDED = N_("not yet"), N_("not recorded")


def incidents_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Major incidents: when, what, who, how long, whom it hit, whether in time, what caused it."""
    said = rows.to_dict("records")
    table = pd.DataFrame(
        {
            _("Ticket", language): [str(row["ticket_id"]) for row in said],
            _("Began", language): [formats.moment(row["begins_at"].to_pydatetime(), language) for row in said],
            _("Application or component", language): _names(said, "service_id", "service", language),
            _("Actor", language): _names(said, "actor_id", "actor", language),
            _("Kind", language): [_(DECLARED if row["is_declared"] else CRITICAL, language) for row in said],
            _("Lasted", language): [_lasted(row, language) for row in said],
            _("Users affected", language): [_count(row["affected_users"], language) for row in said],
            _("User hours lost", language): [_count(row["lost_hours"], language) for row in said],
            _("Resolved in time", language): [_yes(row["resolved_in_sla"], language) for row in said],
            _("Cause", language): [_cause(row, language) for row in said],
        }
    )
    return _linked(table, rows)


def problems_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Open problems, oldest first, with the incidents they cause."""
    said = rows.to_dict("records")
    table = pd.DataFrame(
        {
            _("Ticket", language): [str(row["ticket_id"]) for row in said],
            _("Application or component", language): _names(said, "service_id", "service", language),
            _("Actor", language): _names(said, "actor_id", "actor", language),
            _("Priority", language): [_text(row["priority"]) for row in said],
            _("Opened", language): [field_value("opened_on", row["opened_on"], language) for row in said],
            _("Open for", language): [formats.value(row["age_days"], "days", language) for row in said],
            _("Root cause recorded", language): [_or_not_yet("root_cause_on", row, language) for row in said],
            _("Workaround made public", language): [_or_not_yet("workaround_on", row, language) for row in said],
            _("Incidents in all", language): [_count(row["incidents"], language) for row in said],
            _("In the last 30 days", language): [_count(row["recent_incidents"], language) for row in said],
        }
    )
    return _linked(table, rows)


def findings_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Overdue findings, longest overdue first, with who answers for them."""
    said = rows.to_dict("records")
    table = pd.DataFrame(
        {
            _("Ticket", language): [str(row["ticket_id"]) for row in said],
            _("Severity", language): [_text(row["priority"]) for row in said],
            _("Application or component", language): _names(said, "service_id", "service", language),
            _("Has to close it", language): _names(said, "actor_id", "actor", language),
            _("Accountable", language): _names(said, "accountable_id", "actor", language),
            _("Opened", language): [field_value("opened_on", row["opened_on"], language) for row in said],
            _("Deadline", language): [field_value("due_on", row["due_on"], language) for row in said],
            _("Overdue by", language): [formats.value(row["overdue_days"], "days", language) for row in said],
        }
    )
    return _linked(table, rows)


def readiness_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Changes of law with the day of each stage, what is missing, and how many days are left."""
    said = rows.to_dict("records")
    columns: dict[str, Any] = {
        _("Change of law", language): [str(row["ticket_id"]) for row in said],
        _("Application or component", language): _names(said, "service_id", "service", language),
        _("Takes effect", language): [formats.day(row["effective_on"], language) for row in said],
        _("Days left, or margin", language): [_left(row, language) for row in said],
        _("Warning", language): [warning(row, language) or _("none", language) for row in said],
    }
    for name in STAGES:
        columns[_(STAGE_HEADINGS[name], language)] = [_stage(name, row, language) for row in said]
    return _linked(pd.DataFrame(columns), rows)


def exercises_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Applications with their last continuity exercise and what was measured."""
    said = rows.to_dict("records")
    table = pd.DataFrame(
        {
            _("Application", language): _names(said, "service_id", "service", language),
            _("Last exercise", language): [_held(row, language) for row in said],
            _("Outcome", language): [_outcome(row, language) for row in said],
            _("Recovery: measured / agreed", language): [
                _pair(row["recovery_minutes"], row["rto_minutes"], language) for row in said
            ],
            _("Data loss: measured / agreed", language): [
                _pair(row["data_loss_minutes"], row["rpo_minutes"], language) for row in said
            ],
            _("Successful one within a year", language): [_yes(row["is_covered"], language) for row in said],
            _("Exercises within a year", language): [_count(row["held_count"], language) for row in said],
            _("Next one planned", language): [
                _("none is planned", language)
                if formats.missing(row["planned_on"])
                else formats.day(row["planned_on"], language)
                for row in said
            ],
        }
    )
    return _linked(table, rows)


def missing_words(row: Any, language: str) -> str:
    """The stages that a change of law still lacks."""
    return stage_names(row["missing"], language)


def _linked(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    table.attrs[LINKS] = [
        "" if formats.missing(key) else ticket_href(str(source), str(key))
        for source, key in zip(rows["source"], rows["ticket_id"], strict=True)
    ]
    return table


def _names(said: Sequence[Any], column: str, cut: str, language: str) -> list[str]:
    return [words.label(cut, row[column], language) for row in said]


def _text(value: object) -> str:
    return "–" if formats.missing(value) else str(value)


def _count(value: Any, language: str) -> str:
    return formats.NOT_AVAILABLE[language] if formats.missing(value) else formats.number(float(value), language)


def _yes(value: Any, language: str) -> str:
    if formats.missing(value):
        return formats.NOT_AVAILABLE[language]
    return _("yes", language) if value else _("no", language)


def _lasted(row: Any, language: str) -> str:
    if formats.missing(row["ends_at"]):
        return _("still lasts", language)
    return formats.duration((row["ends_at"] - row["begins_at"]).total_seconds() / 60, language, 24 * 60)


def _cause(row: Any, language: str) -> str:
    """The change or the problem behind an incident."""
    said = []
    if not formats.missing(row["caused_by_change_id"]):
        said.append(_("change {id}", language, id=row["caused_by_change_id"]))
    if not formats.missing(row["problem_id"]):
        said.append(_("problem {id}", language, id=row["problem_id"]))
    return ", ".join(said) or _("none is recorded", language)


def _or_not_yet(name: str, row: Any, language: str) -> str:
    return _(NOT_YET, language) if formats.missing(row[name]) else field_value(name, row[name], language)


def _stage(name: str, row: Any, language: str) -> str:
    if name in row["unrecorded"]:
        return _(UNRECORDED, language)
    return _(NOT_YET, language) if formats.missing(row[name]) else formats.day(row[name], language)


def _left(row: Any, language: str) -> str:
    """Days left before it takes effect; after it the margin it was released with."""
    if row["is_ahead"]:
        return _("{days} left", language, days=formats.value(row["days_left"], "days", language))
    if formats.missing(row["margin_days"]):
        return _("not released", language)
    return _("margin: {days}", language, days=formats.value(float(row["margin_days"]), "days", language))


def _held(row: Any, language: str) -> str:
    return _("never", language) if formats.missing(row["held_on"]) else formats.day(row["held_on"], language)


def _outcome(row: Any, language: str) -> str:
    if formats.missing(row["held_on"]):
        return "–"
    return field_value("outcome", row["outcome"], language)


def _pair(measured: Any, agreed: Any, language: str) -> str:
    return f"{formats.duration(measured, language)} / {formats.duration(agreed, language)}"
