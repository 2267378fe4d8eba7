"""Scorecard: does the service work well? At most twelve statements, each with who answers for it."""

from dash import html, register_page
from dash.development.base_component import Component

from dashboard.components import page, section
from dashboard.components.scorecard_blocks import score_answer, score_figures, score_statements
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.scorecard import RULES

register_page(__name__, path="/", name=N_("Scorecard"), icon="home", order=10)

ANSWER = score_answer("scorecard-answer")
STATEMENTS = score_statements("scorecard-statements")
FIGURES = score_figures("scorecard-figures")


def layout(**query: str) -> Component:
    return page(
        N_("Does the service work well?"),
        ANSWER.view(),
        section(N_("What has changed, what is missed, what is due"), STATEMENTS.view()),
        html.Details(
            [html.Summary(_("By which rules is this said?")), html.Ul([html.Li(_(rule)) for rule in RULES])],
            className="page-rules",
        ),
        FIGURES.view(),
    )
