"""Availability: could the services be reached in the hours agreed, by the contract's rule, and what counted as down?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, State, callback, dcc, html, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.callbacks.exporting import XLSX
from dashboard.components import chart_card, grid, page, section, states
from dashboard.components.actor_signals import actor_signals
from dashboard.components.answer_line import answer_line
from dashboard.components.block import block
from dashboard.components.card import Answered
from dashboard.components.computation import computation, month_file, month_table, months
from dashboard.components.judged_card import judged_card
from dashboard.components.parts import VIEW
from dashboard.components.row_blocks import rows_of, rows_table
from dashboard.components.service_tabs import service_tabs
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.figures.dots import dots
from dashboard.figures.multiples import multiples
from dashboard.figures.outages import outage_lines
from dashboard.findings import against_target, members_summary
from dashboard.joined import joined
from dashboard.kpi_periods import charted_of
from dashboard.locale import N_, plural
from dashboard.locale import translate as _
from dashboard.look import Look, look_of
from dashboard.outage_words import RULE, counted_words, hours_table, outage_table
from dashboard.periods import recent, two_years
from data.outages import hours_on, outages

PATH, ID = "/service/availability", "availability"
register_page(__name__, path=PATH, name=N_("Availability"), nav=False, filters=True, order=27)

APPLICATIONS, COMPONENTS = "service_availability_rate", "component_availability_rate"
BETWEEN, COMPONENTS_BETWEEN = "time_between_failures_hours", "component_time_between_failures_hours"
UNKNOWN = "unknown_scope_outage_count"
OUTAGES = Ask(APPLICATIONS, change=recent)
NO_OUTAGE = N_("No outage is known in this period.")


def unknown_scope(answered: Answered, look: Look) -> str:
    """`3 kiesés terjedelme ismeretlen`: what the figure beside does not count, because nobody told whom it hit."""
    count = int(next(one.frame["numerator"].sum() for one in answered if one.metric.id == UNKNOWN))
    said = formats.number(count, look.language)
    return plural(
        "the scope of {count} outage is not known; it does not count",
        "the scope of {count} outages is not known; they do not count", count, look.language, count=said,
    )  # fmt: skip


def draw_services(answered: Answered, look: Look) -> go.Figure:
    return dots(answered[0].frame, answered[0].metric, look, cut="service")


def draw_between(answered: Answered, look: Look) -> go.Figure:
    return dots(_known(answered), answered[0].metric, look, cut="service")


def draw_panels(answered: Answered, look: Look) -> go.Figure:
    return multiples(answered[0].frame, answered[0].metric, look, series="service")


def draw_outages(answered: Answered, look: Look) -> go.Figure:
    return outage_lines(rows_of(outages, answered[0]), look, answers().freshness().newest_at)


def tabulate_outages(answered: Answered, look: Look) -> pd.DataFrame:
    return outage_table(rows_of(outages, answered[0]), look.language)


def say_outages(answered: Answered, look: Look) -> str:
    return counted_words(rows_of(outages, answered[0]), look.language)


def period_and_counted(answered: Answered, look: Look) -> str:
    return f"{period_of(answered, look)} · {say_outages(answered, look)}"


def show_rule(answered: Answered, look: Look) -> Component:
    """The rule in words, with the service hours as they hold on the last day shown."""
    language, title = look.language, _("The rule, as it is agreed", look.language)
    on = answered[0].selection.last or answers().last_day()
    if on is None:
        return titled(title, "", states.empty(language))
    hours = answers().read(("hours_on", on), lambda connection: hours_on(connection, on))
    caption = _("Service hours on {day}", language, day=formats.day(on, language))
    inside = [
        html.Ul([html.Li(_(sentence, language)) for sentence in RULE], className="rule"),
        html.Div([html.H4(caption), figure_table(hours_table(hours, language), caption, 4)], className="rule-hours"),
    ]
    return titled(title, unknown_scope(answered, look), html.Div(inside, className="rule-and-hours"))


def _known(answered: Answered) -> pd.DataFrame:
    return answered[0].frame.dropna(subset=["value"])


ANSWER = answer_line("availability-answer", [APPLICATIONS, COMPONENTS])
BESIDE = [Ask(UNKNOWN, (), charted_of(APPLICATIONS))]
BY_MONTH = judged_card(
    "availability-applications", APPLICATIONS, N_("Availability of applications"), 320, note=unknown_scope,
    beside=BESIDE,
)  # fmt: skip
COMPONENTS_BY_MONTH = judged_card(
    "availability-components", COMPONENTS, N_("Availability of platform components"), 320, note=unknown_scope,
    beside=BESIDE,
)  # fmt: skip
RULES = block("availability-rule", [OUTAGES, Ask(UNKNOWN, (), recent)], show=show_rule, height=380,
              class_name="chart-card")  # fmt: skip
PANELS = chart_card(
    "availability-panels", APPLICATIONS, by=["month", "service"], draw=draw_panels, change=two_years,
    title=N_("Availability, application by application"), height=420,
)  # fmt: skip
BY_APPLICATION = chart_card(
    "availability-by-application", APPLICATIONS, by=["service"], draw=draw_services, change=recent,
    summary=members_summary, title=against_target(N_("By application"), "service"), height=320,
)  # fmt: skip
BY_COMPONENT = chart_card(
    "availability-by-component", COMPONENTS, by=["service"], draw=draw_services, change=recent,
    summary=members_summary, title=against_target(N_("By platform component"), "service"), height=480,
)  # fmt: skip
MTBF = chart_card(
    "availability-between", [Ask(BETWEEN, ("service",), two_years), Ask(COMPONENTS_BETWEEN, ("service",), two_years)],
    draw=draw_between, summary=members_summary, table=joined, height=320,
    title=N_("Hours of service between two outages, by application"),
    note=N_("An application without an outage has no value"),
)  # fmt: skip
TIMELINE = chart_card(
    "availability-outages", OUTAGES, draw=draw_outages, subtitle=period_and_counted, table=tabulate_outages,
    summary=say_outages, height=460,
    title=N_("Every outage, and whether it counts"),
)  # fmt: skip
ROWS = rows_table(
    "availability-rows", OUTAGES, outages, outage_table, title=N_("Outages one by one"), none=NO_OUTAGE, height=420,
)  # fmt: skip
WHO = actor_signals(
    "availability-who", by_service=(APPLICATIONS,), whole=(COMPONENTS,), title=N_("Who answers for availability")
)


def layout(**query: str) -> Component:
    return page(
        N_("Can the services be reached in the hours agreed?"),
        service_tabs(PATH),
        ANSWER.view(),
        section(
            N_("Is it good enough, and is it changing?"),
            grid(BY_MONTH.view(6), COMPONENTS_BY_MONTH.view(6), RULES.view(12)),
        ),
        section(N_("Where?"), grid(BY_APPLICATION.view(6), MTBF.view(6), PANELS.view(12), BY_COMPONENT.view(12))),
        section(N_("Why?"), grid(TIMELINE.view(12))),
        section(N_("Who answers?"), WHO.view()),
        section(N_("The rows"), ROWS.view()),
        section(N_("How it was computed"), computation(ID)),
    )


@callback(Output(f"{ID}-month", "options"), Output(f"{ID}-month", "value"), Input(VIEW, "data"))
def offer_months(view: Mapping[str, Any] | None) -> tuple[list[dict[str, str]], str | None]:
    """The months to choose from; the last one of the reader's period is shown."""
    if not view:
        raise PreventUpdate
    try:
        return months(view)
    except Exception:  # what is wrong is said where the table would stand
        return [], ""


@callback(Output(f"{ID}-table", "children"), Input(f"{ID}-month", "value"), State(VIEW, "data"))
def show_month(month: str | None, view: Mapping[str, Any] | None) -> Any:
    """The computation of the month; what fails is said in its place."""
    if not view or month is None:
        raise PreventUpdate
    try:
        return month_table(view, month)
    except Exception as error:
        return states.failed(error, look_of(view).language)


@callback(
    Output(f"{ID}-download", "data"), Input(f"{ID}-file", "n_clicks"), State(f"{ID}-month", "value"),
    State(VIEW, "data"), prevent_initial_call=True,
)  # fmt: skip
def download_month(clicks: int | None, month: str | None, view: Mapping[str, Any] | None) -> Any:
    """The workbook of the month."""
    if not clicks or not month:
        raise PreventUpdate
    content, name = month_file(view or {}, month)
    return dcc.send_bytes(content, name, type=XLSX)
