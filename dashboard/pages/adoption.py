"""Adoption: do municipalities use what they are entitled to?"""

import plotly.graph_objects as go
from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import Ask
from dashboard.components import chart_card, grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.card import Answered, Card, Text
from dashboard.components.stack import stack
from dashboard.components.titled import titled_table
from dashboard.figures.dots import dots
from dashboard.figures.marks import NATURAL
from dashboard.figures.stages import stages
from dashboard.figures.trend import trend
from dashboard.figures.trends import trends
from dashboard.findings import against_others, against_target, laggards, line_summary, members_summary
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.look import Look
from dashboard.periods import finished_courses, latest, two_years
from dashboard.subtitles import at_its_end, day_of, on_the_day

register_page(__name__, path="/adoption", name=N_("Adoption"), icon="people", order=30)

COVERAGE, LIVE, ROLES = "key_user_coverage_rate", "live_service_rate", "local_role_filled_rate"


def draw_line(answered: Answered, look: Look) -> go.Figure:
    return trend(answered[0].frame, answered[0].metric, look)


def draw_stages(answered: Answered, look: Look) -> go.Figure:
    live, provisioned = answered
    return stages(provisioned.frame, live.frame, live.metric, look, cut="service")


def draw_live(answered: Answered, look: Look) -> go.Figure:
    return trends(answered[0].frame, answered[0].metric, look, series="service", crop=True)


def draw_dots(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    return dots(answer.frame, answer.metric, look, cut=answer.by[0], by_value=answer.by[0] not in NATURAL)


def draw_counties(answered: Answered, look: Look) -> go.Figure:
    answer = answered[0]
    marked = laggards(answer, "county") or ("",)
    return dots(answer.frame, answer.metric, look, cut="county", marked=marked)


def day_card(id: str, metric: str, cut: str, title: Text, height: int) -> Card:
    """A dot per member for what holds on the last day of the period."""
    return chart_card(
        id, metric, by=[cut], draw=draw_dots, change=latest, subtitle=on_the_day, summary=members_summary,
        title=title, height=height,
    )  # fmt: skip


ANSWER = answer_line(
    "adoption-answer", ["joined_rate", ROLES, COVERAGE, "training_completion_rate", "training_pass_rate"]
)
STAGES = chart_card(
    "adoption-stages", [Ask(LIVE, ("service",), latest), Ask("provisioned_service_rate", ("service",), latest)],
    draw=draw_stages, table=joined, summary=members_summary, subtitle=on_the_day, height=380,
    title=N_("From contract to live use, by application"),
)  # fmt: skip
LIVE_LINES = chart_card(
    "adoption-live", "live_service_count", by=["month", "service"], draw=draw_live, change=two_years, height=380,
    subtitle=at_its_end,
    title=N_("Municipalities live, by application"),
)  # fmt: skip
JOINING = titled_table(
    "adoption-joining",
    [Ask(name, ("joining_type",), latest) for name in ("joined_municipality_count", LIVE, ROLES, COVERAGE)],
    title=N_("By type of joining"), table=joined, subtitle=day_of,
)  # fmt: skip
LIVE_BY_SIZE = day_card("adoption-live-size", LIVE, "size_band", N_("Contracted services live, by population"), 260)
COUNTIES = chart_card(
    "adoption-coverage-county", COVERAGE, by=["county"], draw=draw_counties, change=latest, subtitle=on_the_day,
    summary=members_summary, title=against_others(N_("Key users, by county"), "county"), height=620,
    note=N_("Bold: lags behind the others by more than chance (99.8 per cent limit, over-dispersion included)"),
)  # fmt: skip
COVERAGE_BY_SERVICE = day_card(
    "adoption-coverage-service", COVERAGE, "service", against_target(N_("Key users, by application"), "service"), 270
)
COVERAGE_BY_SIZE = day_card("adoption-coverage-size", COVERAGE, "size_band", N_("Key users, by population"), 240)
ROLES_BY_ROLE = day_card(
    "adoption-roles", ROLES, "role", against_target(N_("Local roles filled, by role"), "role"), 240
)
ROLES_BY_SIZE = day_card("adoption-roles-size", ROLES, "size_band", N_("Local roles filled, by population"), 240)
COMPLETION = chart_card(
    "adoption-completion", "training_completion_rate", by=["month"], draw=draw_line, change=finished_courses,
    summary=line_summary, title=N_("Training completed, by month of start"),
    note=N_("Courses that began in the last month may still be running, so they are left out"),
)  # fmt: skip
PASSED = chart_card(
    "adoption-passed", "training_pass_rate", by=["month"], draw=draw_line, change=two_years,
    summary=line_summary, title=N_("Examinations passed, by month of start"),
)  # fmt: skip


def layout(**query: str) -> Component:
    return page(
        N_("Do municipalities use what they are entitled to?"),
        ANSWER.view(),
        section(
            N_("How far have they come?"),
            grid(STAGES.view(6), LIVE_LINES.view(6), JOINING.view(7), LIVE_BY_SIZE.view(5)),
        ),
        section(
            N_("Is there a trained key user where it is used?"),
            grid(COUNTIES.view(6), stack(COVERAGE_BY_SERVICE, COVERAGE_BY_SIZE)),
        ),
        section(
            N_("Are the local roles filled?"),
            grid(ROLES_BY_ROLE.view(6), ROLES_BY_SIZE.view(6)),
        ),
        section(N_("Does the training work?"), grid(COMPLETION.view(6), PASSED.view(6))),
    )
