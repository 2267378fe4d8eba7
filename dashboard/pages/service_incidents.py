"""Major incidents: how many, how long, whom did they hit, and do they come back?"""

import pandas as pd
import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask, answers
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.itil_tables import incidents_table
from dashboard.components.judged_card import judged_card
from dashboard.components.row_blocks import rows_of, rows_table, sentence_of
from dashboard.components.service_tabs import service_tabs
from dashboard.components.who_answers import who_answers
from dashboard.figures.bars import bars
from dashboard.figures.timeline import timeline
from dashboard.findings import members_summary
from dashboard.itil_sentences import incidents_sentence
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import recent
from data.major import major_incidents

PATH = "/service/incidents"
register_page(__name__, path=PATH, name=N_("Major incidents"), nav=False, filters=True, order=23)

COUNT, LOST = "major_incident_count", "user_lost_hours"
JUDGED = (
    COUNT,
    "critical_resolution_minutes_p90",
    LOST,
    "recurrence_rate",
    "monitoring_detection_rate",
    "wrong_priority_rate",
)
MAJOR = Ask(COUNT, change=recent)


def draw_timeline(answered: Answered, look: Look) -> go.Figure:
    return timeline(rows_of(major_incidents, answered[0]), look, answers().freshness().newest_at)


def tabulate_timeline(answered: Answered, look: Look) -> pd.DataFrame:
    return incidents_table(rows_of(major_incidents, answered[0]), look.language)


def say_timeline(answered: Answered, look: Look) -> str:
    return incidents_sentence(rows_of(major_incidents, answered[0]), look.language)


def draw_bars(answered: Answered, look: Look) -> go.Figure:
    return bars(answered[0].frame, answered[0].metric, look, cut=answered[0].by[0])


SENTENCE = sentence_of("incidents-sentence", MAJOR, major_incidents, incidents_sentence)
ANSWER = answer_line(
    "incidents-answer",
    [
        "critical_resolution_minutes_p90",
        "recurrence_rate",
        "monitoring_detection_rate",
        "wrong_priority_rate",
        COUNT,
        LOST,
    ],
)
BY_MONTH = judged_card("incidents-count", COUNT, N_("Major incidents, by month"), 320)
RESTORED = judged_card(
    "incidents-restored", "critical_resolution_minutes_p90", N_("Slowest tenth of P1 incidents"), 320
)
TIMELINE = chart_card(
    "incidents-timeline", MAJOR, draw=draw_timeline, table=tabulate_timeline, summary=say_timeline, height=520,
    title=N_("Every major incident, from its beginning to its end"),
)  # fmt: skip
BY_SERVICE = chart_card(
    "incidents-by-service", COUNT, by=["service"], draw=draw_bars, change=recent, summary=members_summary, height=400,
    title=N_("Major incidents, by application and component"),
)  # fmt: skip
LOST_BY_SERVICE = chart_card(
    "incidents-lost-by-service", LOST, by=["service"], draw=draw_bars, change=recent, summary=members_summary,
    height=400, title=N_("User hours lost, by application and component"),
)  # fmt: skip
LOST_BY_MONTH = judged_card("incidents-lost", LOST, N_("User hours lost, by month"))
RECURRING = judged_card("incidents-recurrence", "recurrence_rate", N_("Incidents that come back within 30 days"))
DETECTED = judged_card("incidents-detected", "monitoring_detection_rate", N_("Found by monitoring before the users"))
WRONG = judged_card("incidents-wrong-priority", "wrong_priority_rate", N_("Wrong priority at intake"))
WHO = who_answers("incidents-who", JUDGED)
ROWS = rows_table(
    "incidents-rows", MAJOR, major_incidents, incidents_table, title=N_("Major incidents one by one"),
    none=N_("There was no major incident in this period."), height=420,
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Do major incidents stay rare, short and without return?"),
        service_tabs(PATH),
        ANSWER.view(),
        SENTENCE.view(),
        section(
            N_("Is it good enough, and is it changing?"), grid(BY_MONTH.view(6), RESTORED.view(6), TIMELINE.view(12))
        ),
        section(N_("Where?"), grid(BY_SERVICE.view(6), LOST_BY_SERVICE.view(6))),
        section(N_("Why?"), grid(LOST_BY_MONTH.view(6), RECURRING.view(6), DETECTED.view(6), WRONG.view(6))),
        section(N_("Who answers?"), WHO.view()),
        section(N_("The rows"), ROWS.view()),
    )
