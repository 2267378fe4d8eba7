"""Adoption on the map: where do municipalities stand?"""

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.callbacks.exporting import XLSX
from dashboard.components import grid, page, section, states
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.choices import Kept, keep_in_address
from dashboard.components.map_parts import LEVEL_NAMES, SHADE_NAMES, VIEW_NAMES, card, choices, table
from dashboard.components.parts import VIEW
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import N_, language
from dashboard.look import look_of
from dashboard.map_sheet import sheet_of
from dashboard.map_view import shown, title_of
from data.boundaries.figures import FIGURES

PATH = "/adoption/map"
register_page(__name__, path=PATH, name=N_("Map"), nav=False, filters=True, order=31)

CHOICES = keep_in_address(
    "map-choices",
    [
        Kept("map-figure", "figure", next(iter(FIGURES)), tuple(FIGURES)),
        Kept("map-level", "level", "municipality", tuple(LEVEL_NAMES), drops=("district",)),
        Kept("map-view", "view", "areas", tuple(VIEW_NAMES)),
        Kept("map-shade", "shade", "value", tuple(SHADE_NAMES)),
    ],
)


def layout(**query: str) -> Component:
    spoken = language()
    return page(
        N_("Where do the municipalities stand?"),
        adoption_tabs(PATH),
        html.Div(html.P(id="map-answer", className="answer-sentence"), className="answer", style={"minHeight": "24px"}),
        CHOICES,
        choices(query, spoken),
        section(N_("On the map"), grid(card(spoken), dcc.Store(id="map-state"))),
        section(N_("As a table"), grid(table(spoken))),
        section(N_("What is counted"), html.P(id="map-meaning", className="definition")),
    )


@callback(
    output={
        "state": Output("map-state", "data"),
        "title": Output("map-title", "children"),
        "table_title": Output("map-table-title", "children"),
        "subtitle": Output("map-subtitle", "children"),
        "legend": Output("map-legend", "children"),
        "answer": Output("map-answer", "children"),
        "note": Output("map-note", "children"),
        "meaning": Output("map-meaning", "children"),
        "message": Output("map-message", "children"),
    },
    inputs={"view": Input(VIEW, "data")},
)
def show_map(view: Mapping[str, Any] | None) -> dict[str, Any]:
    """Everything of the page for what the reader has chosen; what fails is said in place of the map."""
    if not view:
        raise PreventUpdate
    try:
        found = shown(view)
    except Exception as error:
        spoken = look_of(view).language
        said = dict.fromkeys(("subtitle", "legend", "answer", "note", "meaning"), "")
        title = title_of(view)
        return said | {"title": title, "table_title": title, "state": None, "message": states.failed(error, spoken)}
    return {
        "state": found.state, "title": found.title, "table_title": found.title, "subtitle": found.subtitle,
        "legend": found.legend, "answer": found.finding, "note": found.note, "meaning": found.meaning, "message": "",
    }  # fmt: skip


@callback(
    Output("shell-download", "data", allow_duplicate=True), Input("map-csv", "n_clicks"), Input("map-xlsx", "n_clicks"),
    State(VIEW, "data"), prevent_initial_call=True,
)  # fmt: skip
def download(csv: int | None, xlsx: int | None, view: Mapping[str, Any] | None) -> Any:
    """The table as a file."""
    if not view or not (csv or xlsx):
        raise PreventUpdate
    sheet, spoken = sheet_of(view), look_of(view).language
    if ctx.triggered_id == "map-csv":
        return dcc.send_bytes(csv_bytes(sheet, spoken), f"{sheet.name}.csv", type="text/csv;charset=utf-8")
    return dcc.send_bytes(xlsx_bytes(sheet, spoken), f"{sheet.name}.xlsx", type=XLSX)


clientside_callback(
    ClientsideFunction("asp_map", "draw"),
    Output("map-message", "children", allow_duplicate=True),
    Input("map-state", "data"),
    prevent_initial_call=True,
)
