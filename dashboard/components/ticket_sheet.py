"""What is known of one ticket: a sentence, its clocks, its facts, its versions here, the tickets linked with it."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.icons import Icon, aria, icon
from dashboard.components.tables import definition_list
from dashboard.components.titled import figure_table, titled
from dashboard.drill import ticket_href
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import LINKS
from dashboard.ticket_words import FIELDS, field_name, field_value
from data.ticket_history import MOMENTS, TicketHistory, changed

CLOCKS = (
    (N_("First response"), "response_minutes", "response_sla_minutes", "responded_in_sla"),
    (N_("Resolution"), "resolution_minutes", "sla_minutes", "resolved_in_sla"),
    (N_("Recovery (RTO)"), "recovery_minutes", "rto_minutes", None),
    (N_("Data loss (RPO)"), "data_loss_minutes", "rpo_minutes", None),
)
LINKS_SAID = {"problem": N_("its problem"), "cause": N_("the change that caused it"), "incident": N_("linked incident")}
# Said by the sentence, the clocks or the timeline already.
SHOWN_ELSEWHERE = {
    "ticket_type", *MOMENTS, "response_sla_minutes", "response_minutes", "sla_minutes", "resolution_minutes",
    "responded_in_sla", "resolved_in_sla", "rto_minutes", "recovery_minutes", "rpo_minutes", "data_loss_minutes",
}  # fmt: skip


def summary(history: TicketHistory, look: Look) -> Component:
    """Number and kind as a heading, then one sentence: whose, of what, since when, how it stands."""
    ticket, language = history.ticket, look.language
    kind = words.label("ticket_type", ticket["ticket_type"], language)
    said = [
        _("Opened: {when}.", language, when=field_value("opened_at", ticket["opened_at"], language)),
        _("Status: {status}.", language, status=field_value("status", ticket["status"], language)),
    ]
    if not formats.missing(ticket["resolved_at"]):
        when = field_value("resolved_at", ticket["resolved_at"], language)
        took = formats.duration(ticket["resolution_clock_minutes"], language, 24 * 60)
        if formats.missing(ticket["resolution_clock_minutes"]):
            said.append(_("Resolved: {when}.", language, when=when))
        else:
            said.append(_("Resolved: {when}, {time} after opening by the clock.", language, when=when, time=took))
    if not history.is_current:
        said.append(_("Its source no longer has it: deleted there, or merged into another ticket.", language))
    return html.Div(
        [
            html.H2(f"{ticket['ticket_id']} · {kind}", className="section-title"),
            html.P(" ".join(said), className="answer-sentence"),
        ],
        className="answer",
    )


def clocks(history: TicketHistory, look: Look) -> Component:
    """What was measured beside what is agreed; times of waiting for the customer are not in it."""
    ticket, language = history.ticket, look.language
    shown = [
        _clock(ticket, name, measured, agreed, verdict, language)
        for name, measured, agreed, verdict in CLOCKS
        if not formats.missing(ticket[agreed])
    ]
    inside: Any = html.Div(shown, className="ticket-clocks")
    if not shown:
        inside = html.P(_("No time is agreed for this kind of ticket.", language), className="rows-note")
    return html.Section(
        [html.H3(_("Was it in time?", language), className="card-title"), inside], className="chart-card"
    )


def facts(history: TicketHistory, look: Look) -> Component:
    """Every other field that the ticket has."""
    ticket, language = history.ticket, look.language
    pairs = {
        field_name(name, language): field_value(name, ticket[name], language)
        for name in FIELDS
        if name not in SHOWN_ELSEWHERE and not formats.missing(ticket[name])
    }
    where = str(ticket["input"]) if not formats.missing(ticket["input"]) else "–"
    pairs |= {
        _("Source", language): f"{ticket['source_name']} ({ticket['source']})",
        _("File or address", language): where,
        _("Line", language): "–" if formats.missing(ticket["line"]) else formats.number(ticket["line"], language),
        _("Run", language): formats.number(ticket["loaded_run"], language),
    }
    return html.Section(
        [html.H3(_("What is known of it", language), className="card-title"), definition_list(pairs)],
        className="chart-card ticket-facts",
    )


def versions(history: TicketHistory, look: Look) -> Component:
    """Its versions in the reporting database, and what each changed."""
    language = look.language
    told: dict[int, list[str]] = {}
    for run, name, before, after in changed(history):
        was, now = field_value(name, before, language), field_value(name, after, language)
        told.setdefault(run, []).append(f"{field_name(name, language)}: {was} → {now}")
    rows = []
    for place, one in enumerate(history.versions.to_dict("records")):
        run = int(one["loaded_run"])
        said = "; ".join(told.get(run, [])) if place else _("first version", language)
        rows.append(
            {
                _("Run", language): formats.number(run, language),
                _("Loaded", language): formats.moment(one["published_at"], language),
                _("Superseded by run", language): _superseded(one["superseded_run"], language),
                _("File or address", language): "–" if formats.missing(one["input"]) else str(one["input"]),
                _("Line", language): "–" if formats.missing(one["line"]) else formats.number(one["line"], language),
                _("What changed", language): said or _("nothing that is shown", language),
            }
        )
    table = pd.DataFrame(rows)
    title = _("Its versions in the reporting database", language)
    return html.Div(titled(title, "", figure_table(table, title, len(table.columns))), className="chart-card")


def linked_tickets(others: pd.DataFrame, history: TicketHistory, look: Look) -> list[Component]:
    """The tickets linked with it; nothing where there are none."""
    if others.empty:
        return []
    language = look.language
    table = pd.DataFrame(
        {
            _("Ticket", language): others["ticket_id"].astype(str),
            _("How linked", language): [_(LINKS_SAID[one], language) for one in others["link"]],
            _("Opened", language): [field_value("opened_on", one, language) for one in others["opened_on"]],
            _("Application or component", language): [
                words.label("service", one, language) for one in others["service_id"]
            ],
            _("Priority", language): others["priority"].fillna("–"),
            _("Status", language): [field_value("status", one, language) for one in others["status"]],
        }
    )
    table.attrs[LINKS] = [
        ticket_href(str(source), str(key)) for source, key in zip(others["source"], others["ticket_id"], strict=True)
    ]
    title = _("Tickets linked with it", language)
    return [html.Div(titled(title, "", figure_table(table, title, len(table.columns))), className="chart-card")]


def _superseded(run: object, language: str) -> str:
    return _("current", language) if formats.missing(run) else formats.number(float(str(run)), language)


def _clock(
    ticket: dict[str, Any], name: str, measured: str, agreed: str, verdict: str | None, language: str
) -> Component:
    taken, target = ticket[measured], float(ticket[agreed])
    limit = formats.duration(target, language)
    if formats.missing(taken):
        said = _("not yet measured; agreed: {limit}", language, limit=limit)
        return html.Div([html.P(_(name, language), className="clock-name"), html.P(said, className="clock-words")])
    met = bool(ticket[verdict]) if verdict and not formats.missing(ticket[verdict]) else float(taken) <= target
    said = _("{time} of {limit} agreed", language, time=formats.duration(float(taken), language), limit=limit)
    scale = max(float(taken), target) or 1.0
    # The bar is the time taken, the rule the agreed one; both are said in words below.
    bar = html.Div(
        [
            html.Span(style={"width": f"{100 * float(taken) / scale:.1f}%"}),
            html.I(style={"left": f"calc({100 * target / scale:.1f}% - 2px)"}),
        ],
        className="clock-bar",
        **aria(hidden="true"),
    )
    sign: Icon = "check" if met else "alert"
    word: list[Any] = [icon(sign), " ", _("in time", language) if met else _("late", language)]
    return html.Div(
        [
            html.P(_(name, language), className="clock-name"),
            bar,
            html.P(said, className="clock-words"),
            html.P(word, className="said-improvement" if met else "said-concern"),
        ]
    )
