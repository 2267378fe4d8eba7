"""Security and continuity: are findings put right in time, and would the service come back?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered, Card
from dashboard.components.itil_tables import exercises_table, findings_table
from dashboard.components.judged_card import judged_card
from dashboard.components.row_blocks import rows_table, sentence_of
from dashboard.components.service_tabs import service_tabs
from dashboard.components.who_answers import who_answers
from dashboard.figures.bars import bars
from dashboard.findings import members_summary
from dashboard.itil_sentences import exercises_sentence, findings_sentence
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import latest
from dashboard.subtitles import on_the_day
from data.exercises import exercises_by_service
from data.open_work import overdue_findings

PATH = "/service/security"
register_page(__name__, path=PATH, name=N_("Security and continuity"), nav=False, filters=True, order=26)

OVERDUE = "overdue_finding_count"
FINDINGS = ("finding_on_time_rate", OVERDUE, "critical_overdue_finding_count", "overdue_finding_days_median")
EXERCISES = ("recovery_test_coverage_rate", "rto_met_rate", "rpo_met_rate", "exercise_held_rate")
LATE = Ask(OVERDUE, change=latest)
TESTED = Ask("recovery_test_coverage_rate", change=latest)


def draw_bars(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    return bars(answer.frame, answer.metric, look, cut=answer.by[0], by_value=answer.by[0] != "priority")


def overdue_card(cut: str, title: str, height: int) -> Card:
    """Overdue findings of the members of a cut."""
    return chart_card(
        f"security-overdue-{cut}", OVERDUE, by=[cut], draw=draw_bars, change=latest, subtitle=on_the_day,
        summary=members_summary, title=title, height=height,
    )  # fmt: skip


FINDINGS_SENTENCE = sentence_of("security-findings-sentence", LATE, overdue_findings, findings_sentence)
EXERCISES_SENTENCE = sentence_of("security-exercises-sentence", TESTED, exercises_by_service, exercises_sentence)
ANSWER = answer_line("security-answer", [*FINDINGS, *EXERCISES])
CLOSED = judged_card("security-closed", "finding_on_time_rate", N_("Findings closed by their deadline"))
OVERDUE_BY_MONTH = judged_card("security-overdue", OVERDUE, N_("Overdue findings, at the end of the month"))
OVERDUE_DAYS = judged_card("security-overdue-days", "overdue_finding_days_median", N_("Days that they are overdue"))
CRITICAL = judged_card("security-critical", "critical_overdue_finding_count", N_("Overdue critical findings"))
BY_SEVERITY = overdue_card("priority", N_("Overdue findings, by severity"), 240)
BY_ACTOR = overdue_card("actor", N_("Overdue findings, by the actor that has to close them"), 240)
COVERAGE = judged_card("security-coverage", "recovery_test_coverage_rate", N_("Applications exercised within a year"))
HELD = judged_card("security-held", "exercise_held_rate", N_("Exercises held, of those planned"))
RTO = judged_card("security-rto", "rto_met_rate", N_("Restored within the agreed time"))
RPO = judged_card("security-rpo", "rpo_met_rate", N_("Data loss within what is agreed"))
WHO = who_answers("security-who", [*FINDINGS, *EXERCISES])
FINDING_ROWS = rows_table(
    "security-findings", LATE, overdue_findings, findings_table, title=N_("Overdue findings, longest overdue first"),
    none=N_("No security finding is overdue."), on_a_day=True,
)  # fmt: skip
EXERCISE_ROWS = rows_table(
    "security-exercises", TESTED, exercises_by_service, exercises_table, on_a_day=True, height=340,
    title=N_("The last continuity exercise of each application"), none=N_("No continuity exercise is known."),
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Are findings put right in time, and would the service come back?"),
        service_tabs(PATH),
        ANSWER.view(),
        FINDINGS_SENTENCE.view(),
        EXERCISES_SENTENCE.view(),
        section(
            N_("Findings: is it good enough, and is it changing?"),
            grid(CLOSED.view(6), OVERDUE_BY_MONTH.view(6), CRITICAL.view(6), OVERDUE_DAYS.view(6)),
        ),
        section(N_("Where?"), grid(BY_SEVERITY.view(6), BY_ACTOR.view(6))),
        section(
            N_("Continuity: has it been tried, and did it work?"),
            grid(EXERCISE_ROWS.view(12), COVERAGE.view(6), HELD.view(6), RTO.view(6), RPO.view(6)),
        ),
        section(N_("Who answers?"), WHO.view()),
        section(N_("The rows"), FINDING_ROWS.view()),
    )
