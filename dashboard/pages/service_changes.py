"""Problems and changes: are causes put right, and do changes do no harm?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered
from dashboard.components.itil_tables import problems_table
from dashboard.components.judged_card import judged_card
from dashboard.components.row_blocks import rows_table, sentence_of
from dashboard.components.service_tabs import service_tabs
from dashboard.components.who_answers import who_answers
from dashboard.figures.dots import dots
from dashboard.figures.strip import strip
from dashboard.findings import against_target, members_summary
from dashboard.frozen_strip import frozen_between, say_strip, tabulate_strip
from dashboard.itil_sentences import problems_sentence
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import latest, recent
from data.open_work import open_problems

PATH = "/service/changes"
register_page(__name__, path=PATH, name=N_("Problems and changes"), nav=False, filters=True, order=24)

PROBLEMS = (
    "root_cause_on_time_rate",
    "known_error_workaround_rate",
    "open_problem_age_days_median",
    "open_problem_count",
)
CHANGES = (
    "change_success_rate", "emergency_change_rate", "unauthorised_change_count", "change_incident_ratio",
    "change_lead_days_median", "freeze_breach_count",
)  # fmt: skip
OPEN = Ask("open_problem_count", change=latest)


def draw_dots(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut=answered[0].by[0])


def draw_strip(answered: Answered, look: Look) -> go.Figure:
    changed, breached = answered
    return strip(changed.frame, breached.frame, frozen_between(changed), look)


SENTENCE = sentence_of("changes-sentence", OPEN, open_problems, problems_sentence)
ANSWER = answer_line("changes-answer", [*CHANGES, *PROBLEMS])
SUCCESS = judged_card("changes-success", "change_success_rate", N_("Changes that succeed, by month"))
EMERGENCY = judged_card("changes-emergency", "emergency_change_rate", N_("Emergency changes, by month"))
INCIDENTS = judged_card("changes-incidents", "change_incident_ratio", N_("Incidents caused per change"))
LEAD = judged_card("changes-lead", "change_lead_days_median", N_("From approval to production"))
UNAUTHORISED = judged_card("changes-unauthorised", "unauthorised_change_count", N_("Changes without approval"))
BREACHES = judged_card("changes-breaches", "freeze_breach_count", N_("Changes inside frozen periods"))
STRIP = chart_card(
    "changes-strip", [Ask("emergency_change_rate", ("day",), recent), Ask("freeze_breach_count", ("day",), recent)],
    draw=draw_strip, table=tabulate_strip, summary=say_strip, height=440,
    title=N_("Changes day by day, and the frozen periods"), subtitle=N_("changes brought into production"),
)  # fmt: skip
BY_SERVICE = chart_card(
    "changes-by-service", "change_success_rate", by=["service"], draw=draw_dots, change=recent,
    summary=members_summary, height=560,
    title=against_target(N_("Changes that succeed, by application and component"), "service"),
)  # fmt: skip
BY_ACTOR = chart_card(
    "changes-by-actor", "change_success_rate", by=["actor"], draw=draw_dots, change=recent, summary=members_summary,
    height=560, title=against_target(N_("Changes that succeed, by actor"), "actor"),
)  # fmt: skip
OPEN_BY_MONTH = judged_card("changes-open-problems", "open_problem_count", N_("Open problems, at the end of the month"))
AGE = judged_card("changes-problem-age", "open_problem_age_days_median", N_("Age of open problems"))
ROOT_CAUSE = judged_card("changes-root-cause", "root_cause_on_time_rate", N_("Root cause found within 20 working days"))
WORKAROUND = judged_card("changes-workaround", "known_error_workaround_rate", N_("Known errors with a workaround"))
WHO = who_answers("changes-who", [*CHANGES, *PROBLEMS])
ROWS = rows_table(
    "changes-problems", OPEN, open_problems, problems_table, title=N_("Open problems, the oldest first"),
    none=N_("No problem is open."), on_a_day=True,
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Are causes put right, and do changes do no harm?"),
        service_tabs(PATH),
        ANSWER.view(),
        SENTENCE.view(),
        section(
            N_("Changes: is it good enough, and is it changing?"),
            grid(
                SUCCESS.view(6),
                EMERGENCY.view(6),
                INCIDENTS.view(6),
                LEAD.view(6),
                UNAUTHORISED.view(6),
                BREACHES.view(6),
            ),
        ),
        section(N_("When, and where?"), grid(STRIP.view(12), BY_SERVICE.view(6), BY_ACTOR.view(6))),
        section(
            N_("Problems: are causes found in time?"),
            grid(OPEN_BY_MONTH.view(6), AGE.view(6), ROOT_CAUSE.view(6), WORKAROUND.view(6)),
        ),
        section(N_("Who answers?"), WHO.view()),
        section(N_("The rows"), ROWS.view()),
    )
