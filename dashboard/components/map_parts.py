"""Parts of the map's page: the choices, the card around the drawing, the legend, the table."""

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.grid_words import grid_words
from dashboard.components.icons import aria, attributes
from dashboard.figures.map import NO_DATA, NO_DATA_WORDS, WITHHELD, WITHHELD_WORDS, Shading
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.map_words import figure_name
from data.boundaries.figures import FIGURES

LEVEL_NAMES = {"county": N_("County"), "district": N_("District"), "municipality": N_("Municipality")}
VIEW_NAMES = {"areas": N_("Areas"), "dots": N_("Dots by inhabitants")}
SHADE_NAMES = {"value": N_("The value itself"), "chance": N_("Differs by more than chance")}
TOOLS = {
    "in": ("+", N_("Zoom in")), "out": ("−", N_("Zoom out")), "whole": (None, N_("Whole country")),
    "capital": (None, N_("Budapest")),
}  # fmt: skip
EXPORTS = {"csv": N_("Table (CSV)"), "xlsx": N_("Workbook (XLSX)"), "png": N_("Image (PNG)"),
           "svg": N_("Vector image (SVG)")}  # fmt: skip
ON_SERVER = ("csv", "xlsx")


def choices(query: Mapping[str, str], language: str) -> Component:
    """The figure, the level, areas or dots, and what the colours tell."""
    first = next(iter(FIGURES))
    figures = [{"label": figure_name(one, language), "value": one.id} for one in FIGURES.values()]
    chosen = query.get("figure")
    return html.Div(
        [
            html.Div(
                [
                    html.Label(_("What the map shows", language), htmlFor="map-figure", className="map-label"),
                    dbc.Select(
                        id="map-figure", options=figures, value=chosen if chosen in FIGURES else first, size="sm"
                    ),
                ]
            ),
            _radios("map-level", N_("Level of the map"), LEVEL_NAMES, query.get("level") or "municipality", language),
            _radios("map-view", N_("Drawn as"), VIEW_NAMES, query.get("view") or "areas", language),
            _radios("map-shade", N_("Colours tell"), SHADE_NAMES, query.get("shade") or "value", language),
        ],
        className="map-choices",
    )


def card(language: str) -> Component:
    """The card of the map, still empty."""
    return html.Section(
        [
            html.Header(
                html.Div(
                    [
                        html.H3(id="map-title", className="card-title"),
                        html.P(id="map-subtitle", className="card-subtitle"),
                    ],
                    className="card-words",
                ),
                className="card-head",
            ),
            html.Div(
                [
                    _tools(language),
                    html.Div(
                        id="map-canvas",
                        className="map-canvas",
                        tabIndex=0,
                        role="group",
                        **aria(label=_("Map: arrow keys move it, plus and minus zoom, 0 shows all", language)),
                    ),
                ],
                className="map-body",
            ),
            html.Div(states.loading(language), id="map-message"),
            html.Ul(id="map-legend", className="map-legend", **aria(label=_("Classes of the map", language))),
            html.P(id="map-note", className="card-foot"),
        ],
        className="chart-card width-12",
    )


def table(language: str) -> Component:
    """The table twin: sorted and filtered in the browser, each area leading to its page."""
    names = [_("Area", language), _("County", language), _("Inhabitants", language), _("Value", language), "n"]
    number = {"type": "rightAligned", "filter": "agNumberColumnFilter"}
    inhabitants = {"valueFormatter": {"function": f"aspValue(params.value, 'count', '{language}')"}}
    columns: list[dict[str, Any]] = [
        {"field": "name", "headerName": names[0], "cellRenderer": "aspLink", "flex": 3, "minWidth": 170},
        {"field": "county", "headerName": names[1], "flex": 3, "minWidth": 150},
        number | inhabitants | {"field": "people", "headerName": names[2], "flex": 2, "minWidth": 110},
        number | {"field": "value", "headerName": names[3], "flex": 2, "minWidth": 110,
                  "valueFormatter": {"function": "params.data.said"}},
        number | {"field": "n", "headerName": names[4], "flex": 1, "minWidth": 90,
                  "valueFormatter": {"function": f"aspValue(params.value, 'count', '{language}')"}},
    ]  # fmt: skip
    grid = dag.AgGrid(
        id="map-table",
        columnDefs=columns,
        rowData=[],
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "floatingFilter": True},
        dashGridOptions={
            "localeText": grid_words(language),
            "animateRows": False,
            "suppressColumnVirtualisation": True,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
        },
        getRowId="params.data.code",
        className="ag-theme-quartz asp-grid",
        style={"height": "480px"},
    )
    return html.Section(
        [
            html.H3(id="map-table-title", className="card-title"),
            _exports(language),
            html.Div(grid, role="group", **aria(label=_("The figures of the map as a table", language))),
        ],
        className="chart-card width-12",
    )


def legend(shading: Shading, look: Look) -> list[Component]:
    """A swatch, a name and a count for each class, and for what has none."""
    entries = [
        _entry(name, count, colour, look, None)
        for name, count, colour in zip(shading.names, shading.counts(), shading.colours, strict=True)
    ]
    for which, name, pattern in ((NO_DATA, NO_DATA_WORDS, "hatch"), (WITHHELD, WITHHELD_WORDS, "spots")):
        if count := shading.missing(which):
            entries.append(_entry(_(name, look.language), count, "#9aa3ad", look, pattern))
    return entries


def _entry(name: str, count: int, colour: str, look: Look, pattern: str | None) -> Component:
    fill = f"url(#map-{pattern})" if pattern else colour
    swatch = html.Span(className=f"map-swatch {pattern or ''}", style={} if pattern else {"background": colour})
    said = f"({formats.number(count, look.language)})"
    return html.Li(
        [swatch, html.Span(name), " ", html.Span(said, className="map-count")], **attributes({"data-fill": fill})
    )


def _radios(id: str, name: str, options: Mapping[str, str], value: str, language: str) -> Component:
    return html.Fieldset(
        [
            html.Legend(_(name, language)),
            dbc.RadioItems(
                id=id,
                options=[{"label": _(text, language), "value": key} for key, text in options.items()],
                value=value if value in options else next(iter(options)),
                inline=True,
            ),
        ]
    )


def _tools(language: str) -> Component:
    return html.Div(
        [
            html.Button(
                sign or _(text, language),
                type="button",
                title=_(text, language),
                **aria(label=_(text, language)),
                **attributes({"data-map": name}),
            )
            for name, (sign, text) in TOOLS.items()
        ],
        className="map-tools",
    )


def _exports(language: str) -> Component:
    return html.Div(
        [
            html.Button(
                _(text, language),
                type="button",
                className="btn btn-sm btn-outline-secondary",
                **({"id": f"map-{name}", "n_clicks": 0} if name in ON_SERVER else attributes({"data-map": name})),
            )
            for name, text in EXPORTS.items()
        ],
        className="map-exports",
    )
