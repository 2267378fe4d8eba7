"""Unit costs: what does one municipality, user, transaction or ticket cost, and why does it change?"""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import grid, page, section
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.cost_unit import (
    BAND,
    BY_SERVICE,
    HEAD,
    LEVEL,
    OVERVIEW,
    PATH,
    PLACE,
    RUN,
    TICKETS,
    TRANSACTIONS,
    USER,
    mode_of,
    switch,
)
from dashboard.components.parts import VIEW
from dashboard.locale import N_, language
from dashboard.look import look_of, query_of

register_page(__name__, path=PATH, name=N_("Unit costs"), nav=False, filters=True, order=42)


def layout(**query: str) -> Component:
    spoken, mode = language(), mode_of(query)
    return page(
        N_("What does one unit of the service cost, and why does it change?"),
        cost_tabs(PATH),
        html.Div(switch(query, spoken), id="cost-unit-switch"),
        section(N_("What does a unit cost?"), grid(OVERVIEW.view(12))),
        html.Div(charts(mode), id="cost-unit-charts"),
        dcc.Store(id="cost-unit-mode", data=mode),
        section(N_("Run or change?"), grid(RUN.view(12))),
    )


def charts(mode: str) -> list[Component]:
    """The parts of the page that have two kinds of forints."""
    return [
        section(
            N_("Which application drifts, and why?"),
            grid(USER[mode].view(6), PLACE[mode].view(6), BY_SERVICE.view(12), TRANSACTIONS.view(12)),
        ),
        section(N_("What does support cost?"), grid(LEVEL[mode].view(12), TICKETS.view(12))),
        section(N_("Is a small municipality dearer?"), grid(BAND[mode].view(6), HEAD[mode].view(6))),
    ]


@callback(
    Output("cost-unit-switch", "children"),
    Output("cost-unit-charts", "children"),
    Output("cost-unit-mode", "data"),
    Input(VIEW, "data"),
    State("cost-unit-mode", "data"),
)
def show(view: Mapping[str, Any] | None, shown: str | None) -> tuple[Any, ...]:
    """The switch keeps the reader's filters; the charts are others where the address asks for the other forints."""
    if not view:
        raise PreventUpdate
    query = query_of(str(view.get("search") or ""))
    mode = mode_of(query)
    return switch(query, look_of(view).language), no_update if mode == shown else charts(mode), mode
