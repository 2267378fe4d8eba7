"""The blocks of the scorecard: the answer, the statements, all figures."""

from dash import html
from dash.development.base_component import Component

from dashboard import words
from dashboard.answers import Ask, answers
from dashboard.components.all_figures import all_figures
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.statement import finding_statement, plain_statement, statement_list
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.scorecard import MOST_DUE, findings, select
from dashboard.scorecard_readings import (
    decisions,
    doubtful,
    expiring,
    missed_over_a_year,
    missing_rows,
    pending_law_changes,
    service_signals,
    whole_signals,
)
from dashboard.scorecard_words import (
    actor_name,
    contracts_told,
    decisions_told,
    laws_told,
    missed_told,
    newest_month,
    summary,
)
from data.metrics.catalogue import metric
from data.selection import Selection
from data.signals import accountable_on

READER = Ask("ticket_count")
"""Only tells a block what the reader has selected."""
LAW, EXPIRING = "law_change_on_time_rate", "expiring_contract_count"


def score_answer(id: str) -> Block:
    """Declare the answer to the page's question, by counts of signals."""

    def show(answered: Answered, look: Look) -> Component:
        found = whole_signals(answered[0].selection)
        return html.Div(
            [
                html.P(summary(found, look.language), className="answer-sentence"),
                html.P(newest_month(found, look.language), className="answer-period"),
            ]
        )

    return block(id, READER, show=show, height=72, class_name="answer")


def score_statements(id: str) -> Block:
    """Declare the statements, at most twelve."""

    def show(answered: Answered, look: Look) -> Component:
        return statement_list(statements(answered[0].selection, look), look.language)

    return block(id, READER, show=show, height=480)


def score_figures(id: str) -> Block:
    """Declare the table of all figures."""

    def show(answered: Answered, look: Look) -> Component:
        return all_figures(whole_signals(answered[0].selection), look)

    return block(id, READER, show=show, height=40)


def statements(selection: Selection, look: Look) -> list[Component]:
    """What is said of a selection, in its order."""
    whole = whole_signals(selection)
    found = findings(whole, service_signals(selection, whole))
    missed, due, doubts = _missed(selection, look), _due(selection, look)[:MOST_DUE], _doubts(selection, look)
    chosen = select(found, len(due), len(doubts) + len(missed))
    said = [finding_statement(one, look) for one in chosen]
    # What misses its target over a year stands with what misses it month by month, before shifts and improvements.
    place = sum(one.kind in ("concern_missing", "concern", "missing") for one in chosen)
    return [*said[:place], *missed, *said[place:], *due, *doubts]


def _missed(selection: Selection, look: Look) -> list[Component]:
    return [
        plain_statement(
            "missing",
            words.metric_name(one.metric, look.language),
            f"/kpi/{one.metric.id}",
            missed_told(one, look.language),
            _owner(one.metric.id, one.selection, look.language),
            look,
            one.metric.id,
        )
        for one in missed_over_a_year(selection)
    ]


def _due(selection: Selection, look: Look) -> list[Component]:
    language = look.language
    found: list[Component] = []
    if items := decisions():
        title, told = _("Decision log", language), decisions_told(items, language)
        found.append(plain_statement("due", title, "/decisions", told, actor_name(items[0].actor_id, language), look))
    if laws := pending_law_changes(selection):
        title, owner = _("Law changes not yet in production", language), _owner(LAW, selection, language)
        found.append(plain_statement("due", title, "/service/demand", laws_told(laws, language), owner, look, LAW))
    if ends := expiring(selection):
        title = words.metric_name(ends.answer.metric, language)
        owner, told = _owner(EXPIRING, selection, language), contracts_told(ends, language)
        found.append(plain_statement("due", title, "/cost", told, owner, look, EXPIRING))
    return found


def _doubts(selection: Selection, look: Look) -> list[Component]:
    """At most one warning: rows that are missing, else the figure of data quality that misses its target by most."""
    language = look.language
    if missing := missing_rows():
        told = _("{count} rows read are neither loaded nor set aside: no figure is sure until this is explained.",
                 language, count=missing)  # fmt: skip
        owner = _owner("reconciliation_gap_count", selection, language)
        return [plain_statement("quality", _("Rows are missing", language), "/data-quality", told, owner, look)]
    doubt = doubtful(selection)
    if doubt is None:
        return []
    title = words.metric_name(doubt.metric, language)
    told = missed_told(doubt, language)
    owner = _owner(doubt.metric.id, selection, language)
    return [plain_statement("quality", title, "/data-quality", told, owner, look, doubt.metric.id)]


def _owner(name: str, selection: Selection, language: str) -> str:
    """Who is accountable on the last day of what is shown."""
    service = selection.services[0] if len(selection.services) == 1 else None
    on, process = min(filter(None, (selection.last, answers().last_day())), default=None), metric(name).process
    actor = answers().read(
        ("accountable on", process, service, on),
        lambda connection: accountable_on(connection, process, service, on),
    )
    return actor_name(actor, language)
