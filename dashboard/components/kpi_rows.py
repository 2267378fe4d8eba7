"""The rows behind a figure, newest first, with file, line and run; and the statement that the figure is read by."""

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import icon
from dashboard.components.tables import data_grid
from dashboard.components.titled import titled
from dashboard.drill import ticket_href
from dashboard.kpi_periods import asked_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.record.link import RECORD, record_href
from dashboard.tabulate import LINKS
from data.metrics.metric import Metric

MOST_ROWS = 200
PLACE = ("source_name", "input", "line", "loaded_run")
TICKET = ("ticket_id", "opened_on", "service_id", "actor_id", "priority", "municipality_id", "status")
COLUMNS = {
    "service_desk": (*TICKET, "resolved_on", "response_minutes", "resolution_minutes", "sla_minutes"),
    "incident": (*TICKET, "resolution_due_on", "resolution_minutes", "sla_minutes", "resolved_in_sla"),
    "problem": (*TICKET, "root_cause_on", "workaround_on", "resolved_on"),
    "change": (*TICKET, "approved_on", "implemented_on", "is_emergency", "outcome"),
    "demand": (*TICKET, "announced_on", "analysed_on", "decided_on", "effective_on", "implemented_on"),
    "security": (*TICKET, "due_on", "resolved_on"),
    "continuity": (*TICKET, "due_on", "rto_minutes", "recovery_minutes", "rpo_minutes", "data_loss_minutes", "outcome"),
    "availability": (*TICKET, "outage_started_at", "outage_ended_at", "outage_minutes", "affected_users"),
    "fact_training": (
        "municipality_id", "service_id", "course_id", "role", "started_on", "completed_on", "result", "certified_to",
    ),
    "fact_contract": (
        "contract_id", "contract_kind", "municipality_id", "actor_id", "service_id", "supplier", "signed_on",
        "valid_to", "value_huf",
    ),
    "fact_contract_service": (
        "contract_id", "municipality_id", "service_id", "contracted_on", "provisioned_on", "live_on", "ended_on",
    ),
    "fact_role_holder": ("municipality_id", "role", "service_id", "appointed_on", "ended_on"),
    "fact_budget": (
        "period_on", "side", "account_id", "actor_id", "service_id", "appropriated_huf", "committed_huf", "spent_huf",
    ),
    "fact_usage": (
        "period_on", "municipality_id", "service_id", "enabled_users", "active_users", "transactions", "cases",
        "online_cases", "forms_started", "forms_submitted", "files_due", "files_on_time",
    ),
    "etl_input": (
        "run_id", "source", "input", "status", "read", "loaded_new", "loaded_changed", "unchanged", "duplicate",
        "quarantined",
    ),
}  # fmt: skip
HEADINGS = {
    "ticket_id": N_("Ticket"),
    "contract_id": N_("Contract"),
    "contract_kind": N_("Kind of contract"),
    "opened_on": N_("Opened"),
    "service_id": N_("Application or component"),
    "actor_id": N_("Actor"),
    "priority": N_("Priority"),
    "municipality_id": N_("Municipality"),
    "status": N_("Status"),
    "resolved_on": N_("Resolved"),
    "response_minutes": N_("Time to respond"),
    "resolution_due_on": N_("Deadline"),
    "resolution_minutes": N_("Time to resolve"),
    "sla_minutes": N_("Agreed time"),
    "resolved_in_sla": N_("In time"),
    "root_cause_on": N_("Root cause found"),
    "workaround_on": N_("Workaround published"),
    "approved_on": N_("Approved"),
    "implemented_on": N_("In production"),
    "is_emergency": N_("Emergency"),
    "outcome": N_("Outcome"),
    "announced_on": N_("Law promulgated"),
    "analysed_on": N_("Analysis finished"),
    "decided_on": N_("Decided"),
    "effective_on": N_("Takes effect"),
    "due_on": N_("Deadline"),
    "rto_minutes": N_("Agreed recovery time"),
    "recovery_minutes": N_("Measured recovery time"),
    "rpo_minutes": N_("Agreed data loss"),
    "data_loss_minutes": N_("Measured data loss"),
    "outage_started_at": N_("Out of reach from"),
    "outage_ended_at": N_("Within reach again"),
    "outage_minutes": N_("Out of service, inside service hours"),
    "affected_users": N_("Users affected"),
    "course_id": N_("Course"),
    "role": N_("Role"),
    "started_on": N_("Started"),
    "completed_on": N_("Completed"),
    "result": N_("Result"),
    "certified_to": N_("Certificate valid until"),
    "supplier": N_("Supplier"),
    "signed_on": N_("Signed"),
    "valid_to": N_("In force until"),
    "value_huf": N_("Value"),
    "contracted_on": N_("Contracted"),
    "provisioned_on": N_("Provisioned"),
    "live_on": N_("Live"),
    "ended_on": N_("Ended"),
    "appointed_on": N_("Appointed"),
    "period_on": N_("Month"),
    "side": N_("Side"),
    "account_id": N_("Account"),
    "appropriated_huf": N_("Modified appropriation"),
    "committed_huf": N_("Commitment"),
    "spent_huf": N_("Performance"),
    "enabled_users": N_("Enabled users"),
    "active_users": N_("Active users"),
    "transactions": N_("Transactions"),
    "cases": N_("Cases"),
    "online_cases": N_("Cases begun online"),
    "forms_started": N_("Forms begun"),
    "forms_submitted": N_("Forms submitted"),
    "files_due": N_("Files due"),
    "files_on_time": N_("Files accepted on time"),
    "run_id": N_("Run"),
    "source": N_("Source"),
    "source_name": N_("Source"),
    "input": N_("File or address"),
    "line": N_("Line"),
    "loaded_run": N_("Run"),
    "read": N_("Read"),
    "loaded_new": N_("New"),
    "loaded_changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "duplicate": N_("Duplicate"),
    "quarantined": N_("Quarantined"),
}
MEMBERS = {
    "service_id": "service", "actor_id": "actor", "municipality_id": "municipality", "contract_kind": "contract_kind",
    "status": "status", "role": "role", "result": "result", "side": "side", "course_id": "course",
    "account_id": "account",
}  # fmt: skip


def kpi_rows(metric: Metric) -> Block:
    """Declare the rows behind a metric."""
    ask = Ask(metric.id, (), asked_of(metric.id))

    def show(answered: Answered, look: Look) -> Component:
        language = look.language
        found = answers().origin(ask, answered[0].selection, limit=MOST_ROWS)
        title = _("The newest rows behind the figure", language)
        said = _("the first {count} at most", language, count=formats.number(MOST_ROWS, language))
        inside: list[Any] = [_grid(metric, found.rows, title, language) if len(found.rows) else states.empty(language)]
        inside.append(
            html.Details(
                [
                    html.Summary(_("The query that was run", language)),
                    html.Pre(html.Code(found.statement), tabIndex=0, className="statement"),
                ]
            )
        )
        return titled(title, said, inside)

    return block(f"kpi-{metric.id}-rows", ask, show=show, height=520, class_name="chart-card")


def kpi_actions(metric: Metric) -> Block:
    """Declare what a reader can do with a figure: record a decision, see all tickets, export through its cards."""
    tickets = metric.main_fact.name == "fact_ticket"

    def show(answered: Answered, look: Look) -> Component:
        query, language = kept_query(), look.language
        links = [
            dcc.Link(
                [icon("record"), " ", _(RECORD, language)],
                href=record_href(metric.id, f"/kpi/{metric.id}", query), className="btn btn-primary",
            ),
        ]  # fmt: skip
        if tickets:
            links.append(
                dcc.Link(
                    [icon("table"), " ", _("All tickets behind it", language)],
                    href=with_query("/tickets", {"metric": metric.id} | query), className="btn btn-outline-secondary",
                )
            )  # fmt: skip
        links.append(
            dcc.Link(
                [icon("book"), " ", _("All definitions", language)],
                href=with_query("/definitions", query), className="btn btn-outline-secondary",
            )
        )  # fmt: skip
        return html.Div(links, className="kpi-actions")

    return block(f"kpi-{metric.id}-actions", show=show, height=44)


def _grid(metric: Metric, rows: pd.DataFrame, title: str, language: str) -> Component:
    wanted = COLUMNS.get(metric.main_fact.name) or COLUMNS.get(metric.field, TICKET)
    place = () if metric.main_fact.name == "etl_input" else PLACE
    known = [name for name in (*wanted, *place) if name in rows]
    shown = pd.DataFrame({_(HEADINGS[name], language): _cells(rows, name, language) for name in known})
    if "ticket_id" in known:
        shown.attrs[LINKS] = [
            ticket_href(source, number) for source, number in zip(rows["source"], rows["ticket_id"], strict=True)
        ]
    return data_grid(shown, title, language, fit=False)


def _cells(rows: pd.DataFrame, name: str, language: str) -> list[Any]:
    values = rows[name]
    if name in MEMBERS:
        return [words.label(MEMBERS[name], value, language) for value in values]
    if name == "period_on":
        return [str(value)[:7] for value in values]
    if name.endswith("_on") or name in ("valid_to", "certified_to"):
        return ["" if formats.missing(value) else str(value)[:10] for value in values]
    if name.endswith("_at"):
        return ["" if formats.missing(value) else formats.moment(value, language) for value in values]
    if name.endswith("_minutes"):
        return ["" if formats.missing(value) else formats.duration(value, language) for value in values]
    if name.endswith("_huf"):
        return ["" if formats.missing(value) else formats.money(value, language) for value in values]
    if name in ("resolved_in_sla", "is_emergency"):
        return ["" if formats.missing(value) else _("yes" if value else "no", language) for value in values]
    return [None if formats.missing(value) else value for value in values]
