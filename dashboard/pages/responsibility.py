"""Responsibility: who answers for what, since when, and how the figures behind it stand."""

import dash_bootstrap_components as dbc
from dash import dcc, html, register_page
from dash.development.base_component import Component

from dashboard.components import page, section, states
from dashboard.components.icons import icon
from dashboard.components.matrix_table import letter_key
from dashboard.locale import N_, language
from dashboard.locale import translate as _

register_page(__name__, path="/responsibility", name=N_("Responsibility"), icon="table", order=25)

ASSUMPTION = N_(
    "The matrix is compiled from the duties that the published summary of the operating model states; it is an "
    "assumption until the office imports its own. A change is imported with the day it begins on; earlier figures keep "
    "their earlier owner."
)


def layout(**query: str) -> Component:
    spoken = language()
    return page(
        N_("Who answers for what?"),
        html.Div(states.loading(spoken), id="matrix-answer", className="answer", role="status"),
        _tools(spoken),
        section(
            N_("Processes by application and component"),
            letter_key(spoken),
            html.P(_("Arrow keys move between the cells, Enter opens one.", spoken), className="matrix-hint"),
            html.Div(id="matrix-body"),
        ),
        section(N_("What each actor answers for"), html.Div(id="matrix-actors")),
        section(N_("What is missing from the matrix"), html.Div(id="matrix-gaps")),
        html.P(_(ASSUMPTION, spoken), className="page-note"),
        dcc.Store(id="matrix-chosen"),
        dcc.Store(id="matrix-ready"),
        dcc.Store(id="matrix-html"),
    )


def _tools(spoken: str) -> html.Div:
    """The day it is read at, the days it changed on, and the ways out."""
    day = html.Label(
        [html.Span(_("On the day", spoken)), dbc.Input(id="matrix-day", type="date", size="sm", debounce=True)],
        className="matrix-day",
    )
    buttons = [
        html.Button([icon("download"), f" {text}"], id=name, type="button", className="btn btn-sm plain-button")
        for name, text in (("matrix-csv", "CSV"), ("matrix-xlsx", "XLSX"))
    ]
    printing = html.Button(_("Print", spoken), type="button", className="btn btn-sm plain-button matrix-print")
    return html.Div(
        [day, html.Div(id="matrix-changes", className="matrix-changes"), html.Div([*buttons, printing])],
        className="matrix-tools",
    )
