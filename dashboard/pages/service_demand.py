"""Demands and law changes: is every change of law followed in time, and every wish answered?"""

import pandas as pd
import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask, answers
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.itil_tables import readiness_table
from dashboard.components.judged_card import judged_card
from dashboard.components.row_blocks import rows_of, rows_table, sentence_of
from dashboard.components.service_tabs import service_tabs
from dashboard.components.titled import titled_table
from dashboard.components.who_answers import who_answers
from dashboard.figures.message import message_figure
from dashboard.figures.readiness import readiness
from dashboard.itil_sentences import readiness_sentence
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import latest, periods_of
from data.readiness import last_day_of, law_changes

PATH = "/service/demand"
register_page(__name__, path=PATH, name=N_("Demands and law changes"), nav=False, filters=True, order=25)

ON_TIME, MARGIN = "law_change_on_time_rate", "law_change_margin_days_median"
BACKLOG, BACKLOG_AGE = "demand_backlog_count", "demand_backlog_age_days_p90"
FIGURES = (
    ON_TIME, MARGIN, "impact_analysis_on_time_rate", "decision_days_median", "municipal_demand_delivery_rate", BACKLOG,
    BACKLOG_AGE,
)  # fmt: skip
BY_ORIGIN = ("decision_days_median", BACKLOG, BACKLOG_AGE)
# Rows to come lie after any period, so the period's end is what they are counted from.
READY = Ask(BACKLOG, change=latest)


def draw_readiness(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    rows = rows_of(law_changes, answer)
    on = answers().read(
        ("readiness-day", answer.selection), lambda connection: last_day_of(connection, answer.selection)
    )
    return message_figure(look) if on is None else readiness(rows, look, on)


def tabulate_readiness(answered: Answered, look: Look) -> pd.DataFrame:
    return readiness_table(rows_of(law_changes, answered[0]), look.language)


def say_readiness(answered: Answered, look: Look) -> str:
    return readiness_sentence(rows_of(law_changes, answered[0]), look.language)


SENTENCE = sentence_of("demand-sentence", READY, law_changes, readiness_sentence)
ANSWER = answer_line("demand-answer", FIGURES)
READINESS = chart_card(
    "demand-readiness", READY, draw=draw_readiness, table=tabulate_readiness, summary=say_readiness, height=640,
    title=N_("Changes of law: those ahead first, then those of the past year"),
    subtitle=N_("the days on which each stage was finished"),
)  # fmt: skip
ON_TIME_BY_MONTH = judged_card("demand-on-time", ON_TIME, N_("Changes of law in production by their day"))
MARGIN_BY_MONTH = judged_card("demand-margin", MARGIN, N_("Days between release and taking effect"))
ANALYSIS = judged_card("demand-analysis", "impact_analysis_on_time_rate", N_("Impact analysis within 10 days"))
DECISIONS = judged_card("demand-decisions", "decision_days_median", N_("Days until a demand is decided"))
BACKLOG_BY_MONTH = judged_card("demand-backlog", BACKLOG, N_("Accepted demands that wait"))
AGE = judged_card("demand-age", BACKLOG_AGE, N_("Age of the oldest tenth of them"))
WISHES = judged_card(
    "demand-wishes", "municipal_demand_delivery_rate", N_("Municipal wishes delivered, by month of decision")
)
ORIGINS = titled_table(
    "demand-origins", [Ask(name, ("origin",), periods_of(name)[0]) for name in BY_ORIGIN],
    title=N_("Law and municipal wishes side by side"), table=joined, height=180,
)  # fmt: skip
WHO = who_answers("demand-who", FIGURES)
ROWS = rows_table(
    "demand-rows", READY, law_changes, readiness_table, title=N_("Changes of law, stage by stage"), on_a_day=True,
    most_plain=60,
    none=N_("No change of law takes effect in this selection."), height=420,
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Are changes of law followed in time, and wishes answered?"),
        service_tabs(PATH),
        ANSWER.view(),
        SENTENCE.view(),
        section(N_("What is ahead, and what is missing?"), READINESS.view()),
        section(
            N_("Is it good enough, and is it changing?"),
            grid(ON_TIME_BY_MONTH.view(6), MARGIN_BY_MONTH.view(6), ANALYSIS.view(6), DECISIONS.view(6)),
        ),
        section(N_("What waits?"), grid(BACKLOG_BY_MONTH.view(6), AGE.view(6), WISHES.view(6), ORIGINS.view(6))),
        section(N_("Who answers?"), WHO.view()),
        section(N_("The rows"), ROWS.view()),
    )
