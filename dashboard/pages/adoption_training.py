"""Training: are key users trained, whose certificate lapses, and what does training do?"""

import pandas as pd
import plotly.graph_objects as go
from dash import html, register_page
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.answer_line import answer_line
from dashboard.components.block import block
from dashboard.components.card import Answered
from dashboard.components.judged_card import judged_card
from dashboard.components.titled import titled_table
from dashboard.components.training_laws import law_block
from dashboard.components.training_meaning import effect_meaning
from dashboard.components.training_read import coverage_of, effect_of, funnel_of
from dashboard.components.training_tables import (
    course_table,
    effect_table,
    months_table,
    role_table,
    windows_table,
)
from dashboard.components.who_answers import who_answers
from dashboard.figures.course_funnel import course_funnel
from dashboard.figures.heat import share_table
from dashboard.figures.training_ahead import lapsing_bars, risk_line
from dashboard.figures.training_effect import intervals
from dashboard.findings import members_summary
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import latest, recent
from dashboard.subtitles import day_of, on_the_day
from dashboard.training_words import basis_and_count, check_sentence, effect_sentence, effect_title, lapsing_sentence

PATH = "/adoption/training"
register_page(__name__, path=PATH, name=N_("Training"), nav=False, filters=True, order=33)

COVERAGE, COMPLETION = "key_user_coverage_rate", "training_completion_rate"
FIGURES = (COVERAGE, COMPLETION, "training_pass_rate", "training_satisfaction_rate", "law_change_trained_rate")
WHOLE = Ask(COMPLETION)
DAY = Ask(COVERAGE, change=latest)
YEAR = Ask(COMPLETION, change=recent)


def draw_heat(answered: Answered, look: Look) -> go.Figure:
    return share_table(answered[0].frame, answered[0].metric, look, rows="size_band", columns="service")


def draw_lapsing(answered: Answered, look: Look) -> go.Figure:
    return lapsing_bars(coverage_of(answered[0].selection).ahead.months, look)


def draw_risk(answered: Answered, look: Look) -> go.Figure:
    return risk_line(coverage_of(answered[0].selection).ahead.months, look)


def tabulate_months(answered: Answered, look: Look) -> pd.DataFrame:
    return months_table(coverage_of(answered[0].selection).ahead.months, look.language)


def say_lapsing(answered: Answered, look: Look) -> str:
    return lapsing_sentence(coverage_of(answered[0].selection), look.language)


def tabulate_windows(answered: Answered, look: Look) -> pd.DataFrame:
    return windows_table(coverage_of(answered[0].selection).ahead, look.language)


def tabulate_roles(answered: Answered, look: Look) -> pd.DataFrame:
    return role_table(coverage_of(answered[0].selection).frame, look.language)


def draw_funnel(answered: Answered, look: Look) -> go.Figure:
    return course_funnel(funnel_of(answered[0].selection), look)


def tabulate_funnel(answered: Answered, look: Look) -> pd.DataFrame:
    return course_table(funnel_of(answered[0].selection), look.language)


def draw_services(answered: Answered, look: Look) -> go.Figure:
    return intervals(effect_of(answered[0].selection).frame, look, cut="service")


def draw_sizes(answered: Answered, look: Look) -> go.Figure:
    return intervals(effect_of(answered[0].selection).frame, look, cut="size_band")


def tabulate_services(answered: Answered, look: Look) -> pd.DataFrame:
    return effect_table(effect_of(answered[0].selection).frame, look.language, "service")


def tabulate_sizes(answered: Answered, look: Look) -> pd.DataFrame:
    return effect_table(effect_of(answered[0].selection).frame, look.language, "size_band")


def say_effect(answered: Answered, look: Look) -> str:
    return effect_sentence(effect_of(answered[0].selection), look.language)


def title_effect(answered: Answered, look: Look) -> str:
    return effect_title(effect_of(answered[0].selection), look.language)


def measure_words(answered: Answered, look: Look) -> str:
    """Unit, period and n of the effect."""
    effect, selection = effect_of(answered[0].selection), answered[0].selection
    parts = [
        _("difference in how-to tickets of 60 days", look.language),
        *basis_and_count(effect, look.language),
        formats.period(selection.first, selection.last, look.language) or _("whole period", look.language),
    ]
    return " · ".join(part for part in parts if part)


def enrolment_words(answered: Answered, look: Look) -> str:
    """Unit, period and n of the enrolments."""
    selection, count = answered[0].selection, formats.number(answered[0].n, look.language)
    period = formats.period(selection.first, selection.last, look.language)
    return " · ".join((_("enrolments", look.language), period, f"n{formats.SPACE}={formats.SPACE}{count}"))


def show_sentences(answered: Answered, look: Look) -> Component:
    """The finding and what lapses, under the page's answer."""
    said = (effect_sentence(effect_of(answered[0].selection), look.language), say_lapsing(answered[1:], look))
    return html.Div([html.P(one, className="answer-sentence") for one in said])


def show_check(answered: Answered, look: Look) -> Component:
    return html.P(check_sentence(effect_of(answered[0].selection), look.language), className="answer-sentence")


ANSWER = answer_line("training-answer", FIGURES)
SENTENCES = block("training-sentences", [WHOLE, DAY], show=show_sentences, height=72, class_name="answer")
COMPLETED = judged_card("training-completed", COMPLETION, N_("Training completed, by month of start"))
PASSED = judged_card("training-passed", "training_pass_rate", N_("Examinations passed, by month of start"))
PLEASED = judged_card("training-pleased", "training_satisfaction_rate", N_("Satisfied participants, by month of start"))
COVERED = judged_card("training-covered", COVERAGE, N_("Key-user coverage, at the end of the month"))
HEAT = chart_card(
    "training-heat", COVERAGE, by=["size_band", "service"], draw=draw_heat, change=latest, subtitle=on_the_day,
    summary=members_summary, title=N_("Key users with a valid certificate, by population and application"), height=360,
)  # fmt: skip
ROLES = titled_table(
    "training-roles", DAY, title=N_("Trained people by application and local role"), table=tabulate_roles,
    subtitle=day_of, text_columns=2, height=360,
)  # fmt: skip
LAPSING = chart_card(
    "training-lapsing", DAY, draw=draw_lapsing, table=tabulate_months, summary=say_lapsing, height=300,
    title=N_("Certificates that lapse in the months ahead"), subtitle=N_("people, by the month of the last day"),
)  # fmt: skip
RISK = chart_card(
    "training-risk", DAY, draw=draw_risk, table=tabulate_months, summary=say_lapsing, height=300,
    title=N_("Pairs that lose their last certified key user, added up"),
    subtitle=N_("municipality × application, unless somebody is trained before"),
)  # fmt: skip
WINDOWS = titled_table(
    "training-windows", DAY, table=tabulate_windows, subtitle=day_of, height=300,
    title=N_("Certificates that lapse, and in brackets the pairs left without"),
)  # fmt: skip
FUNNEL = chart_card(
    "training-funnel", YEAR, draw=draw_funnel, table=tabulate_funnel, height=420, subtitle=enrolment_words,
    title=N_("From enrolment to a passed examination, by course"),
)  # fmt: skip
COURSES = titled_table(
    "training-courses", YEAR, table=tabulate_funnel, text_columns=2, height=360,
    title=N_("Enrolments by how far they got, with their share of those enrolled"),
)  # fmt: skip
LAWS = law_block("training-laws", DAY, title=N_("Changes of law and the trainings before them"))
BY_SERVICE = chart_card(
    "training-effect", WHOLE, draw=draw_services, table=tabulate_services, summary=say_effect, title=title_effect,
    subtitle=measure_words, height=400, meaning=effect_meaning,
    note=N_("Line: 95 per cent interval. Left of 0: fewer questions after training"),
)  # fmt: skip
BY_SIZE = chart_card(
    "training-effect-size", WHOLE, draw=draw_sizes, table=tabulate_sizes, summary=say_effect, height=400,
    title=N_("Effect of training on how-to tickets, by population"), subtitle=measure_words, meaning=effect_meaning,
    note=N_("Line: 95 per cent interval. Left of 0: fewer questions after training"),
)  # fmt: skip
CHECK = block("training-check", WHOLE, show=show_check, height=48, class_name="answer")
WHO = who_answers("training-who", FIGURES)


def layout(**query: str) -> Component:
    return page(
        N_("Are key users trained, and does training help?"),
        adoption_tabs(PATH),
        ANSWER.view(),
        SENTENCES.view(),
        section(
            N_("Is it good enough, and is it changing?"),
            grid(COVERED.view(6), COMPLETED.view(6), PASSED.view(6), PLEASED.view(6)),
        ),
        section(N_("What is training good for?"), grid(BY_SERVICE.view(6), BY_SIZE.view(6)), CHECK.view()),
        section(N_("Who is trained, and where is nobody?"), grid(HEAT.view(12), ROLES.view(12))),
        section(
            N_("Which certificates lapse?"),
            grid(LAPSING.view(6), RISK.view(6), WINDOWS.view(12)),
        ),
        section(N_("How far do the courses lead?"), grid(FUNNEL.view(12), COURSES.view(12))),
        section(N_("Was there training before the law took effect?"), LAWS.view()),
        section(N_("Who answers?"), WHO.view()),
    )
